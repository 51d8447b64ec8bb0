/*
 * Copyright 2026 the Sockeye authors.
 *
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * You may obtain a copy of the License at
 *
 *     https://www.apache.org/licenses/LICENSE-2.0
 *
 * Unless required by applicable law or agreed to in writing, software
 * distributed under the License is distributed on an "AS IS" BASIS,
 * WITHOUT WARRANTIES OR CONDITIONS OF ANY KIND, either express or implied.
 * See the License for the specific language governing permissions and
 * limitations under the License.
 */
package io.sockeye.transport.netty;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.sockeye.engineio.server.HttpRequest;
import io.sockeye.engineio.server.spi.HttpExchange;
import io.sockeye.engineio.server.spi.HttpResponse;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * One request on an {@link HttpConnection}.
 *
 * <p><b>Concurrency.</b> Public methods hop to the event loop, which owns all state.
 */
@SuppressWarnings(
    "FutureReturnValueIgnored") // a failed write or close closes the channel, which is heard
final class NettyExchange implements HttpExchange {
  private static final int FIRST_CHUNK = 1024;

  private enum State {
    OPEN,
    ANSWERED,
    ABORTED
  }

  private final HttpConnection connection;
  private final HttpRequest request;
  private final boolean keepAlive;
  private final long contentLength;
  private final boolean expectsContinue;
  private State state = State.OPEN;
  private @Nullable Runnable abortListener;
  private @Nullable BodyListener bodyListener;
  private int maxBytes = Integer.MAX_VALUE;
  private byte[] body = new byte[0];
  private int bodyLength;
  private boolean bodyComplete;
  private boolean bodyTold;

  /**
   * @param contentLength bytes, or -1 if the body comes in chunks
   */
  NettyExchange(
      HttpConnection connection,
      HttpRequest request,
      boolean keepAlive,
      long contentLength,
      boolean expectsContinue) {
    this.connection = connection;
    this.request = request;
    this.keepAlive = keepAlive;
    this.contentLength = contentLength;
    this.bodyComplete = contentLength == 0;
    this.expectsContinue = expectsContinue;
  }

  @Override
  public HttpRequest request() {
    return request;
  }

  @Override
  public void readBody(int limit, BodyListener listener) {
    onLoop(
        () -> {
          if (state != State.OPEN) {
            return;
          }
          maxBytes = limit;
          bodyListener = listener;
          if (contentLength > limit || bodyLength > limit) {
            tooLarge(listener);
            return;
          }
          if (expectsContinue && !bodyComplete) {
            connection.sendContinue();
          }
          tellIfComplete();
          context().channel().config().setAutoRead(true);
        });
  }

  @Override
  public void respond(HttpResponse response) {
    onLoop(
        () -> {
          if (state == State.OPEN) {
            state = State.ANSWERED;
            bodyListener = null;
            connection.respond(this, response);
          }
        });
  }

  @Override
  public void abort() {
    onLoop(
        () -> {
          if (state == State.OPEN) {
            context().close();
          }
        });
  }

  @Override
  public void onAbort(Runnable listener) {
    onLoop(
        () -> {
          if (state == State.ABORTED) {
            listener.run();
          } else {
            abortListener = listener;
          }
        });
  }

  void onLoop(Runnable task) {
    if (context().executor().inEventLoop()) {
      task.run();
    } else {
      context().executor().execute(task);
    }
  }

  private ChannelHandlerContext context() {
    return connection.context();
  }

  // ---- event loop ----

  boolean isKeepAlive() {
    return keepAlive;
  }

  boolean isBodyComplete() {
    return bodyComplete;
  }

  /** A part of the body. */
  void content(ByteBuf part, boolean isLast) {
    BodyListener listener = bodyListener;
    int length = part.readableBytes();
    if (bodyTold) {
      bodyComplete |= isLast;
      return;
    }
    if (listener != null && bodyLength + length > maxBytes) {
      tooLarge(listener);
      return;
    }
    if (body.length < bodyLength + length) {
      int known = (int) Math.min(Math.max(contentLength, 0), maxBytes);
      // Grown by halves and more, so that a dribbled body costs linear time.
      int grown = Math.max(bodyLength + length, Math.max(FIRST_CHUNK, body.length * 2));
      body = Arrays.copyOf(body, known >= bodyLength + length && known < grown ? known : grown);
    }
    part.getBytes(part.readerIndex(), body, bodyLength, length);
    bodyLength += length;
    bodyComplete = isLast;
    if (listener == null && !isLast) {
      // Nobody has asked for the body yet: leave the rest of it in the kernel.
      context().channel().config().setAutoRead(false);
    }
    tellIfComplete();
  }

  private void tellIfComplete() {
    BodyListener listener = bodyListener;
    if (listener != null && bodyComplete && !bodyTold) {
      bodyTold = true;
      listener.onBody(body.length == bodyLength ? body : Arrays.copyOf(body, bodyLength));
      body = new byte[0];
    }
  }

  private void tooLarge(BodyListener listener) {
    bodyTold = true;
    body = new byte[0];
    listener.onTooLarge();
  }

  /** The connection is gone. */
  void aborted() {
    if (state == State.OPEN) {
      state = State.ABORTED;
      bodyListener = null;
      Runnable listener = abortListener;
      if (listener != null) {
        listener.run();
      }
    }
  }
}

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
package io.sockeye.transport.jetty;

import io.sockeye.engineio.server.Headers;
import io.sockeye.engineio.server.HttpRequest;
import io.sockeye.engineio.server.spi.HttpExchange;
import io.sockeye.engineio.server.spi.HttpResponse;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpTokens;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.Invocable;
import org.eclipse.jetty.util.thread.Invocable.InvocationType;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One request and its answer.
 *
 * <p><b>Concurrency.</b> The monitor guards the state. Listeners and Jetty are called without it.
 * The body is read by one thread at a time: whoever called {@link #readBody}, then the threads on
 * which Jetty reports content, then whoever discards the rest.
 */
final class JettyExchange implements HttpExchange {
  private static final Logger log = LoggerFactory.getLogger(JettyExchange.class);

  private static final int FIRST_CHUNK = 1024;
  private static final int READS_TO_DISCARD = 16;
  private static final long LINGER_MILLIS = 1000;

  private enum State {
    OPEN,
    ANSWERED,
    ABORTED,
    UPGRADED
  }

  private final HttpRequest httpRequest;
  private final Request request;
  private final Response response;
  private final Callback callback;
  private final Runnable ended;
  private final boolean http1;
  private State state = State.OPEN;
  private @Nullable Runnable abortListener;
  private @Nullable PeerWatch watch;
  // Whether a thread reads the body, or Jetty will call one to.
  private boolean reading;
  private boolean over;
  private boolean bodyComplete;
  // Of the thread that reads.
  private int maxBytes;
  private @Nullable BodyListener bodyListener;
  private byte[] body = new byte[0];
  private int bodyLength;

  /**
   * @param ended runs when the exchange is over
   */
  JettyExchange(
      HttpRequest httpRequest,
      Request request,
      Response response,
      Callback callback,
      Runnable ended) {
    this.httpRequest = httpRequest;
    this.request = request;
    this.response = response;
    this.callback = callback;
    this.ended = ended;
    this.http1 =
        request.getConnectionMetaData().getHttpVersion().getVersion()
            <= HttpVersion.HTTP_1_1.getVersion();
    this.bodyComplete =
        request.getLength() == 0
            || (http1
                && request.getLength() < 0
                && !request.getHeaders().contains(HttpHeader.TRANSFER_ENCODING));
    // A poll may wait longer than a connection may be idle; the engine has its own time-outs.
    request.addIdleTimeoutListener(timeout -> false);
    request.addFailureListener(this::peerGone);
  }

  @Override
  public HttpRequest request() {
    return httpRequest;
  }

  Request jettyRequest() {
    return request;
  }

  Response jettyResponse() {
    return response;
  }

  // ---- the body ----

  @Override
  public void readBody(int limit, BodyListener listener) {
    boolean fits = request.getLength() <= limit;
    boolean empty;
    synchronized (this) {
      if (state != State.OPEN) {
        return;
      }
      empty = bodyComplete;
      reading = fits && !empty;
    }
    if (!fits) {
      listener.onTooLarge();
    } else if (empty) {
      listener.onBody(body);
    } else {
      maxBytes = limit;
      bodyListener = listener;
      read();
    }
  }

  /** Reads what is there, and has itself called again when there is more. */
  private void read() {
    while (true) {
      Content.Chunk chunk = request.read();
      if (chunk == null) {
        request.demand(Invocable.from(InvocationType.NON_BLOCKING, this::read));
        return;
      }
      if (Content.Chunk.isFailure(chunk)) {
        stopReading(false);
        peerGone(chunk.getFailure());
        return;
      }
      BodyListener listener = bodyListener;
      boolean fits = append(chunk);
      chunk.release();
      if (!fits && listener != null) {
        body = new byte[0];
        bodyListener = null;
        stopReading(false);
        listener.onTooLarge();
        return;
      }
      if (chunk.isLast()) {
        stopReading(true);
        if (listener != null) {
          bodyListener = null;
          byte[] whole = body.length == bodyLength ? body : Arrays.copyOf(body, bodyLength);
          body = new byte[0];
          listener.onBody(whole);
          watchPeer();
        }
        return;
      }
    }
  }

  private synchronized void stopReading(boolean complete) {
    reading = false;
    bodyComplete = complete;
  }

  /** Returns false if the body would be over the limit. */
  private boolean append(Content.Chunk chunk) {
    int length = chunk.remaining();
    if (length > maxBytes - bodyLength) {
      return false;
    }
    if (body.length < bodyLength + length) {
      int known = (int) Math.max(request.getLength(), 0);
      // Grown by halves and more, so that a dribbled body costs linear time.
      int grown = Math.max(bodyLength + length, Math.max(FIRST_CHUNK, body.length * 2));
      body = Arrays.copyOf(body, known >= bodyLength + length && known < grown ? known : grown);
    }
    chunk.get(body, bodyLength, length);
    bodyLength += length;
    return true;
  }

  // ---- the answer ----

  @Override
  public void respond(HttpResponse answer) {
    boolean whole;
    boolean mayRead;
    synchronized (this) {
      if (state != State.OPEN) {
        return;
      }
      state = State.ANSWERED;
      whole = bodyComplete;
      mayRead = !reading;
    }
    stopWatching();
    boolean discarded = whole || (mayRead && discardWhatIsThere());
    response.setStatus(answer.status());
    addHeaders(answer.headers());
    if (http1 && (answer.close() || !discarded)) {
      response.getHeaders().put(HttpFields.CONNECTION_CLOSE);
    }
    response.write(
        true,
        answer.body().duplicate(),
        Callback.from(
            InvocationType.NON_BLOCKING,
            () -> {
              if (discarded || !mayRead) {
                succeeded();
              } else {
                linger();
              }
            },
            this::failed));
  }

  /** Adds an application's headers, without those that cannot be written. */
  void addHeaders(Headers headers) {
    headers.forEach(
        (name, value) -> {
          if (isToken(name)) {
            response.getHeaders().add(name, value);
          } else {
            log.error("A header of the application is left out: its name is malformed");
          }
        });
  }

  private static boolean isToken(String name) {
    for (int i = 0; i < name.length(); i++) {
      HttpTokens.Token token = HttpTokens.getToken(name.charAt(i));
      if (token == null || !isTokenPart(token.getType())) {
        return false;
      }
    }
    return !name.isEmpty();
  }

  private static boolean isTokenPart(HttpTokens.Type type) {
    return switch (type) {
      case TCHAR, ALPHA, DIGIT -> true;
      default -> false;
    };
  }

  /** Discards the part of the body that has come already; returns whether that was all. */
  private boolean discardWhatIsThere() {
    for (int i = 0; i < READS_TO_DISCARD; i++) {
      Content.Chunk chunk = request.read();
      if (chunk == null || Content.Chunk.isFailure(chunk)) {
        return false;
      }
      chunk.release();
      if (chunk.isLast()) {
        return true;
      }
    }
    return false;
  }

  /**
   * Goes on reading for a moment. Ending now would reset the connection or the stream, and the
   * answer could be lost with what is unread.
   */
  private void linger() {
    if (request.getHeaders().contains(HttpHeader.EXPECT)) {
      succeeded(); // the client was never told to send the body
      return;
    }
    request
        .getComponents()
        .getScheduler()
        .schedule(this::lingerNoLonger, LINGER_MILLIS, TimeUnit.MILLISECONDS);
    discard();
  }

  private void lingerNoLonger() {
    if (http1) {
      request.getConnectionMetaData().getConnection().getEndPoint().close();
      return;
    }
    synchronized (this) {
      if (!over) {
        request.fail(new TimeoutException("the client still sends after its answer"));
      }
    }
  }

  private void discard() {
    while (true) {
      Content.Chunk chunk = request.read();
      if (chunk == null) {
        request.demand(Invocable.from(InvocationType.NON_BLOCKING, this::discard));
        return;
      }
      chunk.release();
      if (chunk.isLast() || Content.Chunk.isFailure(chunk)) {
        succeeded();
        return;
      }
    }
  }

  private void succeeded() {
    synchronized (this) {
      over = true;
    }
    ended.run();
    callback.succeeded();
  }

  private void failed(Throwable cause) {
    ended.run();
    callback.failed(cause);
  }

  @Override
  public void abort() {
    end(new Request.Handler.AbortException("Aborted by the engine"));
  }

  /** A handler has failed; what is not answered yet is answered with 500. */
  void handlerFailed(Throwable cause) {
    if (!end(cause)) {
      log.error("A handler has failed after it had answered", cause);
    }
  }

  // ---- the peer ----

  @Override
  public void onAbort(Runnable listener) {
    synchronized (this) {
      if (state != State.ABORTED) {
        abortListener = listener;
        return;
      }
    }
    listener.run();
  }

  /** Watches the connection while the request waits for its answer. */
  void watchPeer() {
    synchronized (this) {
      if (state != State.OPEN || !http1 || !bodyComplete || reading || watch != null) {
        return;
      }
      PeerWatch started = PeerWatch.of(request, this::peerGone);
      watch = started;
      if (started != null) {
        started.start();
      }
    }
  }

  private void stopWatching() {
    PeerWatch stopped;
    synchronized (this) {
      stopped = watch;
    }
    if (stopped != null) {
      stopped.stop();
    }
  }

  private void peerGone(Throwable cause) {
    Runnable listener;
    synchronized (this) {
      listener = state == State.OPEN ? abortListener : null;
    }
    if (end(new Request.Handler.AbortException("The client has gone", cause)) && listener != null) {
      listener.run();
    }
  }

  private boolean end(Throwable cause) {
    synchronized (this) {
      if (state != State.OPEN) {
        return false;
      }
      state = State.ABORTED;
    }
    stopWatching();
    failed(cause);
    return true;
  }

  /**
   * Ends the exchange because the connection becomes a WebSocket.
   *
   * @return what Jetty is to call when it has; null if the exchange is over
   */
  @Nullable Callback upgrade() {
    synchronized (this) {
      if (state != State.OPEN) {
        return null;
      }
      state = State.UPGRADED;
    }
    stopWatching();
    return callback;
  }

  /** Ends the accounting of an exchange that has become a WebSocket. */
  Runnable ended() {
    return ended;
  }
}

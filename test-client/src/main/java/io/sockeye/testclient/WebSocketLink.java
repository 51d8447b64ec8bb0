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
package io.sockeye.testclient;

import io.sockeye.engineio.protocol.EnginePacket;
import io.sockeye.engineio.protocol.EngineProtocolException;
import io.sockeye.engineio.protocol.EngineVersion;
import io.sockeye.engineio.protocol.FrameCodec;
import io.sockeye.engineio.protocol.Utf8Text;
import io.sockeye.engineio.server.Headers;
import io.sockeye.engineio.server.HttpRequest;
import io.sockeye.engineio.server.TransportType;
import io.sockeye.engineio.server.spi.HttpResponse;
import io.sockeye.engineio.server.spi.IoExecutor;
import io.sockeye.engineio.server.spi.OutboundFrame;
import io.sockeye.engineio.server.spi.WebSocketConnection;
import io.sockeye.engineio.server.spi.WebSocketListener;
import io.sockeye.engineio.server.spi.WebSocketUpgrade;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A WebSocket, whose frames go from one end to the other in memory. */
final class WebSocketLink extends Link implements WebSocketUpgrade, WebSocketConnection {
  private static final int NORMAL = 1000;
  private static final int ABNORMAL = 1006;
  private static final int TOO_BIG = 1009;

  private final HttpRequest request;
  // The engine's, which calls from one thread at a time.
  private List<OutboundFrame> unflushed = new ArrayList<>();
  // Written by the engine from any thread.
  private volatile boolean readingPaused;
  private @Nullable WebSocketListener listener;
  private int maxMessageBytes;
  private boolean leaving;
  private boolean closed;

  WebSocketLink(EngineClient client, HttpRequest request) {
    super(client);
    this.request = request;
  }

  @Override
  TransportType type() {
    return TransportType.WEBSOCKET;
  }

  @Override
  void open() {
    client.engine().handle((WebSocketUpgrade) this);
  }

  @Override
  void pump() {
    WebSocketListener receiver = listener;
    while (receiver != null && !readingPaused && !closed && !waiting.isEmpty()) {
      try {
        deliver(waiting.remove(), receiver);
      } finally {
        client.packets().end();
      }
    }
    if (closed) {
      giveUp();
    } else if (leaving && waiting.isEmpty()) {
      hangUp(NORMAL, null);
    }
  }

  private void deliver(EnginePacket packet, WebSocketListener receiver) {
    if (client.isStalled()) {
      return;
    }
    if (packet instanceof EnginePacket.BinaryMessage message) {
      ByteBuffer data = message.data();
      if (data.remaining() > maxMessageBytes) {
        violate();
      } else {
        receiver.onBinary(ByteBuffer.allocate(data.remaining()).put(data).flip());
      }
      return;
    }
    Utf8Text text = FrameCodec.encodeText(packet);
    if (text.length() > maxMessageBytes) {
      violate();
    } else {
      receiver.onText(text);
    }
  }

  /** What a binding does with a message over its limit. */
  private void violate() {
    hangUp(TOO_BIG, new IllegalStateException("message over " + maxMessageBytes + " bytes"));
    client.onClosed(this, EngineClient.TRANSPORT_CLOSE);
  }

  @Override
  void leave() {
    leaving = true;
    pump();
  }

  @Override
  void drop() {
    hangUp(ABNORMAL, null);
    giveUp();
  }

  /** The end of the connection, of which the engine hears once. */
  private void hangUp(int status, @Nullable Throwable cause) {
    if (!closed) {
      closed = true;
      if (listener != null) {
        listener.onClosed(status, cause);
      }
    }
  }

  // ---- called by the engine, from any thread: the opening handshake ----

  @Override
  public HttpRequest request() {
    return request;
  }

  @Override
  public void accept(Headers headers, Settings settings, Acceptor acceptor) {
    client.execute(
        () -> {
          maxMessageBytes = settings.maxMessageBytes();
          listener = acceptor.opened(this);
          if (closed) { // given up meanwhile
            listener.onClosed(ABNORMAL, null);
          } else {
            client.onConnected(this);
            pump();
          }
        });
  }

  @Override
  public void refuse(HttpResponse response) {
    client.execute(() -> client.onRefused(this, response));
  }

  // ---- called by the engine: the connection ----

  @Override
  public @Nullable IoExecutor ioExecutor() {
    return null;
  }

  @Override
  public void write(OutboundFrame frame) {
    unflushed.add(frame);
  }

  @Override
  public boolean flush() {
    List<OutboundFrame> frames = unflushed;
    unflushed = new ArrayList<>();
    client.execute(() -> frames.forEach(this::onFrame));
    return true;
  }

  private void onFrame(OutboundFrame frame) {
    if (closed) {
      return;
    }
    try {
      client.onPacket(
          this,
          frame.isText()
              ? FrameCodec.decodeText(
                  EngineVersion.V4, Utf8Text.wrap(frame.array(), frame.offset(), frame.length()))
              : FrameCodec.decodeBinary(
                  EngineVersion.V4,
                  ByteBuffer.wrap(frame.array(), frame.offset(), frame.length())
                      .asReadOnlyBuffer()));
    } catch (EngineProtocolException impossible) {
      throw new IllegalStateException("the server has sent what is no packet", impossible);
    }
  }

  @Override
  public void close(int status, String reason) {
    client.execute(
        () -> {
          hangUp(status, null);
          giveUp();
          client.onClosed(this, EngineClient.TRANSPORT_CLOSE);
        });
  }

  @Override
  public void abort() {
    close(ABNORMAL, "");
  }

  @Override
  public void pauseReading() {
    readingPaused = true;
  }

  @Override
  public void resumeReading() {
    readingPaused = false;
    client.execute(this::pump);
  }
}

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
package io.sockeye.engineio.server;

import io.sockeye.engineio.protocol.Utf8Text;
import io.sockeye.engineio.server.internal.Lane;
import io.sockeye.engineio.server.spi.WebSocketConnection;
import io.sockeye.engineio.server.spi.WebSocketListener;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Carries a session over one WebSocket connection.
 *
 * <p><b>Concurrency.</b> Listener methods come from the binding, one at a time, and enter the
 * session lane; all state is of the lane.
 */
final class WebSocketTransport extends Transport implements WebSocketListener {
  /**
   * So much is written at once: what is beyond the buffers of the connection stays in the queue.
   */
  private static final long BATCH_BYTES = 256 * 1024;

  /** Normal closure (RFC 6455, section 7.4.1). */
  static final int NORMAL = 1000;

  private final Session session;
  private final WebSocketConnection connection;
  private boolean writable = true;
  private boolean closed;

  WebSocketTransport(Session session, WebSocketConnection connection) {
    this.session = session;
    this.connection = connection;
  }

  // ---- from the binding ----

  @Override
  public void onText(Utf8Text text) {
    Lane lane = session.lane();
    if (!lane.tryEnter()) {
      lane.execute(() -> text(text));
      return;
    }
    try {
      text(text);
    } finally {
      lane.exit();
    }
  }

  @Override
  public void onBinary(ByteBuffer data) {
    Lane lane = session.lane();
    if (!lane.tryEnter()) {
      lane.execute(() -> binary(data));
      return;
    }
    try {
      binary(data);
    } finally {
      lane.exit();
    }
  }

  @Override
  public void onWritable() {
    session
        .lane()
        .execute(
            () -> {
              writable = true;
              flush();
            });
  }

  @Override
  public void onClosed(int status, @Nullable Throwable cause) {
    session
        .lane()
        .execute(
            () -> {
              closed = true;
              if (status == 1009) {
                session.server().count(Counter.MESSAGES_TOO_LARGE);
              }
              session.end(
                  session.isClosing()
                      ? session.closeReason()
                      : cause == null ? CloseReason.TRANSPORT_CLOSE : CloseReason.TRANSPORT_ERROR);
            });
  }

  // ---- session lane ----

  private void text(Utf8Text text) {
    if (!session.isEnded()) {
      session.onTextFrame(text);
    }
  }

  private void binary(ByteBuffer data) {
    if (!session.isEnded()) {
      session.onBinaryFrame(data);
    }
  }

  @Override
  TransportType type() {
    return TransportType.WEBSOCKET;
  }

  @Override
  boolean isUpgradable() {
    return false;
  }

  @Override
  void flush() {
    OutboundQueue queue = session.queue();
    while (writable && !closed) {
      OutboundQueue.Node node = queue.take(BATCH_BYTES);
      if (node == null) {
        if (session.isClosing()) {
          session.end(session.closeReason());
        }
        return;
      }
      do {
        connection.write(node.message.frame(session.version(), session.base64()));
        node = node.next;
      } while (node != null);
      writable = connection.flush();
    }
  }

  @Override
  void closeWhenDrained() {
    flush();
  }

  @Override
  void end(CloseReason reason) {
    if (!closed) {
      closed = true;
      connection.close(NORMAL, "");
    }
  }

  @Override
  void discard() {
    throw new IllegalStateException("a WebSocket is not replaced");
  }

  @Override
  void pauseReading() {
    connection.pauseReading();
  }

  @Override
  void resumeReading() {
    connection.resumeReading();
  }
}

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
package io.sockeye.socketio.server;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sockeye.engineio.protocol.Utf8Text;
import io.sockeye.engineio.server.Headers;
import io.sockeye.engineio.server.HttpRequest;
import io.sockeye.engineio.server.spi.HttpResponse;
import io.sockeye.engineio.server.spi.IoExecutor;
import io.sockeye.engineio.server.spi.OutboundFrame;
import io.sockeye.engineio.server.spi.WebSocketConnection;
import io.sockeye.engineio.server.spi.WebSocketListener;
import io.sockeye.engineio.server.spi.WebSocketUpgrade;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** The peer's end of a WebSocket, which a server with threads of its own writes to from any. */
final class ThreadedSocket implements WebSocketUpgrade, WebSocketConnection {
  private final BiConsumer<ThreadedSocket, String> onFrame;
  private final List<String> unsent = new ArrayList<>();
  private volatile @Nullable WebSocketListener listener;

  /**
   * Creates one that is not open.
   *
   * @param onFrame gets each frame, one at a time
   */
  ThreadedSocket(BiConsumer<ThreadedSocket, String> onFrame) {
    this.onFrame = onFrame;
  }

  void open(SocketIoServer server) {
    server.engine().handle(this);
  }

  void send(String text) {
    byte[] bytes = text.getBytes(UTF_8);
    listener().onText(Utf8Text.wrap(bytes, 0, bytes.length));
  }

  /** The connection drops. */
  void drop() {
    listener().onClosed(1006, null);
  }

  private WebSocketListener listener() {
    WebSocketListener known = listener;
    if (known == null) {
      throw new AssertionError("the WebSocket was not accepted");
    }
    return known;
  }

  @Override
  public HttpRequest request() {
    return new HttpRequest(
        "GET",
        "/socket.io/?EIO=4&transport=websocket",
        Headers.EMPTY,
        new InetSocketAddress(InetAddress.getLoopbackAddress(), 1),
        false);
  }

  @Override
  public void accept(Headers headers, Settings settings, Acceptor acceptor) {
    listener = acceptor.opened(this);
  }

  @Override
  public void refuse(HttpResponse response) {
    throw new AssertionError("refused");
  }

  @Override
  public @Nullable IoExecutor ioExecutor() {
    return null;
  }

  @Override
  public void write(OutboundFrame frame) {
    unsent.add(new String(frame.array(), frame.offset(), frame.length(), UTF_8));
  }

  @Override
  public boolean flush() {
    unsent.forEach(frame -> onFrame.accept(this, frame));
    unsent.clear();
    return true;
  }

  @Override
  public void close(int status, String reason) {}

  @Override
  public void abort() {}

  @Override
  public void pauseReading() {}

  @Override
  public void resumeReading() {}
}

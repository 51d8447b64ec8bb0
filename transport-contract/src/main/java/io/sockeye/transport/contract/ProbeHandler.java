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
package io.sockeye.transport.contract;

import io.sockeye.engineio.protocol.Utf8Text;
import io.sockeye.engineio.server.Headers;
import io.sockeye.engineio.server.spi.HttpExchange;
import io.sockeye.engineio.server.spi.HttpHandler;
import io.sockeye.engineio.server.spi.HttpResponse;
import io.sockeye.engineio.server.spi.WebSocketConnection;
import io.sockeye.engineio.server.spi.WebSocketListener;
import io.sockeye.engineio.server.spi.WebSocketUpgrade;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Hands every request under {@code /probe} to the test, which answers it when it likes. */
final class ProbeHandler implements HttpHandler {
  static final String PATH = "/probe";

  final BlockingQueue<HttpExchange> exchanges = new LinkedBlockingQueue<>();
  final BlockingQueue<WebSocketUpgrade> upgrades = new LinkedBlockingQueue<>();

  @Override
  public boolean matches(String path) {
    return path.startsWith(PATH);
  }

  @Override
  public void handle(HttpExchange exchange) {
    exchanges.add(exchange);
  }

  @Override
  public void handle(WebSocketUpgrade upgrade) {
    upgrades.add(upgrade);
  }

  static HttpResponse ok(String body) {
    return HttpResponse.of(
        200,
        Headers.of("Content-Type", "text/plain; charset=UTF-8"),
        body.getBytes(StandardCharsets.UTF_8));
  }

  /** Notes how a body ended. */
  static final class Body implements HttpExchange.BodyListener {
    static final byte[] TOO_LARGE = {'!'};

    final BlockingQueue<byte[]> came = new LinkedBlockingQueue<>();

    @Override
    public void onBody(byte[] body) {
      came.add(body);
    }

    @Override
    public void onTooLarge() {
      came.add(TOO_LARGE);
    }
  }

  /** Notes what a WebSocket brings, as text: {@code <hex>} for binary, {@code closed 1000}. */
  static final class Listener implements WebSocketListener {
    final BlockingQueue<String> events = new LinkedBlockingQueue<>();
    final BlockingQueue<String> writable = new LinkedBlockingQueue<>();
    final BlockingQueue<WebSocketConnection> opened = new LinkedBlockingQueue<>();
    final AtomicInteger inside = new AtomicInteger();
    volatile boolean overlapped;

    WebSocketListener open(WebSocketConnection connection) {
      opened.add(connection);
      return this;
    }

    private void note(BlockingQueue<String> where, String what) {
      if (inside.incrementAndGet() != 1) {
        overlapped = true;
      }
      where.add(what);
      inside.decrementAndGet();
    }

    @Override
    public void onText(Utf8Text text) {
      note(events, text.toString());
    }

    @Override
    public void onBinary(ByteBuffer data) {
      byte[] bytes = new byte[data.remaining()];
      data.get(bytes);
      note(events, "<" + HexFormat.of().formatHex(bytes) + ">");
    }

    @Override
    public void onWritable() {
      note(writable, "writable");
    }

    @Override
    public void onClosed(int status, @Nullable Throwable cause) {
      note(events, "closed " + status);
    }
  }
}

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

import io.sockeye.engineio.server.CloseReason;
import io.sockeye.engineio.server.EngineIoOptions;
import io.sockeye.engineio.server.EngineIoServer;
import io.sockeye.engineio.server.HandlerExecution;
import io.sockeye.engineio.server.Session;
import io.sockeye.engineio.server.SessionListener;
import io.sockeye.engineio.server.WebServerOptions;
import io.sockeye.engineio.server.spi.HttpHandler;
import io.sockeye.engineio.server.spi.WebServer;
import io.sockeye.engineio.server.spi.WebServerProvider;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;

/** Starts the web server under test: with an echoing engine on it, or with handlers of a test. */
abstract class ContractServer {
  static final String POLLING = "/engine.io/?EIO=4&transport=polling";
  static final String WEBSOCKET = "/engine.io/?EIO=4&transport=websocket";
  static final int MAX_PAYLOAD = 100_000;

  /** Why sessions of the echoing engine ended. */
  final BlockingQueue<CloseReason> closed = new LinkedBlockingQueue<>();

  private @Nullable EngineIoServer engine;
  private @Nullable WebServer server;

  abstract WebServerProvider webServer();

  /** Serves an engine that sends every message back. */
  EngineIoServer serveEcho() throws IOException {
    return serveEcho(options -> {});
  }

  EngineIoServer serveEcho(Consumer<EngineIoOptions.Builder> change) throws IOException {
    EngineIoOptions.Builder options =
        EngineIoOptions.builder().maxPayload(MAX_PAYLOAD).handlerExecution(HandlerExecution.INLINE);
    change.accept(options);
    EngineIoServer created = EngineIoServer.create(options.build(), session -> new Echo());
    engine = created;
    serve(created);
    return created;
  }

  /** Serves handlers. */
  WebServer serve(HttpHandler... handlers) throws IOException {
    WebServer started =
        webServer().start(WebServerOptions.builder().port(0).build(), List.of(handlers));
    server = started;
    return started;
  }

  @AfterEach
  void stop() {
    if (engine != null) {
      engine.stop(Duration.ofMillis(20));
      engine = null;
    }
    if (server != null) {
      server.close(Duration.ofMillis(100));
      server = null;
    }
  }

  WebServer server() {
    if (server == null) {
      throw new IllegalStateException("nothing is served yet");
    }
    return server;
  }

  int port() {
    return ((InetSocketAddress) server().address()).getPort();
  }

  RawPeer connect() throws IOException {
    return RawPeer.connect(port());
  }

  /** Takes what must come. */
  static <T> T take(BlockingQueue<T> queue) throws InterruptedException {
    T value = queue.poll(10, TimeUnit.SECONDS);
    if (value == null) {
      throw new AssertionError("nothing came within ten seconds");
    }
    return value;
  }

  static String sid(String open) {
    return open.replaceAll("(?s).*\"sid\":\"([^\"]*)\".*", "$1");
  }

  /** Opens a session by polling and returns the address of its further requests. */
  static String session(RawPeer peer) throws IOException {
    return POLLING + "&sid=" + sid(peer.get(POLLING).body());
  }

  private final class Echo implements SessionListener {
    @Override
    public void onMessage(Session session, String text) {
      session.send(text.equals("a lot") ? "x".repeat(1_000_000) : text);
    }

    @Override
    public void onMessage(Session session, ByteBuffer data) {
      session.send(data);
    }

    @Override
    public void onClose(Session session, CloseReason reason) {
      closed.add(reason);
    }
  }
}

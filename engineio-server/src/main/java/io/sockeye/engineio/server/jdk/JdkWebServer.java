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
package io.sockeye.engineio.server.jdk;

import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.sockeye.engineio.server.Headers;
import io.sockeye.engineio.server.WebServerOptions;
import io.sockeye.engineio.server.spi.BindFailures;
import io.sockeye.engineio.server.spi.HttpHandler;
import io.sockeye.engineio.server.spi.HttpResponse;
import io.sockeye.engineio.server.spi.WebServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.nio.channels.UnresolvedAddressException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The HTTP server of the JDK.
 *
 * <p>It reads and writes with blocking calls: each on a thread of a pool, so that no caller waits.
 * It does not see a client go whose request waits for its answer, and it keeps some 30 kB for each
 * such client until it stops.
 */
final class JdkWebServer implements WebServer {
  private static final Logger log = LoggerFactory.getLogger(JdkWebServer.class);

  /** Each slow body and each answer that is not read holds a thread; more clients are refused. */
  private static final int MAX_THREADS = 1000;

  private static final int BACKLOG = 1024;
  private static final long STOP_SECONDS = TimeUnit.HOURS.toSeconds(1);

  private final HttpServer server;
  private final InetSocketAddress address;
  private final ThreadPoolExecutor threads;
  private boolean stoppedAccepting;

  private JdkWebServer(HttpServer server, ThreadPoolExecutor threads) {
    this.server = server;
    this.address = server.getAddress();
    this.threads = threads;
  }

  static JdkWebServer start(WebServerOptions options, List<HttpHandler> handlers)
      throws IOException {
    if (!(options.address() instanceof InetSocketAddress address)) {
      throw new IOException(
          "Cannot listen on "
              + options.address()
              + ": the HTTP server of the JDK has no unix domain sockets (expected: host and port,"
              + " or async mode netty or jetty)");
    }
    // It writes headers and body apart; without this each answer may wait 40 ms for the other's
    // acknowledgement.
    setDefault("sun.net.httpserver.nodelay", "true");
    setDefault("sun.net.httpserver.maxReqHeaderSize", "16384");
    HttpServer server = bind(options, address);
    AtomicInteger number = new AtomicInteger();
    ThreadPoolExecutor threads =
        new ThreadPoolExecutor(
            0,
            MAX_THREADS,
            10,
            TimeUnit.SECONDS,
            new SynchronousQueue<>(),
            task -> {
              Thread thread = new Thread(task, "sockeye-io-" + number.incrementAndGet());
              thread.setDaemon(true); // the server's own thread keeps the process alive
              return thread;
            });
    server.setExecutor(threads);
    server.createContext(
        "/",
        exchange -> serve(new JdkExchange(exchange, options.tls() != null, threads), handlers));
    server.start();
    log.info(
        "The HTTP server of the JDK is for development: it carries long-polling only. Add"
            + " io.sockeye:sockeye-transport-netty for WebSocket and many clients");
    return new JdkWebServer(server, threads);
  }

  /** Sets a property of the JDK's server, which reads it once, at the first one of the process. */
  private static void setDefault(String property, String value) {
    if (System.getProperty(property) == null) {
      System.setProperty(property, value);
    }
  }

  private static HttpServer bind(WebServerOptions options, InetSocketAddress address)
      throws IOException {
    try {
      if (options.tls() == null) {
        return HttpServer.create(address, BACKLOG);
      }
      HttpsServer secure = HttpsServer.create(address, BACKLOG);
      secure.setHttpsConfigurator(new HttpsConfigurator(options.tls().sslContext()));
      return secure;
    } catch (SocketException | UnresolvedAddressException failure) {
      throw BindFailures.of(address, failure);
    }
  }

  private static void serve(JdkExchange exchange, List<HttpHandler> handlers) {
    String path = exchange.request().path();
    for (HttpHandler handler : handlers) {
      if (handler.matches(path)) {
        try {
          handler.handle(exchange);
        } catch (RuntimeException | Error failure) {
          log.error("A handler failed on {}", exchange.request(), failure);
          exchange.respond(HttpResponse.empty(500, Headers.EMPTY).closing());
        }
        return;
      }
    }
    exchange.respond(HttpResponse.empty(404, Headers.EMPTY));
  }

  @Override
  public SocketAddress address() {
    return address;
  }

  @Override
  public synchronized void stopAccepting() {
    if (!stoppedAccepting) {
      stoppedAccepting = true;
      // The only call that closes the listener also waits for the open exchanges, and then closes
      // all connections: close() cuts that wait short.
      Thread stopping = new Thread(() -> server.stop((int) STOP_SECONDS), "sockeye-io-stop");
      stopping.setDaemon(true);
      stopping.start();
      awaitRefusal();
    }
  }

  /** Waits until the listener is closed, of which nobody tells. */
  private void awaitRefusal() {
    InetAddress host =
        address.getAddress().isAnyLocalAddress()
            ? InetAddress.getLoopbackAddress()
            : address.getAddress();
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(2);
    while (System.nanoTime() < end) {
      try (Socket accepted = new Socket(host, address.getPort())) {
        log.trace("{} is still open", accepted);
      } catch (IOException refused) {
        return;
      }
    }
  }

  @Override
  public void close(Duration deadline) {
    stopAccepting();
    threads.shutdown(); // what is being read and written goes on; new requests are refused
    awaitThreads(deadline);
    server.stop(0);
    threads.shutdownNow();
    awaitThreads(Duration.ofSeconds(1));
  }

  private void awaitThreads(Duration atMost) {
    try {
      boolean done = threads.awaitTermination(atMost.toMillis(), TimeUnit.MILLISECONDS);
      log.debug("All requests are done: {}", done);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}

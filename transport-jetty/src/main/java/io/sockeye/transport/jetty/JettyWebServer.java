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

import io.sockeye.engineio.server.WebServerOptions;
import io.sockeye.engineio.server.spi.BindFailures;
import io.sockeye.engineio.server.spi.HttpHandler;
import io.sockeye.engineio.server.spi.WebServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.alpn.server.ALPNServerConnectionFactory;
import org.eclipse.jetty.http2.HTTP2Cipher;
import org.eclipse.jetty.http2.server.HTTP2CServerConnectionFactory;
import org.eclipse.jetty.http2.server.HTTP2ServerConnectionFactory;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.AbstractConnector;
import org.eclipse.jetty.server.ConnectionFactory;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.SecureRequestCustomizer;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.unixdomain.server.UnixDomainServerConnector;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.eclipse.jetty.util.thread.ScheduledExecutorScheduler;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An embedded Jetty server.
 *
 * <p><b>Concurrency.</b> Immutable but for Jetty's own state; {@link #close} blocks.
 */
final class JettyWebServer implements WebServer {
  private static final Logger log = LoggerFactory.getLogger(JettyWebServer.class);

  private static final int MAX_HEADERS = 16 * 1024;
  private static final int BACKLOG = 4096;
  private static final int THREADS_PER_PROCESSOR = 8;
  private static final int MIN_THREADS = 32;
  private static final long TIMER_SECONDS = 1;
  private static final Duration IDLE = Duration.ofSeconds(30);

  private final Server server;
  private final ScheduledExecutorService timer;
  private final AbstractConnector connector;
  private final JettyHandler handler;
  private final SocketAddress address;

  private JettyWebServer(
      Server server,
      ScheduledExecutorService timer,
      AbstractConnector connector,
      JettyHandler handler,
      SocketAddress address) {
    this.server = server;
    this.timer = timer;
    this.connector = connector;
    this.handler = handler;
    this.address = address;
  }

  static JettyWebServer start(WebServerOptions options, List<HttpHandler> handlers)
      throws IOException {
    // Nothing here blocks, so the selectors' threads do nearly all of the work.
    int processors = Runtime.getRuntime().availableProcessors();
    QueuedThreadPool threads =
        new QueuedThreadPool(Math.max(MIN_THREADS, processors * THREADS_PER_PROCESSOR));
    threads.setName("sockeye-io");
    // Jetty's own timer outlives the server for a moment.
    ScheduledThreadPoolExecutor timer =
        new ScheduledThreadPoolExecutor(
            1,
            task -> new Thread(task, "sockeye-io-timer"),
            new ThreadPoolExecutor.DiscardPolicy());
    timer.setRemoveOnCancelPolicy(true);
    Server server = new Server(threads, new ScheduledExecutorScheduler(timer), null);
    JettyHandler handler = new JettyHandler(handlers, false);
    server.setHandler(handler);
    // Jetty answers what it cannot parse; its pages would name it.
    server.setErrorHandler(
        (request, response, callback) -> {
          response.write(true, null, callback);
          return true;
        });
    AbstractConnector connector = connector(server, options, processors);
    connector.setIdleTimeout(IDLE.toMillis());
    connector.setShutdownIdleTimeout(-1); // close() decides who may go on for how long
    server.addConnector(connector);
    try {
      server.start();
      ServerSocketChannel listener = (ServerSocketChannel) connector.getTransport();
      return new JettyWebServer(server, timer, connector, handler, listener.getLocalAddress());
    } catch (Exception failure) {
      stop(server, timer);
      throw BindFailures.of(options.address(), failure);
    }
  }

  private static AbstractConnector connector(Server server, WebServerOptions options, int selectors)
      throws IOException {
    ConnectionFactory[] protocols = protocols(options);
    if (options.address() instanceof UnixDomainSocketAddress socket) {
      UnixDomainServerConnector connector =
          new UnixDomainServerConnector(server, 0, selectors, protocols);
      connector.setUnixDomainPath(socket.getPath());
      connector.setAcceptQueueSize(BACKLOG);
      return connector;
    }
    InetSocketAddress address = (InetSocketAddress) options.address();
    ServerConnector connector = new ServerConnector(server, 0, selectors, protocols);
    connector.setHost(address.getHostString());
    connector.setPort(address.getPort());
    connector.setAcceptQueueSize(BACKLOG);
    return connector;
  }

  private static ConnectionFactory[] protocols(WebServerOptions options) throws IOException {
    HttpConfiguration http = new HttpConfiguration();
    http.setSendServerVersion(false);
    http.setSendDateHeader(false);
    http.setRequestHeaderSize(MAX_HEADERS);
    HttpConnectionFactory http1 = new HttpConnectionFactory(http);
    WebServerOptions.Tls tls = options.tls();
    if (tls == null) {
      return new ConnectionFactory[] {http1, new HTTP2CServerConnectionFactory(http)};
    }
    http.addCustomizer(new SecureRequestCustomizer(false)); // any name reaches this server
    SslContextFactory.Server context = new SslContextFactory.Server();
    context.setSslContext(tls.sslContext());
    context.setIncludeProtocols("TLSv1.3", "TLSv1.2");
    context.setCipherComparator(HTTP2Cipher.COMPARATOR);
    ALPNServerConnectionFactory alpn = new ALPNServerConnectionFactory();
    alpn.setDefaultProtocol(http1.getProtocol());
    return new ConnectionFactory[] {
      new SslConnectionFactory(context, alpn.getProtocol()),
      alpn,
      new HTTP2ServerConnectionFactory(http),
      http1
    };
  }

  @Override
  public SocketAddress address() {
    return address;
  }

  @Override
  public void stopAccepting() {
    connector.setAccepting(false);
    try {
      if (connector.getTransport() instanceof ServerSocketChannel listener) {
        listener.close();
      }
    } catch (IOException failure) {
      log.warn("Cannot close the socket of {}: {}", address, failure.getMessage());
    }
  }

  @Override
  @SuppressWarnings("FutureReturnValueIgnored") // stopping the server waits for it
  public void close(Duration deadline) {
    stopAccepting();
    handler.stopping();
    connector.shutdown(); // from now on each answer closes its connection
    for (EndPoint connection : connector.getConnectedEndPoints()) {
      if (!handler.isBusy(connection)) {
        connection.close();
      }
    }
    // What was answered or closed is on its way out; whoever still talks is cut off at the
    // deadline.
    server.setStopTimeout(Math.max(1, deadline.toMillis()));
    stop(server, timer);
    if (address instanceof UnixDomainSocketAddress socket) {
      try {
        Files.deleteIfExists(socket.getPath());
      } catch (IOException failure) {
        log.warn("Cannot remove {}: {}", socket, failure.getMessage());
      }
    }
  }

  private static void stop(Server server, ScheduledExecutorService timer) {
    try {
      server.stop();
    } catch (Exception unfinished) {
      log.debug("Jetty stopped with connections open: {}", unfinished.toString());
    }
    timer.shutdownNow();
    try {
      if (!timer.awaitTermination(TIMER_SECONDS, TimeUnit.SECONDS)) {
        log.warn("The timer of {} does not end", server);
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}

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
package io.sockeye.transport.servlet;

import io.sockeye.engineio.server.TransportType;
import io.sockeye.engineio.server.WebServerOptions;
import io.sockeye.engineio.server.spi.BindFailures;
import io.sockeye.engineio.server.spi.HttpHandler;
import io.sockeye.engineio.server.spi.WebServer;
import io.sockeye.engineio.server.spi.WebServerProvider;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.eclipse.jetty.ee11.servlet.ServletContextHandler;
import org.eclipse.jetty.ee11.servlet.ServletHolder;
import org.eclipse.jetty.ee11.websocket.jakarta.server.config.JakartaWebSocketServletContainerInitializer;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/** The servlet in an embedded Jetty, for tests. */
public final class JettyServletWebServerProvider implements WebServerProvider {
  /** Called by {@link java.util.ServiceLoader}. */
  public JettyServletWebServerProvider() {}

  @Override
  public String name() {
    return "jetty-servlet";
  }

  @Override
  public int preference() {
    return 900;
  }

  @Override
  public boolean isAvailable() {
    return getClass()
            .getClassLoader()
            .getResource("org/eclipse/jetty/ee11/servlet/ServletContextHandler.class")
        != null;
  }

  @Override
  public Set<TransportType> transports() {
    return EnumSet.allOf(TransportType.class);
  }

  @Override
  public WebServer start(WebServerOptions options, List<HttpHandler> handlers) throws IOException {
    if (!(options.address() instanceof InetSocketAddress asked) || options.tls() != null) {
      throw new IOException(options.address() + " (expected: host and port, without TLS)");
    }
    EngineIoServlet servlet = new EngineIoServlet(handlers, HttpSessionMode.NONE, null);
    Server server = new Server(new QueuedThreadPool(200));
    HttpConfiguration http = new HttpConfiguration();
    http.setSendServerVersion(false);
    http.setRequestHeaderSize(16 * 1024);
    ServerConnector connector = new ServerConnector(server, new HttpConnectionFactory(http));
    connector.setHost(asked.getHostString());
    connector.setPort(asked.getPort());
    connector.setIdleTimeout(75_000);
    server.addConnector(connector);
    ServletContextHandler context = new ServletContextHandler("/");
    ServletHolder holder = new ServletHolder("engine.io", servlet);
    holder.setAsyncSupported(true);
    holder.setInitOrder(1);
    context.addServlet(holder, "/");
    JakartaWebSocketServletContainerInitializer.configure(context, null);
    server.setHandler(context);
    server.setStopTimeout(0);
    try {
      server.start();
    } catch (Exception failure) {
      stop(server);
      throw BindFailures.of(asked, failure);
    }
    return new Running(
        server,
        connector,
        servlet,
        new InetSocketAddress(asked.getAddress(), connector.getLocalPort()));
  }

  private static void stop(Server server) {
    try {
      server.stop();
    } catch (Exception failure) {
      throw new IllegalStateException("Jetty did not stop", failure);
    }
  }

  private record Running(
      Server server, ServerConnector connector, EngineIoServlet servlet, SocketAddress address)
      implements WebServer {
    @Override
    public void stopAccepting() {
      connector.close();
    }

    @Override
    public void close(Duration deadline) {
      stopAccepting();
      servlet.close(deadline);
      stop(server);
    }
  }
}

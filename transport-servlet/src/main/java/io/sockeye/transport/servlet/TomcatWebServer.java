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

import io.sockeye.engineio.server.WebServerOptions;
import io.sockeye.engineio.server.spi.BindFailures;
import io.sockeye.engineio.server.spi.HttpHandler;
import io.sockeye.engineio.server.spi.WebServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.logging.Level;
import java.util.stream.Stream;
import org.apache.catalina.Context;
import org.apache.catalina.LifecycleException;
import org.apache.catalina.Wrapper;
import org.apache.catalina.connector.Connector;
import org.apache.catalina.core.StandardContext;
import org.apache.catalina.core.StandardHost;
import org.apache.catalina.startup.Tomcat;
import org.apache.coyote.AbstractProtocol;
import org.apache.tomcat.util.net.SSLHostConfig;
import org.apache.tomcat.util.net.SSLHostConfigCertificate;
import org.apache.tomcat.websocket.server.WsSci;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** An embedded Tomcat with one servlet. */
final class TomcatWebServer implements WebServer {
  private static final Logger log = LoggerFactory.getLogger(TomcatWebServer.class);

  /** Loggers of Tomcat's that have nothing to say here; kept, because their levels go with them. */
  private static final List<java.util.logging.Logger> QUIET =
      List.of(
          // It takes the application's own threads for leaks of a web application.
          java.util.logging.Logger.getLogger("org.apache.catalina.loader.WebappClassLoaderBase"),
          java.util.logging.Logger.getLogger("org.apache.tomcat.util.net.NioEndpoint.certificate"));

  private static final int MAX_HEADERS = 16 * 1024;
  private static final int FIRST_REQUEST_MILLIS = 10_000;
  private static final int KEEP_ALIVE_MILLIS = 75_000;
  private static final int BACKLOG = 4096;
  private static final int MAX_CONNECTIONS = 100_000;

  private final Tomcat tomcat;
  private final Connector connector;
  private final EngineIoServlet servlet;
  private final Path workDirectory;
  private final SocketAddress address;
  private boolean closed; // under this

  private TomcatWebServer(
      Tomcat tomcat,
      Connector connector,
      EngineIoServlet servlet,
      Path workDirectory,
      SocketAddress address) {
    this.tomcat = tomcat;
    this.connector = connector;
    this.servlet = servlet;
    this.workDirectory = workDirectory;
    this.address = address;
  }

  static TomcatWebServer start(
      WebServerOptions options, List<HttpHandler> handlers, boolean webSocket) throws IOException {
    EngineIoServlet servlet = new EngineIoServlet(handlers, HttpSessionMode.NONE, null);
    Connector connector = connector(options);
    Path workDirectory = Files.createTempDirectory("sockeye-tomcat");
    Tomcat tomcat = new Tomcat();
    try {
      tomcat.setSilent(true); // its banner
      QUIET.forEach(logger -> logger.setLevel(Level.SEVERE));
      tomcat.setBaseDir(workDirectory.toString());
      tomcat.setConnector(connector);
      if (tomcat.getHost() instanceof StandardHost host) {
        host.setErrorReportValveClass(""); // it would name Tomcat and its version
      }
      Context context = tomcat.addContext("", null);
      if (context instanceof StandardContext standard) {
        // There is one application and nothing to unload; the search would only warn.
        standard.setClearReferencesRmiTargets(false);
        standard.setClearReferencesThreadLocals(false);
      }
      if (webSocket) {
        context.addServletContainerInitializer(new WsSci(), null);
      }
      Wrapper wrapper = Tomcat.addServlet(context, "engine.io", servlet);
      wrapper.setAsyncSupported(true);
      wrapper.setLoadOnStartup(1);
      wrapper.addMapping("/");
      tomcat.start();
      SocketAddress bound =
          options.address() instanceof InetSocketAddress asked
              ? new InetSocketAddress(asked.getAddress(), connector.getLocalPort())
              : options.address();
      return new TomcatWebServer(tomcat, connector, servlet, workDirectory, bound);
    } catch (LifecycleException | RuntimeException failure) {
      stop(tomcat, workDirectory);
      throw BindFailures.of(options.address(), failure);
    }
  }

  private static Connector connector(WebServerOptions options) throws IOException {
    Connector connector = new Connector("org.apache.coyote.http11.Http11NioProtocol");
    connector.setThrowOnFailure(true);
    if (options.address() instanceof InetSocketAddress asked) {
      if (asked.getAddress() == null) {
        throw BindFailures.of(asked, new UnknownHostException(asked.getHostString()));
      }
      connector.setPort(asked.getPort());
      connector.setProperty("address", asked.getAddress().getHostAddress());
    } else if (options.address() instanceof UnixDomainSocketAddress socket) {
      connector.setProperty("unixDomainSocketPath", socket.getPath().toString());
    }
    connector.setProperty("bindOnInit", "false"); // only then it can stop to accept and go on
    connector.setProperty("daemon", "false");
    connector.setProperty("acceptCount", String.valueOf(BACKLOG));
    connector.setProperty("maxConnections", String.valueOf(MAX_CONNECTIONS));
    connector.setProperty("maxHttpHeaderSize", String.valueOf(MAX_HEADERS));
    connector.setProperty("connectionTimeout", String.valueOf(FIRST_REQUEST_MILLIS));
    connector.setProperty("keepAliveTimeout", String.valueOf(KEEP_ALIVE_MILLIS));
    connector.setProperty("maxKeepAliveRequests", "-1");
    WebServerOptions.Tls tls = options.tls();
    if (tls != null) {
      tls.sslContext(); // says which file is wrong, as Tomcat does not
      SSLHostConfig host = new SSLHostConfig();
      host.setProtocols("TLSv1.3+TLSv1.2");
      SSLHostConfigCertificate certificate =
          new SSLHostConfigCertificate(host, SSLHostConfigCertificate.Type.UNDEFINED);
      certificate.setCertificateFile(tls.certificateChain().toAbsolutePath().toString());
      certificate.setCertificateKeyFile(tls.privateKey().toAbsolutePath().toString());
      if (tls.password() != null) {
        certificate.setCertificateKeyPassword(tls.password());
      }
      host.addCertificate(certificate);
      connector.addSslHostConfig(host);
      connector.setSecure(true);
      connector.setScheme("https");
      connector.setProperty("SSLEnabled", "true");
    }
    return connector;
  }

  @Override
  public SocketAddress address() {
    return address;
  }

  @Override
  public void stopAccepting() {
    if (connector.getProtocolHandler() instanceof AbstractProtocol<?> protocol) {
      protocol.closeServerSocketGraceful();
    }
  }

  @Override
  public synchronized void close(Duration deadline) {
    if (closed) {
      return;
    }
    closed = true;
    stopAccepting();
    servlet.close(deadline);
    stop(tomcat, workDirectory);
  }

  private static void stop(Tomcat tomcat, Path workDirectory) {
    try {
      tomcat.stop();
      tomcat.destroy();
    } catch (LifecycleException failure) {
      log.debug("Tomcat did not stop cleanly", failure);
    }
    try (Stream<Path> files = Files.walk(workDirectory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException failure) {
      log.warn("Cannot remove {}: {}", workDirectory, failure.getMessage());
    }
  }
}

/** Engine.IO over Jetty: embedded, or as a handler in a server that you already have. */
module io.sockeye.transport.jetty {
  requires static org.jspecify;
  requires transitive io.sockeye.engineio.server;
  requires org.eclipse.jetty.alpn.server;
  requires org.eclipse.jetty.http;
  requires org.eclipse.jetty.http2.common;
  requires org.eclipse.jetty.http2.server;
  requires org.eclipse.jetty.io;
  requires transitive org.eclipse.jetty.server;
  requires org.eclipse.jetty.unixdomain.server;
  requires org.eclipse.jetty.util;
  requires org.eclipse.jetty.websocket.core.common;
  requires org.eclipse.jetty.websocket.core.server;
  requires org.slf4j;

  exports io.sockeye.transport.jetty;

  provides io.sockeye.engineio.server.spi.WebServerProvider with
      io.sockeye.transport.jetty.JettyWebServerProvider;
}

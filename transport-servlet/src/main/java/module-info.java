/** Engine.IO in servlet containers, and in an embedded Tomcat. */
module io.sockeye.transport.servlet {
  requires java.logging;
  requires static org.jspecify;
  requires transitive io.sockeye.engineio.server;
  requires static transitive jakarta.servlet;
  requires static jakarta.websocket;
  requires static jakarta.websocket.client;
  requires org.slf4j;

  exports io.sockeye.transport.servlet;

  provides io.sockeye.engineio.server.spi.WebServerProvider with
      io.sockeye.transport.servlet.ServletWebServerProvider;
}

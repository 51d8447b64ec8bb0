/** Engine.IO sessions, transports, upgrade and heartbeat, over an SPI for web servers. */
module io.sockeye.engineio.server {
  requires static org.jspecify;
  requires transitive io.sockeye.engineio.protocol;
  requires static jdk.httpserver; // a runtime image without it has one web server less
  requires org.slf4j;

  // API
  exports io.sockeye.engineio.server;

  // SPI: implemented by web server bindings and by protocols on top
  exports io.sockeye.engineio.server.spi;

  // Internal
  exports io.sockeye.engineio.server.internal to
      io.sockeye.socketio.server,
      io.sockeye.testclient;

  uses io.sockeye.engineio.server.spi.WebServerProvider;

  provides io.sockeye.engineio.server.spi.WebServerProvider with
      io.sockeye.engineio.server.jdk.JdkWebServerProvider;
}

/** Namespaces, sockets, rooms, acknowledgements and broadcasts over Engine.IO sessions. */
module io.sockeye.socketio.server {
  requires static org.jspecify;
  requires transitive io.sockeye.engineio.server;
  requires transitive io.sockeye.socketio.protocol;
  requires io.sockeye.engineio.protocol;
  requires io.sockeye.parser.msgpack;
  requires org.slf4j;
  requires tools.jackson.core;
  requires tools.jackson.databind;

  // API
  exports io.sockeye.socketio.server;

  // SPI: implemented by client managers, message queues and JSON bindings
  exports io.sockeye.socketio.server.spi;

  // Internal
  exports io.sockeye.socketio.server.internal to
      io.sockeye.testclient;

  uses io.sockeye.socketio.server.spi.ClusterBusProvider;
}

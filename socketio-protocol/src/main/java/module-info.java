/** Socket.IO packets, revisions 5 and 4/3: pure functions between bytes and records. */
module io.sockeye.socketio.protocol {
  requires static org.jspecify;
  requires tools.jackson.core;

  exports io.sockeye.socketio.protocol;
}

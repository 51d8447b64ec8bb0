/** A Socket.IO client for tests of an application's handlers, in the JVM of the server. */
module io.sockeye.testclient {
  requires static org.jspecify;
  requires transitive io.sockeye.socketio.server;
  requires io.sockeye.engineio.protocol;
  requires static org.junit.jupiter.api; // for those who use the JUnit extension

  exports io.sockeye.testclient;
}

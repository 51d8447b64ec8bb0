/**
 * What a server relies on in its client manager, and a cluster in its message queue, as JUnit
 * classes to extend.
 */
module io.sockeye.clientmanager.contract {
  requires static org.jspecify;
  requires transitive io.sockeye.socketio.server;
  requires io.sockeye.testclient;
  requires org.assertj.core;
  requires transitive org.junit.jupiter.api;

  exports io.sockeye.clientmanager.contract;

  // JUnit calls the tests.
  opens io.sockeye.clientmanager.contract;
}

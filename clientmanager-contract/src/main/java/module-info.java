/** What a cluster relies on in a message queue, as a JUnit class that each bus extends. */
module io.sockeye.clientmanager.contract {
  requires static org.jspecify;
  requires transitive io.sockeye.socketio.server;
  requires org.assertj.core;
  requires transitive org.junit.jupiter.api;

  exports io.sockeye.clientmanager.contract;

  // JUnit calls the tests.
  opens io.sockeye.clientmanager.contract;
}

/** What Engine.IO relies on in a web server, as a JUnit class that each binding extends. */
module io.sockeye.transport.contract {
  requires static org.jspecify;
  requires transitive io.sockeye.engineio.server;
  requires java.management;
  requires org.assertj.core;
  requires transitive org.junit.jupiter.api;
  requires transitive org.junit.jupiter.params;

  exports io.sockeye.transport.contract;

  // JUnit calls the tests.
  opens io.sockeye.transport.contract;
}

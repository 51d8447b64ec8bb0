package io.sockeye.engineio.server.spi;

import java.net.SocketAddress;
import java.time.Duration;

/** A web server that runs. Safe for use by any thread. */
public interface WebServer extends AutoCloseable {
  /** Returns the address that it listens on, with the port that was chosen if 0 was asked for. */
  SocketAddress address();

  /** Stops accepting connections; those that are open go on. Idempotent, does not block long. */
  void stopAccepting();

  /**
   * Stops accepting, lets what is being written go out, and closes every connection at the latest
   * after the given time; blocks until then. Idempotent.
   */
  void close(Duration deadline);

  /** Closes with a deadline of two seconds. */
  @Override
  default void close() {
    close(Duration.ofSeconds(2));
  }
}

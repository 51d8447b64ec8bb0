/*
 * Copyright 2026 the Sockeye authors.
 *
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * You may obtain a copy of the License at
 *
 *     https://www.apache.org/licenses/LICENSE-2.0
 *
 * Unless required by applicable law or agreed to in writing, software
 * distributed under the License is distributed on an "AS IS" BASIS,
 * WITHOUT WARRANTIES OR CONDITIONS OF ANY KIND, either express or implied.
 * See the License for the specific language governing permissions and
 * limitations under the License.
 */
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

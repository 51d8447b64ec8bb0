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

import io.sockeye.engineio.server.Headers;
import io.sockeye.engineio.server.HttpRequest;

/**
 * A request to upgrade to WebSocket that has not been answered yet. Exactly one of {@link #accept}
 * and {@link #refuse} is called, once, from any thread; neither blocks.
 */
public interface WebSocketUpgrade {
  /** Returns the request. */
  HttpRequest request();

  /**
   * Completes the opening handshake. The binding calls {@link Acceptor#opened} exactly once, on the
   * connection's executor and before it delivers the first frame; for a peer that has gone
   * meanwhile too, and then {@link WebSocketListener#onClosed} follows at once.
   *
   * @param headers headers to add to the 101 answer
   * @param settings the connection's limits
   * @param acceptor gives the connection its listener
   */
  void accept(Headers headers, Settings settings, Acceptor acceptor);

  /** Answers with an error instead, and closes the connection. */
  void refuse(HttpResponse response);

  /** Takes the connection when it is open. */
  @FunctionalInterface
  interface Acceptor {
    /** The connection is open; what it brings goes to the returned listener. */
    WebSocketListener opened(WebSocketConnection connection);
  }

  /**
   * Limits and extensions of one connection.
   *
   * @param maxMessageBytes the largest message, after its fragments are put together and inflated;
   *     a larger one closes the connection with 1009 before it is held in memory
   * @param deflateThreshold permessage-deflate is offered, and messages from this size on are
   *     compressed; -1: not offered
   */
  record Settings(int maxMessageBytes, int deflateThreshold) {
    /** Returns whether permessage-deflate may be negotiated. */
    public boolean deflate() {
      return deflateThreshold >= 0;
    }
  }
}

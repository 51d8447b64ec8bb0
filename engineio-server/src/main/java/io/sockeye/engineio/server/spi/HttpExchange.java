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

import io.sockeye.engineio.server.HttpRequest;

/**
 * One HTTP request and its answer. The engine sees it as soon as the headers are there, so that a
 * request can be refused before its body is read.
 *
 * <p>All methods may be called from any thread, and none blocks. Exactly one of {@link #respond}
 * and {@link #abort} ends the exchange; what comes after that is ignored.
 */
public interface HttpExchange {
  /** Returns the request line and headers. */
  HttpRequest request();

  /**
   * Returns whether the web server can turn such a request into a WebSocket; true by default. A
   * handshake on one that cannot offers no upgrade.
   */
  default boolean carriesWebSocket() {
    return true;
  }

  /**
   * Reads the body; called at most once, and only for requests that may have one. A body that is
   * not read is discarded by the binding.
   *
   * @param maxBytes the largest body; one byte more calls {@link BodyListener#onTooLarge}, before
   *     anything is read when a Content-Length says so
   * @param listener called exactly once, on any thread
   */
  void readBody(int maxBytes, BodyListener listener);

  /**
   * Answers. The binding adds {@code Content-Length} and {@code Connection}, keeps the connection
   * open where HTTP allows it, and closes it when the body has not been read to its end.
   */
  void respond(HttpResponse response);

  /** Closes the TCP connection without an answer. */
  void abort();

  /**
   * Registers the one listener that runs when the peer goes away before the answer was written. It
   * runs at once if that has already happened, and never after the answer.
   */
  void onAbort(Runnable listener);

  /** Hears how the reading of a body ended. A peer that goes away is told to {@link #onAbort}. */
  interface BodyListener {
    /**
     * The whole body.
     *
     * @param body its bytes, which the binding does not touch again
     */
    void onBody(byte[] body);

    /** The body is over the limit; nothing more of it is read. */
    void onTooLarge();
  }
}

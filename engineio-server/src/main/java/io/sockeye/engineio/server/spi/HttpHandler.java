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

/**
 * Answers the requests of some paths. A web server asks its handlers in order and hands a request
 * to the first that {@link #matches}; a request that nobody wants is answered with 404.
 *
 * <p>Called on I/O threads, concurrently; no method blocks.
 */
public interface HttpHandler {
  /**
   * Returns whether this handler answers requests for a path.
   *
   * @param path the path of the request, percent-decoded once, without the query
   */
  boolean matches(String path);

  /** Answers a request, now or later. */
  void handle(HttpExchange exchange);

  /** Answers a request to upgrade to WebSocket; by default with 404. */
  default void handle(WebSocketUpgrade upgrade) {
    upgrade.refuse(HttpResponse.empty(404, Headers.EMPTY));
  }
}

package io.sockeye.engineio.server.spi;

import io.sockeye.engineio.server.Headers;

/**
 * Answers the requests of some paths. A web server asks its handlers in order and hands a request to
 * the first that {@link #matches}; a request that nobody wants is answered with 404.
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

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
package io.sockeye.engineio.server.internal;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sockeye.engineio.server.Headers;
import io.sockeye.engineio.server.HttpRequest;
import io.sockeye.engineio.server.spi.HttpHandler;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/**
 * A web server without a web, for tests: requests and WebSockets go to a handler in the same JVM,
 * on the thread of the test, which nothing else runs on. Not for use by several threads.
 */
public final class MemoryWeb {
  private final HttpHandler handler;

  /** Serves a handler. */
  public MemoryWeb(HttpHandler handler) {
    this.handler = handler;
  }

  /** Sends a GET. */
  public MemoryExchange get(String uri, String... headers) {
    return send(new MemoryExchange(request("GET", uri, headers)).body(new byte[0]));
  }

  /** Sends a POST of text. */
  public MemoryExchange post(String uri, String body, String... headers) {
    return post(uri, body.getBytes(UTF_8), headers);
  }

  /** Sends a POST. */
  public MemoryExchange post(String uri, byte[] body, String... headers) {
    return send(new MemoryExchange(request("POST", uri, headers)).body(body));
  }

  /** Sends a request of any method, without a body. */
  public MemoryExchange request(String method, String uri) {
    return send(new MemoryExchange(request(method, uri, new String[0])).body(new byte[0]));
  }

  /** Sends a request whose body the test delivers later. */
  public MemoryExchange begin(String method, String uri, String... headers) {
    return send(new MemoryExchange(request(method, uri, headers)));
  }

  /** Asks for a WebSocket. */
  public MemorySocket webSocket(String uri, String... headers) {
    MemorySocket socket = new MemorySocket(request("GET", uri, headers));
    handler.handle(socket.upgrade());
    return socket;
  }

  private MemoryExchange send(MemoryExchange exchange) {
    handler.handle(exchange);
    return exchange;
  }

  private static HttpRequest request(String method, String uri, String[] headers) {
    return new HttpRequest(
        method,
        uri,
        Headers.of(headers),
        new InetSocketAddress(InetAddress.getLoopbackAddress(), 50000),
        false);
  }
}

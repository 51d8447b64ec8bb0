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
package io.sockeye.socketio.server;

import io.sockeye.engineio.server.Headers;
import io.sockeye.engineio.server.spi.HttpExchange;
import io.sockeye.engineio.server.spi.HttpHandler;
import io.sockeye.engineio.server.spi.HttpResponse;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Serves the official JavaScript client from the class path: a fixed list of files, under their
 * exact names and nothing else. Safe for any thread.
 */
final class ClientBundle implements HttpHandler {
  static final String VERSION = "4.8.4";

  private static final Set<String> FILES =
      Set.of(
          "socket.io.js",
          "socket.io.js.map",
          "socket.io.min.js",
          "socket.io.min.js.map",
          "socket.io.esm.min.js",
          "socket.io.esm.min.js.map",
          "socket.io.msgpack.min.js",
          "socket.io.msgpack.min.js.map");
  private static final String ETAG = "\"" + VERSION + "\"";

  private final String path;
  private final Map<String, byte[]> loaded = new ConcurrentHashMap<>();

  ClientBundle(String path) {
    this.path = path;
  }

  @Override
  public boolean matches(String requested) {
    return requested.startsWith(path) && FILES.contains(requested.substring(path.length()));
  }

  @Override
  public void handle(HttpExchange exchange) {
    String method = exchange.request().method();
    Headers caching =
        Headers.of(
            "ETag",
            ETAG,
            "Cache-Control",
            "public, max-age=0",
            "X-Content-Type-Options",
            "nosniff");
    if (!method.equals("GET") && !method.equals("HEAD")) {
      exchange.respond(HttpResponse.empty(405, Headers.of("Allow", "GET, HEAD")));
      return;
    }
    String known = exchange.request().header("If-None-Match");
    if (known != null && (known.equals(ETAG) || known.equals("W/" + ETAG))) {
      exchange.respond(HttpResponse.empty(304, caching));
      return;
    }
    String file = exchange.request().path().substring(path.length());
    String type = file.endsWith(".map") ? "application/json" : "application/javascript";
    byte[] body = method.equals("HEAD") ? new byte[0] : loaded.computeIfAbsent(file, this::load);
    exchange.respond(
        HttpResponse.of(
            200, Headers.of("Content-Type", type + "; charset=utf-8").plus(caching), body));
  }

  private byte[] load(String file) {
    try (InputStream in = ClientBundle.class.getResourceAsStream("client-dist/" + file)) {
      if (in == null) {
        throw new IllegalStateException("client-dist/" + file + " is missing from the class path");
      }
      return in.readAllBytes();
    } catch (IOException broken) {
      throw new UncheckedIOException(broken);
    }
  }
}

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
package io.sockeye.examples.chat;

import io.sockeye.engineio.server.Headers;
import io.sockeye.engineio.server.spi.HttpExchange;
import io.sockeye.engineio.server.spi.HttpHandler;
import io.sockeye.engineio.server.spi.HttpResponse;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;

/** The page and what belongs to it: a few files from the class path, read once. */
final class ChatPage implements HttpHandler {
  /** The page runs its own script and shows pictures that it received; nothing else. */
  private static final String SECURITY_POLICY =
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:;"
          + " connect-src 'self' ws: wss:; base-uri 'none'; form-action 'none';"
          + " frame-ancestors 'none'";

  private final Map<String, HttpResponse> files =
      Map.of(
          "/", file("index.html", "text/html"),
          "/style.css", file("style.css", "text/css"),
          "/chat.js", file("chat.js", "text/javascript"),
          "/favicon.svg", file("favicon.svg", "image/svg+xml"));

  @Override
  public boolean matches(String path) {
    return files.containsKey(path);
  }

  @Override
  public void handle(HttpExchange exchange) {
    HttpResponse file = files.get(exchange.request().path());
    if (file == null) {
      exchange.respond(HttpResponse.empty(404, Headers.EMPTY));
      return;
    }
    switch (exchange.request().method()) {
      case "GET" -> exchange.respond(file);
      case "HEAD" -> exchange.respond(HttpResponse.empty(200, file.headers()));
      default -> exchange.respond(HttpResponse.empty(405, Headers.of("Allow", "GET, HEAD")));
    }
  }

  private static HttpResponse file(String name, String type) {
    Headers headers =
        Headers.of(
            "Content-Type",
            type + "; charset=utf-8",
            "Cache-Control",
            "no-cache",
            "Content-Security-Policy",
            SECURITY_POLICY,
            "X-Content-Type-Options",
            "nosniff");
    try (InputStream in = ChatPage.class.getResourceAsStream("page/" + name)) {
      if (in == null) {
        throw new IllegalStateException("page/" + name + " is missing from the class path");
      }
      return HttpResponse.of(200, headers, in.readAllBytes());
    } catch (IOException broken) {
      throw new UncheckedIOException(broken);
    }
  }
}

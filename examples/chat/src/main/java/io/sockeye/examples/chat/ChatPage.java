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

/** The files of the page, on the port of the chat. */
final class ChatPage implements HttpHandler {
  private static final String POLICY =
      "default-src 'self'; img-src 'self' blob: data:; connect-src 'self' ws: wss:";

  private static final HttpResponse NOT_FOUND = HttpResponse.empty(404, Headers.EMPTY);

  private final Map<String, HttpResponse> files =
      Map.of(
          "/", file("index.html", "text/html; charset=utf-8"),
          "/style.css", file("style.css", "text/css; charset=utf-8"),
          "/chat.js", file("chat.js", "text/javascript; charset=utf-8"));

  private static HttpResponse file(String name, String type) {
    try (InputStream in = ChatPage.class.getResourceAsStream(name)) {
      if (in == null) {
        throw new IllegalStateException(name + " is not among the resources");
      }
      return HttpResponse.of(
          200,
          Headers.of("Content-Type", type, "Content-Security-Policy", POLICY),
          in.readAllBytes());
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  @Override
  public boolean matches(String path) {
    return files.containsKey(path);
  }

  @Override
  public void handle(HttpExchange exchange) {
    exchange.respond(files.getOrDefault(exchange.request().path(), NOT_FOUND));
  }
}

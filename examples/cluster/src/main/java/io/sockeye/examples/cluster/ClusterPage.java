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
package io.sockeye.examples.cluster;

import io.sockeye.engineio.server.Headers;
import io.sockeye.engineio.server.spi.HttpExchange;
import io.sockeye.engineio.server.spi.HttpHandler;
import io.sockeye.engineio.server.spi.HttpResponse;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;

/** The page: two files from the class path. */
final class ClusterPage implements HttpHandler {
  private final Map<String, HttpResponse> files =
      Map.of(
          "/", file("index.html", "text/html"),
          "/cluster.js", file("cluster.js", "text/javascript"));

  @Override
  public boolean matches(String path) {
    return files.containsKey(path);
  }

  @Override
  public void handle(HttpExchange exchange) {
    HttpResponse file = files.get(exchange.request().path());
    if (file != null && exchange.request().method().equals("GET")) {
      exchange.respond(file);
    } else {
      exchange.respond(HttpResponse.empty(405, Headers.of("Allow", "GET")));
    }
  }

  private static HttpResponse file(String name, String type) {
    try (InputStream in = ClusterPage.class.getResourceAsStream("page/" + name)) {
      if (in == null) {
        throw new IllegalStateException("page/" + name + " is missing from the class path");
      }
      Headers headers =
          Headers.of(
              "Content-Type",
              type + "; charset=utf-8",
              "Content-Security-Policy",
              "default-src 'self'; connect-src 'self' ws: wss:");
      return HttpResponse.of(200, headers, in.readAllBytes());
    } catch (IOException broken) {
      throw new UncheckedIOException(broken);
    }
  }
}

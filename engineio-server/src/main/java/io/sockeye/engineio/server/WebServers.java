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
package io.sockeye.engineio.server;

import io.sockeye.engineio.server.spi.HttpHandler;
import io.sockeye.engineio.server.spi.WebServer;
import io.sockeye.engineio.server.spi.WebServerProvider;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.ServiceLoader;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Chooses among the web servers on the class path and starts one. Several handlers share its port:
 * an Engine.IO server, a Socket.IO server, an application's own.
 */
public final class WebServers {
  private static final Logger log = LoggerFactory.getLogger(WebServers.class);

  private WebServers() {}

  /**
   * Starts a web server.
   *
   * @param options where to listen, and which web server to use
   * @param handlers asked in order for each request; 404 when none wants it
   * @throws IOException if the address cannot be bound
   * @throws IllegalStateException if no suitable web server is on the class path; the message names
   *     the artifact to add
   */
  public static WebServer start(WebServerOptions options, HttpHandler... handlers)
      throws IOException {
    WebServerProvider provider = choose(options.asyncMode(), providers());
    WebServer server = provider.start(options, List.of(handlers));
    log.info(
        "Listening on {} with async mode {} ({})",
        server.address(),
        provider.name(),
        options.asyncMode() == null
            ? "first available in order of preference"
            : "chosen by option");
    return server;
  }

  private static List<WebServerProvider> providers() {
    List<WebServerProvider> found = new ArrayList<>();
    ServiceLoader.load(WebServerProvider.class).forEach(found::add);
    found.sort(Comparator.comparingInt(WebServerProvider::preference));
    return found;
  }

  static WebServerProvider choose(@Nullable String name, List<WebServerProvider> inOrder) {
    for (WebServerProvider provider : inOrder) {
      if (name == null ? provider.isAvailable() : provider.name().equals(name)) {
        if (!provider.isAvailable()) {
          break;
        }
        return provider;
      }
    }
    throw new IllegalStateException(
        name == null
            ? "No web server on the class path: add io.sockeye:sockeye-transport-netty"
            : "Async mode \""
                + name
                + "\" is not available: add io.sockeye:sockeye-transport-"
                + name
                + " and its libraries; found on the class path: "
                + inOrder.stream().map(WebServerProvider::name).toList());
  }
}

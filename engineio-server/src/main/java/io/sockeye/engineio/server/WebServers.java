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
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Chooses among the web servers on the class path and starts one. Several handlers share its port:
 * an Engine.IO server, a Socket.IO server, an application's own.
 *
 * <p>The order of preference is {@code netty}, {@code jetty}, {@code servlet}, {@code jdk}; the
 * last one is a part of this module, carries long-polling only and is for development. Web servers
 * of third parties are found in the same way, with {@link ServiceLoader}.
 */
public final class WebServers {
  private static final Logger log = LoggerFactory.getLogger(WebServers.class);

  /** A loader that fails may do so again and again. */
  private static final int MAX_PROVIDERS = 100;

  private WebServers() {}

  /**
   * Starts a web server; says once, at INFO, which one and why.
   *
   * @param options where to listen, and which web server to use
   * @param handlers asked in order for each request; 404 when none wants it
   * @throws IOException if the address cannot be bound
   * @throws IllegalStateException if the web server that is asked for is not on the class path; the
   *     message names the artifact to add
   */
  public static WebServer start(WebServerOptions options, HttpHandler... handlers)
      throws IOException {
    List<WebServerProvider> found = providers();
    WebServerProvider provider = choose(options.asyncMode(), found);
    WebServer server = provider.start(options, List.of(handlers));
    log.info(
        "Listening on {} with async mode {} ({})",
        server.address(),
        provider.name(),
        options.asyncMode() == null
            ? "the first of " + available(found) + ", in order of preference"
            : "chosen by option");
    return server;
  }

  private static List<WebServerProvider> providers() {
    List<WebServerProvider> found = new ArrayList<>();
    Set<String> names = new HashSet<>();
    // An application's class loader may be another than this module's, and may see more or less.
    List<ServiceLoader<WebServerProvider>> loaders =
        List.of(
            ServiceLoader.load(WebServerProvider.class),
            ServiceLoader.load(WebServerProvider.class, WebServers.class.getClassLoader()));
    for (ServiceLoader<WebServerProvider> loader : loaders) {
      Iterator<WebServerProvider> providers = loader.iterator();
      for (int i = 0; i < MAX_PROVIDERS; i++) {
        try {
          if (!providers.hasNext()) {
            break;
          }
          WebServerProvider provider = providers.next();
          if (names.add(provider.name())) {
            found.add(provider);
          }
        } catch (ServiceConfigurationError unloadable) {
          log.debug("Passing over a web server whose libraries are missing", unloadable);
        }
      }
    }
    found.sort(Comparator.comparingInt(WebServerProvider::preference));
    return found;
  }

  static WebServerProvider choose(@Nullable String name, List<WebServerProvider> inOrder) {
    for (WebServerProvider provider : inOrder) {
      boolean wanted = name == null || provider.name().equals(name);
      if (wanted && provider.isAvailable()) {
        return provider;
      }
      if (wanted && name != null) {
        throw new IllegalStateException(
            "Async mode \"" + name + "\" lacks its libraries: add " + artifactsOf(name));
      }
    }
    throw new IllegalStateException(
        name == null
            ? "No web server on the class path: add " + artifactsOf("netty")
            : "Async mode \""
                + name
                + "\" is not on the class path: add "
                + artifactsOf(name)
                + "; available: "
                + available(inOrder));
  }

  private static List<String> available(List<WebServerProvider> providers) {
    return providers.stream()
        .filter(WebServerProvider::isAvailable)
        .map(WebServerProvider::name)
        .toList();
  }

  private static String artifactsOf(String name) {
    return switch (name) {
      case "netty", "jetty" -> "io.sockeye:sockeye-transport-" + name;
      case "servlet" ->
          "io.sockeye:sockeye-transport-servlet and org.apache.tomcat.embed:tomcat-embed-websocket";
      case "jdk" -> "the module jdk.httpserver to the runtime image";
      default ->
          "the artifact whose WebServerProvider has that name (expected: netty, jetty, servlet, jdk,"
              + " or one of your own)";
    };
  }
}

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
package io.sockeye.transport.jetty;

import io.sockeye.engineio.server.TransportType;
import io.sockeye.engineio.server.WebServerOptions;
import io.sockeye.engineio.server.spi.HttpHandler;
import io.sockeye.engineio.server.spi.WebServer;
import io.sockeye.engineio.server.spi.WebServerProvider;
import java.io.IOException;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** Offers Jetty as the second choice. Found with {@link java.util.ServiceLoader}. */
public final class JettyWebServerProvider implements WebServerProvider {
  // One of each library that an application may have left out.
  private static final List<String> NEEDED =
      List.of(
          "org.eclipse.jetty.server.Server",
          "org.eclipse.jetty.http2.server.HTTP2CServerConnectionFactory",
          "org.eclipse.jetty.websocket.core.server.WebSocketMappings");

  /** Called by {@link java.util.ServiceLoader}. */
  public JettyWebServerProvider() {}

  @Override
  public String name() {
    return "jetty";
  }

  @Override
  public int preference() {
    return 200;
  }

  @Override
  public boolean isAvailable() {
    return NEEDED.stream().allMatch(JettyWebServerProvider::isThere);
  }

  private static boolean isThere(String className) {
    try {
      Class.forName(className, false, JettyWebServerProvider.class.getClassLoader());
      return true;
    } catch (ClassNotFoundException | LinkageError missing) {
      return false;
    }
  }

  @Override
  public Set<TransportType> transports() {
    return EnumSet.allOf(TransportType.class);
  }

  @Override
  public WebServer start(WebServerOptions options, List<HttpHandler> handlers) throws IOException {
    return JettyWebServer.start(options, handlers);
  }
}

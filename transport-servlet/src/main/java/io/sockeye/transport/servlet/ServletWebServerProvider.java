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
package io.sockeye.transport.servlet;

import io.sockeye.engineio.server.TransportType;
import io.sockeye.engineio.server.WebServerOptions;
import io.sockeye.engineio.server.spi.HttpHandler;
import io.sockeye.engineio.server.spi.WebServer;
import io.sockeye.engineio.server.spi.WebServerProvider;
import java.io.IOException;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * Offers an embedded Tomcat, when {@code tomcat-embed-core} is on the class path; it carries
 * WebSocket when {@code tomcat-embed-websocket} is there too. Found with {@link
 * java.util.ServiceLoader}.
 */
public final class ServletWebServerProvider implements WebServerProvider {
  /** Called by {@link java.util.ServiceLoader}. */
  public ServletWebServerProvider() {}

  @Override
  public String name() {
    return "servlet";
  }

  @Override
  public int preference() {
    return 300;
  }

  @Override
  public boolean isAvailable() {
    return isPresent("org.apache.catalina.startup.Tomcat");
  }

  @Override
  public Set<TransportType> transports() {
    return carriesWebSocket()
        ? EnumSet.allOf(TransportType.class)
        : EnumSet.of(TransportType.POLLING);
  }

  @Override
  public WebServer start(WebServerOptions options, List<HttpHandler> handlers) throws IOException {
    return TomcatWebServer.start(options, handlers, carriesWebSocket());
  }

  private static boolean carriesWebSocket() {
    return isPresent("org.apache.tomcat.websocket.server.WsSci");
  }

  private static boolean isPresent(String type) {
    try {
      Class.forName(type, false, ServletWebServerProvider.class.getClassLoader());
      return true;
    } catch (ClassNotFoundException | LinkageError absent) {
      return false;
    }
  }
}

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
package io.sockeye.engineio.server.jdk;

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
 * Offers the HTTP server of the JDK as the last choice. Found with {@link java.util.ServiceLoader}.
 */
public final class JdkWebServerProvider implements WebServerProvider {
  /** Called by {@link java.util.ServiceLoader}. */
  public JdkWebServerProvider() {}

  @Override
  public String name() {
    return "jdk";
  }

  @Override
  public int preference() {
    return 1000;
  }

  @Override
  public boolean isAvailable() {
    try {
      // A runtime image may lack the module.
      Class.forName("com.sun.net.httpserver.HttpServer", false, getClass().getClassLoader());
      return true;
    } catch (ClassNotFoundException absent) {
      return false;
    }
  }

  @Override
  public Set<TransportType> transports() {
    return EnumSet.of(TransportType.POLLING);
  }

  @Override
  public WebServer start(WebServerOptions options, List<HttpHandler> handlers) throws IOException {
    return JdkWebServer.start(options, handlers);
  }
}

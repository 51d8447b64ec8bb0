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

import io.sockeye.engineio.server.spi.HttpHandler;
import jakarta.servlet.ServletContext;
import java.util.List;

/**
 * Installs servers in a web application that is deployed to a container: the container finds the
 * public classes that implement this, in the web application, and makes one of each with its public
 * constructor without arguments. Nothing is to be written in {@code web.xml}.
 */
public interface EngineIoApplication {
  /**
   * Returns the servers; called once, when the web application starts.
   *
   * @param context the web application
   */
  List<HttpHandler> handlers(ServletContext context);

  /**
   * Returns the URL patterns that the servers are reached by: those of both protocols by default.
   */
  default List<String> urlPatterns() {
    return List.of("/socket.io/*", "/engine.io/*");
  }

  /** Returns what connections have to do with HTTP sessions: {@code LIVE} by default. */
  default HttpSessionMode httpSessions() {
    return HttpSessionMode.LIVE;
  }

  /**
   * The web application stops: the place to stop the servers. Requests may still be open.
   *
   * @param context the web application
   */
  default void stopped(ServletContext context) {}
}

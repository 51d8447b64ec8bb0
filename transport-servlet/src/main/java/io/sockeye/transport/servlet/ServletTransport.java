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
import jakarta.servlet.ServletRegistration;
import java.util.List;

/** Installs handlers, such as an Engine.IO or Socket.IO server, in a web application. */
public final class ServletTransport {
  private ServletTransport() {}

  /**
   * Registers an {@link EngineIoServlet} while a web application starts: from a {@link
   * jakarta.servlet.ServletContextListener} or a {@link
   * jakarta.servlet.ServletContainerInitializer}.
   *
   * @param context the web application
   * @param urlPatterns the servlet's URL patterns, such as {@code /socket.io/*}
   * @param handlers asked in order for each request; their paths are those within the web
   *     application
   * @return the registration, which is complete
   * @throws IllegalStateException if a pattern is taken by another servlet
   */
  public static ServletRegistration.Dynamic install(
      ServletContext context, List<String> urlPatterns, HttpHandler... handlers) {
    return install(context, urlPatterns, HttpSessionMode.LIVE, List.of(handlers));
  }

  /**
   * Registers an {@link EngineIoServlet} that has to do with HTTP sessions what the mode says; see
   * {@link #install(ServletContext, List, HttpHandler...)}, which takes {@link
   * HttpSessionMode#LIVE}.
   */
  public static ServletRegistration.Dynamic install(
      ServletContext context,
      List<String> urlPatterns,
      HttpSessionMode sessions,
      HttpHandler... handlers) {
    return install(context, urlPatterns, sessions, List.of(handlers));
  }

  static ServletRegistration.Dynamic install(
      ServletContext context,
      List<String> urlPatterns,
      HttpSessionMode sessions,
      List<HttpHandler> handlers) {
    LiveSessions live = sessions == HttpSessionMode.LIVE ? new LiveSessions() : null;
    String name = EngineIoServlet.class.getName() + urlPatterns;
    ServletRegistration.Dynamic registration =
        context.addServlet(name, new EngineIoServlet(handlers, sessions, live));
    if (registration == null) {
      throw new IllegalStateException(
          "urlPatterns: " + urlPatterns + " are installed already (expected: once)");
    }
    registration.setAsyncSupported(true);
    registration.setLoadOnStartup(1); // what is missing is then said at the start
    var taken = registration.addMapping(urlPatterns.toArray(new String[0]));
    if (!taken.isEmpty()) {
      throw new IllegalStateException(
          "urlPatterns: " + taken + " are mapped to another servlet (expected: free ones)");
    }
    if (live != null) {
      context.addListener(live);
    }
    return registration;
  }
}

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
package io.sockeye.engineio.server.spi;

import io.sockeye.engineio.server.TransportType;
import io.sockeye.engineio.server.WebServerOptions;
import java.io.IOException;
import java.util.List;
import java.util.Set;

/**
 * A web server that can carry Engine.IO, found with {@link java.util.ServiceLoader}.
 *
 * <p>Implementations are stateless and safe for use by any thread.
 */
public interface WebServerProvider {
  /** Returns the name by which it is chosen, such as {@code netty}. */
  String name();

  /** Returns its place in the order of preference; the lowest available one is taken. */
  int preference();

  /** Returns whether the libraries that it needs are there. */
  boolean isAvailable();

  /** Returns the transports that it can carry. */
  Set<TransportType> transports();

  /**
   * Starts a web server; may block.
   *
   * @param options where to listen
   * @param handlers asked in order for each request
   * @throws IOException if the address cannot be bound, as {@link BindFailures} says it
   */
  WebServer start(WebServerOptions options, List<HttpHandler> handlers) throws IOException;
}

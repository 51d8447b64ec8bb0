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

import io.sockeye.engineio.server.spi.HttpHandler;
import java.util.List;
import org.eclipse.jetty.server.Handler;

/**
 * Attaches handlers, such as an Engine.IO or Socket.IO server, to a Jetty server that an
 * application already has.
 *
 * <pre>{@code
 * Server server = new Server(8080);
 * server.setHandler(new Handler.Sequence(JettyTransport.handler(engine), restHandler));
 * server.start();
 * }</pre>
 */
public final class JettyTransport {
  private JettyTransport() {}

  /**
   * Returns a Jetty handler. Requests that no handler wants are passed on: to the next one of a
   * {@link Handler.Sequence}, or to the handler that is set on this one, which is a {@link
   * Handler.Wrapper}.
   *
   * <p>Inside a {@link org.eclipse.jetty.server.handler.ContextHandler} paths are relative to its
   * context path.
   *
   * <p>Idle time-outs of the server's connectors end neither a poll that waits for its answer nor a
   * WebSocket, since the engine has heartbeats of its own.
   *
   * @param handlers asked in order for each request
   */
  public static Handler.Wrapper handler(HttpHandler... handlers) {
    return new JettyHandler(List.of(handlers), true);
  }
}

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
package io.sockeye.examples.jettyrest;

import io.sockeye.socketio.server.SocketIoServer;
import io.sockeye.transport.jetty.JettyTransport;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;

/** An application that serves orders over REST, and tells browsers of new ones at once. */
public final class OrdersServer {
  private final SocketIoServer io = SocketIoServer.create();
  private final OrdersApi api = new OrdersApi(order -> io.emit("order", order));
  private final Server jetty;

  OrdersServer(int port) {
    jetty = new Server(port);
    // The one line that Socket.IO needs: what is not its own goes on to the REST endpoint.
    jetty.setHandler(new Handler.Sequence(JettyTransport.handler(io.httpHandlers()), api));
    io.onRequest("orders", (socket, args) -> api.orders());
  }

  /** Serves on port 8080, or where PORT says. */
  public static void main(String[] args) throws Exception {
    OrdersServer server =
        new OrdersServer(Integer.parseInt(System.getenv().getOrDefault("PORT", "8080")));
    server.start();
    server.jetty.join();
  }

  void start() throws Exception {
    jetty.start();
  }

  int port() {
    return ((ServerConnector) jetty.getConnectors()[0]).getLocalPort();
  }

  void stop() throws Exception {
    io.close();
    jetty.stop();
  }
}

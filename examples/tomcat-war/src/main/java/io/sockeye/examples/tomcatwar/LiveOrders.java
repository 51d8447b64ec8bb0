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
package io.sockeye.examples.tomcatwar;

import io.sockeye.engineio.server.spi.HttpHandler;
import io.sockeye.socketio.server.SocketIoServer;
import io.sockeye.transport.servlet.EngineIoApplication;
import jakarta.servlet.ServletContext;
import java.util.List;

/** Tells browsers of new orders at once. The container finds this class by its interface. */
public final class LiveOrders implements EngineIoApplication {
  private final SocketIoServer io = SocketIoServer.create();

  @Override
  public List<HttpHandler> handlers(ServletContext context) {
    Orders orders = Orders.of(context);
    orders.onAdded(order -> io.emit("order", order));
    io.onRequest("orders", (socket, args) -> orders.all());
    return List.of(io.httpHandlers());
  }

  @Override
  public void stopped(ServletContext context) {
    io.close();
  }
}

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

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/** The REST endpoint: GET /api/orders lists them, POST /api/orders adds one. */
final class OrdersApi extends Handler.Abstract {
  private final List<String> orders = new CopyOnWriteArrayList<>();
  private final Consumer<String> added;

  /**
   * @param added hears of each new order
   */
  OrdersApi(Consumer<String> added) {
    this.added = added;
  }

  List<String> orders() {
    return List.copyOf(orders);
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) throws Exception {
    if (!Request.getPathInContext(request).equals("/api/orders")) {
      return false;
    }
    switch (request.getMethod()) {
      case "GET" -> answer(response, 200, String.join("\n", orders), callback);
      case "POST" -> {
        String order = Content.Source.asString(request, StandardCharsets.UTF_8);
        orders.add(order);
        added.accept(order);
        answer(response, 201, order, callback);
      }
      default -> Response.writeError(request, response, callback, 405);
    }
    return true;
  }

  private static void answer(Response response, int status, String text, Callback callback) {
    response.setStatus(status);
    response.getHeaders().put(HttpHeader.CONTENT_TYPE, "text/plain; charset=UTF-8");
    Content.Sink.write(response, true, text, callback);
  }
}

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

import jakarta.servlet.ServletContext;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** The orders of the application. Safe for use by any thread. */
final class Orders {
  private final List<String> orders = new CopyOnWriteArrayList<>();
  private final List<Consumer<String>> listeners = new CopyOnWriteArrayList<>();

  /** Returns the one of a web application. */
  static Orders of(ServletContext context) {
    synchronized (context) {
      Object known = context.getAttribute(Orders.class.getName());
      if (known instanceof Orders orders) {
        return orders;
      }
      Orders created = new Orders();
      context.setAttribute(Orders.class.getName(), created);
      return created;
    }
  }

  void add(String order) {
    orders.add(order);
    listeners.forEach(listener -> listener.accept(order));
  }

  List<String> all() {
    return List.copyOf(orders);
  }

  void onAdded(Consumer<String> listener) {
    listeners.add(listener);
  }
}

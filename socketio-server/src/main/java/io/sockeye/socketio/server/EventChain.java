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
package io.sockeye.socketio.server;

import java.util.List;

/** An event's way through the middleware: of the namespace first, then of the socket. */
final class EventChain implements EventMiddleware.Next {
  private final List<EventMiddleware> middleware;
  private final List<EventMiddleware> own;
  private final Socket socket;
  private final Event event;
  private final EventMiddleware.Next last;
  private int reached;

  EventChain(
      List<EventMiddleware> middleware,
      List<EventMiddleware> own,
      Socket socket,
      Event event,
      EventMiddleware.Next last) {
    this.middleware = middleware;
    this.own = own;
    this.socket = socket;
    this.event = event;
    this.last = last;
  }

  @Override
  public void proceed() throws Exception {
    step(0);
  }

  /** Goes to a position, unless the event is beyond it. */
  private void step(int position) throws Exception {
    if (position < reached) {
      return;
    }
    reached = position + 1;
    if (position == middleware.size() + own.size()) {
      last.proceed();
      return;
    }
    EventMiddleware next =
        position < middleware.size()
            ? middleware.get(position)
            : own.get(position - middleware.size());
    next.onEvent(socket, event, () -> step(position + 1));
  }
}

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

/** What is called for the events of one socket only. Immutable; most sockets have none. */
record SocketHooks(
    List<EventMiddleware> middleware,
    List<CatchAllHandler> any,
    List<CatchAllHandler> anyOutgoing) {
  static final SocketHooks NONE = new SocketHooks(List.of(), List.of(), List.of());

  SocketHooks use(EventMiddleware added) {
    return new SocketHooks(EventRegistry.plus(middleware, added), any, anyOutgoing);
  }

  SocketHooks onAny(CatchAllHandler added) {
    return new SocketHooks(middleware, EventRegistry.plus(any, added), anyOutgoing);
  }

  SocketHooks onAnyOutgoing(CatchAllHandler added) {
    return new SocketHooks(middleware, any, EventRegistry.plus(anyOutgoing, added));
  }
}

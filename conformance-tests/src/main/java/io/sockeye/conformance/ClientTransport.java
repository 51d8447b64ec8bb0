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
package io.sockeye.conformance;

import io.sockeye.engineio.server.TransportType;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;

/** How a client is told to connect. */
enum ClientTransport {
  POLLING,
  WEBSOCKET,
  /** Polling first, then the upgrade to WebSocket. */
  UPGRADE;

  /** The name in tables and on the command line of a suite. */
  String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Those that a server with the given transports can serve. */
  static Set<ClientTransport> over(Set<TransportType> served) {
    Set<ClientTransport> possible = EnumSet.allOf(ClientTransport.class);
    if (!served.contains(TransportType.POLLING)) {
      possible.removeAll(EnumSet.of(POLLING, UPGRADE));
    }
    if (!served.contains(TransportType.WEBSOCKET)) {
      possible.removeAll(EnumSet.of(WEBSOCKET, UPGRADE));
    }
    return possible;
  }
}

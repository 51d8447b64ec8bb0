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

/** What connections have to do with the {@code HttpSession} of their visitors. */
public enum HttpSessionMode {
  /**
   * Handlers read and write the container's session, and other requests see it at once. A
   * connection that came with a session is closed when that one is invalidated or expires. Requests
   * of long-polling keep it from expiring, as any request does; a WebSocket does not.
   */
  LIVE,
  /**
   * A connection has a copy of the attributes, made at its handshake: what handlers and requests
   * write later, the other side does not see. The values themselves are not copied. The end of the
   * session goes unnoticed, and no later request of the connection keeps it from expiring.
   */
  SNAPSHOT,
  /** Sessions are never looked at, and so neither created nor kept from expiring. */
  NONE
}

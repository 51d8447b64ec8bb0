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

import io.sockeye.engineio.server.Session;

/**
 * Something that a connection must not outlive, such as the visitor's login: a web server attaches
 * it to the request of a handshake (see {@link
 * io.sockeye.engineio.server.HttpRequest#attachment(Class)}), and closes the sessions in it when it
 * ends. Called from any thread, concurrently; no method blocks.
 */
public interface ConnectionScope {
  /**
   * A session begins. One that is too late, because the scope has ended meanwhile, is closed by
   * this method.
   */
  void enter(Session session);

  /** A session has ended; called once for each that entered. */
  void leave(Session session);
}

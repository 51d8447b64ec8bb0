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

import org.jspecify.annotations.Nullable;

/** Hears what handlers and event middleware throw. The connection goes on. */
@FunctionalInterface
public interface ErrorHandler {
  /**
   * Called on the socket lane, or where an asynchronous handler failed; may block. What it throws
   * is logged.
   *
   * @return an answer to the event, as of {@link RequestHandler#onRequest}, if the client asked for
   *     one and has none yet; null for none
   */
  @Nullable Object onError(Socket socket, HandlerError error) throws Exception;
}

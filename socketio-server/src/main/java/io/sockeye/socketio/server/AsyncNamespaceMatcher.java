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

import java.util.concurrent.CompletionStage;

/** Decides later whether a client finds a namespace under a name that no namespace has. */
@FunctionalInterface
public interface AsyncNamespaceMatcher {
  /**
   * Begins to decide, on the socket lane. What it throws, or a stage that fails, is logged, and
   * refuses the client.
   *
   * @param name the name that the client says, which begins with a slash
   * @param handshake how the client comes
   */
  CompletionStage<Boolean> matches(String name, Handshake handshake) throws Exception;
}

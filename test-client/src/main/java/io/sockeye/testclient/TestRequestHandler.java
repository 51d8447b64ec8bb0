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
package io.sockeye.testclient;

import io.sockeye.socketio.server.Args;
import org.jspecify.annotations.Nullable;

/** What a test client answers to an event for which the server wants an acknowledgement. */
@FunctionalInterface
public interface TestRequestHandler {
  /**
   * An event has come.
   *
   * @return the acknowledgement: a value, {@link Args} for several, null for none, or a {@link
   *     java.util.concurrent.CompletionStage} of one of these for later
   * @throws Exception whatever it throws fails the test, see {@link SocketIoTestClient}; then there
   *     is no acknowledgement
   */
  @Nullable Object onRequest(Args args) throws Exception;
}

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

/** Answers an event that another node of the cluster has sent to its peers. */
@FunctionalInterface
public interface ServerRequestHandler {
  /**
   * Called on the handler executor, for one event of a namespace at a time and in order; may block.
   * What it throws is logged, and the other node gets no answer.
   *
   * @return the answer: a value, or a {@link java.util.concurrent.CompletionStage} for later
   */
  @Nullable Object onRequest(Args args) throws Exception;
}

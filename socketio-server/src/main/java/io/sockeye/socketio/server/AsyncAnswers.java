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

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Counts the answers that handlers give later, so that a server that stops can wait for them. */
final class AsyncAnswers {
  // Guarded by this.
  private int pending;
  private @Nullable CompletableFuture<Void> none;

  /** A handler has answered, maybe later; called with what sends it. */
  void await(CompletionStage<?> answer) {
    synchronized (this) {
      pending++;
    }
    answer.whenComplete((value, failure) -> answered());
  }

  private void answered() {
    CompletableFuture<Void> waiting = null;
    synchronized (this) {
      if (--pending == 0) {
        waiting = none;
        none = null;
      }
    }
    if (waiting != null) {
      waiting.complete(null);
    }
  }

  /** Completes when no answer is pending: now, or later. */
  synchronized CompletableFuture<Void> none() {
    if (pending == 0) {
      return CompletableFuture.completedFuture(null);
    }
    if (none == null) {
      none = new CompletableFuture<>();
    }
    return none;
  }
}

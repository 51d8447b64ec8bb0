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
package io.sockeye.engineio.server;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Decides whether a handshake is let in, before any session exists. Called on an I/O thread and so
 * must not block: what takes time completes the stage later.
 */
@FunctionalInterface
public interface HandshakeCheck {
  /**
   * Checks a request.
   *
   * @return the verdict; a stage that fails, or that takes longer than the handshake time-out,
   *     refuses
   */
  CompletionStage<Verdict> check(HttpRequest request);

  /** Returns a check that lets in what a predicate admits. */
  static HandshakeCheck admitting(Predicate<HttpRequest> predicate, String refusal) {
    CompletionStage<Verdict> yes = CompletableFuture.completedStage(Verdict.ACCEPTED);
    CompletionStage<Verdict> no = CompletableFuture.completedStage(Verdict.refused(refusal));
    return request -> predicate.test(request) ? yes : no;
  }

  /**
   * The answer of a check.
   *
   * @param refusal null to let the client in, else the message of the error that it gets
   */
  record Verdict(@Nullable String refusal) {
    /** Lets the client in. */
    public static final Verdict ACCEPTED = new Verdict(null);

    /** Refuses the client with error 4 and a message. */
    public static Verdict refused(String message) {
      return new Verdict(message);
    }
  }
}

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

/**
 * Handles an event, whose arguments it reads itself, and answers it.
 *
 * <p>The nested forms get their arguments as types. Each must be there and not be null; arguments
 * beyond those are ignored.
 */
@FunctionalInterface
public interface RequestHandler {
  /**
   * Called on the socket lane: one at a time and in order per socket; may block. What it throws
   * goes to the error handler.
   *
   * @return the answer, which is sent if the client asked for one: a value; {@link Ack#of} for
   *     several; a {@link java.util.concurrent.CompletionStage} for later; null for an answer
   *     without arguments
   */
  @Nullable Object onRequest(Socket socket, Args args) throws Exception;

  /** Answers an event with no arguments; see {@link RequestHandler}. */
  @FunctionalInterface
  interface With0 {
    /** Called as {@link RequestHandler#onRequest} is, and returns the same. */
    @Nullable Object onRequest(Socket socket) throws Exception;
  }

  /** Answers an event with one argument; see {@link RequestHandler}. */
  @FunctionalInterface
  interface With1<A> {
    /** Called as {@link RequestHandler#onRequest} is, and returns the same. */
    @Nullable Object onRequest(Socket socket, A a) throws Exception;
  }

  /** Answers an event with two arguments; see {@link RequestHandler}. */
  @FunctionalInterface
  interface With2<A, B> {
    /** Called as {@link RequestHandler#onRequest} is, and returns the same. */
    @Nullable Object onRequest(Socket socket, A a, B b) throws Exception;
  }

  /** Answers an event with three arguments; see {@link RequestHandler}. */
  @FunctionalInterface
  interface With3<A, B, C> {
    /** Called as {@link RequestHandler#onRequest} is, and returns the same. */
    @Nullable Object onRequest(Socket socket, A a, B b, C c) throws Exception;
  }

  /** Answers an event with four arguments; see {@link RequestHandler}. */
  @FunctionalInterface
  interface With4<A, B, C, D> {
    /** Called as {@link RequestHandler#onRequest} is, and returns the same. */
    @Nullable Object onRequest(Socket socket, A a, B b, C c, D d) throws Exception;
  }

  /** Answers an event with five arguments; see {@link RequestHandler}. */
  @FunctionalInterface
  interface With5<A, B, C, D, E> {
    /** Called as {@link RequestHandler#onRequest} is, and returns the same. */
    @Nullable Object onRequest(Socket socket, A a, B b, C c, D d, E e) throws Exception;
  }
}

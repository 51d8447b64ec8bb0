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

/**
 * Handles an event, whose arguments it reads itself.
 *
 * <p>The nested forms get their arguments as types. Each must be there and not be null; arguments
 * beyond those are ignored.
 */
@FunctionalInterface
public interface EventHandler {
  /**
   * Called on the socket lane: one at a time and in order per socket; may block. When it has run,
   * the client gets an acknowledgement without arguments if it asked for one. What it throws goes
   * to the error handler.
   */
  void onEvent(Socket socket, Args args) throws Exception;

  /** Handles an event with no arguments; see {@link EventHandler}. */
  @FunctionalInterface
  interface With0 {
    /** Called as {@link EventHandler#onEvent} is. */
    void onEvent(Socket socket) throws Exception;
  }

  /** Handles an event with one argument; see {@link EventHandler}. */
  @FunctionalInterface
  interface With1<A> {
    /** Called as {@link EventHandler#onEvent} is. */
    void onEvent(Socket socket, A a) throws Exception;
  }

  /** Handles an event with two arguments; see {@link EventHandler}. */
  @FunctionalInterface
  interface With2<A, B> {
    /** Called as {@link EventHandler#onEvent} is. */
    void onEvent(Socket socket, A a, B b) throws Exception;
  }

  /** Handles an event with three arguments; see {@link EventHandler}. */
  @FunctionalInterface
  interface With3<A, B, C> {
    /** Called as {@link EventHandler#onEvent} is. */
    void onEvent(Socket socket, A a, B b, C c) throws Exception;
  }

  /** Handles an event with four arguments; see {@link EventHandler}. */
  @FunctionalInterface
  interface With4<A, B, C, D> {
    /** Called as {@link EventHandler#onEvent} is. */
    void onEvent(Socket socket, A a, B b, C c, D d) throws Exception;
  }

  /** Handles an event with five arguments; see {@link EventHandler}. */
  @FunctionalInterface
  interface With5<A, B, C, D, E> {
    /** Called as {@link EventHandler#onEvent} is. */
    void onEvent(Socket socket, A a, B b, C c, D d, E e) throws Exception;
  }
}

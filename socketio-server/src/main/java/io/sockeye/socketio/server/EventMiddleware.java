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
 * Stands between the events of clients and their handlers: checks, measures, transforms.
 *
 * <pre>{@code
 * io.useEvent((socket, event, next) -> {
 *   if (event.name().startsWith("admin:") && !isAdmin(socket.principal())) {
 *     throw new EventRefusedException("not authorized");
 *   }
 *   next.proceed();
 * });
 * }</pre>
 */
@FunctionalInterface
public interface EventMiddleware {
  /**
   * Called on the socket lane, in order of registration; may block. An event goes no further than a
   * middleware that does not proceed. What it throws goes to the error handler, and so does what
   * {@code next.proceed()} throws, unless it is caught here. An asynchronous answer comes later.
   */
  void onEvent(Socket socket, Event event, Next next) throws Exception;

  /** What comes after a middleware: the next one, then the handlers. */
  @FunctionalInterface
  interface Next {
    /** Goes on, in this thread; a second call does nothing. */
    void proceed() throws Exception;
  }
}

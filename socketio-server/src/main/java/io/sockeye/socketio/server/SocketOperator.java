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

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** Says how an event goes to one client. Immutable, safe for use by any thread. */
public final class SocketOperator {
  private final Socket socket;
  private final boolean isVolatile;
  private final boolean compress;
  private final Duration timeout;

  SocketOperator(Socket socket, boolean isVolatile, boolean compress, Duration timeout) {
    this.socket = socket;
    this.isVolatile = isVolatile;
    this.compress = compress;
    this.timeout = timeout;
  }

  /** Drops events that the connection cannot take at once. */
  public SocketOperator asVolatile() {
    return new SocketOperator(socket, true, compress, timeout);
  }

  /** Says whether events may be compressed on the way; they may by default. */
  public SocketOperator compress(boolean allowed) {
    return new SocketOperator(socket, isVolatile, allowed, timeout);
  }

  /** Waits so long for acknowledgements, instead of what the option {@code ackTimeout} says. */
  public SocketOperator timeout(Duration limit) {
    return new SocketOperator(socket, isVolatile, compress, limit);
  }

  /** Sends an event; see {@link Socket#emit}. */
  public void emit(String event, @Nullable Object... args) {
    emit(event, Args.of(args));
  }

  /** Sends an event with arguments as they are. */
  public void emit(String event, Args args) {
    socket.emit(event, args, compress, isVolatile);
  }

  /** Sends the event {@code message}. */
  public void send(@Nullable Object... args) {
    emit("message", args);
  }

  /** Sends the event {@code json}. */
  public void sendJson(Object value) {
    emit("json", value);
  }

  /**
   * Sends an event and waits for the answer.
   *
   * @return completes on the handler executor with the answer's arguments; fails with a {@link
   *     java.util.concurrent.TimeoutException}, or with an {@link IllegalStateException} as soon as
   *     the socket disconnects. A volatile event that is dropped is never answered
   */
  public CompletableFuture<Args> emitWithAck(String event, @Nullable Object... args) {
    return socket.ask(event, Args.of(args), compress, isVolatile, timeout);
  }

  /** Sends an event and blocks until the answer is there; see {@link Socket#call}. */
  public Args call(String event, @Nullable Object... args) {
    socket.requireThreads(event);
    return Socket.await(event, emitWithAck(event, args));
  }
}

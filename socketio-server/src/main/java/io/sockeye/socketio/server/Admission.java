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

import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides who may join a namespace: its middleware, in order, on the socket lane. Safe for any
 * thread.
 */
final class Admission {
  private static final Logger log = LoggerFactory.getLogger(Admission.class);

  private final @Nullable Admission parent;
  private final List<AsyncMiddleware> middlewares = new CopyOnWriteArrayList<>();

  /**
   * Creates it without middleware.
   *
   * @param parent whose middleware comes first, or null
   */
  Admission(@Nullable Admission parent) {
    this.parent = parent;
  }

  void use(Middleware middleware) {
    Objects.requireNonNull(middleware, "middleware");
    middlewares.add(
        socket -> {
          middleware.onConnecting(socket);
          return Completed.STAGE;
        });
  }

  void useAsync(AsyncMiddleware middleware) {
    middlewares.add(Objects.requireNonNull(middleware, "middleware"));
  }

  /** Whether there is middleware. */
  boolean decides() {
    return !middlewares.isEmpty() || (parent != null && parent.decides());
  }

  /** Begins to decide about a socket. Session lane. */
  void begin(Socket socket) {
    if (!decides()) {
      socket.client().admit(socket);
    } else {
      Iterator<AsyncMiddleware> all =
          EventRegistry.both(parent == null ? List.of() : parent.middlewares, middlewares)
              .iterator();
      socket.lane().execute(() -> proceed(socket, all));
    }
  }

  private void proceed(Socket socket, Iterator<AsyncMiddleware> rest) {
    SocketContext outer =
        SocketContext.enter(socket, new Event("connect", Args.of(), Ack.unrequested(socket)));
    try {
      decide(socket, rest);
    } finally {
      SocketContext.leave(outer);
    }
  }

  private void decide(Socket socket, Iterator<AsyncMiddleware> rest) {
    while (rest.hasNext()) {
      if (socket.isDisconnected()) {
        return;
      }
      CompletionStage<?> stage;
      try {
        stage = Objects.requireNonNull(rest.next().onConnecting(socket), "stage");
      } catch (Throwable refusal) {
        failed(socket, refusal);
        return;
      }
      if (stage != Completed.STAGE) {
        stage.whenComplete(
            (done, failure) ->
                socket
                    .lane()
                    .execute(
                        () -> {
                          if (failure == null) {
                            proceed(socket, rest);
                          } else {
                            failed(socket, failure);
                          }
                        }));
        return;
      }
    }
    socket.client().admitted(socket);
  }

  private static void failed(Socket socket, Throwable thrown) {
    Throwable failure =
        thrown instanceof CompletionException && thrown.getCause() != null
            ? thrown.getCause()
            : thrown;
    if (!(failure instanceof ConnectionRefusedException)) {
      log.error(
          "Middleware of {} failed, which refuses the client; to refuse with a reason, throw"
              + " ConnectionRefusedException",
          socket.namespace(),
          failure);
    }
    refuse(socket, failure);
  }

  /** Refuses a client, which hears of nothing but a {@link ConnectionRefusedException}. */
  static void refuse(Socket socket, Throwable failure) {
    if (failure instanceof ConnectionRefusedException refusal) {
      String message = Objects.requireNonNullElse(refusal.getMessage(), "");
      socket.client().refused(socket, message, refusal.data());
    } else {
      socket.client().refused(socket, "Internal server error", null);
    }
  }
}

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

import io.sockeye.engineio.server.internal.HandlerLane;
import io.sockeye.socketio.protocol.ReservedEvents;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The handlers that a namespace has for events of other nodes. Safe for any thread. */
final class ServerEvents {
  private static final Logger log = LoggerFactory.getLogger(ServerEvents.class);

  private final Map<String, ServerRequestHandler> handlers = new ConcurrentHashMap<>();
  private final HandlerLane lane;

  ServerEvents(Executor executor) {
    this.lane = new HandlerLane(executor, Integer.MAX_VALUE, () -> {});
  }

  static void requireAllowed(String event) {
    if (ReservedEvents.isReserved(event)
        || event.equals("connection")
        || event.equals("new_namespace")) {
      throw new IllegalArgumentException(
          "server-side event \"" + event + "\": reserved by Socket.IO (expected: another name)");
    }
  }

  void on(String event, ServerRequestHandler handler) {
    requireAllowed(event);
    if (handlers.putIfAbsent(event, Objects.requireNonNull(handler, "handler")) != null) {
      throw new IllegalStateException(
          "server-side event \""
              + event
              + "\": has a handler already (expected: one handler per event)");
    }
  }

  /** Runs the handler of an event; the stage stays open if there is none, or it fails. */
  CompletionStage<@Nullable Object> receive(String event, Args args) {
    CompletableFuture<@Nullable Object> answer = new CompletableFuture<>();
    ServerRequestHandler handler = handlers.get(event);
    if (handler == null) {
      log.debug("A server-side event without a handler is ignored");
      return answer;
    }
    lane.execute(
        () -> {
          try {
            Object result = handler.onRequest(args);
            if (result instanceof CompletionStage<?> later) {
              later.whenComplete(
                  (value, failure) -> {
                    if (failure == null) {
                      answer.complete(value);
                    } else {
                      log.error("The handler of a server-side event failed", failure);
                    }
                  });
            } else {
              answer.complete(result);
            }
          } catch (Throwable failure) { // also Errors: the lane lives on
            log.error("The handler of a server-side event failed", failure);
          }
        });
    return answer;
  }
}

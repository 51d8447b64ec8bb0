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

import io.sockeye.socketio.protocol.Arguments;
import io.sockeye.socketio.protocol.ReservedEvents;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The handlers of one namespace, of every kind. Events of clients and the life of a socket are in
 * separate places, so that no client can reach the latter by an event's name.
 *
 * <p>Safe for use by any thread; what is registered late is found by the next event.
 */
final class EventRegistry {
  private static final Logger log = LoggerFactory.getLogger(EventRegistry.class);

  private final Map<String, AckEventHandler> events = new ConcurrentHashMap<>();
  private final List<ConnectHandler> connect = new CopyOnWriteArrayList<>();
  private final List<DisconnectHandler> disconnecting = new CopyOnWriteArrayList<>();
  private final List<DisconnectHandler> disconnect = new CopyOnWriteArrayList<>();
  private volatile @Nullable ErrorHandler errorHandler;

  /**
   * Registers the handler of an event.
   *
   * @throws IllegalArgumentException if the name is reserved
   * @throws IllegalStateException if the event has a handler
   */
  void on(String event, AckEventHandler handler) {
    requireAllowed(event);
    Objects.requireNonNull(handler, "handler");
    if (events.putIfAbsent(event, handler) != null) {
      throw new IllegalStateException(
          "event \"" + event + "\": has a handler already (expected: one handler per event)");
    }
  }

  <T> void on(String event, Class<T> type, TypedEventHandler<T> handler) {
    Objects.requireNonNull(handler, "handler");
    on(event, (socket, args, ack) -> handler.onEvent(socket, args.require(0, type)));
  }

  void onRequest(String event, RequestHandler handler) {
    Objects.requireNonNull(handler, "handler");
    on(
        event,
        (socket, args, ack) -> {
          Object result = handler.onRequest(socket, args);
          if (result instanceof CompletionStage<?> stage) {
            stage.whenComplete(
                (value, failure) -> {
                  if (failure != null) {
                    failed(socket, event, args, failure);
                    return;
                  }
                  try {
                    reply(ack, value);
                  } catch (Throwable unsendable) { // nobody looks at what this stage throws
                    failed(socket, event, args, unsendable);
                  }
                });
          } else {
            reply(ack, result);
          }
        });
  }

  void onConnect(ConnectHandler handler) {
    connect.add(Objects.requireNonNull(handler, "handler"));
  }

  void onDisconnecting(DisconnectHandler handler) {
    disconnecting.add(Objects.requireNonNull(handler, "handler"));
  }

  void onDisconnect(DisconnectHandler handler) {
    disconnect.add(Objects.requireNonNull(handler, "handler"));
  }

  void onError(ErrorHandler handler) {
    errorHandler = Objects.requireNonNull(handler, "handler");
  }

  static void requireAllowed(String event) {
    if (ReservedEvents.isReserved(event)) {
      throw new IllegalArgumentException(
          "event \"" + event + "\": reserved by Socket.IO (expected: another name)");
    }
  }

  private static void reply(Ack ack, @Nullable Object result) {
    if (result instanceof Args args) {
      ack.send(args);
    } else if (result == null) {
      ack.send();
    } else {
      ack.send(new Object[] {result});
    }
  }

  /** Whether somebody is to hear of sockets that join. */
  boolean greets() {
    return !connect.isEmpty();
  }

  /** Whether somebody is to hear of sockets that leave. */
  boolean takesLeave() {
    return !disconnecting.isEmpty() || !disconnect.isEmpty();
  }

  // ---- socket lane ----

  void dispatch(Socket socket, String event, Args args, Ack ack) {
    AckEventHandler handler = events.get(event);
    if (handler == null) {
      log.debug("No handler in {} for an event of a client", socket.namespace());
      return;
    }
    try {
      handler.onEvent(socket, args, ack);
    } catch (Throwable failure) { // also Errors: the socket goes on
      failed(socket, event, args, failure);
    }
  }

  void connected(Socket socket) {
    for (ConnectHandler handler : connect) {
      try {
        handler.onConnect(socket);
      } catch (Throwable failure) {
        failed(socket, "connect", none(), failure);
      }
    }
  }

  void disconnecting(Socket socket, DisconnectReason reason) {
    run(disconnecting, "disconnecting", socket, reason);
  }

  void disconnected(Socket socket, DisconnectReason reason) {
    run(disconnect, "disconnect", socket, reason);
  }

  private void run(
      List<DisconnectHandler> handlers, String event, Socket socket, DisconnectReason reason) {
    for (DisconnectHandler handler : handlers) {
      try {
        handler.onDisconnect(socket, reason);
      } catch (Throwable failure) {
        failed(socket, event, none(), failure);
      }
    }
  }

  private void failed(Socket socket, String event, Args args, Throwable thrown) {
    Throwable failure =
        thrown instanceof CompletionException && thrown.getCause() != null
            ? thrown.getCause()
            : thrown;
    ErrorHandler handler = errorHandler;
    if (handler == null) {
      log.error(
          "The handler of \"{}\" in {} failed; the connection goes on. onError(..) can answer it",
          event,
          socket.namespace(),
          failure);
      return;
    }
    try {
      handler.onError(socket, event, args, failure);
    } catch (Throwable again) { // also Errors: what follows a handler must not be left out
      log.error("The error handler of {} failed", socket.namespace(), again);
    }
  }

  private static Args none() {
    return new Args(Arguments.EMPTY, null);
  }
}

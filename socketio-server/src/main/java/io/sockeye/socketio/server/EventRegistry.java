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

import io.sockeye.socketio.protocol.ReservedEvents;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The handlers of a namespace, and how they are called. */
final class EventRegistry {
  private static final Logger log = LoggerFactory.getLogger(EventRegistry.class);

  /** Where a handler comes from; the later kind takes precedence. */
  enum Kind {
    CLASS,
    FUNCTION
  }

  private record Registration(Kind kind, AckEventHandler handler) {}

  private final Supplier<@Nullable ErrorHandler> errorDefault;
  private final Map<String, Registration> events = new ConcurrentHashMap<>();
  private final List<CatchAllHandler> any = new CopyOnWriteArrayList<>();
  private final List<CatchAllHandler> anyOutgoing = new CopyOnWriteArrayList<>();
  private final List<ConnectHandler> connect = new CopyOnWriteArrayList<>();
  private final List<DisconnectHandler> disconnecting = new CopyOnWriteArrayList<>();
  private final List<DisconnectHandler> disconnect = new CopyOnWriteArrayList<>();
  // Replaced, never changed: an event keeps to what was there when it came.
  private volatile List<EventMiddleware> middleware = List.of();
  private volatile @Nullable CatchAllHandler unhandled;
  private volatile @Nullable ErrorHandler errorHandler;

  /**
   * Creates an empty registry.
   *
   * @param errorDefault asked for the error handler where this registry has none
   */
  EventRegistry(Supplier<@Nullable ErrorHandler> errorDefault) {
    this.errorDefault = errorDefault;
  }

  /**
   * Registers the handler of an event.
   *
   * @throws IllegalArgumentException if the name is reserved
   * @throws IllegalStateException if the event has a handler of this kind
   */
  void on(String event, Kind kind, AckEventHandler handler) {
    requireAllowed(event);
    Registration added = new Registration(kind, Objects.requireNonNull(handler, "handler"));
    events.merge(
        event,
        added,
        (there, mine) -> {
          if (there.kind == mine.kind) {
            throw new IllegalStateException(
                "event \"" + event + "\": has a handler already (expected: one handler per event)");
          }
          return there.kind.compareTo(mine.kind) > 0 ? there : mine;
        });
  }

  void onRequest(String event, Kind kind, RequestHandler handler) {
    Objects.requireNonNull(handler, "handler");
    on(
        event,
        kind,
        (socket, args, ack) ->
            answer(socket, new Event(event, args, ack), handler.onRequest(socket, args)));
  }

  void onAny(CatchAllHandler handler) {
    any.add(Objects.requireNonNull(handler, "handler"));
  }

  void onAnyOutgoing(CatchAllHandler handler) {
    anyOutgoing.add(Objects.requireNonNull(handler, "handler"));
  }

  synchronized void onUnhandled(CatchAllHandler handler) {
    Objects.requireNonNull(handler, "handler");
    requireFirst(unhandled, "onUnhandled");
    unhandled = handler;
  }

  synchronized void use(EventMiddleware added) {
    middleware = plus(middleware, added);
  }

  /** Returns a list with one more element. */
  static <T> List<T> plus(List<T> some, T added) {
    List<T> all = new ArrayList<>(some);
    all.add(Objects.requireNonNull(added));
    return List.copyOf(all);
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

  synchronized void onError(ErrorHandler handler) {
    Objects.requireNonNull(handler, "handler");
    requireFirst(errorHandler, "onError");
    errorHandler = handler;
  }

  static void requireFirst(@Nullable Object there, String what) {
    if (there != null) {
      throw new IllegalStateException(what + ": has a handler already (expected: one)");
    }
  }

  static void requireAllowed(String event) {
    if (ReservedEvents.isReserved(event)) {
      throw new IllegalArgumentException(
          "event \"" + event + "\": reserved by Socket.IO (expected: another name)");
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

  // ---- the thread that sends ----

  /** Whether somebody is to hear of events to a client. */
  boolean hearsOutgoing(Socket socket) {
    return !anyOutgoing.isEmpty() || !socket.hooks().anyOutgoing().isEmpty();
  }

  void outgoing(Socket socket, Event event) {
    tell(anyOutgoing, socket, event);
    tell(socket.hooks().anyOutgoing(), socket, event);
  }

  // ---- socket lane ----

  void dispatch(Socket socket, Event event) {
    SocketContext outer = SocketContext.enter(socket, event);
    try {
      List<EventMiddleware> all = middleware;
      List<EventMiddleware> own = socket.hooks().middleware();
      if (all.isEmpty() && own.isEmpty()) {
        deliver(socket, event);
      } else {
        new EventChain(all, own, socket, event, () -> deliver(socket, event)).proceed();
      }
    } catch (Throwable failure) { // also Errors: the socket goes on
      failed(socket, event, failure);
    } finally {
      SocketContext.leave(outer);
    }
  }

  private void deliver(Socket socket, Event event) throws Exception {
    tell(any, socket, event);
    tell(socket.hooks().any(), socket, event);
    Registration registered = events.get(event.name());
    if (registered != null) {
      registered.handler.onEvent(socket, event.args(), event.ack());
      return;
    }
    CatchAllHandler rest = unhandled;
    if (rest != null) {
      rest.onEvent(socket, event);
      return;
    }
    socket.namespace().server().count(SocketIoCounter.EVENTS_UNHANDLED);
    log.debug("No handler in {} for an event of a client", socket.namespace());
  }

  /** Calls all of them, whichever fail. */
  private void tell(List<CatchAllHandler> handlers, Socket socket, Event event) {
    for (CatchAllHandler handler : handlers) {
      try {
        handler.onEvent(socket, event);
      } catch (Throwable failure) {
        failed(socket, event, failure);
      }
    }
  }

  /** Runs connect handlers; returns what one has thrown, which refuses the client, or null. */
  @Nullable Throwable connected(Socket socket) {
    Event event = event("connect", socket);
    SocketContext outer = SocketContext.enter(socket, event);
    try {
      for (ConnectHandler handler : connect) {
        try {
          handler.onConnect(socket);
        } catch (ConnectionRefusedException refusal) {
          log.debug("A connect handler of {} refused a client", socket.namespace());
          return refusal;
        } catch (Throwable failure) { // also Errors: the client must get an answer
          failed(socket, event, failure);
          return failure;
        }
      }
      return null;
    } finally {
      SocketContext.leave(outer);
    }
  }

  void disconnecting(Socket socket, DisconnectReason reason) {
    run(disconnecting, "disconnecting", socket, reason);
  }

  void disconnected(Socket socket, DisconnectReason reason) {
    run(disconnect, "disconnect", socket, reason);
  }

  private void run(
      List<DisconnectHandler> handlers, String name, Socket socket, DisconnectReason reason) {
    Event event = event(name, socket);
    SocketContext outer = SocketContext.enter(socket, event);
    try {
      for (DisconnectHandler handler : handlers) {
        try {
          handler.onDisconnect(socket, reason);
        } catch (Throwable failure) {
          failed(socket, event, failure);
        }
      }
    } finally {
      SocketContext.leave(outer);
    }
  }

  // ---- answers and failures: the socket lane, or where a stage completes ----

  private void answer(Socket socket, Event event, @Nullable Object result) {
    if (!(result instanceof CompletionStage<?> stage)) {
      reply(event.ack(), result);
      return;
    }
    CompletionStage<?> sent =
        stage.whenComplete(
            (value, failure) -> {
              if (failure != null) {
                failed(socket, event, failure);
                return;
              }
              try {
                reply(event.ack(), value);
              } catch (Throwable unsendable) { // nobody looks at what this stage throws
                failed(socket, event, unsendable);
              }
            });
    socket.namespace().server().asyncAnswers().await(sent);
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

  /** A handler has failed. */
  private void failed(Socket socket, Event event, Throwable thrown) {
    Throwable failure =
        thrown instanceof CompletionException && thrown.getCause() != null
            ? thrown.getCause()
            : thrown;
    boolean isRefusal = failure instanceof EventRefusedException;
    socket
        .namespace()
        .server()
        .count(isRefusal ? SocketIoCounter.EVENTS_REFUSED : SocketIoCounter.EVENTS_FAILED);
    ErrorHandler handler = errorHandler;
    if (handler == null) {
      handler = errorDefault.get();
    }
    if (handler == null) {
      if (isRefusal) {
        log.debug("An event in {} was refused: {}", socket.namespace(), failure.getMessage());
      } else {
        boolean isConnect = event.name().equals("connect");
        log.error(
            "The handler of \"{}\" in {} failed; {}",
            event.name(),
            socket.namespace(),
            isConnect
                ? "the client is refused. To refuse with a reason, throw ConnectionRefusedException"
                : "the connection goes on. onError(..) can answer it",
            failure);
      }
      return;
    }
    SocketContext outer = SocketContext.enter(socket, event);
    try {
      Object result = handler.onError(socket, new HandlerError(event, failure));
      if (result != null) {
        reply(event.ack(), result);
      }
    } catch (Throwable again) { // also Errors: what follows a handler must not be left out
      log.error("The error handler of {} failed", socket.namespace(), again);
    } finally {
      SocketContext.leave(outer);
    }
  }

  private static Event event(String name, Socket socket) {
    return new Event(name, Args.of(), Ack.unrequested(socket));
  }
}

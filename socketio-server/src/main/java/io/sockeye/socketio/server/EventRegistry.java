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
import java.lang.annotation.Annotation;
import java.util.ArrayList;
import java.util.HashMap;
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

/**
 * The handlers of a namespace, and how they are called. Those of a parent come first, but for those
 * of which there is one: there the namespace's own takes the place of its parent's.
 */
final class EventRegistry {
  private static final Logger log = LoggerFactory.getLogger(EventRegistry.class);

  private final Supplier<@Nullable ErrorHandler> errorDefault;
  private final @Nullable EventRegistry parent;
  // A function comes before a method for the same.
  private final Map<String, AckEventHandler> functions = new ConcurrentHashMap<>();
  private final Map<String, HandlerMethod> methods = new ConcurrentHashMap<>();
  private final Map<Class<?>, HandlerMethod> errorMethods = new ConcurrentHashMap<>();
  private final List<CatchAllHandler> any = new CopyOnWriteArrayList<>();
  private final List<CatchAllHandler> anyOutgoing = new CopyOnWriteArrayList<>();
  private final List<ConnectHandler> connect = new CopyOnWriteArrayList<>();
  private final List<DisconnectHandler> disconnecting = new CopyOnWriteArrayList<>();
  private final List<DisconnectHandler> disconnect = new CopyOnWriteArrayList<>();
  // Replaced, never changed: an event keeps to what was there when it came.
  private volatile List<EventMiddleware> middleware = List.of();
  private volatile @Nullable CatchAllHandler unhandled;
  private volatile @Nullable HandlerMethod unhandledMethod;
  private volatile @Nullable ErrorHandler errorHandler;

  /**
   * Creates an empty registry.
   *
   * @param errorDefault asked for the error handler where this registry has none
   * @param parent that of the parent, which has none itself; null if there is no parent
   */
  EventRegistry(Supplier<@Nullable ErrorHandler> errorDefault, @Nullable EventRegistry parent) {
    this.errorDefault = errorDefault;
    this.parent = parent;
  }

  /**
   * Registers the handler of an event.
   *
   * @throws IllegalArgumentException if the name is reserved
   * @throws IllegalStateException if a function handles the event already
   */
  void on(String event, AckEventHandler handler) {
    requireHandled(event);
    if (functions.putIfAbsent(event, Objects.requireNonNull(handler, "handler")) != null) {
      throw new IllegalStateException(
          "event \"" + event + "\": has a handler already (expected: one handler per event)");
    }
  }

  void onRequest(String event, RequestHandler handler) {
    Objects.requireNonNull(handler, "handler");
    on(
        event,
        (socket, args, ack) ->
            socket
                .namespace()
                .events() // which may be one that has this as its parent
                .answer(socket, new Event(event, args, ack), handler.onRequest(socket, args)));
  }

  /**
   * Finds out whether methods can be added.
   *
   * @throws IllegalStateException if there is another one for the same; the message names both
   */
  void check(List<HandlerMethod> added) {
    Map<Object, HandlerMethod> all = new HashMap<>(methods);
    all.putAll(errorMethods);
    HandlerMethod forTheRest = unhandledMethod;
    for (HandlerMethod method : added) {
      HandlerMethod other =
          switch (method.kind()) {
            case EVENT -> all.putIfAbsent(method.event(), method);
            case ERROR -> all.putIfAbsent(method.errorType(), method);
            case UNHANDLED -> forTheRest;
            case CONNECT, DISCONNECTING, DISCONNECT, ANY -> null;
          };
      if (other != null) {
        throw new IllegalStateException(
            method
                + ": "
                + switch (method.kind()) {
                  case EVENT -> "event \"" + method.event() + "\"";
                  case ERROR -> method.errorType().getName();
                  default -> "events without a handler";
                }
                + ", which "
                + other
                + " handles already (expected: one of them)");
      }
      if (method.kind() == HandlerMethod.Kind.UNHANDLED) {
        forTheRest = method;
      }
    }
  }

  /** Adds methods that have been checked. One thread at a time. */
  void add(List<HandlerMethod> added) {
    for (HandlerMethod method : added) {
      switch (method.kind()) {
        case EVENT -> methods.put(method.event(), method);
        case ERROR -> errorMethods.put(method.errorType(), method);
        case UNHANDLED -> unhandledMethod = method;
        case CONNECT -> onConnect(socket -> connect(method, socket));
        case DISCONNECTING -> onDisconnecting((socket, reason) -> leave(method, socket, reason));
        case DISCONNECT -> onDisconnect((socket, reason) -> leave(method, socket, reason));
        case ANY -> onAny((socket, event) -> method.call(socket, event, null));
      }
    }
  }

  private static void connect(HandlerMethod method, Socket socket) throws Exception {
    if (Boolean.FALSE.equals(method.call(socket, SocketContext.event(), null))) {
      throw new ConnectionRefusedException("Connection rejected by server");
    }
  }

  private static void leave(HandlerMethod method, Socket socket, DisconnectReason reason)
      throws Exception {
    method.call(socket, SocketContext.event(), reason);
  }

  /** Returns an annotation of the method that handles an event, or of its class, or null. */
  <A extends Annotation> @Nullable A annotation(String event, Class<A> type) {
    for (EventRegistry registry = this; registry != null; registry = registry.parent) {
      HandlerMethod method = registry.methods.get(event);
      if (registry.functions.containsKey(event)) {
        return null;
      }
      if (method != null) {
        return method.annotation(type);
      }
    }
    for (EventRegistry registry = this; registry != null; registry = registry.parent) {
      HandlerMethod method = registry.unhandledMethod;
      if (registry.unhandled != null) {
        return null;
      }
      if (method != null) {
        return method.annotation(type);
      }
    }
    return null;
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

  /** Returns the elements of both; the lists themselves if one is empty. */
  static <T> List<T> both(List<T> some, List<T> more) {
    if (some.isEmpty() || more.isEmpty()) {
      return some.isEmpty() ? more : some;
    }
    List<T> all = new ArrayList<>(some);
    all.addAll(more);
    return all;
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

  /** Refuses names of events that are handled in another way, and those that nobody can send. */
  static void requireHandled(String event) {
    String method =
        switch (event) {
          case "connect" -> "onConnect";
          case "disconnect" -> "onDisconnect";
          case "disconnecting" -> "onDisconnecting";
          default -> null;
        };
    if (method != null) {
      throw new IllegalArgumentException(
          "event \"" + event + "\": not sent by clients (expected: " + method + "(..))");
    }
    requireAllowed(event);
    if (event.equals("connection")) {
      log.warn(
          "A handler for events that clients call \"connection\"; of sockets that join hears"
              + " onConnect(..)");
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
    return !connect.isEmpty() || (parent != null && parent.greets());
  }

  /** Whether somebody is to hear of sockets that leave. */
  boolean takesLeave() {
    return !disconnecting.isEmpty()
        || !disconnect.isEmpty()
        || (parent != null && parent.takesLeave());
  }

  // ---- the thread that sends ----

  /** Whether somebody is to hear of events to a client. */
  boolean hearsOutgoing(Socket socket) {
    return !anyOutgoing.isEmpty()
        || !socket.hooks().anyOutgoing().isEmpty()
        || (parent != null && parent.hearsOutgoing(socket));
  }

  void outgoing(Socket socket, Event event) {
    if (parent != null) {
      tell(parent.anyOutgoing, socket, event);
    }
    tell(anyOutgoing, socket, event);
    tell(socket.hooks().anyOutgoing(), socket, event);
  }

  // ---- socket lane ----

  void dispatch(Socket socket, Event event) {
    SocketContext outer = SocketContext.enter(socket, event);
    try {
      List<EventMiddleware> all = parent == null ? middleware : both(parent.middleware, middleware);
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
    if (parent != null) {
      tell(parent.any, socket, event);
    }
    tell(any, socket, event);
    tell(socket.hooks().any(), socket, event);
    for (EventRegistry registry = this; registry != null; registry = registry.parent) {
      AckEventHandler function = registry.functions.get(event.name());
      if (function != null) {
        function.onEvent(socket, event.args(), event.ack());
        return;
      }
      HandlerMethod method = registry.methods.get(event.name());
      if (method != null) {
        Object result = method.call(socket, event, null);
        if (!method.answersItself()) {
          answer(socket, event, result);
        }
        return;
      }
    }
    for (EventRegistry registry = this; registry != null; registry = registry.parent) {
      CatchAllHandler rest = registry.unhandled;
      if (rest != null) {
        rest.onEvent(socket, event);
        return;
      }
      HandlerMethod restMethod = registry.unhandledMethod;
      if (restMethod != null) {
        restMethod.call(socket, event, null);
        return;
      }
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
      for (ConnectHandler handler : parent == null ? connect : both(parent.connect, connect)) {
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
    run(
        parent == null ? disconnecting : both(parent.disconnecting, disconnecting),
        "disconnecting",
        socket,
        reason);
  }

  void disconnected(Socket socket, DisconnectReason reason) {
    run(
        parent == null ? disconnect : both(parent.disconnect, disconnect),
        "disconnect",
        socket,
        reason);
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
    boolean isRefusal =
        failure instanceof EventRefusedException || failure instanceof ArgumentException;
    socket
        .namespace()
        .server()
        .count(isRefusal ? SocketIoCounter.EVENTS_REFUSED : SocketIoCounter.EVENTS_FAILED);
    ErrorHandler handler = errorHandler(failure);
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

  /** Returns what handles a failure: a method for its type, or else what handles all. */
  private @Nullable ErrorHandler errorHandler(Throwable failure) {
    for (EventRegistry registry = this; registry != null; registry = registry.parent) {
      ErrorHandler own = registry.ownErrorHandler(failure);
      if (own != null) {
        return own;
      }
    }
    return errorDefault.get();
  }

  private @Nullable ErrorHandler ownErrorHandler(Throwable failure) {
    Class<?> type = failure.getClass();
    while (type != null && type != Throwable.class) {
      HandlerMethod method = errorMethods.get(type);
      if (method != null) {
        return (socket, error) -> method.call(socket, error.event(), error);
      }
      type = type.getSuperclass();
    }
    ErrorHandler function = errorHandler;
    if (function != null) {
      return function;
    }
    HandlerMethod method = errorMethods.get(Throwable.class);
    return method == null ? null : (socket, error) -> method.call(socket, error.event(), error);
  }

  private static Event event(String name, Socket socket) {
    return new Event(name, Args.of(), Ack.unrequested(socket));
  }
}

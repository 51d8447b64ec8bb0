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

import java.lang.annotation.Annotation;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What can be handled: in a namespace, through the server in the main one, or in all the namespaces
 * of a parent.
 *
 * <p>An event goes through the middleware, then to each catch-all handler, then to the one handler
 * that its name has, or else to the handler of unhandled events. A handler that is a function comes
 * before a method of a class ({@link #register}) for the same event; two of one kind are an error.
 * Handlers may be added at any time, by any thread; they run as {@link EventHandler} says.
 *
 * @param <SELF> the type itself, for chaining
 */
public abstract sealed class Handlers<SELF extends Handlers<SELF>>
    permits Namespace, ParentNamespace, SocketIoServer {
  Handlers() {}

  abstract EventRegistry events();

  abstract Admission admission();

  @SuppressWarnings("unchecked") // as the type parameter says
  private SELF self() {
    return (SELF) this;
  }

  // ---- events ----

  /**
   * Handles an event. When the handler has run, the client gets an acknowledgement without
   * arguments if it asked for one; for another see {@link #onRequest(String, RequestHandler)}.
   *
   * @throws IllegalArgumentException if the name is reserved by Socket.IO
   * @throws IllegalStateException if a function handles the event already
   */
  public SELF on(String event, EventHandler handler) {
    Objects.requireNonNull(handler, "handler");
    return on(
        event,
        (socket, args, ack) -> {
          handler.onEvent(socket, args);
          ack.sendEmpty();
        });
  }

  /**
   * Handles an event, which the handler answers itself, now or later; see {@link #on(String,
   * EventHandler)}.
   */
  public SELF on(String event, AckEventHandler handler) {
    events().on(event, handler);
    return self();
  }

  /** Handles an event and looks at no argument; see {@link #on(String, EventHandler)}. */
  public SELF on(String event, EventHandler.With0 handler) {
    Objects.requireNonNull(handler, "handler");
    return on(event, (socket, args) -> handler.onEvent(socket));
  }

  /**
   * Handles an event whose first argument is bound to a type with type arguments; see {@link
   * #on(String, EventHandler)}.
   */
  public <A> SELF on(String event, TypeRef<A> a, EventHandler.With1<A> handler) {
    Objects.requireNonNull(handler, "handler");
    return on(event, (socket, args) -> handler.onEvent(socket, args.require(0, a)));
  }

  /**
   * Handles an event whose first argument is bound to types; see {@link #on(String, EventHandler)}.
   */
  public <A> SELF on(String event, Class<A> a, EventHandler.With1<A> handler) {
    Objects.requireNonNull(handler, "handler");
    return on(event, (socket, args) -> handler.onEvent(socket, args.require(0, a)));
  }

  /**
   * Handles an event whose first two arguments are bound to types; see {@link #on(String,
   * EventHandler)}.
   */
  public <A, B> SELF on(String event, Class<A> a, Class<B> b, EventHandler.With2<A, B> handler) {
    Objects.requireNonNull(handler, "handler");
    return on(
        event, (socket, args) -> handler.onEvent(socket, args.require(0, a), args.require(1, b)));
  }

  /**
   * Handles an event whose first three arguments are bound to types; see {@link #on(String,
   * EventHandler)}.
   */
  public <A, B, C> SELF on(
      String event, Class<A> a, Class<B> b, Class<C> c, EventHandler.With3<A, B, C> handler) {
    Objects.requireNonNull(handler, "handler");
    return on(
        event,
        (socket, args) ->
            handler.onEvent(socket, args.require(0, a), args.require(1, b), args.require(2, c)));
  }

  /**
   * Handles an event whose first four arguments are bound to types; see {@link #on(String,
   * EventHandler)}.
   */
  public <A, B, C, D> SELF on(
      String event,
      Class<A> a,
      Class<B> b,
      Class<C> c,
      Class<D> d,
      EventHandler.With4<A, B, C, D> handler) {
    Objects.requireNonNull(handler, "handler");
    return on(
        event,
        (socket, args) ->
            handler.onEvent(
                socket,
                args.require(0, a),
                args.require(1, b),
                args.require(2, c),
                args.require(3, d)));
  }

  /**
   * Handles an event whose first five arguments are bound to types; see {@link #on(String,
   * EventHandler)}.
   */
  public <A, B, C, D, E> SELF on(
      String event,
      Class<A> a,
      Class<B> b,
      Class<C> c,
      Class<D> d,
      Class<E> e,
      EventHandler.With5<A, B, C, D, E> handler) {
    Objects.requireNonNull(handler, "handler");
    return on(
        event,
        (socket, args) ->
            handler.onEvent(
                socket,
                args.require(0, a),
                args.require(1, b),
                args.require(2, c),
                args.require(3, d),
                args.require(4, e)));
  }

  /**
   * Handles an event that wants an answer: what the handler returns is the acknowledgement.
   *
   * @throws IllegalArgumentException if the name is reserved by Socket.IO
   * @throws IllegalStateException if a function handles the event already
   */
  public SELF onRequest(String event, RequestHandler handler) {
    events().onRequest(event, handler);
    return self();
  }

  /** Answers an event and looks at no argument; see {@link #onRequest(String, RequestHandler)}. */
  public SELF onRequest(String event, RequestHandler.With0 handler) {
    Objects.requireNonNull(handler, "handler");
    return onRequest(event, (socket, args) -> handler.onRequest(socket));
  }

  /**
   * Answers an event whose first argument is bound to a type with type arguments; see {@link
   * #onRequest(String, RequestHandler)}.
   */
  public <A> SELF onRequest(String event, TypeRef<A> a, RequestHandler.With1<A> handler) {
    Objects.requireNonNull(handler, "handler");
    return onRequest(event, (socket, args) -> handler.onRequest(socket, args.require(0, a)));
  }

  /**
   * Answers an event whose first argument is bound to types; see {@link #onRequest(String,
   * RequestHandler)}.
   */
  public <A> SELF onRequest(String event, Class<A> a, RequestHandler.With1<A> handler) {
    Objects.requireNonNull(handler, "handler");
    return onRequest(event, (socket, args) -> handler.onRequest(socket, args.require(0, a)));
  }

  /**
   * Answers an event whose first two arguments are bound to types; see {@link #onRequest(String,
   * RequestHandler)}.
   */
  public <A, B> SELF onRequest(
      String event, Class<A> a, Class<B> b, RequestHandler.With2<A, B> handler) {
    Objects.requireNonNull(handler, "handler");
    return onRequest(
        event, (socket, args) -> handler.onRequest(socket, args.require(0, a), args.require(1, b)));
  }

  /**
   * Answers an event whose first three arguments are bound to types; see {@link #onRequest(String,
   * RequestHandler)}.
   */
  public <A, B, C> SELF onRequest(
      String event, Class<A> a, Class<B> b, Class<C> c, RequestHandler.With3<A, B, C> handler) {
    Objects.requireNonNull(handler, "handler");
    return onRequest(
        event,
        (socket, args) ->
            handler.onRequest(socket, args.require(0, a), args.require(1, b), args.require(2, c)));
  }

  /**
   * Answers an event whose first four arguments are bound to types; see {@link #onRequest(String,
   * RequestHandler)}.
   */
  public <A, B, C, D> SELF onRequest(
      String event,
      Class<A> a,
      Class<B> b,
      Class<C> c,
      Class<D> d,
      RequestHandler.With4<A, B, C, D> handler) {
    Objects.requireNonNull(handler, "handler");
    return onRequest(
        event,
        (socket, args) ->
            handler.onRequest(
                socket,
                args.require(0, a),
                args.require(1, b),
                args.require(2, c),
                args.require(3, d)));
  }

  /**
   * Answers an event whose first five arguments are bound to types; see {@link #onRequest(String,
   * RequestHandler)}.
   */
  public <A, B, C, D, E> SELF onRequest(
      String event,
      Class<A> a,
      Class<B> b,
      Class<C> c,
      Class<D> d,
      Class<E> e,
      RequestHandler.With5<A, B, C, D, E> handler) {
    Objects.requireNonNull(handler, "handler");
    return onRequest(
        event,
        (socket, args) ->
            handler.onRequest(
                socket,
                args.require(0, a),
                args.require(1, b),
                args.require(2, c),
                args.require(3, d),
                args.require(4, e)));
  }

  /** Handles the event {@code message} of a client's unnamed {@code send} of text. */
  public SELF onMessage(EventHandler.With1<String> handler) {
    return on("message", String.class, handler);
  }

  /** Handles the event {@code json}, by convention that of data without a name. */
  public <A> SELF onJson(Class<A> type, EventHandler.With1<A> handler) {
    return on("json", type, handler);
  }

  /** Adds a handler of all events from clients, which runs before the event's own. */
  public SELF onAny(CatchAllHandler handler) {
    events().onAny(handler);
    return self();
  }

  /** Adds a handler of all events to clients: a broadcast is heard once for each recipient. */
  public SELF onAnyOutgoing(CatchAllHandler handler) {
    events().onAnyOutgoing(handler);
    return self();
  }

  /**
   * Handles events that have no handler, instead of ignoring them.
   *
   * @throws IllegalStateException if there is such a handler
   */
  public SELF onUnhandled(CatchAllHandler handler) {
    events().onUnhandled(handler);
    return self();
  }

  /**
   * Adds middleware for events, which runs for each event of a client, in order of registration.
   */
  public SELF useEvent(EventMiddleware middleware) {
    events().use(middleware);
    return self();
  }

  // ---- classes ----

  /**
   * Registers the handler methods of objects: of their classes' methods those with {@link OnEvent},
   * {@link OnConnect}, {@link OnDisconnecting}, {@link OnDisconnect}, {@link OnError}, {@link
   * OnAny} or {@link OnUnhandled}. Either all of them are registered, or none.
   *
   * @throws IllegalArgumentException if a class has no such method, or one that is wrong; the
   *     message names class, method and reason
   * @throws IllegalStateException if a method handles what another method handles already
   */
  public abstract SELF register(Object... handlers);

  /**
   * Returns an annotation of the method that handles an event, of what it overrides, or of its
   * class, for middleware that looks for annotations of the application; null if it has none, or no
   * method handles the event.
   *
   * @param type is kept at run time
   */
  public <A extends Annotation> @Nullable A handlerAnnotation(String event, Class<A> type) {
    return events().annotation(event, type);
  }

  // ---- sockets ----

  /** Adds middleware, which runs for each client that wants to join, in order of registration. */
  public SELF use(Middleware middleware) {
    admission().use(middleware);
    return self();
  }

  /** Adds middleware that decides later. */
  public SELF useAsync(AsyncMiddleware middleware) {
    admission().useAsync(middleware);
    return self();
  }

  /**
   * Calls a handler for each socket that joins, before its first event; it may refuse the client.
   */
  public SELF onConnect(ConnectHandler handler) {
    events().onConnect(handler);
    return self();
  }

  /** Calls a handler for each socket that leaves, while it is still in its rooms. */
  public SELF onDisconnecting(DisconnectHandler handler) {
    events().onDisconnecting(handler);
    return self();
  }

  /** Calls a handler for each socket that has left. */
  public SELF onDisconnect(DisconnectHandler handler) {
    events().onDisconnect(handler);
    return self();
  }

  /**
   * Hands what handlers throw to a handler, instead of to the server's {@link
   * SocketIoServer#onErrorDefault}, or the log.
   *
   * @throws IllegalStateException if there is such a handler
   */
  public SELF onError(ErrorHandler handler) {
    events().onError(handler);
    return self();
  }
}

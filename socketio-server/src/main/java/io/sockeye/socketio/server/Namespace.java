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

import io.sockeye.socketio.server.spi.BroadcastOptions;
import io.sockeye.socketio.server.spi.ClientManager;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A part of a server that clients join for itself, with handlers and rooms of its own. All methods
 * are safe for use by any thread; handlers may be added at any time.
 */
public final class Namespace {
  private final SocketIoServer server;
  private final String name;
  private final EventRegistry events = new EventRegistry();
  private final Admission admission = new Admission();
  private final AtomicLong ackIds = new AtomicLong();
  private final BroadcastOperator everybody;

  Namespace(SocketIoServer server, String name) {
    this.server = server;
    this.name = name;
    this.everybody = new BroadcastOperator(this, BroadcastOptions.all(name));
  }

  /** Returns the name, which begins with a slash. */
  public String name() {
    return name;
  }

  // ---- handlers ----

  /**
   * Handles an event.
   *
   * @throws IllegalArgumentException if the name is reserved by Socket.IO
   * @throws IllegalStateException if the event has a handler
   */
  public Namespace on(String event, EventHandler handler) {
    events.on(event, (socket, args, ack) -> handler.onEvent(socket, args));
    return this;
  }

  /**
   * Handles an event, whose answer the handler sends itself, now or later; see {@link #on(String,
   * EventHandler)}.
   */
  public Namespace on(String event, AckEventHandler handler) {
    events.on(event, handler);
    return this;
  }

  /**
   * Handles an event whose first argument is bound to a type, such as a record.
   *
   * @throws IllegalArgumentException if the name is reserved by Socket.IO
   * @throws IllegalStateException if the event has a handler
   */
  public <T> Namespace on(String event, Class<T> type, TypedEventHandler<T> handler) {
    events.on(event, type, handler);
    return this;
  }

  /**
   * Handles an event that wants an answer: what the handler returns is the acknowledgement.
   *
   * @throws IllegalArgumentException if the name is reserved by Socket.IO
   * @throws IllegalStateException if the event has a handler
   */
  public Namespace onRequest(String event, RequestHandler handler) {
    events.onRequest(event, handler);
    return this;
  }

  /**
   * Handles an event that wants an answer, and whose first argument is bound to a type: what the
   * handler returns is the acknowledgement.
   *
   * @throws IllegalArgumentException if the name is reserved by Socket.IO
   * @throws IllegalStateException if the event has a handler
   */
  public <T> Namespace onRequest(String event, Class<T> type, TypedRequestHandler<T> handler) {
    events.onRequest(event, (socket, args) -> handler.onRequest(socket, args.require(0, type)));
    return this;
  }

  /** Adds middleware, which runs for each client that wants to join, in order of registration. */
  public Namespace use(Middleware middleware) {
    admission.use(middleware);
    return this;
  }

  /** Adds middleware that decides later. */
  public Namespace useAsync(AsyncMiddleware middleware) {
    admission.useAsync(middleware);
    return this;
  }

  /** Calls a handler for each socket that has joined, before its first event. */
  public Namespace onConnect(ConnectHandler handler) {
    events.onConnect(handler);
    return this;
  }

  /** Calls a handler for each socket that leaves, while it is still in its rooms. */
  public Namespace onDisconnecting(DisconnectHandler handler) {
    events.onDisconnecting(handler);
    return this;
  }

  /** Calls a handler for each socket that has left. */
  public Namespace onDisconnect(DisconnectHandler handler) {
    events.onDisconnect(handler);
    return this;
  }

  /** Hands what handlers throw to a handler, instead of logging it. */
  public Namespace onError(ErrorHandler handler) {
    events.onError(handler);
    return this;
  }

  // ---- sending ----

  /** Sends an event to everybody in the namespace. */
  public void emit(String event, @Nullable Object... args) {
    everybody.emit(event, args);
  }

  /** Sends an event with arguments as they are to everybody in the namespace. */
  public void emit(String event, Args args) {
    everybody.emit(event, args);
  }

  /** Sends the event {@code message} to everybody in the namespace. */
  public void send(@Nullable Object... args) {
    everybody.send(args);
  }

  /** Returns an operator that reaches everybody in the namespace. */
  public BroadcastOperator everybody() {
    return everybody;
  }

  /** Returns an operator that reaches the sockets in any of the rooms. */
  public BroadcastOperator to(String... rooms) {
    return everybody.to(rooms);
  }

  /** Returns an operator that leaves out the sockets in any of the rooms. */
  public BroadcastOperator except(String... rooms) {
    return everybody.except(rooms);
  }

  /** Takes everybody out of a room. */
  public CompletionStage<Void> closeRoom(String room) {
    return to(room).socketsLeave(room);
  }

  /** Returns the sockets in the namespace, as they are now. */
  public CompletionStage<List<RemoteSocket>> fetchSockets() {
    return everybody.fetchSockets();
  }

  /** Returns the sockets of this process in the namespace: a snapshot. */
  public Collection<Socket> localSockets() {
    return manager().localSockets(name);
  }

  /** Returns the server. */
  public SocketIoServer server() {
    return server;
  }

  /** Returns the name. */
  @Override
  public String toString() {
    return name;
  }

  ClientManager manager() {
    return server.manager();
  }

  EventRegistry events() {
    return events;
  }

  Admission admission() {
    return admission;
  }

  /** One counter for all, so that an acknowledged broadcast is the same text for everybody. */
  long nextAckId() {
    return ackIds.getAndIncrement();
  }
}

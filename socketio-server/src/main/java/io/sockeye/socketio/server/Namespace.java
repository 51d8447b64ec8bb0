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
import io.sockeye.socketio.server.spi.BroadcastOptions;
import io.sockeye.socketio.server.spi.ClientManager;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A part of a server that clients join for itself, with handlers and rooms of its own. All methods
 * are safe for use by any thread; handlers may be added at any time.
 */
public final class Namespace extends Handlers<Namespace> {
  private final SocketIoServer server;
  private final String name;
  private final EventRegistry events;
  private final Admission admission;
  private final @Nullable ChildLife life;
  private final AtomicLong ackIds = new AtomicLong();
  private final BroadcastOperator.Reach reach;
  private final BroadcastOperator everybody;
  private final ServerEvents serverEvents;

  /**
   * Creates a namespace that nobody knows of yet.
   *
   * @param life what it has from its parent, null if it has none
   */
  Namespace(SocketIoServer server, String name, @Nullable ChildLife life) {
    this.server = server;
    this.name = name;
    this.life = life;
    ParentNamespace parent = life == null ? null : life.parent();
    this.events = new EventRegistry(server::errorDefault, parent == null ? null : parent.events());
    this.admission = new Admission(parent == null ? null : parent.admission());
    this.reach = new BroadcastOperator.Reach(name, server.manager(), ackIds::getAndIncrement);
    this.everybody =
        new BroadcastOperator(reach, BroadcastOptions.all(name), server.options().ackTimeout());
    this.serverEvents = new ServerEvents(server.runtime().handlers());
  }

  /** Returns the name, which begins with a slash. */
  public String name() {
    return name;
  }

  /** Returns the parent whose pattern or function has let the namespace be, or null. */
  public @Nullable ParentNamespace parent() {
    return life == null ? null : life.parent();
  }

  /**
   * Returns what the named groups of the parent's pattern match in the name, in their order: {@code
   * room=7} for the name {@code /game-7} and the pattern {@code /game-(?<room>\\d+)}. Empty for a
   * namespace without a pattern.
   */
  public Map<String, String> variables() {
    return life == null ? Map.of() : life.variables();
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

  /** Sends the event {@code json} to everybody in the namespace. */
  public void sendJson(Object value) {
    everybody.sendJson(value);
  }

  /**
   * Sends an event to everybody in the namespace, who are to answer; see {@link
   * BroadcastOperator#emitWithAck}.
   */
  public CompletionStage<BroadcastAnswers> emitWithAck(String event, @Nullable Object... args) {
    return everybody.emitWithAck(event, args);
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

  // ---- the other nodes of a cluster ----

  /**
   * Sends an event to the handlers that other nodes have for it ({@link #onServerSide}), in this
   * namespace; not to this process, and not to clients.
   *
   * @param event any name that is not reserved
   * @param args its arguments, as of {@link Socket#emit}
   */
  public void serverSideEmit(String event, @Nullable Object... args) {
    ServerEvents.requireAllowed(event);
    manager().serverSideEmit(name, event, Arguments.of(args));
  }

  /**
   * Sends an event to the other nodes, which are to answer it ({@link #onServerSideRequest}).
   *
   * @return completes on the handler executor when all have answered, or after {@link
   *     ClusterOptions.Builder#requestTimeout}; then with the answers that came
   */
  public CompletionStage<ServerAnswers> serverSideEmitWithAck(
      String event, @Nullable Object... args) {
    return serverSideEmitWithAck(server.options().cluster().requestTimeout(), event, args);
  }

  /** Sends an event to the other nodes, and waits for their answers for a given time. */
  public CompletionStage<ServerAnswers> serverSideEmitWithAck(
      Duration timeout, String event, @Nullable Object... args) {
    ServerEvents.requireAllowed(event);
    return manager().serverSideEmitWithAck(name, event, Arguments.of(args), timeout);
  }

  /**
   * Handles an event of other nodes; if they asked for an answer, they get null.
   *
   * @throws IllegalStateException if the event has a handler already
   */
  public Namespace onServerSide(String event, ServerEventHandler handler) {
    Objects.requireNonNull(handler, "handler");
    return onServerSideRequest(
        event,
        args -> {
          handler.onEvent(args);
          return null;
        });
  }

  /**
   * Handles an event of other nodes, which are told what the handler returns.
   *
   * @throws IllegalStateException if the event has a handler already
   */
  public Namespace onServerSideRequest(String event, ServerRequestHandler handler) {
    serverEvents.on(event, handler);
    return this;
  }

  /**
   * Returns the number of nodes of the cluster that have this namespace, this one included; empty
   * where it cannot be known. In the Python dialect all nodes count, and those of Python only if
   * the broker is Redis.
   */
  public CompletionStage<OptionalInt> serverCount() {
    return manager().serverCount(name);
  }

  ServerEvents serverEvents() {
    return serverEvents;
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

  /** How long it lives, null if as long as the server. */
  @Nullable ChildLife life() {
    return life;
  }

  /** Whether it stays as long as the server. */
  boolean isStatic() {
    return life == null || life.isPinned();
  }

  /** A socket joins; of namespaces that stay, or that its caller knows to be there. */
  void enter() {
    if (life != null) {
      life.enter();
    }
  }

  ChildLife requireLife() {
    return Objects.requireNonNull(life, "life");
  }

  /** How operators reach it. */
  BroadcastOperator.Reach reach() {
    return reach;
  }

  ClientManager manager() {
    return server.manager();
  }

  /**
   * Registers the handler methods of objects in this namespace; see {@link Handlers#register}.
   *
   * @throws IllegalArgumentException also if a class has {@link SocketIoNamespace} with another
   *     name
   */
  @Override
  public Namespace register(Object... handlers) {
    server.register(name, handlers);
    return this;
  }

  @Override
  EventRegistry events() {
    return events;
  }

  @Override
  Admission admission() {
    return admission;
  }

  /** One counter for all, so that an acknowledged broadcast is the same text for everybody. */
  long nextAckId() {
    return ackIds.getAndIncrement();
  }
}

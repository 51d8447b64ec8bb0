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
import io.sockeye.socketio.protocol.Packet;
import io.sockeye.socketio.server.spi.BroadcastOptions;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Whom an operation reaches: each method returns a new operator, so that one can be kept and used
 * by any thread, any number of times.
 */
public final class BroadcastOperator {
  private final Namespace namespace;
  private final BroadcastOptions options;

  BroadcastOperator(Namespace namespace, BroadcastOptions options) {
    this.namespace = namespace;
    this.options = options;
  }

  /**
   * Narrows to sockets that are in any of the rooms, each reached once. A socket's id is a room of
   * its own.
   */
  public BroadcastOperator to(String... rooms) {
    return with(
        union(options.rooms(), rooms),
        options.except(),
        options.isVolatile(),
        options.compress(),
        options.local());
  }

  /** Leaves out sockets that are in any of the rooms. */
  public BroadcastOperator except(String... rooms) {
    return with(
        options.rooms(),
        union(options.except(), rooms),
        options.isVolatile(),
        options.compress(),
        options.local());
  }

  /** Leaves out sockets whose connection cannot take the event at once. */
  public BroadcastOperator asVolatile() {
    return with(options.rooms(), options.except(), true, options.compress(), options.local());
  }

  /** Says whether the event may be compressed on the way; it may by default. */
  public BroadcastOperator compress(boolean compress) {
    return with(options.rooms(), options.except(), options.isVolatile(), compress, options.local());
  }

  /** Reaches sockets of this process only. */
  public BroadcastOperator local() {
    return with(options.rooms(), options.except(), options.isVolatile(), options.compress(), true);
  }

  /**
   * Sends an event.
   *
   * @param event any name that is not reserved
   * @param args its arguments, as of {@link Socket#emit}
   */
  public void emit(String event, @Nullable Object... args) {
    emit(event, Arguments.of(args));
  }

  /** Sends an event with arguments as they are. */
  public void emit(String event, Args args) {
    emit(event, args.arguments());
  }

  private void emit(String event, Arguments arguments) {
    EventRegistry.requireAllowed(event);
    namespace
        .manager()
        .broadcast(new Packet.Event(namespace.name(), Packet.NO_ID, event, arguments), options);
  }

  /** Sends the event {@code message}. */
  public void send(@Nullable Object... args) {
    emit("message", args);
  }

  /** Puts the sockets into rooms. */
  public CompletionStage<Void> socketsJoin(String... rooms) {
    return namespace.manager().joinAll(options, List.of(rooms));
  }

  /** Takes the sockets out of rooms. */
  public CompletionStage<Void> socketsLeave(String... rooms) {
    return namespace.manager().leaveAll(options, List.of(rooms));
  }

  /**
   * Disconnects the sockets.
   *
   * @param closeConnections whether their whole connections are closed
   */
  public CompletionStage<Void> disconnectSockets(boolean closeConnections) {
    return namespace.manager().disconnectAll(options, closeConnections);
  }

  /** Returns the sockets, as they are now. */
  public CompletionStage<List<RemoteSocket>> fetchSockets() {
    return namespace.manager().fetchSockets(options);
  }

  private BroadcastOperator with(
      Set<String> rooms, Set<String> except, boolean isVolatile, boolean compress, boolean local) {
    return new BroadcastOperator(
        namespace,
        new BroadcastOptions(namespace.name(), rooms, except, isVolatile, compress, local));
  }

  private static Set<String> union(Set<String> some, String... more) {
    Set<String> all = new HashSet<>(some);
    all.addAll(Arrays.asList(more));
    return all;
  }
}

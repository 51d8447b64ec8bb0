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
import io.sockeye.socketio.server.spi.ClusterOperations;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Whom an operation reaches: each method returns a new operator, so that one can be kept and used
 * by any thread, any number of times.
 */
public final class BroadcastOperator {
  /**
   * A namespace, as far as it can be sent to.
   *
   * @param ackIds gives ids to events that are to be acknowledged
   */
  record Reach(String name, ClusterOperations operations, LongSupplier ackIds) {}

  // One namespace, or the children of a parent as they are at the moment.
  private final Supplier<? extends Collection<Reach>> namespaces;
  private final BroadcastOptions options;
  private final Duration timeout;

  BroadcastOperator(Reach namespace, BroadcastOptions options, Duration timeout) {
    this(only(namespace), options, timeout);
  }

  /**
   * Creates an operator.
   *
   * @param namespaces in which of the namespaces; that of the options means nothing
   */
  BroadcastOperator(
      Supplier<? extends Collection<Reach>> namespaces,
      BroadcastOptions options,
      Duration timeout) {
    this.namespaces = namespaces;
    this.options = options;
    this.timeout = timeout;
  }

  private static Supplier<List<Reach>> only(Reach namespace) {
    List<Reach> one = List.of(namespace);
    return () -> one;
  }

  /**
   * Narrows to sockets that are in any of the rooms, each reached once. A socket's id is a room of
   * its own.
   */
  public BroadcastOperator to(String... rooms) {
    return with(options.withRooms(union(options.rooms(), rooms)));
  }

  /** Leaves out sockets that are in any of the rooms. */
  public BroadcastOperator except(String... rooms) {
    return with(options.withExcept(union(options.except(), rooms)));
  }

  /** Leaves out sockets whose connection cannot take the event at once. */
  public BroadcastOperator asVolatile() {
    return with(options.withVolatile(true));
  }

  /** Says whether the event may be compressed on the way; it may by default. */
  public BroadcastOperator compress(boolean allowed) {
    return with(options.withCompress(allowed));
  }

  /** Reaches sockets of this process only. */
  public BroadcastOperator local() {
    return with(options.withLocal(true));
  }

  /** Waits so long for acknowledgements, instead of what the option {@code ackTimeout} says. */
  public BroadcastOperator timeout(Duration limit) {
    return new BroadcastOperator(namespaces, options, limit);
  }

  /**
   * Sends an event.
   *
   * @param event any name that is not reserved
   * @param args its arguments, as of {@link Socket#emit}
   */
  public void emit(String event, @Nullable Object... args) {
    emitAll(event, Arguments.of(args));
  }

  /** Sends an event with arguments as they are. */
  public void emit(String event, Args args) {
    emitAll(event, args.arguments());
  }

  private void emitAll(String event, Arguments arguments) {
    EventRegistry.requireAllowed(event);
    for (Reach namespace : namespaces.get()) {
      send(namespace, event, arguments);
    }
  }

  private CompletionStage<Void> send(Reach namespace, String event, Arguments arguments) {
    return namespace
        .operations()
        .broadcast(
            new Packet.Event(namespace.name(), Packet.NO_ID, event, arguments), in(namespace));
  }

  /**
   * Sends an event, and says what becomes of it on the way to other processes.
   *
   * @return completes when the broker of the cluster has the event, at once where there is none;
   *     fails with a {@link io.sockeye.socketio.server.spi.BusUnavailableException} if it was
   *     dropped, or may have been lost. Clients of this process get it all the same
   */
  public CompletionStage<Void> emitAsync(String event, @Nullable Object... args) {
    EventRegistry.requireAllowed(event);
    Arguments arguments = Arguments.of(args);
    return all(namespace -> send(namespace, event, arguments));
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
   * Sends an event that everybody is to answer.
   *
   * @return completes on the handler executor when all have answered, or when the time is over;
   *     then with the answers that came and the sockets that did not answer
   */
  public CompletionStage<BroadcastAnswers> emitWithAck(String event, @Nullable Object... args) {
    EventRegistry.requireAllowed(event);
    Arguments arguments = Arguments.of(args);
    return inEach(
            namespace ->
                namespace
                    .operations()
                    .broadcastWithAck(
                        new Packet.Event(
                            namespace.name(), namespace.ackIds().getAsLong(), event, arguments),
                        in(namespace),
                        timeout))
        .thenApply(BroadcastAnswers::join);
  }

  /** Puts the sockets into rooms. */
  public CompletionStage<Void> socketsJoin(String... rooms) {
    List<String> names = List.of(rooms);
    return all(namespace -> namespace.operations().joinAll(in(namespace), names));
  }

  /** Takes the sockets out of rooms. */
  public CompletionStage<Void> socketsLeave(String... rooms) {
    List<String> names = List.of(rooms);
    return all(namespace -> namespace.operations().leaveAll(in(namespace), names));
  }

  /**
   * Disconnects the sockets.
   *
   * @param closeConnections whether their whole connections are closed
   */
  public CompletionStage<Void> disconnectSockets(boolean closeConnections) {
    return all(namespace -> namespace.operations().disconnectAll(in(namespace), closeConnections));
  }

  /** Returns the sockets, as they are now. */
  public CompletionStage<List<RemoteSocket>> fetchSockets() {
    return inEach(namespace -> namespace.operations().fetchSockets(in(namespace)))
        .thenApply(all -> all.stream().flatMap(List::stream).toList());
  }

  /** The options as they are in one of the namespaces. */
  private BroadcastOptions in(Reach namespace) {
    return options.withNamespace(namespace.name());
  }

  /** Does something in each of the namespaces; completes when all is done. */
  @SuppressWarnings("NullAway") // the value of a stage of Void is null
  private CompletionStage<Void> all(Function<Reach, CompletionStage<Void>> operation) {
    return inEach(operation).thenApply(done -> null);
  }

  /** Asks in each of the namespaces; completes with all answers. */
  private <T> CompletionStage<List<T>> inEach(Function<Reach, CompletionStage<T>> question) {
    List<CompletableFuture<T>> stages =
        namespaces.get().stream()
            .map(namespace -> question.apply(namespace).toCompletableFuture())
            .toList();
    return CompletableFuture.allOf(stages.toArray(new CompletableFuture<?>[0]))
        .thenApply(done -> stages.stream().map(CompletableFuture::join).toList());
  }

  private BroadcastOperator with(BroadcastOptions changed) {
    return new BroadcastOperator(namespaces, changed, timeout);
  }

  private static Set<String> union(Set<String> some, String... more) {
    Set<String> all = new HashSet<>(some);
    all.addAll(Arrays.asList(more));
    return all;
  }
}

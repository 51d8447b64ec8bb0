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
import io.sockeye.socketio.server.spi.BusUnavailableException;
import io.sockeye.socketio.server.spi.ClusterBus;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Reaches the clients of a cluster from a process that has no server: a worker, a scheduled job, a
 * command-line tool.
 *
 * <pre>{@code
 * try (Emitter emitter = Emitter.connect("redis://127.0.0.1:6379")) {
 *   emitter.to("room-7").emit("progress", 80);
 * }
 * }</pre>
 *
 * <p>What it sends is in the {@linkplain ClusterDialect dialect} of the cluster, so the servers may
 * be those of Python or Node.js. Nothing blocks but {@link #flush} and {@link #close}; all methods
 * are safe for use by any thread.
 */
public final class Emitter implements AutoCloseable {
  private static final Duration ACK_TIMEOUT = Duration.ofSeconds(60);

  private final String namespace;
  private final EmitterConnection connection;
  private final BroadcastOperator everybody;

  private Emitter(String namespace, EmitterConnection connection) {
    this.namespace = namespace;
    this.connection = connection;
    this.everybody =
        new BroadcastOperator(
            new BroadcastOperator.Reach(
                namespace, connection.nodes, connection.ackIds::getAndIncrement),
            BroadcastOptions.all(namespace),
            ACK_TIMEOUT);
  }

  /**
   * Connects to a cluster in the Python dialect, on its standard channel.
   *
   * @param url as of {@link ClusterBuses#connect(String)}
   */
  public static Emitter connect(String url) {
    return connect(ClusterOptions.builder().messageQueue(url).build());
  }

  /**
   * Connects to a cluster.
   *
   * @throws IllegalArgumentException if the options name no message queue, or one that is not
   *     understood
   * @throws BusUnavailableException if the broker is not there and the options ask for it
   */
  public static Emitter connect(ClusterOptions options) {
    if (!options.isEnabled()) {
      throw new IllegalArgumentException("messageQueue: null (expected: the URL of a broker)");
    }
    return new Emitter("/", new EmitterConnection(options));
  }

  /** Returns an emitter for another namespace, over the same connection. */
  public Emitter of(String other) {
    return new Emitter(SocketIoServer.normalName(other), connection);
  }

  /** Returns an operator that reaches everybody in the namespace. */
  public BroadcastOperator everybody() {
    return everybody;
  }

  /** Returns an operator that reaches the sockets in any of the rooms; an id is a room too. */
  public BroadcastOperator to(String... rooms) {
    return everybody.to(rooms);
  }

  /** Returns an operator that leaves out the sockets in any of the rooms. */
  public BroadcastOperator except(String... rooms) {
    return everybody.except(rooms);
  }

  /** Sends an event to everybody in the namespace. */
  public void emit(String event, @Nullable Object... args) {
    everybody.emit(event, args);
  }

  /** Sends the event {@code message} to everybody in the namespace. */
  public void send(@Nullable Object... args) {
    everybody.send(args);
  }

  /** Takes everybody out of a room. */
  public CompletionStage<Void> closeRoom(String room) {
    return to(room).socketsLeave(room);
  }

  /** Sends an event to the servers; see {@link Namespace#serverSideEmit}. */
  public void serverSideEmit(String event, @Nullable Object... args) {
    ServerEvents.requireAllowed(event);
    connection.nodes.serverSideEmit(namespace, event, Arguments.of(args));
  }

  /**
   * Sends an event to the servers, which are to answer.
   *
   * @param timeout how long answers are waited for
   */
  public CompletionStage<ServerAnswers> serverSideEmitWithAck(
      Duration timeout, String event, @Nullable Object... args) {
    ServerEvents.requireAllowed(event);
    return connection.nodes.serverSideEmitWithAck(namespace, event, Arguments.of(args), timeout);
  }

  /** Returns the number of servers; empty where it cannot be known. */
  public CompletionStage<OptionalInt> serverCount() {
    return connection.nodes.serverCount(namespace);
  }

  /** Returns how the broker is reached. */
  public ClusterBus.State state() {
    return connection.bus.state();
  }

  /** Returns what has been counted since it was connected; only those of the cluster change. */
  public Map<SocketIoCounter, Long> counters() {
    Map<SocketIoCounter, Long> values = new EnumMap<>(SocketIoCounter.class);
    connection.counters.forEach((counter, adder) -> values.put(counter, adder.sum()));
    return values;
  }

  /**
   * Waits until the broker has everything that was sent before.
   *
   * @throws TimeoutException if it does not in time
   * @throws BusUnavailableException if something was dropped since the last flush
   */
  public void flush(Duration timeout) throws TimeoutException, InterruptedException {
    connection.flush(timeout);
  }

  /** Waits until the broker has everything, five seconds at the most, and disconnects. */
  @Override
  public void close() {
    connection.close();
  }
}

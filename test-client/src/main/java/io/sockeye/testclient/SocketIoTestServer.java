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
package io.sockeye.testclient;

import io.sockeye.engineio.server.EngineIoOptions;
import io.sockeye.engineio.server.HandlerExecution;
import io.sockeye.engineio.server.internal.EngineRuntime;
import io.sockeye.engineio.server.internal.HandlerExecutor;
import io.sockeye.engineio.server.internal.TimerWheel;
import io.sockeye.socketio.server.SocketIoOptions;
import io.sockeye.socketio.server.SocketIoServer;
import io.sockeye.socketio.server.internal.ServerInternals;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/**
 * A server for a test, with its clients and, if it was made here, its time. Safe for use by any
 * thread.
 */
public final class SocketIoTestServer implements AutoCloseable {
  /** So long time stands still, at the most, for what is under way. */
  private static final Duration SETTLING = Duration.ofSeconds(1);

  private final SocketIoServer server;
  private final @Nullable VirtualClock clock;
  private final @Nullable TimerWheel handlerTimers;
  private final List<SocketIoTestClient> clients = new CopyOnWriteArrayList<>();

  private SocketIoTestServer(
      SocketIoServer server, @Nullable VirtualClock clock, @Nullable TimerWheel handlerTimers) {
    this.server = server;
    this.clock = clock;
    this.handlerTimers = handlerTimers;
  }

  /** Returns a new server with the default options; see the other method. */
  public static SocketIoTestServer create() {
    return create(SocketIoOptions.defaults());
  }

  /**
   * Returns a new server whose time is a {@link VirtualClock}.
   *
   * @param options its options. With {@code handlerExecution} left at {@code DEFAULT} handlers run
   *     inline, on the thread of whoever sends, so that everything has happened when a method
   *     returns; handlers that block need {@code POOL} or {@code VIRTUAL}
   */
  public static SocketIoTestServer create(SocketIoOptions options) {
    EngineIoOptions engine = options.engine();
    VirtualClock clock = new VirtualClock();
    boolean inline =
        engine.handlerExecution() == HandlerExecution.DEFAULT
            || engine.handlerExecution() == HandlerExecution.INLINE;
    // A pool grows by the clock, and would not while time stands still.
    TimerWheel handlerTimers = inline ? null : TimerWheel.start();
    HandlerExecutor handlers =
        HandlerExecutor.create(
            inline ? HandlerExecution.INLINE : engine.handlerExecution(),
            handlerTimers == null ? clock.timers() : handlerTimers,
            engine.maxHandlerThreads());
    SocketIoServer server =
        ServerInternals.get().create(options, new EngineRuntime(clock.timers(), handlers));
    clock.whenSomethingHappens(() -> Traffic.of(server).settle(server, SETTLING));
    return new SocketIoTestServer(server, clock, handlerTimers);
  }

  /** Returns a server that the application has made, on its own threads and in real time. */
  public static SocketIoTestServer of(SocketIoServer server) {
    return new SocketIoTestServer(Objects.requireNonNull(server, "server"), null, null);
  }

  /** Returns the server, for handlers to be added to. */
  public SocketIoServer server() {
    return server;
  }

  /**
   * Returns its time.
   *
   * @throws IllegalStateException if the application has made the server, whose time is the real
   *     one
   */
  public VirtualClock clock() {
    VirtualClock known = clock;
    if (known == null) {
      throw new IllegalStateException(
          "clock: the server is in real time (expected: one made by SocketIoTestServer.create)");
    }
    return known;
  }

  boolean hasClock() {
    return clock != null;
  }

  /** Returns a new client in the main namespace; see {@link SocketIoTestClient#connect}. */
  public SocketIoTestClient connect() {
    return connect(TestClientOptions.defaults());
  }

  /** Returns a new client in a namespace; see {@link SocketIoTestClient#connect}. */
  public SocketIoTestClient connect(TestClientOptions options) {
    return added(SocketIoTestClient.connect(server, options));
  }

  /** Returns a new client in no namespace; see {@link SocketIoTestClient#open}. */
  public SocketIoTestClient open() {
    return open(TestClientOptions.defaults());
  }

  /** Returns a new client in no namespace; see {@link SocketIoTestClient#open}. */
  public SocketIoTestClient open(TestClientOptions options) {
    return added(SocketIoTestClient.open(server, options));
  }

  private SocketIoTestClient added(SocketIoTestClient client) {
    clients.add(client);
    return client;
  }

  /**
   * Closes the clients that were made here, then stops the server.
   *
   * @throws AssertionError if a handler of a client has failed, and nothing has said so yet
   */
  @Override
  public void close() {
    List<AssertionError> failures = new ArrayList<>();
    for (SocketIoTestClient client : clients) {
      try {
        client.close();
      } catch (AssertionError failure) {
        failures.add(failure);
      }
    }
    server.close();
    if (handlerTimers != null) {
      handlerTimers.close();
    }
    if (!failures.isEmpty()) {
      AssertionError first = failures.get(0);
      failures.stream().skip(1).forEach(first::addSuppressed);
      throw first;
    }
  }
}

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

import io.sockeye.engineio.server.internal.TimerWheel;
import io.sockeye.socketio.protocol.DecoderLimits;
import io.sockeye.socketio.server.spi.BusUnavailableException;
import io.sockeye.socketio.server.spi.ClusterBus;
import io.sockeye.socketio.server.spi.ClusterOperations;
import io.sockeye.socketio.server.spi.DataBinder;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The connection of an {@link Emitter}, which those of all its namespaces share. Safe for any
 * thread.
 */
final class EmitterConnection {
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(5);

  final ClusterBus bus;
  final Map<SocketIoCounter, LongAdder> counters = new EnumMap<>(SocketIoCounter.class);
  final AtomicLong ackIds = new AtomicLong();
  final ClusterOperations nodes;
  private final TimerWheel timers = TimerWheel.start();
  private final ExecutorService executor =
      Executors.newSingleThreadExecutor(
          task -> {
            Thread thread = new Thread(task, "sockeye-emitter");
            thread.setDaemon(true);
            return thread;
          });
  private final ClusterOutbox outbox;
  private final ClusterWire wire;
  private final ClusterRequests requests;
  private CompletableFuture<?> unsent = CompletableFuture.completedFuture(null); // this
  private final AtomicReference<@Nullable Throwable> dropped = new AtomicReference<>();

  EmitterConnection(ClusterOptions options) {
    for (SocketIoCounter counter : SocketIoCounter.values()) {
      counters.put(counter, new LongAdder());
    }
    bus = options.connect();
    ClusterCounts counts =
        (counter, count) -> Objects.requireNonNull(counters.get(counter)).add(count);
    outbox = new ClusterOutbox(bus, options, counts);
    DataBinder binder = JacksonBinder.strict();
    wire =
        ClusterWires.create(
            new ClusterContext(
                bus,
                outbox,
                options,
                timers,
                binder::toTree,
                DecoderLimits.DEFAULTS,
                counts,
                new ClusterRefusals(counts)));
    requests = new ClusterRequests(wire, options, timers, executor);
    nodes = new RemoteOperations(wire, requests, binder, this::sent);
    wire.open(new Answers(requests), false);
  }

  /** Takes note of what becomes of a message. */
  private synchronized CompletionStage<Void> sent(CompletionStage<Void> stage) {
    unsent =
        CompletableFuture.allOf(
            unsent,
            stage
                .exceptionally(
                    failure -> {
                      dropped.compareAndSet(null, failure);
                      return null;
                    })
                .toCompletableFuture());
    return stage;
  }

  void flush(Duration timeout) throws TimeoutException, InterruptedException {
    CompletableFuture<?> all;
    synchronized (this) {
      all = unsent;
    }
    try {
      all.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
    } catch (ExecutionException impossible) {
      throw new IllegalStateException("failures are taken note of", impossible);
    }
    Throwable loss = dropped.getAndSet(null);
    if (loss != null) {
      throw new BusUnavailableException("the message queue has not taken everything", loss);
    }
  }

  void close() {
    try {
      flush(CLOSE_TIMEOUT);
    } catch (TimeoutException | BusUnavailableException lost) {
      // counted
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
    wire.close();
    requests.close();
    outbox.close();
    bus.close();
    timers.close();
    executor.shutdown();
  }

  /** Hears answers, and nothing else. */
  private record Answers(ClusterRequests requests) implements ClusterWire.Inbox {
    @Override
    public void onMessage(ClusterMessage message, Consumer<ClusterAnswer> reply) {}

    @Override
    public void onAnswer(String requestId, @Nullable String node, ClusterAnswer answer) {
      requests.onAnswer(requestId, node, answer);
    }

    @Override
    public void onGone(String node) {
      requests.onGone(node);
    }

    @Override
    public boolean awaits(String requestId) {
      return requests.awaits(requestId);
    }
  }
}

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

import io.sockeye.socketio.server.spi.BusUnavailableException;
import io.sockeye.socketio.server.spi.ClusterBus;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Sends messages to other nodes in the order in which they are handed over, keeps those that the
 * broker cannot take for now, and counts what becomes of them.
 *
 * <p><b>Concurrency.</b> Safe for any thread, without a lock: a bus may hand on messages on the
 * thread that publishes. {@code turns} counts calls whose work is not done; who raises it from zero
 * does the work of all, and alone touches what waits. After {@value #SHIFT} messages he hands it on
 * to the common pool: he may be the thread that reads from the broker.
 */
final class ClusterOutbox {
  /** What a message that waits costs besides its bytes, roughly. */
  private static final int OVERHEAD = 100;

  /** How many messages one thread sends before another goes on. */
  private static final int SHIFT = 1_000;

  @SuppressWarnings("NullAway") // the value of a stage of Void is null
  private static final CompletionStage<Void> DONE = CompletableFuture.completedStage(null);

  private final OutagePolicy policy;
  private final int maxBytes;
  private final ClusterCounts counts;
  private final Queue<Outgoing> incoming = new ConcurrentLinkedQueue<>();
  private final Queue<Outgoing> urgent = new ConcurrentLinkedQueue<>();
  private final AtomicInteger turns = new AtomicInteger();
  private volatile Supplier<CompletionStage<Void>> reunion = () -> DONE;
  private volatile boolean gated; // there is an outage, or there was one and others are away
  private volatile boolean awaiting; // the latter: for a moment everything may wait
  private final AtomicInteger outages = new AtomicInteger();
  private volatile boolean closed;
  private volatile int waiting;
  // Only whose turn it is: what the bus has refused, and what came after it.
  private final Deque<Outgoing> held = new ArrayDeque<>();
  private long heldBytes;

  /** A message. */
  private record Outgoing(
      Supplier<? extends CompletionStage<?>> publish,
      int cost,
      boolean mayWait,
      CompletableFuture<Void> done) {}

  ClusterOutbox(ClusterBus bus, ClusterOptions options, ClusterCounts counts) {
    this.policy = options.outagePolicy();
    this.maxBytes = options.maxOutboxBytes();
    this.counts = counts;
    bus.onStateChange(
        state -> {
          if (state == ClusterBus.State.UP) {
            awaiting = gated;
            int ended = outages.get();
            reunion.get().whenComplete((reunited, failure) -> open(ended));
          } else {
            outages.incrementAndGet();
            awaiting = false;
            gated = policy == OutagePolicy.HOLD;
          }
        });
  }

  /** The others are back, unless the broker has gone again meanwhile. */
  private void open(int ended) {
    if (ended != outages.get()) {
      return;
    }
    gated = false;
    awaiting = false;
    run();
  }

  /**
   * Keeps what waits after an outage until the other nodes can hear it, and not only the broker.
   *
   * @param others begins to wait for them; completes in any case
   */
  void awaitOthers(Supplier<CompletionStage<Void>> others) {
    reunion = others;
  }

  /** Sends what depends on nothing, and may overtake what waits; it never waits itself. */
  CompletionStage<Void> sendAtOnce(Supplier<? extends CompletionStage<?>> publish) {
    Outgoing message = new Outgoing(publish, 0, false, new CompletableFuture<>());
    urgent.add(message);
    run();
    return message.done();
  }

  /**
   * Sends a message.
   *
   * @param publish hands it to the bus, one message at a time; called again later if the bus
   *     refuses it at once
   * @param bytes how long it is
   * @param keep whether it may wait
   * @return completes when the broker has it; fails when it is dropped
   */
  CompletionStage<Void> send(
      Supplier<? extends CompletionStage<?>> publish, int bytes, boolean keep) {
    CompletableFuture<Void> done = new CompletableFuture<>();
    incoming.add(
        new Outgoing(publish, bytes + OVERHEAD, keep && policy == OutagePolicy.HOLD, done));
    run();
    return done;
  }

  private void run() {
    if (turns.getAndIncrement() == 0) {
      shift();
    }
  }

  private void shift() {
    int left = SHIFT;
    for (int seen = 1; seen != 0; seen = turns.addAndGet(-seen)) {
      left = work(left);
      if (left == 0) {
        ForkJoinPool.commonPool().execute(this::shift); // it is still our turn
        return;
      }
    }
  }

  /** Sends so many messages at the most; returns how many fewer they were. */
  private int work(int atMost) {
    int left = atMost;
    for (Outgoing next; (next = urgent.poll()) != null; ) {
      if (!offer(next, false)) {
        drop(next, new BusUnavailableException("the message queue is not there", null));
      }
    }
    while (left > 0 && !held.isEmpty() && (closed || (!gated && offer(held.element(), true)))) {
      left--;
      Outgoing oldest = held.remove();
      heldBytes -= oldest.cost();
      if (closed) {
        drop(oldest, new BusUnavailableException("the server has been stopped", null));
      }
    }
    for (Outgoing next; left > 0 && (next = incoming.poll()) != null; left--) {
      if (held.isEmpty() && !awaiting && !(gated && next.mayWait())) {
        if (!offer(next, false)) {
          hold(next);
        }
      } else if (next.mayWait() || awaiting) {
        hold(next);
      } else { // it must not overtake what it may depend on
        drop(
            next,
            new BusUnavailableException(
                "the message queue is not there, and others wait for it already", null));
      }
    }
    waiting = held.size();
    return left;
  }

  private void hold(Outgoing message) {
    if (closed || heldBytes + message.cost() > maxBytes) {
      drop(
          message,
          new BusUnavailableException(
              "the message queue is not there, and too much waits for it (expected: maxOutboxBytes "
                  + maxBytes
                  + " at the most)",
              null));
    } else {
      held.add(message);
      heldBytes += message.cost();
    }
  }

  /**
   * Hands a message to the bus.
   *
   * @return false if the bus has refused it at once and it may wait
   */
  private boolean offer(Outgoing message, boolean isLate) {
    CompletionStage<?> taken = publish(message);
    Throwable refusal = failure(taken.toCompletableFuture());
    if (refusal != null && message.mayWait() && !mayHaveBeenTaken(refusal)) {
      return false;
    }
    taken.whenComplete(
        (ok, failure) -> {
          if (failure != null) {
            drop(message, cause(failure));
          } else {
            counts.add(SocketIoCounter.CLUSTER_SENT, 1);
            if (isLate) {
              counts.add(SocketIoCounter.CLUSTER_LATE, 1);
            }
            message.done().complete(null);
          }
          if (waiting > 0) {
            run(); // the bus may have had too much to do
          }
        });
    return true;
  }

  /** A bus of the application may throw: the others' turn must come all the same. */
  private static CompletionStage<?> publish(Outgoing message) {
    try {
      return message.publish().get();
    } catch (RuntimeException failure) {
      return CompletableFuture.failedFuture(failure);
    }
  }

  private void drop(Outgoing message, Throwable why) {
    counts.add(SocketIoCounter.CLUSTER_DROPPED, 1);
    message.done().completeExceptionally(why);
  }

  private static @Nullable Throwable failure(CompletableFuture<?> stage) {
    if (!stage.isCompletedExceptionally()) {
      return null;
    }
    try {
      stage.join();
      return null;
    } catch (RuntimeException failure) {
      return cause(failure);
    }
  }

  private static Throwable cause(Throwable failure) {
    return failure instanceof CompletionException && failure.getCause() != null
        ? failure.getCause()
        : failure;
  }

  /** Returns whether a message that failed may have been taken all the same. */
  static boolean mayHaveBeenTaken(Throwable failure) {
    return !(cause(failure) instanceof BusUnavailableException unavailable)
        || unavailable.mayHaveBeenTaken();
  }

  /** Returns whether a stage has failed already, with something that was surely not taken. */
  static boolean isRefused(CompletionStage<?> stage) {
    Throwable refusal = failure(stage.toCompletableFuture());
    return refusal != null && !mayHaveBeenTaken(refusal);
  }

  /** Returns how many messages wait. */
  int size() {
    return waiting;
  }

  /** Drops what waits, and what comes. */
  void close() {
    closed = true;
    run();
  }
}

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
package io.sockeye.engineio.server.internal;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs application code one task at a time and in order, on the handler executor: the socket lane.
 *
 * <p><b>Concurrency.</b> As in {@link Lane}, {@code pending} counts tasks queued or running, and
 * one thread at a time runs them. The lane is also a bounded inbox: {@link #offer} says when it is
 * full, and {@code roomAgain} runs once when half of it is free. The flag {@code full} is written
 * before {@code pending} is read again by the producer, and read after {@code pending} is written
 * by the consumer, so that one of them always sees the other.
 */
public final class HandlerLane implements Executor, Runnable {
  private static final Logger log = LoggerFactory.getLogger(HandlerLane.class);

  /** After so many tasks a busy lane goes to the end of the executor's queue. */
  private static final int BUDGET = 64;

  private final Executor executor;
  private final int capacity;
  private final Runnable roomAgain;
  private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
  private final AtomicInteger pending = new AtomicInteger();
  private final AtomicBoolean full = new AtomicBoolean();

  /**
   * Creates a lane.
   *
   * @param executor runs it
   * @param capacity how many tasks make it full, at least 2
   * @param roomAgain runs on the executor after it was full, when it is half empty
   */
  public HandlerLane(Executor executor, int capacity, Runnable roomAgain) {
    this.executor = executor;
    this.capacity = capacity;
    this.roomAgain = roomAgain;
  }

  /** Adds a task whatever the capacity: for what this side itself brings, such as a disconnect. */
  @Override
  public void execute(Runnable task) {
    tasks.add(task);
    if (pending.getAndIncrement() == 0) {
      executor.execute(this);
    }
  }

  /** Returns whether no task is queued or running. */
  public boolean isIdle() {
    return pending.get() == 0;
  }

  /**
   * Adds a task that a peer brought. Called by one thread at a time.
   *
   * @return whether the lane has become full, so that the producer is to stop until {@code
   *     roomAgain} runs
   */
  public boolean offer(Runnable task) {
    execute(task);
    if (pending.get() < capacity || full.get()) {
      return false;
    }
    full.set(true);
    boolean emptiedMeanwhile = pending.get() <= capacity / 2;
    return !(emptiedMeanwhile && full.compareAndSet(true, false));
  }

  /** Runs queued tasks; called by the executor only. */
  @Override
  public void run() {
    while (runSome()) {
      if (!(executor instanceof HandlerExecutor handlers) || handlers.takesTurns()) {
        executor.execute(this);
        return;
      }
    }
  }

  /** Runs as many tasks as one turn has; returns whether more are left. */
  private boolean runSome() {
    for (int i = 0; i < BUDGET; i++) {
      Runnable task = tasks.poll();
      if (task != null) { // always: a task is queued before it is counted
        runTask(task);
      }
      int left = pending.decrementAndGet();
      if (full.get() && left <= capacity / 2 && full.compareAndSet(true, false)) {
        roomAgain.run();
      }
      if (left == 0) {
        return false;
      }
    }
    return true;
  }

  private static void runTask(Runnable task) {
    try {
      task.run();
    } catch (Throwable failure) { // the lane lives on whatever the code that it runs does
      log.error("A handler task failed", failure);
    }
  }
}

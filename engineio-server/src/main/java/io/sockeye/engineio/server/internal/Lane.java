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

import io.sockeye.engineio.server.spi.IoExecutor;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the tasks of one session one at a time and in order: the session lane.
 *
 * <p><b>Concurrency.</b> {@code pending} counts the tasks that are queued or running. Whoever moves
 * it from 0 to 1 runs tasks until it is 0 again; nobody else does. The atomic operations on it
 * order the tasks of different threads, so what only lane tasks touch needs no other care. A task
 * that is brought while the lane runs, also by the lane itself, runs after it.
 *
 * <p>With an executor, tasks run on its thread; without one, on the thread that brings the first.
 */
public final class Lane implements Executor {
  private static final Logger log = LoggerFactory.getLogger(Lane.class);

  private final AtomicInteger pending = new AtomicInteger();
  private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
  private volatile @Nullable IoExecutor executor;

  /** Creates a lane without an executor. */
  public Lane() {}

  /** Moves the lane to a connection's executor, or away from it. Called on the lane. */
  public void bind(@Nullable IoExecutor newExecutor) {
    executor = newExecutor;
  }

  /** Returns the executor that the lane is bound to, or null. */
  public @Nullable IoExecutor executor() {
    return executor;
  }

  /**
   * Enters the lane if it is idle and this is its thread: the caller then runs its work itself and
   * calls {@link #exit} in a finally block. This spares a task object per frame.
   */
  public boolean tryEnter() {
    IoExecutor io = executor;
    if ((io != null && !io.inThread()) || !pending.compareAndSet(0, 1)) {
      return false;
    }
    if (tasks.isEmpty()) {
      return true;
    }
    // A task that was queued but not yet counted has run in the place of one that is still queued,
    // and which nobody may overtake.
    exit();
    return false;
  }

  /** Leaves the lane after a successful {@link #tryEnter}, and runs what was queued meanwhile. */
  public void exit() {
    if (pending.decrementAndGet() != 0) {
      drain();
    }
  }

  @Override
  public void execute(Runnable task) {
    if (tryEnter()) {
      try {
        run(task);
      } finally {
        exit();
      }
      return;
    }
    tasks.add(task);
    if (pending.getAndIncrement() == 0) {
      drain();
    }
  }

  private void drain() {
    do {
      IoExecutor io = executor;
      if (io != null && !io.inThread()) {
        io.execute(this::drain); // of another thread; or the last task has moved the lane there
        return;
      }
      Runnable task = tasks.poll();
      if (task != null) { // always: a task is queued before it is counted
        run(task);
      }
    } while (pending.decrementAndGet() != 0);
  }

  private static void run(Runnable task) {
    try {
      task.run();
    } catch (Throwable failure) { // also Errors: one session's task must not end the I/O thread
      log.error("A session's task failed; the session goes on", failure);
    }
  }
}

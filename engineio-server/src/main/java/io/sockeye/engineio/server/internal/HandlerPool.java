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

import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedTransferQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/**
 * A thread pool for handlers that may block: few threads while handlers are quick, because every
 * thread more costs switches, and many as soon as queued work stands still.
 *
 * <p>A watch looks at the queue every {@link #WATCH_PERIOD} while there is work. If nothing was
 * taken from it since the last look, all workers are blocked, and as many are added as tasks wait.
 * If the same task has waited for {@link #PATIENCE} looks, one is added. Workers that were added
 * end when they have been idle for a while. The watch is a timer that runs only while there is
 * work.
 */
final class HandlerPool implements Executor {
  private static final Duration WATCH_PERIOD = Duration.ofMillis(10);
  private static final int PATIENCE = 5;
  private static final int MIN_WORKERS = Math.max(2, Runtime.getRuntime().availableProcessors());

  private final TimerWheel timers;
  private final int maxWorkers;
  private final BlockingQueue<Runnable> queue = new LinkedTransferQueue<>();
  private final ThreadPoolExecutor workers;
  private final LongAdder submitted = new LongAdder();
  private final AtomicBoolean watching = new AtomicBoolean();
  // Timer thread only.
  private long takenBefore;
  private long oldestWaiting;
  private int looksWaited;

  /**
   * @param begin runs first in each worker
   */
  HandlerPool(TimerWheel timers, int maxWorkers, Runnable begin) {
    this.timers = timers;
    this.maxWorkers = Math.max(maxWorkers, MIN_WORKERS);
    AtomicInteger number = new AtomicInteger();
    this.workers =
        new ThreadPoolExecutor(
            MIN_WORKERS,
            this.maxWorkers,
            5,
            TimeUnit.SECONDS,
            queue,
            worker -> {
              Runnable marked =
                  () -> {
                    begin.run();
                    worker.run();
                  };
              Thread thread = new Thread(marked, "sockeye-handler-" + number.incrementAndGet());
              thread.setDaemon(true);
              return thread;
            });
  }

  @Override
  public void execute(Runnable task) {
    submitted.increment();
    try {
      workers.execute(task);
    } catch (RejectedExecutionException stopped) {
      return; // the server has ended; so have its sockets
    }
    if (!watching.get() && watching.compareAndSet(false, true)) {
      timers.schedule(WATCH_PERIOD, this::watch);
    }
  }

  /** Returns the workers, to end them. */
  ExecutorService threads() {
    return workers;
  }

  int workers() {
    return workers.getPoolSize();
  }

  private void watch() {
    int waiting = queue.size();
    long all = submitted.sum();
    long taken = all - waiting;
    if (waiting == 0) {
      if (workers.getCorePoolSize() != MIN_WORKERS) {
        // Only then: it wakes idle workers, whose time to end would begin anew each time.
        workers.setCorePoolSize(MIN_WORKERS);
      }
      looksWaited = 0;
      watching.set(false);
      if (queue.isEmpty() || !watching.compareAndSet(false, true)) {
        return;
      }
    } else if (taken == takenBefore) {
      grow(waiting);
    } else if (taken > oldestWaiting) {
      oldestWaiting = all;
      looksWaited = 0;
    } else if (++looksWaited >= PATIENCE) {
      grow(1);
    }
    takenBefore = taken;
    timers.schedule(WATCH_PERIOD, this::watch);
  }

  private void grow(int more) {
    // Raising the core size starts workers at once while the queue has tasks.
    workers.setCorePoolSize(
        Math.min(maxWorkers, Math.max(workers.getPoolSize(), MIN_WORKERS) + more));
  }
}

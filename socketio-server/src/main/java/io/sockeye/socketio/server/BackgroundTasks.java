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

import io.sockeye.engineio.server.HandlerExecution;
import io.sockeye.engineio.server.internal.Checks;
import io.sockeye.engineio.server.internal.EngineRuntime;
import io.sockeye.engineio.server.internal.TimerWheel;
import java.time.Duration;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The application's own tasks, which end with the server. */
final class BackgroundTasks {
  private static final Logger log = LoggerFactory.getLogger(BackgroundTasks.class);
  private static final AtomicInteger NUMBER = new AtomicInteger();

  private final EngineRuntime runtime;
  // Where handlers run in place, a task that is not to hold up its caller has a thread of its own.
  private final @Nullable Set<Thread> ownThreads;
  private volatile boolean stopped;

  BackgroundTasks(EngineRuntime runtime) {
    this.runtime = runtime;
    this.ownThreads =
        runtime.handlers().execution() == HandlerExecution.INLINE
            ? ConcurrentHashMap.newKeySet()
            : null;
  }

  CompletableFuture<Void> run(Runnable task) {
    Objects.requireNonNull(task, "task");
    CompletableFuture<Void> done = new CompletableFuture<>();
    if (stopped) {
      done.completeExceptionally(new IllegalStateException("the server has been stopped"));
      return done;
    }
    Runnable logged = () -> complete(done, task);
    if (ownThreads == null) {
      runtime.handlers().executeUncounted(logged);
    } else {
      runInOwnThread(ownThreads, logged);
    }
    return done;
  }

  private static void runInOwnThread(Set<Thread> threads, Runnable task) {
    Thread thread =
        new Thread(
            () -> {
              try {
                task.run();
              } finally {
                threads.remove(Thread.currentThread());
              }
            },
            "sockeye-background-" + NUMBER.incrementAndGet());
    thread.setDaemon(true);
    threads.add(thread);
    thread.start();
  }

  @SuppressWarnings("NullAway") // the value of a future of Void is null
  private static void complete(CompletableFuture<Void> done, Runnable task) {
    try {
      task.run();
      done.complete(null);
    } catch (Throwable failure) {
      log.error("A background task failed", failure);
      done.completeExceptionally(failure);
    }
  }

  ScheduledTask schedule(Duration delay, Runnable task) {
    return new Timed(Checks.positive(delay, "delay"), task, false).begin();
  }

  ScheduledTask scheduleEvery(Duration period, Runnable task) {
    return new Timed(Checks.positive(period, "period"), task, true).begin();
  }

  /** Nothing begins any more. */
  void stop() {
    stopped = true;
  }

  /** Waits for what has a thread of its own; what still runs afterwards is interrupted. */
  void end(Duration atMost) {
    if (ownThreads == null) {
      return; // the handler executor's own end is theirs
    }
    long end = System.nanoTime() + atMost.toNanos();
    try {
      for (Thread thread : ownThreads) {
        if (thread != Thread.currentThread()) {
          TimeUnit.NANOSECONDS.timedJoin(thread, end - System.nanoTime());
        }
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
    for (Thread thread : ownThreads) {
      if (thread != Thread.currentThread()) {
        thread.interrupt();
      }
    }
  }

  /** A task on the server's timers. */
  private final class Timed extends TimerWheel.Entry implements ScheduledTask {
    private final Duration delay;
    private final Runnable task;
    private final boolean repeats;
    private volatile boolean cancelled;

    Timed(Duration delay, Runnable task, boolean repeats) {
      this.delay = delay;
      this.task = Objects.requireNonNull(task, "task");
      this.repeats = repeats;
    }

    Timed begin() {
      if (!cancelled && !stopped) {
        runtime.timers().schedule(this, delay);
      }
      return this;
    }

    @Override
    protected void expired() {
      runtime.handlers().execute(this::runOnce);
    }

    private void runOnce() {
      if (cancelled || stopped) {
        return;
      }
      try {
        task.run();
      } catch (Throwable failure) {
        log.error("A scheduled task failed", failure);
      }
      if (repeats) {
        begin();
      }
    }

    @Override
    public void cancel() {
      cancelled = true;
      runtime.timers().cancel(this);
    }
  }
}

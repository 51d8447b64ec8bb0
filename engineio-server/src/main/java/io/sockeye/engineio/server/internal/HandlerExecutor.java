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

import io.sockeye.engineio.server.HandlerExecution;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The executor of application code, as {@link HandlerExecution} chooses it. Safe for any thread.
 */
public final class HandlerExecutor implements Executor {
  private static final Logger log = LoggerFactory.getLogger(HandlerExecutor.class);

  private static final @Nullable MethodHandle NEW_VIRTUAL = findVirtualThreads();

  /** What was interrupted has this long to come to its end. */
  private static final Duration LAST_WORDS = Duration.ofMillis(200);

  /** The executor that this thread is one of, or whose task runs in it. */
  private static final ThreadLocal<@Nullable HandlerExecutor> CURRENT = new ThreadLocal<>();

  private final HandlerExecution execution;
  private final @Nullable HandlerPool pool;
  private final @Nullable ExecutorService virtual;
  private volatile boolean closed;
  // Null unless a test counts.
  private volatile @Nullable TaskCounter counter;

  private HandlerExecutor(HandlerExecution execution, TimerWheel timers, int maxThreads) {
    this.execution = execution;
    this.pool =
        execution == HandlerExecution.POOL
            ? new HandlerPool(timers, maxThreads, () -> CURRENT.set(this))
            : null;
    this.virtual = execution == HandlerExecution.VIRTUAL ? newVirtual() : null;
  }

  /**
   * Creates an executor.
   *
   * @param execution which kind
   * @param timers the server's timers
   * @param maxThreads the bound of a pool
   * @throws IllegalStateException if virtual threads are asked for and the JDK has none
   */
  public static HandlerExecutor create(
      HandlerExecution execution, TimerWheel timers, int maxThreads) {
    return new HandlerExecutor(resolve(execution), timers, maxThreads);
  }

  private static HandlerExecution resolve(HandlerExecution execution) {
    if (execution == HandlerExecution.DEFAULT) {
      return NEW_VIRTUAL != null ? HandlerExecution.VIRTUAL : HandlerExecution.POOL;
    }
    if (execution == HandlerExecution.VIRTUAL && NEW_VIRTUAL == null) {
      throw new IllegalStateException(
          "handlerExecution: VIRTUAL on Java "
              + Runtime.version().feature()
              + " (expected: JDK 21 or later; use DEFAULT to take what there is)");
    }
    return execution;
  }

  /** Returns the kind that was chosen, never {@link HandlerExecution#DEFAULT}. */
  public HandlerExecution execution() {
    return execution;
  }

  /**
   * Returns whether a task that is handed over runs later. Else whoever has more to do goes on: in
   * place handlers have no queue, and an executor that is closed takes nothing.
   */
  boolean takesTurns() {
    return execution != HandlerExecution.INLINE && !closed;
  }

  /** Has tasks counted from now on, for a test that waits until all have run. */
  public synchronized TaskCounter counter() {
    TaskCounter known = counter;
    if (known == null) {
      known = new TaskCounter();
      if (closed) {
        known.close();
      }
      counter = known;
    }
    return known;
  }

  @Override
  public void execute(Runnable task) {
    TaskCounter counting = counter;
    executeUncounted(counting == null ? task : counting.counted(task));
  }

  /** Runs a task that may go on for as long as the server: nobody waits until it has run. */
  public void executeUncounted(Runnable task) {
    if (pool != null) {
      pool.execute(task);
    } else if (virtual != null) {
      try {
        virtual.execute(
            () -> {
              CURRENT.set(this);
              task.run();
            });
      } catch (RejectedExecutionException stopped) {
        // the server has ended; so have its sockets
      }
    } else {
      HandlerExecutor outer = CURRENT.get();
      CURRENT.set(this);
      try {
        task.run();
      } finally {
        CURRENT.set(outer);
      }
    }
  }

  /** Returns whether the calling thread runs a task of this executor. */
  public boolean isRunningHere() {
    return CURRENT.get() == this;
  }

  /**
   * Stops taking work and waits for what runs; whoever still runs at the deadline is interrupted,
   * and waited for a moment more.
   */
  public void close(Duration deadline) {
    closed = true;
    ExecutorService threads = pool != null ? pool.threads() : virtual;
    if (threads == null) {
      return;
    }
    threads.shutdown();
    try {
      if (!threads.awaitTermination(deadline.toNanos(), TimeUnit.NANOSECONDS)) {
        log.warn("Handlers that still ran when the server had to end were interrupted");
        threads.shutdownNow();
        boolean ended = threads.awaitTermination(LAST_WORDS.toNanos(), TimeUnit.NANOSECONDS);
        log.debug("What was interrupted has ended: {}", ended);
      }
    } catch (InterruptedException interrupted) {
      threads.shutdownNow();
      Thread.currentThread().interrupt();
    }
    TaskCounter counting = counter;
    if (counting != null) {
      counting.close(); // tasks that were refused or thrown away never end
    }
  }

  /** Looked up by name because this code is compiled for Java 17. */
  private static @Nullable MethodHandle findVirtualThreads() {
    try {
      return MethodHandles.publicLookup()
          .findStatic(
              Executors.class,
              "newVirtualThreadPerTaskExecutor",
              MethodType.methodType(ExecutorService.class));
    } catch (ReflectiveOperationException olderThan21) {
      return null;
    }
  }

  private static ExecutorService newVirtual() {
    try {
      MethodHandle handle = NEW_VIRTUAL;
      if (handle == null) {
        throw new IllegalStateException("no virtual threads");
      }
      return (ExecutorService) handle.invokeExact();
    } catch (Throwable impossible) {
      throw new LinkageError("Executors.newVirtualThreadPerTaskExecutor failed", impossible);
    }
  }
}

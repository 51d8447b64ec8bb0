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

import java.util.concurrent.TimeUnit;

/**
 * Counts tasks that are queued or running, so that a test can wait until there are none. Safe for
 * use by any thread; the monitor guards the counters.
 */
public final class TaskCounter {
  private int pending;
  private long begun;
  private boolean closed;

  /** Counts from zero. */
  public TaskCounter() {}

  /** A task is queued. */
  public synchronized void begin() {
    pending++;
    begun++;
  }

  /** A task has run. */
  public synchronized void end() {
    if (--pending == 0) {
      notifyAll();
    }
  }

  /** Returns the task, which is counted from now on until it has run. */
  public Runnable counted(Runnable task) {
    begin();
    return () -> {
      try {
        task.run();
      } finally {
        end();
      }
    };
  }

  /** Returns how many tasks have been counted: it tells whether there were new ones meanwhile. */
  public synchronized long begun() {
    return begun;
  }

  /** Returns whether no task is queued or running. */
  public synchronized boolean isIdle() {
    return pending == 0 || closed;
  }

  /** Waits until no task is queued or running; returns whether that was so in time. */
  public synchronized boolean awaitIdle(long nanos) throws InterruptedException {
    long end = System.nanoTime() + nanos;
    while (!isIdle()) {
      long left = end - System.nanoTime();
      if (left <= 0) {
        return false;
      }
      TimeUnit.NANOSECONDS.timedWait(this, left);
    }
    return true;
  }

  /** The tasks will not run any more: nobody waits for them. */
  synchronized void close() {
    closed = true;
    notifyAll();
  }
}

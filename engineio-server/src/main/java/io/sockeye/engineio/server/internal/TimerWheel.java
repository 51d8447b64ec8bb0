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
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The timers of one server: a hashed wheel of intrusive entries, so that an entry that is part of
 * another object costs nothing of its own and is cancelled in constant time.
 *
 * <p><b>Concurrency.</b> One lock guards the buckets, held to link or unlink. Entries expire on the
 * wheel's thread, outside of the lock, and only post work elsewhere. An entry may expire although
 * it was rescheduled at that moment: who cares looks at {@link Entry#isDue}.
 */
public final class TimerWheel implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(TimerWheel.class);

  private static final long TICK_NANOS = 10_000_000;
  private static final int SLOTS = 1024;

  private final LongSupplier nanoTime;
  private final long startNanos;
  private final ReentrantLock lock = new ReentrantLock();
  // Guarded by lock: each slot is a ring through a head.
  private final @Nullable Entry[] slots = new @Nullable Entry[SLOTS];
  private int scheduled;
  private long doneTick;
  private long wakeTick = Long.MAX_VALUE;
  // End of what lock guards.
  private final @Nullable Thread thread;
  private volatile boolean closed;

  private TimerWheel(LongSupplier nanoTime, boolean threaded) {
    this.nanoTime = nanoTime;
    this.startNanos = nanoTime.getAsLong();
    if (threaded) {
      Thread worker = new Thread(this::loop, "sockeye-timer");
      worker.setDaemon(true);
      thread = worker;
      worker.start();
    } else {
      thread = null;
    }
  }

  /** Returns a wheel with a thread of its own, on the system's monotonic clock. */
  public static TimerWheel start() {
    return new TimerWheel(System::nanoTime, true);
  }

  /** Returns a wheel without a thread, for tests: {@link #runExpired} turns it. */
  public static TimerWheel manual(LongSupplier nanoTime) {
    return new TimerWheel(nanoTime, false);
  }

  /** Returns the wheel's clock, in nanoseconds from an arbitrary origin. */
  public long nanoTime() {
    return nanoTime.getAsLong();
  }

  /** Schedules an entry; one that is scheduled already is moved. */
  public void schedule(Entry entry, Duration delay) {
    schedule(entry, delay.toNanos());
  }

  /** Schedules an entry; one that is scheduled already is moved. */
  public void schedule(Entry entry, long delayNanos) {
    boolean wake;
    lock.lock();
    try {
      unlink(entry);
      entry.deadline = nanoTime.getAsLong() + delayNanos;
      // Rounded up: never early. A tick that is done already would wait a whole round.
      entry.tick =
          Math.max((entry.deadline - startNanos + TICK_NANOS - 1) / TICK_NANOS, doneTick + 1);
      link(entry);
      wake = entry.tick < wakeTick;
    } finally {
      lock.unlock();
    }
    if (wake && thread != null) {
      LockSupport.unpark(thread);
    }
  }

  /** Schedules a task. It runs on the wheel's thread, and so only posts work elsewhere. */
  public Entry schedule(Duration delay, Runnable task) {
    Entry entry =
        new Entry() {
          @Override
          protected void expired() {
            task.run();
          }
        };
    schedule(entry, delay);
    return entry;
  }

  /** Cancels an entry; nothing happens if it is not scheduled. */
  public void cancel(Entry entry) {
    lock.lock();
    try {
      unlink(entry);
    } finally {
      lock.unlock();
    }
  }

  /** Returns how many entries are scheduled. */
  public int size() {
    lock.lock();
    try {
      return scheduled;
    } finally {
      lock.unlock();
    }
  }

  /** Runs what is due by the clock, and returns how many entries that were. */
  public int runExpired() {
    List<Entry> due = new ArrayList<>();
    lock.lock();
    try {
      long now = (nanoTime.getAsLong() - startNanos) / TICK_NANOS;
      // After a long pause one round visits every slot; more rounds would find nothing new.
      long from = Math.max(doneTick + 1, now - SLOTS + 1);
      for (long tick = from; tick <= now; tick++) {
        collect((int) (tick & (SLOTS - 1)), now, due);
      }
      doneTick = Math.max(doneTick, now);
    } finally {
      lock.unlock();
    }
    for (Entry entry : due) {
      try {
        entry.expired();
      } catch (Throwable failure) { // one timer's failure is not the others'
        log.error("A timer failed", failure);
      }
    }
    return due.size();
  }

  /** Stops the wheel; what is scheduled never expires. */
  @Override
  public void close() {
    closed = true;
    if (thread != null) {
      LockSupport.unpark(thread);
    }
  }

  private void collect(int slot, long now, List<Entry> due) {
    Entry entry = slots[slot];
    while (entry != null) {
      Entry next = entry.next;
      if (entry.tick <= now) {
        unlink(entry);
        due.add(entry);
      }
      entry = next;
    }
  }

  private void link(Entry entry) {
    int slot = (int) (entry.tick & (SLOTS - 1));
    Entry head = slots[slot];
    entry.next = head;
    if (head != null) {
      head.previous = entry;
    }
    slots[slot] = entry;
    entry.linked = true;
    scheduled++;
  }

  private void unlink(Entry entry) {
    if (!entry.linked) {
      return;
    }
    Entry next = entry.next;
    Entry previous = entry.previous;
    if (previous == null) {
      slots[(int) (entry.tick & (SLOTS - 1))] = next;
    } else {
      previous.next = next;
    }
    if (next != null) {
      next.previous = previous;
    }
    entry.next = null;
    entry.previous = null;
    entry.linked = false;
    scheduled--;
  }

  private void loop() {
    while (!closed) {
      runExpired();
      long wait = nanosToNextSlot();
      if (wait > 0 && !closed) {
        LockSupport.parkNanos(this, wait);
      }
    }
  }

  /** Time until the next slot that has entries; without any, until somebody schedules. */
  private long nanosToNextSlot() {
    lock.lock();
    try {
      wakeTick = Long.MAX_VALUE;
      if (scheduled > 0) {
        wakeTick = doneTick + 1;
        while (slots[(int) (wakeTick & (SLOTS - 1))] == null) {
          wakeTick++;
        }
      }
      return wakeTick == Long.MAX_VALUE
          ? Long.MAX_VALUE
          : startNanos + wakeTick * TICK_NANOS - nanoTime.getAsLong();
    } finally {
      lock.unlock();
    }
  }

  /** Something that happens later; scheduled at most once at a time. */
  public abstract static class Entry {
    private @Nullable Entry previous;
    private @Nullable Entry next;
    private long tick;
    private boolean linked;
    private volatile long deadline;

    /** Creates an entry that is not scheduled. */
    protected Entry() {}

    /** Runs on the wheel's thread; only posts work elsewhere. */
    protected abstract void expired();

    /** Returns whether the time that it was last scheduled for has come. */
    protected final boolean isDue(long now) {
      return now - deadline >= 0;
    }
  }
}

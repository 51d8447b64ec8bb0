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

import io.sockeye.engineio.server.internal.TimerWheel;
import java.time.Duration;

/**
 * The time of a {@link SocketIoTestServer}: it stands still until a test moves it. Heartbeats,
 * acknowledgement time-outs and whatever else the server does later happen when it is moved past
 * their time, and nothing of it takes real time.
 *
 * <p>What waits for something to come, such as {@link SocketIoTestClient#await}, waits in real
 * time. Safe for use by any thread.
 */
public final class VirtualClock {
  private static final long STEP = Duration.ofMillis(10).toNanos();

  private volatile long now;
  private final TimerWheel timers = TimerWheel.manual(() -> now);
  private volatile Runnable settle = () -> {};

  VirtualClock() {}

  /** Has a task run whenever something has happened in time, before time goes on. */
  void whenSomethingHappens(Runnable task) {
    settle = task;
  }

  /**
   * Moves the time. What becomes due meanwhile happens in order and on the calling thread, but for
   * handlers that the server runs on threads of their own: {@link SocketIoTestClient#sync} waits
   * for those. Call it before, too, where a handler is to set a timer first.
   *
   * @throws IllegalArgumentException if the duration is negative
   */
  public synchronized void advance(Duration duration) {
    if (duration.isNegative()) {
      throw new IllegalArgumentException("duration: " + duration + " (expected: >= 0)");
    }
    long end = now + duration.toNanos();
    // Other threads may be on their way with what came before: a client's pong is not late because
    // its thread did not run while an hour went by.
    settle.run();
    while (now < end) { // in small steps, so that one timer can set the next
      now = Math.min(end, now + STEP);
      if (timers.runExpired() > 0) {
        settle.run();
      }
    }
  }

  /** Returns by how much the time has been moved. */
  public Duration elapsed() {
    return Duration.ofNanos(now);
  }

  TimerWheel timers() {
    return timers;
  }
}

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

/** Time that stands still until a test moves it. Not for use by several threads. */
public final class ManualClock {
  private static final long STEP = Duration.ofMillis(10).toNanos();

  private long now;
  private final TimerWheel timers = TimerWheel.manual(() -> now);

  /** Starts at zero. */
  public ManualClock() {}

  /** The timers that this clock turns. */
  public TimerWheel timers() {
    return timers;
  }

  /** Moves the time in small steps, so that one timer can set the next. */
  public void advance(long millis) {
    long end = now + Duration.ofMillis(millis).toNanos();
    while (now < end) {
      now = Math.min(end, now + STEP);
      timers.runExpired();
    }
  }
}

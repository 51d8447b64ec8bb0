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

/** Checks of option values; the messages say subject, value and expectation. */
public final class Checks {
  /** Longer than anybody waits, and far from overflow when it is nanoseconds. */
  private static final Duration LONGEST = Duration.ofDays(365);

  private Checks() {}

  /** Returns the value if it is positive. */
  public static int positive(int value, String name) {
    return atLeast(value, 1, name);
  }

  /** Returns the value if it is positive. */
  public static long positive(long value, String name) {
    if (value <= 0) {
      throw new IllegalArgumentException(name + ": " + value + " (expected: >= 1)");
    }
    return value;
  }

  /** Returns the value if it is not below the least. */
  public static int atLeast(int value, int least, String name) {
    if (value < least) {
      throw new IllegalArgumentException(name + ": " + value + " (expected: >= " + least + ")");
    }
    return value;
  }

  /** Returns the value if it is positive, and at most a year. */
  public static Duration positive(Duration value, String name) {
    return within(value, Duration.ofNanos(1), name, "> 0");
  }

  /** Returns the value if it is not negative, and at most a year. */
  public static Duration notNegative(Duration value, String name) {
    return within(value, Duration.ZERO, name, ">= 0");
  }

  /** Returns the value if it is at least a millisecond, in which peers are told it. */
  public static Duration atLeastOneMilli(Duration value, String name) {
    return within(value, Duration.ofMillis(1), name, ">= PT0.001S");
  }

  private static Duration within(Duration value, Duration least, String name, String expected) {
    if (value.compareTo(least) < 0 || value.compareTo(LONGEST) > 0) {
      throw new IllegalArgumentException(
          name + ": " + value + " (expected: " + expected + ", at most " + LONGEST + ")");
    }
    return value;
  }
}

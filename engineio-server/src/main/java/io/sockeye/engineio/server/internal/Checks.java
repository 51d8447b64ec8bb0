package io.sockeye.engineio.server.internal;

import java.time.Duration;

/** Checks of option values; the messages say subject, value and expectation. */
public final class Checks {
  private Checks() {}

  /** Returns the value if it is positive. */
  public static int positive(int value, String name) {
    return atLeast(value, 1, name);
  }

  /** Returns the value if it is not below the least. */
  public static int atLeast(int value, int least, String name) {
    if (value < least) {
      throw new IllegalArgumentException(name + ": " + value + " (expected: >= " + least + ")");
    }
    return value;
  }

  /** Returns the value if it is positive. */
  public static Duration positive(Duration value, String name) {
    if (value.isNegative() || value.isZero()) {
      throw new IllegalArgumentException(name + ": " + value + " (expected: > 0)");
    }
    return value;
  }
}

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
package io.sockeye.socketio.server.spi;

import java.util.Comparator;

/**
 * An id of an entry as a value that can be compared.
 *
 * @param millis the first number, unsigned
 * @param sequence the second number, unsigned
 */
record StreamId(long millis, long sequence) implements Comparable<StreamId> {
  /** Before all others. */
  static final StreamId ZERO = new StreamId(0, 0);

  private static final Comparator<StreamId> ORDER =
      Comparator.comparing(StreamId::millis, Long::compareUnsigned)
          .thenComparing(StreamId::sequence, Long::compareUnsigned);

  /** Reads one; the second number is 0 if it is left out. */
  static StreamId parse(String text) {
    int dash = text.indexOf('-');
    try {
      return dash < 0
          ? new StreamId(Long.parseUnsignedLong(text), 0)
          : new StreamId(
              Long.parseUnsignedLong(text.substring(0, dash)),
              Long.parseUnsignedLong(text.substring(dash + 1)));
    } catch (NumberFormatException wrong) {
      throw new IllegalArgumentException(
          "id: \"" + text + "\" (expected: two numbers such as 1700000000000-0)", wrong);
    }
  }

  @Override
  public int compareTo(StreamId other) {
    return ORDER.compare(this, other);
  }

  @Override
  public String toString() {
    return Long.toUnsignedString(millis) + "-" + Long.toUnsignedString(sequence);
  }
}

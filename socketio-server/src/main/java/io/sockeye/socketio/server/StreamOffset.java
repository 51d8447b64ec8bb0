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

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The id of an entry of a stream, by which clients know what they have had: both numbers are
 * unsigned.
 */
record StreamOffset(long millis, long sequence) implements Comparable<StreamOffset> {
  // Nineteen digits are within 64 bits; ids are far from it.
  private static final Pattern FORM = Pattern.compile("[0-9]{1,19}-[0-9]{1,19}");

  /** Returns whether a text, which may be a client's, is one. */
  static boolean isOffset(@Nullable String text) {
    return text != null && FORM.matcher(text).matches();
  }

  static StreamOffset parse(String text) {
    int dash = text.indexOf('-');
    return new StreamOffset(
        Long.parseUnsignedLong(text.substring(0, dash)),
        Long.parseUnsignedLong(text.substring(dash + 1)));
  }

  /** Returns the least one that is greater. */
  StreamOffset next() {
    return sequence == -1
        ? new StreamOffset(millis + 1, 0)
        : new StreamOffset(millis, sequence + 1);
  }

  @Override
  public int compareTo(StreamOffset other) {
    int byMillis = Long.compareUnsigned(millis, other.millis);
    return byMillis != 0 ? byMillis : Long.compareUnsigned(sequence, other.sequence);
  }

  @Override
  public String toString() {
    return Long.toUnsignedString(millis) + "-" + Long.toUnsignedString(sequence);
  }
}

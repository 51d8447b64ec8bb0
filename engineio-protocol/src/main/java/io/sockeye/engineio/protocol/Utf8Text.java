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
package io.sockeye.engineio.protocol;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * An immutable text that is kept as the UTF-8 bytes in which it travels, so that a text that only
 * passes through is never decoded. The {@link String} is made when it is first asked for.
 *
 * <p>Safe for use by any thread. The bytes are shared, not copied: whoever hands an array to {@link
 * #wrap} gives it up, and whoever reads {@link #array()} must not write to it.
 */
public final class Utf8Text {
  /** The text without characters. */
  public static final Utf8Text EMPTY = new Utf8Text(new byte[0], 0, 0);

  private final byte[] array;
  private final int offset;
  private final int length;
  // Racy on purpose: two threads may both decode, and both get an equal String.
  private @Nullable String string;

  private Utf8Text(byte[] array, int offset, int length) {
    this.array = array;
    this.offset = offset;
    this.length = length;
  }

  /**
   * Returns the text of a string.
   *
   * @param string the text; a lone surrogate becomes {@code ?}, as {@link String#getBytes} does it
   */
  public static Utf8Text of(String string) {
    byte[] bytes = string.getBytes(StandardCharsets.UTF_8);
    return new Utf8Text(bytes, 0, bytes.length);
  }

  /**
   * Returns a text over bytes that are known to be valid UTF-8, without a copy.
   *
   * @param array the array, which nobody writes to any more
   * @param offset where the text begins
   * @param length its length in bytes
   * @throws IndexOutOfBoundsException if the range is not within the array
   */
  public static Utf8Text wrap(byte[] array, int offset, int length) {
    Objects.checkFromIndexSize(offset, length, array.length);
    return new Utf8Text(array, offset, length);
  }

  /** Returns the array that holds the text from {@link #offset()} on; read-only by contract. */
  public byte[] array() {
    return array;
  }

  /** Returns where in {@link #array()} the text begins. */
  public int offset() {
    return offset;
  }

  /** Returns the length in bytes. */
  public int length() {
    return length;
  }

  /** Returns whether the text has no characters. */
  public boolean isEmpty() {
    return length == 0;
  }

  /** Returns the number of UTF-16 code units, which is how revision 3 counts. */
  public int utf16Length() {
    int units = 0;
    for (int i = offset, end = offset + length; i < end; i++) {
      int b = array[i];
      // Every byte but a continuation (10xxxxxx) starts a character; a four-byte one is a pair.
      if ((b & 0xC0) != 0x80) {
        units += (b & 0xF8) == 0xF0 ? 2 : 1;
      }
    }
    return units;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Utf8Text that
        && Arrays.equals(
            array, offset, offset + length, that.array, that.offset, that.offset + that.length);
  }

  @Override
  public int hashCode() {
    int hash = 1;
    for (int i = offset, end = offset + length; i < end; i++) {
      hash = 31 * hash + array[i];
    }
    return hash;
  }

  /** Returns the text as a string. */
  @Override
  public String toString() {
    String known = string;
    if (known == null) {
      known = new String(array, offset, length, StandardCharsets.UTF_8);
      string = known;
    }
    return known;
  }
}

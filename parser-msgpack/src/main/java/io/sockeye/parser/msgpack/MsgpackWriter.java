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
package io.sockeye.parser.msgpack;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Writes MessagePack, each value in its shortest form. Dates are extension type 0 with
 * milliseconds, which every version of the official client reads, unless told otherwise.
 */
final class MsgpackWriter {
  private static final int MAX_DEPTH = 512;
  private static final BigInteger MAX_UNSIGNED = BigInteger.ONE.shiftLeft(64);

  private final @Nullable UnaryOperator<Object> converter;
  private final Msgpack.Dates dates;
  private byte[] bytes = new byte[128];
  private int length;
  private int depth;

  MsgpackWriter(@Nullable UnaryOperator<Object> converter) {
    this(converter, Msgpack.Dates.NOTEPACK);
  }

  MsgpackWriter(@Nullable UnaryOperator<Object> converter, Msgpack.Dates dates) {
    this.converter = converter;
    this.dates = dates;
  }

  /** Returns what was written; not a copy. */
  ByteBuffer bytes() {
    return ByteBuffer.wrap(bytes, 0, length);
  }

  /**
   * Writes a value.
   *
   * @throws IllegalArgumentException if it is of a kind that cannot be written
   */
  void value(@Nullable Object value) {
    if (value instanceof String string) {
      string(string);
    } else if (value == null) {
      put(0xC0);
    } else if (value instanceof Number number) {
      number(number);
    } else if (value instanceof Boolean bool) {
      put(bool ? 0xC3 : 0xC2);
    } else if (value instanceof Map<?, ?> map) {
      map(map);
    } else if (value instanceof Collection<?> items) {
      array(items.toArray());
    } else if (value instanceof Iterable<?> items) {
      List<@Nullable Object> all = new ArrayList<>();
      items.forEach(all::add);
      array(all.toArray());
    } else if (value instanceof byte[] data) {
      binary(ByteBuffer.wrap(data));
    } else if (value instanceof ByteBuffer data) {
      binary(data.duplicate());
    } else if (value instanceof Object[] items) {
      array(items);
    } else if (value instanceof CharSequence || value instanceof Character) {
      string(value.toString());
    } else if (value instanceof Enum<?> constant) {
      string(constant.name());
    } else if (value instanceof Instant instant) {
      date(instant);
    } else if (value instanceof Date date) {
      date(date.toInstant());
    } else if (value instanceof MsgpackExtension extension) {
      extension(extension);
    } else {
      converted(value);
    }
  }

  private void converted(Object value) {
    if (converter == null) {
      throw new IllegalArgumentException(
          value.getClass().getName()
              + " (expected: a string, number, boolean, null, map, iterable, array of objects,"
              + " bytes or a date)");
    }
    deeper();
    value(converter.apply(value));
    depth--;
  }

  private void number(Number number) {
    if (number instanceof Integer
        || number instanceof Long
        || number instanceof Short
        || number instanceof Byte
        || number instanceof AtomicInteger
        || number instanceof AtomicLong
        || number instanceof LongAdder) {
      integer(number.longValue());
    } else if (number instanceof BigInteger big && big.bitLength() < 64) {
      integer(big.longValue());
    } else if (number instanceof BigInteger big
        && big.signum() > 0
        && big.compareTo(MAX_UNSIGNED) < 0) {
      put(0xCF, big.longValue(), 8);
    } else if (number instanceof Float) {
      put(0xCA, Float.floatToIntBits(number.floatValue()), 4);
    } else {
      put(0xCB, Double.doubleToLongBits(number.doubleValue()), 8);
    }
  }

  void integer(long value) {
    if (value >= 0) {
      if (value < 0x80) {
        put((int) value);
      } else if (value < 0x100) {
        put(0xCC, value, 1);
      } else if (value < 0x10000) {
        put(0xCD, value, 2);
      } else if (value < 0x1_0000_0000L) {
        put(0xCE, value, 4);
      } else {
        put(0xCF, value, 8);
      }
    } else if (value >= -0x20) {
      put((int) value);
    } else if (value >= Byte.MIN_VALUE) {
      put(0xD0, value, 1);
    } else if (value >= Short.MIN_VALUE) {
      put(0xD1, value, 2);
    } else if (value >= Integer.MIN_VALUE) {
      put(0xD2, value, 4);
    } else {
      put(0xD3, value, 8);
    }
  }

  /** Writes a string; what has no UTF-8, a lone surrogate, becomes a question mark. */
  void string(String text) {
    byte[] utf8 = text.getBytes(UTF_8);
    if (utf8.length < 0x20) {
      put(0xA0 | utf8.length);
    } else if (utf8.length < 0x100) {
      put(0xD9, utf8.length, 1);
    } else if (utf8.length < 0x10000) {
      put(0xDA, utf8.length, 2);
    } else {
      put(0xDB, utf8.length, 4);
    }
    raw(ByteBuffer.wrap(utf8));
  }

  void mapHeader(int entries) {
    if (entries < 0x10) {
      put(0x80 | entries);
    } else if (entries < 0x10000) {
      put(0xDE, entries, 2);
    } else {
      put(0xDF, entries, 4);
    }
  }

  void arrayHeader(int items) {
    if (items < 0x10) {
      put(0x90 | items);
    } else if (items < 0x10000) {
      put(0xDC, items, 2);
    } else {
      put(0xDD, items, 4);
    }
  }

  /** Writes a map as it is at this moment: its size and its entries must agree. */
  private void map(Map<?, ?> map) {
    deeper();
    Object[] entries = map.entrySet().toArray();
    mapHeader(entries.length);
    for (Object each : entries) {
      Map.Entry<?, ?> entry = (Map.Entry<?, ?>) each;
      string(String.valueOf(entry.getKey()));
      value(entry.getValue());
    }
    depth--;
  }

  private void array(@Nullable Object[] items) {
    deeper();
    arrayHeader(items.length);
    for (Object item : items) {
      value(item);
    }
    depth--;
  }

  private void deeper() {
    if (++depth > MAX_DEPTH) {
      throw new IllegalArgumentException(
          "a value nested deeper than " + MAX_DEPTH + " (expected: a tree, not a cycle)");
    }
  }

  private void binary(ByteBuffer data) {
    sized(0xC4, data.remaining());
    raw(data);
  }

  private void date(Instant instant) {
    if (dates == Msgpack.Dates.TIMESTAMP) {
      timestamp(instant.getEpochSecond(), instant.getNano());
      return;
    }
    try {
      long millis = instant.toEpochMilli();
      put(0xD7);
      put(0, millis, 8);
    } catch (ArithmeticException beyond) {
      throw new IllegalArgumentException(
          "a date of more than 292 million years (expected: milliseconds of 64 bits)", beyond);
    }
  }

  /** Writes a date in the shortest of the specification's three forms. */
  private void timestamp(long seconds, int nanos) {
    if (seconds >>> 34 != 0) {
      put(0xC7, 12, 1);
      put(0xFF, nanos, 4);
      put((int) (seconds >> 56), seconds, 7);
    } else if (nanos == 0 && seconds >>> 32 == 0) {
      put(0xD6);
      put(0xFF, seconds, 4);
    } else {
      put(0xD7);
      put(0xFF, (long) nanos << 34 | seconds, 8);
    }
  }

  private void extension(MsgpackExtension extension) {
    ByteBuffer data = extension.data();
    switch (data.remaining()) {
      case 1 -> put(0xD4);
      case 2 -> put(0xD5);
      case 4 -> put(0xD6);
      case 8 -> put(0xD7);
      case 16 -> put(0xD8);
      default -> sized(0xC7, data.remaining());
    }
    put(extension.type());
    raw(data);
  }

  /** Writes a size of 8, 16 or 32 bits; the first of these forms is given. */
  private void sized(int form, int size) {
    if (size < 0x100) {
      put(form, size, 1);
    } else if (size < 0x10000) {
      put(form + 1, size, 2);
    } else {
      put(form + 2, size, 4);
    }
  }

  private void raw(ByteBuffer data) {
    int count = data.remaining();
    ensure(count);
    data.get(bytes, length, count);
    length += count;
  }

  private void put(int single) {
    ensure(1);
    bytes[length++] = (byte) single;
  }

  /** Writes a byte and the lowest bytes of a number. */
  private void put(int form, long number, int count) {
    ensure(1 + count);
    bytes[length++] = (byte) form;
    for (int shift = (count - 1) * 8; shift >= 0; shift -= 8) {
      bytes[length++] = (byte) (number >> shift);
    }
  }

  private void ensure(int more) {
    if (bytes.length - length < more) {
      bytes = Arrays.copyOf(bytes, Math.max(length + more, bytes.length * 2));
    }
  }
}

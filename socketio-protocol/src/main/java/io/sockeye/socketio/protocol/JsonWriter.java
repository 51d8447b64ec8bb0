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
package io.sockeye.socketio.protocol;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Writes one packet's text: JSON as {@code JSON.stringify} writes it, with placeholders for bytes,
 * which it collects.
 *
 * <p>Our own because of three things that a general writer does not do in one pass: placeholders,
 * lone surrogates as escapes instead of an error, and a text that begins after some free bytes.
 */
final class JsonWriter {
  private static final byte[] HEX = "0123456789abcdef".getBytes(ISO_8859_1);
  private static final int MAX_DEPTH = 512;

  private final @Nullable UnaryOperator<Object> converter;
  private byte[] bytes;
  private int length;
  private int depth;
  private List<ByteBuffer> attachments = List.of();

  JsonWriter(int headroom, int expected, @Nullable UnaryOperator<Object> converter) {
    this.bytes = new byte[headroom + expected];
    this.length = headroom;
    this.converter = converter;
  }

  /** Returns what was written, in an array of exactly its length. */
  byte[] toArray() {
    return length == bytes.length ? bytes : Arrays.copyOf(bytes, length);
  }

  List<ByteBuffer> attachments() {
    return attachments;
  }

  void raw(char c) {
    ensure(1);
    bytes[length++] = (byte) c;
  }

  void raw(byte[] from, int offset, int count) {
    ensure(count);
    System.arraycopy(from, offset, bytes, length, count);
    length += count;
  }

  /** Writes ASCII as it is. */
  void ascii(String text) {
    int count = text.length();
    ensure(count);
    for (int i = 0; i < count; i++) {
      bytes[length++] = (byte) text.charAt(i);
    }
  }

  /** Writes text as UTF-8, as it is. */
  void utf8(String text) {
    byte[] encoded = text.getBytes(UTF_8);
    raw(encoded, 0, encoded.length);
  }

  void number(long number) {
    if (number >= 0 && number < 10) {
      raw((char) ('0' + number));
    } else {
      ascii(Long.toString(number));
    }
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
      ascii("null");
    } else if (value instanceof Number number) {
      number(number);
    } else if (value instanceof Boolean bool) {
      ascii(bool ? "true" : "false");
    } else if (value instanceof Map<?, ?> map) {
      object(map);
    } else if (value instanceof Iterable<?> items) {
      array(items);
    } else if (value instanceof byte[] data) {
      attachment(ByteBuffer.wrap(data));
    } else if (value instanceof ByteBuffer data) {
      attachment(data);
    } else if (value instanceof Object[] items) {
      array(Arrays.asList(items));
    } else if (value instanceof CharSequence || value instanceof Character) {
      string(value.toString());
    } else if (value instanceof Enum<?> constant) {
      string(constant.name());
    } else {
      converted(value);
    }
  }

  private void converted(Object value) {
    if (converter == null) {
      throw new IllegalArgumentException(
          value.getClass().getName()
              + " (expected: a string, number, boolean, null, map, iterable, array of objects or"
              + " bytes)");
    }
    deeper();
    value(converter.apply(value));
    depth--;
  }

  private void number(Number number) {
    if (number instanceof Integer || number instanceof Long) {
      number(number.longValue());
    } else if (isInteger(number) || number instanceof BigDecimal) {
      ascii(number.toString());
    } else if (!Double.isFinite(number.doubleValue())) {
      ascii("null"); // as JSON.stringify does
    } else if (number instanceof Float) {
      ascii(number.toString());
    } else {
      ascii(Double.toString(number.doubleValue())); // what others look like is theirs to say
    }
  }

  private static boolean isInteger(Number number) {
    return number instanceof Short
        || number instanceof Byte
        || number instanceof BigInteger
        || number instanceof AtomicInteger
        || number instanceof AtomicLong
        || number instanceof LongAdder;
  }

  private void object(Map<?, ?> map) {
    deeper();
    raw('{');
    boolean first = true;
    for (Map.Entry<?, ?> entry : map.entrySet()) {
      if (!first) {
        raw(',');
      }
      first = false;
      string(String.valueOf(entry.getKey()));
      raw(':');
      value(entry.getValue());
    }
    raw('}');
    depth--;
  }

  private void array(Iterable<?> items) {
    deeper();
    raw('[');
    boolean first = true;
    for (Object item : items) {
      if (!first) {
        raw(',');
      }
      first = false;
      value(item);
    }
    raw(']');
    depth--;
  }

  private void deeper() {
    if (++depth > MAX_DEPTH) {
      throw new IllegalArgumentException(
          "a value nested deeper than " + MAX_DEPTH + " (expected: a tree, not a cycle)");
    }
  }

  private void attachment(ByteBuffer data) {
    if (attachments.isEmpty()) {
      attachments = new ArrayList<>();
    }
    ascii("{\"_placeholder\":true,\"num\":");
    number(attachments.size());
    raw('}');
    attachments.add(data.asReadOnlyBuffer());
  }

  /** Writes a string with quotes and escapes. */
  void string(String text) {
    int count = text.length();
    ensure(count + 2);
    bytes[length++] = '"';
    int i = 0;
    // Most strings are ASCII that needs no escapes.
    while (i < count) {
      char c = text.charAt(i);
      if (c >= 0x80 || c < 0x20 || c == '"' || c == '\\') {
        break;
      }
      bytes[length++] = (byte) c;
      i++;
    }
    for (; i < count; i++) {
      ensure(count - i + 7);
      i = character(text, i);
    }
    bytes[length++] = '"';
  }

  /** Writes the character at an index and returns the index of its last unit. */
  private int character(String text, int i) {
    char c = text.charAt(i);
    if (c < 0x80) {
      if (c >= 0x20 && c != '"' && c != '\\') {
        bytes[length++] = (byte) c;
      } else {
        escape(c);
      }
    } else if (c < 0x800) {
      bytes[length++] = (byte) (0xC0 | (c >> 6));
      bytes[length++] = (byte) (0x80 | (c & 0x3F));
    } else if (!Character.isSurrogate(c)) {
      bytes[length++] = (byte) (0xE0 | (c >> 12));
      bytes[length++] = (byte) (0x80 | ((c >> 6) & 0x3F));
      bytes[length++] = (byte) (0x80 | (c & 0x3F));
    } else if (Character.isHighSurrogate(c)
        && i + 1 < text.length()
        && Character.isLowSurrogate(text.charAt(i + 1))) {
      int point = Character.toCodePoint(c, text.charAt(i + 1));
      bytes[length++] = (byte) (0xF0 | (point >> 18));
      bytes[length++] = (byte) (0x80 | ((point >> 12) & 0x3F));
      bytes[length++] = (byte) (0x80 | ((point >> 6) & 0x3F));
      bytes[length++] = (byte) (0x80 | (point & 0x3F));
      return i + 1;
    } else {
      unicodeEscape(c); // a lone surrogate has no UTF-8
    }
    return i;
  }

  private void escape(char c) {
    switch (c) {
      case '"', '\\' -> pair(c);
      case '\n' -> pair('n');
      case '\r' -> pair('r');
      case '\t' -> pair('t');
      case '\b' -> pair('b');
      case '\f' -> pair('f');
      default -> unicodeEscape(c);
    }
  }

  private void pair(char c) {
    bytes[length++] = '\\';
    bytes[length++] = (byte) c;
  }

  private void unicodeEscape(char c) {
    pair('u');
    for (int shift = 12; shift >= 0; shift -= 4) {
      bytes[length++] = HEX[(c >> shift) & 15];
    }
  }

  private void ensure(int more) {
    if (bytes.length - length < more) {
      bytes = Arrays.copyOf(bytes, Math.max(length + more, bytes.length * 2));
    }
  }
}

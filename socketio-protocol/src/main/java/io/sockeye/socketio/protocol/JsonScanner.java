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

import io.sockeye.socketio.protocol.PacketFormatException.Reason;
import org.jspecify.annotations.Nullable;

/**
 * Checks that bytes are JSON (RFC 8259) within limits, and finds the elements of an array, without
 * building anything: one pass over the bytes, so that whatever is malformed is known before any
 * handler runs, and what is only passed on is never decoded.
 *
 * <p>Of what the RFC leaves open it refuses one thing: lone surrogates in keys, because Jackson,
 * which is to decode what passes here, does.
 *
 * <p>The bytes are valid UTF-8. Used by one thread at a time; the results are those of the last
 * scan.
 */
final class JsonScanner {
  /** True for what may stand in a string as it is: all but quote, backslash and controls. */
  private static final boolean[] PLAIN = new boolean[256];

  static {
    for (int c = 0x20; c < 256; c++) {
      PLAIN[c] = c != '"' && c != '\\';
    }
  }

  private final int maxDepth;
  private final int maxNumberLength;
  // Bit n of the words: whether the container at depth n is an object.
  private long @Nullable [] deepObjects;
  private long objects;
  private byte[] bytes = {};
  private int end;

  /** Where the key scanned last ends. */
  private int lastKeyEnd;

  /** Whether the string scanned last has escapes. */
  private boolean escaped;

  // Results.
  int firstStart;
  int firstEnd;
  boolean firstEscaped;
  int secondStart;
  int lastEnd;
  int size;

  JsonScanner(DecoderLimits limits) {
    maxDepth = limits.maxDepth();
    maxNumberLength = limits.maxNumberLength();
  }

  /**
   * Scans a range that is to be one array, and notes its first element (from {@code firstStart} to
   * {@code firstEnd}), where the second begins, where the last ends, and how many there are.
   */
  void array(byte[] from, int start, int to) throws PacketFormatException {
    bytes = from;
    end = to;
    int at = skipSpace(start);
    if (at >= end || bytes[at] != '[') {
      throw new PacketFormatException(
          Reason.PAYLOAD, "payload at " + start + " (expected: a JSON array)");
    }
    size = 0;
    at = skipSpace(at + 1);
    firstStart = at;
    firstEnd = at;
    secondStart = at;
    lastEnd = at;
    firstEscaped = false;
    if (at < end && bytes[at] == ']') {
      requireEnd(at + 1);
      return;
    }
    while (true) {
      escaped = false;
      int elementEnd = value(at, 1);
      if (++size == 1) {
        firstEnd = elementEnd;
        firstEscaped = escaped;
        secondStart = elementEnd;
      }
      lastEnd = elementEnd;
      at = skipSpace(elementEnd);
      byte next = byteAt(at);
      if (next == ']') {
        requireEnd(at + 1);
        return;
      }
      if (next != ',') {
        throw malformed(at);
      }
      at = skipSpace(at + 1);
      if (size == 1) {
        secondStart = at;
      }
    }
  }

  /** Scans a range that is to be one object. */
  void object(byte[] from, int start, int to) throws PacketFormatException {
    bytes = from;
    end = to;
    int at = skipSpace(start);
    if (at >= end || bytes[at] != '{') {
      throw new PacketFormatException(
          Reason.PAYLOAD, "payload at " + start + " (expected: a JSON object)");
    }
    requireEnd(value(at, 0));
  }

  /** Hears of the members of an object, or the elements of an array, in order. */
  interface Visitor {
    /**
     * One of them.
     *
     * @param keyStart where the key's quote is; -1 in an array
     */
    void visit(int keyStart, int keyEnd, int valueStart, int valueEnd);
  }

  /** Scans a range that is to be one object or one array, and tells of what is in it. */
  void children(byte[] from, int start, int to, Visitor visitor) throws PacketFormatException {
    bytes = from;
    end = to;
    int at = skipSpace(start);
    boolean isObject = byteAt(at) == '{';
    if (!isObject && bytes[at] != '[') {
      throw new PacketFormatException(
          Reason.PAYLOAD, "JSON at " + at + " (expected: an object or an array)");
    }
    byte close = (byte) (isObject ? '}' : ']');
    at = skipSpace(at + 1);
    if (byteAt(at) == close) {
      requireEnd(at + 1);
      return;
    }
    while (true) {
      int keyStart = isObject ? at : -1;
      int keyEnd = -1;
      if (isObject) {
        int value = key(at);
        keyEnd = lastKeyEnd;
        at = value;
      }
      int valueEnd = value(at, 1);
      visitor.visit(keyStart, keyEnd, at, valueEnd);
      at = skipSpace(valueEnd);
      byte next = byteAt(at);
      if (next == close) {
        requireEnd(at + 1);
        return;
      }
      if (next != ',') {
        throw malformed(at);
      }
      at = skipSpace(at + 1);
    }
  }

  private void requireEnd(int at) throws PacketFormatException {
    if (skipSpace(at) != end) {
      throw malformed(at);
    }
  }

  /** Scans one value, with what is in it, and returns where it ends. */
  private int value(int start, int outerDepth) throws PacketFormatException {
    int depth = 0;
    int at = start;
    while (true) {
      byte c = byteAt(at);
      if (c == '{' || c == '[') {
        if (++depth + outerDepth > maxDepth) {
          throw new PacketFormatException(
              Reason.SYNTAX, "JSON at " + at + ": deeper than " + maxDepth);
        }
        boolean isObject = c == '{';
        push(depth, isObject);
        at = skipSpace(at + 1);
        byte next = byteAt(at);
        if (next == (isObject ? '}' : ']')) {
          at++;
          depth--;
        } else {
          if (isObject) {
            at = key(at);
          }
          continue;
        }
      } else {
        at = scalar(at, c);
      }
      // After a value: close what ends here, until another value follows.
      while (true) {
        if (depth == 0) {
          return at;
        }
        at = skipSpace(at);
        byte next = byteAt(at);
        boolean inObject = isObject(depth);
        if (next == ',') {
          at = skipSpace(at + 1);
          if (inObject) {
            at = key(at);
          }
          break;
        }
        if (next != (inObject ? '}' : ']')) {
          throw malformed(at);
        }
        at++;
        depth--;
      }
    }
  }

  /** Scans a key and its colon, and returns where the value begins. */
  private int key(int at) throws PacketFormatException {
    if (byteAt(at) != '"') {
      throw malformed(at);
    }
    escaped = false;
    int keyEnd = string(at);
    if (escaped) {
      requirePairs(at + 1, keyEnd - 1);
    }
    lastKeyEnd = keyEnd;
    int next = skipSpace(keyEnd);
    if (byteAt(next) != ':') {
      throw malformed(next);
    }
    return skipSpace(next + 1);
  }

  /** Refuses a lone surrogate in a key: unlike in a value, Jackson does not read it. */
  private void requirePairs(int start, int to) throws PacketFormatException {
    boolean afterHigh = false;
    int at = start;
    while (at < to) {
      boolean isEscape = bytes[at] == '\\';
      boolean isUnicode = isEscape && bytes[at + 1] == 'u';
      char unit = isUnicode ? unit(at + 2) : 0;
      if (Character.isLowSurrogate(unit) != afterHigh) {
        throw malformed(at);
      }
      afterHigh = Character.isHighSurrogate(unit);
      at += isUnicode ? 6 : isEscape ? 2 : 1;
    }
    if (afterHigh) {
      throw malformed(to);
    }
  }

  /** Returns what four hexadecimal digits mean. */
  private char unit(int start) {
    int unit = 0;
    for (int at = start; at < start + 4; at++) {
      unit = unit << 4 | Character.digit(bytes[at], 16);
    }
    return (char) unit;
  }

  private int scalar(int at, byte c) throws PacketFormatException {
    return switch (c) {
      case '"' -> string(at);
      case 't' -> literal(at, "true");
      case 'f' -> literal(at, "false");
      case 'n' -> literal(at, "null");
      default -> {
        if (c == '-' || (c >= '0' && c <= '9')) {
          yield number(at);
        }
        throw malformed(at);
      }
    };
  }

  private int string(int start) throws PacketFormatException {
    int at = start + 1;
    while (true) {
      while (at < end && PLAIN[bytes[at] & 0xFF]) {
        at++;
      }
      byte c = byteAt(at);
      if (c == '"') {
        return at + 1;
      }
      if (c != '\\') {
        throw malformed(at); // a control character
      }
      escaped = true;
      at = escape(at + 1);
    }
  }

  private int escape(int at) throws PacketFormatException {
    switch (byteAt(at)) {
      case '"', '\\', '/', 'b', 'f', 'n', 'r', 't' -> {
        return at + 1;
      }
      case 'u' -> {
        for (int i = 1; i <= 4; i++) {
          if (Character.digit(byteAt(at + i), 16) < 0) {
            throw malformed(at + i);
          }
        }
        return at + 5;
      }
      default -> throw malformed(at);
    }
  }

  private int number(int start) throws PacketFormatException {
    int at = start;
    if (bytes[at] == '-') {
      at++;
    }
    at = byteAt(at) == '0' ? at + 1 : digits(at);
    if (at < end && bytes[at] == '.') {
      at = digits(at + 1);
    }
    if (at < end && (bytes[at] == 'e' || bytes[at] == 'E')) {
      at++;
      if (byteAt(at) == '+' || bytes[at] == '-') {
        at++;
      }
      at = digits(at);
    }
    if (at - start > maxNumberLength) {
      throw new PacketFormatException(
          Reason.SYNTAX, "JSON number at " + start + ": longer than " + maxNumberLength);
    }
    return at;
  }

  private int digits(int start) throws PacketFormatException {
    int at = start;
    while (at < end && bytes[at] >= '0' && bytes[at] <= '9') {
      at++;
    }
    if (at == start) {
      throw malformed(at);
    }
    return at;
  }

  private int literal(int at, String word) throws PacketFormatException {
    for (int i = 0; i < word.length(); i++) {
      if (byteAt(at + i) != word.charAt(i)) {
        throw malformed(at + i);
      }
    }
    return at + word.length();
  }

  private int skipSpace(int start) {
    int at = start;
    while (at < end
        && (bytes[at] == ' ' || bytes[at] == '\n' || bytes[at] == '\r' || bytes[at] == '\t')) {
      at++;
    }
    return at;
  }

  private byte byteAt(int at) throws PacketFormatException {
    if (at >= end) {
      throw new PacketFormatException(
          Reason.SYNTAX, "JSON: ends at " + end + " before it is complete");
    }
    return bytes[at];
  }

  private void push(int depth, boolean isObject) {
    if (depth < 64) {
      long bit = 1L << depth;
      objects = isObject ? objects | bit : objects & ~bit;
      return;
    }
    long[] words = deepObjects;
    if (words == null) {
      words = new long[maxDepth / 64 + 1];
      deepObjects = words;
    }
    long bit = 1L << (depth & 63);
    int word = depth >> 6;
    words[word] = isObject ? words[word] | bit : words[word] & ~bit;
  }

  private boolean isObject(int depth) {
    long[] words = deepObjects;
    long word = depth < 64 || words == null ? objects : words[depth >> 6];
    return (word >>> (depth & 63) & 1) != 0;
  }

  private static PacketFormatException malformed(int at) {
    return new PacketFormatException(Reason.SYNTAX, "JSON at " + at + ": malformed");
  }
}

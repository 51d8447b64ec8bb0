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
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A JSON value whose text has been checked, and of which only that is decoded which is asked for:
 * for messages that carry events from server to server. The bytes must not change any more.
 *
 * <p>Immutable, safe for use by any thread.
 */
public final class JsonView {
  /** As many digits surely fit a long. */
  private static final int LONG_DIGITS = 18;

  private final byte[] bytes;
  private final int start;
  private final int end;
  private final DecoderLimits limits;

  private JsonView(byte[] bytes, int start, int end, DecoderLimits limits) {
    this.bytes = bytes;
    this.start = start;
    this.end = end;
    this.limits = limits;
  }

  /**
   * Checks a text, which is one object or one array.
   *
   * @throws PacketFormatException if it is not, or over a limit
   */
  public static JsonView read(byte[] text, DecoderLimits limits) throws PacketFormatException {
    requireUtf8(text);
    new JsonScanner(limits).children(text, 0, text.length, (key, keyEnd, from, to) -> {});
    return new JsonView(text, 0, text.length, limits);
  }

  private static void requireUtf8(byte[] text) throws PacketFormatException {
    for (byte each : text) {
      if (each < 0) {
        try {
          StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(text));
          return;
        } catch (CharacterCodingException malformed) {
          throw new PacketFormatException(Reason.SYNTAX, "JSON: not UTF-8");
        }
      }
    }
  }

  /** Returns whether it is an object. */
  public boolean isObject() {
    return first() == '{';
  }

  /** Returns whether it is an array. */
  public boolean isArray() {
    return first() == '[';
  }

  private byte first() {
    int at = start;
    while (bytes[at] == ' ' || bytes[at] == '\n' || bytes[at] == '\r' || bytes[at] == '\t') {
      at++;
    }
    return bytes[at];
  }

  /** Returns the members of an object, in order; of those with the same name the last. */
  public Map<String, JsonView> members() {
    Map<String, JsonView> members = new LinkedHashMap<>();
    visit(
        (keyStart, keyEnd, from, to) -> {
          if (keyStart >= 0) {
            members.put(string(keyStart, keyEnd), new JsonView(bytes, from, to, limits));
          }
        });
    return members;
  }

  /** Returns the elements of an array; nothing if it is none. */
  public List<JsonView> elements() {
    List<JsonView> elements = new ArrayList<>();
    visit(
        (keyStart, keyEnd, from, to) -> {
          if (keyStart < 0) {
            elements.add(new JsonView(bytes, from, to, limits));
          }
        });
    return elements;
  }

  private void visit(JsonScanner.Visitor visitor) {
    if (!isObject() && !isArray()) {
      return;
    }
    try {
      new JsonScanner(limits).children(bytes, start, end, visitor);
    } catch (PacketFormatException impossible) {
      throw new IllegalStateException("checked before", impossible);
    }
  }

  private String string(int from, int to) {
    for (int at = from; at < to; at++) {
      if (bytes[at] == '\\') {
        return JsonTree.readString(bytes, from, to - from);
      }
    }
    return JsonTree.plainString(bytes, from + 1, to - from - 2);
  }

  /** Returns the value decoded, as {@link Arguments} says. */
  public @Nullable Object value() {
    return switch (first()) {
      case '"' -> string(start, end);
      case 't' -> true;
      case 'f' -> false;
      case 'n' -> null;
      default -> {
        Number number = smallInteger();
        yield number == null ? JsonTree.readValue(bytes, start, end - start) : number;
      }
    };
  }

  /** Reads an integer without the costs of a parser; null if it is something else, or long. */
  private @Nullable Number smallInteger() {
    boolean isNegative = bytes[start] == '-';
    int firstDigit = isNegative ? start + 1 : start;
    if (end - firstDigit > LONG_DIGITS) {
      return null;
    }
    long value = 0;
    for (int at = firstDigit; at < end; at++) {
      int digit = bytes[at] - '0';
      if (digit < 0 || digit > 9) {
        return null;
      }
      value = value * 10 + digit;
    }
    value = isNegative ? -value : value;
    if (value == (int) value) {
      return (int) value;
    }
    return value;
  }

  /**
   * Returns the elements of an array as arguments, decoded only if there are attachments.
   *
   * @param attachments what stands for the placeholders
   * @throws PacketFormatException if it is no array, or a placeholder refers to nothing
   */
  public Arguments arguments(List<ByteBuffer> attachments) throws PacketFormatException {
    return arguments(attachments, 0);
  }

  /**
   * Returns the elements of an array without the first ones, as arguments.
   *
   * @param leading how many are left out
   */
  public Arguments arguments(List<ByteBuffer> attachments, int leading)
      throws PacketFormatException {
    JsonScanner scanner = new JsonScanner(limits);
    scanner.array(bytes, start, end);
    if (leading > 1 || scanner.size < leading) {
      throw new PacketFormatException(
          Reason.PAYLOAD, "arguments: " + scanner.size + " elements (expected: " + leading + ")");
    }
    JsonArray array =
        new JsonArray(
            bytes,
            start,
            end,
            leading,
            leading == 0 ? scanner.firstStart : scanner.secondStart,
            scanner.lastEnd,
            scanner.size - leading);
    return attachments.isEmpty()
        ? new Arguments(array)
        : Arguments.ofList(JsonTree.readArray(array, attachments));
  }

  /** Returns the text. */
  @Override
  public String toString() {
    return JsonTree.plainString(bytes, start, end - start);
  }
}

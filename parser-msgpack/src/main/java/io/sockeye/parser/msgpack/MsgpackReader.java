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

import io.sockeye.socketio.protocol.DecoderLimits;
import io.sockeye.socketio.protocol.PacketFormatException;
import io.sockeye.socketio.protocol.PacketFormatException.Reason;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads the MessagePack of one message, and believes nothing that it says of itself: before
 * anything is made for an announced length, that many bytes must be there beside those that the
 * elements around it still need. So what is allocated is bounded by what was received.
 */
final class MsgpackReader {
  private static final int TIMESTAMP = -1;

  private final ByteBuffer in;
  private final DecoderLimits limits;
  private int depth;
  // The least that the elements announced so far and not yet begun will take: a byte each.
  private long owed;
  private int binaries;
  private long binaryBytes;

  /**
   * Reads from a buffer's position to its limit.
   *
   * @param message given up by the caller, because binary values refer to it
   */
  MsgpackReader(ByteBuffer message, DecoderLimits limits) {
    this.in = withArray(message);
    this.limits = limits;
  }

  private static ByteBuffer withArray(ByteBuffer message) {
    return message.hasArray()
        ? message.slice()
        : ByteBuffer.allocate(message.remaining()).put(message).flip();
  }

  /** Begins the map that a message is; returns how many entries it has. */
  int begin() throws PacketFormatException {
    int form = unsigned8();
    long entries =
        switch (form) {
          case 0xDE -> unsigned16();
          case 0xDF -> unsigned32();
          default -> (form & 0xF0) == 0x80 ? form & 0x0F : -1;
        };
    if (entries < 0) {
      throw malformed("not a map (expected: one map per packet)");
    }
    return announced(entries, 2);
  }

  /** Reads a key; a number is taken as a string, as JavaScript does. */
  String key() throws PacketFormatException {
    owed--;
    String key = name(value());
    if (key == null) {
      throw malformed("key of a map (expected: a string or an integer)");
    }
    return key;
  }

  /** Returns a string, or the digits of an integer; null for anything else. */
  static @Nullable String name(@Nullable Object value) {
    return value instanceof String
            || value instanceof Integer
            || value instanceof Long
            || value instanceof BigInteger
        ? value.toString()
        : null;
  }

  /** Reads the value of a key. */
  @Nullable Object entry() throws PacketFormatException {
    owed--;
    return value();
  }

  /** Reads a value that is all there is. */
  @Nullable Object document() throws PacketFormatException {
    return value();
  }

  void end() throws PacketFormatException {
    if (in.hasRemaining()) {
      throw malformed("bytes after its end");
    }
  }

  private @Nullable Object value() throws PacketFormatException {
    int form = unsigned8();
    if (form < 0x80) {
      return form;
    }
    if (form < 0x90) {
      return map(form & 0x0F);
    }
    if (form < 0xA0) {
      return array(form & 0x0F);
    }
    if (form < 0xC0) {
      return string(form & 0x1F);
    }
    if (form >= 0xE0) {
      return form - 0x100;
    }
    return switch (form) {
      case 0xC0 -> null;
      case 0xC2 -> false;
      case 0xC3 -> true;
      case 0xC4 -> binary(unsigned8());
      case 0xC5 -> binary(unsigned16());
      case 0xC6 -> binary(unsigned32());
      case 0xC7 -> extension(unsigned8());
      case 0xC8 -> extension(unsigned16());
      case 0xC9 -> extension(unsigned32());
      case 0xCA -> (double) Float.intBitsToFloat((int) unsigned32());
      case 0xCB -> Double.longBitsToDouble(signed64());
      case 0xCC -> unsigned8();
      case 0xCD -> unsigned16();
      case 0xCE -> integer(unsigned32());
      case 0xCF -> unsigned64();
      case 0xD0 -> (int) (byte) unsigned8();
      case 0xD1 -> (int) (short) unsigned16();
      case 0xD2 -> (int) unsigned32();
      case 0xD3 -> integer(signed64());
      case 0xD4 -> fixedExtension(1);
      case 0xD5 -> extension(2);
      case 0xD6 -> extension(4);
      case 0xD7 -> fixedExtension(8);
      case 0xD8 -> extension(16);
      case 0xD9 -> string(unsigned8());
      case 0xDA -> string(unsigned16());
      case 0xDB -> string(unsigned32());
      case 0xDC -> array(unsigned16());
      case 0xDD -> array(unsigned32());
      case 0xDE -> map(unsigned16());
      case 0xDF -> map(unsigned32());
      default -> throw malformed("a byte that begins no value");
    };
  }

  private Map<String, @Nullable Object> map(long announced) throws PacketFormatException {
    deeper();
    int entries = announced(announced, 2);
    Map<String, @Nullable Object> map = new LinkedHashMap<>();
    for (int i = 0; i < entries; i++) {
      String key = key();
      map.put(key, entry());
    }
    depth--;
    return map;
  }

  private List<@Nullable Object> array(long announced) throws PacketFormatException {
    deeper();
    int items = announced(announced, 1);
    List<@Nullable Object> list = new ArrayList<>(items);
    for (int i = 0; i < items; i++) {
      owed--;
      list.add(value());
    }
    depth--;
    return list;
  }

  private void deeper() throws PacketFormatException {
    if (++depth > limits.maxDepth()) {
      throw malformed("nested deeper than " + limits.maxDepth());
    }
  }

  /** Takes note of so many elements, of so many values each. */
  private int announced(long elements, int values) throws PacketFormatException {
    if (elements * values > in.remaining() - owed) {
      throw malformed("more elements announced than there are bytes");
    }
    owed += elements * values;
    return (int) elements;
  }

  private String string(long announced) throws PacketFormatException {
    int length = available(announced);
    int at = in.position();
    byte[] array = in.array();
    int offset = in.arrayOffset() + at;
    String text = new String(array, offset, length, UTF_8);
    // What is no UTF-8 has become this character, which may also have been sent.
    if (text.indexOf('\uFFFD') >= 0) {
      byte[] again = text.getBytes(UTF_8);
      if (!Arrays.equals(again, 0, again.length, array, offset, offset + length)) {
        throw malformed("a string that is not UTF-8");
      }
    }
    in.position(at + length);
    return text;
  }

  private ByteBuffer binary(long announced) throws PacketFormatException {
    int length = available(announced);
    if (++binaries > limits.maxAttachments()) {
      throw new PacketFormatException(
          Reason.ATTACHMENT_COUNT,
          "binary values (expected: at most " + limits.maxAttachments() + ")");
    }
    binaryBytes += length;
    if (binaryBytes > limits.maxAttachmentBytes()) {
      throw new PacketFormatException(
          Reason.ATTACHMENT, "binary values: over " + limits.maxAttachmentBytes() + " bytes");
    }
    ByteBuffer data = in.slice(in.position(), length).asReadOnlyBuffer();
    in.position(in.position() + length);
    return data;
  }

  /** Of these sizes type 0 is undefined, or a date in milliseconds, but no bytes. */
  private @Nullable Object fixedExtension(int size) throws PacketFormatException {
    available(1 + size);
    if (in.get(in.position()) != 0) {
      return extension(size);
    }
    in.position(in.position() + 1);
    if (size == 8) {
      return Instant.ofEpochMilli(signed64());
    }
    unsigned8();
    return null;
  }

  private Object extension(long announced) throws PacketFormatException {
    int type = (byte) unsigned8();
    if (type == TIMESTAMP) {
      return timestamp(announced);
    }
    ByteBuffer data = binary(announced);
    return type == 0 ? data : new MsgpackExtension(type, data);
  }

  private Instant timestamp(long size) throws PacketFormatException {
    long nanos = 0;
    long seconds;
    if (size == 4) {
      seconds = unsigned32();
    } else if (size == 8) {
      long both = signed64();
      nanos = both >>> 34;
      seconds = both & 0x3_FFFF_FFFFL;
    } else if (size == 12) {
      nanos = unsigned32();
      seconds = signed64();
    } else {
      throw malformed("a timestamp of no known size");
    }
    if (nanos > 999_999_999
        || seconds < Instant.MIN.getEpochSecond()
        || seconds > Instant.MAX.getEpochSecond()) {
      throw malformed("a timestamp that is none");
    }
    return Instant.ofEpochSecond(seconds, nanos);
  }

  private static Object integer(long value) {
    return value == (int) value ? (Object) (int) value : (Object) value;
  }

  private Object unsigned64() throws PacketFormatException {
    long value = signed64();
    return value >= 0 ? integer(value) : new BigInteger(Long.toUnsignedString(value));
  }

  private int unsigned8() throws PacketFormatException {
    require(1);
    return in.get() & 0xFF;
  }

  private int unsigned16() throws PacketFormatException {
    require(2);
    return in.getShort() & 0xFFFF;
  }

  private long unsigned32() throws PacketFormatException {
    require(4);
    return in.getInt() & 0xFFFF_FFFFL;
  }

  private long signed64() throws PacketFormatException {
    require(8);
    return in.getLong();
  }

  private int available(long length) throws PacketFormatException {
    if (length > in.remaining() - owed) {
      throw malformed("a value longer than what is there");
    }
    return (int) length;
  }

  private void require(int count) throws PacketFormatException {
    if (in.remaining() < count) {
      throw malformed("ends within a value");
    }
  }

  private PacketFormatException malformed(String what) {
    return new PacketFormatException(
        Reason.SYNTAX, "MessagePack at byte " + in.position() + ": " + what);
  }
}

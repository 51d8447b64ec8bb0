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

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.sockeye.engineio.protocol.EngineProtocolException.Reason;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * Packets as bodies of polling requests and answers.
 *
 * <p>Revision 4 joins text packets with the record separator, binary ones as base64. Revision 3
 * writes the length in UTF-16 units and a colon before each; or, as soon as one packet is binary
 * and the peer takes binary, a kind byte, the decimal digits of the length in bytes and 0xFF.
 */
public final class PayloadCodec {
  private static final byte SEPARATOR = 0x1E;
  private static final int KIND_TEXT = 0;
  private static final int KIND_BINARY = 1;
  private static final byte END_OF_LENGTH = (byte) 0xFF;
  private static final int MAX_LENGTH_DIGITS = 10;

  private PayloadCodec() {}

  /**
   * Reads a text body. Time is linear in its length.
   *
   * @param maxPackets the most packets; one more is an error
   */
  public static Payload decodeText(EngineVersion version, byte[] body, int maxPackets) {
    List<EnginePacket> packets = new ArrayList<>(4);
    try {
      FrameCodec.requireUtf8(body);
      if (version == EngineVersion.V4) {
        decodeSeparated(body, maxPackets, packets);
      } else {
        decodeCounted(body, maxPackets, packets);
      }
      return new Payload(packets, null);
    } catch (EngineProtocolException error) {
      return new Payload(packets, error);
    }
  }

  /**
   * Reads a text body of revision 3 as clients 1.x write it, with messages encoded as UTF-8 twice.
   * Messages that clients 2.x write, encoded once, are read too, but for those that could be
   * either.
   *
   * @param maxPackets the most packets; one more is an error
   */
  public static Payload decodeLegacyText(byte[] body, int maxPackets) {
    Payload payload = decodeText(EngineVersion.V3, body, maxPackets);
    return new Payload(LegacyUtf8.decode(payload.packets()), payload.error());
  }

  /**
   * Reads a binary body of revision 3. Time is linear in its length.
   *
   * @param maxPackets the most packets; one more is an error
   */
  public static Payload decodeBinary(byte[] body, int maxPackets) {
    List<EnginePacket> packets = new ArrayList<>(4);
    try {
      int at = 0;
      while (at < body.length) {
        requireRoom(packets, maxPackets);
        int kind = body[at];
        int start = endOfBinaryLength(body, at + 1) + 1;
        int length = binaryLength(body, at + 1, start - 1);
        if (length > body.length - start) {
          throw new EngineProtocolException(
              Reason.INVALID_LENGTH, "packet at " + at + ": longer than the body");
        }
        packets.add(binaryBodyPacket(body, kind, start, length));
        at = start + length;
      }
      return new Payload(packets, null);
    } catch (EngineProtocolException error) {
      return new Payload(packets, error);
    }
  }

  /**
   * Writes a body.
   *
   * @param base64 whether the peer takes no binary, in revision 3; revision 4 never does here
   */
  public static EncodedPayload encode(
      EngineVersion version, List<EnginePacket> packets, boolean base64) {
    if (version == EngineVersion.V4) {
      return new EncodedPayload(false, encodeSeparated(packets));
    }
    return needsOctets(packets, base64)
        ? new EncodedPayload(true, encodeBinary(packets))
        : new EncodedPayload(false, encodeCounted(packets));
  }

  /**
   * Writes a body of revision 3 as clients 1.x read it: with text messages encoded as UTF-8 twice,
   * if it is a text body.
   *
   * @param base64 whether the peer takes no binary
   */
  public static EncodedPayload encodeLegacy(List<EnginePacket> packets, boolean base64) {
    return needsOctets(packets, base64)
        ? new EncodedPayload(true, encodeBinary(packets))
        : new EncodedPayload(false, encodeCounted(LegacyUtf8.encode(packets)));
  }

  private static boolean needsOctets(List<EnginePacket> packets, boolean base64) {
    return !base64 && packets.stream().anyMatch(EnginePacket.BinaryMessage.class::isInstance);
  }

  // ---- revision 4 ----

  private static void decodeSeparated(byte[] body, int maxPackets, List<EnginePacket> packets)
      throws EngineProtocolException {
    int from = 0;
    while (true) {
      int to = from;
      while (to < body.length && body[to] != SEPARATOR) {
        to++;
      }
      requireRoom(packets, maxPackets);
      packets.add(FrameCodec.decodeText(EngineVersion.V4, body, from, to - from));
      if (to == body.length) {
        return;
      }
      from = to + 1;
    }
  }

  private static byte[] encodeSeparated(List<EnginePacket> packets) {
    List<Utf8Text> texts = texts(EngineVersion.V4, packets);
    int size = Math.max(0, packets.size() - 1);
    for (int i = 0; i < packets.size(); i++) {
      size += texts.get(i).length() + typeLength(packets.get(i));
    }
    byte[] body = new byte[size];
    int at = 0;
    for (int i = 0; i < packets.size(); i++) {
      if (i > 0) {
        body[at++] = SEPARATOR;
      }
      at = put(body, at, packets.get(i), texts.get(i));
    }
    return body;
  }

  // ---- revision 3, text ----

  private static void decodeCounted(byte[] body, int maxPackets, List<EnginePacket> packets)
      throws EngineProtocolException {
    if (body.length == 0) {
      throw new EngineProtocolException(Reason.INVALID_LENGTH, "payload: empty");
    }
    int at = 0;
    int read = 0;
    while (at < body.length) {
      int start = at;
      long units = 0;
      while (at < body.length && body[at] >= '0' && body[at] <= '9') {
        units = units * 10 + (body[at++] - '0');
        if (at - start > MAX_LENGTH_DIGITS) {
          throw invalidLength(start);
        }
      }
      if (at == start || at == body.length || body[at] != ':') {
        throw invalidLength(start);
      }
      if (++read > maxPackets) {
        throw tooMany(maxPackets);
      }
      int from = ++at;
      at = skipUnits(body, from, units, start);
      if (at > from) { // a length of 0 is nothing
        packets.add(FrameCodec.decodeText(EngineVersion.V3, body, from, at - from));
      }
    }
  }

  /** The index after a number of UTF-16 units, of which a character of four bytes counts two. */
  private static int skipUnits(byte[] body, int from, long units, int packetStart)
      throws EngineProtocolException {
    int at = from;
    long left = units;
    while (left > 0 && at < body.length) {
      int lead = body[at] & 0xFF;
      int size = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
      left -= size == 4 ? 2 : 1;
      at += size;
    }
    if (left != 0) { // the body ends before, or the length cuts a pair in two
      throw invalidLength(packetStart);
    }
    return at;
  }

  private static byte[] encodeCounted(List<EnginePacket> packets) {
    List<Utf8Text> texts = texts(EngineVersion.V3, packets);
    List<byte[]> lengths = new ArrayList<>(packets.size());
    int size = 0;
    for (int i = 0; i < packets.size(); i++) {
      int type = typeLength(packets.get(i));
      byte[] length = decimal(texts.get(i).utf16Length() + type);
      lengths.add(length);
      size += length.length + 1 + type + texts.get(i).length();
    }
    byte[] body = new byte[size];
    int at = 0;
    for (int i = 0; i < packets.size(); i++) {
      byte[] length = lengths.get(i);
      System.arraycopy(length, 0, body, at, length.length);
      at += length.length;
      body[at++] = ':';
      at = put(body, at, packets.get(i), texts.get(i));
    }
    return body;
  }

  // ---- revision 3, binary ----

  private static int endOfBinaryLength(byte[] body, int from) throws EngineProtocolException {
    for (int i = from; i < body.length && i <= from + MAX_LENGTH_DIGITS; i++) {
      if (body[i] == END_OF_LENGTH) {
        return i;
      }
    }
    throw invalidLength(from);
  }

  private static int binaryLength(byte[] body, int from, int to) throws EngineProtocolException {
    long length = 0;
    for (int i = from; i < to; i++) {
      if (body[i] < 0 || body[i] > 9) {
        throw invalidLength(from);
      }
      length = length * 10 + body[i];
    }
    if (from == to || length > Integer.MAX_VALUE) {
      throw invalidLength(from);
    }
    return (int) length;
  }

  private static EnginePacket binaryBodyPacket(byte[] body, int kind, int start, int length)
      throws EngineProtocolException {
    return switch (kind) {
      case KIND_TEXT -> {
        if (!Utf8.isValid(body, start, length)) {
          throw new EngineProtocolException(
              Reason.INVALID_UTF8, "text packet at " + start + ": not UTF-8");
        }
        yield FrameCodec.decodeText(EngineVersion.V3, body, start, length);
      }
      case KIND_BINARY ->
          FrameCodec.decodeBinary(EngineVersion.V3, ByteBuffer.wrap(body, start, length));
      default ->
          throw new EngineProtocolException(
              Reason.UNKNOWN_TYPE, "kind of packet: " + kind + " (expected: 0 or 1)");
    };
  }

  private static byte[] encodeBinary(List<EnginePacket> packets) {
    List<byte[]> lengths = new ArrayList<>(packets.size());
    int size = 0;
    for (EnginePacket packet : packets) {
      int content =
          1
              + (packet instanceof EnginePacket.BinaryMessage binary
                  ? binary.data().remaining()
                  : FrameCodec.data(packet).length());
      byte[] length = decimal(content);
      lengths.add(length);
      size += 1 + length.length + 1 + content;
    }
    ByteBuffer body = ByteBuffer.allocate(size);
    for (int i = 0; i < packets.size(); i++) {
      EnginePacket packet = packets.get(i);
      boolean binary = packet instanceof EnginePacket.BinaryMessage;
      body.put((byte) (binary ? KIND_BINARY : KIND_TEXT));
      for (byte digit : lengths.get(i)) {
        body.put((byte) (digit - '0'));
      }
      body.put(END_OF_LENGTH);
      if (packet instanceof EnginePacket.BinaryMessage message) {
        body.put((byte) 4).put(message.data());
      } else {
        Utf8Text data = FrameCodec.data(packet);
        body.put(FrameCodec.typeDigit(packet)).put(data.array(), data.offset(), data.length());
      }
    }
    return body.array();
  }

  // ---- shared ----

  /** What follows each packet's type; of a binary message all of its base64 form. */
  private static List<Utf8Text> texts(EngineVersion version, List<EnginePacket> packets) {
    List<Utf8Text> texts = new ArrayList<>(packets.size());
    for (EnginePacket packet : packets) {
      texts.add(
          packet instanceof EnginePacket.BinaryMessage binary
              ? FrameCodec.encodeBase64(version, binary)
              : FrameCodec.data(packet));
    }
    return texts;
  }

  private static int typeLength(EnginePacket packet) {
    return packet instanceof EnginePacket.BinaryMessage ? 0 : 1;
  }

  private static int put(byte[] body, int at, EnginePacket packet, Utf8Text text) {
    int next = at;
    if (!(packet instanceof EnginePacket.BinaryMessage)) {
      body[next++] = FrameCodec.typeDigit(packet);
    }
    System.arraycopy(text.array(), text.offset(), body, next, text.length());
    return next + text.length();
  }

  private static byte[] decimal(int number) {
    return Integer.toString(number).getBytes(ISO_8859_1);
  }

  private static void requireRoom(List<EnginePacket> packets, int maxPackets)
      throws EngineProtocolException {
    if (packets.size() >= maxPackets) {
      throw tooMany(maxPackets);
    }
  }

  private static EngineProtocolException tooMany(int maxPackets) {
    return new EngineProtocolException(
        Reason.TOO_MANY_PACKETS, "payload: more than " + maxPackets + " packets");
  }

  private static EngineProtocolException invalidLength(int at) {
    return new EngineProtocolException(
        Reason.INVALID_LENGTH, "packet length at " + at + ": malformed, or not that of the packet");
  }
}

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

import io.sockeye.engineio.protocol.EngineProtocolException.Reason;
import java.nio.ByteBuffer;

/**
 * Packets as WebSocket messages: a text message is the type digit and the data; a binary message is
 * the bytes alone in revision 4, and the type as a number before them in revision 3.
 */
public final class FrameCodec {
  private FrameCodec() {}

  /**
   * Reads a text message. The packet shares the text's array.
   *
   * @throws EngineProtocolException if it is empty, or has no known type
   */
  public static EnginePacket decodeText(EngineVersion version, Utf8Text frame)
      throws EngineProtocolException {
    return decodeText(version, frame.array(), frame.offset(), frame.length());
  }

  static EnginePacket decodeText(EngineVersion version, byte[] array, int offset, int length)
      throws EngineProtocolException {
    if (length == 0) {
      throw new EngineProtocolException(
          Reason.EMPTY_PACKET, "packet: empty (expected: a type digit)");
    }
    byte type = array[offset];
    if (type == 'b') {
      return decodeBase64(version, array, offset, length);
    }
    Utf8Text data = length == 1 ? Utf8Text.EMPTY : Utf8Text.wrap(array, offset + 1, length - 1);
    return packet(type - '0', data);
  }

  /**
   * Reads a binary message. The packet shares the buffer's bytes.
   *
   * @throws EngineProtocolException in revision 3 if it is empty, or has no known type
   */
  public static EnginePacket decodeBinary(EngineVersion version, ByteBuffer frame)
      throws EngineProtocolException {
    if (version == EngineVersion.V4) {
      return new EnginePacket.BinaryMessage(frame);
    }
    if (!frame.hasRemaining()) {
      throw new EngineProtocolException(
          Reason.EMPTY_PACKET, "binary packet: empty (expected: a type byte)");
    }
    ByteBuffer data = frame.slice();
    int type = data.get();
    if (type == 4) {
      return new EnginePacket.BinaryMessage(data);
    }
    byte[] bytes = new byte[data.remaining()];
    data.get(bytes);
    requireUtf8(bytes);
    return packet(type, Utf8Text.wrap(bytes, 0, bytes.length));
  }

  /**
   * Writes a packet as a text message.
   *
   * @throws IllegalArgumentException for a binary message, see {@link #encodeBase64}
   */
  public static Utf8Text encodeText(EnginePacket packet) {
    Utf8Text data = data(packet);
    byte[] bytes = new byte[1 + data.length()];
    bytes[0] = typeDigit(packet);
    System.arraycopy(data.array(), data.offset(), bytes, 1, data.length());
    return Utf8Text.wrap(bytes, 0, bytes.length);
  }

  /** Writes a binary message as text, for a peer that takes no binary. */
  public static Utf8Text encodeBase64(EngineVersion version, EnginePacket.BinaryMessage message) {
    byte[] base64 = Base64Text.encode(message.data());
    int prefix = version == EngineVersion.V3 ? 2 : 1;
    byte[] bytes = new byte[prefix + base64.length];
    bytes[0] = 'b';
    if (prefix == 2) {
      bytes[1] = '4';
    }
    System.arraycopy(base64, 0, bytes, prefix, base64.length);
    return Utf8Text.wrap(bytes, 0, bytes.length);
  }

  /** Writes a binary message as bytes: in revision 4 they are the message's own, not a copy. */
  public static ByteBuffer encodeBinary(EngineVersion version, EnginePacket.BinaryMessage message) {
    ByteBuffer data = message.data();
    if (version == EngineVersion.V4) {
      return data;
    }
    ByteBuffer frame = ByteBuffer.allocate(1 + data.remaining());
    frame.put((byte) 4).put(data);
    return frame.flip();
  }

  static void requireUtf8(byte[] bytes) throws EngineProtocolException {
    if (!Utf8.isValid(bytes, 0, bytes.length)) {
      throw new EngineProtocolException(
          Reason.INVALID_UTF8, "text of " + bytes.length + " bytes: not UTF-8");
    }
  }

  /** The digit with which a packet begins as text. */
  static byte typeDigit(EnginePacket packet) {
    if (packet instanceof EnginePacket.Message) {
      return '4';
    } else if (packet instanceof EnginePacket.Open) {
      return '0';
    } else if (packet instanceof EnginePacket.Close) {
      return '1';
    } else if (packet instanceof EnginePacket.Ping) {
      return '2';
    } else if (packet instanceof EnginePacket.Pong) {
      return '3';
    } else if (packet instanceof EnginePacket.Upgrade) {
      return '5';
    } else if (packet instanceof EnginePacket.Noop) {
      return '6';
    }
    throw new IllegalArgumentException("packet: binary message (expected: a packet with text)");
  }

  /** What follows the digit. */
  static Utf8Text data(EnginePacket packet) {
    if (packet instanceof EnginePacket.Message message) {
      return message.data();
    } else if (packet instanceof EnginePacket.Open open) {
      return open.json();
    } else if (packet instanceof EnginePacket.Ping ping) {
      return ping.data();
    } else if (packet instanceof EnginePacket.Pong pong) {
      return pong.data();
    } else if (packet instanceof EnginePacket.Upgrade upgrade) {
      return upgrade.data();
    }
    return Utf8Text.EMPTY;
  }

  private static EnginePacket decodeBase64(
      EngineVersion version, byte[] array, int offset, int length) throws EngineProtocolException {
    int prefix = version == EngineVersion.V3 ? 2 : 1;
    if (prefix == 2 && (length < 2 || array[offset + 1] != '4')) {
      throw new EngineProtocolException(
          Reason.UNKNOWN_TYPE, "base64 packet of revision 3: no type 4 after \"b\"");
    }
    return new EnginePacket.BinaryMessage(
        Base64Text.decode(array, offset + prefix, length - prefix));
  }

  private static EnginePacket packet(int type, Utf8Text data) throws EngineProtocolException {
    return switch (type) {
      case 0 -> new EnginePacket.Open(data);
      case 1 -> EnginePacket.CLOSE;
      case 2 -> new EnginePacket.Ping(data);
      case 3 -> new EnginePacket.Pong(data);
      case 4 -> new EnginePacket.Message(data);
      case 5 -> new EnginePacket.Upgrade(data);
      case 6 -> EnginePacket.NOOP;
      default ->
          throw new EngineProtocolException(
              Reason.UNKNOWN_TYPE, "packet type: " + type + " (expected: 0 to 6)");
    };
  }
}

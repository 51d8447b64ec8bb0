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

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.StringJoiner;

/**
 * How the tests write down bytes and packets: bytes as UTF-8 or hex, a packet as {@code
 * message(hello)}, {@code bytes(01020304)}, {@code ping(probe)} or {@code close}, an error as its
 * reason after an exclamation mark.
 */
final class Wire {
  /** Something that reads one packet. */
  @FunctionalInterface
  interface Reading {
    EnginePacket read() throws EngineProtocolException;
  }

  private Wire() {}

  static byte[] utf8(String text) {
    return text.getBytes(UTF_8);
  }

  static byte[] hex(String digits) {
    return HexFormat.of().parseHex(digits.replace(" ", ""));
  }

  static String toHex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }

  static String toHex(ByteBuffer buffer) {
    byte[] bytes = new byte[buffer.remaining()];
    buffer.duplicate().get(bytes);
    return toHex(bytes);
  }

  static EnginePacket message(String text) {
    return new EnginePacket.Message(Utf8Text.of(text));
  }

  static EnginePacket.BinaryMessage bytes(String hex) {
    return new EnginePacket.BinaryMessage(ByteBuffer.wrap(hex(hex)));
  }

  /** The packet that was read, or the reason why none was. */
  static String outcome(Reading reading) {
    try {
      return show(reading.read());
    } catch (EngineProtocolException error) {
      return "!" + error.reason();
    }
  }

  /** All packets with a space between them, and the error if there is one. */
  static String outcome(Payload payload) {
    StringJoiner all = new StringJoiner(" ");
    payload.packets().forEach(packet -> all.add(show(packet)));
    if (payload.error() != null) {
      all.add("!" + payload.error().reason());
    }
    return all.toString();
  }

  static String show(EnginePacket packet) {
    if (packet instanceof EnginePacket.Message message) {
      return "message(" + message.data() + ")";
    } else if (packet instanceof EnginePacket.BinaryMessage message) {
      return "bytes(" + toHex(message.data()) + ")";
    } else if (packet instanceof EnginePacket.Open open) {
      return "open(" + open.json() + ")";
    } else if (packet instanceof EnginePacket.Ping ping) {
      return "ping(" + ping.data() + ")";
    } else if (packet instanceof EnginePacket.Pong pong) {
      return "pong(" + pong.data() + ")";
    } else if (packet instanceof EnginePacket.Upgrade upgrade) {
      return "upgrade(" + upgrade.data() + ")";
    } else if (packet.equals(EnginePacket.CLOSE)) {
      return "close";
    } else if (packet.equals(EnginePacket.NOOP)) {
      return "noop";
    }
    throw new AssertionError(packet);
  }
}

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

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Text and bytes of the wire, and packets written down. */
final class Wire {
  private Wire() {}

  /** Decodes a text and its attachments; the last of them completes the packet. */
  static Packet decode(PacketDecoder decoder, String text, String... attachments)
      throws PacketFormatException {
    byte[] bytes = ("xx" + text + "yy").getBytes(UTF_8);
    Packet packet = decoder.text(bytes, 2, bytes.length - 4);
    for (String hex : attachments) {
      packet = decoder.binary(ByteBuffer.wrap(HexFormat.of().parseHex(hex)));
    }
    return packet;
  }

  static PacketDecoder decoder() {
    return PacketParser.json().newDecoder(DecoderLimits.DEFAULTS, false);
  }

  /** What a packet is written as: its text, then each attachment as hexadecimal digits. */
  static List<String> encode(Packet packet) {
    EncodedPacket encoded = PacketParser.json().encode(packet, 1);
    List<String> frames = new ArrayList<>();
    frames.add(new String(encoded.text(), 1, encoded.text().length - 1, UTF_8));
    for (ByteBuffer attachment : encoded.attachments()) {
      frames.add(hex(attachment));
    }
    return frames;
  }

  static String hex(ByteBuffer data) {
    byte[] bytes = new byte[data.remaining()];
    data.duplicate().get(bytes);
    return HexFormat.of().formatHex(bytes);
  }

  static byte[] bytes(int... values) {
    byte[] bytes = new byte[values.length];
    for (int i = 0; i < values.length; i++) {
      bytes[i] = (byte) values[i];
    }
    return bytes;
  }

  static Map<String, Object> map(Object... keysAndValues) {
    Map<String, Object> map = new LinkedHashMap<>();
    for (int i = 0; i < keysAndValues.length; i += 2) {
      map.put((String) keysAndValues[i], keysAndValues[i + 1]);
    }
    return map;
  }
}

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

import java.util.ArrayList;
import java.util.List;

/**
 * Text as clients 1.x have it in polling payloads: encoded as UTF-8 twice, so that each byte of its
 * UTF-8 form is a character, and a length counts these. ASCII text is the same either way.
 */
final class LegacyUtf8 {
  private LegacyUtf8() {}

  /** Encodes the text messages among the packets a second time. */
  static List<EnginePacket> encode(List<EnginePacket> packets) {
    List<EnginePacket> encoded = new ArrayList<>(packets.size());
    for (EnginePacket packet : packets) {
      encoded.add(
          packet instanceof EnginePacket.Message message
              ? new EnginePacket.Message(encode(message.data()))
              : packet);
    }
    return encoded;
  }

  /**
   * Undoes the second encoding of the text messages. A message that was encoded only once, by a
   * client 2.x, stays as it is, unless it happens to read as one that was encoded twice.
   */
  static List<EnginePacket> decode(List<EnginePacket> packets) {
    List<EnginePacket> decoded = new ArrayList<>(packets.size());
    for (EnginePacket packet : packets) {
      decoded.add(
          packet instanceof EnginePacket.Message message
              ? new EnginePacket.Message(decode(message.data()))
              : packet);
    }
    return decoded;
  }

  private static Utf8Text encode(Utf8Text text) {
    int more = 0;
    for (int i = 0; i < text.length(); i++) {
      more += text.array()[text.offset() + i] < 0 ? 1 : 0;
    }
    if (more == 0) {
      return text;
    }
    byte[] twice = new byte[text.length() + more];
    int at = 0;
    for (int i = 0; i < text.length(); i++) {
      int b = text.array()[text.offset() + i] & 0xFF;
      if (b >= 0x80) {
        twice[at++] = (byte) (0xC0 | (b >> 6));
        twice[at++] = (byte) (0x80 | (b & 0x3F));
      } else {
        twice[at++] = (byte) b;
      }
    }
    return Utf8Text.wrap(twice, 0, at);
  }

  private static Utf8Text decode(Utf8Text text) {
    byte[] once = new byte[text.length()];
    int at = 0;
    for (int i = 0; i < text.length(); i++) {
      int b = text.array()[text.offset() + i] & 0xFF;
      if (b >= 0xC4) { // a character over U+00FF is no byte
        return text;
      }
      once[at++] =
          b < 0x80 ? (byte) b : (byte) ((b << 6) | (text.array()[text.offset() + ++i] & 0x3F));
    }
    boolean ascii = at == text.length();
    return ascii || !Utf8.isValid(once, 0, at) ? text : Utf8Text.wrap(once, 0, at);
  }
}

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

import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.List;

/** Writes packets down for comparison: {@code 4 "text"}, {@code 4 <0102>}. */
final class Packets {
  private Packets() {}

  static String describe(EnginePacket packet) {
    if (packet instanceof EnginePacket.BinaryMessage binary) {
      return "4 <" + hex(binary.data()) + ">";
    }
    String digit = String.valueOf((char) FrameCodec.typeDigit(packet));
    String data = FrameCodec.data(packet).toString();
    return data.isEmpty() ? digit : digit + " \"" + data + "\"";
  }

  static List<String> describe(List<EnginePacket> packets) {
    return packets.stream().map(Packets::describe).toList();
  }

  static String hex(ByteBuffer data) {
    byte[] bytes = new byte[data.remaining()];
    data.duplicate().get(bytes);
    return HexFormat.of().formatHex(bytes);
  }

  static byte[] bytes(String hex) {
    return HexFormat.of().parseHex(hex);
  }

  static EnginePacket text(String data) {
    return new EnginePacket.Message(Utf8Text.of(data));
  }

  static EnginePacket.BinaryMessage binary(String hex) {
    return new EnginePacket.BinaryMessage(ByteBuffer.wrap(bytes(hex)));
  }
}

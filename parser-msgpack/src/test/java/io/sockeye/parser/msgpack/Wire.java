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
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.sockeye.socketio.protocol.DecoderLimits;
import io.sockeye.socketio.protocol.EncodedPacket;
import io.sockeye.socketio.protocol.Packet;
import io.sockeye.socketio.protocol.PacketDecoder;
import io.sockeye.socketio.protocol.PacketFormatException;
import io.sockeye.socketio.protocol.PacketFormatException.Reason;
import java.nio.ByteBuffer;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Short words for what is on the wire: hexadecimal digits, in which text in quotes stands for its
 * bytes and spaces for nothing.
 */
final class Wire {
  private static final Pattern QUOTED = Pattern.compile("'([^']*)'");

  private Wire() {}

  static byte[] bytes(String wire) {
    Matcher quoted = QUOTED.matcher(wire);
    String hex = quoted.replaceAll(text -> HexFormat.of().formatHex(text.group(1).getBytes(UTF_8)));
    return HexFormat.of().parseHex(hex.replaceAll("\\s", ""));
  }

  static ByteBuffer buffer(String wire) {
    return ByteBuffer.wrap(bytes(wire));
  }

  static PacketDecoder decoder() {
    return MsgpackParser.create().newDecoder(DecoderLimits.DEFAULTS, false);
  }

  static PacketDecoder legacyDecoder() {
    return MsgpackParser.create().newDecoder(DecoderLimits.DEFAULTS, true);
  }

  static Packet packet(String wire) throws PacketFormatException {
    return decoder().binary(buffer(wire));
  }

  /** An event {@code e} in the main namespace with these arguments. */
  static String event(int arguments, String wire) {
    return "83 a4'type' 02 a3'nsp' a1'/' a4'data' 9"
        + Integer.toHexString(1 + arguments)
        + " a1'e' "
        + wire;
  }

  /** The only argument of such an event. */
  static Object argument(String wire) throws PacketFormatException {
    Packet.Event event = (Packet.Event) packet(event(1, wire));
    assertThat(event.name()).isEqualTo("e");
    assertThat(event.arguments().size()).isOne();
    return event.arguments().values().get(0);
  }

  static Reason refusal(PacketDecoder decoder, String wire) {
    PacketFormatException refusal =
        catchThrowableOfType(PacketFormatException.class, () -> decoder.binary(buffer(wire)));
    assertThat(refusal).as("refusal of %s", wire).isNotNull();
    return refusal.reason();
  }

  static Reason refusal(String wire) {
    return refusal(decoder(), wire);
  }

  static String hex(String wire) {
    return HexFormat.of().formatHex(bytes(wire));
  }

  static String hex(Packet packet) {
    EncodedPacket encoded = MsgpackParser.create().encode(packet, 1);
    assertThat(encoded.text()).isNull();
    assertThat(encoded.attachments()).hasSize(1);
    byte[] bytes = new byte[encoded.attachments().get(0).remaining()];
    encoded.attachments().get(0).duplicate().get(bytes);
    return HexFormat.of().formatHex(bytes);
  }
}

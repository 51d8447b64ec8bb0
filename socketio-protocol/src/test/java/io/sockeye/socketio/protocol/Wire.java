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

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.sockeye.socketio.protocol.PacketFormatException.Reason;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/** Short words for what is on the wire. */
final class Wire {
  static final PacketParser PARSER = PacketParser.json();

  private Wire() {}

  static PacketDecoder decoder() {
    return PARSER.newDecoder(DecoderLimits.DEFAULTS, false);
  }

  static PacketDecoder decoder(DecoderLimits limits) {
    return PARSER.newDecoder(limits, false);
  }

  static PacketDecoder legacyDecoder() {
    return PARSER.newDecoder(DecoderLimits.DEFAULTS, true);
  }

  /** Feeds a text message. */
  static Packet text(PacketDecoder decoder, String wire) throws PacketFormatException {
    byte[] bytes = wire.getBytes(UTF_8);
    return decoder.text(bytes, 0, bytes.length);
  }

  /** Feeds a text message, and then binary ones; only the last of all gives a packet. */
  static Packet packet(PacketDecoder decoder, String wire, ByteBuffer... attachments)
      throws PacketFormatException {
    Packet packet = text(decoder, wire);
    for (ByteBuffer attachment : attachments) {
      assertThat(packet).as("the packet before its last attachment").isNull();
      packet = decoder.binary(attachment);
    }
    assertThat(packet).as("the packet after %d attachments", attachments.length).isNotNull();
    return packet;
  }

  static Packet packet(String wire, ByteBuffer... attachments) throws PacketFormatException {
    return packet(decoder(), wire, attachments);
  }

  static Packet.Event event(String wire, ByteBuffer... attachments) throws PacketFormatException {
    return (Packet.Event) packet(wire, attachments);
  }

  /** Returns the only argument of the event on the wire. */
  static Object argument(String wire, ByteBuffer... attachments) throws PacketFormatException {
    List<Object> values = event(wire, attachments).arguments().values();
    assertThat(values).hasSize(1);
    return values.get(0);
  }

  /** Returns why the decoder refuses a text message, after which it must be as new. */
  static Reason refusal(PacketDecoder decoder, String wire) {
    PacketFormatException refusal =
        catchThrowableOfType(PacketFormatException.class, () -> text(decoder, wire));
    assertThat(refusal).as("refusal of %s", wire).isNotNull();
    assertAsNew(decoder);
    return refusal.reason();
  }

  static Reason refusal(String wire) {
    return refusal(decoder(), wire);
  }

  /** Returns why the decoder refuses a binary message, after which it must be as new. */
  static Reason refusal(PacketDecoder decoder, ByteBuffer data) {
    PacketFormatException refusal =
        catchThrowableOfType(PacketFormatException.class, () -> decoder.binary(data));
    assertThat(refusal).as("refusal of a binary message").isNotNull();
    assertAsNew(decoder);
    return refusal.reason();
  }

  /** Asserts that nothing is due, and that a packet with and one without an attachment come in. */
  static void assertAsNew(PacketDecoder decoder) {
    assertThat(decoder.pendingNamespace()).isNull();
    try {
      assertThat(packet(decoder, "2[\"a\"]"))
          .isEqualTo(new Packet.Event("/", -1, "a", Arguments.EMPTY));
      assertThat(packet(decoder, "51-[\"a\",{\"_placeholder\":true,\"num\":0}]", bytes(1)))
          .isEqualTo(new Packet.Event("/", -1, "a", Arguments.of(bytes(1))));
    } catch (PacketFormatException refused) {
      throw new AssertionError("a valid packet was refused", refused);
    }
  }

  static ByteBuffer bytes(int... values) {
    ByteBuffer buffer = ByteBuffer.allocate(values.length);
    for (int value : values) {
      buffer.put((byte) value);
    }
    return buffer.flip();
  }

  static EncodedPacket encode(Packet packet) {
    return PARSER.encode(packet, 0);
  }

  static String text(EncodedPacket encoded) {
    return new String(encoded.text(), UTF_8);
  }

  /** Returns the attachments' bytes, each as a string of Latin-1. */
  static List<String> attachments(EncodedPacket encoded) {
    List<String> texts = new ArrayList<>();
    for (ByteBuffer attachment : encoded.attachments()) {
      texts.add(ISO_8859_1.decode(attachment.duplicate()).toString());
    }
    return texts;
  }

  static ByteBuffer latin1(String text) {
    return ByteBuffer.wrap(text.getBytes(ISO_8859_1));
  }
}

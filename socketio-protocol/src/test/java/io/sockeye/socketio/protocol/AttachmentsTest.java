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

import static io.sockeye.socketio.protocol.Wire.argument;
import static io.sockeye.socketio.protocol.Wire.assertAsNew;
import static io.sockeye.socketio.protocol.Wire.bytes;
import static io.sockeye.socketio.protocol.Wire.decoder;
import static io.sockeye.socketio.protocol.Wire.event;
import static io.sockeye.socketio.protocol.Wire.latin1;
import static io.sockeye.socketio.protocol.Wire.packet;
import static io.sockeye.socketio.protocol.Wire.refusal;
import static io.sockeye.socketio.protocol.Wire.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.sockeye.socketio.protocol.PacketFormatException.Reason;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Packets with attachments. */
class AttachmentsTest {
  private static final String ONE = "51-[\"a\",{\"_placeholder\":true,\"num\":0}]";
  private static final String TWO =
      "52-[\"a\",{\"_placeholder\":true,\"num\":0},{\"_placeholder\":true,\"num\":1}]";

  private static Packet eventOf(String namespace, long id, String name, Object... values) {
    return new Packet.Event(namespace, id, name, Arguments.of(values));
  }

  @Test
  void readsAnEvent() throws PacketFormatException {
    assertThat(packet(ONE, bytes(1, 2))).isEqualTo(eventOf("/", -1, "a", bytes(1, 2)));
  }

  @Test
  void readsAnEventOfANamespaceWithAnId() throws PacketFormatException {
    assertThat(
            packet(
                "52-/admin,789[\"baz\",{\"_placeholder\":true,\"num\":0},"
                    + "{\"_placeholder\":true,\"num\":1}]",
                bytes(1),
                bytes(2)))
        .isEqualTo(eventOf("/admin", 789, "baz", bytes(1), bytes(2)));
  }

  @Test
  void readsAnAcknowledgement() throws PacketFormatException {
    assertThat(packet("61-15[\"bar\",{\"_placeholder\":true,\"num\":0}]", bytes(1)))
        .isEqualTo(new Packet.Ack("/", 15, Arguments.of("bar", bytes(1))));
    assertThat(packet("61-/admin,15[{\"_placeholder\":true,\"num\":0}]", bytes(1)))
        .isEqualTo(new Packet.Ack("/admin", 15, Arguments.of(bytes(1))));
    assertThat(packet("61-[{\"_placeholder\":true,\"num\":0}]", bytes(1)))
        .isEqualTo(new Packet.Ack("/", -1, Arguments.of(bytes(1))));
  }

  @Test
  void readsLeadingZerosOfTheCount() throws PacketFormatException {
    assertThat(packet("5001-[\"a\",{\"_placeholder\":true,\"num\":0}]", bytes(1)))
        .isEqualTo(eventOf("/", -1, "a", bytes(1)));
  }

  @Test
  void readsNestedAttachments() throws PacketFormatException {
    // S30
    assertThat(
            packet(
                "53-[\"a\",{\"x\":[{\"y\":{\"_placeholder\":true,\"num\":2}},null]},"
                    + "[{\"_placeholder\":true,\"num\":0}],{\"num\":1,\"_placeholder\":true}]",
                bytes(),
                bytes(1),
                bytes(2)))
        .isEqualTo(
            eventOf(
                "/",
                -1,
                "a",
                Map.of("x", Arrays.asList(Map.of("y", bytes(2)), null)),
                List.of(bytes()),
                bytes(1)));
  }

  @Test
  void readsTenAttachments() throws PacketFormatException {
    // S30
    StringBuilder wire = new StringBuilder("510-[\"a\"");
    ByteBuffer[] buffers = new ByteBuffer[10];
    for (int i = 0; i < 10; i++) {
      wire.append(",{\"_placeholder\":true,\"num\":").append(i).append('}');
      buffers[i] = bytes(i);
    }

    assertThat(packet(wire.append(']').toString(), buffers))
        .isEqualTo(eventOf("/", -1, "a", (Object[]) buffers));
  }

  @Test
  void readsALargeAttachment() throws PacketFormatException {
    // S32
    byte[] big = new byte[3_000_000];
    Arrays.fill(big, (byte) 0xFF);

    assertThat(argument(ONE, ByteBuffer.wrap(big))).isEqualTo(ByteBuffer.wrap(big));
  }

  @Test
  void readsWhatRemainsInABuffer() throws PacketFormatException {
    ByteBuffer data = latin1("abcdef").position(2).limit(4);

    assertThat(argument(ONE, data)).isEqualTo(latin1("cd"));
  }

  @Test
  void attachmentsAreReadOnly() throws PacketFormatException {
    assertThat(((ByteBuffer) argument(ONE, bytes(1))).isReadOnly()).isTrue();
  }

  @Test
  void referencesToOneAttachmentShareIt() throws PacketFormatException {
    // R24
    List<Object> values =
        event(
                "51-[\"a\",{\"_placeholder\":true,\"num\":0},{\"_placeholder\":true,\"num\":0}]",
                bytes(1, 2))
            .arguments()
            .values();

    assertThat(values).containsExactly(bytes(1, 2), bytes(1, 2));
    assertThat(values.get(0)).isSameAs(values.get(1));
  }

  @Test
  void whatIsNotReferredToIsDropped() throws PacketFormatException {
    assertThat(packet("52-[\"a\",{\"_placeholder\":true,\"num\":1}]", bytes(1), bytes(2)))
        .isEqualTo(eventOf("/", -1, "a", bytes(2)));
    assertThat(packet("51-[\"a\",1]", bytes(1))).isEqualTo(eventOf("/", -1, "a", 1));
    assertThat(packet("51-[\"a\"]", bytes(1))).isEqualTo(eventOf("/", -1, "a"));
    assertThat(packet("61-1[]", bytes(1))).isEqualTo(new Packet.Ack("/", 1, Arguments.EMPTY));
  }

  @Test
  void extraKeysOfAPlaceholderAreIgnored() throws PacketFormatException {
    assertThat(
            argument("51-[\"a\",{\"x\":[1],\"_placeholder\":true,\"y\":{},\"num\":0}]", bytes(1)))
        .isEqualTo(bytes(1));
  }

  @Test
  void theLastOfDuplicatedKeysCounts() throws PacketFormatException {
    assertThat(
            argument(
                "51-[\"a\",{\"_placeholder\":false,\"num\":9,\"_placeholder\":true,\"num\":0}]",
                bytes(1)))
        .isEqualTo(bytes(1));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"_placeholder\":\"true\",\"num\":0}",
        "{\"_placeholder\":1,\"num\":0}",
        "{\"_placeholder\":false,\"num\":0}",
        "{\"_placeholder\":null,\"num\":0}",
        "{\"placeholder\":true,\"num\":0}",
        "{\"num\":0}",
        "\"{\\\"_placeholder\\\":true,\\\"num\\\":0}\""
      })
  void whatOnlyLooksLikeAPlaceholderIsData(String json) throws PacketFormatException {
    // R32: the same value as in a packet without attachments
    assertThat(argument("51-[\"a\"," + json + "]", bytes(1)))
        .isEqualTo(argument("2[\"a\"," + json + "]"))
        .isNotInstanceOf(ByteBuffer.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "1",
        "-1",
        "\"0\"",
        "0.5",
        "0.0",
        "0e0",
        "null",
        "true",
        "[0]",
        "{}",
        "10",
        "2147483648",
        "4294967296",
        "18446744073709551616",
        "1e999999999",
        "\"length\"",
        "{\"_placeholder\":true,\"num\":0}"
      })
  void refusesANumberOfNoAttachment(String num) throws PacketFormatException {
    // S27: after the last attachment
    PacketDecoder decoder = decoder();
    assertThat(text(decoder, "51-[\"a\",[{\"_placeholder\":true,\"num\":" + num + "}]]")).isNull();

    assertThat(refusal(decoder, bytes(1))).isEqualTo(Reason.PLACEHOLDER);
  }

  @Test
  void refusesAPlaceholderWithoutNumber() throws PacketFormatException {
    // S27
    PacketDecoder decoder = decoder();
    assertThat(text(decoder, "61-1[{\"_placeholder\":true}]")).isNull();

    assertThat(refusal(decoder, bytes(1))).isEqualTo(Reason.PLACEHOLDER);
  }

  @Test
  void refusesBytesThatNothingAnnounced() {
    // S28
    assertThat(refusal(decoder(), bytes(1))).isEqualTo(Reason.ATTACHMENT);
    assertThat(refusal(decoder(), bytes())).isEqualTo(Reason.ATTACHMENT);
  }

  @Test
  void refusesOneAttachmentTooMany() throws PacketFormatException {
    PacketDecoder decoder = decoder();
    packet(decoder, ONE, bytes(1));

    assertThat(refusal(decoder, bytes(1))).isEqualTo(Reason.ATTACHMENT);
  }

  @ParameterizedTest
  @ValueSource(strings = {"2[\"b\"]", "1", "", "x", ONE})
  void refusesTextInsteadOfAnAttachment(String wire) throws PacketFormatException {
    // S28
    PacketDecoder decoder = decoder();
    text(decoder, TWO);
    assertThat(decoder.binary(bytes(1))).isNull();

    assertThat(refusal(decoder, wire)).isEqualTo(Reason.ATTACHMENT);
  }

  @Test
  void saysWhichNamespaceWaits() throws PacketFormatException {
    PacketDecoder decoder = decoder();
    assertThat(decoder.pendingNamespace()).isNull();

    text(decoder, "52-/admin,1[\"a\",1]");
    assertThat(decoder.pendingNamespace()).isEqualTo("/admin");
    decoder.binary(bytes(1));
    assertThat(decoder.pendingNamespace()).isEqualTo("/admin");
    decoder.binary(bytes(1));
    assertThat(decoder.pendingNamespace()).isNull();

    text(decoder, ONE);
    assertThat(decoder.pendingNamespace()).isEqualTo("/");
  }

  @Test
  void resetForgetsWhatWaits() throws PacketFormatException {
    // S35
    PacketDecoder decoder = decoder();
    text(decoder, TWO);
    decoder.binary(bytes(1));

    decoder.reset();

    assertAsNew(decoder);
    assertThat(refusal(decoder, bytes(1))).isEqualTo(Reason.ATTACHMENT);
    decoder.reset();
    assertAsNew(decoder);
  }

  @Test
  void decodersOfConnectionsAreApart() throws PacketFormatException {
    // S35
    PacketDecoder first = decoder();
    PacketDecoder second = decoder();
    text(first, ONE);

    assertAsNew(second);
    assertThat(first.binary(bytes(7))).isEqualTo(eventOf("/", -1, "a", bytes(7)));
  }

  @Test
  void bytesAfterARefusedHeaderAreKeptNowhere() {
    // R23
    PacketDecoder decoder = decoder();
    assertThat(refusal(decoder, "50-[\"a\"]")).isEqualTo(Reason.ATTACHMENT_COUNT);

    for (int i = 0; i < 10_000; i++) {
      assertThat(refusal(decoder, bytes(1, 2, 3))).isEqualTo(Reason.ATTACHMENT);
    }
  }

  @Test
  void aStormOfPlaceholdersCopiesNothing() throws PacketFormatException {
    ByteBuffer data = ByteBuffer.allocate(1_000_000);
    String wire = "51-[\"a\"" + ",{\"_placeholder\":true,\"num\":0}".repeat(100_000) + "]";

    List<Object> values = event(wire, data).arguments().values();

    assertThat(values)
        .hasSize(100_000)
        .allSatisfy(value -> assertThat(value).isSameAs(values.get(0)));
  }

  @Test
  void theTextOfAnAttachedPacketIsNotPassedOn() throws PacketFormatException {
    assertThat(event(ONE, bytes(1)).arguments().json()).isNull();
    assertThat(event("2[\"a\",1]").arguments().json()).isNotNull();
  }
}

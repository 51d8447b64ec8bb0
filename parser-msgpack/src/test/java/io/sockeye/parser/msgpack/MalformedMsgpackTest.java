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

import static io.sockeye.parser.msgpack.Wire.event;
import static io.sockeye.parser.msgpack.Wire.refusal;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sockeye.socketio.protocol.DecoderLimits;
import io.sockeye.socketio.protocol.PacketDecoder;
import io.sockeye.socketio.protocol.PacketFormatException;
import io.sockeye.socketio.protocol.PacketFormatException.Reason;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is not a packet, or over a limit. */
class MalformedMsgpackTest {
  @Test
  void s75TextIsNone() {
    assertThatThrownBy(() -> Wire.decoder().text("2[\"a\"]".getBytes(UTF_8), 0, 6))
        .isInstanceOf(PacketFormatException.class)
        .hasMessage("text (expected: a binary message)");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "", // nothing
        "02", // a number
        "90", // a list
        "a0", // a text
        "c0", // nil
        "c1", // what begins nothing
        "81 c1 00",
        "81 c0 00", // a key that is nil
        "81 c3 00",
        "81 80 00",
        "81 90 00",
        "81 c4 00 00",
        "81 cb 3ff0000000000000 00"
      })
  void whatIsNoMap(String wire) {
    assertThat(refusal(wire)).isEqualTo(Reason.SYNTAX);
  }

  @ParameterizedTest
  @CsvSource({
    "TYPE, 80",
    "TYPE, 82 a3'nsp' a1'/' a4'data' 91 a1'a'",
    "TYPE, 82 a4'type' c0 a3'nsp' a1'/'",
    "TYPE, 82 a4'type' ff a3'nsp' a1'/'",
    "TYPE, 83 a4'type' 04 a3'nsp' a1'/' a4'data' a1'x'",
    "TYPE, 83 a4'type' 05 a3'nsp' a1'/' a4'data' 91 a1'a'",
    "TYPE, 83 a4'type' 06 a3'nsp' a1'/' a4'data' 90",
    "TYPE, 83 a4'type' a1'2' a3'nsp' a1'/' a4'data' 91 a1'a'",
    "TYPE, 83 a4'type' cb4000000000000000 a3'nsp' a1'/' a4'data' 91 a1'a'",
    "TYPE, 83 a4'type' cf0000000100000002 a3'nsp' a1'/' a4'data' 91 a1'a'",
    "NAMESPACE, 82 a4'type' 02 a4'data' 91 a1'a'",
    "NAMESPACE, 83 a4'type' 02 a3'nsp' c0 a4'data' 91 a1'a'",
    "NAMESPACE, 83 a4'type' 02 a3'nsp' 01 a4'data' 91 a1'a'",
    "NAMESPACE, 83 a4'type' 02 a3'nsp' a0 a4'data' 91 a1'a'",
    "NAMESPACE, 83 a4'type' 02 a3'nsp' a4'chat' a4'data' 91 a1'a'",
    "NAMESPACE, 82 a4'type' 00 a3'nsp' a4 2f612c62", // a comma
    "PAYLOAD, 83 a4'type' 00 a3'nsp' a1'/' a4'data' 90",
    "PAYLOAD, 83 a4'type' 00 a3'nsp' a1'/' a4'data' a1'x'",
    "PAYLOAD, 83 a4'type' 00 a3'nsp' a1'/' a4'data' 00",
    "PAYLOAD, 83 a4'type' 01 a3'nsp' a1'/' a4'data' 80",
    "PAYLOAD, 83 a4'type' 01 a3'nsp' a1'/' a4'data' c2",
    "PAYLOAD, 82 a4'type' 02 a3'nsp' a1'/'",
    "PAYLOAD, 83 a4'type' 02 a3'nsp' a1'/' a4'data' c0",
    "PAYLOAD, 83 a4'type' 02 a3'nsp' a1'/' a4'data' 80",
    "PAYLOAD, 83 a4'type' 02 a3'nsp' a1'/' a4'data' a1'a'",
    "PAYLOAD, 83 a4'type' 02 a3'nsp' a1'/' a4'data' c4 01 61",
    "PAYLOAD, 82 a4'type' 03 a3'nsp' a1'/'",
    "PAYLOAD, 83 a4'type' 03 a3'nsp' a1'/' a4'data' 80",
    "EVENT_NAME, 83 a4'type' 02 a3'nsp' a1'/' a4'data' 90",
    "EVENT_NAME, 83 a4'type' 02 a3'nsp' a1'/' a4'data' 91 c0",
    "EVENT_NAME, 83 a4'type' 02 a3'nsp' a1'/' a4'data' 91 c3",
    "EVENT_NAME, 83 a4'type' 02 a3'nsp' a1'/' a4'data' 91 81 a8'toString' 01",
    "EVENT_NAME, 83 a4'type' 02 a3'nsp' a1'/' a4'data' 91 90",
    "EVENT_NAME, 83 a4'type' 02 a3'nsp' a1'/' a4'data' 91 c4 01 61",
    "EVENT_NAME, 83 a4'type' 02 a3'nsp' a1'/' a4'data' 91 cb3ff8000000000000",
    "EVENT_NAME, 83 a4'type' 02 a3'nsp' a1'/' a4'data' 92 aa'disconnect' a7'spoofed'",
    "EVENT_NAME, 83 a4'type' 02 a3'nsp' a1'/' a4'data' 91 ad'connect_error'",
    "ID, 84 a4'type' 02 a3'nsp' a1'/' a2'id' a1'1' a4'data' 91 a1'a'",
    "ID, 84 a4'type' 02 a3'nsp' a1'/' a2'id' ff a4'data' 91 a1'a'",
    "ID, 84 a4'type' 02 a3'nsp' a1'/' a2'id' cb3ff8000000000000 a4'data' 91 a1'a'",
    "ID, 84 a4'type' 02 a3'nsp' a1'/' a2'id' cf0020000000000000 a4'data' 91 a1'a'",
    "ID, 84 a4'type' 02 a3'nsp' a1'/' a2'id' cfffffffffffffffff a4'data' 91 a1'a'",
    "ID, 84 a4'type' 03 a3'nsp' a1'/' a2'id' c3 a4'data' 90",
    "ID, 84 a4'type' 03 a3'nsp' a1'/' a2'id' 80 a4'data' 90"
  })
  void s75WhatIsNoPacket(Reason reason, String wire) {
    assertThat(refusal(wire)).isEqualTo(reason);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "c1",
        "a1 80", // a byte that no character begins with
        "a1 c3", // half of a character
        "a3 ed a0 80", // half of a pair
        "a2 c0 af", // longer than need be
        "a4 f4 90 80 80", // beyond the last plane
        "c7 0c ff 3b9aca00 0000000000000000", // a second of nanoseconds
        "c7 0c ff 00000000 7fffffffffffffff", // after the last day
        "c7 0c ff 00000000 8000000000000000",
        "d7 ff ffffffff00000000",
        "c7 00 ff", // of a size that no timestamp has
        "d5 ff 0000"
      })
  void whatIsNoValue(String value) {
    assertThat(refusal(event(1, value))).isEqualTo(Reason.SYNTAX);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "cc 01",
        "cd 0001",
        "ce 00000001",
        "cf 0000000000000001",
        "d0 01",
        "d1 0001",
        "d2 00000001",
        "d3 0000000000000001",
        "ca 00000000",
        "cb 0000000000000000",
        "c4 02 0102",
        "c5 0002 0102",
        "c6 00000002 0102",
        "c7 02 00 0102",
        "c7 02 05 0102",
        "c7 0c ff 00000000 0000000000000000",
        "c8 0002 00 0102",
        "c9 00000002 00 0102",
        "d4 00 00",
        "d4 05 00",
        "d5 05 0102",
        "d6 ff 01020304",
        "d7 00 0102030405060708",
        "d7 ff 0000000000000000",
        "d8 05 01020304050607080910111213141516",
        "a2 'ab'",
        "d9 02 'ab'",
        "da 0002 'ab'",
        "db 00000002 'ab'",
        "92 0102",
        "dc 0002 0102",
        "dd 00000002 0102",
        "82 a1'a' 01 a1'b' 02",
        "de 0001 a1'a' 01",
        "df 00000001 a1'a' 01"
      })
  void aValueThatEndsTooSoon(String value) throws PacketFormatException {
    String whole = Wire.hex(event(1, value));
    Wire.packet(whole);
    for (int end = 0; end < whole.length(); end += 2) {
      assertThat(refusal(whole.substring(0, end))).isEqualTo(Reason.SYNTAX);
    }
  }

  /** R31: none of these may allocate what it announces; the heap of the tests would not do. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "dd 7fffffff",
        "dd ffffffff",
        "dd 80000000",
        "df 7fffffff",
        "df ffffffff",
        "db 7fffffff",
        "db ffffffff",
        "c6 7fffffff",
        "c6 ffffffff",
        "c9 7fffffff 00",
        "c9 ffffffff 05",
        "dc ffff 00",
        "de ffff 00 00",
        "9f 00"
      })
  void anAnnouncedLengthIsNotBelieved(String value) {
    assertThat(refusal(event(1, value))).isEqualTo(Reason.SYNTAX);
    assertThat(refusal(value)).isEqualTo(Reason.SYNTAX);
    assertThat(refusal("81 a4'data' " + value)).isEqualTo(Reason.SYNTAX);
  }

  @Test
  void listsInListsMayNotAllCountOnTheSameBytes() throws PacketFormatException {
    int size = 1_000_000;
    PacketDecoder decoder =
        MsgpackParser.create().newDecoder(new DecoderLimits(10, 100, 1000, 100, 100, 100), false);
    byte[] head = Wire.bytes("81 a1'x'");
    ByteBuffer message = ByteBuffer.allocate(head.length + size).put(head);
    // 900 lists in one another, each of which announces more than half of the message.
    for (int i = 0; i < 900; i++) {
      message.put((byte) 0xdd).putInt(size / 2 + 5000);
    }

    assertThatThrownBy(() -> decoder.binary(message.rewind()))
        .isInstanceOf(PacketFormatException.class)
        .hasMessage("MessagePack at byte 13: more elements announced than there are bytes");
  }

  @ParameterizedTest
  @ValueSource(strings = {"00", "c0", "80", "c1", "ff"})
  void bytesAfterThePacket(String more) {
    assertThat(refusal("82 a4'type' 01 a3'nsp' a1'/' " + more)).isEqualTo(Reason.SYNTAX);
  }

  @Test
  void deepNestingEndsEarly() {
    assertThat(refusal("81 a1'x' " + "91".repeat(100_000) + "c0")).isEqualTo(Reason.SYNTAX);
    assertThat(refusal("81 a1'x' " + "8100".repeat(100_000) + "c0")).isEqualTo(Reason.SYNTAX);
    assertThat(refusal("81".repeat(100_000))).isEqualTo(Reason.SYNTAX);
  }

  @Test
  void bytesHaveLimitsWhereverTheyAre() {
    PacketDecoder decoder =
        MsgpackParser.create().newDecoder(new DecoderLimits(2, 10, 64, 100, 100, 100), false);

    assertThat(refusal(decoder, event(3, "c400 c400 c400"))).isEqualTo(Reason.ATTACHMENT_COUNT);
    assertThat(refusal(decoder, event(2, "c400 92 d5000102 d5050102")))
        .isEqualTo(Reason.ATTACHMENT_COUNT);
    assertThat(refusal(decoder, event(1, "c7 0b 00 0000000000000000000000")))
        .isEqualTo(Reason.ATTACHMENT);
    assertThat(refusal(decoder, event(2, "c406 000000000000 c7 05 07 0000000000")))
        .isEqualTo(Reason.ATTACHMENT);
  }

  @Test
  void aRefusalSaysWhereAndNotWhat() {
    assertThatThrownBy(() -> Wire.packet(event(2, "a6'secret' a1 80")))
        .hasMessage("MessagePack at byte 29: a string that is not UTF-8");
    assertThatThrownBy(() -> Wire.packet("82 a4'type' 09 a3'nsp' a7'/secret'"))
        .hasMessage("packet type (expected: 0 to 3 from a client)");
  }
}

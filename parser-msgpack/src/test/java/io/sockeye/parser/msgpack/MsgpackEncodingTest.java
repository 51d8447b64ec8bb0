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

import static io.sockeye.parser.msgpack.Wire.hex;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.sockeye.socketio.protocol.Arguments;
import io.sockeye.socketio.protocol.Packet;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** What the server writes. */
class MsgpackEncodingTest {
  private static void assertWritten(Object value, String wire) {
    assertThat(hex(new Packet.Event("/", -1, "e", Arguments.of(value))))
        .isEqualTo(hex(Wire.event(1, wire)));
  }

  @Test
  void s73EveryPacket() {
    assertThat(hex(new Packet.Connect("/", Map.of())))
        .isEqualTo(hex("82 a4'type' 00 a3'nsp' a1'/'"));
    assertThat(hex(new Packet.Connect("/chat", Map.of("sid", "abc"))))
        .isEqualTo(hex("83 a4'type' 00 a3'nsp' a5'/chat' a4'data' 81 a3'sid' a3'abc'"));
    assertThat(hex(new Packet.Disconnect("/chat")))
        .isEqualTo(hex("82 a4'type' 01 a3'nsp' a5'/chat'"));
    assertThat(hex(new Packet.Event("/", -1, "a", Arguments.EMPTY)))
        .isEqualTo(hex("83 a4'type' 02 a3'nsp' a1'/' a4'data' 91 a1'a'"));
    assertThat(hex(new Packet.Event("/", 0, "a", Arguments.of(1))))
        .isEqualTo(hex("84 a4'type' 02 a3'nsp' a1'/' a2'id' 00 a4'data' 92 a1'a' 01"));
    assertThat(hex(new Packet.Ack("/", 300, Arguments.EMPTY)))
        .isEqualTo(hex("84 a4'type' 03 a3'nsp' a1'/' a2'id' cd012c a4'data' 90"));
    assertThat(hex(new Packet.ConnectError("/", Map.of("message", "no"))))
        .isEqualTo(hex("83 a4'type' 04 a3'nsp' a1'/' a4'data' 81 a7'message' a2'no'"));
    assertThat(hex(new Packet.ConnectError("/", "no")))
        .isEqualTo(hex("83 a4'type' 04 a3'nsp' a1'/' a4'data' a2'no'"));
    assertThat(hex(new Packet.ConnectError("/", null)))
        .isEqualTo(hex("82 a4'type' 04 a3'nsp' a1'/'"));
  }

  @Test
  void bytesStandWhereTheyAre() {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("x", List.of(new byte[] {1, 2}));

    assertWritten(map, "81 a1'x' 91 c4020102");
    assertWritten(ByteBuffer.wrap(new byte[] {1, 2, 3}, 1, 1), "c40102");
    assertWritten(new byte[0], "c400");
    assertWritten(new byte[256], "c50100" + "00".repeat(256));
    assertWritten(new byte[65_536], "c600010000" + "00".repeat(65_536));
  }

  @Test
  void integersInTheirShortestForm() {
    assertWritten(127, "7f");
    assertWritten(128, "cc80");
    assertWritten((short) 255, "ccff");
    assertWritten(256L, "cd0100");
    assertWritten(65_536, "ce00010000");
    assertWritten(1L << 32, "cf0000000100000000");
    assertWritten((byte) -32, "e0");
    assertWritten(-33, "d0df");
    assertWritten(-129, "d1ff7f");
    assertWritten(-32_769, "d2ffff7fff");
    assertWritten(-(1L << 31) - 1, "d3ffffffff7fffffff");
    assertWritten(new AtomicLong(7), "07");
    assertWritten(BigInteger.TEN, "0a");
    assertWritten(BigInteger.ONE.shiftLeft(64).subtract(BigInteger.ONE), "cfffffffffffffffff");
  }

  @Test
  void numbersThatJavaScriptHasAsDoublesAlone() {
    assertWritten(0.5, "cb3fe0000000000000");
    assertWritten(3.0, "cb4008000000000000");
    assertWritten(0.5f, "ca3f000000");
    assertWritten(Double.NaN, "cb7ff8000000000000");
    assertWritten(Double.NEGATIVE_INFINITY, "cbfff0000000000000");
    assertWritten(new BigDecimal("0.5"), "cb3fe0000000000000");
    assertWritten(BigInteger.ONE.shiftLeft(64), "cb43f0000000000000");
    assertWritten(BigInteger.ONE.shiftLeft(63).negate(), "d38000000000000000");
    assertWritten(BigInteger.ONE.shiftLeft(64).negate(), "cbc3f0000000000000");
  }

  @Test
  @SuppressWarnings("JavaUtilDate") // applications have them
  void datesAreThoseOfTheOfficialClient() {
    assertWritten(Instant.ofEpochMilli(1_700_000_000_123L), "d700 0000018bcfe5687b");
    assertWritten(new Date(-1), "d700 ffffffffffffffff");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> assertWritten(Instant.MAX, ""))
        .withMessageContaining("argument 0 of \"e\"");
  }

  @Test
  void extensionsAsTheyCame() {
    assertWritten(new MsgpackExtension(5, ByteBuffer.allocate(1)), "d4 05 00");
    assertWritten(new MsgpackExtension(5, ByteBuffer.allocate(2)), "d5 05 0000");
    assertWritten(new MsgpackExtension(5, ByteBuffer.allocate(4)), "d6 05 00000000");
    assertWritten(new MsgpackExtension(-2, ByteBuffer.allocate(8)), "d7 fe 0000000000000000");
    assertWritten(new MsgpackExtension(5, ByteBuffer.allocate(16)), "d8 05" + "00".repeat(16));
    assertWritten(new MsgpackExtension(5, ByteBuffer.allocate(3)), "c7 03 05 000000");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new MsgpackExtension(128, ByteBuffer.allocate(1)))
        .withMessage("extension type: 128 (expected: -128 to 127)");
  }

  @Test
  void aLoneSurrogateHasNoUtf8() {
    assertWritten("a\ud800b", "a3'a?b'");
  }

  @Test
  void theKeysOfMapsAreTexts() {
    assertWritten(Map.of(1, 2), "81 a1'1' 02");
    assertWritten(java.util.Collections.singletonMap(null, null), "81 a4'null' c0");
  }
}

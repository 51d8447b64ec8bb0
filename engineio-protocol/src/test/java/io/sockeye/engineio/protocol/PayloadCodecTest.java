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

import static io.sockeye.engineio.protocol.EngineVersion.V3;
import static io.sockeye.engineio.protocol.EngineVersion.V4;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.sockeye.engineio.protocol.EngineProtocolException.Reason;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Bodies of polling requests and answers. */
class PayloadCodecTest {
  private static Payload decode(EngineVersion version, String body) {
    return PayloadCodec.decodeText(version, body.getBytes(UTF_8), 256);
  }

  private static String encode(EngineVersion version, boolean base64, EnginePacket... packets) {
    EncodedPayload payload = PayloadCodec.encode(version, List.of(packets), base64);
    return payload.binary()
        ? "<" + java.util.HexFormat.of().formatHex(payload.body()) + ">"
        : new String(payload.body(), UTF_8);
  }

  private static void assertRefused(Payload payload, Reason reason, String... before) {
    assertThat(payload.error()).isNotNull();
    assertThat(payload.error().reason()).isEqualTo(reason);
    assertThat(Packets.describe(payload.packets())).containsExactly(before);
  }

  // ---- revision 4 ----

  @Test
  void separatedPackets() {
    Payload payload = decode(V4, "4hello\u001e2\u001e4world\u001ebAQIDBA==\u001e4");

    assertThat(payload.error()).isNull();
    assertThat(Packets.describe(payload.packets()))
        .containsExactly("4 \"hello\"", "2", "4 \"world\"", "4 <01020304>", "4");
  }

  @Test
  void separatedPacketsAreWritten() {
    assertThat(encode(V4, false, Packets.text("hello"), EnginePacket.PING, Packets.binary("01")))
        .isEqualTo("4hello\u001e2\u001ebAQ==");
    assertThat(encode(V4, false, Packets.text(""))).isEqualTo("4");
    assertThat(encode(V4, true, EnginePacket.NOOP, EnginePacket.CLOSE)).isEqualTo("6\u001e1");
  }

  @ParameterizedTest(name = "E29 E30 \"{0}\"")
  @CsvSource({
    "'', EMPTY_PACKET",
    "abc, UNKNOWN_TYPE",
    "'\u001e4a', EMPTY_PACKET",
    "7, UNKNOWN_TYPE",
    "b*, INVALID_BASE64"
  })
  void aMalformedFirstPacket(String body, Reason reason) {
    assertRefused(decode(V4, body), reason);
  }

  @Test
  void e30WhatCameBeforeIsKept() {
    assertRefused(decode(V4, "4a\u001e"), Reason.EMPTY_PACKET, "4 \"a\"");
    assertRefused(decode(V4, "4a\u001ex\u001e4b"), Reason.UNKNOWN_TYPE, "4 \"a\"");
  }

  @Test
  void packetsAreCounted() {
    byte[] three = "6\u001e6\u001e6".getBytes(UTF_8);

    assertThat(PayloadCodec.decodeText(V4, three, 3).error()).isNull();
    assertRefused(PayloadCodec.decodeText(V4, three, 2), Reason.TOO_MANY_PACKETS, "6", "6");
    assertRefused(
        PayloadCodec.decodeText(V3, "1:61:61:6".getBytes(UTF_8), 2),
        Reason.TOO_MANY_PACKETS,
        "6",
        "6");
    assertRefused(
        PayloadCodec.decodeBinary(Packets.bytes("0001ff360001ff36"), 1),
        Reason.TOO_MANY_PACKETS,
        "6");
  }

  @ParameterizedTest
  @ValueSource(strings = {"34ff", "34c0af", "34eda080", "34f4908080", "34e282"})
  void bytesThatAreNotUtf8AreRefused(String hex) {
    assertRefused(PayloadCodec.decodeText(V4, Packets.bytes(hex), 9), Reason.INVALID_UTF8);
    assertRefused(PayloadCodec.decodeText(V3, Packets.bytes(hex), 9), Reason.INVALID_UTF8);
  }

  // ---- revision 3, text ----

  @ParameterizedTest(name = "E47 E48 E53 {0}")
  @CsvSource(
      quoteCharacter = '\'',
      value = {
        "6:4hello, 4 \"hello\"",
        "2:4€, 4 \"€\"",
        "3:4𐍈, 4 \"𐍈\"",
        "4:4€𐍈, 4 \"€𐍈\"",
        "10:b4AQIDBA==, 4 <01020304>",
        "1:1, 1",
        "0000000001:2, 2"
      })
  void lengthsCountUtf16Units(String body, String packet) {
    assertThat(Packets.describe(decode(V3, body).packets())).containsExactly(packet);
    assertThat(decode(V3, body).error()).isNull();
  }

  @Test
  void e55NothingIsAPacketOfNothing() {
    assertThat(decode(V3, "0:").error()).isNull();
    assertThat(decode(V3, "0:").packets()).isEmpty();
    assertThat(Packets.describe(decode(V3, "0:1:2").packets())).containsExactly("2");
  }

  @ParameterizedTest(name = "E54 \"{0}\"")
  @ValueSource(
      strings = {
        "",
        "abc",
        ":",
        "4",
        "6",
        "6:",
        "-1:4",
        "1e1:4",
        " 2:4a",
        "+1:4",
        "2:4𐍈",
        "5:4abc",
        "00000000001:2",
        "99999999999:4",
        "4294967297:2",
        "2147483648:2"
      })
  void malformedLengths(String body) {
    assertRefused(decode(V3, body), Reason.INVALID_LENGTH);
  }

  @Test
  void e54WhatCameBeforeIsKept() {
    assertRefused(decode(V3, "1:25:4abc"), Reason.INVALID_LENGTH, "2");
    assertRefused(decode(V3, "3:4abc"), Reason.INVALID_LENGTH, "4 \"ab\"");
    assertRefused(decode(V3, "1:7"), Reason.UNKNOWN_TYPE);
  }

  @Test
  void countedPacketsAreWritten() {
    assertThat(encode(V3, false, Packets.text("€𐍈"), EnginePacket.PONG)).isEqualTo("4:4€𐍈1:3");
    assertThat(encode(V3, true, Packets.text("hello"), Packets.binary("01020304")))
        .isEqualTo("6:4hello10:b4AQIDBA==");
  }

  // ---- revision 3, binary ----

  @Test
  void e50OneBinaryPacketMakesThePayloadBinary() {
    assertThat(encode(V3, false, Packets.text("€𐍈"), Packets.binary("01020304")))
        .isEqualTo("<0008ff34e282acf0908d880105ff0401020304>");
    assertThat(encode(V3, false, Packets.binary("0102030405060708090a0b")))
        .isEqualTo("<010102ff040102030405060708090a0b>");
  }

  @Test
  void e56BinaryPayloadsAreRead() {
    Payload payload = PayloadCodec.decodeBinary(Packets.bytes("0004ff34e282ac0105ff0401020304"), 9);

    assertThat(payload.error()).isNull();
    assertThat(Packets.describe(payload.packets())).containsExactly("4 \"€\"", "4 <01020304>");
    assertThat(PayloadCodec.decodeBinary(new byte[0], 9).error()).isNull();
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "00, INVALID_LENGTH",
    "0004, INVALID_LENGTH",
    "000434, INVALID_LENGTH",
    "0005ff3461, INVALID_LENGTH",
    "000aff34, INVALID_LENGTH",
    "00ff34, INVALID_LENGTH",
    "000101010101010101010101ff34, INVALID_LENGTH",
    "0202ff3461, UNKNOWN_TYPE",
    "0002ff34ff, INVALID_UTF8",
    "0101ff07, UNKNOWN_TYPE",
    "0000ff, EMPTY_PACKET",
    "0100ff, EMPTY_PACKET"
  })
  void malformedBinaryPayloads(String hex, Reason reason) {
    Payload payload = PayloadCodec.decodeBinary(Packets.bytes(hex), 9);

    assertThat(payload.error()).isNotNull();
    assertThat(payload.error().reason()).isEqualTo(reason);
    assertThat(payload.packets()).isEmpty();
  }

  // ---- JSONP ----

  @ParameterizedTest
  @ValueSource(strings = {"0", "12", "123456789"})
  void properIndexes(String index) {
    assertThat(Jsonp.isValidIndex(index)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "-1", "1)", "alert(1)", "1234567890", "1\n", "١"})
  void improperIndexes(String index) {
    assertThat(Jsonp.isValidIndex(index)).isFalse();
  }

  @Test
  void e59ScriptsAreWritten() {
    byte[] payload = "4\"\\\n\u2028\u2029</script><!--é".getBytes(UTF_8);

    assertThat(new String(Jsonp.wrap("7", payload), UTF_8))
        .isEqualTo("___eio[7](\"4\\\"\\\\\\n\\u2028\\u2029\\u003c/script>\\u003c!--é\");");
  }

  @ParameterizedTest(name = "E60 E61 {0}")
  @CsvSource({
    "d=4%3A4a%5Cnb, 343a34610a62",
    "d=5%3A4a%5C%5Cnb, 353a34615c6e62",
    "d=4%3A4a+b, 343a34612062",
    "d=4%3A4a%2Bb, 343a34612b62",
    "d=, ''",
    "x=1&d=a&y=2, 61",
    "d=%E2%82%AC, e282ac"
  })
  void formsAreRead(String form, String hex) throws EngineProtocolException {
    assertThat(java.util.HexFormat.of().formatHex(Jsonp.unwrapForm(form.getBytes(UTF_8))))
        .isEqualTo(hex);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "x=1", "d=a&d=b", "d=%", "d=%4", "d=%zz", "dd=a"})
  void malformedForms(String form) {
    org.assertj.core.api.Assertions.assertThatThrownBy(() -> Jsonp.unwrapForm(form.getBytes(UTF_8)))
        .isInstanceOf(EngineProtocolException.class);
  }
}

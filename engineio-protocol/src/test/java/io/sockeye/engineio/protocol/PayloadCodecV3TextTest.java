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
import static io.sockeye.engineio.protocol.Wire.bytes;
import static io.sockeye.engineio.protocol.Wire.hex;
import static io.sockeye.engineio.protocol.Wire.message;
import static io.sockeye.engineio.protocol.Wire.outcome;
import static io.sockeye.engineio.protocol.Wire.utf8;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Text bodies of revision 3: the length in UTF-16 units and a colon before each packet. */
class PayloadCodecV3TextTest {
  private static final int MAX_PACKETS = 16;

  /** What clients 1.x send, character by character: the bytes of UTF-8. */
  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          ASCII                | 6:4hello                           | message(hello)
          two bytes            | '3:4\u00c3\u00a9'                  | message(é)
          three bytes          | '4:4\u00e2\u0082\u00ac'            | message(€)
          four bytes           | '5:4\u00f0\u0090\u008d\u0088'      | message(𐍈)
          several              | '3:4\u00c3\u00a92:4a3:4\u00c3\u00a8' | message(é) message(a) message(è)
          encoded once         | 2:4€                               | message(€)
          once, below U+0100   | 2:4é                               | message(é)
          base64               | 10:b4AQIDBA==                      | bytes(01020304)
          a length too long    | 4:4é                               | !INVALID_LENGTH
          """)
  void textThatIsEncodedTwice(String what, String body, String packets) {
    assertThat(outcome(PayloadCodec.decodeLegacyText(utf8(body), MAX_PACKETS))).isEqualTo(packets);
  }

  @Test
  void textIsEncodedTwice() {
    assertThat(
            new String(
                PayloadCodec.encodeLegacy(
                        List.of(new EnginePacket.Message(Utf8Text.of("é€𐍈a")), EnginePacket.NOOP),
                        true)
                    .body(),
                UTF_8))
        .isEqualTo("11:4\u00c3\u00a9\u00e2\u0082\u00ac\u00f0\u0090\u008d\u0088a1:6");
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          E47 one message           | 6:4hello                     | message(hello)
          E48 order is kept         | 6:4test16:4test26:4test3     | message(test1) message(test2) message(test3)
          E49 text and base64       | 6:4hello10:b4AQIDBA==        | message(hello) bytes(01020304)
          E51 a ping                | 1:2                          | ping()
          E52 a close               | 1:1                          | close
          E57 a pong                | 1:3                          | pong()
          E55 a length of 0         | 0:                           | ''
          two lengths of 0          | 0:0:                         | ''
          0 before a packet         | 0:2:4a                       | message(a)
          0 after a packet          | 2:4a0:                       | message(a)
          three bytes are a unit    | 2:4€                         | message(€)
          E53 four bytes are two    | 3:4𐍈                        | message(𐍈)
          both                      | 4:4€𐍈                       | message(€𐍈)
          two bytes are a unit      | 2:4é2:4a                     | message(é) message(a)
          a packet after a pair     | 3:4𐍈2:4a                    | message(𐍈) message(a)
          the smallest packet       | 1:4                          | message()
          digits that belong to it  | 3:412:4a                     | message(12) !INVALID_LENGTH
          a colon in the data       | 4:41:a                       | message(1:a)
          a separator in the data   | '4:4a\u001eb'                | 'message(a\u001eb)'
          every type                | 3:0{}1:11:21:31:41:51:62:b4  | open({}) close ping() pong() message() upgrade() noop bytes()
          leading zeros             | 0000000002:4a                | message(a)
          two digits                | 11:40123456789               | message(0123456789)
          the farewell              | 1:61:1                       | noop close
          """)
  void eachPacketComesAfterItsLengthInUtf16Units(String rule, String body, String packets) {
    assertThat(outcome(PayloadCodec.decodeText(V3, utf8(body), MAX_PACKETS))).isEqualTo(packets);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          E54 empty body             | ''               | !INVALID_LENGTH
          E54 shorter than the data  | 3:4abc           | message(ab) !INVALID_LENGTH
          E54 longer than the data   | 5:4abc           | !INVALID_LENGTH
          E54 no length              | abc              | !INVALID_LENGTH
          E54 a negative length      | -1:4             | !INVALID_LENGTH
          E54 an unknown type        | 1:7              | !UNKNOWN_TYPE
          E53 a pair cut in two      | 2:4𐍈            | !INVALID_LENGTH
          no colon                   | 2                | !INVALID_LENGTH
          nothing after the colon    | 2:               | !INVALID_LENGTH
          digits at the end          | 2:4a1            | message(a) !INVALID_LENGTH
          a line feed at the end     | '2:4a\n'         | message(a) !INVALID_LENGTH
          nothing before the colon   | :4a              | !INVALID_LENGTH
          no length before a packet  | :2:4a            | !INVALID_LENGTH
          a colon alone              | :                | !INVALID_LENGTH
          another sign               | 2;4a             | !INVALID_LENGTH
          a plus                     | +2:4a            | !INVALID_LENGTH
          an exponent                | 1e1:4abcdefghi   | !INVALID_LENGTH
          a space before             | ' 2:4a'          | !INVALID_LENGTH
          a space after              | 2 :4a            | !INVALID_LENGTH
          a fraction                 | 2.0:4a           | !INVALID_LENGTH
          hexadecimal                | 0x2:4a           | !INVALID_LENGTH
          digits that are not ASCII  | ２:4a            | !INVALID_LENGTH
          eleven digits              | 00000000002:4a   | !INVALID_LENGTH
          eleven digits of 0         | 00000000000:     | !INVALID_LENGTH
          ten digits, too long       | 9999999999:4a    | !INVALID_LENGTH
          more than an int           | 2147483648:4a    | !INVALID_LENGTH
          2 as an int that overflows | 4294967298:4a    | !INVALID_LENGTH
          the form of revision 4     | 4hello           | !INVALID_LENGTH
          an error after a packet    | 2:4a1:72:4b      | message(a) !UNKNOWN_TYPE
          b without a type           | 1:b              | !UNKNOWN_TYPE
          base64 of revision 4       | 5:bAQID          | !UNKNOWN_TYPE
          junk                       | 2:4a5:b4!!!      | message(a) !INVALID_BASE64
          length of the bytes        | 4:4€             | !INVALID_LENGTH
          """)
  void packetsBeforeTheErrorAreDeliveredAndNoneAfterIt(String rule, String body, String packets) {
    assertThat(outcome(PayloadCodec.decodeText(V3, utf8(body), MAX_PACKETS))).isEqualTo(packets);
  }

  @ParameterizedTest
  @ValueSource(strings = {"323a34ff", "333a34c080", "323a34e282", "323a3461 323a34ff"})
  void aBodyThatIsNotUtf8HasNoPackets(String body) {
    assertThat(outcome(PayloadCodec.decodeText(V3, hex(body), MAX_PACKETS)))
        .isEqualTo("!INVALID_UTF8");
  }

  @ParameterizedTest
  @CsvSource({
    "1, message(a) !TOO_MANY_PACKETS",
    "2, message(a) message(b) !TOO_MANY_PACKETS",
    "3, message(a) message(b) message(c)",
    "4, message(a) message(b) message(c)",
  })
  void aBodyHoldsAsManyPacketsAsAllowedAndNoMore(int maxPackets, String packets) {
    byte[] body = utf8("2:4a2:4b2:4c");

    assertThat(outcome(PayloadCodec.decodeText(V3, body, maxPackets))).isEqualTo(packets);
  }

  @Test
  void lengthsOf0CountAsPackets() {
    assertThat(outcome(PayloadCodec.decodeText(V3, utf8("0:0:2:4a"), 2)))
        .isEqualTo("!TOO_MANY_PACKETS");
  }

  static Stream<Arguments> bodies() {
    return Stream.of(
        arguments("no packets", List.of(), ""),
        arguments("E47", List.of(message("hello")), "6:4hello"),
        arguments(
            "E48",
            List.of(message("test1"), message("test2"), message("test3")),
            "6:4test16:4test26:4test3"),
        arguments("E51", List.of(EnginePacket.PONG), "1:3"),
        arguments("E52", List.of(EnginePacket.NOOP), "1:6"),
        arguments("an overlap", List.of(EnginePacket.CLOSE), "1:1"),
        arguments("the farewell", List.of(EnginePacket.NOOP, EnginePacket.CLOSE), "1:61:1"),
        arguments("an empty message", List.of(message("")), "1:4"),
        arguments("three bytes", List.of(message("€")), "2:4€"),
        arguments("E53", List.of(message("𐍈")), "3:4𐍈"),
        arguments("both", List.of(message("€𐍈")), "4:4€𐍈"),
        arguments("two digits", List.of(message("123456789")), "10:4123456789"),
        arguments(
            "E4",
            List.of(
                new EnginePacket.Open(
                    new HandshakeData(
                        "lv_VI97HAXpY6yYWAAAC",
                        List.of("websocket"),
                        Duration.ofSeconds(25),
                        Duration.ofSeconds(20),
                        1_000_000))),
            "118:0{\"sid\":\"lv_VI97HAXpY6yYWAAAC\",\"upgrades\":[\"websocket\"],"
                + "\"pingInterval\":25000,\"pingTimeout\":20000,\"maxPayload\":1000000}"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("bodies")
  void aBatchOfTextIsTextWhateverThePeerTakes(
      String rule, List<EnginePacket> packets, String body) {
    for (boolean base64 : new boolean[] {true, false}) {
      EncodedPayload encoded = PayloadCodec.encode(V3, packets, base64);

      assertThat(new String(encoded.body(), UTF_8)).isEqualTo(body);
      assertThat(encoded.binary()).isFalse();
    }
  }

  @Test
  void e49BytesAreBase64ForAPeerThatTakesNoBinary() {
    List<EnginePacket> packets = List.of(message("hello"), bytes("01020304"));

    EncodedPayload encoded = PayloadCodec.encode(V3, packets, true);

    assertThat(new String(encoded.body(), UTF_8)).isEqualTo("6:4hello10:b4AQIDBA==");
    assertThat(encoded.binary()).isFalse();
  }

  @Test
  void noBytesAsBase64AreTheTypeAlone() {
    EncodedPayload encoded = PayloadCodec.encode(V3, List.of(bytes("")), true);

    assertThat(new String(encoded.body(), UTF_8)).isEqualTo("2:b4");
  }
}

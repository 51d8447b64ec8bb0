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

import static io.sockeye.engineio.protocol.EngineVersion.V4;
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

/** Bodies of revision 4: packets with a record separator between them. */
class PayloadCodecV4Test {
  private static final int MAX_PACKETS = 16;

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          E24 one message        | 4hello                             | message(hello)
          E25 order is kept      | 4test1\u001e4test2\u001e4test3     | message(test1) message(test2) message(test3)
          E26 text and bytes     | 4hello\u001ebAQIDBA==              | message(hello) bytes(01020304)
          other types between    | 4hello\u001e2\u001e4world          | message(hello) ping() message(world)
          the smallest body      | 4                                  | message()
          two empty messages     | 4\u001e4                           | message() message()
          every type             | 0{}\u001e1\u001e2\u001e3\u001e4\u001e5\u001e6\u001eb | open({}) close ping() pong() message() upgrade() noop bytes()
          E32 close comes first  | 1\u001e4late                       | close message(late)
          E88 the farewell       | 6\u001e1                           | noop close
          no padding             | bAQIDBA\u001e4a                    | bytes(01020304) message(a)
          URL-safe alphabet      | b-_8=                              | bytes(fbff)
          no counted lengths     | 42:4a                              | message(2:4a)
          other control bytes    | '4\u001d\u001f'                    | 'message(\u001d\u001f)'
          """)
  void aBodyIsPacketsWithASeparatorBetweenThem(String rule, String body, String packets) {
    assertThat(outcome(PayloadCodec.decodeText(V4, utf8(body), MAX_PACKETS))).isEqualTo(packets);
  }

  @Test
  void theOfficialJavaClientEndsBinaryWithALineFeed() {
    byte[] body = utf8("4a\u001ebAQID\n\u001e4b");

    assertThat(outcome(PayloadCodec.decodeText(V4, body, MAX_PACKETS)))
        .isEqualTo("message(a) bytes(010203) message(b)");
  }

  @Test
  void e44LineSeparatorsAndPairsOfSurrogatesAreText() {
    byte[] body = hex("34 e280a8 f09f9880");

    assertThat(outcome(PayloadCodec.decodeText(V4, body, MAX_PACKETS)))
        .isEqualTo("message(\u2028😀)");
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          E28 no known type       | abc                      | !UNKNOWN_TYPE
          E29 empty body          | ''                       | !EMPTY_PACKET
          E30 nothing at the end  | '4a\u001e'               | message(a) !EMPTY_PACKET
          E31 nothing after it    | 4a\u001ex\u001e4b        | message(a) !UNKNOWN_TYPE
          nothing at the start    | '\u001e4a'               | !EMPTY_PACKET
          nothing in the middle   | 4a\u001e\u001e4b         | message(a) !EMPTY_PACKET
          the separator alone     | '\u001e'                 | !EMPTY_PACKET
          type 7                  | 4a\u001e7                | message(a) !UNKNOWN_TYPE
          the form of revision 3  | '6:4hello'               | noop
          the draft's b4          | 4a\u001eb4AQIDBA==       | message(a) !INVALID_BASE64
          base64 cut to one       | bA                       | !INVALID_BASE64
          more after the padding  | bAQIDBA==AQ==            | !INVALID_BASE64
          a space at the end      | '4a\u001ebAQID '         | message(a) !INVALID_BASE64
          """)
  void packetsBeforeTheErrorAreDeliveredAndNoneAfterIt(String rule, String body, String packets) {
    assertThat(outcome(PayloadCodec.decodeText(V4, utf8(body), MAX_PACKETS))).isEqualTo(packets);
  }

  @ParameterizedTest
  @ValueSource(strings = {"34ff", "34c080", "34eda080", "34f4908080", "34e282", "34611e34ff"})
  void aBodyThatIsNotUtf8HasNoPackets(String body) {
    assertThat(outcome(PayloadCodec.decodeText(V4, hex(body), MAX_PACKETS)))
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
    byte[] body = utf8("4a\u001e4b\u001e4c");

    assertThat(outcome(PayloadCodec.decodeText(V4, body, maxPackets))).isEqualTo(packets);
  }

  static Stream<Arguments> bodies() {
    return Stream.of(
        arguments("no packets", List.of(), ""),
        arguments("E24", List.of(message("hello")), "4hello"),
        arguments(
            "E25",
            List.of(message("test1"), message("test2"), message("test3")),
            "4test1\u001e4test2\u001e4test3"),
        arguments("E26", List.of(message("hello"), bytes("01020304")), "4hello\u001ebAQIDBA=="),
        arguments("E33", List.of(EnginePacket.CLOSE), "1"),
        arguments("E36", List.of(EnginePacket.NOOP), "6"),
        arguments("E44", List.of(message("\u2028😀")), "4\u2028😀"),
        arguments("E88", List.of(EnginePacket.NOOP, EnginePacket.CLOSE), "6\u001e1"),
        arguments(
            "other types",
            List.of(message("hello"), EnginePacket.PING, message("world")),
            "4hello\u001e2\u001e4world"),
        arguments(
            "empty data", List.of(message(""), bytes(""), EnginePacket.PONG), "4\u001eb\u001e3"),
        arguments(
            "the handshake and a first message",
            List.of(
                new EnginePacket.Open(
                    new HandshakeData(
                        "lv_VI97HAXpY6yYWAAAC",
                        List.of("websocket"),
                        Duration.ofSeconds(25),
                        Duration.ofSeconds(20),
                        1_000_000)),
                message("faster!")),
            "0{\"sid\":\"lv_VI97HAXpY6yYWAAAC\",\"upgrades\":[\"websocket\"],"
                + "\"pingInterval\":25000,\"pingTimeout\":20000,\"maxPayload\":1000000}"
                + "\u001e4faster!"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("bodies")
  void packetsAreWrittenWithASeparatorBetweenThem(
      String rule, List<EnginePacket> packets, String body) {
    EncodedPayload encoded = PayloadCodec.encode(V4, packets, false);

    assertThat(new String(encoded.body(), UTF_8)).isEqualTo(body);
    assertThat(encoded.binary()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void bytesAreBase64WhateverThePeerTakes(boolean base64) {
    EncodedPayload encoded = PayloadCodec.encode(V4, List.of(bytes("010203")), base64);

    assertThat(new String(encoded.body(), UTF_8)).isEqualTo("bAQID");
    assertThat(encoded.binary()).isFalse();
  }
}

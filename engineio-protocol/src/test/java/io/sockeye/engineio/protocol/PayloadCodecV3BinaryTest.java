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
import static io.sockeye.engineio.protocol.Wire.toHex;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Binary bodies of revision 3: a kind (0 text, 1 bytes), the digits of the length in bytes as
 * numbers, 0xFF, the packet.
 */
class PayloadCodecV3BinaryTest {
  private static final int MAX_PACKETS = 16;

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          E50 text and bytes          | 00 06 ff 34 68656c6c6f 01 05 ff 04 01020304         | message(hello) bytes(01020304)
          E56 lengths are of bytes    | 0004ff34e282ac0105ff0401020304                      | message(€) bytes(01020304)
          four bytes of UTF-8         | 00 08 ff 34 e282ac f0908d88 01 05 ff 04 01020304    | message(€𐍈) bytes(01020304)
          two digits                  | 00 01 02 ff 34 68656c6c6f20776f726c64               | message(hello world)
          an empty body               | ''                                                  | ''
          an empty message            | 00 01 ff 34                                         | message()
          no bytes                    | 01 01 ff 04                                         | bytes()
          a ping as text              | 00 01 ff 32                                         | ping()
          a ping as bytes             | 01 06 ff 02 70726f6265                              | ping(probe)
          a close as bytes            | 01 01 ff 01                                         | close
          base64 as text              | 00 01 00 ff 6234 4151494442413d3d                   | bytes(01020304)
          0xFF in the data            | 01 03 ff 04 ffff 00 01 ff 36                        | bytes(ffff) noop
          bytes are not checked       | 01 03 ff 04 c080                                    | bytes(c080)
          ten digits                  | 00 00000000000000000002 ff 34 61                    | message(a)
          """)
  void eachPacketComesAfterItsKindAndItsLengthInBytes(String rule, String body, String packets) {
    assertThat(outcome(PayloadCodec.decodeBinary(hex(body), MAX_PACKETS))).isEqualTo(packets);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          cut after the kind            | 00                                | !INVALID_LENGTH
          cut in the length             | 00 02                             | !INVALID_LENGTH
          cut after the length          | 00 02 ff                          | !INVALID_LENGTH
          cut in the data               | 00 03 ff 34 61                    | !INVALID_LENGTH
          cut in the second packet      | 00 02 ff 34 61 01 05 ff 04 01     | message(a) !INVALID_LENGTH
          no 0xFF                       | 00 02 34 61                       | !INVALID_LENGTH
          no length                     | 00 ff 34 61                       | !INVALID_LENGTH
          eleven digits                 | 00 0000000000000000000002 ff 34 61 | !INVALID_LENGTH
          longer than the body          | 01 09 ff 04 01                    | !INVALID_LENGTH
          the largest int               | 01 02010407040803060407 ff 04     | !INVALID_LENGTH
          more than an int              | 01 02010407040803060408 ff 04     | !INVALID_LENGTH
          1 as an int that overflows    | 01 04020904090607020907 ff 04     | !INVALID_LENGTH
          ten nines                     | 01 09090909090909090909 ff 04     | !INVALID_LENGTH
          a digit above 9               | 00 0a ff 34 616161616161616161    | !INVALID_LENGTH
          an ASCII digit                | 00 32 ff 34 61                    | !INVALID_LENGTH
          a digit below 0               | 00 80 ff 34 61                    | !INVALID_LENGTH
          an unknown kind               | 02 02 ff 34 61                    | !UNKNOWN_TYPE
          a negative kind               | ff 02 ff 34 61                    | !UNKNOWN_TYPE
          a length of 0, text           | 00 00 ff                          | !EMPTY_PACKET
          a length of 0, bytes          | 01 00 ff                          | !EMPTY_PACKET
          text with a type as a number  | 00 02 ff 04 61                    | !UNKNOWN_TYPE
          bytes with a type as a digit  | 01 02 ff 34 61                    | !UNKNOWN_TYPE
          text that is not UTF-8        | 00 02 ff 34 61 00 02 ff 34 ff     | message(a) !INVALID_UTF8
          a character over two packets  | 00 03 ff 34 e282 00 02 ff 34 ac   | !INVALID_UTF8
          a ping that is not UTF-8      | 01 02 ff 02 ff                    | !INVALID_UTF8
          base64 that is none           | 00 03 ff 62 34 21                 | !INVALID_BASE64
          one byte too many             | 00 02 ff 34 61 00                 | message(a) !INVALID_LENGTH
          the text form                 | 36 3a 34 68 65 6c 6c 6f           | !INVALID_LENGTH
          nothing after the error       | 00 02 ff 34 61 02 01 ff 34 00 02 ff 34 62 | message(a) !UNKNOWN_TYPE
          """)
  void packetsBeforeTheErrorAreDeliveredAndNoneAfterIt(String rule, String body, String packets) {
    assertThat(outcome(PayloadCodec.decodeBinary(hex(body), MAX_PACKETS))).isEqualTo(packets);
  }

  @ParameterizedTest
  @CsvSource({
    "1, message(a) !TOO_MANY_PACKETS",
    "2, message(a) bytes(01) !TOO_MANY_PACKETS",
    "3, message(a) bytes(01) message(c)",
    "4, message(a) bytes(01) message(c)",
  })
  void aBodyHoldsAsManyPacketsAsAllowedAndNoMore(int maxPackets, String packets) {
    byte[] body = hex("00 02 ff 34 61  01 02 ff 04 01  00 02 ff 34 63");

    assertThat(outcome(PayloadCodec.decodeBinary(body, maxPackets))).isEqualTo(packets);
  }

  static Stream<Arguments> bodies() {
    return Stream.of(
        arguments(
            "E50",
            List.of(message("hello"), bytes("01020304")),
            "0006ff3468656c6c6f0105ff0401020304"),
        arguments(
            "E56", List.of(message("€"), bytes("01020304")), "0004ff34e282ac0105ff0401020304"),
        arguments(
            "four bytes of UTF-8",
            List.of(message("€𐍈"), bytes("01020304")),
            "0008ff34e282acf0908d880105ff0401020304"),
        arguments("bytes alone", List.of(bytes("ff")), "0102ff04ff"),
        arguments("no bytes", List.of(bytes("")), "0101ff04"),
        arguments(
            "two digits",
            List.of(bytes("0102030405060708090a0b")),
            "010102ff040102030405060708090a0b"),
        arguments(
            "three digits, one of them 0",
            List.of(bytes("00".repeat(102))),
            "01010003ff04" + "00".repeat(102)),
        arguments(
            "other types",
            List.of(EnginePacket.NOOP, bytes("01"), EnginePacket.PONG_PROBE, EnginePacket.CLOSE),
            "0001ff360102ff04010006ff3370726f62650001ff31"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("bodies")
  void aBatchWithBytesIsBinaryForAPeerThatTakesBinary(
      String rule, List<EnginePacket> packets, String body) {
    EncodedPayload encoded = PayloadCodec.encode(V3, packets, false);

    assertThat(toHex(encoded.body())).isEqualTo(body);
    assertThat(encoded.binary()).isTrue();
  }

  @Test
  void aBatchIsWrittenMoreThanOnce() {
    List<EnginePacket> packets = List.of(bytes("01"));
    PayloadCodec.encode(V3, packets, false);

    assertThat(toHex(PayloadCodec.encode(V3, packets, false).body())).isEqualTo("0102ff0401");
  }
}

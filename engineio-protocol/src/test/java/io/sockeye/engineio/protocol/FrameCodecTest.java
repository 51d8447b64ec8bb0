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
import static io.sockeye.engineio.protocol.Wire.bytes;
import static io.sockeye.engineio.protocol.Wire.hex;
import static io.sockeye.engineio.protocol.Wire.message;
import static io.sockeye.engineio.protocol.Wire.outcome;
import static io.sockeye.engineio.protocol.Wire.toHex;
import static io.sockeye.engineio.protocol.Wire.utf8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.nio.ByteBuffer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class FrameCodecTest {
  // ---- text messages ----

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      emptyValue = "",
      textBlock =
          """
          4hello         | message(hello)
          4              | message()
          4€𐍈           | message(€𐍈)
          44             | message(4)
          '4\u001e4b'    | 'message(\u001e4b)'
          '4 a '         | 'message( a )'
          0{"sid":"x"}   | open({"sid":"x"})
          0              | open()
          1              | close
          1late          | close
          2              | ping()
          2probe         | ping(probe)
          2probeX        | ping(probeX)
          3              | pong()
          3probe         | pong(probe)
          5              | upgrade()
          52             | upgrade(2)
          6              | noop
          6late          | noop
          """)
  void aTextMessageIsTheTypeDigitAndTheDataInBothRevisions(String frame, String packet) {
    assertThat(outcome(() -> FrameCodec.decodeText(V4, Utf8Text.of(frame)))).isEqualTo(packet);
    assertThat(outcome(() -> FrameCodec.decodeText(V3, Utf8Text.of(frame)))).isEqualTo(packet);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          E66 empty        | ''     | !EMPTY_PACKET
          E66 a letter     | abc    | !UNKNOWN_TYPE
          E66 after 6      | 7      | !UNKNOWN_TYPE
          with data        | 7data  | !UNKNOWN_TYPE
          8                | 8      | !UNKNOWN_TYPE
          9                | 9      | !UNKNOWN_TYPE
          before 0         | /      | !UNKNOWN_TYPE
          a sign           | -1     | !UNKNOWN_TYPE
          a space          | ' 4a'  | !UNKNOWN_TYPE
          a capital B      | BAQID  | !UNKNOWN_TYPE
          not ASCII        | €      | !UNKNOWN_TYPE
          a wide digit     | ４a    | !UNKNOWN_TYPE
          """)
  void aTextMessageWithoutAKnownTypeIsRefusedInBothRevisions(
      String rule, String frame, String error) {
    assertThat(outcome(() -> FrameCodec.decodeText(V4, Utf8Text.of(frame)))).isEqualTo(error);
    assertThat(outcome(() -> FrameCodec.decodeText(V3, Utf8Text.of(frame)))).isEqualTo(error);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          bAQID      | bytes(010203)
          bAQIDBA==  | bytes(01020304)
          bAQIDBA    | bytes(01020304)
          b-_8=      | bytes(fbff)
          b          | bytes()
          b4AQIDBA== | !INVALID_BASE64
          b!!!!      | !INVALID_BASE64
          """)
  void inRevision4ATextMessageThatBeginsWithBIsBase64WithoutATypeDigit(
      String frame, String packet) {
    assertThat(outcome(() -> FrameCodec.decodeText(V4, Utf8Text.of(frame)))).isEqualTo(packet);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          E58 example       | b4AQI=     | bytes(0102)
          full              | b4AQIDBA== | bytes(01020304)
          no padding        | b4AQI      | bytes(0102)
          empty             | b4         | bytes()
          cut before type   | b          | !UNKNOWN_TYPE
          form of rev. 4    | bAQID      | !UNKNOWN_TYPE
          binary pong       | b3AQI=     | !UNKNOWN_TYPE
          junk              | b4@        | !INVALID_BASE64
          one character     | b4A        | !INVALID_BASE64
          """)
  void inRevision3ATextMessageThatBeginsWithBHasTheTypeDigit4BeforeTheBase64(
      String rule, String frame, String packet) {
    assertThat(outcome(() -> FrameCodec.decodeText(V3, Utf8Text.of(frame)))).isEqualTo(packet);
  }

  @Test
  void aTextMessageMayBeAPartOfALargerArray() {
    Utf8Text frame = Utf8Text.wrap(utf8("xx4helloxx"), 2, 6);

    assertThat(outcome(() -> FrameCodec.decodeText(V4, frame))).isEqualTo("message(hello)");
  }

  @Test
  void aBase64MessageMayBeAPartOfALargerArray() {
    Utf8Text frame = Utf8Text.wrap(utf8("==b4AQI==="), 2, 6);

    assertThat(outcome(() -> FrameCodec.decodeText(V3, frame))).isEqualTo("bytes(0102)");
  }

  static Stream<Arguments> packetsAsText() {
    return Stream.of(
        arguments(message("hello"), "4hello"),
        arguments(message(""), "4"),
        arguments(message("€𐍈"), "4€𐍈"),
        arguments(message("\u001e4b"), "4\u001e4b"),
        arguments(new EnginePacket.Open(Utf8Text.of("{}")), "0{}"),
        arguments(EnginePacket.CLOSE, "1"),
        arguments(EnginePacket.PING, "2"),
        arguments(EnginePacket.PING_PROBE, "2probe"),
        arguments(EnginePacket.PONG, "3"),
        arguments(EnginePacket.PONG_PROBE, "3probe"),
        arguments(EnginePacket.UPGRADE, "5"),
        arguments(EnginePacket.NOOP, "6"));
  }

  @ParameterizedTest
  @MethodSource("packetsAsText")
  void aPacketIsWrittenAsTheTypeDigitAndItsData(EnginePacket packet, String frame) {
    assertThat(FrameCodec.encodeText(packet)).hasToString(frame);
  }

  @Test
  void aPacketOverAPartOfAnArrayIsWrittenWithoutTheRest() {
    EnginePacket packet = new EnginePacket.Message(Utf8Text.wrap(utf8("xxhelloxx"), 2, 5));

    assertThat(FrameCodec.encodeText(packet)).hasToString("4hello");
  }

  @Test
  void aBinaryMessageIsNotWrittenAsATextPacket() {
    assertThatIllegalArgumentException().isThrownBy(() -> FrameCodec.encodeText(bytes("01")));
  }

  @ParameterizedTest
  @CsvSource({
    "V4, 01020304, bAQIDBA==",
    "V4, 010203,   bAQID",
    "V4, fbff,     b+/8=",
    "V4, '',       b",
    "V3, 0102,     b4AQI=",
    "V3, 01020304, b4AQIDBA==",
    "V3, '',       b4",
  })
  void e58ABinaryMessageAsTextIsBAndInRevision3TheTypeDigitAndPaddedBase64(
      EngineVersion version, String data, String frame) {
    assertThat(FrameCodec.encodeBase64(version, bytes(data))).hasToString(frame);
  }

  // ---- binary messages ----

  @ParameterizedTest
  @CsvSource({"'', bytes()", "01020304, bytes(01020304)", "040102, bytes(040102)", "ff, bytes(ff)"})
  void inRevision4ABinaryMessageIsTheBytesWithoutAType(String frame, String packet) {
    assertThat(outcome(() -> FrameCodec.decodeBinary(V4, ByteBuffer.wrap(hex(frame)))))
        .isEqualTo(packet);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          E58 a message            | 04 01 02          | bytes(0102)
          an empty message         | 04                | bytes()
          not text, so not checked | 04 ff fe          | bytes(fffe)
          open                     | 00 7b 7d          | open({})
          close                    | 01                | close
          ping                     | 02                | ping()
          ping with data           | 02 70 72 6f 62 65 | ping(probe)
          pong                     | 03 e2 82 ac       | pong(€)
          upgrade                  | 05                | upgrade()
          noop                     | 06                | noop
          empty                    | ''                | !EMPTY_PACKET
          after 6                  | 07                | !UNKNOWN_TYPE
          the digit 4, not 4       | 34 01 02          | !UNKNOWN_TYPE
          negative as a Java byte  | ff                | !UNKNOWN_TYPE
          a ping that is not text  | 02 ff             | !INVALID_UTF8
          a ping cut in a character | 02 e2 82         | !INVALID_UTF8
          """)
  void inRevision3ABinaryMessageIsTheTypeAsANumberAndTheData(
      String rule, String frame, String packet) {
    assertThat(outcome(() -> FrameCodec.decodeBinary(V3, ByteBuffer.wrap(hex(frame)))))
        .isEqualTo(packet);
  }

  @ParameterizedTest
  @EnumSource(EngineVersion.class)
  void readingABinaryMessageTakesWhatRemainsAndLeavesThePositionAlone(EngineVersion version) {
    ByteBuffer frame = ByteBuffer.wrap(hex("ffff040102ffff"), 2, 3);

    String packet = outcome(() -> FrameCodec.decodeBinary(version, frame));

    assertThat(packet).isEqualTo(version == V4 ? "bytes(040102)" : "bytes(0102)");
    assertThat(frame.position()).isEqualTo(2);
    assertThat(frame.remaining()).isEqualTo(3);
  }

  @Test
  void aBinaryMessageMayBeDirectMemoryAndReadOnly() {
    ByteBuffer frame = ByteBuffer.allocateDirect(3).put(hex("040102")).flip().asReadOnlyBuffer();

    assertThat(outcome(() -> FrameCodec.decodeBinary(V3, frame))).isEqualTo("bytes(0102)");
    assertThat(outcome(() -> FrameCodec.decodeBinary(V4, frame))).isEqualTo("bytes(040102)");
  }

  @ParameterizedTest
  @CsvSource({
    "V4, 0102, 0102",
    "V4, '',   ''",
    "V3, 0102, 040102",
    "V3, '',   04",
  })
  void e58ABinaryMessageIsWrittenAsItsBytesAfterTheTypeInRevision3(
      EngineVersion version, String data, String frame) {
    assertThat(toHex(FrameCodec.encodeBinary(version, bytes(data)))).isEqualTo(frame);
  }

  @ParameterizedTest
  @EnumSource(EngineVersion.class)
  void aBinaryMessageIsWrittenMoreThanOnce(EngineVersion version) {
    EnginePacket.BinaryMessage message = bytes("0102");

    ByteBuffer first = FrameCodec.encodeBinary(version, message);
    first.position(first.limit());

    assertThat(toHex(FrameCodec.encodeBinary(version, message)))
        .isEqualTo(version == V4 ? "0102" : "040102");
    assertThat(FrameCodec.encodeBase64(version, message))
        .hasToString(version == V4 ? "bAQI=" : "b4AQI=");
  }

  @Test
  void inRevision4ABinaryMessageIsWrittenWithoutACopy() {
    byte[] data = hex("0102");

    ByteBuffer frame =
        FrameCodec.encodeBinary(V4, new EnginePacket.BinaryMessage(ByteBuffer.wrap(data)));

    assertThat(frame.array()).isSameAs(data);
  }
}

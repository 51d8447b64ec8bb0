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
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** One packet per frame. */
class FrameCodecTest {
  private static void assertRefused(
      EngineVersion version, String frame, EngineProtocolException.Reason reason) {
    assertThatThrownBy(() -> FrameCodec.decodeText(version, Utf8Text.of(frame)))
        .asInstanceOf(type(EngineProtocolException.class))
        .satisfies(
            error -> {
              assertThat(error.reason()).isEqualTo(reason);
              assertThat(error.getStackTrace()).isEmpty();
            });
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\'',
      value = {
        "0{} | 0 \"{}\"",
        "1 | 1",
        "1data | 1",
        "2 | 2",
        "2probe | 2 \"probe\"",
        "3 | 3",
        "3probe | 3 \"probe\"",
        "4 | 4",
        "4hello | 4 \"hello\"",
        "4€𐍈 | 4 \"€𐍈\"",
        "5 | 5",
        "6 | 6"
      })
  void everyTypeInBothRevisions(String frame, String packet) throws EngineProtocolException {
    for (EngineVersion version : EngineVersion.values()) {
      assertThat(Packets.describe(FrameCodec.decodeText(version, Utf8Text.of(frame))))
          .isEqualTo(packet);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"7", "8x", "9", "a", " 4", "-", "\u0000", "é", "/", ":"})
  void otherTypesAreNone(String frame) {
    assertRefused(V4, frame, EngineProtocolException.Reason.UNKNOWN_TYPE);
    assertRefused(V3, frame, EngineProtocolException.Reason.UNKNOWN_TYPE);
  }

  @Test
  void anEmptyFrameIsNoPacket() {
    assertRefused(V4, "", EngineProtocolException.Reason.EMPTY_PACKET);
    assertRefused(V3, "", EngineProtocolException.Reason.EMPTY_PACKET);
  }

  @Test
  void aSeparatorIsAnOrdinaryCharacter() throws EngineProtocolException {
    assertThat(Packets.describe(FrameCodec.decodeText(V4, Utf8Text.of("4\u001e4b"))))
        .isEqualTo("4 \"\u001e4b\"");
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({"bAQID, 010203", "bAQIDBA==, 01020304", "bAQIDBA, 01020304", "b-_8=, fbff", "b, ''"})
  void base64OfRevision4HasNoType(String frame, String hex) throws EngineProtocolException {
    assertThat(Packets.describe(FrameCodec.decodeText(V4, Utf8Text.of(frame))))
        .isEqualTo("4 <" + hex + ">");
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({"b4AQI=, 0102", "b4, ''", "b4AQI, 0102"})
  void base64OfRevision3HasAType(String frame, String hex) throws EngineProtocolException {
    assertThat(Packets.describe(FrameCodec.decodeText(V3, Utf8Text.of(frame))))
        .isEqualTo("4 <" + hex + ">");
  }

  @ParameterizedTest
  @ValueSource(strings = {"b!!!!", "bAQ=I", "bA", "bAQID ", "b=", "bé"})
  void whatIsNotBase64IsRefused(String frame) {
    assertRefused(V4, frame, EngineProtocolException.Reason.INVALID_BASE64);
  }

  @ParameterizedTest
  @ValueSource(strings = {"b", "b2AQI=", "bAQI="})
  void base64OfRevision3CarriesMessagesOnly(String frame) {
    assertRefused(V3, frame, EngineProtocolException.Reason.UNKNOWN_TYPE);
  }

  @Test
  void binaryOfRevision4IsTheMessage() throws EngineProtocolException {
    ByteBuffer frame = ByteBuffer.wrap(Packets.bytes("ff040102"), 1, 3);

    assertThat(Packets.describe(FrameCodec.decodeBinary(V4, frame))).isEqualTo("4 <040102>");
    assertThat(Packets.describe(FrameCodec.decodeBinary(V4, ByteBuffer.allocate(0))))
        .isEqualTo("4 <>");
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      quoteCharacter = '\'',
      value = {"040102, 4 <0102>", "04, 4 <>", "02, 2", "0270, 2 \"p\"", "06, 6"})
  void binaryOfRevision3BeginsWithItsType(String hex, String packet)
      throws EngineProtocolException {
    assertThat(Packets.describe(FrameCodec.decodeBinary(V3, ByteBuffer.wrap(Packets.bytes(hex)))))
        .isEqualTo(packet);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "07", "34", "ff", "02ff"})
  void malformedBinaryOfRevision3IsRefused(String hex) {
    assertThatThrownBy(() -> FrameCodec.decodeBinary(V3, ByteBuffer.wrap(Packets.bytes(hex))))
        .isInstanceOf(EngineProtocolException.class);
  }

  @Test
  void textIsWritten() {
    assertThat(FrameCodec.encodeText(Packets.text("hello")).toString()).isEqualTo("4hello");
    assertThat(FrameCodec.encodeText(Packets.text("")).toString()).isEqualTo("4");
    assertThat(FrameCodec.encodeText(EnginePacket.PING).toString()).isEqualTo("2");
    assertThat(FrameCodec.encodeText(EnginePacket.PONG_PROBE).toString()).isEqualTo("3probe");
    assertThat(FrameCodec.encodeText(EnginePacket.CLOSE).toString()).isEqualTo("1");
    assertThat(FrameCodec.encodeText(EnginePacket.NOOP).toString()).isEqualTo("6");
    assertThat(FrameCodec.encodeText(EnginePacket.UPGRADE).toString()).isEqualTo("5");
    assertThatThrownBy(() -> FrameCodec.encodeText(Packets.binary("01")))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void binaryIsWritten() {
    EnginePacket.BinaryMessage message = Packets.binary("01020304");

    assertThat(Packets.hex(FrameCodec.encodeBinary(V4, message))).isEqualTo("01020304");
    assertThat(Packets.hex(FrameCodec.encodeBinary(V3, message))).isEqualTo("0401020304");
    assertThat(FrameCodec.encodeBase64(V4, message).toString()).isEqualTo("bAQIDBA==");
    assertThat(FrameCodec.encodeBase64(V3, message).toString()).isEqualTo("b4AQIDBA==");
    assertThat(Packets.hex(message.data())).isEqualTo("01020304");
  }

  @Test
  void handshakeDataHasItsKeysInOrder() {
    HandshakeData data =
        new HandshakeData(
            "lv_VI97HAXpY6yYWAAAC",
            java.util.List.of("websocket"),
            java.time.Duration.ofSeconds(25),
            java.time.Duration.ofSeconds(20),
            1_000_000);

    assertThat(FrameCodec.encodeText(new EnginePacket.Open(data)).toString())
        .isEqualTo(
            "0{\"sid\":\"lv_VI97HAXpY6yYWAAAC\",\"upgrades\":[\"websocket\"],\"pingInterval\":25000,"
                + "\"pingTimeout\":20000,\"maxPayload\":1000000}");
  }

  @ParameterizedTest
  @CsvSource({
    "UNKNOWN_TRANSPORT, 400, '{\"code\":0,\"message\":\"Transport unknown\"}'",
    "UNKNOWN_SID, 400, '{\"code\":1,\"message\":\"Session ID unknown\"}'",
    "BAD_HANDSHAKE_METHOD, 400, '{\"code\":2,\"message\":\"Bad handshake method\"}'",
    "BAD_REQUEST, 400, '{\"code\":3,\"message\":\"Bad request\"}'",
    "FORBIDDEN, 403, '{\"code\":4,\"message\":\"Forbidden\"}'",
    "UNSUPPORTED_PROTOCOL_VERSION, 400, '{\"code\":5,\"message\":\"Unsupported protocol version\"}'"
  })
  void errorsAreJson(EngineError error, int status, String json) {
    assertThat(error.httpStatus()).isEqualTo(status);
    assertThat(error.toJson()).isEqualTo(json);
  }

  @Test
  void errorsWithAMessageOfTheirOwnStayJson() {
    assertThat(EngineError.FORBIDDEN.toJson("\"no\"\r\n\ud800"))
        .isEqualTo("{\"code\":4,\"message\":\"\\\"no\\\"\\r\\n\\ud800\"}");
  }
}

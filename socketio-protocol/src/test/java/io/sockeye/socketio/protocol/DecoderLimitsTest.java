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

import static io.sockeye.socketio.protocol.Wire.bytes;
import static io.sockeye.socketio.protocol.Wire.decoder;
import static io.sockeye.socketio.protocol.Wire.packet;
import static io.sockeye.socketio.protocol.Wire.refusal;
import static io.sockeye.socketio.protocol.Wire.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.sockeye.socketio.protocol.PacketFormatException.Reason;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every limit at the limit and one over it. */
class DecoderLimitsTest {
  /** 3 attachments of 5 bytes together, depth 4, numbers of 6, names of 5, namespaces of 7. */
  private static final DecoderLimits SMALL = new DecoderLimits(3, 5, 4, 6, 5, 7);

  private static final DecoderLimits NONE =
      new DecoderLimits(
          Integer.MAX_VALUE,
          Long.MAX_VALUE,
          Integer.MAX_VALUE,
          Integer.MAX_VALUE,
          Integer.MAX_VALUE,
          Integer.MAX_VALUE);

  private static void assertAccepted(String wire) {
    assertAccepted(SMALL, wire);
  }

  private static void assertAccepted(DecoderLimits limits, String wire) {
    assertThatCode(() -> text(decoder(limits), wire)).as(wire).doesNotThrowAnyException();
  }

  private static void assertRefused(String wire, Reason reason) {
    PacketFormatException refusal =
        catchThrowableOfType(PacketFormatException.class, () -> text(decoder(SMALL), wire));
    assertThat(refusal).as(wire).isNotNull();
    assertThat(refusal.reason()).isEqualTo(reason);
  }

  @Test
  void theDefaults() {
    assertThat(DecoderLimits.DEFAULTS)
        .isEqualTo(new DecoderLimits(10, 4_000_000, 64, 100, 256, 256));
  }

  @ParameterizedTest
  @CsvSource({
    "0,1,1,1,1,1,maxAttachments: 0",
    "1,0,1,1,1,1,maxAttachmentBytes: 0",
    "1,1,0,1,1,1,maxDepth: 0",
    "1,1,1,-1,1,1,maxNumberLength: -1",
    "1,1,1,1,0,1,maxEventNameLength: 0",
    "1,1,1,1,1,0,maxNamespaceLength: 0"
  })
  void refusesLimitsBelowOne(
      int attachments, long bytes, int depth, int number, int name, int namespace, String message) {
    assertThatThrownBy(() -> new DecoderLimits(attachments, bytes, depth, number, name, namespace))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(message + " (expected: >= 1)");
  }

  @ParameterizedTest
  @ValueSource(strings = {"53-[\"a\"]", "63-1[]", "503-[\"a\"]"})
  void attachments(String wire) {
    assertAccepted(wire);
    assertRefused(wire.replace('3', '4'), Reason.ATTACHMENT_COUNT);
  }

  @Test
  void defaultAttachments() {
    assertAccepted(DecoderLimits.DEFAULTS, "510-[\"a\"]");
    assertThat(refusal("511-[\"a\"]")).isEqualTo(Reason.ATTACHMENT_COUNT);
  }

  @Test
  void attachmentBytes() throws PacketFormatException {
    PacketDecoder decoder = decoder(SMALL);

    packet(decoder, "51-[\"a\"]", bytes(1, 2, 3, 4, 5));
    packet(decoder, "53-[\"a\"]", bytes(1, 2), bytes(3, 4), bytes(5));
    text(decoder, "51-[\"a\"]");
    assertThat(refusal(decoder, bytes(1, 2, 3, 4, 5, 6))).isEqualTo(Reason.ATTACHMENT);
    text(decoder, "53-[\"a\"]");
    assertThat(decoder.binary(bytes(1, 2, 3))).isNull();
    // Refused at once, though one more is to come.
    assertThat(refusal(decoder, bytes(4, 5, 6))).isEqualTo(Reason.ATTACHMENT);
  }

  @Test
  void defaultAttachmentBytes() throws PacketFormatException {
    PacketDecoder decoder = decoder();

    packet(decoder, "51-[\"a\"]", ByteBuffer.allocate(4_000_000));
    text(decoder, "51-[\"a\"]");
    assertThat(refusal(decoder, ByteBuffer.allocate(4_000_001))).isEqualTo(Reason.ATTACHMENT);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ' ',
      value = {
        "2[\"a\",[[[]]]] 2[\"a\",[[[[]]]]]",
        "2[\"a\",{\"a\":{\"b\":{}}}] 2[\"a\",{\"a\":{\"b\":{\"c\":{}}}}]",
        "2[\"a\",[[{}]]] 2[\"a\",[[{\"a\":[]}]]]",
        "31[[[[1]]]] 31[[[[[1]]]]]",
        "51-[\"a\",[[[]]]] 51-[\"a\",[[[[]]]]]",
        "61-1[[[[]]]] 61-1[[[[[]]]]]",
        "0{\"a\":{\"a\":{\"a\":{}}}} 0{\"a\":{\"a\":{\"a\":{\"a\":{}}}}}",
        "0{\"a\":[[[1]]]} 0{\"a\":[[[[1]]]]}"
      })
  void depth(String at, String over) {
    assertAccepted(at);
    assertRefused(over, Reason.SYNTAX);
  }

  @Test
  void depthIsNotALengthOfSiblings() {
    assertAccepted("2[\"a\"" + ",[[{}],[[]]]".repeat(1000) + "]");
  }

  @ParameterizedTest
  @ValueSource(ints = {63, 64, 65, 127, 128, 129, 200})
  void anyDepth(int depth) throws PacketFormatException {
    // Objects and arrays in turn: each closing bracket is checked at each level.
    StringBuilder open = new StringBuilder("2[\"a\",");
    StringBuilder close = new StringBuilder();
    for (int level = 2; level <= depth; level++) {
      open.append(level % 3 == 0 ? "{\"k\":" : "[");
      close.insert(0, level % 3 == 0 ? "}" : "]");
    }
    String wire = open + "1" + close + "]";
    DecoderLimits limits = new DecoderLimits(1, 1, depth, 1, 1, 1);

    Packet.Event event = (Packet.Event) packet(decoder(limits), wire);
    assertThat(event.arguments().values()).hasSize(1);
    for (int level = 0; level < close.length(); level++) {
      StringBuilder wrong = new StringBuilder(close);
      wrong.setCharAt(level, close.charAt(level) == ']' ? '}' : ']');
      assertThatThrownBy(() -> text(decoder(limits), open + "1" + wrong + "]"))
          .as("wrong bracket %d", level)
          .isInstanceOf(PacketFormatException.class);
    }
    DecoderLimits less = new DecoderLimits(1, 1, depth - 1, 1, 1, 1);
    assertThatThrownBy(() -> text(decoder(less), wire))
        .isInstanceOf(PacketFormatException.class)
        .hasMessageEndingWith("deeper than " + (depth - 1));
  }

  @Test
  void defaultDepth() {
    assertAccepted(DecoderLimits.DEFAULTS, "2[\"a\"," + "[".repeat(63) + "]".repeat(63) + "]");
    assertThat(refusal("2[\"a\"," + "[".repeat(64) + "]".repeat(64) + "]"))
        .isEqualTo(Reason.SYNTAX);
  }

  @ParameterizedTest
  @CsvSource({
    "123456,1234567",
    "-12345,-123456",
    "1.2345,1.23456",
    "-0.123,-0.1234",
    "1e1234,1e12345",
    "1E-123,1E+1234"
  })
  void numberLength(String at, String over) {
    for (String form :
        new String[] {"2[\"a\",%s]", "31[{\"a\":[%s]}]", "0{\"a\":%s}", "51-[\"a\",%s]"}) {
      assertAccepted(form.formatted(at));
      assertRefused(form.formatted(over), Reason.SYNTAX);
    }
  }

  @Test
  void defaultNumberLength() {
    assertAccepted(DecoderLimits.DEFAULTS, "2[\"a\"," + "9".repeat(100) + "]");
    assertThat(refusal("2[\"a\"," + "9".repeat(101) + "]")).isEqualTo(Reason.SYNTAX);
    assertThat(refusal("2[\"a\",0." + "9".repeat(1_000_000) + "]")).isEqualTo(Reason.SYNTAX);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ' ',
      value = {
        "2[\"abcde\"] 2[\"abcdef\"]",
        "51-[\"abcde\"] 51-[\"abcdef\"]",
        "2[\"aéé\"] 2[\"ééé\"]", // bytes
        "2[\"abc\\n\"] 2[\"abcd\\n\"]", // as it was sent
        "2[12345] 2[123456]",
        "2[-1234] 2[-12345]"
      })
  void eventNameLength(String at, String over) {
    assertAccepted(at);
    assertRefused(over, Reason.EVENT_NAME);
  }

  @Test
  void defaultEventNameLength() {
    assertAccepted(DecoderLimits.DEFAULTS, "2[\"" + "a".repeat(256) + "\"]");
    assertThat(refusal("2[\"" + "a".repeat(257) + "\"]")).isEqualTo(Reason.EVENT_NAME);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ' ',
      value = {
        "0/abcdef, 0/abcdefg,",
        "0/abcdef 0/abcdefg",
        "1/abcdef, 1/abcdefg,",
        "2/abcdef,[\"a\"] 2/abcdefg,[\"a\"]",
        "51-/abcdef,[\"a\"] 51-/abcdefg,[\"a\"]",
        "3/abcdef,1[] 3/abcdefg,1[]",
        "0/é€a, 0/é€é," // bytes
      })
  void namespaceLength(String at, String over) {
    assertAccepted(at);
    assertRefused(over, Reason.NAMESPACE);
  }

  @Test
  void defaultNamespaceLength() {
    assertAccepted(DecoderLimits.DEFAULTS, "0/" + "a".repeat(255));
    assertThat(refusal("0/" + "a".repeat(256))).isEqualTo(Reason.NAMESPACE);
  }

  @Test
  void idsUpToTheLargestSafeInteger() throws PacketFormatException {
    assertThat(((Packet.Event) packet("29007199254740991[\"a\"]")).id())
        .isEqualTo(9007199254740991L);
    assertThat(refusal("29007199254740992[\"a\"]")).isEqualTo(Reason.ID);
    assertThat(((Packet.Event) packet("2" + "0".repeat(1000) + "7[\"a\"]")).id()).isEqualTo(7);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "2/abcdefghijkl,[\"abcdefghijkl\",1234567890123,[[[[[[]]]]]]]",
        "52147483647-[\"a\"]",
        "3[1]",
        "0{\"a\":1}"
      })
  void noLimitsAtAll(String wire) {
    assertAccepted(NONE, wire);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"52147483648-[\"a\"]", "54294967297-[\"a\"]", "518446744073709551617-[\"a\"]"})
  void noLimitsButThatOfAnInteger(String wire) {
    assertThat(catchThrowableOfType(PacketFormatException.class, () -> text(decoder(NONE), wire)))
        .extracting(PacketFormatException::reason)
        .isEqualTo(Reason.ATTACHMENT_COUNT);
  }
}

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

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import io.sockeye.socketio.protocol.PacketFormatException.Reason;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Packets in. */
class DecodeTest {
  private static final String PLACEHOLDER = "{\"_placeholder\":true,\"num\":0}";

  private final PacketDecoder decoder = Wire.decoder();

  private Packet decode(String text, String... attachments) throws PacketFormatException {
    return Wire.decode(decoder, text, attachments);
  }

  private void assertRefused(Reason reason, String text, String... attachments) {
    assertThatThrownBy(() -> decode(text, attachments))
        .asInstanceOf(type(PacketFormatException.class))
        .satisfies(
            error -> {
              assertThat(error.reason()).isEqualTo(reason);
              assertThat(error.getStackTrace()).isEmpty();
            });
    assertThat(decoder.pendingNamespace()).isNull();
  }

  private static Packet.Event event(String namespace, long id, String name, Object... args) {
    return new Packet.Event(namespace, id, name, Arguments.ofList(Arrays.asList(args)));
  }

  // ---- each type ----

  @Test
  void connects() throws PacketFormatException {
    assertThat(decode("0")).isEqualTo(new Packet.Connect("/", Map.of()));
    assertThat(decode("0{}")).isEqualTo(new Packet.Connect("/", Map.of()));
    assertThat(decode("0{\"token\":\"1\"}"))
        .isEqualTo(new Packet.Connect("/", Map.of("token", "1")));
    assertThat(decode("0/admin,{\"token\":\"1\"}"))
        .isEqualTo(new Packet.Connect("/admin", Map.of("token", "1")));
    assertThat(decode("0/admin,")).isEqualTo(new Packet.Connect("/admin", Map.of()));
    assertThat(decode("0/admin")).isEqualTo(new Packet.Connect("/admin", Map.of()));
    assertThat(decode("0/admin?a=b")).isEqualTo(new Packet.Connect("/admin?a=b", Map.of()));
  }

  @Test
  void connectsOfEarlierRevisionsCarryAQuery() throws PacketFormatException {
    PacketDecoder legacy = PacketParser.json().newDecoder(DecoderLimits.DEFAULTS, true);

    assertThat(Wire.decode(legacy, "0/chat?token=1&a=b%20c&d&=e&%zz=1,"))
        .isEqualTo(
            new Packet.Connect(
                "/chat", Wire.map("token", "1", "a", "b c", "d", "", "", "e", "%zz", "1")));
    assertThat(Wire.decode(legacy, "2/chat?x=1,[\"a\"]"))
        .isEqualTo(event("/chat", Packet.NO_ID, "a"));
  }

  @Test
  void disconnects() throws PacketFormatException {
    assertThat(decode("1")).isEqualTo(new Packet.Disconnect("/"));
    assertThat(decode("1/admin,")).isEqualTo(new Packet.Disconnect("/admin"));
    assertThat(decode("1/admin")).isEqualTo(new Packet.Disconnect("/admin"));
  }

  @Test
  void events() throws PacketFormatException {
    assertThat(decode("2[\"foo\"]")).isEqualTo(event("/", Packet.NO_ID, "foo"));
    assertThat(decode("2/admin,456[\"project:delete\",123]"))
        .isEqualTo(event("/admin", 456, "project:delete", 123));
    assertThat(decode("20[1,\"n\"]")).isEqualTo(event("/", 0, "1", "n"));
    assertThat(decode("2[ \"a\" , 1 ]")).isEqualTo(event("/", Packet.NO_ID, "a", 1));
    assertThat(decode("2[\"\\u0061\\n\"]")).isEqualTo(event("/", Packet.NO_ID, "a\n"));
    assertThat(decode("29007199254740991[\"a\"]")).isEqualTo(event("/", 9007199254740991L, "a"));
  }

  @Test
  void s29AHyphenIsNoMarkOfAttachments() throws PacketFormatException {
    assertThat(decode("2/a-b,1[\"c-d\",\"e-f\"]")).isEqualTo(event("/a-b", 1, "c-d", "e-f"));
  }

  @Test
  void acknowledgements() throws PacketFormatException {
    assertThat(decode("3/admin,13[\"bar\"]"))
        .isEqualTo(new Packet.Ack("/admin", 13, Arguments.of("bar")));
    assertThat(decode("3[]")).isEqualTo(new Packet.Ack("/", Packet.NO_ID, Arguments.EMPTY));
    assertThat(decode("3")).isEqualTo(new Packet.Ack("/", Packet.NO_ID, Arguments.EMPTY));
  }

  @Test
  void valuesOfEveryKind() throws PacketFormatException {
    Packet.Event packet =
        (Packet.Event)
            decode(
                "2[\"a\",null,true,-1,2147483648,9007199254740993,123456789012345678901234567890,"
                    + "1.5,1e400,\"\\ud83d\\ude00\",{\"b\":[{}],\"__proto__\":{\"c\":1},\"b\":2}]");

    assertThat(packet.arguments().values())
        .containsExactly(
            null,
            true,
            -1,
            2147483648L,
            9007199254740993L,
            new BigInteger("123456789012345678901234567890"),
            1.5,
            Double.POSITIVE_INFINITY,
            "😀",
            Wire.map("b", 2, "__proto__", Map.of("c", 1)));
  }

  @Test
  void anEnormousExponentCostsNothing() throws PacketFormatException {
    Packet.Event packet = (Packet.Event) decode("2[\"a\",1e999999999,1e-999999999]");

    assertThat(packet.arguments().values()).containsExactly(Double.POSITIVE_INFINITY, 0.0);
  }

  // ---- binary ----

  @Test
  void s20AttachmentsTakeTheirPlaces() throws PacketFormatException {
    Packet.Event packet =
        (Packet.Event)
            decode(
                "52-/admin,7[\"a\",{\"_placeholder\":true,\"num\":1,\"x\":0},["
                    + PLACEHOLDER
                    + "]]",
                "01",
                "0203");

    assertThat(packet.namespace()).isEqualTo("/admin");
    assertThat(packet.id()).isEqualTo(7);
    assertThat(Wire.hex((ByteBuffer) packet.arguments().values().get(0))).isEqualTo("0203");
    assertThat(packet.arguments().values().get(1))
        .isEqualTo(List.of(ByteBuffer.wrap(Wire.bytes(1))));
  }

  @Test
  void s30OneAttachmentMayBeUsedTwiceAndOneNotAtAll() throws PacketFormatException {
    Packet.Ack packet =
        (Packet.Ack) decode("62-1[" + PLACEHOLDER + "," + PLACEHOLDER + "]", "", "ff");

    assertThat(packet.arguments().values())
        .containsExactly(ByteBuffer.allocate(0), ByteBuffer.allocate(0))
        .allMatch(value -> ((ByteBuffer) value).isReadOnly());
  }

  @Test
  void placeholdersOfOtherPacketsArePlainData() throws PacketFormatException {
    Packet.Event text = (Packet.Event) decode("2[\"a\"," + PLACEHOLDER + "]");
    Packet.Event binary =
        (Packet.Event)
            decode("51-[\"a\",{\"_placeholder\":\"true\",\"num\":0},\"{_placeholder}\"]", "00");

    assertThat(text.arguments().values()).containsExactly(Map.of("_placeholder", true, "num", 0));
    assertThat(binary.arguments().values())
        .containsExactly(Map.of("_placeholder", "true", "num", 0), "{_placeholder}");
  }

  @ParameterizedTest(name = "S27 num {0}")
  @ValueSource(strings = {"1", "-1", "\"0\"", "0.5", "null", "4294967296", "{}", "[0]"})
  void s27PlaceholdersNameAnAttachment(String num) {
    assertRefused(
        Reason.PLACEHOLDER, "51-[\"a\",{\"_placeholder\":true,\"num\":" + num + "}]", "00");
    assertRefused(Reason.PLACEHOLDER, "51-[\"a\",{\"_placeholder\":true}]", "00");
  }

  @ParameterizedTest(name = "S26 {0}")
  @ValueSource(
      strings = {
        "50-[\"a\"]",
        "511-[\"a\"]",
        "5[\"a\"]",
        "51[\"a\"]",
        "5-[\"a\"]",
        "5a-[\"a\"]",
        "51.23-[\"a\"]",
        "5",
        "51",
        "5999999999999-[\"a\"]",
        "5-1-[\"a\"]",
        "6-[]",
        "6[]"
      })
  void s26CountsAreOneToTen(String text) {
    assertRefused(Reason.ATTACHMENT_COUNT, text);
  }

  @Test
  void s28AttachmentsComeNextAndNothingElse() throws PacketFormatException {
    assertThat(decode("51-[\"a\"]")).isNull();
    assertThat(decoder.pendingNamespace()).isEqualTo("/");
    assertRefused(Reason.ATTACHMENT, "2[\"a\"]");
    assertThat(decode("2[\"a\"]")).isEqualTo(event("/", Packet.NO_ID, "a"));
    assertThatThrownBy(() -> decoder.binary(ByteBuffer.allocate(1)))
        .isInstanceOf(PacketFormatException.class);
  }

  @Test
  void attachmentsAreBoundedTogether() {
    DecoderLimits limits = new DecoderLimits(3, 10, 64, 100, 256, 256);
    PacketDecoder small = PacketParser.json().newDecoder(limits, false);

    assertThatThrownBy(() -> Wire.decode(small, "52-[\"a\"]", "0102030405", "010203040506"))
        .isInstanceOf(PacketFormatException.class);
    assertThat(small.pendingNamespace()).isNull();
    assertThatThrownBy(() -> Wire.decode(small, "54-[\"a\"]"))
        .isInstanceOf(PacketFormatException.class);
  }

  @Test
  void s35AResetForgets() throws PacketFormatException {
    decode("52-/x,[\"a\"]", "00");
    assertThat(decoder.pendingNamespace()).isEqualTo("/x");
    decoder.reset();

    assertThat(decode("2[\"a\"]")).isEqualTo(event("/", Packet.NO_ID, "a"));
  }

  // ---- what is malformed ----

  @ParameterizedTest(name = "S23 {1}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\'',
      value = {
        "TYPE | ''",
        "TYPE | abc",
        "TYPE | 7[\"a\"]",
        "TYPE | 4{\"message\":\"x\"}",
        "TYPE | -1",
        "PAYLOAD | 1{}",
        "PAYLOAD | 1/x,[]",
        "ID | 29007199254740992[\"a\"]",
        "ID | 299999999999999999999[\"a\"]",
        "EVENT_NAME | 2[]",
        "EVENT_NAME | 2[null]",
        "EVENT_NAME | 2[true]",
        "EVENT_NAME | 2[{\"toString\":\"foo\"}]",
        "EVENT_NAME | 2[[\"a\"]]",
        "EVENT_NAME | 2[1.5]",
        "EVENT_NAME | 2[1e3]",
        "EVENT_NAME | 51-[1.5]",
        "EVENT_NAME | 2[\"connect\"]",
        "EVENT_NAME | 2[\"connect_error\"]",
        "EVENT_NAME | 2[\"disconnect\"]",
        "EVENT_NAME | 2[\"disconnecting\"]",
        "EVENT_NAME | 2[\"dis\\u0063onnect\"]"
      })
  void s23MalformedPackets(Reason reason, String text) {
    assertRefused(reason, text);
  }

  @ParameterizedTest(name = "S23 {0}")
  @ValueSource(
      strings = {
        "2",
        "2{}",
        "2abc[\"a\"]",
        "2\"a\"",
        "2[\"a\"",
        "21.5[\"a\"]",
        "2-1[\"a\"]",
        "2 1[\"a\"]",
        "0[]",
        "0\"x\"",
        "0null",
        "0{\"a\"}",
        "3{}",
        "3\"x\"",
        "31",
        "2[\"a\"]x",
        "2[\"a\",]",
        "2[,\"a\"]",
        "2[\"a\",01]",
        "2[\"a\",+1]",
        "2[\"a\",.5]",
        "2[\"a\",1.]",
        "2[\"a\",1e]",
        "2[\"a\",NaN]",
        "2[\"a\",tru]",
        "2[\"a\",nul]",
        "2['a']",
        "2[\"a\",\"\u0001\"]",
        "2[\"a\",\"\\x\"]",
        "2[\"a\",\"\\u12g4\"]",
        "2[\"a\",{\"b\":}]",
        "2[\"a\",{b:1}]",
        "2[\"a\",{\"b\":1,}]",
        "2[\"a\"}",
        "2[\"a\",[}]",
        "2[\"a\" 1]",
        "0{\"a\":1",
        "0{} x",
        "2[\"a\",-]",
        "2[\"a\",\"",
        "2[\"a\",\"\\",
        "2[\"a\",//x\n1]"
      })
  void s23MalformedPayloads(String text) {
    assertThatThrownBy(() -> decode(text)).isInstanceOf(PacketFormatException.class);
    assertThat(decoder.pendingNamespace()).isNull();
  }

  // ---- limits ----

  @Test
  void nestingIsBounded() throws PacketFormatException {
    String at = "2[\"a\"," + "[".repeat(63) + "]".repeat(63) + "]";
    assertThat(decode(at)).isNotNull();
    assertRefused(Reason.JSON, "2[\"a\"," + "[".repeat(64) + "]".repeat(64) + "]");
    assertRefused(Reason.JSON, "2[\"a\"," + "[".repeat(100_000));
    assertRefused(Reason.JSON, "2[\"a\"," + "{\"a\":".repeat(100_000));
  }

  @Test
  void numbersAreBounded() throws PacketFormatException {
    assertThat(decode("2[\"a\"," + "1".repeat(100) + "]")).isNotNull();
    assertRefused(Reason.JSON, "2[\"a\"," + "1".repeat(101) + "]");
    assertRefused(Reason.JSON, "2[\"a\",1." + "1".repeat(99) + "]");
  }

  @Test
  void namesAreBounded() throws PacketFormatException {
    assertThat(decode("2[\"" + "n".repeat(256) + "\"]")).isNotNull();
    assertRefused(Reason.EVENT_NAME, "2[\"" + "n".repeat(257) + "\"]");
    assertThat(decode("2/" + "n".repeat(255) + ",[\"a\"]")).isNotNull();
    assertRefused(Reason.NAMESPACE, "2/" + "n".repeat(256) + ",[\"a\"]");
  }

  @Test
  void limitsAreAtLeastOne() {
    assertThatThrownBy(() -> new DecoderLimits(0, 1, 1, 1, 1, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("maxAttachments: 0");
  }

  // ---- passing on ----

  @Test
  void argumentsThatAreOnlyPassedOnAreNotTouched() throws PacketFormatException {
    Packet.Event event = (Packet.Event) decode("2[\"a\", {\"z\":1.50,\"a\":\"\\u0061\"} , 1e2 ]");

    assertThat(Wire.encode(new Packet.Ack("/", 1, event.arguments())))
        .containsExactly("31[{\"z\":1.50,\"a\":\"\\u0061\"} , 1e2]");
    assertThat(Wire.encode(event)).containsExactly("2[\"a\",{\"z\":1.50,\"a\":\"\\u0061\"} , 1e2]");
  }
}

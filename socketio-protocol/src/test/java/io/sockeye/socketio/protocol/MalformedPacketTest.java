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

import static io.sockeye.socketio.protocol.Wire.refusal;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.sockeye.socketio.protocol.PacketFormatException.Reason;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Text messages that are not packets; after each the decoder is as new. */
class MalformedPacketTest {
  private static org.junit.jupiter.params.provider.Arguments row(String wire, Reason reason) {
    return arguments(wire, reason);
  }

  static Stream<org.junit.jupiter.params.provider.Arguments> packets() {
    return Stream.of(
        // Types
        row("", Reason.TYPE),
        row("7[\"a\"]", Reason.TYPE), // S23
        row("9", Reason.TYPE),
        row("abc", Reason.TYPE), // S23
        row("/", Reason.TYPE),
        row(" 2[\"a\"]", Reason.TYPE),
        row("-", Reason.TYPE),
        row("é", Reason.TYPE),
        row("[\"a\"]", Reason.TYPE),
        row("4", Reason.TYPE),
        row("4\"nope\"", Reason.TYPE),
        row("4{\"message\":\"a\"}", Reason.TYPE), // S23
        // Connect
        row("0[]", Reason.PAYLOAD),
        row("0null", Reason.PAYLOAD),
        row("0\"a\"", Reason.PAYLOAD),
        row("0true", Reason.PAYLOAD),
        row("0/admin,[]", Reason.PAYLOAD),
        row("0/admin,,", Reason.PAYLOAD),
        row("0-{}", Reason.PAYLOAD),
        row("0{", Reason.SYNTAX),
        row("0{\"a\"", Reason.SYNTAX),
        row("0{\"a\":}", Reason.SYNTAX),
        row("0{\"a\":1,}", Reason.SYNTAX),
        row("0{a:1}", Reason.SYNTAX),
        row("0{1:1}", Reason.SYNTAX),
        row("0{\"a\":1}}", Reason.SYNTAX),
        row("0{}{}", Reason.SYNTAX),
        row("0{}x", Reason.SYNTAX),
        row("0{]", Reason.SYNTAX),
        // Disconnect
        row("1{}", Reason.PAYLOAD), // S23
        row("1[]", Reason.PAYLOAD),
        row("1null", Reason.PAYLOAD),
        row("1 ", Reason.PAYLOAD),
        row("1/admin,{}", Reason.PAYLOAD),
        row("1,", Reason.PAYLOAD),
        // Event
        row("2", Reason.PAYLOAD),
        row("21", Reason.PAYLOAD),
        row("2/admin,", Reason.PAYLOAD),
        row("2/admin", Reason.PAYLOAD),
        row("2{}", Reason.PAYLOAD), // S23
        row("2abc[\"a\"]", Reason.PAYLOAD), // S23
        row("2\"a\"", Reason.PAYLOAD), // S23
        row("21.5[\"a\"]", Reason.PAYLOAD), // S23
        row("2-1[\"a\"]", Reason.PAYLOAD), // S23
        row("21-[\"a\"]", Reason.PAYLOAD),
        row("2+1[\"a\"]", Reason.PAYLOAD),
        row("21e3[\"a\"]", Reason.PAYLOAD),
        row("2 1[\"a\"]", Reason.PAYLOAD),
        row("2,[\"a\"]", Reason.PAYLOAD),
        row("2null", Reason.PAYLOAD),
        row("2\ufeff[\"a\"]", Reason.PAYLOAD),
        row("2[\"a\"", Reason.SYNTAX), // S23
        row("2[\"a\",", Reason.SYNTAX),
        row("2[", Reason.SYNTAX),
        row("2[ ", Reason.SYNTAX),
        row("2[\"a\",]", Reason.SYNTAX),
        row("2[,\"a\"]", Reason.SYNTAX),
        row("2[\"a\" 1]", Reason.SYNTAX),
        row("2[\"a\"}", Reason.SYNTAX),
        row("2[\"a\"]]", Reason.SYNTAX),
        row("2[\"a\"]2[\"b\"]", Reason.SYNTAX),
        row("2[\"a\"]\0", Reason.SYNTAX),
        row("2[]x", Reason.SYNTAX),
        row("2['a']", Reason.SYNTAX),
        row("2[\"a\",undefined]", Reason.SYNTAX),
        row("2[\"a\",NaN]", Reason.SYNTAX),
        row("2[\"a\",Infinity]", Reason.SYNTAX),
        row("2[\"a\",-Infinity]", Reason.SYNTAX),
        row("2[\"a\",01]", Reason.SYNTAX),
        row("2[\"a\",+1]", Reason.SYNTAX),
        row("2[\"a\",.5]", Reason.SYNTAX),
        row("2[\"a\",5.]", Reason.SYNTAX),
        row("2[\"a\",1e]", Reason.SYNTAX),
        row("2[\"a\",1e+]", Reason.SYNTAX),
        row("2[\"a\",-]", Reason.SYNTAX),
        row("2[\"a\",0x1]", Reason.SYNTAX),
        row("2[\"a\",tru]", Reason.SYNTAX),
        row("2[\"a\",nulll]", Reason.SYNTAX),
        row("2[\"a\",TRUE]", Reason.SYNTAX),
        row("2[\"a\",\"\\x41\"]", Reason.SYNTAX),
        row("2[\"a\",\"\\u12\"]", Reason.SYNTAX),
        row("2[\"a\",\"\\u123g\"]", Reason.SYNTAX),
        row("2[\"a\",\"\\", Reason.SYNTAX),
        row("2[\"a\",\"\\\"]", Reason.SYNTAX),
        row("2[\"a\",\"\n\"]", Reason.SYNTAX),
        row("2[\"a\",\"\u001f\"]", Reason.SYNTAX),
        row("2[\"a\",\"\0\"]", Reason.SYNTAX),
        row("2[\"a\",{\"b\" 1}]", Reason.SYNTAX),
        row("2[\"a\",{\"b\":1 \"c\":2}]", Reason.SYNTAX),
        row("2[\"a\",{null:1}]", Reason.SYNTAX),
        row("2[\"a\"/**/]", Reason.SYNTAX),
        row("2[\"a\",\u00a01]", Reason.SYNTAX),
        // Lone surrogates in keys
        row("2[\"a\",{\"\\ud800\":1}]", Reason.SYNTAX),
        row("2[\"a\",{\"x\\uDC00\":1}]", Reason.SYNTAX),
        row("2[\"a\",[{\"\\ud800x\":1}]]", Reason.SYNTAX),
        row("2[\"a\",{\"\\ud800\\n\":1}]", Reason.SYNTAX),
        row("2[\"a\",{\"\\ud800\\ud800\\udc00\":1}]", Reason.SYNTAX),
        row("2[\"a\",{\"\\udc00\\ud800\":1}]", Reason.SYNTAX),
        row("0{\"\\ud800\":1}", Reason.SYNTAX),
        // Names
        row("2[]", Reason.EVENT_NAME), // S23
        row("2[ ]", Reason.EVENT_NAME),
        row("2[null]", Reason.EVENT_NAME), // S23
        row("2[true]", Reason.EVENT_NAME), // S23
        row("2[false,\"a\"]", Reason.EVENT_NAME),
        row("2[{\"toString\":\"foo\"}]", Reason.EVENT_NAME), // S23
        row("2[[\"a\"]]", Reason.EVENT_NAME),
        row("2[1.5]", Reason.EVENT_NAME),
        row("2[1e3]", Reason.EVENT_NAME),
        // Reserved, S24
        row("2[\"connect\"]", Reason.EVENT_NAME),
        row("2[\"connect_error\"]", Reason.EVENT_NAME),
        row("2[\"disconnect\",1]", Reason.EVENT_NAME),
        row("2[\"disconnecting\"]", Reason.EVENT_NAME),
        row("2/admin,1[\"newListener\"]", Reason.EVENT_NAME),
        row("2[\"removeListener\"]", Reason.EVENT_NAME),
        row("2[\"\\u0063onnect\"]", Reason.EVENT_NAME),
        row("51-[\"disconnect\",{\"_placeholder\":true,\"num\":0}]", Reason.EVENT_NAME),
        // Acknowledgement
        row("31", Reason.PAYLOAD),
        row("3{}", Reason.PAYLOAD),
        row("3\"x\"", Reason.PAYLOAD),
        row("31null", Reason.PAYLOAD),
        row("3/admin,1", Reason.PAYLOAD),
        row("31[", Reason.SYNTAX),
        row("31[1 2]", Reason.SYNTAX),
        row("31[]]", Reason.SYNTAX),
        // Ids
        row("29007199254740992[\"a\"]", Reason.ID),
        row("39007199254740992[]", Reason.ID),
        row("299999999999999999999[\"a\"]", Reason.ID),
        row("218446744073709551617[\"a\"]", Reason.ID), // 2^64 + 1
        // Attachment counts, S26
        row("5", Reason.ATTACHMENT_COUNT),
        row("51", Reason.ATTACHMENT_COUNT),
        row("5-", Reason.ATTACHMENT_COUNT),
        row("5a-", Reason.ATTACHMENT_COUNT),
        row("51.23-", Reason.ATTACHMENT_COUNT),
        row("50-[\"a\"]", Reason.ATTACHMENT_COUNT),
        row("500-[\"a\"]", Reason.ATTACHMENT_COUNT),
        row("511-[\"a\",{\"_placeholder\":true,\"num\":0}]", Reason.ATTACHMENT_COUNT),
        row("5[\"a\"]", Reason.ATTACHMENT_COUNT),
        row("51[\"a\"]", Reason.ATTACHMENT_COUNT),
        row("5-[\"a\"]", Reason.ATTACHMENT_COUNT),
        row("5-1-[\"a\"]", Reason.ATTACHMENT_COUNT),
        row("5+1-[\"a\"]", Reason.ATTACHMENT_COUNT),
        row("5 1-[\"a\"]", Reason.ATTACHMENT_COUNT),
        row("51e0-[\"a\"]", Reason.ATTACHMENT_COUNT),
        row("5/admin,1-[\"a\"]", Reason.ATTACHMENT_COUNT),
        row("5999999999-[\"a\"]", Reason.ATTACHMENT_COUNT),
        row("54294967297-[\"a\"]", Reason.ATTACHMENT_COUNT), // 2^32 + 1
        row("518446744073709551617-[\"a\"]", Reason.ATTACHMENT_COUNT), // 2^64 + 1
        row("6", Reason.ATTACHMENT_COUNT),
        row("60-1[]", Reason.ATTACHMENT_COUNT),
        row("611-1[]", Reason.ATTACHMENT_COUNT),
        row("6[1]", Reason.ATTACHMENT_COUNT),
        // Binary packets
        row("51-", Reason.PAYLOAD),
        row("51-1", Reason.PAYLOAD),
        row("51-{}", Reason.PAYLOAD),
        row("51-/admin,", Reason.PAYLOAD),
        row("51-[]", Reason.EVENT_NAME),
        row("51-[{\"_placeholder\":true,\"num\":0}]", Reason.EVENT_NAME),
        row("51-[\"a\"", Reason.SYNTAX),
        row("61-", Reason.PAYLOAD),
        row("61-1", Reason.PAYLOAD),
        row("61-1{}", Reason.PAYLOAD),
        row("61-1[", Reason.SYNTAX));
  }

  @ParameterizedTest
  @MethodSource("packets")
  void refuses(String wire, Reason reason) {
    assertThat(refusal(wire)).isEqualTo(reason);
  }

  @ParameterizedTest
  @MethodSource("packets")
  void refusesFromOlderRevisions(String wire, Reason reason) {
    assertThat(refusal(Wire.legacyDecoder(), wire)).isEqualTo(reason);
  }

  @ParameterizedTest
  @MethodSource("packets")
  void readsNothingBeyondTheMessage(String wire, Reason reason) {
    // What follows in the array would make some of them complete.
    byte[] bytes = (wire + "\"]}0").getBytes(UTF_8);

    PacketFormatException refusal =
        catchThrowableOfType(
            PacketFormatException.class, () -> Wire.decoder().text(bytes, 0, bytes.length - 4));

    assertThat(refusal.reason()).isEqualTo(reason);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ' ',
      quoteCharacter = '\'',
      value = {
        "0/admin,{\"token\":{\"a\":[1,true]}} 9",
        "2/admin,12[\"na\\u006De\",{\"a\":[1.5e+3,null]},\"x\"] 1",
        "3/admin,12[{\"a\":[false,\"b\"]}] 1",
        "52-/admin,12[\"name\",{\"_placeholder\":true,\"num\":0}] 1",
        "62-/admin,12[{\"_placeholder\":true,\"num\":0}] 1"
      })
  void refusesWhatIsCutOff(String wire, int shortest) {
    // A connection to a namespace needs no payload: "0/admin" is complete.
    List<String> accepted = new ArrayList<>();
    for (int length = shortest; length < wire.length(); length++) {
      String cut = wire.substring(0, length);
      PacketDecoder decoder = Wire.decoder();
      try {
        Wire.text(decoder, cut);
        accepted.add(cut);
      } catch (PacketFormatException expected) {
        Wire.assertAsNew(decoder);
      }
    }

    // "3", "3/", "3/a"... are acknowledgements of nothing, which mean nothing (S25).
    accepted.removeIf(cut -> cut.matches("3(/\\w*,?)?"));
    assertThat(accepted).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"5", "2", "3", "51-", "0", "1"})
  void refusesAMillionDigitsAtOnce(String prefix) {
    String wire = prefix + "1".repeat(1_000_000) + "[\"a\"]";

    assertThat(refusal(wire)).isIn(Reason.ID, Reason.ATTACHMENT_COUNT);
  }

  @ParameterizedTest
  @CsvSource({"[", "{\"a\":"})
  void refusesAHundredThousandLevels(String level) {
    assertThat(refusal("2[\"a\"," + level.repeat(100_000))).isEqualTo(Reason.SYNTAX);
    assertThat(refusal("2" + level.repeat(100_000))).isIn(Reason.SYNTAX, Reason.PAYLOAD);
    assertThat(refusal("0{\"a\":" + level.repeat(100_000))).isEqualTo(Reason.SYNTAX);
  }

  @Test
  void theMessageNeverHoldsWhatThePeerSent() {
    for (String wire :
        List.of(
            "S3CRET",
            "0S3CRET",
            "1S3CRET",
            "2[\"S3CRET\"",
            "2[\"a\",S3CRET]",
            "2[{\"S3CRET\":1}]",
            "2/S3CRET,",
            "5S3CRET-",
            "51-S3CRET")) {
      PacketFormatException refusal =
          catchThrowableOfType(PacketFormatException.class, () -> Wire.text(Wire.decoder(), wire));

      assertThat(refusal).hasMessageNotContaining("S3CRET");
      assertThat(refusal.getStackTrace()).isEmpty();
    }
  }
}

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

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class JsonBuilderTest {
  private static String text(JsonBuilder json) {
    return new String(json.toBytes(), UTF_8);
  }

  private static JsonBuilder json() {
    return new JsonBuilder(null);
  }

  private static ByteBuffer bytes(int value) {
    return ByteBuffer.wrap(new byte[] {(byte) value});
  }

  private static String hex(ByteBuffer bytes) {
    return String.format("%02x", bytes.get(0));
  }

  @Test
  void anObjectWithoutMembersIsEmpty() {
    assertThat(json().isEmpty()).isTrue();
    assertThat(json().put("a", 1).isEmpty()).isFalse();
    assertThat(text(json())).isEqualTo("{}");
  }

  @Test
  void membersAreWrittenInOrder() {
    assertThat(
            text(
                json()
                    .put("b", "é\"\n")
                    .put("a", (Object) null)
                    .put("n", 1.5)
                    .put("l", Arrays.asList(1, null))
                    .put("é\"", Map.of("k", true))
                    .put("o", json().put("x", 1))
                    .put("e", json())))
        .isEqualTo(
            "{\"b\":\"é\\\"\\n\",\"a\":null,\"n\":1.5,\"l\":[1,null],\"é\\\"\":{\"k\":true},"
                + "\"o\":{\"x\":1},\"e\":{}}");
  }

  @Test
  void argumentsAreWrittenAsAnArray() {
    assertThat(text(json().putArguments("d", Arguments.of(1, null, "x"))))
        .isEqualTo("{\"d\":[1,null,\"x\"]}");
    assertThat(text(json().putArguments("d", Arguments.EMPTY))).isEqualTo("{\"d\":[]}");
    assertThat(text(json().putEvent("d", "ev", Arguments.of(1)))).isEqualTo("{\"d\":[\"ev\",1]}");
    assertThat(text(json().putEvent("d", "ev", Arguments.EMPTY))).isEqualTo("{\"d\":[\"ev\"]}");
  }

  @Test
  void argumentsThatCameAsTextAreCopied() throws Exception {
    Arguments came =
        JsonView.read("[1.50, \"\\u00e9\" ,{ }]".getBytes(UTF_8), DecoderLimits.DEFAULTS)
            .arguments(List.of());
    Arguments none =
        JsonView.read("[ ]".getBytes(UTF_8), DecoderLimits.DEFAULTS).arguments(List.of());

    assertThat(text(json().putArguments("d", came))).isEqualTo("{\"d\":[1.50, \"\\u00e9\" ,{ }]}");
    assertThat(text(json().putEvent("d", "ev", came)))
        .isEqualTo("{\"d\":[\"ev\",1.50, \"\\u00e9\" ,{ }]}");
    assertThat(text(json().putEvent("d", "ev", none))).isEqualTo("{\"d\":[\"ev\"]}");
    JsonBuilder binary = json();
    assertThat(binary.putArguments("d", came, JsonBuilderTest::hex)).isFalse();
    assertThat(text(binary)).isEqualTo("{\"d\":[1.50, \"\\u00e9\" ,{ }]}");
  }

  @Test
  void bytesBecomePlaceholdersAndFollow() {
    JsonBuilder json = json().put("first", 1);

    boolean hasBytes =
        json.putArguments("d", Arguments.of(bytes(1), List.of(bytes(255))), JsonBuilderTest::hex);
    json.put("last", 2);

    assertThat(hasBytes).isTrue();
    assertThat(text(json))
        .isEqualTo(
            "{\"first\":1,\"d\":[[{\"_placeholder\":true,\"num\":0},"
                + "[{\"_placeholder\":true,\"num\":1}]],\"01\",\"ff\"],\"last\":2}");
    assertThat(json.attachments()).isEmpty();
  }

  @Test
  void aValueIsWrittenBareOrWithItsBytes() {
    JsonBuilder json = json();

    assertThat(json.putValue("a", null, JsonBuilderTest::hex)).isFalse();
    assertThat(json.putValue("b", List.of(1), JsonBuilderTest::hex)).isFalse();
    assertThat(json.putValue("c", bytes(7), JsonBuilderTest::hex)).isTrue();

    assertThat(text(json))
        .isEqualTo("{\"a\":null,\"b\":[1],\"c\":[{\"_placeholder\":true,\"num\":0},\"07\"]}");
  }

  @Test
  void bytesElsewhereAreKeptAsAttachments() {
    JsonBuilder json = json().put("a", bytes(7)).putArguments("d", Arguments.of(bytes(8)));

    assertThat(json.attachments()).containsExactly(bytes(7), bytes(8));
  }

  @Test
  void unknownValuesAreConvertedOrRefused() {
    assertThat(text(new JsonBuilder(value -> "converted").put("a", new Object())))
        .isEqualTo("{\"a\":\"converted\"}");
    assertThatThrownBy(() -> json().put("a", new Object()))
        .isInstanceOf(IllegalArgumentException.class);
  }
}

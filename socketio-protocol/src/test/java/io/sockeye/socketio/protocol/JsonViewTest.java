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

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonViewTest {
  private static JsonView read(String text) throws PacketFormatException {
    return JsonView.read(text.getBytes(UTF_8), DecoderLimits.DEFAULTS);
  }

  private static JsonView member(String text, String name) throws PacketFormatException {
    return Objects.requireNonNull(read(text).members().get(name), name);
  }

  @Test
  void membersAreFoundInOrder() throws Exception {
    JsonView view = read(" {\"b\" : 1 ,\"a\":[2],\"\\u00e9\":{\"c\":null}, \"\":\"x\"} ");

    assertThat(view.isObject()).isTrue();
    assertThat(view.isArray()).isFalse();
    assertThat(view.members().keySet()).containsExactly("b", "a", "é", "");
    assertThat(view.members().get("b").value()).isEqualTo(1);
    assertThat(view.members().get("a").isArray()).isTrue();
    assertThat(view.members().get("é").members()).containsOnlyKeys("c");
    assertThat(view.members().get("").value()).isEqualTo("x");
  }

  @Test
  void ofMembersWithOneNameTheLastCounts() throws Exception {
    assertThat(member("{\"a\":1,\"b\":2,\"a\":3}", "a").value()).isEqualTo(3);
  }

  @Test
  void elementsAreFoundInOrder() throws Exception {
    List<JsonView> elements = read("[1, \"two\" ,[3],{\"four\":4},null,true]").elements();

    assertThat(elements).hasSize(6);
    assertThat(elements.stream().map(JsonView::value).toList())
        .isEqualTo(Arrays.asList(1, "two", List.of(3), Map.of("four", 4), null, true));
  }

  @Test
  void whatIsNoContainerHasNothingInIt() throws Exception {
    assertThat(read("{}").members()).isEmpty();
    assertThat(read("{}").elements()).isEmpty();
    assertThat(read("[]").elements()).isEmpty();
    assertThat(read("[1]").members()).isEmpty();
    assertThat(read("{\"a\":1}").elements()).isEmpty();
    assertThat(member("{\"a\":7}", "a").members()).isEmpty();
    assertThat(member("{\"a\":\"[1]\"}", "a").elements()).isEmpty();
  }

  @Test
  void valuesAreDecoded() throws Exception {
    assertThat(member("{\"a\": \"\\\"\\\\\\n\\u00e9\\ud83d\\ude00\"}", "a").value())
        .isEqualTo("\"\\\né😀");
    assertThat(member("{\"a\":\"é😀\"}", "a").value()).isEqualTo("é😀");
    assertThat(member("{\"a\":-12}", "a").value()).isEqualTo(-12);
    assertThat(member("{\"a\":1.5}", "a").value()).isEqualTo(1.5);
    assertThat(String.valueOf(member("{\"a\":1" + "0".repeat(30) + "}", "a").value()))
        .isEqualTo(BigInteger.TEN.pow(30).toString());
    assertThat(member("{\"a\":false}", "a").value()).isEqualTo(false);
    assertThat(member("{\"a\":null}", "a").value()).isNull();
    assertThat(member("{\"a\":{\"b\":[]}}", "a").value()).isEqualTo(Map.of("b", List.of()));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "0",
        "-0",
        "7",
        "-2147483648",
        "2147483647",
        "2147483648",
        "-2147483649",
        "999999999999999999",
        "-999999999999999999",
        "1000000000000000000",
        "-9223372036854775808",
        "9223372036854775807",
        "9223372036854775808",
        "0.0",
        "-1.5",
        "1e3",
        "12E-1",
        "true",
        "false",
        "null",
        "\"1\"",
        "[1]",
        "{\"b\":1}"
      })
  void valuesAreThoseOfArguments(String text) throws Exception {
    Object value = member("{\"a\":" + text + "}", "a").value();

    assertThat(value).isEqualTo(read("[" + text + "]").arguments(List.of()).values().get(0));
  }

  @Test
  void argumentsStayTextUnlessTheyHaveAttachments() throws Exception {
    JsonView view = member("{\"d\":[ 1.50 ,\"x\"]}", "d");

    Arguments arguments = view.arguments(List.of());

    assertThat(arguments.json()).isNotNull();
    assertThat(arguments.size()).isEqualTo(2);
    assertThat(arguments.values()).containsExactly(1.5, "x");
    assertThat(view.arguments(List.of(), 1).values()).containsExactly("x");
    assertThat(member("{\"d\":[]}", "d").arguments(List.of()).size()).isZero();
  }

  @Test
  void placeholdersBecomeBytes() throws Exception {
    ByteBuffer bytes = ByteBuffer.wrap(new byte[] {1});

    assertThat(
            read("[{\"_placeholder\":true,\"num\":0},[{\"_placeholder\":true,\"num\":0}]]")
                .arguments(List.of(bytes))
                .values())
        .containsExactly(bytes, List.of(bytes));
    for (String number : List.of("1", "-1", "\"0\"", "0.5", "null")) {
      JsonView wrong = read("[{\"_placeholder\":true,\"num\":" + number + "}]");
      assertThatThrownBy(() -> wrong.arguments(List.of(bytes)))
          .isInstanceOf(PacketFormatException.class);
    }
  }

  @Test
  void onlyArraysAreArguments() throws Exception {
    JsonView object = read("{\"a\":1}");

    assertThatThrownBy(() -> object.arguments(List.of())).isInstanceOf(PacketFormatException.class);
    JsonView empty = read("[]");
    assertThatThrownBy(() -> empty.arguments(List.of(), 1))
        .isInstanceOf(PacketFormatException.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "1",
        "\"x\"",
        "null",
        "{",
        "[",
        "{}{}",
        "[]]",
        "{\"a\"}",
        "{\"a\":}",
        "{a:1}",
        "[1,]",
        "{\"a\":1,}",
        "[01]",
        "[1.]",
        "[tru]",
        "['x']",
        "[\"\\x\"]",
        "[\"\n\"]",
        "[NaN]",
        "{\"a\":1]",
        "[\"\\ud83\"]",
        "\uFEFF[]"
      })
  void whatIsNotOneObjectOrArrayIsRefused(String text) {
    assertThatThrownBy(() -> read(text)).isInstanceOf(PacketFormatException.class);
  }

  @Test
  void whatIsNotUtf8IsRefused() {
    for (byte[] text :
        List.of(
            new byte[] {'[', '"', (byte) 0xff, '"', ']'},
            new byte[] {'[', '"', (byte) 0xc3, '"', ']'},
            new byte[] {'[', '"', (byte) 0xed, (byte) 0xa0, (byte) 0x80, '"', ']'})) {
      assertThatThrownBy(() -> JsonView.read(text, DecoderLimits.DEFAULTS))
          .isInstanceOf(PacketFormatException.class)
          .hasMessageContaining("UTF-8");
    }
  }

  @Test
  void limitsHold() throws Exception {
    int most = DecoderLimits.DEFAULTS.maxDepth();
    assertThat(read("[".repeat(most) + "]".repeat(most)).elements()).hasSize(1);
    assertThatThrownBy(() -> read("[".repeat(most + 1) + "]".repeat(most + 1)))
        .isInstanceOf(PacketFormatException.class);
    assertThatThrownBy(() -> read("{\"a\":".repeat(100_000)))
        .isInstanceOf(PacketFormatException.class);
    assertThatThrownBy(() -> read("[" + "1".repeat(101) + "]"))
        .isInstanceOf(PacketFormatException.class);
  }

  @Test
  void itsTextIsThatPart() throws Exception {
    assertThat(member("{\"a\":[1, 2] }", "a")).hasToString("[1, 2]");
  }
}

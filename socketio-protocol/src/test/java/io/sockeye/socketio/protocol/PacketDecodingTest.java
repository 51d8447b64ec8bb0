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

import static io.sockeye.socketio.protocol.Wire.argument;
import static io.sockeye.socketio.protocol.Wire.decoder;
import static io.sockeye.socketio.protocol.Wire.encode;
import static io.sockeye.socketio.protocol.Wire.event;
import static io.sockeye.socketio.protocol.Wire.packet;
import static io.sockeye.socketio.protocol.Wire.text;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Packets without attachments that are as they should be. */
class PacketDecodingTest {
  private static Packet eventOf(String namespace, long id, String name, Object... values) {
    return new Packet.Event(namespace, id, name, Arguments.of(values));
  }

  static Stream<org.junit.jupiter.params.provider.Arguments> packets() {
    return Stream.of(
        arguments("0", new Packet.Connect("/", Map.of())),
        arguments("0{}", new Packet.Connect("/", Map.of())),
        arguments("0{\"token\":\"1\"}", new Packet.Connect("/", Map.of("token", "1"))),
        arguments("0/admin,", new Packet.Connect("/admin", Map.of())),
        arguments("0/admin", new Packet.Connect("/admin", Map.of())),
        arguments("0/", new Packet.Connect("/", Map.of())),
        arguments("0/,", new Packet.Connect("/", Map.of())),
        arguments("0//x/../chat", new Packet.Connect("//x/../chat", Map.of())),
        arguments("0/größe€😀,", new Packet.Connect("/größe€😀", Map.of())),
        arguments("0/a?b=c,", new Packet.Connect("/a?b=c", Map.of())),
        arguments(
            "0/admin,{\"a\":{\"b\":[null]}}",
            new Packet.Connect("/admin", Map.of("a", Map.of("b", Arrays.asList((Object) null))))),
        arguments("0 { \"a\" : 1 } ", new Packet.Connect("/", Map.of("a", 1))),
        arguments("1", new Packet.Disconnect("/")),
        arguments("1/admin,", new Packet.Disconnect("/admin")),
        arguments("1/admin", new Packet.Disconnect("/admin")),
        arguments("2[\"foo\"]", eventOf("/", -1, "foo")),
        arguments("2[\"\"]", eventOf("/", -1, "")),
        arguments("20[\"foo\"]", eventOf("/", 0, "foo")),
        arguments("2007[\"foo\"]", eventOf("/", 7, "foo")),
        arguments(
            "2/admin,456[\"project:delete\",123]", eventOf("/admin", 456, "project:delete", 123)),
        arguments("2[\"a\",null,[],{}]", eventOf("/", -1, "a", null, List.of(), Map.of())),
        arguments("2 [ \"a\" , 1 , 2 ] ", eventOf("/", -1, "a", 1, 2)),
        arguments("2\t[\n\"a\"\r]\n", eventOf("/", -1, "a")),
        arguments("2[\"a\",\"]\",\"[,\\\"\"]", eventOf("/", -1, "a", "]", "[,\"")),
        arguments("3456[]", new Packet.Ack("/", 456, Arguments.EMPTY)),
        arguments("3/admin,13[\"bar\"]", new Packet.Ack("/admin", 13, Arguments.of("bar"))),
        arguments(
            "313[[1],{\"a\":2}]",
            new Packet.Ack("/", 13, Arguments.of(List.of(1), Map.of("a", 2)))));
  }

  @ParameterizedTest
  @MethodSource("packets")
  void reads(String wire, Packet expected) throws PacketFormatException {
    assertThat(packet(wire)).isEqualTo(expected);
  }

  @ParameterizedTest
  @MethodSource("packets")
  void readsARangeOfBytes(String wire, Packet expected) throws PacketFormatException {
    byte[] bytes = ("9]" + wire + "]9\"").getBytes(UTF_8);

    assertThat(decoder().text(bytes, 2, bytes.length - 5)).isEqualTo(expected);
  }

  @ParameterizedTest
  @MethodSource("packets")
  void readsTheSameForOlderRevisions(String wire, Packet expected) throws PacketFormatException {
    if (!wire.contains("?")) {
      assertThat(packet(Wire.legacyDecoder(), wire)).isEqualTo(expected);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "2[\"message\",1,\"2\",{\"3\":[true]}]", // S19
        "2[\"a\",9007199254740993,1e400,-0.0,1E+2,123456789012345678901234567890]",
        "2[\"a\",\"é€😀\",\"\\ud800\",\"\\u0000\"]",
        "2/größe,5[\"a\",{\"a\":1,\"a\":2}]"
      })
  void echoesExactly(String wire) throws PacketFormatException {
    assertThat(text(encode(packet(wire)))).isEqualTo(wire);
  }

  @Test
  void echoesAsAnAcknowledgement() throws PacketFormatException {
    // S21
    Packet.Event event = Wire.event("2456[\"message-with-ack\",1,\"2\",{\"3\":[false]}]");

    assertThat(text(encode(new Packet.Ack("/", event.id(), event.arguments()))))
        .isEqualTo("3456[1,\"2\",{\"3\":[false]}]");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ' ',
      quoteCharacter = '\'',
      value = {
        "2[\"connection\"] connection",
        "2[\"__proto__\",1] __proto__",
        "2[\"constructor\"] constructor",
        "2[\"toString\"] toString",
        "2[\"error\"] error",
        "2[\"message\"] message",
        "2[\"ping\"] ping",
        "2[\"Connect\"] Connect",
        "2[1,\"n\"] 1",
        "2[0] 0",
        "2[-1] -1",
        "2[123456789012345678901234567890] 123456789012345678901234567890",
        "2[\"\\u0061\\n\"] 'a\n'",
        "2[\"\\ud83d\\ude00\"] 😀"
      })
  void deliversNames(String wire, String name) throws PacketFormatException {
    // S24
    assertThat(event(wire).name()).isEqualTo(name);
  }

  @ParameterizedTest
  @CsvSource({"3[1],-1,1", "399[1],99,1", "3,-1,0", "39007199254740991[],9007199254740991,0"})
  void deliversAcknowledgementsNobodyAskedFor(String wire, long id, int size)
      throws PacketFormatException {
    // S25: whoever counts ids ignores them
    Packet.Ack ack = (Packet.Ack) packet(wire);

    assertThat(ack.id()).isEqualTo(id);
    assertThat(ack.arguments().size()).isEqualTo(size);
  }

  @Test
  void ignoresAnAcknowledgementOfNothingInANamespace() throws PacketFormatException {
    assertThat(packet("3/admin,")).isEqualTo(new Packet.Ack("/admin", -1, Arguments.EMPTY));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "2/a-b,[\"c\"]",
        "2[\"3-x\",\"1-2\"]",
        "2/5-,5[\"-\"]",
        "31[\"-\"]",
        "0/-,{\"a-b\":\"-\"}",
        "1/1-"
      })
  void aHyphenElsewhereIsNoAttachmentMark(String wire) throws PacketFormatException {
    // S29
    PacketDecoder decoder = decoder();

    assertThat(text(decoder, wire)).isNotNull();
    assertThat(decoder.pendingNamespace()).isNull();
  }

  static Stream<org.junit.jupiter.params.provider.Arguments> values() {
    return Stream.of(
        arguments("0", 0),
        arguments("-0", 0),
        arguments("2147483647", Integer.MAX_VALUE),
        arguments("2147483648", 2147483648L),
        arguments("-2147483648", Integer.MIN_VALUE),
        arguments("9007199254740993", 9007199254740993L), // S34
        arguments("9223372036854775807", Long.MAX_VALUE),
        arguments("9223372036854775808", new BigInteger("9223372036854775808")),
        arguments("1.0", 1.0),
        arguments("0.1", 0.1),
        arguments("1e2", 100.0),
        arguments("-1E-2", -0.01),
        arguments("5e-324", Double.MIN_VALUE),
        arguments("1e-400", 0.0),
        arguments("1e400", Double.POSITIVE_INFINITY), // S34, as JSON.parse does
        arguments("-1e400", Double.NEGATIVE_INFINITY),
        arguments("1e999999999", Double.POSITIVE_INFINITY),
        arguments("1e-999999999", 0.0),
        arguments("1e99999999999999999999", Double.POSITIVE_INFINITY),
        arguments("true", true),
        arguments("false", false),
        arguments("null", null),
        arguments("\"\"", ""),
        arguments("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"", "\"\\/\b\f\n\r\t"),
        arguments("\"\\u00e9\\u00E9\\ud83d\\ude00\"", "éé😀"),
        arguments("\"\\ud800\"", "\ud800"),
        arguments("\"x\\udc00y\"", "x\udc00y"),
        arguments("\"\\udc00\\ud800\"", "\udc00\ud800"),
        arguments("\"é€😀\u007f\u2028\"", "é€😀\u007f\u2028"),
        arguments("\"\\u0000\"", "\0"),
        arguments("[[],[[]]]", List.of(List.of(), List.of(List.of()))),
        arguments("{\"\":{}}", Map.of("", Map.of())),
        arguments("{\"\\u0061\":1}", Map.of("a", 1)),
        arguments("{\"\\ud83d\\ude00\":1}", Map.of("😀", 1)),
        arguments("{\"\\\\ud800\":1}", Map.of("\\ud800", 1)),
        arguments("{\"a\":1,\"b\":2,\"a\":3}", Map.of("a", 3, "b", 2)),
        arguments("{\"__proto__\":{\"x\":1}}", Map.of("__proto__", Map.of("x", 1))), // S33
        arguments("{\"@class\":\"java.lang.Thread\"}", Map.of("@class", "java.lang.Thread")),
        // Placeholders are plain data where nothing is attached.
        arguments("{\"_placeholder\":true,\"num\":0}", Map.of("_placeholder", true, "num", 0)));
  }

  @ParameterizedTest
  @MethodSource("values")
  void readsValues(String json, Object expected) throws PacketFormatException {
    assertThat(argument("2[\"a\"," + json + "]")).isEqualTo(expected);
  }

  @ParameterizedTest
  @MethodSource("values")
  void readsValuesOfCredentials(String json, Object expected) throws PacketFormatException {
    Packet.Connect connect = (Packet.Connect) packet("0{\"a\":" + json + "}");

    assertThat(connect.payload().get("a")).isEqualTo(expected);
  }

  @Test
  void keepsTheOrderOfKeys() throws PacketFormatException {
    Map<?, ?> map = (Map<?, ?>) argument("2[\"a\",{\"z\":1,\"10\":2,\"a\":3,\"1\":4,\"z\":5}]");

    assertThat(List.copyOf(map.keySet())).isEqualTo(List.of("z", "10", "a", "1"));
    assertThat(map.get("z")).isEqualTo(5);
  }

  @Test
  void readsALongMessage() throws PacketFormatException {
    // S32
    String big = "é€😀\\n".repeat(100_000);

    assertThat(argument("2[\"a\",\"" + big + "\"]")).isEqualTo("é€😀\n".repeat(100_000));
  }

  @Test
  void readsManyArguments() throws PacketFormatException {
    Packet.Event event = event("2[\"a\"" + ",1".repeat(100_000) + "]");

    assertThat(event.arguments().size()).isEqualTo(100_000);
    assertThat(event.arguments().values()).hasSize(100_000).containsOnly(1);
  }

  @Test
  void readsPacketsOneAfterTheOther() throws PacketFormatException {
    PacketDecoder decoder = decoder();

    Packet first = text(decoder, "2[\"a\",[1],2]");
    Packet second = text(decoder, "2[\"b\"]");

    // What the first refers to is its own, whatever came later.
    assertThat(first).isEqualTo(eventOf("/", -1, "a", List.of(1), 2));
    assertThat(second).isEqualTo(eventOf("/", -1, "b"));
  }

  @Test
  void theListOfArgumentsIsUnmodifiable() throws PacketFormatException {
    List<Object> values = event("2[\"a\",1]").arguments().values();

    assertThatThrownBy(() -> values.add(2)).isInstanceOf(UnsupportedOperationException.class);
  }

  @Test
  void credentialsAreUnmodifiable() throws PacketFormatException {
    Map<String, Object> payload = ((Packet.Connect) packet("0{\"a\":1}")).payload();

    assertThatThrownBy(() -> payload.put("b", 2)).isInstanceOf(UnsupportedOperationException.class);
  }
}

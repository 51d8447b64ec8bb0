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

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Packets out. */
class EncodeTest {
  private static io.sockeye.socketio.protocol.Arguments args(Object... values) {
    return io.sockeye.socketio.protocol.Arguments.of(values);
  }

  static Stream<Arguments> packets() {
    return Stream.of(
        Arguments.of(new Packet.Connect("/", Map.of()), "0"),
        Arguments.of(
            new Packet.Connect("/admin", Map.of("sid", "abc")), "0/admin,{\"sid\":\"abc\"}"),
        Arguments.of(new Packet.Connect("/admin", Map.of()), "0/admin,"),
        Arguments.of(new Packet.Disconnect("/"), "1"),
        Arguments.of(new Packet.Disconnect("/admin"), "1/admin,"),
        Arguments.of(new Packet.Event("/", Packet.NO_ID, "foo", args()), "2[\"foo\"]"),
        Arguments.of(
            new Packet.Event("/admin", 456, "project:delete", args(123)),
            "2/admin,456[\"project:delete\",123]"),
        Arguments.of(new Packet.Event("/", 0, "a\"b", args()), "20[\"a\\\"b\"]"),
        Arguments.of(new Packet.Ack("/admin", 13, args("bar")), "3/admin,13[\"bar\"]"),
        Arguments.of(new Packet.Ack("/", 9007199254740991L, args()), "39007199254740991[]"),
        Arguments.of(
            new Packet.ConnectError("/", Map.of("message", "Not authorized")),
            "4{\"message\":\"Not authorized\"}"),
        Arguments.of(new Packet.ConnectError("/d", "nope"), "4/d,\"nope\""),
        Arguments.of(new Packet.ConnectError("/d", null), "4/d,"));
  }

  @ParameterizedTest(name = "{1}")
  @MethodSource("packets")
  void everyType(Packet packet, String text) {
    assertThat(Wire.encode(packet)).containsExactly(text);
  }

  static Stream<Arguments> binary() {
    byte[] data = Wire.bytes(1, 2);
    return Stream.of(
        Arguments.of(
            new Packet.Event("/", Packet.NO_ID, "baz", args((Object) data)),
            List.of("51-[\"baz\",{\"_placeholder\":true,\"num\":0}]", "0102")),
        Arguments.of(
            new Packet.Event(
                "/admin",
                7,
                "baz",
                args(
                    Wire.map("a", List.of(data, "t"), "b", ByteBuffer.wrap(Wire.bytes(3))),
                    ByteBuffer.allocate(0))),
            List.of(
                "53-/admin,7[\"baz\",{\"a\":[{\"_placeholder\":true,\"num\":0},\"t\"],"
                    + "\"b\":{\"_placeholder\":true,\"num\":1}},{\"_placeholder\":true,\"num\":2}]",
                "0102",
                "03",
                "")),
        Arguments.of(
            new Packet.Ack("/", 15, args("bar", data)),
            List.of("61-15[\"bar\",{\"_placeholder\":true,\"num\":0}]", "0102")));
  }

  @ParameterizedTest(name = "{1}")
  @MethodSource("binary")
  void binaryLeavesBecomeAttachments(Packet packet, List<String> frames) {
    assertThat(Wire.encode(packet)).isEqualTo(frames);
  }

  @Test
  void s31EncodingChangesNothing() {
    ByteBuffer buffer = ByteBuffer.wrap(Wire.bytes(9, 1, 2, 3), 1, 2);
    Packet packet =
        new Packet.Event("/", Packet.NO_ID, "a", args(Wire.map("b", buffer), List.of(buffer)));
    List<String> first = Wire.encode(packet);

    assertThat(Wire.encode(packet)).isEqualTo(first);
    assertThat(first).containsSubsequence("0102", "0102");
    assertThat(buffer.position()).isEqualTo(1);
    assertThat(buffer.remaining()).isEqualTo(2);
  }

  @Test
  void s31AttachmentsAreReadOnly() {
    Packet packet = new Packet.Event("/", Packet.NO_ID, "a", args((Object) Wire.bytes(1)));

    assertThat(PacketParser.json().encode(packet, 0).attachments())
        .allMatch(ByteBuffer::isReadOnly);
  }

  static Stream<Arguments> values() {
    return Stream.of(
        Arguments.of(null, "null"),
        Arguments.of(true, "true"),
        Arguments.of(false, "false"),
        Arguments.of(0, "0"),
        Arguments.of(-7, "-7"),
        Arguments.of((byte) 5, "5"),
        Arguments.of(Long.MIN_VALUE, "-9223372036854775808"),
        Arguments.of(1.5, "1.5"),
        Arguments.of(-0.25f, "-0.25"),
        Arguments.of(1e300, "1.0E300"),
        Arguments.of(Double.NaN, "null"),
        Arguments.of(Double.POSITIVE_INFINITY, "null"),
        Arguments.of(
            new BigInteger("123456789012345678901234567890"), "123456789012345678901234567890"),
        Arguments.of(new BigDecimal("1.50"), "1.50"),
        Arguments.of(new AtomicInteger(3), "3"),
        Arguments.of("", "\"\""),
        Arguments.of("a\"\\/\b\f\n\r\t\u0001\u001f", "\"a\\\"\\\\/\\b\\f\\n\\r\\t\\u0001\\u001f\""),
        Arguments.of("é€𐍈\u007f\u2028", "\"é€𐍈\u007f\u2028\""),
        Arguments.of("\ud800x\udc00", "\"\\ud800x\\udc00\""),
        Arguments.of('c', "\"c\""),
        Arguments.of(java.nio.CharBuffer.wrap("sb"), "\"sb\""),
        Arguments.of(TimeUnit.SECONDS, "\"SECONDS\""),
        Arguments.of(List.of(), "[]"),
        Arguments.of(Arrays.asList(1, null, "x"), "[1,null,\"x\"]"),
        Arguments.of(new Object[] {1, "x"}, "[1,\"x\"]"),
        Arguments.of(Map.of(), "{}"),
        Arguments.of(Wire.map("b", 1, "a", List.of()), "{\"b\":1,\"a\":[]}"),
        Arguments.of(Map.of(1, 2), "{\"1\":2}"));
  }

  @ParameterizedTest(name = "{1}")
  @MethodSource("values")
  void valuesOfEveryKind(Object value, String json) {
    assertThat(
            Wire.encode(
                new Packet.Event(
                    "/",
                    Packet.NO_ID,
                    "a",
                    io.sockeye.socketio.protocol.Arguments.ofList(Arrays.asList(value)))))
        .containsExactly("2[\"a\"," + json + "]");
  }

  @Test
  void otherValuesAreConvertedOrRefused() {
    record Point(int x) {}

    Packet packet = new Packet.Event("/", Packet.NO_ID, "a", args(new Point(1)));

    assertThatThrownBy(() -> PacketParser.json().encode(packet, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("Point");
    EncodedPacket converted =
        PacketParser.json(value -> Map.of("x", ((Point) value).x())).encode(packet, 0);
    assertThat(new String(converted.text(), java.nio.charset.StandardCharsets.UTF_8))
        .isEqualTo("2[\"a\",{\"x\":1}]");
  }

  @Test
  void headroomIsLeftFree() {
    EncodedPacket encoded = PacketParser.json().encode(new Packet.Disconnect("/"), 3);

    assertThat(encoded.text()).hasSize(4);
    assertThat(encoded.text()[3]).isEqualTo((byte) '1');
  }
}

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

import static io.sockeye.socketio.protocol.Wire.attachments;
import static io.sockeye.socketio.protocol.Wire.bytes;
import static io.sockeye.socketio.protocol.Wire.encode;
import static io.sockeye.socketio.protocol.Wire.latin1;
import static io.sockeye.socketio.protocol.Wire.text;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class PacketEncodingTest {
  private static final String FIRST = "{\"_placeholder\":true,\"num\":0}";
  private static final String SECOND = "{\"_placeholder\":true,\"num\":1}";

  private static Packet event(String namespace, long id, String name, Object... values) {
    return new Packet.Event(namespace, id, name, Arguments.of(values));
  }

  private static Packet ack(String namespace, long id, Object... values) {
    return new Packet.Ack(namespace, id, Arguments.of(values));
  }

  static Stream<org.junit.jupiter.params.provider.Arguments> textPackets() {
    return Stream.of(
        arguments(new Packet.Connect("/", Map.of()), "0"),
        arguments(new Packet.Connect("/", Map.of("sid", "a-b_1")), "0{\"sid\":\"a-b_1\"}"),
        arguments(new Packet.Connect("/admin", Map.of()), "0/admin,"),
        arguments(new Packet.Connect("/admin", Map.of("n", 1)), "0/admin,{\"n\":1}"),
        arguments(new Packet.Disconnect("/"), "1"),
        arguments(new Packet.Disconnect("/admin"), "1/admin,"),
        arguments(event("/", -1, "foo"), "2[\"foo\"]"),
        arguments(event("/", 0, "foo"), "20[\"foo\"]"),
        arguments(event("/", 9, "foo"), "29[\"foo\"]"),
        arguments(event("/", 10, "foo"), "210[\"foo\"]"),
        arguments(event("/", 9007199254740991L, "foo", 1), "29007199254740991[\"foo\",1]"),
        arguments(
            event("/admin", 456, "project:delete", 123), "2/admin,456[\"project:delete\",123]"),
        arguments(
            event("/", -1, "message", 1, "2", Map.of("3", List.of(true))),
            "2[\"message\",1,\"2\",{\"3\":[true]}]"),
        arguments(event("/", -1, "a", (Object) null), "2[\"a\",null]"),
        arguments(event("/", -1, "a", (Object) new Object[] {1, 2}), "2[\"a\",[1,2]]"),
        arguments(event("/", -1, "quote\"d"), "2[\"quote\\\"d\"]"),
        arguments(event("/", -1, ""), "2[\"\"]"),
        arguments(event("/größe", -1, "é€😀"), "2/größe,[\"é€😀\"]"),
        arguments(ack("/", 456), "3456[]"),
        arguments(ack("/admin", 13, "bar"), "3/admin,13[\"bar\"]"),
        arguments(ack("/", 0, 1, null), "30[1,null]"),
        arguments(ack("/", -1, 1), "3[1]"),
        arguments(
            new Packet.ConnectError("/", Map.of("message", "Not authorized")),
            "4{\"message\":\"Not authorized\"}"),
        arguments(
            new Packet.ConnectError("/nope", Map.of("message", "Invalid namespace")),
            "4/nope,{\"message\":\"Invalid namespace\"}"),
        // Revision 4: any value
        arguments(new Packet.ConnectError("/", "nope"), "4\"nope\""),
        arguments(
            new Packet.ConnectError("/nope", "Invalid namespace"), "4/nope,\"Invalid namespace\""),
        arguments(new Packet.ConnectError("/d", List.of(1, "x")), "4/d,[1,\"x\"]"),
        arguments(new Packet.ConnectError("/d", null), "4/d,"),
        arguments(new Packet.ConnectError("/", null), "4"));
  }

  @ParameterizedTest
  @MethodSource("textPackets")
  void writesText(Packet packet, String wire) {
    EncodedPacket encoded = encode(packet);

    assertThat(text(encoded)).isEqualTo(wire);
    assertThat(encoded.attachments()).isEmpty();
  }

  static Stream<org.junit.jupiter.params.provider.Arguments> binaryPackets() {
    ByteBuffer a = latin1("a");
    byte[] b = {'b'};
    return Stream.of(
        arguments(event("/", -1, "baz", a), "51-[\"baz\"," + FIRST + "]", List.of("a")),
        arguments(
            event("/admin", -1, "baz", a, b),
            "52-/admin,[\"baz\"," + FIRST + "," + SECOND + "]",
            List.of("a", "b")),
        arguments(
            event("/", 789, "a", b, a),
            "52-789[\"a\"," + FIRST + "," + SECOND + "]",
            List.of("b", "a")),
        arguments(ack("/", 15, "bar", a), "61-15[\"bar\"," + FIRST + "]", List.of("a")),
        arguments(ack("/admin", 15, a), "61-/admin,15[" + FIRST + "]", List.of("a")),
        // The same buffer twice is two attachments.
        arguments(ack("/", 1, a, a), "62-1[" + FIRST + "," + SECOND + "]", List.of("a", "a")),
        arguments(event("/", -1, "e", latin1("")), "51-[\"e\"," + FIRST + "]", List.of("")),
        // Numbered in the order of the walk, at any depth.
        arguments(
            event("/", -1, "deep", List.of(List.of(List.of(Map.of("k", List.of(a))))), b),
            "52-[\"deep\",[[[{\"k\":[" + FIRST + "]}]]]," + SECOND + "]",
            List.of("a", "b")),
        arguments(
            event("/", -1, "map", ordered("x", b, "y", 1, "z", new Object[] {a, null})),
            "52-[\"map\",{\"x\":" + FIRST + ",\"y\":1,\"z\":[" + SECOND + ",null]}]",
            List.of("b", "a")));
  }

  @ParameterizedTest
  @MethodSource("binaryPackets")
  void writesPlaceholdersAndAttachments(Packet packet, String wire, List<String> attachments) {
    EncodedPacket encoded = encode(packet);

    assertThat(text(encoded)).isEqualTo(wire);
    assertThat(attachments(encoded)).isEqualTo(attachments);
  }

  private static Map<String, Object> ordered(Object... pairs) {
    Map<String, Object> map = new LinkedHashMap<>();
    for (int i = 0; i < pairs.length; i += 2) {
      map.put((String) pairs[i], pairs[i + 1]);
    }
    return map;
  }

  @Test
  void countsMoreThanNineAttachments() {
    Object[] buffers = new Object[12];
    Arrays.fill(buffers, bytes(7));

    EncodedPacket encoded = encode(event("/", -1, "a", buffers));

    assertThat(text(encoded))
        .startsWith("512-[\"a\",{\"_placeholder\":true,\"num\":0},")
        .endsWith(",{\"_placeholder\":true,\"num\":10},{\"_placeholder\":true,\"num\":11}]");
    assertThat(encoded.attachments()).hasSize(12);
  }

  @Test
  void writesOnlyWhatRemainsInABuffer() {
    ByteBuffer buffer = latin1("abcdef").position(2).limit(4);

    assertThat(attachments(encode(event("/", -1, "a", buffer)))).containsExactly("cd");
  }

  @Test
  void leavesHeadroomFree() {
    byte[] text = Wire.PARSER.encode(event("/admin", 1, "a"), 3).text();

    assertThat(text).isEqualTo("\0\0\0002/admin,1[\"a\"]".getBytes(ISO_8859_1));
  }

  @Test
  void leavesHeadroomFreeBeforeABinaryHeader() {
    byte[] text = Wire.PARSER.encode(ack("/", 1, bytes(1)), 10).text();

    assertThat(text).isEqualTo(("\0\0\0\0\0\0\0\0\0\00061-1[" + FIRST + "]").getBytes(ISO_8859_1));
  }

  @Test
  void passesArgumentsOnAsTheyCame() throws PacketFormatException {
    // Text that came in is neither decoded nor written anew: white space and escapes stay.
    Packet.Event event = Wire.event("2/a,7[ \"n\" , 1.0 , {\"k\" : \"\\u0041\"} ]");

    assertThat(text(encode(event))).isEqualTo("2/a,7[\"n\",1.0 , {\"k\" : \"\\u0041\"}]");
    assertThat(text(encode(new Packet.Ack("/", 7, event.arguments()))))
        .isEqualTo("37[1.0 , {\"k\" : \"\\u0041\"}]");
  }

  @Test
  void passesNoArgumentsOn() throws PacketFormatException {
    Packet.Event event = Wire.event("2[ \"n\" ]");

    assertThat(text(encode(event))).isEqualTo("2[\"n\"]");
    assertThat(text(encode(new Packet.Ack("/", 7, event.arguments())))).isEqualTo("37[]");
  }

  @Test
  void passesArgumentsOfAnAckOnAsAnEvent() throws PacketFormatException {
    Packet.Ack ack = (Packet.Ack) Wire.packet("37[ 1,[2] ]");

    assertThat(text(encode(new Packet.Event("/", -1, "n", ack.arguments()))))
        .isEqualTo("2[\"n\",1,[2]]");
  }

  @Test
  void echoesABinaryEvent() throws PacketFormatException {
    // S20, S22
    Packet.Event event =
        Wire.event("52-789[\"a\"," + SECOND + ",{\"x\":" + FIRST + "}]", latin1("a"), latin1("b"));

    EncodedPacket encoded = encode(new Packet.Ack("/", event.id(), event.arguments()));

    assertThat(text(encoded)).isEqualTo("62-789[" + FIRST + ",{\"x\":" + SECOND + "}]");
    assertThat(attachments(encoded)).containsExactly("b", "a");
  }

  @Test
  void changesNothingAndGivesEqualBytesTwice() {
    // S31
    ByteBuffer buffer = latin1("abcdef").position(1).limit(5);
    byte[] array = {1, 2, 3};
    List<Object> list = new ArrayList<>(Arrays.asList(buffer, null, array));
    Map<String, Object> map = ordered("list", list, "n", BigInteger.TEN);
    Packet packet = event("/admin", 3, "a", map, buffer);

    EncodedPacket first = encode(packet);
    EncodedPacket second = encode(packet);

    assertThat(second.text()).isEqualTo(first.text());
    assertThat(second.attachments()).isEqualTo(first.attachments()).hasSize(3);
    assertThat(map).isEqualTo(ordered("list", list, "n", BigInteger.TEN));
    assertThat(list).containsExactly(buffer, null, array);
    assertThat(array).containsExactly(1, 2, 3);
    assertThat(buffer).isEqualTo(latin1("bcde"));
    assertThat(buffer.position()).isEqualTo(1);
    assertThat(buffer.limit()).isEqualTo(5);
  }

  @Test
  void attachmentsAreReadOnlyAndApartFromTheArgument() {
    ByteBuffer buffer = latin1("abc");

    EncodedPacket encoded = encode(event("/", -1, "a", buffer));
    ByteBuffer attachment = encoded.attachments().get(0);
    attachment.get();

    assertThat(attachment.isReadOnly()).isTrue();
    assertThat(buffer.position()).isZero();
    assertThatThrownBy(() -> encoded.attachments().add(buffer))
        .isInstanceOf(UnsupportedOperationException.class);
  }

  @Test
  void textIsAsLongAsItsContent() {
    String big = "é".repeat(100_000);

    byte[] text = encode(event("/", -1, "a", big)).text();

    assertThat(text).isEqualTo(("2[\"a\",\"" + big + "\"]").getBytes(UTF_8));
  }

  @Test
  void saysWhichArgumentCannotBeWritten() {
    assertThatThrownBy(() -> encode(event("/", -1, "a", 1, List.of(new Thread()))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "argument 1 of \"a\": java.lang.Thread (expected: a string, number, boolean, null,"
                + " map, iterable, array of objects or bytes)");
    assertThatThrownBy(() -> encode(ack("/", 1, new int[0])))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("argument 0 of an acknowledgement: [I (expected: ");
  }

  @Test
  void refusesBytesWhereNoneCanFollow() {
    assertThatThrownBy(() -> encode(new Packet.Connect("/", Map.of("a", bytes(1)))))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> encode(new Packet.ConnectError("/", List.of(bytes(1)))))
        .isInstanceOf(IllegalArgumentException.class);
  }
}

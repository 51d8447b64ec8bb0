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

import static io.sockeye.socketio.protocol.Wire.legacyDecoder;
import static io.sockeye.socketio.protocol.Wire.packet;
import static io.sockeye.socketio.protocol.Wire.refusal;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.sockeye.socketio.protocol.PacketFormatException.Reason;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Revisions 4 and 3: a namespace may carry a query. */
class LegacyDecodingTest {
  static Stream<org.junit.jupiter.params.provider.Arguments> connects() {
    return Stream.of(
        arguments("0/chat", "/chat", Map.of()),
        arguments("0/chat,", "/chat", Map.of()),
        arguments("0/chat?", "/chat", Map.of()),
        arguments("0/chat?token=1&a=b%20c,", "/chat", Map.of("token", "1", "a", "b c")),
        arguments("0/chat?token=1&a=b%20c", "/chat", Map.of("token", "1", "a", "b c")),
        arguments("0/?a=1", "/", Map.of("a", "1")),
        arguments("0/chat?a=b+c", "/chat", Map.of("a", "b c")),
        arguments("0/chat?a=%C3%A9&%C3%A9=%26%3D", "/chat", Map.of("a", "é", "é", "&=")),
        arguments("0/chat?a=é😀", "/chat", Map.of("a", "é😀")),
        arguments("0/chat?a", "/chat", Map.of("a", "")),
        arguments("0/chat?a=", "/chat", Map.of("a", "")),
        arguments("0/chat?=a", "/chat", Map.of("", "a")),
        arguments("0/chat?&&a=1&", "/chat", Map.of("a", "1")),
        arguments("0/chat?a=1&a=2", "/chat", Map.of("a", "2")),
        arguments("0/chat?a=1=2", "/chat", Map.of("a", "1=2")),
        arguments("0/chat?a=1?b=2", "/chat", Map.of("a", "1?b=2")),
        arguments("0/chat?a=%zz&b=%", "/chat", Map.of("a", "%zz", "b", "%")),
        arguments("0/chat?__proto__=1", "/chat", Map.of("__proto__", "1")),
        // Split at the first mark, nothing else.
        arguments("0//x/../%63hat?a=1", "//x/../%63hat", Map.of("a", "1")),
        // A payload counts for more than a query.
        arguments("0/chat?a=1,{\"b\":2}", "/chat", Map.of("b", 2)));
  }

  @ParameterizedTest
  @MethodSource("connects")
  void aQueryIsThePayload(String wire, String namespace, Map<String, Object> payload)
      throws PacketFormatException {
    assertThat(packet(legacyDecoder(), wire)).isEqualTo(new Packet.Connect(namespace, payload));
  }

  @Test
  void otherPacketsMayRepeatTheQuery() throws PacketFormatException {
    assertThat(packet(legacyDecoder(), "2/chat?x=1,5[\"a\",1]"))
        .isEqualTo(new Packet.Event("/chat", 5, "a", Arguments.of(1)));
    assertThat(packet(legacyDecoder(), "3/chat?x=1,5[1]"))
        .isEqualTo(new Packet.Ack("/chat", 5, Arguments.of(1)));
    assertThat(packet(legacyDecoder(), "1/chat?x=1,")).isEqualTo(new Packet.Disconnect("/chat"));
    assertThat(
            packet(
                legacyDecoder(),
                "51-/chat?x=1-2,5[\"a\",{\"_placeholder\":true,\"num\":0}]",
                Wire.bytes(1)))
        .isEqualTo(new Packet.Event("/chat", 5, "a", Arguments.of(Wire.bytes(1))));
  }

  @Test
  void thePendingNamespaceHasNoQuery() throws PacketFormatException {
    PacketDecoder decoder = legacyDecoder();

    Wire.text(decoder, "51-/chat?x=1,[\"a\"]");

    assertThat(decoder.pendingNamespace()).isEqualTo("/chat");
  }

  @Test
  void aQueryIsNoPartOfTheNamespacesLength() throws PacketFormatException {
    // Tokens are longer than names.
    String token = "x".repeat(1000);

    assertThat(packet(legacyDecoder(), "0/chat?token=" + token))
        .isEqualTo(new Packet.Connect("/chat", Map.of("token", token)));
    assertThat(packet(legacyDecoder(), "0/" + "a".repeat(255) + "?a=1"))
        .isEqualTo(new Packet.Connect("/" + "a".repeat(255), Map.of("a", "1")));
    assertThat(refusal(legacyDecoder(), "0/" + "a".repeat(256) + "?a=1"))
        .isEqualTo(Reason.NAMESPACE);
  }

  @Test
  void aQueryMayHaveManyPairs() throws PacketFormatException {
    StringBuilder wire = new StringBuilder("0/chat?");
    Map<String, Object> pairs = new LinkedHashMap<>();
    for (int i = 0; i < 100; i++) {
      wire.append(i == 0 ? "" : "&").append('k').append(i).append("=v");
      pairs.put("k" + i, "v");
    }

    assertThat(packet(legacyDecoder(), wire.toString()))
        .isEqualTo(new Packet.Connect("/chat", pairs));
  }

  @Test
  void revisionFiveHasNoQueries() throws PacketFormatException {
    assertThat(packet("2/chat?x=1,[\"a\"]"))
        .isEqualTo(new Packet.Event("/chat?x=1", -1, "a", Arguments.EMPTY));
  }
}

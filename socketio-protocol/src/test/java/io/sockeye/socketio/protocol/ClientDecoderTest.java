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

import static io.sockeye.socketio.protocol.Wire.PARSER;
import static io.sockeye.socketio.protocol.Wire.packet;
import static io.sockeye.socketio.protocol.Wire.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a server sends, read at the client's end. */
class ClientDecoderTest {
  private final PacketDecoder decoder = PARSER.newClientDecoder(DecoderLimits.DEFAULTS);

  @Test
  void aRefusalIsAnyValue() throws PacketFormatException {
    assertThat(text(decoder, "4{\"message\":\"no\",\"data\":{\"a\":[1]}}"))
        .isEqualTo(
            new Packet.ConnectError("/", Map.of("message", "no", "data", Map.of("a", List.of(1)))));
    assertThat(text(decoder, "4/chat,{\"message\":\"Invalid namespace\"}"))
        .isEqualTo(new Packet.ConnectError("/chat", Map.of("message", "Invalid namespace")));
    assertThat(text(decoder, "4\"bare, as to clients of revision 4\""))
        .isEqualTo(new Packet.ConnectError("/", "bare, as to clients of revision 4"));
    assertThat(text(decoder, "4/chat,")).isEqualTo(new Packet.ConnectError("/chat", null));
  }

  @Test
  void theRestIsAsAtTheServersEnd() throws PacketFormatException {
    assertThat(text(decoder, "0{\"sid\":\"x\"}"))
        .isEqualTo(new Packet.Connect("/", Map.of("sid", "x")));
    assertThat(text(decoder, "1/chat,")).isEqualTo(new Packet.Disconnect("/chat"));
    assertThat(text(decoder, "27[\"a\",1]"))
        .isEqualTo(new Packet.Event("/", 7, "a", Arguments.of(1)));
    assertThat(text(decoder, "37[]")).isEqualTo(new Packet.Ack("/", 7, Arguments.EMPTY));
    ByteBuffer bytes = ByteBuffer.wrap(new byte[] {1});
    assertThat(packet(decoder, "51-[\"a\",{\"_placeholder\":true,\"num\":0}]", bytes))
        .isEqualTo(new Packet.Event("/", Packet.NO_ID, "a", Arguments.of(bytes)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"4{", "4]", "4[", "41,2", "4{}x", "7", "", "x"})
  void whatIsNoPacketIsRefused(String wire) {
    assertThatThrownBy(() -> text(decoder, wire)).isInstanceOf(PacketFormatException.class);
  }
}

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
package io.sockeye.parser.msgpack;

import static io.sockeye.parser.msgpack.Wire.buffer;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.sockeye.socketio.protocol.Arguments;
import io.sockeye.socketio.protocol.Packet;
import io.sockeye.socketio.protocol.PacketFormatException;
import io.sockeye.socketio.protocol.PacketFormatException.Reason;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Clients 2.x with socket.io-msgpack-parser 2.x; the packets are captured from them. */
class EarlierClientsTest {
  private static Packet text(String text) throws PacketFormatException {
    byte[] bytes = (">" + text + "<").getBytes(UTF_8);
    return Wire.legacyDecoder().text(bytes, 1, bytes.length - 2);
  }

  private static Packet binary(String wire) throws PacketFormatException {
    return Wire.legacyDecoder().binary(buffer(wire));
  }

  @Test
  void theyConnectAndLeaveInJson() throws PacketFormatException {
    assertThat(text("{\"type\":0,\"nsp\":\"/chat\"}"))
        .isEqualTo(new Packet.Connect("/chat", Map.of()));
    assertThat(text("{\"type\":0,\"query\":\"token=a%20b\",\"nsp\":\"/chat?token=a%20b\"}"))
        .isEqualTo(new Packet.Connect("/chat", Map.of("token", "a b")));
    assertThat(text("{\"type\":1,\"nsp\":\"/chat\"}")).isEqualTo(new Packet.Disconnect("/chat"));
  }

  @Test
  void theyNumberEventsWithBytesAsTheStandardParserDoes() throws PacketFormatException {
    assertThat(
            binary(
                "84a47479706502a46461746192a568656c6c6f01a76f7074696f6e7381a8636f6d7072657373c3a36e"
                    + "7370a52f63686174"))
        .isEqualTo(new Packet.Event("/chat", -1, "hello", Arguments.of(1)));
    assertThat(
            binary(
                "85a47479706505a46461746192a162c40101a76f7074696f6e7381a8636f6d7072657373c3a2696400"
                    + "a36e7370a12f"))
        .isEqualTo(new Packet.Event("/", 0, "b", Arguments.of(buffer("01"))));
    assertThat(binary("84 a4'type' 06 a3'nsp' a1'/' a2'id' 05 a4'data' 91 c400"))
        .isEqualTo(new Packet.Ack("/", 5, Arguments.of(buffer(""))));
  }

  @Test
  void s69AQueryAfterTheNamespaceOfAnEventIsIgnored() throws PacketFormatException {
    assertThat(binary("83 a4'type' 02 a3'nsp' a9'/chat?x=1' a4'data' 91 a1'a'"))
        .isEqualTo(new Packet.Event("/chat", -1, "a", Arguments.EMPTY));
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '`',
      delimiter = '|',
      value = {
        "SYNTAX | ``",
        "SYNTAX | 40",
        "SYNTAX | /x,{\"type\":0,\"nsp\":\"/\"}",
        "SYNTAX | 7{\"type\":0,\"nsp\":\"/\"}",
        "SYNTAX | [0]",
        "SYNTAX | {\"type\":0",
        "SYNTAX | {\"type\":0,\"nsp\":\"/\"}x",
        "NAMESPACE | {\"type\":0,\"nsp\":\"/a,b\"}",
        "TYPE | {}",
        "TYPE | {\"type\":4,\"nsp\":\"/\",\"data\":\"x\"}",
        "TYPE | {\"type\":\"0\",\"nsp\":\"/\"}",
        "NAMESPACE | {\"type\":0}",
        "NAMESPACE | {\"type\":0,\"nsp\":\"chat\"}",
        "PAYLOAD | {\"type\":1,\"nsp\":\"/\",\"data\":1}",
        "PAYLOAD | {\"type\":2,\"nsp\":\"/\"}",
        "EVENT_NAME | {\"type\":2,\"nsp\":\"/\",\"data\":[\"disconnect\"]}",
        "ID | {\"type\":2,\"nsp\":\"/\",\"data\":[\"a\"],\"id\":-1}"
      })
  void whatIsNoPacket(Reason reason, String text) {
    PacketFormatException refusal =
        catchThrowableOfType(PacketFormatException.class, () -> text(text));
    assertThat(refusal).as("refusal of %s", text).isNotNull();
    assertThat(refusal.reason()).isEqualTo(reason);
  }
}

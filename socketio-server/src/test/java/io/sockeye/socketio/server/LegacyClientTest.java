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
package io.sockeye.socketio.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.sockeye.engineio.server.internal.MemorySocket;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Clients of Socket.IO 1.x and 2.x (rules S63 to S72). */
class LegacyClientTest {
  private final Io io = Io.start();
  private final List<Socket> sockets = new ArrayList<>();

  private MemorySocket connect() {
    io.server.onConnect(sockets::add);
    return io.openLegacy("");
  }

  @Test
  void s63TheMainNamespaceIsJoinedFromTheStart() {
    MemorySocket socket = io.web.webSocket("/socket.io/?EIO=3&transport=websocket");

    List<String> frames = socket.take();
    assertThat(frames).hasSize(2);
    assertThat(frames.get(0)).startsWith("0{\"sid\"");
    assertThat(frames.get(1)).isEqualTo("40");
  }

  @Test
  void s63TheMainNamespaceIsJoinedOnTheSecondPoll() {
    String uri = "/socket.io/?EIO=3&transport=polling";
    String sid = Io.sid(io.web.get(uri).text());

    assertThat(io.web.get(uri + "&sid=" + sid).text()).isEqualTo("2:40");
  }

  @Test
  void s64IdsAreThoseOfTheSession() {
    io.server.of("/chat").onConnect(sockets::add);
    MemorySocket socket = io.web.webSocket("/socket.io/?EIO=3&transport=websocket");
    String sid = Io.sid(socket.take().get(0));
    socket.send("40/chat");

    assertThat(socket.take()).containsExactly("40/chat,");
    assertThat(sockets.get(0).id()).isEqualTo("/chat#" + sid);
  }

  @Test
  void s65TheQueryOfANamespaceIsTheAuth() {
    io.server.of("/chat").onConnect(sockets::add);
    io.openLegacy("").send("40/chat?token=1&a=b%20c,");

    assertThat(sockets.get(0).handshake().auth()).isEqualTo(Map.of("token", "1", "a", "b c"));
  }

  @Test
  void s66ARefusalIsItsMessageOrItsData() {
    io.server.use(
        socket -> {
          throw new ConnectionRefusedException("nope");
        });
    io.server
        .of("/d")
        .use(
            socket -> {
              throw new ConnectionRefusedException("nope", Map.of("c", 1));
            });
    MemorySocket socket = io.web.webSocket("/socket.io/?EIO=3&transport=websocket");

    assertThat(socket.take()).last().isEqualTo("44\"nope\"");
    assertThat(socket.send("40/d").take()).containsExactly("44/d,{\"c\":1}");
  }

  @Test
  void s67AnUnknownNamespaceIsAString() {
    assertThat(connect().send("40/nope").take()).containsExactly("44/nope,\"Invalid namespace\"");
  }

  @Test
  void s69LaterPacketsMayRepeatTheQuery() {
    io.server.of("/chat").on("a", (socket, args, ack) -> ack.send(args));
    MemorySocket socket = connect().send("40/chat?x=1,");
    socket.take();

    assertThat(socket.send("42/chat?x=1,5[\"a\",1]").take()).containsExactly("43/chat,5[1]");
  }

  @Test
  void s70AConnectToTheMainNamespaceCloses() {
    assertThat(connect().send("40").isOpen()).isFalse();
  }

  @Test
  void s71NamesAreNotNormalised() {
    io.server.of("/chat");

    assertThat(connect().send("40//x/chat").take())
        .containsExactly("44//x/chat,\"Invalid namespace\"");
  }

  @Test
  void s72NamesMayBeOfAnyLetters() {
    io.server.of("/ж");

    assertThat(connect().send("40/ж").take()).containsExactly("40/ж,");
  }

  @Test
  void eventsAcknowledgementsAndBinaryAreAsEver() {
    io.server.on("a", (socket, args, ack) -> ack.send(args));
    MemorySocket socket = connect();

    assertThat(socket.send("427[\"a\",1]").take()).containsExactly("437[1]");
    socket.send("451-8[\"a\",{\"_placeholder\":true,\"num\":0}]").sendHex("040102");
    assertThat(socket.take())
        .containsExactly("461-8[{\"_placeholder\":true,\"num\":0}]", "<040102>");
    socket.send("41");
    assertThat(socket.isOpen()).isTrue();
  }
}

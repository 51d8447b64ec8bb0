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

import io.sockeye.engineio.server.HandlerExecution;
import io.sockeye.engineio.server.internal.MemoryExchange;
import io.sockeye.engineio.server.internal.MemorySocket;
import io.sockeye.engineio.server.internal.MemoryWeb;
import io.sockeye.parser.msgpack.MsgpackExtension;
import io.sockeye.parser.msgpack.MsgpackParser;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A server whose packets are MessagePack. Handlers run on the thread of the test. */
class MsgpackServerTest {
  private static final String CONNECT = Hex.hex("82 a4'type' 00 a3'nsp' a1'/'");
  private static final Pattern CONNECTED =
      Pattern.compile(
          "<" + Hex.hex("83 a4'type' 00 a3'nsp' a1'/' a4'data' 81 a3'sid' b4") + "([0-9a-f]{40})>");

  private final List<String> heard = new ArrayList<>();
  private final SocketIoServer server =
      SocketIoServer.create(
          SocketIoOptions.builder()
              .packetParser(MsgpackParser.create())
              .engine(
                  engine ->
                      engine
                          .allowEio3(true)
                          .pingInterval(Duration.ofHours(1))
                          .handlerExecution(HandlerExecution.INLINE))
              .build());
  private final MemoryWeb web = new MemoryWeb(server.engine());

  @AfterEach
  void stop() {
    server.stop(Duration.ofMillis(10));
  }

  private MemorySocket open() {
    MemorySocket socket = web.webSocket("/socket.io/?EIO=4&transport=websocket");
    socket.take();
    return socket;
  }

  private MemorySocket connect() {
    MemorySocket socket = open().sendHex(CONNECT);
    assertThat(socket.take()).singleElement().asString().matches(CONNECTED);
    return socket;
  }

  private static MemorySocket send(MemorySocket socket, String wire) {
    return socket.sendHex(Hex.hex(wire));
  }

  private static String frame(String wire) {
    return "<" + Hex.hex(wire) + ">";
  }

  @Test
  void s73ConnectEventAndAck() {
    server.on(
        "add", (socket, args, ack) -> ack.send(args.require(0, Integer.class) + 1, args.get(1)));

    assertThat(
            send(
                    connect(),
                    "84 a4'type' 02 a3'nsp' a1'/' a2'id' 05 a4'data' 93 a3'add' 01 c402 0102")
                .take())
        .containsExactly(frame("84 a4'type' 03 a3'nsp' a1'/' a2'id' 05 a4'data' 92 02 c402 0102"));
  }

  @Test
  void aRefusalIsAPacketToo() {
    assertThat(send(open(), "82 a4'type' 00 a3'nsp' a3'/no'").take())
        .containsExactly(
            frame("83 a4'type' 04 a3'nsp' a3'/no' a4'data' 81 a7'message' b1'Invalid namespace'"));
  }

  @SuppressWarnings("ArrayRecordComponent") // what a handler may ask for
  record Place(String name, byte[] icon, List<Double> at, Instant since) {}

  @Test
  void recordsAreReadAndWritten() {
    server.onRequest(
        "move",
        Place.class,
        (socket, place) -> {
          heard.add(
              place.name() + " " + place.icon().length + " " + place.at() + " " + place.since());
          return new Place(place.name() + "!", new byte[] {7}, place.at(), place.since());
        });
    MemorySocket socket = connect();
    send(
        socket,
        "84 a4'type' 02 a3'nsp' a1'/' a2'id' 01 a4'data' 92 a4'move' 84 a4'name' a1'x' a4'icon'"
            + " c402 0102 a2'at' 92 cb3fe0000000000000 02 a5'since' d700 0000000000000000");

    assertThat(heard).containsExactly("x 2 [0.5, 2.0] 1970-01-01T00:00:00Z");
    assertThat(socket.take())
        .containsExactly(
            frame(
                "84 a4'type' 03 a3'nsp' a1'/' a2'id' 01 a4'data' 91 84 a4'name' a2'x!' a4'icon'"
                    + " c401 07 a2'at' 92 cb3fe0000000000000 cb4000000000000000"
                    + " a5'since' b4'1970-01-01T00:00:00Z'"));
  }

  @Test
  void argumentsAreBoundToTypesWithoutJson() {
    server.on(
        "a",
        (socket, args) -> {
          Map<String, List<Integer>> map = args.require(0, new TypeRef<>() {});
          heard.add(map + " " + args.require(1, ByteBuffer.class).remaining());
          heard.add(args.get(2, Instant.class) + " " + args.get(2));
          heard.add(
              args.get(3, String.class) + args.get(4, Long.class) + args.get(5, Object.class));
          heard.add(String.valueOf(args.get(6, MsgpackExtension.class)));
        });
    send(
        connect(),
        "83 a4'type' 02 a3'nsp' a1'/' a4'data' 98 a1'a' 81 a1'k' 92 01 02 c403 010203"
            + " d700 0000000000000001 a1't' cf00000001 00000000 c0 d505 0102");

    assertThat(heard)
        .containsExactly(
            "{k=[1, 2]} 3",
            "1970-01-01T00:00:00.001Z 1970-01-01T00:00:00.001Z",
            "t4294967296null",
            String.valueOf(new MsgpackExtension(5, ByteBuffer.allocate(2))));
  }

  @Test
  void aBroadcastReachesEverybody() {
    List<MemorySocket> sockets = List.of(connect(), connect());
    server.emit("news", new byte[] {1});

    for (MemorySocket socket : sockets) {
      assertThat(socket.take())
          .containsExactly(frame("83 a4'type' 02 a3'nsp' a1'/' a4'data' 92 a4'news' c401 01"));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "83 a4'type' 02 a3'nsp' a1'/' a4'data' 92 aa'disconnect' a1'x'",
        "83 a4'type' 02 a3'nsp' a1'/' a4'data' 91 81 a8'toString' 01",
        "83 a4'type' 02 a3'nsp' a1'/' a4'data' 90",
        "83 a4'type' 05 a3'nsp' a1'/' a4'data' 91 a1'a'",
        "83 a4'type' 02 a3'nsp' a1'/' a4'data' 92 a1'a'",
        "82 a4'type' 01 a3'nsp' a1'/' 00",
        "81 a4'data' dd 7fffffff",
        "00"
      })
  void s75AMalformedPacketEndsThatConnectionAlone(String wire) {
    server.onDisconnect((socket, reason) -> heard.add(reason.text()));
    server.on("ping", (socket, args, ack) -> ack.send());
    MemorySocket other = connect();
    MemorySocket socket = send(connect(), wire);

    assertThat(socket.isOpen()).isFalse();
    assertThat(heard).containsExactly("parse error");
    assertThat(send(other, "84 a4'type' 02 a3'nsp' a1'/' a2'id' 00 a4'data' 91 a4'ping'").take())
        .containsExactly(frame("84 a4'type' 03 a3'nsp' a1'/' a2'id' 00 a4'data' 90"));
  }

  @Test
  void s75TextEndsTheConnection() {
    server.onDisconnect((socket, reason) -> heard.add(reason.text()));
    MemorySocket socket = connect().send("42[\"a\"]");

    assertThat(socket.isOpen()).isFalse();
    assertThat(heard).containsExactly("parse error");
  }

  @Test
  void pollingCarriesThePacketsAsBase64() {
    server.on("echo", (socket, args, ack) -> ack.send(args));
    String uri = "/socket.io/?EIO=4&transport=polling";
    Matcher sid = Pattern.compile("\"sid\":\"([^\"]*)\"").matcher(web.get(uri).text());
    assertThat(sid.find()).isTrue();
    uri += "&sid=" + sid.group(1);
    web.post(uri, "b" + base64("82 a4'type' 00 a3'nsp' a1'/'"));
    web.get(uri);
    web.post(
        uri,
        "b" + base64("84 a4'type' 02 a3'nsp' a1'/' a2'id' 01 a4'data' 93 a4'echo' c401 ff a1'x'"));
    MemoryExchange answer = web.get(uri);

    assertThat(answer.text())
        .isEqualTo(
            "b" + base64("84 a4'type' 03 a3'nsp' a1'/' a2'id' 01 a4'data' 92 c401 ff a1'x'"));
  }

  private static String base64(String wire) {
    return Base64.getEncoder().encodeToString(Hex.bytes(wire));
  }

  @Test
  void anEarlierClientIsInTheMainNamespaceAndJoinsOthers() {
    server.of("/chat").onConnect(socket -> heard.add("chat " + socket.handshake().auth()));
    server.of("/chat").on("echo", (socket, args, ack) -> ack.send(args));
    MemorySocket socket = web.webSocket("/socket.io/?EIO=3&transport=websocket");
    List<String> opening = socket.take();

    // 04: the type of a message in a binary frame of Engine.IO 3
    assertThat(opening.get(opening.size() - 1)).isEqualTo(frame("04 82 a4'type' 00 a3'nsp' a1'/'"));
    assertThat(socket.send("4{\"type\":0,\"query\":\"a=1\",\"nsp\":\"/chat?a=1\"}").take())
        .containsExactly(frame("04 82 a4'type' 00 a3'nsp' a5'/chat'"));
    assertThat(
            send(
                    socket,
                    "04 84 a4'type' 05 a3'nsp' a5'/chat' a2'id' 00 a4'data' 92 a4'echo' c401 07")
                .take())
        .containsExactly(
            frame("04 84 a4'type' 03 a3'nsp' a5'/chat' a2'id' 00 a4'data' 91 c401 07"));
    assertThat(heard).containsExactly("chat {a=1}");
  }
}

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
package io.sockeye.conformance;

import io.sockeye.socketio.server.Args;
import io.sockeye.socketio.server.ConnectionRefusedException;
import io.sockeye.socketio.server.Namespace;
import io.sockeye.socketio.server.SocketIoServer;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** What the tests of the official Socket.IO client expect of a server. */
// An answer that never comes ends in its time-out; nobody is left to tell.
@SuppressWarnings("FutureReturnValueIgnored")
final class ClientTestFixture {
  private static final byte[] SAMPLE = "asdfasdf".getBytes(StandardCharsets.UTF_8);

  private ClientTestFixture() {}

  static void install(SocketIoServer io) {
    Namespace main = io.of("/");
    main.use(
        socket -> {
          if (socket.handshake().query().containsKey("fail")) {
            throw new ConnectionRefusedException("Auth failed (main namespace)");
          }
        });
    plain(main);
    binary(main);
    main.on(
        "getHandshake",
        (socket, args, ack) -> ack.send(SocketFixture.describe(socket.handshake())));
    main.on("getId", (socket, args, ack) -> ack.send(socket.id()));
    io.of("/foo").on("getId", (socket, args, ack) -> ack.send(socket.id()));
    List.of("/timeout_socket", "/valid", "/asd").forEach(io::of);
    io.of("/abc")
        .onConnect(socket -> socket.emit("handshake", SocketFixture.describe(socket.handshake())));
    io.of("/no")
        .use(
            socket -> {
              throw new ConnectionRefusedException("Auth failed (custom namespace)");
            });
  }

  private static void plain(Namespace main) {
    main.on("hi", (socket, args) -> socket.emit("hi"));
    main.on("echo", (socket, args, ack) -> ack.send(args));
    main.on(
        "ack",
        (socket, args) ->
            socket
                .emitWithAck("ack")
                .thenAccept(
                    answer -> {
                      if (answer.equals(Args.of(5, Map.of("test", true)))) {
                        socket.emit("got it");
                      }
                    }));
    main.on("getAckDate", (socket, args, ack) -> ack.send(Instant.now().toString()));
    main.on("getDate", (socket, args) -> socket.emit("takeDate", Instant.now().toString()));
    main.on(
        "getDateObj",
        (socket, args) -> socket.emit("takeDateObj", Map.of("date", Instant.now().toString())));
    main.on(
        "getUtf8",
        (socket, args) ->
            List.of("てすと", "Я Б Г Д Ж Й", "Ä ä Ü ü ß", "utf8 — string", "utf8 — string")
                .forEach(text -> socket.emit("takeUtf8", text)));
    main.on("false", (socket, args) -> socket.emit("false", false));
  }

  private static void binary(Namespace main) {
    main.on("doge", (socket, args) -> socket.emit("doge", ByteBuffer.wrap(SAMPLE)));
    main.on("getbin", (socket, args) -> socket.emit("takebin", ByteBuffer.wrap(SAMPLE)));
    main.on("buffa", (socket, args) -> answerIf(isBinary(args), () -> socket.emit("buffack")));
    main.on(
        "jsonbuff",
        (socket, args) -> answerIf(isGreeting(args), () -> socket.emit("jsonbuff-ack")));
    main.on(
        "jsonblob",
        (socket, args) -> answerIf(isGreeting(args), () -> socket.emit("jsonblob-ack")));
    main.on("blob", (socket, args) -> answerIf(isBinary(args), () -> socket.emit("back")));
    main.on(
        "abuff1",
        (socket, args) -> answerIf(isBinary(args), () -> socket.attributes().put("abuff1", true)));
    main.on(
        "abuff2",
        (socket, args) ->
            answerIf(socket.attributes().containsKey("abuff1"), () -> socket.emit("abuff2-ack")));
    main.on(
        "blob1",
        (socket, args) -> answerIf(isBinary(args), () -> socket.attributes().put("blob1", true)));
    main.on("blob2", (socket, args) -> socket.attributes().put("blob2", true));
    main.on(
        "blob3",
        (socket, args) ->
            answerIf(
                socket.attributes().containsKey("blob1")
                    && socket.attributes().containsKey("blob2"),
                () -> socket.emit("blob3-ack")));
  }

  private static void answerIf(boolean condition, Runnable answer) {
    if (condition) {
      answer.run();
    }
  }

  private static boolean isBinary(Args args) {
    return args.size() > 0 && args.get(0) instanceof ByteBuffer;
  }

  private static boolean isGreeting(Args args) {
    return args.get(0) instanceof Map<?, ?> map
        && "lol".equals(map.get("hello"))
        && map.get("message") instanceof ByteBuffer
        && "gotcha".equals(map.get("goodbye"));
  }
}

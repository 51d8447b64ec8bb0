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
import io.sockeye.engineio.server.internal.MemoryWeb;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Leaving, rooms and broadcasts, acknowledgements of clients (rules S37 to S51). */
class LifecycleTest {
  private final Io io = Io.start();
  private final List<Socket> sockets = new ArrayList<>();

  @BeforeEach
  void listen() {
    io.listen("/").onConnect(sockets::add).on("a", (socket, args, ack) -> ack.send(args));
    io.listen("/chat").onConnect(sockets::add);
  }

  private Socket socket() {
    return sockets.get(sockets.size() - 1);
  }

  @Test
  void s37LeavingANamespaceLeavesTheConnectionOpen() {
    MemorySocket socket = io.connect().send("41");

    assertThat(io.takeHeard())
        .containsExactly(
            "/ connect", "/ disconnecting in 1 rooms", "/ disconnect: client namespace disconnect");
    io.clock.advance(3_600_010 - 3_570_000);
    assertThat(socket.isOpen()).isTrue();
    assertThat(socket.take()).isEmpty();
  }

  @Test
  void s38LeavingOneNamespaceDoesNotDisturbAnother() {
    MemorySocket socket = io.connect().send("40/chat,").send("41/chat,");
    socket.take();

    assertThat(socket.send("421[\"a\"]").take()).containsExactly("431[]");
  }

  @Test
  void s39TheServerTakesAClientOut() {
    MemorySocket socket = io.connect();
    socket().disconnect();

    assertThat(socket.take()).containsExactly("41");
    assertThat(socket.isOpen()).isTrue();
    assertThat(io.takeHeard()).last().isEqualTo("/ disconnect: server namespace disconnect");
  }

  @Test
  void s39TheServerClosesTheConnection() {
    MemorySocket socket = io.connect().send("40/chat,");
    socket.take();
    socket().disconnect(true);

    assertThat(socket.take()).containsExactlyInAnyOrder("41", "41/chat,");
    assertThat(socket.isOpen()).isFalse();
    assertThat(io.takeHeard())
        .filteredOn(line -> line.contains("disconnect:"))
        .containsExactlyInAnyOrder(
            "/ disconnect: server namespace disconnect",
            "/chat disconnect: server namespace disconnect");
  }

  @Test
  void whatAClientSentBeforeItKnewIsIgnored() {
    MemorySocket socket = io.connect();
    socket().disconnect();
    socket.send("421[\"a\"]").send("41").send("43[1]");

    assertThat(socket.isOpen()).isTrue();
    assertThat(socket.take()).containsExactly("41");
  }

  @Test
  void binaryThatAClientSentBeforeItKnewIsIgnoredToo() {
    io.server.of("/other");
    MemorySocket socket = io.connect().send("40/other");
    io.server.of("/other").everybody().disconnectSockets(false);
    socket.take();
    socket.send("451-/other,[\"a\",{\"_placeholder\":true,\"num\":0}]").sendHex("00");

    assertThat(socket.isOpen()).isTrue();
  }

  @Test
  void anErrorOfTheErrorHandlerLeavesNobodyBehind() {
    io.server
        .onDisconnecting(
            (socket, reason) -> {
              throw new IllegalStateException("a test");
            })
        .onError(
            (socket, error) -> {
              throw new StackOverflowError("a test");
            });
    io.connect().drop();

    assertThat(io.server.of("/").localSockets()).isEmpty();
    assertThat(io.takeHeard()).contains("/ disconnect: transport close");
  }

  @Test
  void s40ALostConnectionDisconnectsEverything() {
    io.connect().send("40/chat,").drop();

    assertThat(io.takeHeard())
        .filteredOn(line -> line.contains("disconnect:"))
        .containsExactlyInAnyOrder(
            "/ disconnect: transport close", "/chat disconnect: transport close");
  }

  @Test
  void s42DisconnectingSeesTheRoomsAndDisconnectDoesNot() {
    List<Integer> after = new ArrayList<>();
    io.server.onDisconnect((socket, reason) -> after.add(socket.rooms().size()));
    MemorySocket socket = io.connect();
    socket().join("r1", "r2");
    socket.drop();
    socket().join("late");

    assertThat(io.takeHeard()).contains("/ disconnecting in 3 rooms");
    assertThat(after).containsExactly(0);
    assertThat(io.server.to("r1", "late").fetchSockets().toCompletableFuture().join()).isEmpty();
  }

  @Test
  void s43NothingIsSentAfterADisconnect() {
    MemorySocket socket = io.connect();
    socket().disconnect();
    socket.take();
    socket().emit("late");
    socket().disconnect();

    assertThat(socket.take()).isEmpty();
  }

  @Test
  void s45StoppingDisconnectsEverybody() {
    MemorySocket socket = io.connect().send("40/chat,");
    io.server.stop(Duration.ofMillis(10));

    assertThat(socket.isOpen()).isFalse();
    assertThat(socket.take()).doesNotContain("41");
    assertThat(io.takeHeard())
        .filteredOn(line -> line.contains("disconnect:"))
        .containsExactlyInAnyOrder(
            "/ disconnect: server shutting down", "/chat disconnect: server shutting down");
    assertThat(io.clock.timers().size()).isZero();
  }

  // ---- acknowledgements of clients ----

  @Test
  void aClientAnswers() {
    MemorySocket socket = io.connect();
    CompletableFuture<Args> answer = socket().emitWithAck("ask", 1, "b");

    assertThat(socket.take()).containsExactly("420[\"ask\",1,\"b\"]");
    socket.send("430[\"yes\",{\"n\":2}]");
    assertThat(answer.join()).isEqualTo(Args.of("yes", java.util.Map.of("n", 2)));
  }

  @Test
  void aClientAnswersWithBinary() {
    MemorySocket socket = io.connect();
    CompletableFuture<Args> answer = socket().emitWithAck("ask");
    socket.send("461-0[{\"_placeholder\":true,\"num\":0}]").sendHex("0102");

    assertThat(answer.join().get(0, byte[].class)).containsExactly(1, 2);
  }

  @Test
  void s47AnAnswerThatIsLateIsIgnored() {
    MemorySocket socket = io.connect();
    int timers = io.clock.timers().size();
    CompletableFuture<Args> answer = socket().timeout(Duration.ofMillis(500)).emitWithAck("ask");
    io.clock.advance(520);

    assertThat(answer)
        .failsWithin(Duration.ZERO)
        .withThrowableThat()
        .withCauseInstanceOf(TimeoutException.class)
        .withMessageContaining("operation has timed out");
    socket.send("430[1]");
    assertThat(socket.isOpen()).isTrue();
    assertThat(io.clock.timers().size()).isEqualTo(timers);
  }

  @Test
  void anAnswerCountsForItsOwnSocketOnly() {
    MemorySocket asked = io.connect();
    CompletableFuture<Args> answer = socket().emitWithAck("ask");
    MemorySocket other = io.connect();
    other.send("430[\"spoofed\"]");
    asked.send("40/chat,").send("43/chat,0[\"spoofed\"]");
    assertThat(answer).isNotDone();
    asked.send("430[\"real\"]").send("430[\"again\"]");

    assertThat(answer.join().get(0)).isEqualTo("real");
  }

  @Test
  void whoDisconnectsAnswersNoMore() {
    MemorySocket socket = io.connect();
    CompletableFuture<Args> answer = socket().emitWithAck("ask");
    socket.drop();

    assertThat(answer).isCompletedExceptionally();
    assertThat(socket().emitWithAck("ask")).isCompletedExceptionally();
  }

  @Test
  void pendingAcknowledgementsAreBounded() {
    Io few = Io.start(options -> options.maxPendingAcks(2));
    few.server.onConnect(sockets::add);
    few.connect();
    List<CompletableFuture<Args>> answers = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      answers.add(socket().emitWithAck("ask"));
    }

    assertThat(answers.get(0)).isCompletedExceptionally();
    assertThat(answers.get(1)).isNotDone();
    assertThat(answers.get(2)).isNotDone();
  }

  // ---- rooms and broadcasts ----

  @Test
  void s49RoomsAreAUnionWithoutDuplicates() {
    MemorySocket a = io.connect();
    socket().join("x", "y");
    MemorySocket b = io.connect();
    socket().join("y");
    final Socket second = socket();
    MemorySocket c = io.connect();

    io.server.to("x", "y").emit("n", 1);
    io.server.to("x").to("y").except(second.id()).emit("n", 2);
    io.server.to("y").except("x").emit("n", 3);
    io.server.of("/").except("x").emit("n", 4);
    io.server.emit("n", 5);
    second.to("y").emit("n", 6);
    second.broadcast().emit("n", 7);
    io.server.to(second.id()).emit("n", 8);
    io.server.to("nobody").emit("n", 9);

    assertThat(a.take()).containsExactly(frames(1, 2, 5, 6, 7));
    assertThat(b.take()).containsExactly(frames(1, 3, 4, 5, 8));
    assertThat(c.take()).containsExactly(frames(4, 5, 7));
  }

  private static String[] frames(int... numbers) {
    return java.util.Arrays.stream(numbers)
        .mapToObj(n -> "42[\"n\"," + n + "]")
        .toArray(String[]::new);
  }

  @Test
  void s49RoomsComeAndGoWithTheirMembers() {
    io.connect();
    Socket socket = socket();
    socket.join("a", "b");
    socket.join("a");
    assertThat(socket.rooms()).containsExactlyInAnyOrder(socket.id(), "a", "b");
    socket.leave("a", "never joined");
    assertThat(socket.rooms()).containsExactlyInAnyOrder(socket.id(), "b");
    io.server.of("/").closeRoom("b");
    assertThat(socket.rooms()).containsExactly(socket.id());
    socket.leave(socket.id());
    assertThat(socket.rooms()).containsExactly(socket.id());
  }

  @Test
  void manyAreMovedAtOnce() {
    MemorySocket a = io.connect();
    socket().join("x");
    MemorySocket b = io.connect();
    socket().join("x");
    io.server.to("x").socketsJoin("y");
    io.server.to("y").except(socket().id()).socketsLeave("x");
    assertThat(io.server.to("x").fetchSockets().toCompletableFuture().join())
        .extracting(RemoteSocket::id)
        .containsExactly(socket().id());
    io.server.to("y").disconnectSockets(false);

    assertThat(a.take()).containsExactly("41");
    assertThat(b.take()).containsExactly("41");
  }

  @Test
  void namespacesShareNoRooms() {
    MemorySocket main = io.connect();
    socket().join("r");
    MemorySocket chat = io.connect("/chat");
    socket().join("r");
    io.server.to("r").emit("n", 1);

    assertThat(main.take()).containsExactly(frames(1));
    assertThat(chat.take()).isEmpty();
  }

  @ParameterizedTest(name = "S50 {0}")
  @ValueSource(booleans = {false, true})
  void s50VolatileEventsAreDroppedWhileThePeerIsFull(boolean binary) {
    MemorySocket socket = io.connect();
    socket.writable(false);
    socket().emit("fill"); // goes out and fills the peer's buffers
    Object value = binary ? new byte[] {1} : 1;
    socket().asVolatile().emit("lost", value);
    io.server.of("/").everybody().asVolatile().emit("lost", value);
    socket.writable(true);
    assertThat(socket.take()).containsExactly("42[\"fill\"]");
    socket().asVolatile().emit("passes", value);

    assertThat(socket.take()).hasSize(binary ? 2 : 1);
  }

  @Test
  void s50VolatileEventsNeedAWaitingPoll() {
    String session = io.polling();
    socket().asVolatile().emit("lost");
    io.server.emit("kept");

    assertThat(io.web.get(session).text()).isEqualTo("42[\"kept\"]");
  }

  @Test
  void s51ABroadcastMayAskNotToBeCompressed() {
    String session = io.polling();
    io.server.of("/").everybody().compress(false).emit("a", "x".repeat(3000));
    assertThat(io.web.get(session, "Accept-Encoding", "gzip").header("Content-Encoding")).isNull();
    io.server.of("/").everybody().emit("a", "x".repeat(3000));
    assertThat(io.web.get(session, "Accept-Encoding", "gzip").header("Content-Encoding"))
        .isEqualTo("gzip");
  }

  @Test
  void whoSendsTooMuchBeforeItIsLetInIsClosed() {
    Io small = Io.start(options -> options.engine(engine -> engine.maxInboxPackets(4)));
    CompletableFuture<Void> decision = new CompletableFuture<>();
    small.server.of("/").useAsync(socket -> decision);
    MemorySocket socket = small.open().send("40");
    for (int i = 0; i < 4; i++) {
      socket.send("42[\"a\"]");
    }
    assertThat(socket.isOpen()).isTrue();
    socket.send("42[\"a\"]");

    assertThat(socket.isOpen()).isFalse();
  }

  /** Else a client that comes and goes faster than handlers run could pile them up. */
  @Test
  void whoIsStillLeavingCountsAsANamespace() {
    SocketIoServer server =
        SocketIoServer.create(SocketIoOptions.builder().maxNamespaces(3).build());
    CountDownLatch gate = new CountDownLatch(1);
    server.onConnect(socket -> gate.await());
    MemorySocket socket =
        new MemoryWeb(server.engine()).webSocket("/socket.io/?EIO=4&transport=websocket");
    for (int i = 0; i < 4; i++) {
      socket.send("40");
      if (i < 3) {
        socket.send("41");
      }
    }

    assertThat(socket.take())
        .hasSize(2) // those who left before they were let in get no answer
        .last()
        .isEqualTo("44{\"message\":\"Too many namespaces\"}");
    gate.countDown();
    server.close();
  }

  @Test
  void anEventThatCannotBeSentIsNotWaitedFor() {
    io.connect();
    int timers = io.clock.timers().size();
    List<Object> endless = new ArrayList<>();
    endless.add(endless);

    org.assertj.core.api.Assertions.assertThatThrownBy(() -> socket().emitWithAck("a", endless))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(io.clock.timers().size()).isEqualTo(timers);
  }

  @Test
  void attributesAreOfOneSocket() {
    io.connect();
    socket().attributes().put("k", 1);
    assertThat(socket().attributes()).containsEntry("k", 1);
    io.connect();

    assertThat(socket().attributes()).isEmpty();
  }
}

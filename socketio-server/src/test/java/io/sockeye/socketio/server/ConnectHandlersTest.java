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
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** Connect handlers decide: what the client gets of that, and when. */
class ConnectHandlersTest {
  private final Io io = Io.start();
  private final List<String> calls = new ArrayList<>();

  private static void refuse() {
    throw new ConnectionRefusedException("not today", Map.of("code", 7));
  }

  private static final String REFUSAL =
      "44\\{(\"message\":\"not today\",\"data\":\\{\"code\":7}"
          + "|\"data\":\\{\"code\":7},\"message\":\"not today\")}";

  @Test
  void aConnectHandlerRefusesWithMessageAndData() {
    io.server
        .onConnect(socket -> refuse())
        .onDisconnecting((socket, reason) -> calls.add("disconnecting"))
        .onDisconnect((socket, reason) -> calls.add("disconnect"));
    MemorySocket socket = io.open().send("40");

    assertThat(socket.take()).singleElement().asString().matches(REFUSAL);
    assertThat(socket.isOpen()).isTrue();
    assertThat(io.server.of("/").localSockets()).isEmpty();
    assertThat(io.server.counters())
        .containsEntry(SocketIoCounter.CONNECTIONS_REFUSED, 1L)
        .containsEntry(SocketIoCounter.EVENTS_FAILED, 0L);
    socket.drop();
    assertThat(calls).isEmpty();
  }

  @Test
  void whoIsRefusedGetsNothingElse() {
    AtomicReference<Socket> refused = new AtomicReference<>();
    io.server.onConnect(
        socket -> {
          refused.set(socket);
          socket.join("room");
          socket.emit("secret");
          io.server.to("room").emit("secret");
          refuse();
        });
    MemorySocket socket = io.open().send("40");
    refused.get().emit("late");
    io.server.to("room").emit("late");

    assertThat(socket.take()).singleElement().asString().matches(REFUSAL);
    assertThat(refused.get().rooms()).isEmpty();
    assertThat(refused.get().isConnected()).isFalse();
  }

  @Test
  void whoWasRefusedMayComeBackAndIsClosedInTimeOtherwise() {
    AtomicInteger tries = new AtomicInteger();
    io.server.onConnect(
        socket -> {
          if (tries.getAndIncrement() == 0) {
            refuse();
          }
        });
    MemorySocket silent = io.open().send("40");
    MemorySocket socket = io.open().send("40");
    socket.take();

    assertThat(silent.send("40").take().get(1)).startsWith("40{\"sid\"");
    tries.set(0);
    MemorySocket other = io.open().send("40");
    io.clock.advance(45_100);
    assertThat(other.isOpen()).isFalse();
    assertThat(silent.isOpen()).isTrue();
  }

  @Test
  @SuppressWarnings("FutureReturnValueIgnored") // nobody answers
  void whatIsSentMeanwhileFollowsTheAnswerInOrder() {
    io.server.onConnect(
        socket -> {
          socket.join("room");
          socket.emit("own", 1);
          io.server.to("room").emit("room", 2);
          SocketContext.emit("context", 3);
          io.server.emit("all", new byte[] {4});
          socket.asVolatile().emit("volatile");
          socket.emitWithAck("ask", 5);
          assertThat(socket.isConnected()).isTrue();
        });
    io.server.onConnect(socket -> socket.emit("second", 6));
    MemorySocket other = io.connect();
    List<String> frames = io.open().send("40").take();

    assertThat(frames.get(0)).startsWith("40{\"sid\"");
    assertThat(frames.subList(1, frames.size()))
        .containsExactly(
            "42[\"own\",1]",
            "42[\"room\",2]",
            "42[\"context\",3]",
            "451-[\"all\",{\"_placeholder\":true,\"num\":0}]",
            "<04>",
            "421[\"ask\",5]",
            "42[\"second\",6]");
    assertThat(other.take()).contains("42[\"room\",2]");
  }

  @Test
  void aFailureRefusesAndTellsNothingOfItself() {
    io.server
        .onConnect(
            socket -> {
              throw new IllegalStateException("password of the database");
            })
        .onConnect(socket -> calls.add("second"))
        .onDisconnect((socket, reason) -> calls.add("disconnect"))
        .onError(
            (socket, error) -> {
              calls.add(error.event().name() + ": " + error.message());
              return "an answer to nobody";
            });

    assertThat(io.open().send("40").take())
        .containsExactly("44{\"message\":\"Internal server error\"}");
    assertThat(calls).containsExactly("connect: password of the database");
    assertThat(io.server.counters())
        .containsEntry(SocketIoCounter.CONNECTIONS_REFUSED, 1L)
        .containsEntry(SocketIoCounter.EVENTS_FAILED, 1L);
  }

  @Test
  void eventsOfWhoIsRefusedAreNotHeard() {
    CompletableFuture<Void> decision = new CompletableFuture<>();
    io.server
        .useAsync(socket -> decision)
        .onConnect(socket -> refuse())
        .on("a", socket -> calls.add("a"));
    MemorySocket socket = io.open().send("40").send("42[\"a\"]");
    decision.complete(null);

    assertThat(socket.take()).singleElement().asString().matches(REFUSAL);
    assertThat(calls).isEmpty();
  }

  /** The handlers run while the session lane is free. */
  private MemorySocket connectWhile(Runnable handler) {
    CompletableFuture<Void> decision = new CompletableFuture<>();
    io.server.useAsync(socket -> decision).onConnect(socket -> handler.run());
    MemorySocket socket = io.open().send("40");
    peer.set(socket);
    decision.complete(null);
    return socket;
  }

  private final AtomicReference<MemorySocket> peer = new AtomicReference<>();

  @Test
  void eventsThatComeMeanwhileWaitUntilTheHandlersHaveRun() {
    io.server.on(
        "a",
        (socket, args, ack) -> {
          calls.add("event");
          ack.send(args);
        });
    MemorySocket socket =
        connectWhile(
            () -> {
              peer.get().send("421[\"a\",1]");
              assertThat(peer.get().take()).isEmpty();
              calls.add("handler");
            });

    assertThat(calls).containsExactly("handler", "event");
    assertThat(socket.take()).hasSize(2).last().isEqualTo("431[1]");
  }

  @Test
  void whoLeavesMeanwhileGetsNoAnswerAndIsSaidGoodbye() {
    io.server.onDisconnect((socket, reason) -> calls.add(reason.text()));
    MemorySocket socket = connectWhile(() -> peer.get().send("41"));

    assertThat(calls).containsExactly("client namespace disconnect");
    assertThat(socket.take()).isEmpty();
    assertThat(socket.isOpen()).isTrue();
  }

  @Test
  void whoLeavesAndIsRefusedGetsNoAnswerAndNoGoodbye() {
    io.server.onDisconnect((socket, reason) -> calls.add(reason.text()));
    MemorySocket socket =
        connectWhile(
            () -> {
              peer.get().drop();
              refuse();
            });

    assertThat(calls).isEmpty();
    assertThat(socket.take()).isEmpty();
    assertThat(io.server.of("/").localSockets()).isEmpty();
  }

  @Test
  void aHandlerMayTakeItsClientOutAgain() {
    io.server
        .onConnect(
            socket -> {
              socket.emit("bye");
              socket.disconnect();
              socket.emit("late");
            })
        .onDisconnect((socket, reason) -> calls.add(reason.text()));
    List<String> frames = io.open().send("40").take();

    assertThat(frames).hasSize(3);
    assertThat(frames.get(0)).startsWith("40{\"sid\"");
    assertThat(frames.subList(1, 3)).containsExactly("42[\"bye\"]", "41");
    assertThat(calls).containsExactly("server namespace disconnect");
  }

  @Test
  void whatWaitsIsBounded() {
    Io small = Io.start(options -> options.engine(e -> e.maxOutboundPackets(3).maxPayload(1000)));
    small.server.onConnect(
        socket -> {
          for (int i = 0; i < 4; i++) {
            socket.emit("n", i);
          }
          calls.add("ran");
        });
    small.server.onDisconnect((socket, reason) -> calls.add(reason.text()));
    MemorySocket socket = small.open().send("40");

    assertThat(socket.isOpen()).isFalse();
    assertThat(socket.take()).isEmpty();
    assertThat(calls).containsExactly("ran", "slow consumer");
  }

  @Test
  void aCallInAConnectHandlerFailsAtOnce() {
    io.server
        .onConnect(socket -> socket.call("ask"))
        .onError((socket, error) -> calls.add(error.message()));
    io.open().send("40");

    assertThat(calls)
        .containsExactly(
            "call \"ask\": the client hears nothing before its connect handlers have run"
                + " (expected: an event handler, or the option alwaysConnect)");
  }

  @Test
  void clientsOfEarlierRevisionsAreRefusedToo() {
    io.server.onConnect(
        socket -> {
          throw new ConnectionRefusedException("not today");
        });
    MemorySocket socket = io.web.webSocket("/socket.io/?EIO=3&transport=websocket");

    assertThat(socket.take()).hasSize(2).last().isEqualTo("44\"not today\"");
  }

  // ---- alwaysConnect ----

  @Test
  void withAlwaysConnectTheAnswerComesFirstAndWhoIsRefusedIsTakenOut() {
    Io always = Io.start(options -> options.alwaysConnect(true));
    always
        .server
        .onConnect(
            socket -> {
              calls.add("connect");
              socket.emit("hello");
              refuse();
            })
        .onDisconnect((socket, reason) -> calls.add("disconnect"))
        .on("a", socket -> calls.add("a"));
    MemorySocket socket = always.open().send("40");
    socket.send("42[\"a\"]"); // before it knew

    List<String> frames = socket.take();
    assertThat(frames).hasSize(3);
    assertThat(frames.get(0)).startsWith("40{\"sid\"");
    assertThat(frames.subList(1, 3)).containsExactly("42[\"hello\"]", "41");
    assertThat(calls).containsExactly("connect");
    assertThat(always.server.counters()).containsEntry(SocketIoCounter.CONNECTIONS_REFUSED, 1L);
    assertThat(socket.isOpen()).isTrue();
  }

  @Test
  void withAlwaysConnectAHandlerMayWaitForTheClient() throws Exception {
    SocketIoServer server =
        SocketIoServer.create(SocketIoOptions.builder().alwaysConnect(true).build());
    CompletableFuture<Args> answer = new CompletableFuture<>();
    CountDownLatch asked = new CountDownLatch(1);
    server.onAnyOutgoing((socket, event) -> asked.countDown());
    server.onConnect(socket -> answer.complete(Args.of(socket.call("ask").get(0, Integer.class))));
    MemorySocket socket =
        new MemoryWeb(server.engine())
            .webSocket("/socket.io/?EIO=4&transport=websocket")
            .send("40");
    assertThat(asked.await(20, TimeUnit.SECONDS)).isTrue();
    socket.send("430[42]");

    assertThat(answer.get(20, TimeUnit.SECONDS)).isEqualTo(Args.of(42));
    server.close();
  }

  // ---- threads ----

  /** Several threads send while handlers decide, and while what waited goes out. */
  @Test
  void theOrderOfEachSenderIsKept() throws Exception {
    int count = 2000;
    SocketIoServer server = SocketIoServer.create();
    CountDownLatch joined = new CountDownLatch(1);
    CountDownLatch someSent = new CountDownLatch(100);
    server.onConnect(
        socket -> {
          socket.join("room");
          joined.countDown();
          someSent.await();
        });
    MemorySocket peer =
        new MemoryWeb(server.engine())
            .webSocket("/socket.io/?EIO=4&transport=websocket")
            .send("40");
    assertThat(joined.await(20, TimeUnit.SECONDS)).isTrue();
    List<Thread> senders = new ArrayList<>();
    for (String name : List.of("a", "b")) {
      Thread sender =
          new Thread(
              () -> {
                for (int i = 0; i < count; i++) {
                  server.to("room").emit(name, i);
                  someSent.countDown();
                }
              });
      senders.add(sender);
      sender.start();
    }
    for (Thread sender : senders) {
      sender.join(20_000);
    }
    Socket socket = server.of("/").localSockets().iterator().next();
    CountDownLatch idle = new CountDownLatch(1);
    socket.lane().execute(idle::countDown); // behind what opens the outbox
    assertThat(idle.await(20, TimeUnit.SECONDS)).isTrue();
    CountDownLatch written = new CountDownLatch(1);
    socket.client().session().execute(written::countDown);
    assertThat(written.await(20, TimeUnit.SECONDS)).isTrue();
    List<String> frames = peer.take();
    server.close();

    assertThat(frames.get(1)).startsWith("40{\"sid\"");
    for (String name : List.of("a", "b")) {
      List<String> expected = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        expected.add("42[\"" + name + "\"," + i + "]");
      }
      assertThat(frames)
          .filteredOn(frame -> frame.startsWith("42[\"" + name))
          .containsExactlyElementsOf(expected);
    }
  }
}

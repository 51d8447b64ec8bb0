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
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sockeye.engineio.server.HandlerExecution;
import io.sockeye.engineio.server.internal.EngineRuntime;
import io.sockeye.engineio.server.internal.ManualClock;
import io.sockeye.engineio.server.internal.MemorySocket;
import io.sockeye.engineio.server.internal.MemoryWeb;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The socket at hand, and what is said where there is none. */
class SocketContextTest {
  private final Io io = Io.start();

  /** Code that knows nothing of sockets. */
  private static void deepDown() {
    SocketContext.joinRoom("blue", "green");
    SocketContext.leaveRoom("green");
    SocketContext.session().put("seen", SocketContext.event().name());
    SocketContext.emit("rooms", SocketContext.rooms().size());
    SocketContext.send("text");
    SocketContext.sendJson(List.of(1));
    SocketContext.to("blue").emit("others");
    SocketContext.broadcast().emit("others");
  }

  @Test
  void aHandlersCalleesReachTheSocket() {
    List<Object> seen = new ArrayList<>();
    io.server.on(
        "go",
        socket -> {
          deepDown();
          seen.add(SocketContext.socket().equals(socket));
          seen.add(SocketContext.namespace().name());
          seen.add(SocketContext.handshake().equals(socket.handshake()));
          seen.add(SocketContext.request().query().get("EIO"));
          seen.add(socket.attributes().get("seen"));
          SocketContext.closeRoom("blue");
          seen.add(SocketContext.rooms().size());
          SocketContext.disconnect();
        });

    assertThat(io.connect().send("42[\"go\"]").take())
        .containsExactly("42[\"rooms\",2]", "42[\"message\",\"text\"]", "42[\"json\",[1]]", "41");
    assertThat(seen).containsExactly(true, "/", true, "4", "go", 1);
  }

  @Test
  void everyKindOfHandlerHasIt() {
    List<String> seen = new ArrayList<>();
    io.server
        .use(socket -> seen.add("middleware " + SocketContext.event().name()))
        .onConnect(socket -> seen.add(SocketContext.event().name()))
        .useEvent(
            (socket, event, next) -> {
              seen.add("event middleware " + SocketContext.event().equals(event));
              next.proceed();
            })
        .on(
            "fail",
            socket -> {
              throw new IllegalStateException("a test");
            })
        .onError(
            (socket, error) -> {
              seen.add("error " + SocketContext.event().equals(error.event()));
              return null;
            })
        .onDisconnecting((socket, reason) -> seen.add(SocketContext.event().name()))
        .onDisconnect((socket, reason) -> seen.add(SocketContext.event().name()));
    io.connect().send("42[\"fail\"]").drop();

    assertThat(seen)
        .containsExactly(
            "middleware connect",
            "connect",
            "event middleware true",
            "error true",
            "disconnecting",
            "disconnect");
    assertThat(SocketContext.isActive()).isFalse();
  }

  @Test
  void aHandlerWithinAHandlerLeavesTheOuterOneInPlace() {
    List<String> seen = new ArrayList<>();
    io.server.of("/other").on("inner", socket -> seen.add(SocketContext.namespace().name()));
    MemorySocket other = io.connect("/other");
    io.server.on(
        "outer",
        socket -> {
          other.send("42/other,[\"inner\"]"); // handled in this thread, in place
          seen.add(SocketContext.namespace().name());
        });
    io.connect().send("42[\"outer\"]");

    assertThat(seen).containsExactly("/other", "/");
  }

  @Test
  void outsideOfAHandlerItSaysWhatToCall() {
    assertSays(() -> SocketContext.emit("e"), "emit", "io.of(\"/name\").emit(..)");
    assertSays(() -> SocketContext.send("e"), "send", "io.of(\"/name\").send(..)");
    assertSays(() -> SocketContext.sendJson("e"), "sendJson", "socket.sendJson(..)");
    assertSays(() -> SocketContext.joinRoom("r"), "joinRoom", "socket.join(..)");
    assertSays(() -> SocketContext.leaveRoom("r"), "leaveRoom", "socket.leave(..)");
    assertSays(SocketContext::rooms, "rooms", "socket.rooms()");
    assertSays(() -> SocketContext.closeRoom("r"), "closeRoom", "io.of(\"/name\").closeRoom(..)");
    assertSays(SocketContext::disconnect, "disconnect", "socket.disconnect()");
    assertSays(SocketContext::session, "session", "socket.attributes()");
    assertSays(SocketContext::request, "request", "socket.handshake().request()");
    assertSays(SocketContext::socket, "socket", "keep the Socket");
  }

  private static void assertSays(ThrowingCallable call, String method, String instead) {
    assertThatThrownBy(call)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageStartingWith("SocketContext." + method + ": no handler runs in this thread")
        .hasMessageContaining(instead);
  }

  @Test
  @SuppressWarnings("FutureReturnValueIgnored") // the handler returns it, as an object
  void theLaterPartOfAnAnswerIsOutside() {
    CompletableFuture<String> gate = new CompletableFuture<>();
    AtomicBoolean active = new AtomicBoolean(true);
    io.server.onRequest(
        "later",
        socket ->
            gate.thenApply(
                value -> {
                  active.set(SocketContext.isActive());
                  return value;
                }));
    MemorySocket socket = io.connect().send("421[\"later\"]");
    gate.complete("x");

    assertThat(socket.take()).containsExactly("431[\"x\"]");
    assertThat(active).isFalse();
  }

  @ParameterizedTest
  @EnumSource(names = {"POOL", "INLINE", "DEFAULT"}) // the default is virtual where there are such
  void itWorksOnEveryKindOfThread(HandlerExecution execution) throws InterruptedException {
    ManualClock clock = new ManualClock();
    SocketIoServer server =
        SocketIoServer.create(
            SocketIoOptions.defaults(), EngineRuntime.of(clock.timers(), execution, 16));
    MemoryWeb web = new MemoryWeb(server.engine());
    int clients = 20;
    CountDownLatch done = new CountDownLatch(clients);
    AtomicBoolean mixedUp = new AtomicBoolean();
    server.on(
        "who",
        String.class,
        (socket, name) -> {
          SocketContext.session().put("name", name);
          if (!SocketContext.socket().equals(socket)
              || !name.equals(SocketContext.session().get("name"))) {
            mixedUp.set(true);
          }
          done.countDown();
        });
    for (int i = 0; i < clients; i++) {
      web.webSocket("/socket.io/?EIO=4&transport=websocket")
          .send("40")
          .send("42[\"who\",\"n" + i + "\"]");
    }

    assertThat(done.await(10, TimeUnit.SECONDS)).isTrue();
    assertThat(mixedUp).isFalse();
    server.stop(Duration.ofSeconds(1));
  }
}

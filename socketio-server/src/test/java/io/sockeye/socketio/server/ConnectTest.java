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

import io.sockeye.engineio.server.internal.MemoryExchange;
import io.sockeye.engineio.server.internal.MemorySocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Joining namespaces (rules S1 to S18). */
class ConnectTest {
  private final Io io = Io.start();

  @Test
  void s1AClientGetsAnIdThatIsNotItsSessions() {
    MemorySocket socket = io.web.webSocket("/socket.io/?EIO=4&transport=websocket");
    String secret = Io.sid(socket.take().get(0));
    List<String> answer = socket.send("40").take();

    assertThat(answer).singleElement().asString().matches("40\\{\"sid\":\"[A-Za-z0-9_-]{20}\"}");
    assertThat(Io.sid(answer.get(0))).isNotEqualTo(secret);
  }

  @Test
  void s2CredentialsReachTheApplication() {
    List<Map<String, Object>> auth = new ArrayList<>();
    io.server.onConnect(socket -> auth.add(socket.handshake().auth()));
    io.open().send("40{\"token\":\"123\",\"n\":{\"a\":[1]}}");
    io.open().send("40");
    io.open().send("40{}");

    assertThat(auth)
        .containsExactly(Map.of("token", "123", "n", Map.of("a", List.of(1))), Map.of(), Map.of());
  }

  @ParameterizedTest(name = "S3 {0}")
  @ValueSource(strings = {"40/custom,", "40/custom"})
  void s3ACustomNamespaceIsJoined(String packet) {
    io.server.of("/custom");

    assertThat(io.open().send(packet).take())
        .singleElement()
        .asString()
        .matches("40/custom,\\{\"sid\":\"[A-Za-z0-9_-]{20}\"}");
  }

  @ParameterizedTest(name = "S4 {0}")
  @ValueSource(strings = {"/random", "/custom?a=b", "//custom", "/Custom", "/a/../custom"})
  void s4AnUnknownNamespaceIsRefusedAndTheConnectionStays(String name) {
    io.server.of("/custom");
    MemorySocket socket = io.open();

    assertThat(socket.send("40" + name).take())
        .containsExactly("44" + name + ",{\"message\":\"Invalid namespace\"}");
    assertThat(socket.isOpen()).isTrue();
  }

  @ParameterizedTest(name = "S5 S7 S9 {0}")
  @ValueSource(
      strings = {
        "4abc",
        "40[]",
        "40\"x\"",
        "40null",
        "40{\"a\":1",
        "42[\"a\"]",
        "42/custom,[\"a\"]",
        "41",
        "430[]",
        "44{\"message\":\"x\"}",
        "451-[\"a\",{\"_placeholder\":true,\"num\":0}]"
      })
  void s5AnythingButAConnectCloses(String packet) {
    io.server.of("/custom");
    MemorySocket socket = io.open().send(packet);

    assertThat(socket.isOpen()).isFalse();
  }

  @Test
  void s6WhoJoinsNothingIsClosedInTime() {
    MemorySocket silent = io.open();
    MemorySocket refused = io.open().send("40/random");
    MemorySocket joined = io.connect();
    io.clock.advance(44_900);
    assertThat(silent.isOpen()).isTrue();
    io.clock.advance(200);

    assertThat(silent.isOpen()).isFalse();
    assertThat(refused.isOpen()).isFalse();
    assertThat(joined.isOpen()).isTrue();
  }

  @Test
  void s6TheTimeRunsAgainWhenTheLastNamespaceIsLeft() {
    MemorySocket socket = io.connect();
    io.clock.advance(60_000);
    socket.send("41");
    io.clock.advance(44_900);
    assertThat(socket.isOpen()).isTrue();
    io.clock.advance(200);

    assertThat(socket.isOpen()).isFalse();
  }

  @Test
  void s6AttachmentsDoNotStopTheTime() {
    io.server.of("/slow").useAsync(socket -> new CompletableFuture<>());
    MemorySocket socket = io.open().send("40/slow");
    socket.send("451-/slow,[\"a\",{\"_placeholder\":true,\"num\":0}]").sendHex("00");
    io.clock.advance(45_100);

    assertThat(socket.isOpen()).isFalse();
  }

  @Test
  void s8ASecondConnectCloses() {
    assertThat(io.connect().send("40").isOpen()).isFalse();
  }

  @Test
  void s9ANamespaceMustBeJoinedFirst() {
    io.server.of("/custom");
    MemorySocket socket = io.connect();

    assertThat(socket.send("42/custom,[\"a\"]").isOpen()).isFalse();
  }

  @Test
  void s10WhoComesBackGetsANewId() {
    MemorySocket socket = io.open();
    String first = Io.sid(socket.send("40").take().get(0));
    String second = Io.sid(socket.send("41").send("40").take().get(0));

    assertThat(second).isNotEqualTo(first);
  }

  @Test
  void s10ALeaverMayComeBackInTheSamePayload() {
    String session = io.polling();
    MemoryExchange answer = io.web.post(session, "41\u001e40\u001e41\u001e40");

    assertThat(answer.status()).isEqualTo(200);
    assertThat(io.web.get(session).text())
        .matches("40\\{\"sid\":\"[^\"]*\"}\u001e40\\{\"sid\":\"[^\"]*\"}");
  }

  @Test
  void s11MiddlewareRefusesWithMessageAndData() {
    io.server
        .of("/data")
        .use(
            socket -> {
              if (!socket.handshake().auth().containsKey("token")) {
                throw new ConnectionRefusedException("not authorized", Map.of("code", 7));
              }
            });
    io.server
        .of("/plain")
        .use(
            socket -> {
              throw new ConnectionRefusedException("no");
            });
    MemorySocket socket = io.open();

    assertThat(socket.send("40/plain,").take()).containsExactly("44/plain,{\"message\":\"no\"}");
    assertThat(socket.send("40/data,").take().get(0))
        .isIn(
            "44/data,{\"message\":\"not authorized\",\"data\":{\"code\":7}}",
            "44/data,{\"data\":{\"code\":7},\"message\":\"not authorized\"}");
    assertThat(socket.send("40/data,{\"token\":1}").take().get(0)).startsWith("40/data,{\"sid\"");
  }

  @Test
  void s11MiddlewareThatFailsTellsNothingOfItself() {
    io.server.use(
        socket -> {
          throw new IllegalStateException("password of the database");
        });

    assertThat(io.open().send("40").take())
        .containsExactly("44{\"message\":\"Internal server error\"}");
  }

  @Test
  void aRefusalWhoseDataCannotBeSentIsARefusal() {
    AtomicReference<Socket> refused = new AtomicReference<>();
    io.server.use(
        socket -> {
          refused.set(socket);
          socket.join("room");
          throw new ConnectionRefusedException("no", new Unreadable());
        });

    assertThat(io.open().send("40").take()).containsExactly("44{\"message\":\"no\"}");
    assertThat(refused.get().rooms()).isEmpty();
  }

  /** A bean that cannot be written. */
  public static final class Unreadable {
    /** Fails. */
    public String getText() {
      return Optional.<String>empty().orElseThrow();
    }
  }

  @Test
  @SuppressWarnings("NullAway") // that is the point
  void middlewareWithoutAStageRefuses() {
    io.server.of("/").useAsync(socket -> null);

    assertThat(io.open().send("40").take())
        .containsExactly("44{\"message\":\"Internal server error\"}");
  }

  @Test
  void s6TheTimeRunsAgainThoughAnotherNamespaceWasBeingJoined() {
    CompletableFuture<Void> decision = new CompletableFuture<>();
    io.server.of("/slow").useAsync(socket -> decision);
    MemorySocket socket = io.connect().send("40/slow").send("41");
    decision.completeExceptionally(new ConnectionRefusedException("no"));
    io.clock.advance(45_100);

    assertThat(socket.isOpen()).isFalse();
  }

  @Test
  void s12ASocketIsNotConnectedWhileMiddlewareDecides() {
    List<Boolean> connected = new ArrayList<>();
    io.server.use(socket -> connected.add(socket.isConnected()));
    io.server.onConnect(socket -> connected.add(socket.isConnected()));
    io.connect();

    assertThat(connected).containsExactly(false, true);
  }

  @Test
  void s13WhoGoesWhileMiddlewareDecidesLeavesNothing() {
    CompletableFuture<Void> decision = new CompletableFuture<>();
    io.listen("/");
    io.server
        .of("/")
        .useAsync(
            socket -> {
              socket.join("early");
              return decision;
            });
    MemorySocket socket = io.open().send("40");
    socket.drop();
    decision.complete(null);

    assertThat(io.takeHeard()).isEmpty();
    assertThat(io.server.of("/").localSockets()).isEmpty();
    assertThat(io.server.to("early").fetchSockets().toCompletableFuture().join()).isEmpty();
  }

  @Test
  void s14MiddlewareRunsInOrderAndStopsAtARefusal() {
    List<String> order = new ArrayList<>();
    io.server.of("/").use(socket -> order.add("first"));
    io.server
        .of("/")
        .useAsync(
            socket -> {
              order.add("second");
              return CompletableFuture.failedFuture(new ConnectionRefusedException("stop"));
            });
    io.server.of("/").use(socket -> order.add("third"));

    assertThat(io.open().send("40").take()).containsExactly("44{\"message\":\"stop\"}");
    assertThat(order).containsExactly("first", "second");
  }

  @Test
  void eventsThatComeWhileMiddlewareDecidesWait() {
    CompletableFuture<Void> decision = new CompletableFuture<>();
    io.server.of("/").useAsync(socket -> decision);
    io.server.on("a", (socket, args, ack) -> ack.send(args));
    MemorySocket socket = io.open().send("40").send("421[\"a\",1]").send("422[\"a\",2]");
    assertThat(socket.take()).isEmpty();
    decision.complete(null);

    List<String> frames = socket.take();
    assertThat(frames.get(0)).startsWith("40{\"sid\"");
    assertThat(frames.subList(1, 3)).containsExactly("431[1]", "432[2]");
  }

  /** The socket lane has events to run between the verdict and the connect handlers. */
  @Test
  void eventsNeverOvertakeTheConnectHandlers() {
    CompletableFuture<Void> first = new CompletableFuture<>();
    AtomicReference<MemorySocket> peer = new AtomicReference<>();
    io.listen("/")
        .useAsync(socket -> first)
        .use(socket -> peer.get().send("42[\"b\"]").send("42[\"c\"]"))
        .on("a", (socket, args) -> io.heard.add("a"))
        .on("b", (socket, args) -> io.heard.add("b"))
        .on("c", (socket, args) -> io.heard.add("c"));
    peer.set(io.open().send("40").send("42[\"a\"]"));
    first.complete(null);

    assertThat(io.takeHeard()).containsExactly("/ connect", "a", "b", "c");
  }

  @Test
  void whatHandlersOfTheConnectionSendFollowsTheAnswer() {
    io.server.onConnect(socket -> socket.emit("hello"));

    assertThat(io.open().send("40").take()).hasSize(2).last().isEqualTo("42[\"hello\"]");
  }

  @Test
  void s18APollingClientHearsWhatWaitsBeforeTheClose() {
    String session = io.polling();
    io.server.emit("news");
    io.web.post(session, "4abc");

    assertThat(io.web.get(session).text()).isEqualTo("42[\"news\"]");
    assertThat(io.web.get(session).text()).isEqualTo("6\u001e1");
    assertThat(io.web.get(session).status()).isEqualTo(400);
  }

  @Test
  void theNamespacesOfOneConnectionAreBounded() {
    Io few = Io.start(options -> options.maxNamespaces(2));
    List.of("/a", "/b", "/c").forEach(few.server::of);
    MemorySocket socket = few.open().send("40/a,").send("40/b,");
    socket.take();

    assertThat(socket.send("40/c,").take())
        .containsExactly("44/c,{\"message\":\"Too many namespaces\"}");
    assertThat(socket.isOpen()).isTrue();
  }

  @Test
  void aNamespaceHasAProperName() {
    assertThat(io.server.of("")).isSameAs(io.server.of("/"));
    assertThatThrownBy(() -> io.server.of("chat"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("\"chat\"");
    assertThatThrownBy(() -> io.server.of("/a,b")).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void theHandshakeOfPollingHoldsItsRequest() {
    List<Handshake> handshakes = new ArrayList<>();
    io.server.onConnect(socket -> handshakes.add(socket.handshake()));
    String uri = "/socket.io/?EIO=4&transport=polling&room=7";
    MemoryExchange answer = io.web.get(uri, "X-Custom", "yes", "Host", "h.example");
    io.web.post(uri + "&sid=" + Io.sid(answer.text()), "40{\"a\":1}");

    Handshake handshake = handshakes.get(0);
    assertThat(handshake.query()).containsEntry("room", "7");
    assertThat(handshake.headers().get("x-custom")).isEqualTo("yes");
    assertThat(handshake.address()).isEqualTo("127.0.0.1");
    assertThat(handshake.secure()).isFalse();
    assertThat(handshake.url()).isEqualTo(uri);
    assertThat(handshake.issued())
        .isBetween(java.time.Instant.now().minus(Duration.ofMinutes(1)), java.time.Instant.now());
  }
}

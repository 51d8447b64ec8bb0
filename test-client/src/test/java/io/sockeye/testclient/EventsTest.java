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
package io.sockeye.testclient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sockeye.socketio.server.Args;
import io.sockeye.socketio.server.SocketIoServer;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Events and acknowledgements in both directions. */
@SuppressWarnings("FutureReturnValueIgnored") // what comes of them is what the clients get
class EventsTest {
  private final SocketIoTestServer test = SocketIoTestServer.create();
  private final SocketIoServer io = test.server();

  @AfterEach
  void close() {
    test.close();
  }

  private static List<String> texts(List<ReceivedEvent> events) {
    return events.stream().map(ReceivedEvent::toString).toList();
  }

  @Test
  void eventsComeInOrderAndAreTakenOnce() {
    io.on("say", (socket, args) -> socket.emit("said", args));
    SocketIoTestClient client = test.connect();

    client.emit("say", "a", 1).emit("say", Args.of("b", List.of(2))).emit("say");

    assertThat(texts(client.received())).containsExactly("said[a, 1]", "said[b, [2]]", "said[]");
    assertThat(client.received()).isEmpty();
  }

  @Test
  void sendIsTheEventMessage() {
    io.on("message", (socket, args) -> socket.send(args.get(0)));
    SocketIoTestClient client = test.connect();

    client.send("hello");

    assertThat(client.await("message").get(0)).isEqualTo("hello");
  }

  record Point(int x, int y) {}

  @Test
  void argumentsAreBoundToTypesOnBothSides() {
    io.onRequest("turn", Point.class, (socket, point) -> new Point(point.y(), point.x()));
    SocketIoTestClient client = test.connect();

    assertThat(client.call("turn", new Point(1, 2)).get(0, Point.class)).isEqualTo(new Point(2, 1));
    assertThat(client.call("turn", Map.of("x", 3, "y", 4)).get(0))
        .isEqualTo(Map.of("x", 4, "y", 3));
  }

  @Test
  void bytesStayBytes() {
    io.onRequest("echo", (socket, args) -> args);
    SocketIoTestClient client = test.connect();
    byte[] bytes = {1, 2, 3};

    CompletableFuture<Args> echo = client.emitWithAck("echo", bytes, Map.of("a", bytes), "t");
    Arrays.fill(bytes, (byte) 0); // the test may go on to use them

    Args args = echo.join();
    assertThat(args.get(0)).isEqualTo(ByteBuffer.wrap(new byte[] {1, 2, 3}));
    assertThat(args.get(1)).isEqualTo(Map.of("a", ByteBuffer.wrap(new byte[] {1, 2, 3})));
    assertThat(args.get(2)).isEqualTo("t");
  }

  @Test
  void acknowledgementsAreNotMixedUp() {
    List<io.sockeye.socketio.server.Ack> open = new ArrayList<>();
    io.on("ask", (socket, args, ack) -> open.add(ack));
    SocketIoTestClient ann = test.connect();
    SocketIoTestClient ben = test.connect();

    CompletableFuture<Args> first = ann.emitWithAck("ask");
    CompletableFuture<Args> second = ann.emitWithAck("ask");
    CompletableFuture<Args> bens = ben.emitWithAck("ask");
    open.get(2).send("to Ben");
    open.get(1).send("second");

    assertThat(first).isNotDone();
    assertThat(second.join().list()).containsExactly("second");
    assertThat(bens.join().list()).containsExactly("to Ben");
    open.get(0).send();
    assertThat(first.join().size()).isZero();
  }

  @Test
  void theServerAsksAndAHandlerAnswers() {
    SocketIoTestClient client =
        test.connect().onRequest("add", args -> (int) args.get(0) + (int) args.get(1));

    assertThat(io.of("/").to(client.id())).isNotNull();
    CompletableFuture<Args> answer = ask(client, "add", 1, 2);

    assertThat(answer.join().list()).containsExactly(3);
    assertThat(texts(client.received())).containsExactly("add[1, 2]");
  }

  /** Has the server ask a client. */
  private CompletableFuture<Args> ask(SocketIoTestClient client, String event, Object... args) {
    CompletableFuture<Args> result = new CompletableFuture<>();
    String name = "have me asked " + result.hashCode();
    io.on(
        name,
        (socket, ignored) ->
            socket
                .emitWithAck(event, args)
                .whenComplete(
                    (value, failure) -> {
                      if (failure == null) {
                        result.complete(value);
                      } else {
                        result.completeExceptionally(failure);
                      }
                    }));
    client.emit(name);
    return result;
  }

  @Test
  void aClientAnswersAutomaticallyWithSeveralValuesOrLater() {
    CompletableFuture<String> later = new CompletableFuture<>();
    SocketIoTestClient client =
        test.connect()
            .answer("who", "me", 7)
            .answer("nothing")
            .onRequest("none", args -> null)
            .onRequest("later", args -> later);

    assertThat(ask(client, "who").join().list()).containsExactly("me", 7);
    assertThat(ask(client, "nothing").join().size()).isZero();
    assertThat(ask(client, "none").join().size()).isZero();
    CompletableFuture<Args> answer = ask(client, "later");
    assertThat(answer).isNotDone();
    later.complete("now");
    assertThat(answer.join().list()).containsExactly("now");
  }

  @Test
  void aTestAnswersByHandOnce() {
    SocketIoTestClient client = test.connect();
    CompletableFuture<Args> answer = ask(client, "who");

    ReceivedEvent event = client.await("who");
    assertThat(event.wantsAck()).isTrue();
    event.ack("me", List.of(1));

    assertThat(answer.join().list()).containsExactly("me", List.of(1));
    assertThatThrownBy(() -> event.ack("again"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("event \"who\" in /: acknowledged already (expected: one acknowledgement)");
    io.emit("news");
    ReceivedEvent news = client.await("news");
    assertThatThrownBy(news::ack)
        .hasMessage("event \"news\" in /: the server wants no acknowledgement");
  }

  @Test
  void anEventHandlerSendsNoAcknowledgement() {
    List<Object> seen = new ArrayList<>();
    SocketIoTestClient client = test.connect().on("who", args -> seen.add(args.get(0)));

    CompletableFuture<Args> answer = ask(client, "who", "x");

    assertThat(seen).containsExactly("x");
    assertThat(answer).isNotDone();
  }

  @Test
  void anUnansweredQuestionTimesOutInVirtualTime() {
    SocketIoTestClient client = test.connect();
    CompletableFuture<Args> answer = ask(client, "who");

    test.clock().advance(Duration.ofMillis(59_990));
    assertThat(answer).isNotDone();
    test.clock().advance(Duration.ofMillis(20));

    assertThatThrownBy(answer::join).hasCauseInstanceOf(TimeoutException.class);
    assertThat(client.isConnected()).isTrue();
  }

  @Test
  void questionsAreForgottenWhenEitherSideGoes() {
    io.on("ask", (socket, args, ack) -> {});
    SocketIoTestClient client = test.connect();
    CompletableFuture<Args> mine = client.emitWithAck("ask");
    CompletableFuture<Args> theirs = ask(client, "who");

    client.drop();

    assertThatThrownBy(mine::join)
        .hasRootCauseMessage("socket has been disconnected: transport close");
    assertThatThrownBy(theirs::join).hasRootCauseMessage("socket has been disconnected");
  }

  @Test
  void clientsInOneRoomHearEachOther() {
    io.on("join", String.class, (socket, room) -> socket.join(room));
    io.on("say", (socket, args) -> socket.to("lobby").emit("said", args));
    SocketIoTestClient ann = test.connect();
    SocketIoTestClient ben = test.connect();
    SocketIoTestClient eve = test.connect();
    ann.emit("join", "lobby");
    ben.emit("join", "lobby");

    ann.emit("say", "hi");

    assertThat(ben.await("said").get(0)).isEqualTo("hi");
    assertThat(ann.received()).isEmpty();
    assertThat(eve.received()).isEmpty();
    assertThat(ann.id()).isNotEqualTo(ben.id());
  }

  @Test
  void awaitLeavesOtherEventsWhereTheyAre() {
    SocketIoTestClient client = test.connect();
    io.emit("a", 1);
    io.emit("b", 2);
    io.emit("a", 3);

    assertThat(client.await("b").get(0)).isEqualTo(2);
    assertThat(client.await("a").get(0)).isEqualTo(1);
    assertThat(texts(client.received("b"))).isEmpty();
    assertThat(texts(client.received("a"))).containsExactly("a[3]");
  }

  @Test
  void anEventThatDoesNotComeSaysWhatCameInstead() {
    SocketIoTestClient client = test.connect();
    io.emit("said", "hello", Map.of("a", 1));
    io.emit("left");

    assertThatThrownBy(() -> client.await("joined", Duration.ofMillis(1)))
        .isInstanceOf(AssertionError.class)
        .hasMessage(
            "event \"joined\" in /: not received within PT0.001S; received instead: said[hello, {a=1}],"
                + " left[]; test client in /: connected as "
                + client.id());
    io.of("/").to(client.id()).disconnectSockets(false);
    assertThatThrownBy(() -> client.await("joined", Duration.ofHours(1)))
        .hasMessageEndingWith("left[]; test client in /: disconnected, io server disconnect")
        .hasMessageStartingWith("event \"joined\" in /: not received; received instead: said");
  }

  @Test
  void aCallWithoutAnAnswerSaysSo() {
    io.on("ask", (socket, args, ack) -> socket.emit("never mind"));
    SocketIoTestClient client = test.connect();

    assertThatThrownBy(() -> client.call(Duration.ofMillis(1), "ask"))
        .isInstanceOf(AssertionError.class)
        .hasMessageStartingWith(
            "event \"ask\" in /: not acknowledged within PT0.001S; received instead: never mind[];");
  }

  @Test
  void whatAHandlerOfTheTestThrowsFailsTheTest() {
    SocketIoTestClient client =
        test.connect()
            .on(
                "said",
                args -> {
                  throw new AssertionError("wrong");
                });

    io.emit("said", "x");

    assertThatThrownBy(client::received)
        .isInstanceOf(AssertionError.class)
        .hasMessage("the test's handler of \"said\" in / failed")
        .hasRootCauseMessage("wrong");
    io.emit("said", "x");
    assertThatThrownBy(() -> client.await("other", Duration.ofHours(1)))
        .hasMessageContaining("handler of \"said\"");
    io.emit("said", "x");
    assertThatThrownBy(client::sync).hasMessageContaining("handler of \"said\"");
    io.emit("said", "x");
    assertThatThrownBy(client::close).hasMessageContaining("handler of \"said\"");
    client.close();
  }

  /** Cannot be sent. */
  static final class Cycle {
    public Cycle getSelf() {
      return this;
    }
  }

  @Test
  void wrongUseIsNamed() {
    SocketIoTestClient client = test.connect();

    assertThatThrownBy(() -> client.emit("connect"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("event \"connect\": reserved by Socket.IO (expected: another name)");
    assertThatThrownBy(() -> client.emit("a", Double.NaN, new Cycle()))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> client.emitWithAck("a", new Cycle()))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> client.socket("chat"))
        .hasMessage("namespace: \"chat\" (expected: a slash first)");
    client.disconnect();
    assertThatThrownBy(() -> client.emit("a"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(
            "emit \"a\": test client in /: disconnected, io client disconnect (expected: connected)");
  }

  @Test
  void aHandlerOfTheTestMustNotHoldUpAServerThatRunsInline() {
    io.onRequest("ask", (socket, args) -> "yes");
    SocketIoTestClient client = test.connect();
    client.on("said", args -> client.call("ask"));

    io.emit("said");

    assertThatThrownBy(client::received)
        .hasRootCauseInstanceOf(IllegalStateException.class)
        .hasStackTraceContaining("call: called by a handler of a test client");
  }
}

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

import io.sockeye.engineio.server.internal.MemorySocket;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** What handlers get, in which order they are called, and what becomes of what they return. */
class HandlersTest {
  record Point(int x, int y) {}

  private final Io io = Io.start();
  private final List<String> calls = new ArrayList<>();

  // ---- arguments ----

  @Test
  void upToFiveArgumentsAreBoundToTypes() {
    io.server
        .on("none", socket -> calls.add("none"))
        .on("one", Point.class, (socket, a) -> calls.add("" + a))
        .on("two", String.class, Integer.class, (socket, a, b) -> calls.add(a + b))
        .on(
            "three",
            String.class,
            Integer.class,
            Boolean.class,
            (socket, a, b, c) -> calls.add(a + b + c))
        .on(
            "four",
            String.class,
            Integer.class,
            Boolean.class,
            Double.class,
            (socket, a, b, c, d) -> calls.add(a + b + c + d))
        .on(
            "five",
            String.class,
            Integer.class,
            Boolean.class,
            Double.class,
            Point[].class,
            (socket, a, b, c, d, e) -> calls.add(a + b + c + d + e[0]));
    io.connect()
        .send("42[\"none\",1]")
        .send("42[\"one\",{\"x\":1,\"y\":2},\"more\"]")
        .send("42[\"two\",\"a\",1]")
        .send("42[\"three\",\"a\",1,true]")
        .send("42[\"four\",\"a\",1,true,0.5]")
        .send("42[\"five\",\"a\",1,true,0.5,[{\"x\":1,\"y\":2}]]");

    assertThat(calls)
        .containsExactly(
            "none", "Point[x=1, y=2]", "a1", "a1true", "a1true0.5", "a1true0.5Point[x=1, y=2]");
  }

  @Test
  void upToFiveArgumentsAreAnswered() {
    io.server
        .onRequest("none", socket -> "0")
        .onRequest("one", Integer.class, (socket, a) -> a)
        .onRequest("two", Integer.class, Integer.class, (socket, a, b) -> a + b)
        .onRequest(
            "three", Integer.class, Integer.class, Integer.class, (socket, a, b, c) -> a + b + c)
        .onRequest(
            "four",
            Integer.class,
            Integer.class,
            Integer.class,
            Integer.class,
            (socket, a, b, c, d) -> a + b + c + d)
        .onRequest(
            "five",
            Integer.class,
            Integer.class,
            Integer.class,
            Integer.class,
            Integer.class,
            (socket, a, b, c, d, e) -> a + b + c + d + e);

    assertThat(
            io.connect()
                .send("421[\"none\"]")
                .send("422[\"one\",1]")
                .send("423[\"two\",1,2]")
                .send("424[\"three\",1,2,3]")
                .send("425[\"four\",1,2,3,4]")
                .send("426[\"five\",1,2,3,4,5]")
                .take())
        .containsExactly("431[\"0\"]", "432[1]", "433[3]", "434[6]", "435[10]", "436[15]");
  }

  @Test
  void typesWithTypeArgumentsAreNamedByAReference() {
    io.server.onRequest(
        "sum",
        new TypeRef<List<Map<String, Integer>>>() {},
        (socket, all) -> all.stream().mapToInt(map -> map.getOrDefault("n", 0)).sum());
    io.server.on(
        "points", new TypeRef<List<Point>>() {}, (socket, all) -> socket.emit("y", all.get(1).y()));

    assertThat(
            io.connect()
                .send("421[\"sum\",[{\"n\":1},{\"n\":41}]]")
                .send("42[\"points\",[{\"x\":1,\"y\":2},{\"x\":3,\"y\":4}]]")
                .take())
        .containsExactly("431[42]", "42[\"y\",4]");
  }

  @Test
  void bytesComeAsArrayOrBuffer() {
    io.server.on("bytes", byte[].class, (socket, bytes) -> calls.add("" + bytes[1]));
    io.server.on("buffer", ByteBuffer.class, (socket, bytes) -> calls.add("" + bytes.get(0)));
    MemorySocket socket = io.connect();
    socket.send("451-[\"bytes\",{\"_placeholder\":true,\"num\":0}]").sendHex("0102");
    socket.send("451-[\"buffer\",{\"_placeholder\":true,\"num\":0}]").sendHex("03");

    assertThat(calls).containsExactly("2", "3");
  }

  @Test
  void whatDoesNotFitIsTheClientsMistakeAndNothingIsBentToFit() {
    io.server
        .on("text", String.class, (socket, text) -> calls.add(text))
        .on("number", Integer.class, (socket, number) -> calls.add("" + number))
        .on("flag", Boolean.class, (socket, flag) -> calls.add("" + flag))
        .onError(
            (socket, error) ->
                error.cause() instanceof ArgumentException mistake
                    ? mistake.clientMessage()
                    : "internal error");
    MemorySocket socket = io.connect();

    for (String sent :
        List.of("\"text\",7", "\"text\",true", "\"text\",0.5", "\"text\",[]", "\"text\"")) {
      assertThat(socket.send("421[" + sent + "]").take())
          .containsExactly("431[\"argument 0 (expected: String)\"]");
    }
    for (String sent : List.of("\"number\",7.5", "\"number\",\"7\"", "\"number\",true")) {
      assertThat(socket.send("421[" + sent + "]").take())
          .containsExactly("431[\"argument 0 (expected: Integer)\"]");
    }
    for (String sent : List.of("\"flag\",7", "\"flag\",\"true\"", "\"flag\",null")) {
      assertThat(socket.send("421[" + sent + "]").take())
          .containsExactly("431[\"argument 0 (expected: Boolean)\"]");
    }
    assertThat(calls).isEmpty();
    assertThat(io.server.counters())
        .containsEntry(SocketIoCounter.EVENTS_REFUSED, 11L)
        .containsEntry(SocketIoCounter.EVENTS_FAILED, 0L);
  }

  @Test
  void messagesAndJsonHaveHandlersOfTheirOwn() {
    io.server
        .onMessage((socket, text) -> socket.send("re: " + text))
        .onJson(Point.class, (socket, point) -> socket.sendJson(point));

    assertThat(
            io.connect()
                .send("42[\"message\",\"hi\"]")
                .send("42[\"json\",{\"x\":1,\"y\":2}]")
                .take())
        .containsExactly("42[\"message\",\"re: hi\"]", "42[\"json\",{\"x\":1,\"y\":2}]");
  }

  // ---- answers ----

  @Test
  @SuppressWarnings("FutureReturnValueIgnored") // the handler returns it, as an object
  void whatIsReturnedIsTheAcknowledgement() {
    io.server
        .onRequest("value", socket -> List.of(1, 2))
        .onRequest("several", socket -> Ack.of(List.of(1, 2), "b"))
        .onRequest("later", socket -> CompletableFuture.completedFuture(Ack.of("x", null)))
        .onRequest("nothing", socket -> null);

    assertThat(
            io.connect()
                .send("421[\"value\"]")
                .send("422[\"several\"]")
                .send("423[\"later\"]")
                .send("424[\"nothing\"]")
                .send("42[\"value\"]")
                .take())
        .containsExactly("431[[1,2]]", "432[[1,2],\"b\"]", "433[\"x\",null]", "434[]");
  }

  // ---- who is called ----

  @Test
  void catchAllHandlersComeBeforeTheEventsOwn() {
    io.server
        .on("known", socket -> calls.add("own"))
        .onAny((socket, event) -> calls.add("any " + event.name() + event.args().size()))
        .onUnhandled((socket, event) -> event.ack().send("what?"));
    io.server.onConnect(
        socket -> socket.onAny((same, event) -> calls.add("socket's " + event.name())));
    MemorySocket socket = io.connect();

    assertThat(socket.send("42[\"known\",1,2]").send("427[\"unknown\"]").take())
        .containsExactly("437[\"what?\"]");
    assertThat(calls)
        .containsExactly("any known2", "socket's known", "own", "any unknown0", "socket's unknown");
  }

  @Test
  void eventsWithoutAHandlerAreCounted() {
    io.connect().send("42[\"unknown\"]").send("42[\"unknown\"]");

    assertThat(io.server.counters()).containsEntry(SocketIoCounter.EVENTS_UNHANDLED, 2L);
  }

  @Test
  void outgoingEventsAreHeardOncePerRecipient() {
    io.server.onAnyOutgoing(
        (socket, event) -> calls.add(event.name() + event.args().list() + socket.isConnected()));
    io.connect();
    MemorySocket second = io.connect();
    io.server.emit("all", 1);
    io.server.onRequest("one", socket -> "an answer is no event");
    io.server.on("reply", socket -> socket.emit("reply", "x"));
    second.send("421[\"one\"]").send("42[\"reply\"]");

    assertThat(calls).containsExactly("all[1]true", "all[1]true", "reply[x]true");
  }

  @Test
  void middlewareComesFirstAndMayStopAnEvent() {
    io.server
        .useEvent(
            (socket, event, next) -> {
              calls.add("1 " + event.name());
              next.proceed();
              calls.add("1 after");
            })
        .useEvent(
            (socket, event, next) -> {
              if (event.name().equals("silent")) {
                return;
              }
              if (event.name().equals("refused")) {
                throw new EventRefusedException("blocked", Map.of("code", 7));
              }
              next.proceed();
              next.proceed(); // has no effect
            })
        .onAny((socket, event) -> calls.add("any"))
        .onRequest("passes", socket -> calls.add("handler"))
        .onRequest("silent", socket -> calls.add("handler"))
        .onRequest("refused", socket -> calls.add("handler"))
        .onConnect(
            socket ->
                socket.use(
                    (same, event, next) -> {
                      calls.add("socket's");
                      next.proceed();
                    }))
        .onError(
            (socket, error) ->
                error.cause() instanceof EventRefusedException refused
                    ? Ack.of(error.message(), refused.data())
                    : null);
    MemorySocket socket = io.connect();

    assertThat(
            socket.send("421[\"passes\"]").send("422[\"silent\"]").send("423[\"refused\"]").take())
        .containsExactly("431[true]", "433[\"blocked\",{\"code\":7}]");
    assertThat(calls)
        .containsExactly(
            "1 passes",
            "socket's",
            "any",
            "handler",
            "1 after",
            "1 silent",
            "1 after",
            "1 refused");
    assertThat(io.server.counters())
        .containsEntry(SocketIoCounter.EVENTS_REFUSED, 1L)
        .containsEntry(SocketIoCounter.EVENTS_FAILED, 0L);
  }

  @Test
  void middlewareSeesWhatHandlersThrow() {
    io.server
        .useEvent(
            (socket, event, next) -> {
              try {
                next.proceed();
              } catch (IllegalStateException failure) {
                event.ack().send("mended: " + failure.getMessage());
              }
            })
        .onRequest(
            "fail",
            socket -> {
              throw new IllegalStateException("no luck");
            });

    assertThat(io.connect().send("421[\"fail\"]").take())
        .containsExactly("431[\"mended: no luck\"]");
  }

  // ---- errors ----

  @Test
  void anErrorHandlerMayAnswer() {
    io.server
        .onRequest(
            "fail",
            String.class,
            (socket, text) -> {
              throw new IllegalStateException("no luck");
            })
        .onError(
            (socket, error) ->
                Ack.of(error.event().name(), error.event().args().get(0), error.message()));

    assertThat(io.connect().send("421[\"fail\",\"x\"]").send("42[\"fail\",\"x\"]").take())
        .containsExactly("431[\"fail\",\"x\",\"no luck\"]");
  }

  @Test
  void theDefaultErrorHandlerServesNamespacesWithoutOne() {
    for (String name : List.of("/", "/chat")) {
      io.server
          .of(name)
          .onRequest(
              "fail",
              socket -> {
                throw new IllegalStateException("no luck");
              });
    }
    io.server.onErrorDefault((socket, error) -> "default");
    io.server.of("/chat").onError((socket, error) -> "chat");
    MemorySocket socket = io.connect().send("40/chat,");
    socket.take();

    assertThat(socket.send("421[\"fail\"]").send("42/chat,2[\"fail\"]").take())
        .containsExactly("431[\"default\"]", "43/chat,2[\"chat\"]");
  }

  @Test
  void withoutAnErrorHandlerTheClientLearnsNothing() {
    io.server.onRequest(
        "fail",
        socket -> {
          throw new IllegalStateException("secret");
        });

    assertThat(io.connect().send("421[\"fail\"]").take()).isEmpty();
    assertThat(io.server.counters()).containsEntry(SocketIoCounter.EVENTS_FAILED, 1L);
  }

  // ---- registration ----

  @Test
  void oneHandlerForEachPurpose() {
    io.server.on("e", socket -> {}).onError((socket, error) -> null);
    io.server.onUnhandled((socket, event) -> {}).onErrorDefault((socket, error) -> null);

    assertThatThrownBy(() -> io.server.onRequest("e", socket -> 1))
        .hasMessage("event \"e\": has a handler already (expected: one handler per event)");
    assertThatThrownBy(() -> io.server.onError((socket, error) -> null))
        .hasMessage("onError: has a handler already (expected: one)");
    assertThatThrownBy(() -> io.server.onErrorDefault((socket, error) -> null))
        .hasMessage("onErrorDefault: has a handler already (expected: one)");
    assertThatThrownBy(() -> io.server.onUnhandled((socket, event) -> {}))
        .hasMessage("onUnhandled: has a handler already (expected: one)");
    assertThatThrownBy(() -> io.server.on("connect", socket -> {}))
        .hasMessage("event \"connect\": not sent by clients (expected: onConnect(..))");
    assertThatThrownBy(() -> io.server.on("connect_error", socket -> {}))
        .hasMessage("event \"connect_error\": reserved by Socket.IO (expected: another name)");
  }

  @Test
  void aReferenceNeedsItsTypeArgument() {
    assertThatThrownBy(() -> new RawTypeRef()).hasMessageContaining("no type argument");
  }

  @SuppressWarnings("rawtypes") // as a user's mistake
  private static final class RawTypeRef extends TypeRef {}
}

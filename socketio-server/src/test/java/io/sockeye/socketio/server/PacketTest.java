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
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What packets do (rules S19 to S36, S41 to S47). */
@SuppressWarnings("FutureReturnValueIgnored") // a request handler's stage is its answer
class PacketTest {
  private static final String PLACEHOLDER = "{\"_placeholder\":true,\"num\":0}";

  private final Io io = Io.start();

  @BeforeEach
  void echo() {
    io.server.on("message", (socket, args) -> socket.emit("message-back", args));
    io.server.on("message-with-ack", (socket, args, ack) -> ack.send(args));
    io.listen("/");
  }

  @ParameterizedTest(name = "S19 {0}")
  @ValueSource(
      strings = {
        "1,\"2\",{\"3\":[true]}",
        "\"a-b\",{\"c-d\":-1}",
        "{\"__proto__\":{\"x\":1}}",
        "9007199254740993",
        "1.5,-0.25,1e3",
        "\"\\u2028 ж 😀 \\\" \\\\ \\n\"",
        "null,true,false,[],{}",
        "{\"_placeholder\":true,\"num\":0}"
      })
  void s19ArgumentsComeBackAsTheyWere(String args) {
    MemorySocket socket = io.connect();

    assertThat(socket.send("42[\"message\"," + args + "]").take())
        .containsExactly("42[\"message-back\"," + args + "]");
  }

  @Test
  void s20BinaryComesBackAsItWas() {
    MemorySocket socket = io.connect();
    socket.send(
        "452-[\"message\",{\"_placeholder\":true,\"num\":0},{\"a\":{\"_placeholder\":true,"
            + "\"num\":1}}]");
    socket.sendHex("010203").sendHex("04");

    assertThat(socket.take())
        .containsExactly(
            "452-[\"message-back\",{\"_placeholder\":true,\"num\":0},{\"a\":{\"_placeholder\":true,"
                + "\"num\":1}}]",
            "<010203>",
            "<04>");
  }

  @Test
  void s21AnAcknowledgementCarriesTheId() {
    assertThat(io.connect().send("42456[\"message-with-ack\",1,\"2\",{\"3\":[false]}]").take())
        .containsExactly("43456[1,\"2\",{\"3\":[false]}]");
    assertThat(io.connect().send("429007199254740991[\"message-with-ack\"]").take())
        .containsExactly("439007199254740991[]");
  }

  @Test
  void s22AnAcknowledgementCarriesBinary() {
    MemorySocket socket = io.connect();
    socket.send("451-789[\"message-with-ack\"," + PLACEHOLDER + "]").sendHex("0102");

    assertThat(socket.take()).containsExactly("461-789[" + PLACEHOLDER + "]", "<0102>");
  }

  @ParameterizedTest(name = "S23 {0}")
  @ValueSource(
      strings = {
        "4",
        "4abc",
        "42",
        "42{}",
        "42abc[\"a\"]",
        "42\"a\"",
        "42[\"a\"",
        "42[\"a\"]x",
        "42[]",
        "42[null]",
        "42[true]",
        "42[{\"toString\":\"foo\"}]",
        "42[[1]]",
        "421.5[\"a\"]",
        "42-1[\"a\"]",
        "42 1[\"a\"]",
        "47[\"a\"]",
        "41{}",
        "44{\"message\":\"x\"}",
        "429007199254740992[\"a\"]",
        "4299999999999999999999[\"a\"]",
        "42[\"a\",01]",
        "42[\"a\",\"\u0001\"]",
        "42[\"a\",NaN]",
        "42['a']",
        "43{}",
        "43\"x\""
      })
  void s23WhatIsNoPacketCloses(String packet) {
    MemorySocket socket = io.connect();
    MemorySocket other = io.connect();
    socket.send(packet);

    assertThat(socket.isOpen()).isFalse();
    assertThat(io.takeHeard())
        .containsExactly(
            "/ connect", "/ connect", "/ disconnecting in 1 rooms", "/ disconnect: parse error");
    assertThat(other.send("420[\"message-with-ack\",1]").take()).containsExactly("430[1]");
  }

  @ParameterizedTest(name = "S24 {0}")
  @ValueSource(strings = {"connect", "connect_error", "disconnect", "disconnecting"})
  void s24ReservedNamesClose(String name) {
    assertThat(io.connect().send("42[\"" + name + "\"]").isOpen()).isFalse();
    assertThatThrownBy(() -> io.server.emit(name))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("reserved");
    assertThatThrownBy(() -> io.server.on(name, (socket, args) -> {}))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest(name = "S24 {0}")
  @ValueSource(strings = {"\"connection\"", "\"__proto__\"", "\"constructor\"", "\"error\"", "1"})
  void s24OtherNamesArePlainEvents(String name) {
    MemorySocket socket = io.connect();
    io.server.on(name.replace("\"", ""), (from, args) -> from.emit("got", args));

    assertThat(socket.send("42[" + name + ",\"n\"]").take()).containsExactly("42[\"got\",\"n\"]");
  }

  @ParameterizedTest(name = "S25 {0}")
  @ValueSource(strings = {"43[\"x\"]", "4399[1]"})
  void s25AcknowledgementsThatNobodyWaitsForAreIgnored(String packet) {
    MemorySocket socket = io.connect().send(packet);

    assertThat(socket.send("42[\"message\"]").take()).containsExactly("42[\"message-back\"]");
  }

  @ParameterizedTest(name = "S26 {0}")
  @ValueSource(
      strings = {
        "450-[\"a\"]",
        "4511-[\"a\"]",
        "45[\"a\"]",
        "451[\"a\"]",
        "45-[\"a\"]",
        "45a-[\"a\"]",
        "451.23-[\"a\"]",
        "45999999999-[\"a\"]",
        "451-",
        "451-{}"
      })
  void s26AWrongNumberOfAttachmentsCloses(String packet) {
    assertThat(io.connect().send(packet).isOpen()).isFalse();
  }

  @ParameterizedTest(name = "S27 {0}")
  @ValueSource(strings = {"1", "-1", "\"0\"", "0.5", "null", "4294967296"})
  void s27APlaceholderMustNameAnAttachment(String num) {
    MemorySocket socket = io.connect();
    socket.send("451-[\"message\",{\"_placeholder\":true,\"num\":" + num + "}]");
    if (socket.isOpen()) {
      socket.sendHex("00");
    }

    assertThat(socket.isOpen()).isFalse();
  }

  @Test
  void s28TextInsteadOfAnAttachmentCloses() {
    MemorySocket socket = io.connect().send("451-[\"message\"," + PLACEHOLDER + "]");

    assertThat(socket.send("42[\"message\"]").isOpen()).isFalse();
    assertThat(io.connect().sendHex("00").isOpen()).isFalse();
  }

  @Test
  void s28AHeartbeatMayComeInBetween() {
    MemorySocket socket = io.connect().send("451-[\"message\"," + PLACEHOLDER + "]");

    assertThat(socket.send("3").sendHex("00").take())
        .containsExactly("451-[\"message-back\"," + PLACEHOLDER + "]", "<00>");
  }

  @Test
  void attachmentsThatDoNotComeCloseInTime() {
    MemorySocket socket = io.connect().send("451-[\"message\"," + PLACEHOLDER + "]");
    io.clock.advance(29_900);
    assertThat(socket.isOpen()).isTrue();
    io.clock.advance(200);

    assertThat(socket.isOpen()).isFalse();
  }

  @Test
  void s31ABroadcastOfBinaryIsTheSameForAll() {
    MemorySocket first = io.connect();
    MemorySocket second = io.connect();
    io.server.emit("pic", ByteBuffer.wrap(new byte[] {1, 2}), Map.of("n", new byte[] {3}));

    List<String> expected =
        List.of(
            "452-[\"pic\"," + PLACEHOLDER + ",{\"n\":{\"_placeholder\":true,\"num\":1}}]",
            "<0102>",
            "<03>");
    assertThat(first.take()).isEqualTo(expected);
    assertThat(second.take()).isEqualTo(expected);
  }

  @Test
  void s41AfterAnInvalidPacketNothingIsHeard() {
    MemorySocket socket = io.connect();
    socket.send("4abc").send("42[\"message\"]");

    assertThat(socket.take()).isEmpty();
    assertThat(io.takeHeard()).filteredOn(line -> line.contains("disconnect:")).hasSize(1);
  }

  @Test
  void s46OnlyTheFirstAcknowledgementIsSent() {
    io.server.on(
        "double",
        (socket, args, ack) -> {
          ack.send("first");
          ack.send("second");
        });

    assertThat(io.connect().send("421[\"double\"]").take()).containsExactly("431[\"first\"]");
  }

  @Test
  void anEventWithoutIdIsNotAcknowledged() {
    List<Boolean> requested = new ArrayList<>();
    io.server.on(
        "a",
        (socket, args, ack) -> {
          requested.add(ack.isRequested());
          ack.send(1);
        });

    assertThat(io.connect().send("42[\"a\"]").take()).isEmpty();
    assertThat(requested).containsExactly(false);
  }

  @ParameterizedTest(name = "typed handler for {0}: {1}")
  @CsvSource(
      delimiter = '|',
      value = {
        "record | {\"name\":\"Ann\",\"age\":7} | [\"Ann is 7\"]",
        "record | {\"age\":7,\"name\":\"Ann\",\"more\":[]} | [\"Ann is 7\"]",
        "nothing | \"x\" | []",
        "raw | \"x\" | [\"x\",2]",
        "list | \"x\" | [[\"x\",1]]",
        "stage | \"x\" | [\"later x\"]"
      })
  void typedHandlersReturnTheirAcknowledgement(String event, String argument, String answer) {
    io.server.onRequest("record", Person.class, (socket, p) -> p.name() + " is " + p.age());
    io.server.onRequest("nothing", (socket, args) -> null);
    io.server.onRequest("raw", (socket, args) -> Args.of(args.get(0), 2));
    io.server.onRequest("list", String.class, (socket, text) -> List.of(text, 1));
    io.server.onRequest(
        "stage",
        String.class,
        (socket, text) -> java.util.concurrent.CompletableFuture.completedFuture("later " + text));

    assertThat(io.connect().send("425[\"" + event + "\"," + argument + "]").take())
        .containsExactly("435" + answer);
  }

  record Person(String name, int age) {}

  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Picture(String type, ByteBuffer data, byte[] thumb) {}

  @Test
  void typedHandlersTakeBinary() {
    io.server.onRequest(
        "picture",
        Picture.class,
        (socket, picture) ->
            picture.type() + " " + picture.data().remaining() + " " + picture.thumb()[0]);
    MemorySocket socket = io.connect();
    socket
        .send(
            "452-1[\"picture\",{\"type\":\"png\",\"data\":"
                + PLACEHOLDER
                + ",\"thumb\":{\"_placeholder\":true,\"num\":1}}]")
        .sendHex("010203")
        .sendHex("09");

    assertThat(socket.take()).containsExactly("431[\"png 3 9\"]");
  }

  @Test
  void recordsAreSentAsObjects() {
    MemorySocket socket = io.connect();
    io.server.emit("person", new Person("Ann", 7), List.of(new Person("Ben", 8)));

    assertThat(socket.take())
        .containsExactly(
            "42[\"person\",{\"name\":\"Ann\",\"age\":7},[{\"name\":\"Ben\",\"age\":8}]]");
  }

  @Test
  void whatHandlersThrowReachesTheErrorHandler() {
    io.server.on(
        "fail",
        (socket, args) -> {
          throw new IllegalStateException("no luck");
        });
    io.server.on("typed", Person.class, (socket, person) -> socket.emit(person.name()));
    io.server.onRequest(
        "later",
        String.class,
        (socket, text) ->
            java.util.concurrent.CompletableFuture.failedFuture(
                new IllegalStateException("late " + text)));
    io.server.onError(
        (socket, error) -> {
          socket.emit("oops", error.event().name(), error.message());
          return null;
        });
    MemorySocket socket = io.connect();

    assertThat(socket.send("42[\"fail\"]").take())
        .containsExactly("42[\"oops\",\"fail\",\"no luck\"]");
    assertThat(socket.send("421[\"later\",\"x\"]").take())
        .containsExactly("42[\"oops\",\"later\",\"late x\"]");
    assertThat(socket.send("421[\"typed\",[1]]").take())
        .singleElement()
        .asString()
        .startsWith("42[\"oops\",\"typed\",\"argument 0: not a Person (");
    assertThat(socket.send("421[\"typed\"]").take())
        .containsExactly(
            "42[\"oops\",\"typed\",\"argument 0: null or absent (expected: Person)\"]");
    assertThat(socket.isOpen()).isTrue();
  }

  @Test
  void aLateAnswerThatCannotBeSentReachesTheErrorHandler() {
    io.server.onRequest(
        "later",
        (socket, args) ->
            java.util.concurrent.CompletableFuture.completedFuture(new ConnectTest.Unreadable()));
    io.server.onError(
        (socket, error) -> {
          socket.emit("oops", error.event().name());
          return null;
        });

    assertThat(io.connect().send("421[\"later\"]").take())
        .containsExactly("42[\"oops\",\"later\"]");
  }

  @Test
  void anEventHasOneHandler() {
    assertThatThrownBy(() -> io.server.on("message", (socket, args) -> {}))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("\"message\"");
  }

  @Test
  void aValueThatCannotBeSentIsTheSendersError() {
    MemorySocket socket = io.connect();

    List<Object> endless = new ArrayList<>();
    endless.add(endless);
    assertThatThrownBy(() -> io.server.emit("a", endless))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(socket.take()).isEmpty();
  }
}

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

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sockeye.socketio.protocol.Arguments;
import io.sockeye.socketio.protocol.DecoderLimits;
import io.sockeye.socketio.protocol.Packet;
import io.sockeye.socketio.protocol.PacketFormatException;
import io.sockeye.socketio.server.spi.BroadcastOptions;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What python-socketio 5.14 and later sends, and what nodes of this project add. */
class PythonFormTest {
  private static final String HOST = "bff5d1c1a0b24e3f8d1c5e6f7a8b9c0d";
  private static final String OTHER = "0123456789abcdef0123456789abcdef";
  private static final BroadcastOptions ALL = BroadcastOptions.all("/");

  private static PythonForm form(PythonVersion version) {
    return new PythonForm(
        HOST,
        version,
        JacksonBinder.strict()::toTree,
        DecoderLimits.DEFAULTS,
        new RemoteSocketForm(Set.of()));
  }

  private final PythonForm form = form(PythonVersion.V5_15_1);

  private static String text(ByteBuffer message) {
    return UTF_8.decode(message.duplicate()).toString();
  }

  private static String text(PythonForm.Numbered message) {
    return text(message.with(7));
  }

  private static ByteBuffer bytes(int... values) {
    byte[] bytes = new byte[values.length];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) values[i];
    }
    return ByteBuffer.wrap(bytes);
  }

  private PythonForm.Received read(String json) throws PacketFormatException {
    return Objects.requireNonNull(form.read(json.getBytes(UTF_8)), "ignored");
  }

  private ClusterMessage body(String json) throws PacketFormatException {
    return Objects.requireNonNull(read(json).body(), "no body");
  }

  private ClusterMessage.Broadcast broadcast(String json) throws PacketFormatException {
    return (ClusterMessage.Broadcast) body(json);
  }

  private List<@Nullable Object> data(String members) throws PacketFormatException {
    return broadcast("{\"method\":\"emit\",\"event\":\"ev\"," + members + "}")
        .event()
        .arguments()
        .values();
  }

  private static ClusterMessage.Broadcast event(
      BroadcastOptions to, @Nullable Object... arguments) {
    return new ClusterMessage.Broadcast(
        new Packet.Event(to.namespace(), Packet.NO_ID, "ev", Arguments.of(arguments)), to);
  }

  // ---- reading what Python sends: the digest's section 1.1 ----

  @Test
  void anEventOfPythonIsRead() throws Exception {
    PythonForm.Received message =
        read(
            "{\"method\": \"emit\", \"event\": \"ev\", \"data\": [1, \"\\u00e9\", null],"
                + " \"binary\": false, \"namespace\": \"/\", \"room\": \"r1\","
                + " \"skip_sid\": \"abc\", \"callback\": null, \"host_id\": \""
                + OTHER
                + "\"}");

    assertThat(message.hostId()).isEqualTo(OTHER);
    assertThat(message.number()).isZero();
    assertThat(message.life()).isNull();
    assertThat(message.callback()).isNull();
    ClusterMessage.Broadcast event = (ClusterMessage.Broadcast) message.body();
    assertThat(event.event().name()).isEqualTo("ev");
    assertThat(event.event().arguments().values()).containsExactly(1, "é", null);
    assertThat(event.to()).isEqualTo(ALL.withRooms(Set.of("r1")).withExcept(Set.of("abc")));
  }

  @Test
  void bytesOfPythonAreRead() throws Exception {
    assertThat(
            data(
                "\"data\":[[\"x\",{\"b\":{\"_placeholder\":true,\"num\":0}},"
                    + "[{\"_placeholder\":true,\"num\":1}]],\"AQ==\",\"AgM=\"],\"binary\":true"))
        .containsExactly("x", Map.of("b", bytes(1)), List.of(bytes(2, 3)));
  }

  @Test
  void roomsAndSkippedSocketsAreOneOrSeveralOrNone() throws Exception {
    assertThat(
            broadcast(
                    "{\"method\":\"emit\",\"event\":\"ev\",\"data\":[],\"namespace\":\"/chat\","
                        + "\"room\":[\"a\",\"b\"],\"skip_sid\":[\"c\",\"d\"]}")
                .to())
        .isEqualTo(
            BroadcastOptions.all("/chat").withRooms(Set.of("a", "b")).withExcept(Set.of("c", "d")));
    assertThat(
            broadcast(
                    "{\"method\":\"emit\",\"event\":\"ev\",\"data\":[],\"namespace\":null,"
                        + "\"room\":null,\"skip_sid\":null}")
                .to())
        .isEqualTo(ALL);
    assertThat(broadcast("{\"method\":\"emit\",\"event\":\"ev\",\"data\":[]}").to()).isEqualTo(ALL);
  }

  @Test
  void dataOfEveryVersionIsRead() throws Exception {
    assertThat(data("\"data\":[\"x\"]")).containsExactly("x");
    assertThat(data("\"data\":[\"x\",2]")).containsExactly("x", 2);
    assertThat(data("\"data\":[[1,2]]")).containsExactly(List.of(1, 2));
    assertThat(data("\"data\":[]")).isEmpty();
    assertThat(data("\"data\":[null]")).isEmpty(); // Python's word for no data
    assertThat(data("\"data\":[null,null]")).containsExactly(null, null);
    // Before 5.15.1.
    assertThat(data("\"data\":\"x\"")).containsExactly("x");
    assertThat(data("\"data\":null")).isEmpty();
    assertThat(data("\"data\":{\"k\":[1]}")).containsExactly(Map.of("k", List.of(1)));
    assertThat(data("\"data\":7")).containsExactly(7);
    assertThat(data("\"data\":false")).containsExactly(false);
    assertThat(data("\"data\":[{\"_placeholder\":true,\"num\":0},\"AQ==\"],\"binary\":true"))
        .containsExactly(bytes(1));
    assertThat(
            data("\"data\":[{\"b\":{\"_placeholder\":true,\"num\":0}},\"AQ==\"],\"binary\":true"))
        .containsExactly(Map.of("b", bytes(1)));
  }

  @Test
  void anEventWithACallbackIsAQuestion() throws Exception {
    PythonForm.Received message =
        read(
            "{\"method\":\"emit\",\"event\":\"ev\",\"data\":[1],\"namespace\":\"/\","
                + "\"room\":\"sid\",\"callback\":[\"sid\",\"/\",17],\"host_id\":\"x\"}");

    ClusterMessage.Question question = (ClusterMessage.Question) message.body();
    assertThat(question.to().rooms()).containsExactly("sid");
    assertThat(message.callback()).isEqualTo(new PythonForm.Callback("sid", "/", 17));
    assertThat(message.requestId()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"7", "[]", "[\"a\",\"/\"]", "[1,\"/\",2]", "[\"a\",\"/\",\"b\"]", "{}"})
  void aCallbackOfAnotherFormIsNone(String callback) throws Exception {
    assertThat(
            read("{\"method\":\"emit\",\"event\":\"e\",\"data\":[],\"callback\":" + callback + "}")
                .body())
        .isInstanceOf(ClusterMessage.Broadcast.class);
  }

  @Test
  void aCallbackIsRead() throws Exception {
    PythonForm.Received message =
        read(
            "{\"method\":\"callback\",\"host_id\":\"x\",\"sid\":\"456\",\"namespace\":\"/\","
                + "\"id\":3,\"args\":[\"ok\",2]}");

    assertThat(message.hostId()).isEqualTo("x");
    assertThat(message.callback()).isEqualTo(new PythonForm.Callback("456", "/", 3));
    assertThat(Objects.requireNonNull(message.callbackArguments()).values())
        .containsExactly("ok", 2);
    assertThat(message.body()).isNull();
  }

  @Test
  void changesOfPythonConcernASocketByItsId() throws Exception {
    BroadcastOptions zzz = ALL.withRooms(Set.of("zzz"));
    assertThat(body("{\"method\":\"disconnect\",\"sid\":\"zzz\",\"namespace\":\"/\"}"))
        .isEqualTo(new ClusterMessage.Disconnect(zzz, false, true));
    assertThat(
            body(
                "{\"method\":\"enter_room\",\"sid\":\"zzz\",\"room\":\"foo\",\"namespace\":\"/\"}"))
        .isEqualTo(new ClusterMessage.Join(zzz, List.of("foo"), true));
    assertThat(body("{\"method\":\"leave_room\",\"sid\":\"zzz\",\"room\":\"foo\"}"))
        .isEqualTo(new ClusterMessage.Leave(zzz, List.of("foo"), true));
    assertThat(body("{\"method\":\"close_room\",\"room\":\"foo\",\"namespace\":\"/a\"}"))
        .isEqualTo(
            new ClusterMessage.Leave(
                BroadcastOptions.all("/a").withRooms(Set.of("foo")), List.of("foo"), false));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "[]",
        "7",
        "{}",
        "{\"method\":\"no such\"}",
        "{\"method\":\"emit\",\"event\":\"ev\"}",
        "{\"method\":\"emit\",\"data\":[]}",
        "{\"method\":\"emit\",\"event\":\"ev\",\"data\":[],\"binary\":true}",
        "{\"method\":\"emit\",\"event\":\"ev\",\"data\":\"x\",\"binary\":true}",
        "{\"method\":\"emit\",\"event\":\"ev\",\"data\":[[],\"?\"],\"binary\":true}",
        "{\"method\":\"callback\",\"id\":1}",
        "{\"method\":\"callback\",\"id\":1,\"args\":\"x\"}",
        "{\"method\":\"disconnect\"}",
        "{\"method\":\"enter_room\",\"sid\":\"x\"}",
        "{\"method\":\"enter_room\",\"room\":\"x\"}",
        "{\"method\":\"leave_room\",\"sid\":7,\"room\":\"x\"}",
        "{\"method\":\"close_room\",\"sid\":\"x\"}",
        "{\"method\":\"sockeye\",\"host_id\":\"x\"}",
        "{\"method\":\"sockeye\",\"type\":\"event\",\"event\":\"x\"}"
      })
  void whatIsNotAMessageIsRefused(String json) {
    assertThatThrownBy(() -> form.read(json.getBytes(UTF_8)))
        .isInstanceOf(PacketFormatException.class);
  }

  /** Either a message, nothing, or our exception; never another one, and never an Error. */
  @Test
  void brokenMessagesAreRefusedOrRead() {
    List<String> whole =
        List.of(
            "{\"method\":\"emit\",\"event\":\"ev\",\"data\":[[\"x\",{\"b\":{\"_placeholder\":true,"
                + "\"num\":0}}],\"AQ==\"],\"binary\":true,\"room\":[\"a\"],\"callback\":[\"a\",\"/\",1],"
                + "\"host_id\":\"x\",\"sockeye\":{\"n\":12,\"request\":\"r\",\"timeout\":5}}",
            "{\"method\":\"callback\",\"host_id\":\"x\",\"sid\":\"4\",\"id\":3,\"args\":[\"ok\",2e9]}",
            "{\"method\":\"sockeye\",\"type\":\"fetch\",\"rooms\":[\"a\"],\"except\":[],"
                + "\"request\":\"1\",\"sockeye\":{\"n\":3}}",
            "{\"to\":\""
                + HOST
                + "\",\"from\":\"x\",\"request\":\"1\",\"answer\":\"sockets\",\"data\":[{\"id\":\"i\","
                + "\"handshake\":{\"headers\":{\"a\":[\"b\"]},\"issued\":5,\"address\":\"::1\"}}]}");
    String signs = "{}[]\",:0123456789eE+-.\\untrfals_ \u0000é";
    Random chance = new Random(11);
    for (int i = 0; i < 40_000; i++) {
      StringBuilder text = new StringBuilder(whole.get(i % whole.size()));
      for (int changes = 1 + chance.nextInt(3); changes > 0; changes--) {
        int at = chance.nextInt(text.length());
        char sign = signs.charAt(chance.nextInt(signs.length()));
        switch (chance.nextInt(3)) {
          case 0 -> text.setCharAt(at, sign);
          case 1 -> text.insert(at, sign);
          default -> text.deleteCharAt(at);
        }
      }
      byte[] bytes = text.toString().getBytes(UTF_8);
      try {
        PythonForm.Received message = form.read(bytes);
        if (message != null && message.body() instanceof ClusterMessage.Broadcast broadcast) {
          assertThat(broadcast.event().arguments().values()).isNotNull();
        }
      } catch (PacketFormatException refused) {
        assertThat(refused).hasMessageNotContaining("\"AQ==");
      }
      try {
        form.readAnswer(bytes);
      } catch (PacketFormatException refused) {
        assertThat(refused.getMessage()).isNotEmpty();
      }
    }
  }

  // ---- writing for Python ----

  @Test
  void anEventIsWrittenAsPythonDoes() {
    assertThat(
            text(
                only(
                    form.write(
                        event(
                            ALL.withRooms(Set.of("r1")).withExcept(Set.of("abc")), 1, "é", null)))))
        .isEqualTo(
            "{\"method\":\"emit\",\"event\":\"ev\",\"data\":[1,\"é\",null],\"binary\":false,"
                + "\"namespace\":\"/\",\"room\":\"r1\",\"skip_sid\":\"abc\",\"callback\":null,"
                + "\"host_id\":\""
                + HOST
                + "\",\"sockeye\":{\"n\":7}}");
  }

  @Test
  void bytesAreWrittenAsPythonDoes() {
    assertThat(text(only(form.write(event(ALL, "x", Map.of("b", bytes(1)), List.of(bytes(2, 3)))))))
        .contains(
            "\"data\":[[\"x\",{\"b\":{\"_placeholder\":true,\"num\":0}},"
                + "[{\"_placeholder\":true,\"num\":1}]],\"AQ==\",\"AgM=\"],\"binary\":true,"
                + "\"namespace\":\"/\",\"room\":null,\"skip_sid\":null,");
  }

  private static PythonForm.Numbered only(List<PythonForm.Numbered> messages) {
    assertThat(messages).hasSize(1);
    return messages.get(0);
  }

  private static String written(PythonVersion version, @Nullable Object... arguments) {
    String text = text(only(form(version).write(event(ALL, arguments))));
    return text.substring(text.indexOf("\"data\":") + 7, text.indexOf(",\"namespace\""))
        + " "
        + text.substring(text.indexOf("\"sockeye\":") + 10, text.length() - 1);
  }

  @Test
  void dataIsWrittenForTheVersion() {
    PythonVersion now = PythonVersion.V5_15_1;
    assertThat(written(now)).isEqualTo("[],\"binary\":false {\"n\":7}");
    assertThat(written(now, "x")).isEqualTo("[\"x\"],\"binary\":false {\"n\":7}");
    assertThat(written(now, new @Nullable Object[] {null}))
        .isEqualTo("[null],\"binary\":false {\"null\":true,\"n\":7}");
    assertThat(written(now, List.of(1, 2))).isEqualTo("[[1,2]],\"binary\":false {\"n\":7}");
    for (PythonVersion before : List.of(PythonVersion.V5_14_0, PythonVersion.V5_14_2)) {
      assertThat(written(before)).isEqualTo("null,\"binary\":false {\"args\":0,\"n\":7}");
      assertThat(written(before, "x")).isEqualTo("\"x\",\"binary\":false {\"args\":1,\"n\":7}");
      assertThat(written(before, new @Nullable Object[] {null}))
          .isEqualTo("null,\"binary\":false {\"args\":1,\"n\":7}");
      assertThat(written(before, List.of(1, 2)))
          .isEqualTo("[1,2],\"binary\":false {\"args\":1,\"n\":7}");
      assertThat(written(before, 1, 2)).isEqualTo("[1,2],\"binary\":false {\"args\":2,\"n\":7}");
    }
    assertThat(written(PythonVersion.V5_14_2, bytes(1)))
        .isEqualTo(
            "[{\"_placeholder\":true,\"num\":0},\"AQ==\"],\"binary\":true {\"args\":1,\"n\":7}");
  }

  @ParameterizedTest
  @EnumSource(PythonVersion.class)
  void nodesOfThisProjectReadWhatTheyWriteForAnyVersion(PythonVersion version) throws Exception {
    List<List<@Nullable Object>> all =
        List.of(
            List.of(),
            Arrays.asList((Object) null),
            Arrays.asList(null, null),
            List.of("x"),
            List.of(List.of()),
            List.of(List.of(1, 2)),
            List.of(1, 2),
            List.of(Map.of("k", List.of())),
            List.of(bytes(1)),
            List.of(bytes(1), bytes()),
            List.of(List.of(bytes(1))),
            Arrays.asList(bytes(1), null, Map.of("b", bytes(2))));
    BroadcastOptions to =
        BroadcastOptions.all("/é")
            .withRooms(Set.of("a", "b"))
            .withExcept(Set.of("c"))
            .withVolatile(true)
            .withCompress(false);

    for (List<@Nullable Object> arguments : all) {
      ClusterMessage.Broadcast sent =
          new ClusterMessage.Broadcast(
              new Packet.Event("/é", Packet.NO_ID, "ev", Arguments.ofList(arguments)), to);
      ClusterMessage.Broadcast got = broadcast(text(only(form(version).write(sent))));
      assertThat(got.event().arguments().values()).isEqualTo(arguments);
      assertThat(got.event().name()).isEqualTo("ev");
      assertThat(got.to()).isEqualTo(to);
    }
  }

  @Test
  void argumentsThatCameAsTextAreHandedOnAsText() throws Exception {
    ClusterMessage.Broadcast came =
        broadcast("{\"method\":\"emit\",\"event\":\"ev\",\"data\":[1.50, \"\\u00e9\" ,null]}");

    assertThat(text(only(form.write(came)))).contains("\"data\":[1.50, \"\\u00e9\" ,null]");
    assertThat(
            text(only(form.write(broadcast("{\"method\":\"emit\",\"event\":\"e\",\"data\":[]}")))))
        .contains("\"data\":[],");
  }

  @Test
  void aQuestionIsAskedInBothWays() throws Exception {
    ClusterMessage.Question question =
        new ClusterMessage.Question(
            "r1",
            new Packet.Event("/", 99, "ask", Arguments.of(1)),
            ALL.withRooms(Set.of("sid")),
            Duration.ofSeconds(3));

    String text = text(form.question(question, 5));

    assertThat(text).contains("\"callback\":[\"sid\",\"/\",5]");
    PythonForm.Received read = read(text);
    assertThat(read.requestId()).isEqualTo("r1");
    assertThat(read.callback()).isNull(); // our own way, then
    ClusterMessage.Question got = (ClusterMessage.Question) read.body();
    assertThat(Objects.requireNonNull(got).id()).isEqualTo("r1");
    assertThat(got.timeout()).isEqualTo(Duration.ofSeconds(3));
    assertThat(got.event().arguments().values()).containsExactly(1);
  }

  @Test
  void changesOfOneSocketAreWrittenAsPythonDoes() throws Exception {
    BroadcastOptions zzz = ALL.withRooms(Set.of("zzz"));
    String tail = ",\"namespace\":\"/\",\"host_id\":\"" + HOST + "\",\"sockeye\":{\"n\":7}}";

    assertThat(text(only(form.write(new ClusterMessage.Disconnect(zzz, false, false)))))
        .isEqualTo("{\"method\":\"disconnect\",\"sid\":\"zzz\"" + tail);
    assertThat(text(only(form.write(new ClusterMessage.Join(zzz, List.of("foo"), false)))))
        .isEqualTo("{\"method\":\"enter_room\",\"sid\":\"zzz\",\"room\":\"foo\"" + tail);
    assertThat(text(only(form.write(new ClusterMessage.Leave(zzz, List.of("foo"), false)))))
        .isEqualTo("{\"method\":\"leave_room\",\"sid\":\"zzz\",\"room\":\"foo\"" + tail);
    assertThat(text(only(form.write(new ClusterMessage.Leave(zzz, List.of("zzz"), false)))))
        .isEqualTo("{\"method\":\"close_room\",\"room\":\"zzz\"" + tail);
    assertThat(text(only(form.write(new ClusterMessage.Disconnect(zzz, true, false)))))
        .contains("\"sockeye\":{\"close\":true,\"n\":7}");
  }

  @Test
  void changesOfManyAreReadAsTheyWereWritten() throws Exception {
    BroadcastOptions two = ALL.withRooms(Set.of("a", "b"));
    assertThat(form.write(new ClusterMessage.Join(two, List.of("x", "y"), false))).hasSize(4);
    assertThat(form.write(new ClusterMessage.Disconnect(two, false, false))).hasSize(2);
    BroadcastOptions but = two.withExcept(Set.of("c"));
    for (ClusterMessage message :
        List.of(
            new ClusterMessage.Join(but, List.of("x", "y"), false),
            new ClusterMessage.Leave(but, List.of("x"), false),
            new ClusterMessage.Join(ALL, List.of("x"), false),
            new ClusterMessage.Leave(ALL, List.of("x", "y"), false),
            new ClusterMessage.Disconnect(ALL, true, false),
            new ClusterMessage.Disconnect(but, false, false),
            new ClusterMessage.Fetch("r", but))) {
      assertThat(body(text(only(form.write(message))))).isEqualTo(message);
    }
  }

  @Test
  void serverSideEventsAreReadAsTheyWereWritten() throws Exception {
    Arguments arguments = Arguments.of("é", bytes(1), null);

    ClusterMessage.ServerEvent event =
        (ClusterMessage.ServerEvent)
            body(text(only(form.write(new ClusterMessage.ServerEvent("/a", "ev", arguments)))));
    ClusterMessage.ServerQuestion question =
        (ClusterMessage.ServerQuestion)
            body(
                text(
                    only(
                        form.write(
                            new ClusterMessage.ServerQuestion("r", "/a", "ev", arguments)))));

    assertThat(event.namespace()).isEqualTo("/a");
    assertThat(event.arguments().values()).containsExactly("é", bytes(1), null);
    assertThat(question.id()).isEqualTo("r");
    assertThat(question.arguments().values()).containsExactly("é", bytes(1), null);
  }

  @Test
  void lifeIsSaidInAWayThatPythonIgnores() throws Exception {
    String text = text(form.life(PythonForm.HELLO));

    assertThat(text)
        .isEqualTo(
            "{\"method\":\"sockeye\",\"type\":\"hello\",\"host_id\":\""
                + HOST
                + "\",\"sockeye\":{\"n\":7}}");
    assertThat(read(text).life()).isEqualTo(PythonForm.HELLO);
    assertThat(read(text).number()).isEqualTo(7);
    assertThat(form.read("{\"method\":\"sockeye\",\"type\":\"later\"}".getBytes(UTF_8))).isNull();
  }

  // ---- answers ----

  @Test
  void callbacksAreWrittenAsPythonDoesAndWithoutBytes() {
    PythonForm.Callback callback = new PythonForm.Callback("room", "/", 3);

    assertThat(
            new String(
                Objects.requireNonNull(form.callback(OTHER, callback, Arguments.of("ok", 2))),
                UTF_8))
        .isEqualTo(
            "{\"method\":\"callback\",\"host_id\":\""
                + OTHER
                + "\",\"sid\":\"room\",\"namespace\":\"/\",\"id\":3,\"args\":[\"ok\",2]}");
    assertThat(form.callback(OTHER, callback, Arguments.of(bytes(1)))).isNull();
  }

  private ClusterAnswer answered(ClusterAnswer answer) throws PacketFormatException {
    PythonForm.Answered read =
        Objects.requireNonNull(form.readAnswer(form.answer(HOST, "r1", answer)), "ignored");
    assertThat(read.requestId()).isEqualTo("r1");
    assertThat(read.from()).isEqualTo(HOST);
    return read.answer();
  }

  @Test
  void answersAreReadAsTheyWereWritten() throws Exception {
    ClusterAnswer reached = new ClusterAnswer.Reached(2, Set.of("a", "b"));
    assertThat(answered(reached)).isEqualTo(reached);
    assertThat(answered(new ClusterAnswer.Reached(0, Set.of())))
        .isEqualTo(new ClusterAnswer.Reached(0, Set.of()));
    ClusterAnswer.ClientAnswered client =
        (ClusterAnswer.ClientAnswered)
            answered(new ClusterAnswer.ClientAnswered("a", Arguments.of(bytes(1), null, "é")));
    assertThat(client.socketId()).isEqualTo("a");
    assertThat(client.arguments().values()).containsExactly(bytes(1), null, "é");
    assertThat(answered(new ClusterAnswer.ClientLost("a")))
        .isEqualTo(new ClusterAnswer.ClientLost("a"));
    assertThat(answered(new ClusterAnswer.ServerAnswered(null)))
        .isEqualTo(new ClusterAnswer.ServerAnswered(null));
    assertThat(answered(new ClusterAnswer.ServerAnswered(bytes(7))))
        .isEqualTo(new ClusterAnswer.ServerAnswered(bytes(7)));
    assertThat(answered(new ClusterAnswer.ServerAnswered(List.of(1, 2))))
        .isEqualTo(new ClusterAnswer.ServerAnswered(List.of(1, 2)));
    RemoteSocket socket =
        new RemoteSocket(
            "id",
            RemoteSocketForm.readHandshake(null),
            Set.of("id", "r"),
            Map.of("b", bytes(1), "n", 2));
    ClusterAnswer.Sockets sockets =
        (ClusterAnswer.Sockets) answered(new ClusterAnswer.Sockets(List.of(socket)));
    assertThat(sockets.sockets()).hasSize(1);
    assertThat(sockets.sockets().get(0).rooms()).isEqualTo(Set.of("id", "r"));
    assertThat(sockets.sockets().get(0).attributes()).isEqualTo(Map.of("b", bytes(1), "n", 2));
  }

  @Test
  void answersToOthersAndOfLaterVersionsAreIgnored() throws Exception {
    assertThat(form.readAnswer(form.answer(OTHER, "r", new ClusterAnswer.ServerAnswered(1))))
        .isNull();
    assertThat(
            form.readAnswer(
                ("{\"to\":\""
                        + HOST
                        + "\",\"from\":\"x\",\"request\":\"r\",\"answer\":\"later\","
                        + "\"data\":[]}")
                    .getBytes(UTF_8)))
        .isNull();
    assertThatThrownBy(() -> form.readAnswer(("{\"to\":\"" + HOST + "\"}").getBytes(UTF_8)))
        .isInstanceOf(PacketFormatException.class);
  }
}

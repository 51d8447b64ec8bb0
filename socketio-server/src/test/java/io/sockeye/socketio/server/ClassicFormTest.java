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

import io.sockeye.engineio.server.Headers;
import io.sockeye.engineio.server.HttpRequest;
import io.sockeye.socketio.protocol.Arguments;
import io.sockeye.socketio.protocol.DecoderLimits;
import io.sockeye.socketio.protocol.Packet;
import io.sockeye.socketio.protocol.PacketFormatException;
import io.sockeye.socketio.server.ClassicForm.Asked;
import io.sockeye.socketio.server.ClassicForm.Reply;
import io.sockeye.socketio.server.spi.BroadcastOptions;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is written and read as the classic Redis adapter of Node.js does. */
class ClassicFormTest {
  private static final BroadcastOptions ALL = BroadcastOptions.all("/");
  private static final BroadcastOptions SOME =
      ALL.withRooms(Set.of("r1")).withExcept(Set.of("abc"));
  private static final ByteBuffer BYTES = ByteBuffer.wrap(new byte[] {1, 2});

  private final ClassicForm form = form(true);
  private final ClassicForm emitter = form(false);

  private static ClassicForm form(boolean isNode) {
    return new ClassicForm(
        "iP7ENf",
        isNode,
        value -> Objects.toString(value),
        DecoderLimits.DEFAULTS,
        Duration.ofSeconds(5),
        new RemoteSocketForm(Set.of("cookie")));
  }

  private static Packet.Event event(Object... args) {
    return new Packet.Event("/", Packet.NO_ID, "ev", Arguments.of(args));
  }

  private static String text(ByteBuffer bytes) {
    return UTF_8.decode(bytes.duplicate()).toString();
  }

  private static String hex(ByteBuffer bytes) {
    byte[] copy = new byte[bytes.remaining()];
    bytes.duplicate().get(copy);
    return HexFormat.of().formatHex(copy);
  }

  private static byte[] json(String json) {
    return json.replace('\'', '"').getBytes(UTF_8);
  }

  private static RemoteSocket socket(String id, Map<String, Object> attributes) {
    HttpRequest request =
        new HttpRequest(
            "GET",
            "/socket.io/?EIO=4",
            Headers.builder().add("Cookie", "secret").build(),
            null,
            false);
    return new RemoteSocket(
        id, new Handshake(request, Map.of(), Instant.EPOCH), Set.of(id), attributes);
  }

  // ---- events to clients ----

  @Test
  void aBroadcastByteForByte() {
    assertThat(
            hex(
                form.broadcast(
                    new ClusterMessage.Broadcast(
                        event(1, "é", Arrays.asList((Object) null), BYTES), ALL))))
        .isEqualTo(
            Hex.hex(
                "93 a6'iP7ENf'"
                    + " 83 a4'type' 02 a4'data' 95 a2'ev' 01 a2'é' 91 c0 c4020102 a3'nsp' a1'/'"
                    + " 83 a5'rooms' 90 a6'except' 90 a5'flags' 80"));
  }

  @Test
  void roomsExceptionsAndFlags() {
    assertThat(
            hex(
                form.broadcast(
                    new ClusterMessage.Broadcast(
                        event(), SOME.withVolatile(true).withCompress(false)))))
        .isEqualTo(
            Hex.hex(
                "93 a6'iP7ENf' 83 a4'type' 02 a4'data' 91 a2'ev' a3'nsp' a1'/'"
                    + " 83 a5'rooms' 91 a2'r1' a6'except' 91 a3'abc'"
                    + " a5'flags' 82 a8'volatile' c3 a8'compress' c2"));
  }

  @Test
  void anEmitterHasItsOwnName() {
    assertThat(hex(emitter.broadcast(new ClusterMessage.Broadcast(event(), ALL))))
        .startsWith(Hex.hex("93 a7'emitter' 83"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "83 a4'type' 02 a4'data' 92 a2'ev' c4 02 0102 a3'nsp' a1'/'",
        "82 a4'type' 02 a4'data' 92 a2'ev' c4 02 0102", // without a namespace
        "82 a4'type' 05 a4'data' 92 a2'ev' c6 00000002 0102",
        "83 a4'data' dc 0002 d9 02 'ev' c4 02 0102 a4'type' cc 02 a2'id' 07"
      })
  void aBroadcastIsRead(String packet) throws PacketFormatException {
    assertThat(
            form.readBroadcast(
                "/",
                Hex.bytes(
                    "93 a6'other1' "
                        + packet
                        + " 83 a5'rooms' 91 a2'r1' a6'except' "
                        + "91 a3'abc' a5'flags' 81 a8'volatile' c3")))
        .isEqualTo(new ClusterMessage.Broadcast(event(BYTES), SOME.withVolatile(true)));
  }

  @Test
  void optionsMayBeMissing() throws PacketFormatException {
    assertThat(form.readBroadcast("/", Hex.bytes("93 a1'x' 82 a4'type' 02 a4'data' 91 a2'ev' 80")))
        .isEqualTo(new ClusterMessage.Broadcast(event(), ALL));
    assertThat(
            form.readBroadcast(
                "/",
                Hex.bytes(
                    "93 a1'x' 82 a4'type' 02 a4'data' 91 a2'ev'"
                        + " 82 a5'rooms' c0 a5'flags' 81 a8'compress' c2")))
        .isEqualTo(new ClusterMessage.Broadcast(event(), ALL.withCompress(false)));
  }

  @Test
  void aRoomOrAnEventMayBeANumber() throws PacketFormatException {
    ClusterMessage.Broadcast broadcast =
        Objects.requireNonNull(
            form.readBroadcast(
                "/",
                Hex.bytes(
                    "93 a1'x' 82 a4'type' 02 a4'data' 91 07"
                        + " 82 a5'rooms' 93 2a cb3ff8000000000000 cb4202a05f20000000"
                        + " a6'except' 91 ff")));

    assertThat(broadcast.event().name()).isEqualTo("7");
    assertThat(broadcast.to().rooms()).containsExactlyInAnyOrder("42", "1.5", "10000000000");
    assertThat(broadcast.to().except()).containsExactly("-1");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "93 a6'iP7ENf' c1", // own, and not even read
        "93 d9 06 'iP7ENf' 82 a4'type' 02 a4'data' 91 a2'ev' 80",
        "93 a1'x' 83 a4'type' 02 a4'data' 91 a2'ev' a3'nsp' a5'/chat' 80"
      })
  void ownEventsAndThoseOfOtherNamespacesAreNot(String wire) throws PacketFormatException {
    assertThat(form.readBroadcast("/", Hex.bytes(wire))).isNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "c1",
        "c0",
        "00",
        "7b", // JSON is none here
        "90",
        "92 a1'x' 82 a4'type' 02 a4'data' 91 a2'ev'",
        "93 a1'x' c0 80",
        "93 a1'x' 80 80",
        "93 a1'x' 82 a4'type' 02 a4'data' 90 80",
        "93 a1'x' 82 a4'type' 02 a4'data' 91 c0 80",
        "93 a1'x' 82 a4'type' 02 a4'data' a2'ev' 80",
        "93 a1'x' 82 a4'type' 03 a4'data' 91 a2'ev' 80",
        "93 a1'x' 82 a4'type' 02 a4'data' 91 a2'ev' 90",
        "93 a1'x' 82 a4'type' 02 a4'data' 91 a2'ev' c0",
        "93 a1'x' 82 a4'type' 02 a4'data' 91 a2'ev' 81 a5'rooms' a1'r'",
        "93 a1'x' 82 a4'type' 02 a4'data' 91 a2'ev' 81 a5'rooms' 91 c0",
        "93 a1'x' 82 a4'type' 02 a4'data' 91 a2'ev' 80 00",
        "93 a1'x' 82 a4'type' 02 a4'data' dd ffffffff"
      })
  void whatIsNoBroadcastIsRefused(String wire) {
    assertThatThrownBy(() -> form.readBroadcast("/", Hex.bytes(wire)))
        .isInstanceOf(PacketFormatException.class);
  }

  // ---- requests ----

  @Test
  void requestsByteForByte() {
    assertThat(text(form.request(new ClusterMessage.Join(SOME, List.of("a", "b"), false))))
        .isEqualTo(
            "{\"uid\":\"iP7ENf\",\"type\":2,\"opts\":{\"rooms\":[\"r1\"],\"except\":[\"abc\"]},"
                + "\"rooms\":[\"a\",\"b\"]}");
    assertThat(text(form.request(new ClusterMessage.Leave(ALL, List.of("a"), false))))
        .isEqualTo(
            "{\"uid\":\"iP7ENf\",\"type\":3,\"opts\":{\"rooms\":[],\"except\":[]},"
                + "\"rooms\":[\"a\"]}");
    assertThat(text(form.request(new ClusterMessage.Disconnect(ALL, true, false))))
        .isEqualTo(
            "{\"uid\":\"iP7ENf\",\"type\":4,\"opts\":{\"rooms\":[],\"except\":[]},\"close\":true}");
    assertThat(text(form.request(new ClusterMessage.Fetch("012345", SOME))))
        .isEqualTo(
            "{\"uid\":\"iP7ENf\",\"requestId\":\"012345\",\"type\":5,"
                + "\"opts\":{\"rooms\":[\"r1\"],\"except\":[\"abc\"]}}");
    assertThat(text(form.request(new ClusterMessage.ServerEvent("/", "ev", Arguments.of(1, "é")))))
        .isEqualTo("{\"uid\":\"iP7ENf\",\"type\":6,\"data\":[\"ev\",1,\"é\"]}");
    assertThat(
            text(
                form.request(
                    new ClusterMessage.ServerQuestion("012345", "/", "ev", Arguments.EMPTY))))
        .isEqualTo("{\"uid\":\"iP7ENf\",\"requestId\":\"012345\",\"type\":6,\"data\":[\"ev\"]}");
    assertThat(
            hex(
                form.request(
                    new ClusterMessage.Question(
                        "012345", event(BYTES), SOME, Duration.ofMillis(1500)))))
        .isEqualTo(
            Hex.hex(
                "85 a3'uid' a6'iP7ENf' a9'requestId' a6'012345' a4'type' 07"
                    + " a6'packet' 83 a4'type' 02 a4'data' 92 a2'ev' c4020102 a3'nsp' a1'/'"
                    + " a4'opts' 83 a5'rooms' 91 a2'r1' a6'except' 91 a3'abc'"
                    + " a5'flags' 81 a7'timeout' cd05dc"));
  }

  @Test
  void bytesToOtherNodesAreMessagePack() {
    assertThat(hex(form.request(new ClusterMessage.ServerEvent("/", "ev", Arguments.of(BYTES)))))
        .isEqualTo(Hex.hex("83 a3'uid' a6'iP7ENf' a4'type' 06 a4'data' 92 a2'ev' c4020102"));
    assertThat(
            hex(
                form.request(
                    new ClusterMessage.ServerQuestion("012345", "/", "ev", Arguments.of(BYTES)))))
        .isEqualTo(
            Hex.hex(
                "84 a3'uid' a6'iP7ENf' a9'requestId' a6'012345' a4'type' 06"
                    + " a4'data' 92 a2'ev' c4020102"));
  }

  @Test
  void anEmitterSaysItsNameOnlyWhereItsOfficialOneDoes() {
    assertThat(text(emitter.request(new ClusterMessage.Join(ALL, List.of("a"), false))))
        .isEqualTo("{\"type\":2,\"opts\":{\"rooms\":[],\"except\":[]},\"rooms\":[\"a\"]}");
    assertThat(text(emitter.request(new ClusterMessage.Disconnect(ALL, false, false))))
        .isEqualTo("{\"type\":4,\"opts\":{\"rooms\":[],\"except\":[]},\"close\":false}");
    assertThat(text(emitter.request(new ClusterMessage.ServerEvent("/", "ev", Arguments.EMPTY))))
        .isEqualTo("{\"uid\":\"emitter\",\"type\":6,\"data\":[\"ev\"]}");
    // Who asks is to be answered by itself.
    assertThat(text(emitter.request(new ClusterMessage.Fetch("012345", ALL))))
        .startsWith("{\"uid\":\"iP7ENf\",");
  }

  private Asked read(String json) throws PacketFormatException {
    return Objects.requireNonNull(form.readRequest("/", json(json)));
  }

  @Test
  void requestsAreRead() throws PacketFormatException {
    assertThat(read("{'uid':'other1','requestId':'0','type':0,'rooms':['r1',42]}"))
        .isEqualTo(
            new Asked(
                "other1",
                new ClusterMessage.Fetch("0", ALL.withRooms(Set.of("r1", "42"))),
                "0",
                Reply.IDS));
    assertThat(read("{'uid':'other1','requestId':'0','type':1}"))
        .isEqualTo(new Asked("other1", new ClusterMessage.Fetch("0", ALL), "0", Reply.ROOMS));
    assertThat(read("{'uid':'x','type':2,'opts':{'rooms':['r1'],'except':['abc']},'rooms':[7]}"))
        .isEqualTo(
            new Asked("x", new ClusterMessage.Join(SOME, List.of("7"), false), "", Reply.NONE));
    assertThat(read("{'type':3,'opts':{'rooms':[],'except':[]},'rooms':['a']}"))
        .isEqualTo(
            new Asked(null, new ClusterMessage.Leave(ALL, List.of("a"), false), "", Reply.NONE));
    assertThat(read("{'type':4,'opts':{'rooms':['r1'],'except':['abc']},'close':true}"))
        .isEqualTo(
            new Asked(null, new ClusterMessage.Disconnect(SOME, true, false), "", Reply.NONE));
    assertThat(read("{'uid':'x','requestId':'0','type':5,'opts':{'rooms':[],'except':[]}}"))
        .isEqualTo(new Asked("x", new ClusterMessage.Fetch("0", ALL), "0", Reply.SOCKETS));
    assertThat(read("{'uid':'x','type':6,'data':['ev',1]}"))
        .isEqualTo(
            new Asked(
                "x", new ClusterMessage.ServerEvent("/", "ev", Arguments.of(1)), "", Reply.NONE));
    assertThat(read("{'uid':'x','requestId':'0','type':6,'data':['ev']}"))
        .isEqualTo(
            new Asked(
                "x",
                new ClusterMessage.ServerQuestion("0", "/", "ev", Arguments.EMPTY),
                "0",
                Reply.VALUE));
  }

  @Test
  void theEarlierFormsOfOneSocketAreRead() throws PacketFormatException {
    BroadcastOptions one = ALL.withRooms(Set.of("s1"));

    assertThat(read("{'uid':'x','requestId':'0','type':2,'sid':'s1','room':'a'}"))
        .isEqualTo(
            new Asked("x", new ClusterMessage.Join(one, List.of("a"), true), "0", Reply.DONE));
    assertThat(read("{'uid':'x','requestId':'0','type':3,'sid':'s1','room':4}"))
        .isEqualTo(
            new Asked("x", new ClusterMessage.Leave(one, List.of("4"), true), "0", Reply.DONE));
    assertThat(read("{'uid':'x','requestId':'0','type':4,'sid':'s1','close':true}"))
        .isEqualTo(new Asked("x", new ClusterMessage.Disconnect(one, true, true), "0", Reply.DONE));
    assertThat(read("{'uid':'x','type':2,'sid':'s1','room':'a'}"))
        .isEqualTo(
            new Asked("x", new ClusterMessage.Join(one, List.of("a"), true), "", Reply.NONE));
  }

  @ParameterizedTest
  @CsvSource({
    "81 a7'timeout' cd03e8, 1000",
    "81 a7'timeout' cb409f400000000000, 2000",
    "81 a7'timeout' 00, 1",
    "81 a7'timeout' cf0001000000000000, 2147483647",
    "80, 5000",
    "c0, 5000"
  })
  void aQuestionIsRead(String flags, long millis) throws PacketFormatException {
    assertThat(
            form.readRequest(
                "/",
                Hex.bytes(
                    "85 a3'uid' a1'x' a9'requestId' a1'0' a4'type' 07"
                        + " a6'packet' 83 a4'type' 02 a4'data' 92 a2'ev' c4020102 a3'nsp' a1'/'"
                        + " a4'opts' 83 a5'rooms' 91 a2'r1' a6'except' 91 a3'abc' a5'flags' "
                        + flags)))
        .isEqualTo(
            new Asked(
                "x",
                new ClusterMessage.Question("0", event(BYTES), SOME, Duration.ofMillis(millis)),
                "0",
                Reply.CLIENTS));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'uid':'iP7ENf','type':2,'opts':{},'rooms':['a']}", // own: done already
        "{'uid':'iP7ENf','type':6,'data':['ev']}",
        "{'uid':'iP7ENf','requestId':'0','type':5,'opts':{}}",
        "{'uid':'x','type':8,'requestId':'0'}",
        "{'uid':'x','type':9,'requestId':'0'}",
        "{'uid':'x','type':10}",
        "{'uid':'x','type':-1}"
      })
  void ownRequestsAndUnknownOnesAreNot(String json) throws PacketFormatException {
    assertThat(form.readRequest("/", json(json))).isNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{",
        "[]",
        "{}",
        "{} {}",
        "null",
        "{'type':'5'}",
        "{'type':5.5,'requestId':'0','opts':{}}",
        "{'type':0,'rooms':[]}",
        "{'type':0,'requestId':'0','rooms':'r1'}",
        "{'type':1}",
        "{'type':2}",
        "{'type':2,'opts':[],'rooms':['a']}",
        "{'type':2,'opts':{},'rooms':{}}",
        "{'type':2,'opts':{},'rooms':[{}]}",
        "{'type':3,'sid':'s1'}",
        "{'type':4,'opts':{'rooms':'r1'}}", // not everybody
        "{'type':4,'sid':null}",
        "{'type':5,'requestId':'0'}",
        "{'type':5,'requestId':7,'opts':{}}",
        "{'type':6}",
        "{'type':6,'data':[]}",
        "{'type':6,'data':[[]]}",
        "{'type':6,'data':['ev'],'requestId':7}",
        "{'type':7,'requestId':'0','opts':{}}",
        "{'type':7,'requestId':'0','packet':{'type':2,'data':['ev']}}"
      })
  void whatIsNoRequestIsRefused(String json) {
    assertThatThrownBy(() -> form.readRequest("/", json(json)))
        .isInstanceOf(PacketFormatException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"c1", "c0", "90", "80", "81 a4'type'", "82 a4'type' 07 a2'aa' c1"})
  void whatIsNoRequestInMessagePackIsRefused(String wire) {
    assertThatThrownBy(() -> form.readRequest("/", Hex.bytes(wire)))
        .isInstanceOf(PacketFormatException.class);
  }

  @Test
  void depthIsLimited() {
    assertThatThrownBy(
            () ->
                form.readRequest(
                    "/", json("{'type':6,'data':['ev'," + "[".repeat(80) + "]".repeat(80) + "]}")))
        .isInstanceOf(PacketFormatException.class);
    assertThatThrownBy(
            () ->
                form.readBroadcast(
                    "/",
                    Hex.bytes(
                        "93 a1'x' 82 a4'type' 02 a4'data' 92 a2'ev' " + "91".repeat(80) + "c0 80")))
        .isInstanceOf(PacketFormatException.class);
  }

  /** As deep as a client may send it. */
  @Test
  void whatMessagesWrapAroundArgumentsDoesNotCount() throws PacketFormatException {
    assertThat(
            form.readRequest(
                "/", json("{'type':6,'data':['ev'," + "[".repeat(63) + "]".repeat(63) + "]}")))
        .isNotNull();
    assertThat(
            form.readBroadcast(
                "/",
                Hex.bytes(
                    "93 a1'x' 82 a4'type' 02 a4'data' 92 a2'ev' " + "91".repeat(62) + "90 80")))
        .isNotNull();
  }

  // ---- answers ----

  private static Asked asked(Reply reply) {
    return new Asked("x", new ClusterMessage.Fetch("012345", ALL), "012345", reply);
  }

  private String answer(Reply reply, ClusterAnswer answer) {
    return text(Objects.requireNonNull(form.answer(asked(reply), answer)));
  }

  @Test
  void answersByteForByte() {
    ClusterAnswer found =
        new ClusterAnswer.Sockets(List.of(socket("s1", Map.of("a", 1)), socket("s2", Map.of())));

    assertThat(answer(Reply.IDS, found))
        .isEqualTo("{\"requestId\":\"012345\",\"sockets\":[\"s1\",\"s2\"]}");
    assertThat(answer(Reply.ROOMS, found))
        .isEqualTo("{\"requestId\":\"012345\",\"rooms\":[\"s1\",\"s2\"]}");
    assertThat(
            answer(Reply.SOCKETS, new ClusterAnswer.Sockets(List.of(socket("s1", Map.of("a", 1))))))
        .isEqualTo(
            "{\"requestId\":\"012345\",\"sockets\":[{\"id\":\"s1\",\"handshake\":{"
                + "\"headers\":{\"cookie\":\"***\"},"
                + "\"time\":\"Thu Jan 01 1970 00:00:00 GMT+0000 (Coordinated Universal Time)\","
                + "\"address\":\"\",\"xdomain\":false,\"secure\":false,\"issued\":0,"
                + "\"url\":\"/socket.io/?EIO=4\",\"query\":{\"EIO\":\"4\"},\"auth\":{}},"
                + "\"rooms\":[\"s1\"],\"data\":{\"a\":1}}]}");
    assertThat(answer(Reply.VALUE, new ClusterAnswer.ServerAnswered(List.of(1, "é"))))
        .isEqualTo("{\"type\":6,\"requestId\":\"012345\",\"data\":[1,\"é\"]}");
    assertThat(answer(Reply.VALUE, new ClusterAnswer.ServerAnswered(null)))
        .isEqualTo("{\"type\":6,\"requestId\":\"012345\",\"data\":null}");
    assertThat(answer(Reply.CLIENTS, new ClusterAnswer.Reached(3, Set.of())))
        .isEqualTo("{\"type\":8,\"requestId\":\"012345\",\"clientCount\":3}");
    assertThat(answer(Reply.DONE, found)).isEqualTo("{\"requestId\":\"012345\"}");
  }

  @Test
  void answersInMessagePackByteForByte() {
    assertThat(clientAnswer(Arguments.of(BYTES, "no room for a second")))
        .isEqualTo(Hex.hex("83 a4'type' 09 a9'requestId' a6'012345' a6'packet' c4020102"));
    assertThat(clientAnswer(Arguments.of(new Object[] {null})))
        .isEqualTo(Hex.hex("83 a4'type' 09 a9'requestId' a6'012345' a6'packet' c0"));
    assertThat(clientAnswer(Arguments.EMPTY))
        .isEqualTo(Hex.hex("82 a4'type' 09 a9'requestId' a6'012345'"));
    assertThat(
            hex(
                Objects.requireNonNull(
                    form.answer(
                        asked(Reply.VALUE), new ClusterAnswer.ServerAnswered(List.of(BYTES))))))
        .isEqualTo(Hex.hex("83 a4'type' 06 a9'requestId' a6'012345' a4'data' 91 c4020102"));
  }

  private String clientAnswer(Arguments arguments) {
    return hex(
        Objects.requireNonNull(
            form.answer(asked(Reply.CLIENTS), new ClusterAnswer.ClientAnswered("s1", arguments))));
  }

  private ClusterAnswer readAnswer(byte[] bytes) throws PacketFormatException {
    ClassicForm.Answered answered =
        Objects.requireNonNull(form.readAnswer(bytes, "012345"::equals));
    assertThat(answered.requestId()).isEqualTo("012345");
    return answered.answer();
  }

  @Test
  void answersAreRead() throws PacketFormatException {
    assertThat(readAnswer(json("{'type':8,'requestId':'012345','clientCount':3}")))
        .isEqualTo(new ClusterAnswer.Reached(3, null));
    assertThat(readAnswer(json("{'type':6,'requestId':'012345','data':[1]}")))
        .isEqualTo(new ClusterAnswer.ServerAnswered(List.of(1)));
    assertThat(readAnswer(json("{'type':6,'requestId':'012345'}")))
        .isEqualTo(new ClusterAnswer.ServerAnswered(null));
    assertThat(readAnswer(Hex.bytes("83 a4'type' 09 a9'requestId' a6'012345' a6'packet' c4020102")))
        .isEqualTo(new ClusterAnswer.ClientAnswered(null, Arguments.of(BYTES)));
    assertThat(readAnswer(Hex.bytes("83 a4'type' 09 a9'requestId' a6'012345' a6'packet' c0")))
        .isEqualTo(new ClusterAnswer.ClientAnswered(null, Arguments.of(new Object[] {null})));
    assertThat(readAnswer(Hex.bytes("82 a4'type' 09 a9'requestId' a6'012345'")))
        .isEqualTo(new ClusterAnswer.ClientAnswered(null, Arguments.EMPTY));
    ClusterAnswer.Sockets sockets =
        (ClusterAnswer.Sockets)
            readAnswer(
                json(
                    "{'requestId':'012345','sockets':[{'id':'s1','handshake':{'issued':7},"
                        + "'rooms':['s1',42],'data':{'a':1}},null,{}]}"));
    assertThat(sockets.sockets()).hasSize(1);
    assertThat(sockets.sockets().get(0).id()).isEqualTo("s1");
    assertThat(sockets.sockets().get(0).rooms()).containsExactlyInAnyOrder("s1", "42");
    assertThat(sockets.sockets().get(0).attributes()).isEqualTo(Map.of("a", 1));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'requestId':'543210','sockets':[]}", // for another node
        "{'requestId':'012345','rooms':[]}",
        "{'requestId':'012345'}",
        "{'type':10,'requestId':'012345'}",
        "{'type':'8','requestId':'012345'}",
        "{}"
      })
  void answersToOthersAndUnknownOnesAreNot(String json) throws PacketFormatException {
    assertThat(form.readAnswer(json(json), "012345"::equals)).isNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{",
        "[]",
        "{} {}",
        "{'type':8,'requestId':'012345'}",
        "{'type':8,'requestId':'012345','clientCount':-1}",
        "{'type':8,'requestId':'012345','clientCount':'3'}"
      })
  void whatIsNoAnswerIsRefused(String json) {
    assertThatThrownBy(() -> form.readAnswer(json(json), "012345"::equals))
        .isInstanceOf(PacketFormatException.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"c1", "c0", "90", "80", "81 a9'requestId' c0"})
  void whatIsNoAnswerInMessagePackIsRefused(String wire) {
    assertThatThrownBy(() -> form.readAnswer(Hex.bytes(wire), "012345"::equals))
        .isInstanceOf(PacketFormatException.class);
  }
}

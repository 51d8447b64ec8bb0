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

import io.sockeye.engineio.server.internal.ManualClock;
import io.sockeye.engineio.server.internal.MemorySocket;
import io.sockeye.socketio.protocol.Arguments;
import io.sockeye.socketio.protocol.DecoderLimits;
import io.sockeye.socketio.protocol.Packet;
import io.sockeye.socketio.server.spi.BroadcastOptions;
import io.sockeye.socketio.server.spi.ClusterBus;
import io.sockeye.socketio.server.spi.MemoryBroker;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Nodes that speak the dialect of the classic Redis adapter, and what Node.js sends and sees. */
class ClassicClusterTest {
  private static final String EVENTS = "socket.io#/#";
  private static final String REQUESTS = "socket.io-request#/#";
  private static final String ANSWERS = "socket.io-response#/#";
  private static final Pattern REQUEST_ID = Pattern.compile("\"requestId\":\"([\\w-]{6})\"");
  private static final String NO_OPTIONS = " 83 a5'rooms' 90 a6'except' 90 a5'flags' 80";

  private final MemoryBroker broker = new MemoryBroker();
  private final List<Io> nodes = new ArrayList<>();
  private final ClusterBus peer = broker.connect();
  private final List<String> seen = new ArrayList<>();

  private Io node(Consumer<ClusterOptions.Builder> change) {
    Io node =
        Io.node(broker, cluster -> change.accept(cluster.dialect(ClusterDialect.NODE_CLASSIC)));
    nodes.add(node);
    return node;
  }

  private Io node() {
    return node(cluster -> {});
  }

  /** Writes down what comes on a channel: JSON as it is, anything else in hexadecimal digits. */
  private void listen(String channel) throws Exception {
    peer.subscribe(channel, (name, message) -> seen.add(shown(message)))
        .established()
        .toCompletableFuture()
        .get(10, TimeUnit.SECONDS);
  }

  /** Writes down all events, with the channels that they come on. */
  private void listenToEvents(String prefix) {
    peer.subscribePrefix(prefix, (channel, message) -> seen.add(channel + " " + shown(message)));
  }

  private static String shown(ByteBuffer message) {
    byte[] bytes = new byte[message.remaining()];
    message.duplicate().get(bytes);
    return bytes.length > 0 && bytes[0] == '{'
        ? new String(bytes, UTF_8)
        : HexFormat.of().formatHex(bytes);
  }

  private void say(String channel, byte[] message) throws Exception {
    peer.publish(channel, ByteBuffer.wrap(message)).toCompletableFuture().get(10, TimeUnit.SECONDS);
  }

  private void sayHex(String channel, String wire) throws Exception {
    say(channel, Hex.bytes(wire));
  }

  private void sayJson(String channel, String json) throws Exception {
    say(channel, json.replace('\'', '"').getBytes(UTF_8));
  }

  private List<String> takeSeen() {
    List<String> taken = List.copyOf(seen);
    seen.clear();
    return taken;
  }

  private static String requestId(String json) {
    Matcher matcher = REQUEST_ID.matcher(json);
    assertThat(matcher.find()).as(json).isTrue();
    return matcher.group(1);
  }

  private static String idOf(Io node) {
    return node.server.of("/").localSockets().iterator().next().id();
  }

  private static String ackId(String frame) {
    return frame.replaceAll("\\D*4[25](\\d+).*", "$1");
  }

  private static long refused(Io node) {
    return node.server.counters().get(SocketIoCounter.CLUSTER_REFUSED);
  }

  private int hearing(String channel) {
    return peer.subscribers(channel).toCompletableFuture().join().orElseThrow();
  }

  @AfterEach
  void close() {
    nodes.forEach(node -> node.server.close());
    peer.close();
  }

  // ---- events to clients ----

  @Test
  void anEventReachesTheClientsOfAllNodesOnce() {
    Io one = node();
    Io two = node();
    MemorySocket here = one.connect();
    MemorySocket there = two.connect();

    one.server.emit("ev", "é", 1, new byte[] {1, 2});

    String head = "451-[\"ev\",\"é\",1,{\"_placeholder\":true,\"num\":0}]";
    assertThat(here.take()).first().isEqualTo(head);
    assertThat(there.take()).hasSize(2).first().isEqualTo(head);
    assertThat(here.take()).isEmpty();
  }

  @Test
  void roomsHaveChannelsOfTheirOwn() {
    Io one = node();
    listenToEvents("socket.io#");

    one.server.emit("a");
    one.server.to("r1").emit("b");
    one.server.to("r1", "r2").emit("c");
    one.server.of("/chat").to("r1").emit("d");

    assertThat(takeSeen().stream().map(each -> each.substring(0, each.indexOf(' '))))
        .containsExactly("socket.io#/#", "socket.io#/#r1#", "socket.io#/#", "socket.io#/chat#r1#");
  }

  @Test
  void whatIsPublishedIsTheAdapters() {
    Io one = node();
    listenToEvents("socket.io#");

    one.server.to("r1").except("abc").asVolatile().compress(false).emit("ev", 1, null);

    String message = takeSeen().get(0);
    String sender = message.substring("socket.io#/#r1# ".length() + 4).substring(0, 12);
    assertThat(new String(HexFormat.of().parseHex(sender), UTF_8)).matches("[0-9A-Za-z_-]{6}");
    assertThat(message)
        .isEqualTo(
            "socket.io#/#r1# "
                + Hex.hex(
                    "93 a6"
                        + sender
                        + " 83 a4'type' 02 a4'data' 93 a2'ev' 01 c0 a3'nsp' a1'/'"
                        + " 83 a5'rooms' 91 a2'r1' a6'except' 91 a3'abc'"
                        + " a5'flags' 82 a8'volatile' c3 a8'compress' c2"));
  }

  @Test
  void aNodesEventReachesClients() throws Exception {
    Io one = node();
    one.server.onConnect(socket -> socket.join("r1", "42"));
    MemorySocket client = one.connect();

    sayHex(
        EVENTS,
        "93 a6'iP7ENf' 83 a4'type' 02 a4'data' 94 a2'ev' 01 a2'é' 81 a1'a' c0 a3'nsp' a1'/'"
            + NO_OPTIONS);
    sayHex(EVENTS, "93 a7'emitter' 82 a4'type' 02 a4'data' 91 a2'no' " + NO_OPTIONS);
    sayHex(EVENTS + "r1#", "93 a1'x' 82 a4'type' 02 a4'data' 91 a2'r1' 81 a5'rooms' 91 a2'r1'");
    sayHex(EVENTS + "42#", "93 a1'x' 82 a4'type' 02 a4'data' 91 a2'42' 81 a5'rooms' 91 2a");
    sayHex(
        EVENTS,
        "93 a1'x' 82 a4'type' 02 a4'data' 91 a2'no' 82 a5'rooms' 92 2a a2'r1' a6'except' 91 2a");

    assertThat(client.take())
        .containsExactly(
            "42[\"ev\",1,\"é\",{\"a\":null}]", "42[\"no\"]", "42[\"r1\"]", "42[\"42\"]");
  }

  @Test
  void anEventOfAnotherNamespaceIsNotTakenForOneToARoom() throws Exception {
    Io one = node();
    one.server.onConnect(socket -> socket.join("chat", "chat#r1"));
    MemorySocket client = one.connect();
    String chat = "93 a1'x' 83 a4'type' 02 a4'data' 91 a2'ev' a3'nsp' a6'/#chat'" + NO_OPTIONS;

    sayHex(EVENTS + "chat#", chat);
    sayHex(EVENTS + "chat#r1#", chat);

    assertThat(client.take()).isEmpty();
    assertThat(refused(one)).isZero();
  }

  @Test
  void namesOfNamespacesAreNoPatterns() throws Exception {
    Io one = node();
    one.server.of("/a*b?[c]");
    MemorySocket client = one.connect("/a*b?[c]");
    String head = "93 a1'x' 83 a4'type' 02 a4'data' 91 a2'ev' a3'nsp' ";

    sayHex("socket.io#/aXXbYc#", head + "a7'/aXXbYc' 80");
    assertThat(client.take()).isEmpty();
    sayHex("socket.io#/a*b?[c]#", head + "a8'/a*b?[c]' 80");
    assertThat(client.take()).containsExactly("42/a*b?[c],[\"ev\"]");
  }

  @Test
  void anEventToARoomWithoutMembersIsNotEvenRead() throws Exception {
    Io one = node();
    one.server.onConnect(socket -> socket.join("r1"));
    one.connect();

    sayHex(EVENTS + "r2#", "c1");
    assertThat(refused(one)).isZero();
    sayHex(EVENTS + "r1#", "c1");
    assertThat(refused(one)).isOne();
    sayHex(EVENTS + idOf(one) + "#", "c1");
    assertThat(refused(one)).isEqualTo(2);
    sayHex(EVENTS + "42#", "c1"); // which the message may name otherwise
    assertThat(refused(one)).isEqualTo(3);
  }

  @Test
  void megabytesArrive() {
    Io one = node();
    Io two = node();
    MemorySocket there = two.connect();
    String text = "x".repeat(1_000_000);

    one.server.emit("ev", text);

    assertThat(there.take()).containsExactly("42[\"ev\",\"" + text + "\"]");
  }

  @Test
  void longMessagesAreRefused() {
    Io one = node();
    Io two = node(cluster -> cluster.maxMessageBytes(1000));
    MemorySocket there = two.connect();

    one.server.emit("ev", "x".repeat(1000));
    one.server.emit("ev");

    assertThat(there.take()).containsExactly("42[\"ev\"]");
    assertThat(refused(two)).isOne();
  }

  @Test
  void whatIsNotUnderstoodIsIgnoredAndCounted() throws Exception {
    Io one = node();
    MemorySocket client = one.connect();

    sayHex(EVENTS, "c1");
    sayHex(EVENTS, "");
    sayJson(REQUESTS, "{'type':");
    sayHex(REQUESTS, "c1");
    sayJson(ANSWERS, "{");
    sayHex(ANSWERS, "80");
    assertThat(refused(one)).isEqualTo(6);
    sayJson(REQUESTS, "{'uid':'x','type':99}"); // of a later version
    sayJson(ANSWERS, "{'type':99,'requestId':'012345'}");
    assertThat(refused(one)).isEqualTo(6);
    sayHex(EVENTS, "93 a1'x' 82 a4'type' 02 a4'data' 91 a2'ev' 80");

    assertThat(client.take()).containsExactly("42[\"ev\"]");
  }

  @Test
  void reservedEventsAreNot() throws Exception {
    Io one = node();
    MemorySocket client = one.connect();

    sayHex(EVENTS, "93 a1'x' 82 a4'type' 02 a4'data' 91 aa'disconnect' 80");

    assertThat(client.take()).isEmpty();
  }

  // ---- changes ----

  @Test
  void changesReachTheSocketsOfAllNodes() {
    Io one = node();
    Io two = node();
    MemorySocket here = one.connect();
    MemorySocket there = two.connect();

    one.server.to(idOf(one), idOf(two)).socketsJoin("a", "b");
    one.server.to("a").socketsLeave("a");
    one.server.to("a").emit("nobody");
    one.server.to("b").emit("both");
    assertThat(here.take()).containsExactly("42[\"both\"]");
    assertThat(there.take()).containsExactly("42[\"both\"]");

    one.server.to("b").disconnectSockets(true);
    assertThat(here.isOpen()).isFalse();
    assertThat(there.isOpen()).isFalse();
  }

  @Test
  void ownChangesAreNotMadeAgainWhenTheyComeBack() {
    Io one = node();
    Io two = node();
    one.connect();
    two.connect();
    Socket here = one.server.of("/").localSockets().iterator().next();
    Socket there = two.server.of("/").localSockets().iterator().next();

    broker.stall();
    one.server.of("/").except("x").socketsJoin("a");
    assertThat(here.rooms()).contains("a");
    here.leave("a");
    broker.start();

    assertThat(here.rooms()).doesNotContain("a");
    assertThat(there.rooms()).contains("a");
  }

  @Test
  void ownSocketsDoNotWaitForTheBroker() {
    Io one = node();
    MemorySocket here = one.connect();

    broker.stop();
    one.server.except("x").socketsJoin("a");
    one.server.to("a").emit("ev");
    assertThat(here.take()).containsExactly("42[\"ev\"]");
    one.server.to("a").disconnectSockets(true);
    assertThat(here.isOpen()).isFalse();
  }

  @Test
  void changesOfEmittersSayNoSender() throws Exception {
    Io one = node();
    MemorySocket here = one.connect();
    Socket socket = one.server.of("/").localSockets().iterator().next();

    sayJson(REQUESTS, "{'type':2,'opts':{'rooms':[],'except':[]},'rooms':['a',42]}");
    assertThat(socket.rooms()).containsExactlyInAnyOrder(socket.id(), "a", "42");
    sayJson(REQUESTS, "{'type':3,'opts':{'rooms':[42],'except':['x']},'rooms':['a']}");
    assertThat(socket.rooms()).containsExactlyInAnyOrder(socket.id(), "42");
    sayJson(REQUESTS, "{'type':4,'opts':{'rooms':[],'except':['42']},'close':true}");
    assertThat(here.isOpen()).isTrue();
    sayJson(REQUESTS, "{'type':4,'opts':{'rooms':['42'],'except':[]},'close':true}");
    assertThat(here.isOpen()).isFalse();
  }

  @Test
  void changesOfOneSocketAreAnsweredByItsNodeAlone() throws Exception {
    Io one = node();
    Io two = node();
    MemorySocket here = one.connect();
    two.connect();
    Socket socket = one.server.of("/").localSockets().iterator().next();
    listen(ANSWERS);
    String head = "{'uid':'abcdef','requestId':'012345','sid':'" + socket.id() + "',";

    sayJson(REQUESTS, head + "'type':2,'room':'a'}");
    assertThat(socket.rooms()).contains("a");
    sayJson(REQUESTS, head + "'type':3,'room':'a'}");
    assertThat(socket.rooms()).doesNotContain("a");
    sayJson(REQUESTS, head + "'type':4,'close':true}");
    assertThat(here.isOpen()).isFalse();
    sayJson(REQUESTS, head + "'type':2,'room':'a'}"); // gone

    String done = "{\"requestId\":\"012345\"}";
    assertThat(takeSeen()).containsExactly(done, done, done);
  }

  // ---- sockets and rooms ----

  @Test
  void socketsOfAllNodesAreFetched() {
    Io one = node(cluster -> cluster.maskedHandshakeKeys(Set.of("user-agent")));
    Io two = node();
    one.connect();
    two.server.onConnect(
        socket -> {
          socket.join("r1");
          socket.attributes().put("k", "v");
        });
    two.connect();
    two.connect();

    assertThat(one.server.fetchSockets().toCompletableFuture().join()).hasSize(3);
    List<RemoteSocket> some = one.server.to("r1").fetchSockets().toCompletableFuture().join();
    assertThat(some).hasSize(2);
    assertThat(some.get(0).attributes()).isEqualTo(Map.of("k", "v"));
    assertThat(some.get(0).rooms()).containsExactlyInAnyOrder(some.get(0).id(), "r1");
  }

  @Test
  void bytesInAttributesAreFetched() {
    Io one = node();
    Io two = node();
    two.server.onConnect(socket -> socket.attributes().put("k", new byte[] {1, 2}));
    two.connect();

    assertThat(one.server.fetchSockets().toCompletableFuture().join().get(0).attributes())
        .isEqualTo(Map.of("k", ByteBuffer.wrap(new byte[] {1, 2})));
  }

  @Test
  void aNodeIsAskedForItsSockets() throws Exception {
    Io one = node();
    one.connect();
    listen(REQUESTS);

    CompletableFuture<List<RemoteSocket>> found =
        one.server.to("r1").fetchSockets().toCompletableFuture();
    String asked = takeSeen().get(0);
    assertThat(asked)
        .matches(
            "\\{\"uid\":\"[\\w-]{6}\",\"requestId\":\"[\\w-]{6}\",\"type\":5,"
                + "\"opts\":\\{\"rooms\":\\[\"r1\"],\"except\":\\[]}}");
    sayJson(ANSWERS, "{'requestId':'------','sockets':[{'id':'no'}]}");
    assertThat(found).isNotDone();
    sayJson(
        ANSWERS,
        "{'requestId':'" + requestId(asked) + "','sockets':[{'id':'s1','rooms':['s1','r1']}]}");

    assertThat(found).isDone();
    assertThat(found.join().stream().map(RemoteSocket::id)).containsExactly("s1");
  }

  @Test
  void aSilentNodeIsNotTakenForOneWithoutSockets() throws Exception {
    Io one = node();
    node();
    listen(REQUESTS);

    CompletableFuture<List<RemoteSocket>> found = one.server.fetchSockets().toCompletableFuture();
    one.clock.advance(5_100);

    assertThatThrownBy(found::join)
        .isInstanceOf(CompletionException.class)
        .hasCauseInstanceOf(TimeoutException.class)
        .hasMessageContaining("1 nodes");
  }

  @Test
  void aNodeGetsOneAnswerOfEachOther() throws Exception {
    Io one = node();
    Io two = node();
    one.connect();
    two.connect();
    one.server.onConnect(socket -> socket.join("r1"));
    one.connect();
    listen(ANSWERS);

    sayJson(
        REQUESTS,
        "{'uid':'abcdef','requestId':'012345','type':5,'opts':{'rooms':[],'except':['r1']}}");
    assertThat(takeSeen())
        .hasSize(2)
        .allMatch(each -> each.startsWith("{\"requestId\":\"012345\",\"sockets\":[{\"id\":\""));
    sayJson(REQUESTS, "{'uid':'abcdef','requestId':'012345','type':0,'rooms':['r1']}");
    assertThat(takeSeen())
        .hasSize(2)
        .anyMatch(each -> each.matches("\\{\"requestId\":\"012345\",\"sockets\":\\[\".{20}\"]}"))
        .contains("{\"requestId\":\"012345\",\"sockets\":[]}");
    sayJson(REQUESTS, "{'uid':'abcdef','requestId':'012345','type':1}");
    assertThat(takeSeen())
        .hasSize(2)
        .allMatch(each -> each.startsWith("{\"requestId\":\"012345\",\"rooms\":[\""))
        .anyMatch(each -> each.contains("\"r1\""));
  }

  // ---- events to nodes ----

  @Test
  void eventsReachTheOtherNodes() throws Exception {
    Io one = node();
    Io two = node();
    List<Object> heard = new ArrayList<>();
    one.server.onServerSide("ev", args -> heard.add("not by itself"));
    two.server.onServerSide("ev", args -> heard.addAll(args.list()));

    one.server.serverSideEmit("ev", 1, "é");
    one.server.serverSideEmit("ev", new byte[] {1, 2});
    sayJson(REQUESTS, "{'uid':'emitter','type':6,'data':['other']}");

    assertThat(heard).containsExactly(1, "é", ByteBuffer.wrap(new byte[] {1, 2}));
  }

  @Test
  void otherNodesAnswer() {
    Io one = node();
    Io two = node();
    Io three = node();
    two.server.onServerSideRequest("whoami", args -> "two " + args.get(0));
    three.server.onServerSideRequest("whoami", args -> new byte[] {1, 2});

    CompletableFuture<ServerAnswers> answers =
        one.server.serverSideEmitWithAck("whoami", 7).toCompletableFuture();

    assertThat(answers).isDone();
    assertThat(answers.join().values())
        .containsExactlyInAnyOrder("two 7", ByteBuffer.wrap(new byte[] {1, 2}));
    assertThat(answers.join().isComplete()).isTrue();
  }

  @Test
  void nobodyElseIsThere() {
    Io one = node();
    one.connect();

    assertThat(one.server.serverSideEmitWithAck("whoami").toCompletableFuture().join())
        .isEqualTo(new ServerAnswers(List.of(), 0));
    assertThat(one.server.fetchSockets().toCompletableFuture().join()).hasSize(1);
    assertThat(one.server.serverCount().toCompletableFuture().join()).isEqualTo(OptionalInt.of(1));
  }

  @Test
  void answersThatDoNotComeInTimeAreMissing() throws Exception {
    Io one = node();
    Io two = node();
    two.server.onServerSideRequest("whoami", args -> "two");
    listen(REQUESTS);

    CompletableFuture<ServerAnswers> answers =
        one.server.serverSideEmitWithAck("whoami", "é").toCompletableFuture();
    assertThat(takeSeen().get(0))
        .matches(
            "\\{\"uid\":\"[\\w-]{6}\",\"requestId\":\"[\\w-]{6}\",\"type\":6,"
                + "\"data\":\\[\"whoami\",\"é\"]}");
    assertThat(answers).isNotDone();
    one.clock.advance(5_100);

    assertThat(answers.join()).isEqualTo(new ServerAnswers(List.of("two"), 1));
  }

  @Test
  void aNodeIsAnsweredWithOneValue() throws Exception {
    Io one = node();
    one.server.onServerSideRequest("whoami", args -> Map.of("args", args.list()));
    listen(ANSWERS);

    sayJson(REQUESTS, "{'uid':'abcdef','requestId':'012345','type':6,'data':['whoami',1]}");

    assertThat(takeSeen())
        .containsExactly("{\"type\":6,\"requestId\":\"012345\",\"data\":{\"args\":[1]}}");
  }

  // ---- events that clients answer ----

  @Test
  void clientsOfAllNodesAnswer() {
    Io one = node();
    Io two = node();
    MemorySocket here = one.connect();
    MemorySocket there = two.connect();

    CompletableFuture<BroadcastAnswers> answers =
        one.server.emitWithAck("ask", 7).toCompletableFuture();
    here.send("43" + ackId(here.take().get(0)) + "[\"one\"]");
    assertThat(answers).isNotDone();
    there.send("43" + ackId(there.take().get(0)) + "[]");

    assertThat(answers).isDone();
    assertThat(answers.join().isComplete()).isTrue();
    assertThat(answers.join().answers().stream().map(each -> each.args().list()))
        .containsExactly(List.of("one"), List.of());
    assertThat(answers.join().answers().get(1).socketId()).isNull();
  }

  @Test
  void clientsThatDoNotAnswerAreMissing() {
    Io one = node();
    Io two = node();
    two.connect();

    CompletableFuture<BroadcastAnswers> answers =
        one.server.to("r1", idOf(two)).emitWithAck("ask").toCompletableFuture();
    one.clock.advance(60_000);

    assertThat(answers.join()).isEqualTo(new BroadcastAnswers(List.of(), Set.of(), 1, 0));
  }

  @Test
  void aNodesClientsAnswer() throws Exception {
    Io one = node();
    listen(REQUESTS);

    CompletableFuture<BroadcastAnswers> answers =
        one.server.emitWithAck("ask", 7).toCompletableFuture();
    String asked = takeSeen().get(0);
    String id = asked.substring(Hex.hex("85 a3'uid' a6").length() + 12);
    id = id.substring(Hex.hex("a9'requestId' a6").length()).substring(0, 12);
    assertThat(asked)
        .endsWith(
            Hex.hex(
                "a9'requestId' a6"
                    + id
                    + " a4'type' 07 a6'packet' 83 a4'type' 02 a4'data' 92 a3'ask' 07 a3'nsp' a1'/'"
                    + " a4'opts' 83 a5'rooms' 90 a6'except' 90 a5'flags' 81 a7'timeout' cdea60"));
    String requestId = new String(HexFormat.of().parseHex(id), UTF_8);
    sayJson(ANSWERS, "{'type':8,'requestId':'" + requestId + "','clientCount':2}");
    sayHex(ANSWERS, "83 a4'type' 09 a9'requestId' a6" + id + " a6'packet' a1'x'");
    assertThat(answers).isNotDone();
    sayHex(ANSWERS, "83 a4'type' 09 a9'requestId' a6" + id + " a6'packet' c0");

    assertThat(answers).isDone();
    assertThat(answers.join().isComplete()).isTrue();
    assertThat(answers.join().answers()).hasSize(2);
  }

  @Test
  void aNodeIsToldHowManyClientsAreAskedAndWhatTheyAnswer() throws Exception {
    Io one = node();
    MemorySocket first = one.connect();
    MemorySocket second = one.connect();
    listen(ANSWERS);

    sayHex(
        REQUESTS,
        "85 a3'uid' a6'abcdef' a9'requestId' a6'012345' a4'type' 07"
            + " a6'packet' 83 a4'type' 02 a4'data' 91 a3'ask' a3'nsp' a1'/'"
            + " a4'opts' 83 a5'rooms' 90 a6'except' 90 a5'flags' 81 a7'timeout' cd03e8");
    assertThat(takeSeen())
        .containsExactly("{\"type\":8,\"requestId\":\"012345\",\"clientCount\":2}");
    first.send("43" + ackId(first.take().get(0)) + "[\"one\",\"more\"]");
    assertThat(takeSeen())
        .containsExactly(Hex.hex("83 a4'type' 09 a9'requestId' a6'012345' a6'packet' a3'one'"));
    one.clock.advance(1_100);
    second.send("43" + ackId(second.take().get(0)) + "[\"late\"]");

    assertThat(takeSeen()).isEmpty();
  }

  // ---- channels ----

  @Test
  void answersMayGoToTheAskingNodeAlone() throws Exception {
    Io one = node(cluster -> cluster.specificResponseChannel(true));
    Io two = node();
    one.connect();
    two.connect();
    listen(ANSWERS);
    listen(ANSWERS + "abcdef#");

    sayJson(REQUESTS, "{'uid':'abcdef','requestId':'012345','type':0,'rooms':[]}");
    assertThat(takeSeen()).hasSize(2);
    // Each hears the other, whatever it does itself.
    assertThat(one.server.fetchSockets().toCompletableFuture().join()).hasSize(2);
    assertThat(takeSeen()).hasSize(1);
    assertThat(two.server.fetchSockets().toCompletableFuture().join()).hasSize(2);
    assertThat(takeSeen()).isEmpty();
    // Who does not say its name is answered where all hear it.
    sayJson(REQUESTS, "{'requestId':'012345','type':1}");
    assertThat(takeSeen()).hasSize(2);
  }

  @Test
  void whoHearsRequestsIsCounted() {
    assertThat(hearing(REQUESTS)).isZero();
    Io one = node();
    assertThat(hearing(REQUESTS)).isOne();
    assertThat(hearing(ANSWERS)).isOne();
    node();
    assertThat(hearing(REQUESTS)).isEqualTo(2);
    assertThat(one.server.serverCount().toCompletableFuture().join()).isEqualTo(OptionalInt.of(2));
    one.server.of("/chat");
    assertThat(hearing("socket.io-request#/chat#")).isOne();

    one.server.close();

    assertThat(hearing(REQUESTS)).isOne();
    assertThat(hearing("socket.io-request#/chat#")).isZero();
  }

  @Test
  void thePrefixOfChannelsIsAnOption() {
    Io one = node(cluster -> cluster.channel("mine"));
    listenToEvents("mine");

    one.server.emit("ev");

    assertThat(takeSeen()).hasSize(1).first().asString().startsWith("mine#/# 93a6");
    assertThat(hearing("mine-request#/#")).isOne();
  }

  @Test
  void withoutABrokerNothingIsWaitedFor() {
    Io one = node();
    one.connect();

    broker.stop();

    assertThat(one.server.fetchSockets().toCompletableFuture()).failsWithin(Duration.ofSeconds(10));
    assertThat(one.server.serverCount().toCompletableFuture().join()).isEmpty();
  }

  // ---- processes that are no nodes ----

  /** Hears nothing but answers. */
  private static final class Heard implements ClusterWire.Inbox {
    final Map<String, List<ClusterAnswer>> answers = new ConcurrentHashMap<>();

    void await(BooleanSupplier condition) {
      long deadline = System.nanoTime() + Duration.ofSeconds(10).toNanos();
      while (!condition.getAsBoolean() && System.nanoTime() < deadline) {
        Thread.onSpinWait();
      }
      assertThat(condition.getAsBoolean()).as("%s", answers).isTrue();
    }

    @Override
    public void onMessage(ClusterMessage message, Consumer<ClusterAnswer> reply) {
      throw new AssertionError(message);
    }

    @Override
    public void onAnswer(String requestId, String node, ClusterAnswer answer) {
      answers.computeIfAbsent(requestId, key -> new CopyOnWriteArrayList<>()).add(answer);
    }

    @Override
    public void onGone(String node) {
      throw new AssertionError(node);
    }
  }

  private ClassicWire emitter(Heard heard) {
    ClusterOptions options = ClusterOptions.builder().dialect(ClusterDialect.NODE_CLASSIC).build();
    ClusterBus bus = broker.connect();
    ClusterCounts counts = (counter, count) -> {};
    ClassicWire wire =
        new ClassicWire(
            new ClusterContext(
                bus,
                new ClusterOutbox(bus, options, counts),
                options,
                new ManualClock().timers(),
                value -> value,
                DecoderLimits.DEFAULTS,
                counts,
                new ClusterRefusals(counts)));
    wire.open(heard, false);
    wire.enter("/");
    return wire;
  }

  @Test
  void anEmitterIsNotCountedAndSaysWhatTheOfficialOneDoes() throws Exception {
    Io one = node();
    MemorySocket client = one.connect();
    ClassicWire emitter = emitter(new Heard());
    assertThat(hearing(REQUESTS)).isOne();
    assertThat(hearing(ANSWERS)).isOne();
    listen(REQUESTS);
    listenToEvents("socket.io#");

    BroadcastOptions all = BroadcastOptions.all("/");
    emitter.send(new ClusterMessage.Join(all, List.of("r1"), false), true);
    emitter.send(
        new ClusterMessage.Broadcast(
            new Packet.Event("/", Packet.NO_ID, "ev", Arguments.EMPTY),
            all.withRooms(Set.of("r1"))),
        true);
    emitter.send(new ClusterMessage.ServerEvent("/", "ev", Arguments.EMPTY), true);

    assertThat(client.take()).containsExactly("42[\"ev\"]");
    assertThat(takeSeen())
        .containsExactly(
            "{\"type\":2,\"opts\":{\"rooms\":[],\"except\":[]},\"rooms\":[\"r1\"]}",
            "socket.io#/#r1# "
                + Hex.hex(
                    "93 a7'emitter' 83 a4'type' 02 a4'data' 91 a2'ev' a3'nsp' a1'/'"
                        + " 83 a5'rooms' 91 a2'r1' a6'except' 90 a5'flags' 80"),
            "{\"uid\":\"emitter\",\"type\":6,\"data\":[\"ev\"]}");
    emitter.close();
  }

  @Test
  void anEmitterThatAsksHearsAnswersOfAllNodes() {
    Io one = node(cluster -> cluster.specificResponseChannel(true));
    Io two = node();
    one.connect();
    two.connect();
    Heard heard = new Heard();
    ClassicWire emitter = emitter(heard);

    String id = emitter.newRequestId();
    assertThat(emitter.expected("/").toCompletableFuture().join())
        .isEqualTo(new ClusterWire.Expected(2, null, false));
    emitter.send(new ClusterMessage.Fetch(id, BroadcastOptions.all("/")), false);

    // Its subscription takes effect on another thread.
    heard.await(() -> heard.answers.getOrDefault(id, List.of()).size() == 2);
    assertThat(heard.answers.get(id)).hasSize(2);
    assertThat(hearing(REQUESTS)).isEqualTo(2);
    assertThat(emitter.serverCount("/").toCompletableFuture().join()).isEqualTo(OptionalInt.of(2));
    emitter.send(
        new ClusterMessage.Question(
            emitter.newRequestId(),
            new Packet.Event("/", Packet.NO_ID, "ev", Arguments.EMPTY),
            BroadcastOptions.all("/"),
            Duration.ofSeconds(1)),
        false);
    heard.await(() -> heard.answers.size() == 2);
    emitter.close();
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void idsAreSixCharactersAndDifferent(int time) {
    ClassicWire wire = emitter(new Heard());
    Set<String> ids = new HashSet<>();
    for (int i = 0; i < 10_000; i++) {
      String id = wire.newRequestId();
      assertThat(id).matches("[0-9A-Za-z_-]{6}");
      ids.add(id);
    }
    assertThat(ids).hasSize(10_000);
    wire.close();
  }
}

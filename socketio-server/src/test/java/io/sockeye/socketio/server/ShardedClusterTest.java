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

import io.sockeye.engineio.server.internal.MemorySocket;
import io.sockeye.socketio.server.spi.ClusterBus;
import io.sockeye.socketio.server.spi.MemoryBroker;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Two nodes that speak the dialect of sharded Redis, and what Node.js would send and see. */
class ShardedClusterTest {
  private static final String PEER = "00000000000000aa";
  private static final Pattern UID = Pattern.compile("\"uid\":\"([0-9a-f]{16})\"");
  private static final Pattern REQUEST = Pattern.compile("\"requestId\":\"([0-9a-f]{16})\"");
  private static final String ALL = "\"opts\":{\"rooms\":[],\"except\":[],\"flags\":{}}";

  private final MemoryBroker broker = new MemoryBroker();
  private final List<Io> nodes = new ArrayList<>();
  private final ClusterBus peer = broker.connect();
  private final List<String> seen = new ArrayList<>();

  private Io node() {
    return node(ShardedSubscriptions.DYNAMIC);
  }

  private Io node(ShardedSubscriptions mode) {
    Io node =
        Io.node(
            broker,
            cluster -> cluster.dialect(ClusterDialect.NODE_SHARDED).shardedSubscriptions(mode));
    nodes.add(node);
    return node;
  }

  private static <T> T get(CompletionStage<T> stage) throws Exception {
    return stage.toCompletableFuture().get(10, TimeUnit.SECONDS);
  }

  /** Hears a channel, as a node there would. */
  private void listen(String channel) throws Exception {
    get(
        peer.subscribe(
                channel,
                (name, message) -> seen.add(name + " " + UTF_8.decode(message.duplicate())))
            .established());
  }

  private void say(String channel, String json) throws Exception {
    get(peer.publish(channel, ByteBuffer.wrap(json.getBytes(UTF_8))));
  }

  private String lastSeen() {
    return seen.get(seen.size() - 1);
  }

  private int hearing(String channel) throws Exception {
    return get(peer.subscribers(channel)).orElseThrow();
  }

  private static String found(Pattern pattern, String text) {
    Matcher matcher = pattern.matcher(text);
    assertThat(matcher.find()).as("%s in %s", pattern, text).isTrue();
    return matcher.group(1);
  }

  private static String message(int type, String data) {
    return "{\"type\":" + type + ",\"data\":{" + data + "},\"uid\":\"" + PEER + "\",\"nsp\":\"/\"}";
  }

  private static String ackId(String frame) {
    return frame.replaceAll("\\D*42(\\d+).*", "$1");
  }

  @AfterEach
  void close() {
    nodes.forEach(node -> node.server.close());
    peer.close();
  }

  // ---- between two of this kind ----

  @Test
  void anEventReachesTheClientsOfAllNodesOnce() {
    Io one = node();
    Io two = node();
    MemorySocket here = one.connect();
    MemorySocket there = two.connect();

    one.server.emit("ev", "é", 1);

    assertThat(here.take()).containsExactly("42[\"ev\",\"é\",1]");
    assertThat(there.take()).containsExactly("42[\"ev\",\"é\",1]");
  }

  @ParameterizedTest
  @EnumSource(ShardedSubscriptions.class)
  void anEventReachesARoomOfAllNodesInEachMode(ShardedSubscriptions mode) {
    Io one = node(mode);
    Io two = node(mode);
    List<Socket> sockets = new ArrayList<>();
    two.server.onConnect(sockets::add);
    MemorySocket there = two.connect();
    MemorySocket other = two.connect();
    sockets.get(0).join("r1");

    one.server.to("r1").emit("room");
    one.server.to(sockets.get(0).id()).emit("self");
    one.server.to("r1", "r2").emit("rooms");
    one.server.to("r1").emit("bytes", new byte[] {1});

    assertThat(there.take())
        .containsExactly(
            "42[\"room\"]",
            "42[\"self\"]",
            "42[\"rooms\"]",
            "451-[\"bytes\",{\"_placeholder\":true,\"num\":0}]",
            "<01>");
    assertThat(other.take()).isEmpty();
  }

  @Test
  void socketsOfAllNodesAreFetched() throws Exception {
    Io one = node();
    Io two = node();
    one.connect();
    two.connect();

    assertThat(get(one.server.fetchSockets())).hasSize(2);
  }

  @Test
  void clientsOfAllNodesAnswer() throws Exception {
    Io one = node();
    Io two = node();
    MemorySocket here = one.connect();
    MemorySocket there = two.connect();

    CompletionStage<BroadcastAnswers> answers = one.server.emitWithAck("ask", 7);
    here.send("43" + ackId(here.take().get(0)) + "[\"one\"]");
    assertThat(answers.toCompletableFuture()).isNotDone();
    there.send("43" + ackId(there.take().get(0)) + "[\"two\",\"lost\"]");

    assertThat(get(answers).isComplete()).isTrue();
    assertThat(get(answers).answers()).hasSize(2);
  }

  @Test
  void nodesAnswerEachOther() throws Exception {
    Io one = node();
    Io two = node();
    two.server.onServerSideRequest("whoami", args -> "two " + args.get(0));

    assertThat(get(one.server.serverSideEmitWithAck("whoami", 7)).values())
        .containsExactly("two 7");
  }

  @Test
  void socketsJoinLeaveAndGoEverywhere() throws Exception {
    Io one = node();
    Io two = node();
    MemorySocket there = two.connect();
    MemorySocket here = one.connect();

    get(one.server.everybody().socketsJoin("r1"));
    one.server.to("r1").emit("in");
    assertThat(there.take()).containsExactly("42[\"in\"]");
    assertThat(here.take()).containsExactly("42[\"in\"]");

    get(one.server.everybody().socketsLeave("r1"));
    one.server.to("r1").emit("out");
    assertThat(there.take()).isEmpty();

    get(one.server.everybody().disconnectSockets(false));
    assertThat(there.take()).containsExactly("41");
    assertThat(here.take()).containsExactly("41");
  }

  @Test
  void nodesAreCounted() throws Exception {
    Io one = node();
    node();

    assertThat(get(one.server.serverCount())).hasValue(2);
  }

  // ---- what others see ----

  @Test
  void oneRoomHasItsOwnChannelUnlessItLooksLikeASocket() throws Exception {
    Io one = node();
    listen("socket.io#/#");
    listen("socket.io#/#r1#");
    String id = "A".repeat(20);
    listen("socket.io#/#" + id + "#");

    one.server.to("r1").emit("a");
    assertThat(lastSeen()).startsWith("socket.io#/#r1# {\"type\":3,");
    one.server.to(id).emit("b");
    assertThat(lastSeen()).startsWith("socket.io#/# {\"type\":3,");
    one.server.to("r1", "r2").emit("c");
    assertThat(lastSeen()).startsWith("socket.io#/# {\"type\":3,");
    one.server.emit("d");
    assertThat(lastSeen()).startsWith("socket.io#/# {\"type\":3,");
    var unused = one.server.to("r1").emitWithAck("e");
    assertThat(lastSeen()).startsWith("socket.io#/# {\"type\":3,");
    one.server.to("r1").socketsJoin("x");
    assertThat(lastSeen()).startsWith("socket.io#/# {\"type\":4,");
  }

  @Test
  void everyRoomHasItsOwnChannel() throws Exception {
    Io one = node(ShardedSubscriptions.DYNAMIC_PRIVATE);
    String id = "A".repeat(20);
    listen("socket.io#/#" + id + "#");

    one.server.to(id).emit("b");

    assertThat(lastSeen()).startsWith("socket.io#/#" + id + "# {\"type\":3,");
  }

  @Test
  void noRoomHasItsOwnChannel() throws Exception {
    Io one = node(ShardedSubscriptions.STATIC);
    listen("socket.io#/#");

    one.server.to("r1").emit("b");

    assertThat(lastSeen()).startsWith("socket.io#/# {\"type\":3,");
  }

  @Test
  void roomsAreHeardAsLongAsSomebodyIsInThem() throws Exception {
    Io one = node();
    List<Socket> sockets = new ArrayList<>();
    one.server.onConnect(sockets::add);
    MemorySocket first = one.connect();
    one.connect();
    assertThat(hearing("socket.io#/#")).isEqualTo(1);

    sockets.get(0).join("r1", "r2");
    sockets.get(1).join("r1");
    assertThat(hearing("socket.io#/#r1#")).isEqualTo(1);
    assertThat(hearing("socket.io#/#" + sockets.get(0).id() + "#")).isZero();

    sockets.get(1).leave("r1");
    assertThat(hearing("socket.io#/#r1#")).isEqualTo(1);
    first.drop();
    assertThat(hearing("socket.io#/#r1#")).isZero();
    assertThat(hearing("socket.io#/#r2#")).isZero();
  }

  @Test
  void ownRoomsAreHeardWhereEachHasAChannel() throws Exception {
    Io one = node(ShardedSubscriptions.DYNAMIC_PRIVATE);
    List<Socket> sockets = new ArrayList<>();
    one.server.onConnect(sockets::add);
    MemorySocket first = one.connect();
    one.connect();
    String room = sockets.get(0).id();
    String channel = "socket.io#/#" + room + "#";
    assertThat(hearing(channel)).isEqualTo(1);

    sockets.get(1).join(room); // somebody else is in it, too
    first.drop();
    assertThat(hearing(channel)).isEqualTo(1);
    sockets.get(1).leave(room);
    assertThat(hearing(channel)).isZero();
  }

  @Test
  void nothingIsHeardAnyMoreAfterTheEnd() throws Exception {
    Io one = node();
    one.server.onConnect(socket -> socket.join("r1"));
    listen("socket.io#/#");
    one.connect();
    one.server.serverSideEmit("hi");
    String uid = found(UID, lastSeen());
    assertThat(hearing("socket.io#/#" + uid + "#")).isEqualTo(1);

    one.server.close();

    assertThat(hearing("socket.io#/#")).isEqualTo(1); // the peer
    assertThat(hearing("socket.io#/#r1#")).isZero();
    assertThat(hearing("socket.io#/#" + uid + "#")).isZero();
  }

  @Test
  void aNamespaceThatGoesIsHeardNoMore() throws Exception {
    Io one =
        Io.start(
            options ->
                options
                    .cleanupEmptyChildNamespaces(true)
                    .cluster(
                        cluster ->
                            cluster.bus(broker::connect).dialect(ClusterDialect.NODE_SHARDED)));
    nodes.add(one);
    one.server.of(Pattern.compile("/game-.*")).onConnect(socket -> socket.join("r1"));
    MemorySocket client = one.connect("/game-1");
    assertThat(hearing("socket.io#/game-1#")).isEqualTo(1);
    assertThat(hearing("socket.io#/game-1#r1#")).isEqualTo(1);

    client.send("41/game-1,");

    assertThat(hearing("socket.io#/game-1#")).isZero();
    assertThat(hearing("socket.io#/game-1#r1#")).isZero();
  }

  @Test
  void eachNamespaceHasAnIdOfItsOwn() throws Exception {
    Io one = node();
    listen("socket.io#/#");
    listen("socket.io#/a#");

    one.server.serverSideEmit("hi");
    one.server.of("/a").serverSideEmit("hi");

    assertThat(seen).hasSize(2);
    assertThat(found(UID, seen.get(0))).isNotEqualTo(found(UID, seen.get(1)));
  }

  // ---- what others send ----

  @Test
  void aPeersEventReachesClients() throws Exception {
    Io one = node();
    MemorySocket client = one.connect();

    say("socket.io#/#", message(3, "\"packet\":{\"type\":2,\"data\":[\"ev\",null]}," + ALL));

    assertThat(client.take()).containsExactly("42[\"ev\",null]");
  }

  @Test
  void anotherNamespaceOnTheSameChannelIsIgnored() throws Exception {
    Io one = node();
    MemorySocket client = one.connect();

    say(
        "socket.io#/#",
        message(3, "\"packet\":{\"type\":2,\"data\":[\"ev\"]}," + ALL)
            .replace("\"nsp\":\"/\"", "\"nsp\":\"/x\""));

    assertThat(client.take()).isEmpty();
  }

  @Test
  void garbageDoesNoHarm() throws Exception {
    Io one = node();
    MemorySocket client = one.connect();

    say("socket.io#/#", "{");
    say("socket.io#/#", "\u0001\u0002");
    say("socket.io#/#", message(99, ""));
    say("socket.io#/#", message(3, "\"packet\":{\"type\":2,\"data\":[\"connect\"]}," + ALL));
    say("socket.io#/#", message(3, "\"packet\":{\"type\":2,\"data\":[\"ev\"]}," + ALL));

    assertThat(client.take()).containsExactly("42[\"ev\"]");
  }

  @Test
  void aPeersQuestionIsAnsweredToItAlone() throws Exception {
    Io one = node();
    MemorySocket client = one.connect();
    listen("socket.io#/#" + PEER + "#");

    say(
        "socket.io#/#",
        message(
            3,
            "\"packet\":{\"type\":2,\"data\":[\"ask\"]},\"requestId\":\"00ff\","
                + "\"opts\":{\"rooms\":[],\"except\":[],\"flags\":{\"timeout\":5000}}"));

    assertThat(lastSeen())
        .startsWith(
            "socket.io#/#"
                + PEER
                + "# {\"type\":11,\"data\":{\"requestId\":\"00ff\",\"clientCount\":1},");
    client.send("43" + ackId(client.take().get(0)) + "[\"yes\",\"more\"]");
    assertThat(lastSeen())
        .startsWith(
            "socket.io#/#"
                + PEER
                + "# {\"type\":12,\"data\":{\"requestId\":\"00ff\",\"packet\":\"yes\"},");
  }

  @Test
  void aPeersRequestsAreAnswered() throws Exception {
    Io one = node();
    one.connect();
    one.server.onServerSideRequest("add", args -> args.get(0, Integer.class) + 1);
    listen("socket.io#/#" + PEER + "#");

    say("socket.io#/#", message(7, ALL + ",\"requestId\":\"01\""));
    assertThat(lastSeen()).contains("{\"type\":8,\"data\":{\"requestId\":\"01\",\"sockets\":[{");
    say("socket.io#/#", message(9, "\"requestId\":\"02\",\"packet\":[\"add\",7]"));
    assertThat(lastSeen()).contains("{\"type\":10,\"data\":{\"requestId\":\"02\",\"packet\":8},");
  }

  @Test
  void thePeersAnswerIsWaitedFor() throws Exception {
    Io one = node();
    listen("socket.io#/#");

    CompletionStage<List<RemoteSocket>> sockets = one.server.fetchSockets();
    String request = lastSeen();
    assertThat(sockets.toCompletableFuture()).isNotDone();
    say(
        "socket.io#/#" + found(UID, request) + "#",
        message(
            8,
            "\"requestId\":\""
                + found(REQUEST, request)
                + "\",\"sockets\":[{\"id\":\"far\",\"handshake\":{},\"rooms\":[\"far\"],\"data\":{}}]"));

    assertThat(get(sockets)).extracting(RemoteSocket::id).containsExactly("far");
  }

  @Test
  void anEmittersMessagesAreTaken() throws Exception {
    Io one = node();
    MemorySocket client = one.connect();

    say(
        "socket.io#/#",
        message(3, "\"packet\":{\"type\":2,\"data\":[\"ev\"],\"nsp\":\"/\"}," + ALL)
            .replace(PEER, "emitter"));
    say("socket.io#/#", message(7, ALL + ",\"requestId\":\"01\"").replace(PEER, "emitter"));

    assertThat(client.take()).containsExactly("42[\"ev\"]");
  }
}

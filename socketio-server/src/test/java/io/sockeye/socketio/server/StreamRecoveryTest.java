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
import io.sockeye.socketio.server.spi.BusOptions;
import io.sockeye.socketio.server.spi.BusStreams;
import io.sockeye.socketio.server.spi.ClusterBus;
import io.sockeye.socketio.server.spi.MemoryBroker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Coming back on any node, with sessions and events as Node.js keeps them on Redis. */
class StreamRecoveryTest {
  private static final Pattern PID = Pattern.compile("\"pid\":\"([^\"]*)\"");
  private static final Pattern OFFSET = Pattern.compile(",\"([0-9]+-[0-9]+)\"]$");
  private static final String UID = "00000000000000aa";
  private static final String NODE_PID = "nodepid_nodepid_node";

  private final MemoryBroker broker = new MemoryBroker();
  private final List<Io> nodes = new ArrayList<>();
  private final Map<Io, ClusterBus> busOf = new HashMap<>();
  private final List<Socket> sockets = new ArrayList<>();
  private final ClusterBus peer = broker.connect();
  private final BusStreams streams = peer.streams().orElseThrow();

  private Io node() throws Exception {
    return node(broker, options -> {});
  }

  /** A node that reads its stream already. */
  private Io node(MemoryBroker way, Consumer<BusOptions.Builder> bus) throws Exception {
    List<ClusterBus> buses = new ArrayList<>();
    BusOptions.Builder busOptions = BusOptions.builder();
    bus.accept(busOptions);
    Io node =
        Io.start(
            options ->
                options
                    .connectionStateRecovery(ConnectionStateRecovery.defaults())
                    .cluster(
                        cluster ->
                            cluster
                                .bus(
                                    () -> {
                                      buses.add(way.connect(busOptions.build()));
                                      return buses.get(0);
                                    })
                                .dialect(ClusterDialect.NODE_STREAMS)));
    nodes.add(node);
    busOf.put(node, buses.get(0));
    node.server.onConnect(sockets::add);
    // What is followed later on the same bus is established later.
    BusStreams own = buses.get(0).streams().orElseThrow();
    get(own.follow("socket.io", (stream, entry) -> {}).established());
    return node;
  }

  /** Stops the broker for a node, which has noticed it on return. */
  private void outage(MemoryBroker way, Io node) {
    way.stop();
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
    while (Objects.requireNonNull(busOf.get(node)).state() == ClusterBus.State.UP) {
      assertThat(System.nanoTime() - end).isNegative();
      Thread.onSpinWait();
    }
  }

  private static <T> T get(CompletionStage<T> stage) throws Exception {
    return stage.toCompletableFuture().get(10, TimeUnit.SECONDS);
  }

  private Socket socket() {
    return sockets.get(sockets.size() - 1);
  }

  /** A client, as far as it must remember something to come back. */
  private static final class Peer {
    final MemorySocket socket;
    final String sid;
    final String pid;
    @Nullable String offset;

    Peer(Io node) {
      socket = node.open();
      List<String> frames = socket.send("40").take();
      String answer = frames.get(frames.size() - 1);
      sid = Io.sid(answer);
      pid = found(PID, answer);
    }

    /** Takes a number of events, without their offsets. */
    List<String> take(int count) throws Exception {
      List<String> plain = new ArrayList<>();
      for (String frame : await(socket, count)) {
        offset = found(OFFSET, frame);
        plain.add(OFFSET.matcher(frame).replaceFirst("]"));
      }
      return plain;
    }

    /** What it is sent when it comes back, without offsets; what confirms it comes last. */
    List<String> comeBack(Io node) throws Exception {
      return plain(back(node, pid, offset));
    }

    String confirmed() {
      return "40{\"sid\":\"" + sid + "\",\"pid\":\"" + pid + "\"}";
    }
  }

  private static List<String> plain(List<String> frames) {
    return frames.stream().map(frame -> OFFSET.matcher(frame).replaceFirst("]")).toList();
  }

  /** Frames up to the one that confirms the connection. */
  private static List<String> back(Io node, String pid, @Nullable String offset) throws Exception {
    MemorySocket socket = node.open();
    socket.send(
        "40{\"pid\":\"" + pid + (offset == null ? "\"}" : "\",\"offset\":\"" + offset + "\"}"));
    List<String> frames = new ArrayList<>();
    while (frames.isEmpty() || !frames.get(frames.size() - 1).startsWith("40")) {
      frames.addAll(await(socket, 1));
    }
    return frames;
  }

  private static String found(Pattern pattern, String text) {
    Matcher matcher = pattern.matcher(text);
    assertThat(matcher.find()).as("%s in %s", pattern, text).isTrue();
    return matcher.group(1);
  }

  private static List<String> await(MemorySocket client, int count) throws Exception {
    List<String> frames = new ArrayList<>();
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
    while (frames.size() < count) {
      frames.addAll(client.take());
      if (System.nanoTime() - end > 0) {
        throw new AssertionError("only " + frames + " (expected: " + count + " frames)");
      }
      Thread.onSpinWait();
    }
    return frames;
  }

  private String append(String data, Map<String, String> more) throws Exception {
    Map<String, String> fields =
        new LinkedHashMap<>(Map.of("uid", UID, "nsp", "/", "type", "3", "data", data));
    fields.putAll(more);
    return get(streams.append("socket.io", fields, 1000));
  }

  private static String event(String name, String rooms, String flags) {
    return "{\"packet\":{\"type\":2,\"data\":[\""
        + name
        + "\"]},\"opts\":{\"rooms\":["
        + rooms
        + "],\"except\":[],\"flags\":{"
        + flags
        + "}}}";
  }

  @AfterEach
  void close() {
    nodes.forEach(node -> node.server.close());
    peer.close();
  }

  // ---- events have offsets ----

  @Test
  void theOffsetOfAnEventIsItsEntry() throws Exception {
    Io one = node();
    Peer client = new Peer(one);

    one.server.emit("all", 1);
    sockets.get(0).emit("single");

    assertThat(client.take(2)).containsExactly("42[\"all\",1]", "42[\"single\"]");
    List<BusStreams.Entry> entries = get(streams.range("socket.io", "-", "+", 10));
    assertThat(client.offset).isEqualTo(entries.get(1).id());
    assertThat(entries.get(1).fields())
        .containsEntry(
            "data",
            "{\"packet\":{\"type\":2,\"data\":[\"single\"]},\"opts\":{\"rooms\":[\""
                + client.sid
                + "\"],\"except\":[],\"flags\":{}}}");
  }

  @Test
  void aPeersEventHasItsOffset() throws Exception {
    Io one = node();
    Peer client = new Peer(one);

    String id = append(event("ev", "", ""), Map.of());

    assertThat(client.take(1)).containsExactly("42[\"ev\"]");
    assertThat(client.offset).isEqualTo(id);
  }

  @Test
  void whatIsVolatileLocalOrAskedHasNone() throws Exception {
    Io one = node();
    Peer client = new Peer(one);

    one.server.everybody().asVolatile().emit("volatile");
    one.server.everybody().local().emit("local");
    append(event("far", "", "\"volatile\":true"), Map.of());

    assertThat(await(client.socket, 3))
        .containsExactly("42[\"volatile\"]", "42[\"local\"]", "42[\"far\"]");
  }

  @Test
  void changesOfRoomsKeepTheirPlace() throws Exception {
    Io one = node();
    Io two = node();
    MemorySocket here = new Peer(one).socket;
    MemorySocket there = new Peer(two).socket;

    one.server.everybody().socketsJoin("r1");
    one.server.to("r1").emit("in");
    one.server.everybody().socketsLeave("r1");
    one.server.to("r1").emit("out");
    one.server.everybody().disconnectSockets(false);

    assertThat(plain(await(here, 2))).containsExactly("42[\"in\"]", "41");
    assertThat(plain(await(there, 2))).containsExactly("42[\"in\"]", "41");
  }

  @Test
  void whatMiddlewareSendsIsSent() throws Exception {
    Io one = node();
    one.server.use(socket -> socket.emit("early"));
    MemorySocket client = one.open().send("40");

    List<String> frames = await(client, 2);

    assertThat(plain(frames).get(0)).isEqualTo("42[\"early\"]");
    assertThat(frames.get(1)).startsWith("40{");
  }

  // ---- coming back ----

  @Test
  void whatWasMissedIsSentOnAnotherNode() throws Exception {
    Io one = node();
    Io two = node();
    Peer client = new Peer(one);
    Socket socket = socket();
    socket.join("r1", "r2");
    socket.attributes().put("name", "Ann");
    one.server.emit("had");
    assertThat(client.take(1)).containsExactly("42[\"had\"]");

    client.socket.drop();
    one.server.to("r1").emit("room", "é");
    two.server.emit("all");
    two.server.except("r2").emit("not");
    two.server.to("r3").emit("not");
    two.server.everybody().asVolatile().emit("not");
    socket.emit("single");
    append(event("far", "\"" + client.sid + "\"", ""), Map.of());

    assertThat(client.comeBack(two))
        .containsExactly(
            "42[\"room\",\"é\"]",
            "42[\"all\"]",
            "42[\"single\"]",
            "42[\"far\"]",
            client.confirmed());
    assertThat(socket().recovered()).isTrue();
    assertThat(socket().rooms()).containsExactlyInAnyOrder(client.sid, "r1", "r2");
    assertThat(socket().attributes()).isEqualTo(Map.of("name", "Ann"));
  }

  @Test
  void whoIsBackGetsWhatComesNext() throws Exception {
    Io one = node();
    Io two = node();
    Peer client = new Peer(one);
    one.server.emit("had");
    client.take(1);
    client.socket.drop();

    MemorySocket again = two.open();
    again.send("40{\"pid\":\"" + client.pid + "\",\"offset\":\"" + client.offset + "\"}");
    assertThat(await(again, 1)).containsExactly(client.confirmed());
    one.server.emit("next");

    assertThat(plain(await(again, 1))).containsExactly("42[\"next\"]");
  }

  @Test
  void aSessionIsGoodForOneReturn() throws Exception {
    Io one = node();
    Peer client = new Peer(one);
    one.server.emit("had");
    client.take(1);
    client.socket.drop();

    assertThat(client.comeBack(one)).containsExactly(client.confirmed());
    assertThat(Io.sid(client.comeBack(one).get(0))).isNotEqualTo(client.sid);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "x", "1-0", "abcdef.1", "99999999999999999999999-0", "1", "-", "%"})
  void whoHasHadSomethingElseDoesNotComeBack(String offset) throws Exception {
    Io one = node();
    Peer client = new Peer(one);
    one.server.emit("had");
    client.take(1);
    client.socket.drop();

    List<String> frames = back(one, client.pid, offset.isEmpty() ? null : offset);

    assertThat(frames).hasSize(1);
    assertThat(Io.sid(frames.get(0))).isNotEqualTo(client.sid);
  }

  @Test
  void aSessionIsOfItsNamespace() throws Exception {
    Io one = node();
    one.server.of("/admin");
    Peer client = new Peer(one);
    one.server.emit("had");
    client.take(1);
    client.socket.drop();

    MemorySocket other = one.open();
    other.send("40/admin,{\"pid\":\"" + client.pid + "\",\"offset\":\"" + client.offset + "\"}");

    assertThat(Io.sid(await(other, 1).get(0))).isNotEqualTo(client.sid);
  }

  // ---- what Node.js sees and writes ----

  @Test
  void theSessionIsNodes() throws Exception {
    Io one = node();
    Peer client = new Peer(one);
    socket().join("r1");
    socket().attributes().put("n", 1);
    one.server.emit("had");
    client.take(1);

    client.socket.drop();

    String kept = Objects.requireNonNull(get(streams.take("sio:session:" + client.pid)));
    assertThat(HexFormat.of().formatHex(Base64.getDecoder().decode(kept)))
        .isEqualTo(
            Hex.hex(
                "84 a3'sid' b4'"
                    + client.sid
                    + "' a3'pid' b4'"
                    + client.pid
                    + "' a5'rooms' 92 b4'"
                    + client.sid
                    + "' a2'r1' a4'data' 81 a1'n' 01"));
  }

  @Test
  void aSessionOfNodeComesBack() throws Exception {
    Io one = node();
    String sid = "nodesid_nodesid_node";
    byte[] session =
        Hex.bytes(
            "84 a3'sid' b4'"
                + sid
                + "' a3'pid' b4'"
                + NODE_PID
                + "' a5'rooms' 92 b4'"
                + sid
                + "' a2'r1' a4'data' 81 a1'n' 01");
    get(
        streams.put(
            "sio:session:" + NODE_PID,
            Base64.getEncoder().encodeToString(session),
            Duration.ofMinutes(2)));
    String offset = append(event("had", "", ""), Map.of());
    append(event("missed", "\"r1\"", ""), Map.of());
    append(event("other", "", ""), Map.of("nsp", "/other"));
    append(
        "{\"opts\":{\"rooms\":[],\"except\":[],\"flags\":{}}}", Map.of("type", "6", "nsp", "/x"));
    append("garbage", Map.of());
    append(
        "gqZwYWNrZXSCpHR5cGUCpGRhdGGSomV2xAIBAqRvcHRzg6Vyb29tc5GicjGmZXhjZXB0kKVmbGFnc4A=",
        Map.of());

    List<String> frames = back(one, NODE_PID, offset);

    assertThat(frames).hasSize(4);
    assertThat(plain(frames.subList(0, 1))).containsExactly("42[\"missed\"]");
    assertThat(frames.get(1))
        .matches("451-\\[\"ev\",\\{\"_placeholder\":true,\"num\":0},\"\\d+-\\d+\"]");
    assertThat(frames.get(2)).isEqualTo("<0102>");
    assertThat(frames.get(3)).isEqualTo("40{\"sid\":\"" + sid + "\",\"pid\":\"" + NODE_PID + "\"}");
    assertThat(socket().attributes()).isEqualTo(Map.of("n", 1));
  }

  @ParameterizedTest
  @ValueSource(strings = {"%", "gA==", "wQ==", "kA=="})
  void aSessionThatIsNotUnderstoodIsNone(String kept) throws Exception {
    Io one = node();
    get(streams.put("sio:session:" + NODE_PID, kept, Duration.ofMinutes(2)));
    String offset = append(event("had", "", ""), Map.of());

    assertThat(back(one, NODE_PID, offset).get(0))
        .startsWith("40{\"sid\"")
        .doesNotContain(NODE_PID);
  }

  // ---- outages ----

  @Test
  void ownClientsDoNotWaitForTheBroker() throws Exception {
    MemoryBroker way = broker.anotherWay();
    Io one = node(way, options -> {});
    Io two = node();
    Peer here = new Peer(one);
    Peer there = new Peer(two);
    one.server.emit("before");
    here.take(1);
    there.take(1);

    outage(way, one);
    one.server.emit("outage");
    assertThat(here.socket.take()).containsExactly("42[\"outage\"]");
    way.start();

    assertThat(there.take(1)).containsExactly("42[\"outage\"]");
    two.server.emit("after");
    assertThat(here.take(1)).containsExactly("42[\"after\"]"); // not "outage" again
  }

  @Test
  void whoHasHadSomethingWithoutAnOffsetDoesNotComeBackUntilTheNextOne() throws Exception {
    MemoryBroker way = broker.anotherWay();
    Io one = node(way, options -> {});
    Io two = node();
    Peer first = new Peer(one);
    Peer second = new Peer(one);
    Peer there = new Peer(two);
    one.server.emit("before");
    first.take(1);
    second.take(1);
    there.take(1);
    outage(way, one);
    one.server.emit("outage");
    assertThat(first.socket.take()).hasSize(1);
    assertThat(second.socket.take()).hasSize(1);
    way.start();
    assertThat(there.take(1)).containsExactly("42[\"outage\"]");

    first.socket.drop();
    assertThat(Io.sid(first.comeBack(two).get(0))).isNotEqualTo(first.sid);

    one.server.emit("after");
    assertThat(second.take(1)).containsExactly("42[\"after\"]");
    second.socket.drop();
    assertThat(second.comeBack(two)).containsExactly(second.confirmed());
  }

  @Test
  void whatMayHaveBeenTakenIsSentOnce() throws Exception {
    MemoryBroker way = broker.anotherWay();
    Io one = node(way, options -> options.publishTimeout(Duration.ofMillis(100)));
    Io two = node();
    Peer here = new Peer(one);
    Peer there = new Peer(two);

    way.stall();
    one.server.emit("ambiguous");
    assertThat(await(here.socket, 1)).containsExactly("42[\"ambiguous\"]");
    way.start();
    append(event("after", "", ""), Map.of());

    assertThat(here.take(1)).containsExactly("42[\"after\"]");
    assertThat(there.take(1)).containsAnyOf("42[\"ambiguous\"]", "42[\"after\"]");
  }

  @Test
  void whatDoesNotComeBackIsSentAfterAWhile() throws Exception {
    MemoryBroker way = broker.anotherWay();
    Io one = node(way, options -> options.publishTimeout(Duration.ofMinutes(1)));
    Peer here = new Peer(one);
    way.stall();
    one.server.emit("a");
    one.server.emit("b");
    assertThat(here.socket.take()).isEmpty();

    one.clock.advance(5_001);

    assertThat(await(here.socket, 2)).containsExactly("42[\"a\"]", "42[\"b\"]");
    way.start();
  }
}

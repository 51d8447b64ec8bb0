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
import io.sockeye.parser.msgpack.Msgpack;
import io.sockeye.socketio.protocol.DecoderLimits;
import io.sockeye.socketio.server.spi.BusStreams;
import io.sockeye.socketio.server.spi.ClusterBus;
import io.sockeye.socketio.server.spi.MemoryBroker;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Two nodes that speak the dialect of Redis streams, and what Node.js would send and see. */
class StreamsClusterTest {
  private static final String PEER = "00000000000000aa";
  private static final String ALL = "\"opts\":{\"rooms\":[],\"except\":[],\"flags\":{}}";

  private final MemoryBroker broker = new MemoryBroker();
  private final List<Io> nodes = new ArrayList<>();
  private final ClusterBus peer = broker.connect();
  private final BusStreams streams = peer.streams().orElseThrow();
  private final BlockingQueue<Object> heard = new LinkedBlockingQueue<>();

  private Io node() throws Exception {
    return node(1);
  }

  /** A node that reads its streams already. */
  private Io node(int streamCount) throws Exception {
    List<ClusterBus> buses = new ArrayList<>();
    Io node =
        Io.start(
            options ->
                options.cluster(
                    cluster ->
                        cluster
                            .bus(
                                () -> {
                                  buses.add(broker.connect());
                                  return buses.get(0);
                                })
                            .dialect(ClusterDialect.NODE_STREAMS)
                            .streamCount(streamCount)));
    nodes.add(node);
    Io.awaitSubscriptions(buses.get(0));
    // What is followed later on the same bus is established later.
    for (int i = 0; i < streamCount; i++) {
      String name = streamCount == 1 ? "socket.io" : "socket.io-" + i;
      get(buses.get(0).streams().orElseThrow().follow(name, (stream, entry) -> {}).established());
    }
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
                (name, message) -> {
                  try {
                    ByteBuffer copy = ByteBuffer.allocate(message.remaining());
                    copy.put(message.duplicate()).flip();
                    heard.add(Objects.requireNonNull(Msgpack.read(copy, DecoderLimits.DEFAULTS)));
                  } catch (Exception failure) {
                    throw new IllegalStateException(failure);
                  }
                })
            .established());
  }

  private Map<?, ?> nextHeard() throws Exception {
    return (Map<?, ?>) Objects.requireNonNull(heard.poll(10, TimeUnit.SECONDS));
  }

  private void say(String channel, int type, Map<String, ?> data) throws Exception {
    Map<String, Object> message = new LinkedHashMap<>();
    message.put("type", type);
    message.put("data", data);
    message.put("uid", PEER);
    message.put("nsp", "/");
    get(peer.publish(channel, Msgpack.write(message, Msgpack.Dates.TIMESTAMP, null)));
  }

  private void append(String uid, int type, String data) throws Exception {
    get(
        streams.append(
            "socket.io",
            Map.of("uid", uid, "nsp", "/", "type", Integer.toString(type), "data", data),
            1000));
  }

  private BusStreams.Entry lastEntry(String stream) throws Exception {
    List<BusStreams.Entry> all = get(streams.range(stream, "-", "+", 1000));
    return all.get(all.size() - 1);
  }

  @AfterEach
  void close() {
    nodes.forEach(node -> node.server.close());
    peer.close();
  }

  /** Waits for frames that come by another thread. */
  private static List<String> await(MemorySocket client, int count) throws Exception {
    List<String> frames = new ArrayList<>();
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
    while (frames.size() < count && System.nanoTime() < end) {
      frames.addAll(client.take());
      Thread.onSpinWait();
    }
    return frames;
  }

  private static String ackId(String frame) {
    return frame.replaceAll("\\D*42(\\d+).*", "$1");
  }

  // ---- between two of this kind ----

  @Test
  void anEventReachesTheClientsOfAllNodesOnce() throws Exception {
    Io one = node();
    Io two = node();
    MemorySocket here = one.connect();
    MemorySocket there = two.connect();

    one.server.emit("ev", "é", 1);
    one.server.emit("bytes", new byte[] {1});

    String[] frames = {
      "42[\"ev\",\"é\",1]", "451-[\"bytes\",{\"_placeholder\":true,\"num\":0}]", "<01>"
    };
    assertThat(await(here, 3)).containsExactly(frames);
    assertThat(await(there, 3)).containsExactly(frames);
  }

  @Test
  void severalStreamsCarryAllNamespaces() throws Exception {
    Io one = node(3);
    Io two = node(3);
    for (String name : List.of("/", "/notifications", "/a", "/b")) {
      one.server.of(name);
      two.server.of(name);
      MemorySocket there = two.connect(name);

      one.server.of(name).emit("ev");

      String prefix = name.equals("/") ? "" : name + ",";
      assertThat(await(there, 1)).containsExactly("42" + prefix + "[\"ev\"]");
    }
    // Its hash is negative.
    assertThat(get(streams.range("socket.io-1", "-", "+", 10)).get(0).fields())
        .containsEntry("nsp", "/notifications");
  }

  @Test
  void requestsAreAnswered() throws Exception {
    Io one = node();
    Io two = node();
    MemorySocket here = one.connect();
    MemorySocket there = two.connect();
    two.server.onServerSideRequest("whoami", args -> "two " + args.get(0));

    assertThat(get(one.server.fetchSockets())).hasSize(2);
    assertThat(get(one.server.serverSideEmitWithAck("whoami", 7)).values())
        .containsExactly("two 7");
    CompletionStage<BroadcastAnswers> answers = one.server.emitWithAck("ask", 7);
    here.send("43" + ackId(await(here, 1).get(0)) + "[\"one\"]");
    there.send("43" + ackId(await(there, 1).get(0)) + "[\"two\"]");
    assertThat(get(answers).isComplete()).isTrue();
    assertThat(get(answers).answers()).hasSize(2);
    assertThat(get(one.server.serverCount())).hasValue(2);
  }

  @Test
  void socketsJoinLeaveAndGoEverywhere() throws Exception {
    Io one = node();
    Io two = node();
    MemorySocket there = two.connect();

    get(one.server.everybody().socketsJoin("r1"));
    one.server.to("r1").emit("in");
    get(one.server.everybody().socketsLeave("r1"));
    one.server.to("r1").emit("out");
    get(one.server.everybody().disconnectSockets(false));

    assertThat(await(there, 2)).containsExactly("42[\"in\"]", "41");
  }

  // ---- what others see ----

  @Test
  void whatChangesSomethingForClientsIsAppended() throws Exception {
    Io one = node();

    one.server.to("r1").emit("ev", 1);

    Map<String, String> fields = lastEntry("socket.io").fields();
    assertThat(fields.keySet()).containsExactly("uid", "nsp", "type", "data");
    assertThat(fields.get("uid")).matches("[0-9a-f]{16}");
    assertThat(fields)
        .containsEntry("nsp", "/")
        .containsEntry("type", "3")
        .containsEntry(
            "data",
            "{\"packet\":{\"type\":2,\"data\":[\"ev\",1]},\"opts\":{\"rooms\":[\"r1\"],"
                + "\"except\":[],\"flags\":{}}}");
  }

  @Test
  void whatIsAskedIsPublished() throws Exception {
    Io one = node();
    listen("socket.io#/#");

    one.server.serverSideEmit("hi", 1);
    assertThat(nextHeard().get("type")).isEqualTo(9);
    CompletionStage<BroadcastAnswers> answers = one.server.emitWithAck("ask");
    assertThat(nextHeard().get("type")).isEqualTo(3);
    CompletionStage<List<RemoteSocket>> sockets = one.server.fetchSockets();
    assertThat(nextHeard().get("type")).isEqualTo(7);
    assertThat(answers.toCompletableFuture()).isNotDone(); // the peer says nothing
    assertThat(sockets.toCompletableFuture()).isNotDone();
    assertThat(get(streams.range("socket.io", "-", "+", 10))).isEmpty();
  }

  // ---- what others send ----

  @Test
  void aPeersEntriesReachClients() throws Exception {
    Io one = node();
    MemorySocket client = one.connect();
    List<String> said = new ArrayList<>();
    one.server.onServerSide("hi", args -> said.add("hi " + args.get(0)));

    get(streams.append("socket.io", Map.of("x", "no message"), 1000));
    append(PEER, 1, "{}");
    append(PEER, 2, "{}");
    append(PEER, 3, "{");
    append(PEER, 13, "{}");
    append("emitter", 9, "{\"packet\":[\"hi\",7]}");
    append("emitter", 3, "{\"packet\":{\"type\":2,\"data\":[\"ev\"],\"nsp\":\"/\"}," + ALL + "}");
    append(PEER, 3, "gqZwYWNrZXSCpHR5cGUCpGRhdGGSomV2xAIBAqRvcHRzg6Vyb29tc5CmZXhjZXB0kKVmbGFnc4A=");

    assertThat(await(client, 3))
        .containsExactly("42[\"ev\"]", "451-[\"ev\",{\"_placeholder\":true,\"num\":0}]", "<0102>");
    assertThat(said).containsExactly("hi 7");
  }

  @Test
  void aPeersQuestionIsAnsweredToItAlone() throws Exception {
    Io one = node();
    MemorySocket client = one.connect();
    listen("socket.io#/#" + PEER + "#");

    say(
        "socket.io#/#",
        3,
        Map.of(
            "packet",
            Map.of("type", 2, "data", List.of("ask")),
            "requestId",
            "00ff",
            "opts",
            Map.of("rooms", List.of(), "except", List.of(), "flags", Map.of("timeout", 5000))));

    Map<?, ?> count = nextHeard();
    assertThat(count.get("type")).isEqualTo(11);
    assertThat(count.get("data")).isEqualTo(Map.of("requestId", "00ff", "clientCount", 1));
    client.send("43" + ackId(await(client, 1).get(0)) + "[\"yes\"]");
    Map<?, ?> answer = nextHeard();
    assertThat(answer.get("type")).isEqualTo(12);
    assertThat(answer.get("data")).isEqualTo(Map.of("requestId", "00ff", "packet", "yes"));
  }

  @Test
  void whatCameWhileTheBrokerWasAwayComesLater() throws Exception {
    Io one = node();
    MemorySocket client = one.connect();
    append(PEER, 3, "{\"packet\":{\"type\":2,\"data\":[\"a\"]}," + ALL + "}");
    assertThat(await(client, 1)).containsExactly("42[\"a\"]");

    broker.stop();
    broker.append(
        "socket.io",
        "9999999999999-0",
        Map.of(
            "uid",
            PEER,
            "nsp",
            "/",
            "type",
            "3",
            "data",
            "{\"packet\":{\"type\":2,\"data\":[\"b\"]}," + ALL + "}"));
    broker.start();

    assertThat(await(client, 1)).containsExactly("42[\"b\"]");
  }

  @Test
  void textIsUtf8() throws Exception {
    Io one = node();
    MemorySocket client = one.connect();

    one.server.emit("ev", "é\u2028😀");
    append(PEER, 3, "{\"packet\":{\"type\":2,\"data\":[\"é😀\"]}," + ALL + "}");

    assertThat(await(client, 2)).containsExactly("42[\"ev\",\"é\u2028😀\"]", "42[\"é😀\"]");
    assertThat(lastEntry("socket.io").fields().get("data").getBytes(UTF_8)).isNotEmpty();
  }
}

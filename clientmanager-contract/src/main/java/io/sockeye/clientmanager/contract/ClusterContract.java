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
package io.sockeye.clientmanager.contract;

import static io.sockeye.clientmanager.contract.Nodes.await;
import static io.sockeye.clientmanager.contract.Nodes.eventually;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sockeye.socketio.server.BroadcastAnswers;
import io.sockeye.socketio.server.ClusterDialect;
import io.sockeye.socketio.server.ClusterOptions;
import io.sockeye.socketio.server.Emitter;
import io.sockeye.socketio.server.OutagePolicy;
import io.sockeye.socketio.server.RemoteSocket;
import io.sockeye.socketio.server.ServerAnswers;
import io.sockeye.socketio.server.SocketIoCounter;
import io.sockeye.socketio.server.SocketIoOptions;
import io.sockeye.socketio.server.SocketIoServer;
import io.sockeye.socketio.server.spi.BusOptions;
import io.sockeye.socketio.server.spi.BusUnavailableException;
import io.sockeye.socketio.server.spi.ClusterBus;
import io.sockeye.testclient.SocketIoTestClient;
import io.sockeye.testclient.SocketIoTestServer;
import io.sockeye.testclient.TestClientOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * What holds besides {@link ClientManagerContract} where nodes are peers over a message queue: they
 * come and go, and the queue is not always there. The test of a dialect over a bus is a class that
 * extends it; a {@link TcpProxy} between bus and broker makes the outages, as for {@link
 * ClusterBusContract}:
 *
 * <pre>{@code
 * class MyClusterTest extends ClusterContract {
 *   private static final TcpProxy PROXY = new TcpProxy("127.0.0.1", 4222);
 *
 *   @Override
 *   protected ClusterBus connect(BusOptions options) {
 *     return ClusterBuses.connect("my://127.0.0.1:" + PROXY.port(), options);
 *   }
 *
 *   @Override
 *   protected ClusterDialect dialect() {
 *     return ClusterDialect.NODE_CLASSIC;
 *   }
 *
 *   @Override
 *   protected TcpProxy proxy() {
 *     return PROXY;
 *   }
 * }
 * }</pre>
 *
 * <p>The channel is new in each test, so the broker may be one that others use.
 */
public abstract class ClusterContract extends ClientManagerContract {
  private static final Duration LONG = Duration.ofHours(1);

  /** The buses of the nodes, in the order in which these were started. */
  final List<NodeBus> buses = new ArrayList<>();

  private final List<ClusterBus> others = new ArrayList<>();
  private final List<Emitter> emitters = new ArrayList<>();
  private final String channel = "sockeye-contract-" + UUID.randomUUID();
  private Consumer<ClusterOptions.Builder> change = cluster -> {};

  /** For subclasses. */
  protected ClusterContract() {}

  /** Connects a bus to the broker, through the proxy. */
  protected abstract ClusterBus connect(BusOptions options);

  /** Returns the dialect of the cluster; by default that of Python. */
  protected ClusterDialect dialect() {
    return ClusterDialect.PYTHON;
  }

  /** Sets what the dialect needs besides; by default nothing. */
  protected void cluster(ClusterOptions.Builder cluster) {}

  @Override
  protected final boolean knowsWhoAnswers() {
    return isOurs();
  }

  @Override
  protected final boolean carriesAllArgumentsOfAnswers() {
    return isOurs();
  }

  @Override
  protected final boolean carriesLongNumbers() {
    return isOurs();
  }

  /** Returns whether nodes answer each other in messages of this project, and not of Node.js. */
  private boolean isOurs() {
    return dialect() == ClusterDialect.PYTHON;
  }

  /**
   * Returns what stands between the buses and the broker; the same in all of a test. Not needed if
   * {@link #cut} and {@link #restore} are overridden.
   */
  protected TcpProxy proxy() {
    throw new UnsupportedOperationException("proxy, or cut and restore, must be overridden");
  }

  /** Breaks all connections and refuses others; by default with the proxy. */
  protected void cut() {
    proxy().cut();
  }

  /** Ends what {@link #cut} began; by default with the proxy. */
  protected void restore() {
    proxy().restore();
  }

  @Override
  protected final int nodeCount() {
    return 3;
  }

  /** Returns the channel of the cluster, or how the names of its channels begin. */
  protected final String channel() {
    return channel;
  }

  @Override
  protected final void configure(SocketIoOptions.Builder options) {
    options.cluster(this::configure);
  }

  private void configure(ClusterOptions.Builder cluster) {
    speak(cluster);
    // Time is moved faster than nodes can say that they are alive, where a test does not wait.
    cluster.channel(channel).lease(LONG).requestTimeout(Duration.ofMinutes(1));
    cluster.bus(
        () -> {
          NodeBus bus = new NodeBus(connect(quick()));
          buses.add(bus);
          return bus;
        });
    change.accept(cluster);
  }

  private void speak(ClusterOptions.Builder cluster) {
    cluster.dialect(dialect());
    cluster(cluster);
  }

  private static BusOptions quick() {
    return BusOptions.builder()
        .clientName("sockeye-contract")
        .maxReconnectDelay(Duration.ofMillis(200))
        .build();
  }

  /** Connects something else to the broker. */
  final ClusterBus stranger() {
    ClusterBus bus = connect(quick());
    others.add(bus);
    return bus;
  }

  @AfterEach
  void closeOthers() {
    emitters.forEach(Emitter::close);
    others.forEach(ClusterBus::close);
  }

  @Override
  @AfterEach
  void closeNodes() {
    restore();
    super.closeNodes();
  }

  /** Starts a fourth node, with options of its own. */
  final SocketIoTestServer fourth(Consumer<ClusterOptions.Builder> itsOptions) throws Exception {
    change = itsOptions;
    SocketIoTestServer node = nodes.start(options());
    change = cluster -> {};
    nodes.acquaint();
    return node;
  }

  static long count(SocketIoTestServer node, SocketIoCounter counter) {
    return Objects.requireNonNull(node.server().counters().get(counter));
  }

  private static void assertUnavailable(CompletionStage<?> stage) {
    assertThatThrownBy(() -> await(stage))
        .isInstanceOf(ExecutionException.class)
        .hasCauseInstanceOf(BusUnavailableException.class);
  }

  // ---- nodes come and go ----

  @Test
  void aNodeThatComesKnowsTheOthersAndIsKnown() throws Exception {
    SocketIoTestServer fourth = fourth(cluster -> {});
    SocketIoTestClient old = client(1);
    SocketIoTestClient young = fourth.connect();

    fourth.server().emit("from the young");
    old.await("from the young");
    here().emit("from the old");
    young.await("from the old");

    for (SocketIoTestServer node : nodes.all()) {
      assertThat(await(node.server().serverCount())).hasValue(4);
      assertThat(await(node.server().fetchSockets())).hasSize(2);
    }
  }

  @Test
  void aNodeThatStopsIsNotWaitedForAndIsCountedAsMissing() throws Exception {
    BlockingQueue<String> called = new LinkedBlockingQueue<>();
    nodes.get(1).server().onServerSideRequest("ask", args -> "yes");
    nodes
        .get(2)
        .server()
        .onServerSideRequest(
            "ask",
            args -> {
              called.add("called");
              return new CompletableFuture<>().minimalCompletionStage();
            });
    List<SocketIoTestClient> all = three();
    all.get(0).answer("ask", "yes");
    all.get(1).answer("ask", "yes");

    CompletableFuture<ServerAnswers> asked =
        here().serverSideEmitWithAck(LONG, "ask").toCompletableFuture();
    CompletableFuture<BroadcastAnswers> clients =
        here().everybody().timeout(LONG).emitWithAck("ask").toCompletableFuture();
    assertThat(called.poll(30, TimeUnit.SECONDS)).isNotNull();
    all.get(2).await("ask");
    await(here().fetchSockets());
    assertThat(asked).isNotDone();
    assertThat(clients).isNotDone();
    nodes.remove(2).close();

    untilDone(asked);
    untilDone(clients);
    assertThat(asked.join().values()).containsExactly("yes");
    assertThat(asked.join().missing()).isEqualTo(1);
    assertThat(clients.join().answers()).hasSize(2);
    assertThat(clients.join().isComplete()).isFalse();
    assertThat(await(here().fetchSockets())).hasSize(2);
    assertThat(await(here().emitWithAck("ask")).isComplete()).isTrue();
    eventually(() -> await(here().serverCount()).getAsInt() == 2);
  }

  /** Dialects that only count their nodes do so every second. */
  private void untilDone(CompletableFuture<?> future) throws Exception {
    eventually(
        () -> {
          nodes.advance(Duration.ofMillis(100));
          return future.isDone();
        });
  }

  @Test
  void requestsOfANodeThatStopsFail() throws Exception {
    SocketIoTestServer fourth = fourth(cluster -> {});
    here().onServerSideRequest("ask", args -> new CompletableFuture<>());

    CompletableFuture<ServerAnswers> asked =
        fourth.server().serverSideEmitWithAck(LONG, "ask").toCompletableFuture();
    nodes.remove(3).close();

    assertThatThrownBy(() -> await(asked)).hasCauseInstanceOf(IllegalStateException.class);
  }

  @Test
  void overTheBoundRequestsFail() throws Exception {
    SocketIoTestServer fourth = fourth(cluster -> cluster.maxPendingRequests(2));
    Duration limit = Duration.ofSeconds(10);

    CompletableFuture<ServerAnswers> first =
        fourth.server().serverSideEmitWithAck(limit, "nobody answers").toCompletableFuture();
    CompletableFuture<ServerAnswers> second =
        fourth.server().serverSideEmitWithAck(limit, "nobody answers").toCompletableFuture();
    CompletableFuture<ServerAnswers> third =
        fourth.server().serverSideEmitWithAck(limit, "nobody answers").toCompletableFuture();

    assertThatThrownBy(() -> await(third))
        .hasCauseInstanceOf(IllegalStateException.class)
        .hasMessageContaining("more than 2 requests wait");
    assertThatThrownBy(() -> await(fourth.server().fetchSockets()))
        .hasCauseInstanceOf(IllegalStateException.class);
    await(fourth.server().serverCount()); // by then it is known who is to answer the first two
    nodes.advance(limit);
    assertThat(await(first).missing()).isEqualTo(3);
    assertThat(await(second).missing()).isEqualTo(3);
    assertThat(await(fourth.server().fetchSockets())).isEmpty();
  }

  @Test
  void whatIsMaskedOtherNodesAreNotTold() throws Exception {
    SocketIoTestServer fourth =
        fourth(cluster -> cluster.maskedHandshakeKeys(List.of("Cookie", "token", "key")));
    fourth.connect(
        TestClientOptions.builder()
            .cookie("session", "secret")
            .header("X-Plain", "plain")
            .auth(Map.of("token", "secret", "user", "u"))
            .query("key", "secret")
            .query("q", "plain")
            .build());

    RemoteSocket found = await(here().fetchSockets()).get(0);

    assertThat(found.toString()).doesNotContain("secret");
    assertThat(found.handshake().headers().get("cookie")).isEqualTo("***");
    assertThat(found.handshake().headers().get("x-plain")).isEqualTo("plain");
    assertThat(found.handshake().auth()).isEqualTo(Map.of("token", "***", "user", "u"));
    assertThat(found.handshake().url()).doesNotContain("secret");
  }

  @Test
  void aProcessWithoutAServerReachesClientsAndNodes() throws Exception {
    BlockingQueue<String> heard = new LinkedBlockingQueue<>();
    for (SocketIoTestServer node : nodes.all()) {
      node.server().onServerSide("tell", args -> heard.add("told " + args.get(0)));
    }
    List<SocketIoTestClient> all = three();
    all.forEach(each -> each.answer("ask", "yes"));
    ClusterOptions.Builder options = ClusterOptions.builder();
    speak(options);
    Emitter emitter = Emitter.connect(options.channel(channel).bus(() -> connect(quick())).build());
    emitters.add(emitter);

    emitter.emit("all", "é");
    await(emitter.to(all.get(1).id()).socketsJoin("r"));
    emitter.to("r").emit("room");
    emitter.serverSideEmit("tell", 7);

    all.forEach(each -> assertThat(each.await("all").get(0)).isEqualTo("é"));
    all.get(1).await("room");
    for (int i = 0; i < 3; i++) {
      assertThat(heard.poll(30, TimeUnit.SECONDS)).isEqualTo("told 7");
    }
    end();
    all.forEach(each -> assertThat(heard(each)).isEmpty());
    assertThat(await(here().emitWithAck("ask")).answers()).hasSize(3);
  }

  // ---- the broker is not there for all ----

  @Test
  void withoutTheBrokerEachNodeServesItsOwnClients() throws Exception {
    List<SocketIoTestClient> all = three();
    for (SocketIoTestServer node : nodes.all()) {
      assertThat(node.server().clusterState()).hasValue(ClusterBus.State.UP);
    }

    cut();
    for (SocketIoTestServer node : nodes.all()) {
      eventually(() -> node.server().clusterState().get() != ClusterBus.State.UP);
    }
    for (int i = 0; i < 3; i++) {
      nodes.get(i).server().emit("own", i);
      assertThat(all.get(i).await("own").get(0)).isEqualTo(i);
    }
    restore();
    for (SocketIoTestServer node : nodes.all()) {
      eventually(() -> node.server().clusterState().get() == ClusterBus.State.UP);
    }
    nodes.acquaint();

    // What waited has come to those who were back in time, once and not to its own node again.
    IntStream.range(0, 100).forEach(n -> here().emit("n", n));
    end();
    for (int i = 0; i < 3; i++) {
      List<String> events = new ArrayList<>(heard(all.get(i)));
      List<String> late = events.stream().filter(event -> event.startsWith("own")).toList();
      events.removeAll(late);
      assertThat(late).doesNotHaveDuplicates().doesNotContain("own[" + i + "]");
      assertThat(events).hasSize(100).startsWith("n[0]").endsWith("n[99]");
    }
    assertThat(await(here().serverCount())).hasValue(3);
  }

  // ---- one node is cut off ----

  /** Starts a fourth node, cuts it off, and has it do something. */
  private SocketIoTestServer cutOff(Consumer<ClusterOptions.Builder> options) throws Exception {
    SocketIoTestServer fourth = fourth(options);
    buses.get(3).cutOff();
    return fourth;
  }

  private static long sum(SocketIoTestServer node, SocketIoCounter... counters) {
    long sum = 0;
    for (SocketIoCounter counter : counters) {
      sum += count(node, counter);
    }
    return sum;
  }

  @Test
  void whatWasSentMeanwhileComesLateAndInOrder() throws Exception {
    SocketIoTestClient there = client(1);
    SocketIoTestServer fourth = cutOff(cluster -> {});
    SocketIoTestClient own = fourth.connect();
    BlockingQueue<String> told = new LinkedBlockingQueue<>();
    nodes.get(1).server().onServerSide("tell", args -> told.add("told"));

    List<String> expected = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      fourth.server().emit("n", i);
      expected.add("n[" + i + "]");
    }
    CompletableFuture<Void> joined =
        fourth.server().to(there.id()).socketsJoin("r").toCompletableFuture();
    fourth.server().to("r").emit("joined");
    fourth.server().serverSideEmit("tell");
    expected.add("joined[]");
    assertThat(own.received()).hasSize(100);
    assertThat(joined).isNotDone();
    assertThat(there.received()).isEmpty();

    buses.get(3).restore();
    await(joined);
    fourth.server().emit("end");

    assertThat(heard(there)).isEqualTo(expected);
    assertThat(told.poll(30, TimeUnit.SECONDS)).isEqualTo("told");
    assertThat(heard(own)).isEmpty();
    eventually(() -> count(fourth, SocketIoCounter.CLUSTER_LATE) == 103);
    assertThat(count(fourth, SocketIoCounter.CLUSTER_DROPPED)).isZero();
  }

  @Test
  void volatileEventsDoNotWait() throws Exception {
    SocketIoTestClient there = client(1);
    SocketIoTestServer fourth = cutOff(cluster -> {});

    // Each is dropped before what follows: another thread may be at the outbox.
    fourth.server().everybody().asVolatile().emit("volatile");
    eventually(() -> count(fourth, SocketIoCounter.CLUSTER_DROPPED) == 1);
    fourth.server().emit("held");
    fourth.server().everybody().asVolatile().emit("volatile");
    eventually(() -> count(fourth, SocketIoCounter.CLUSTER_DROPPED) == 2);
    buses.get(3).restore();
    fourth.server().emit("end");

    assertThat(heard(there)).containsExactly("held[]");
    assertThat(count(fourth, SocketIoCounter.CLUSTER_DROPPED)).isEqualTo(2);
  }

  @Test
  void requestsDoNotWait() throws Exception {
    nodes.get(1).server().onServerSideRequest("ask", args -> "yes");
    SocketIoTestClient there = client(1);
    there.answer("ask", "there");
    SocketIoTestServer fourth = cutOff(cluster -> {});
    fourth.connect().answer("ask", "here");
    fourth.server().emit("held");

    assertUnavailable(fourth.server().fetchSockets());
    assertUnavailable(fourth.server().serverSideEmitWithAck("ask"));
    BroadcastAnswers answers = await(fourth.server().emitWithAck("ask"));

    assertThat(answers.answers()).hasSize(1);
    assertThat(answers.isComplete()).isFalse();
    assertThat(answers.silentNodes()).isPositive();
    assertThat(await(fourth.server().everybody().local().fetchSockets())).hasSize(1);
    buses.get(3).restore();
    fourth.server().emit("end");
    assertThat(heard(there)).containsExactly("held[]");
    nodes.acquaint();
    assertThat(await(fourth.server().fetchSockets())).hasSize(2);
    assertThat(await(fourth.server().emitWithAck("ask")).answers()).hasSize(2);
  }

  @Test
  void whereMessagesAreDroppedTheyAreCounted() throws Exception {
    SocketIoTestClient there = client(1);
    SocketIoTestServer fourth = cutOff(cluster -> cluster.outagePolicy(OutagePolicy.DROP));
    SocketIoTestClient own = fourth.connect();

    for (int i = 0; i < 5; i++) {
      fourth.server().emit("n", i);
    }
    assertUnavailable(fourth.server().to(there.id()).socketsJoin("r"));
    assertThat(own.received()).hasSize(5);
    assertThat(count(fourth, SocketIoCounter.CLUSTER_DROPPED)).isEqualTo(6);
    buses.get(3).restore();
    fourth.server().emit("after");
    fourth.server().to("r").emit("not there");
    fourth.server().emit("end");

    assertThat(heard(there)).containsExactly("after[]");
    assertThat(count(fourth, SocketIoCounter.CLUSTER_LATE)).isZero();
  }

  @Test
  void overTheBoundMessagesAreDropped() throws Exception {
    SocketIoTestClient there = client(1);
    SocketIoTestServer fourth = cutOff(cluster -> cluster.maxOutboxBytes(10_000));

    for (int i = 0; i < 100; i++) {
      fourth.server().emit("n", i, "x".repeat(100));
    }
    long dropped = count(fourth, SocketIoCounter.CLUSTER_DROPPED);
    assertThat(dropped).isBetween(1L, 99L);
    buses.get(3).restore();
    fourth.server().emit("end");

    List<String> late = heard(there);
    assertThat(late).hasSize((int) (100 - dropped));
    for (int i = 0; i < late.size(); i++) {
      assertThat(late.get(i)).startsWith("n[" + i + ",");
    }
    // The last one may have waited too, for the others to be back.
    eventually(
        () -> sum(fourth, SocketIoCounter.CLUSTER_LATE, SocketIoCounter.CLUSTER_DROPPED) >= 100);
  }

  @Test
  void aNodeThatWasCutOffTakesPartAgain() throws Exception {
    SocketIoTestServer fourth = cutOff(cluster -> {});
    SocketIoTestClient own = fourth.connect();
    here().emit("missed");
    buses.get(3).restore();
    nodes.acquaint();

    here().emit("heard");
    end();

    assertThat(heard(own)) // where messages are kept, it has missed nothing
        .isIn(List.of("heard[]"), List.of("missed[]", "heard[]"));
    for (SocketIoTestServer node : nodes.all()) {
      SocketIoServer server = node.server();
      assertThat(await(server.fetchSockets())).hasSize(1);
      assertThat(await(server.serverCount())).hasValue(4);
    }
  }
}

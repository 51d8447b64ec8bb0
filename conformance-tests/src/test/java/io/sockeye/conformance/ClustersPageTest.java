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
package io.sockeye.conformance;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import io.sockeye.brokers.RabbitProcess;
import io.sockeye.brokers.RedisProcess;
import io.sockeye.brokers.ServerProcess;
import io.sockeye.brokers.TestCertificate;
import io.sockeye.socketio.server.BroadcastAnswers;
import io.sockeye.socketio.server.ClusterBuses;
import io.sockeye.socketio.server.ClusterDialect;
import io.sockeye.socketio.server.ClusterOptions;
import io.sockeye.socketio.server.ConnectionStateRecovery;
import io.sockeye.socketio.server.Emitter;
import io.sockeye.socketio.server.OutagePolicy;
import io.sockeye.socketio.server.PythonVersion;
import io.sockeye.socketio.server.SocketIoCounter;
import io.sockeye.socketio.server.SocketIoOptions;
import io.sockeye.socketio.server.SocketIoServer;
import io.sockeye.socketio.server.spi.BusStreams;
import io.sockeye.socketio.server.spi.ClusterBus;
import io.sockeye.socketio.server.spi.MemoryBroker;
import io.sockeye.testclient.SocketIoTestClient;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.regex.Pattern;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The page about clusters: its code is from here, and the rights that it names are enough. */
@SuppressWarnings("FutureReturnValueIgnored") // what becomes of it is seen at the other end
class ClustersPageTest {
  private static final Path PAGE = Path.of("../docs/clusters.md");
  private static final Path README = Path.of("../README.md");
  private static final Path HERE =
      Path.of("src/test/java/io/sockeye/conformance/ClustersPageTest.java");
  private static final Pattern WORD = Pattern.compile("'([^']*)'|(\\S+)");
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @Test
  void thePagesCodeIsThisCode() throws IOException {
    String code = lines(Files.readString(HERE));

    assertThat(blocks(PAGE))
        .hasSizeGreaterThan(5)
        .allSatisfy(block -> assertThat(code).contains(block));
    assertThat(blocks(README))
        .filteredOn(block -> block.contains("messageQueue"))
        .singleElement()
        .satisfies(block -> assertThat(code).contains(block));
  }

  private static List<String> blocks(Path page) throws IOException {
    List<String> blocks = new ArrayList<>();
    String[] parts = Files.readString(page).split("```java\n", -1);
    for (int i = 1; i < parts.length; i++) {
      blocks.add(lines(parts[i].substring(0, parts[i].indexOf("```"))));
    }
    return blocks;
  }

  /** The lines without what is indentation, each with its end. */
  private static String lines(String text) {
    return text.lines().map(line -> line.strip() + "\n").collect(joining());
  }

  private static RedisProcess redis(int port, List<String> more) throws IOException {
    List<String> words =
        new ArrayList<>(List.of("--port", String.valueOf(port), "--bind", "127.0.0.1"));
    words.addAll(more);
    return RedisProcess.start(words.toArray(new String[0]));
  }

  private static void eventually(BooleanSupplier condition) {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).isLessThan(end);
      Thread.onSpinWait();
    }
  }

  // ---- the code of the page ----

  @Test
  void nodesAndEmitters() throws Exception {
    int port = ServerProcess.freePort();
    String url = "redis://127.0.0.1:" + port;
    try (RedisProcess redis = redis(port, List.of());
        SocketIoServer one = node(url);
        SocketIoServer two = node(url)) {
      one.onConnect(socket -> socket.join("room-7"));
      SocketIoTestClient client = SocketIoTestClient.connect(one).answer("ready?", "yes");
      eventually(() -> elsewhere(two) == 1);

      emit(url);
      assertThat(client.await("progress").get(0)).isEqualTo(80);
      assertThat(ask(url).answers()).hasSize(1);

      ConcurrentLinkedQueue<String> log = new ConcurrentLinkedQueue<>();
      tell(two, log);
      assertThat(client.await("paid").get(0)).isEqualTo("order 17");
      eventually(() -> log.contains("on its way"));
      assertThat(health(two)).isEqualTo("up, sent " + sent(two) + ", dropped 0, missed 0");
    }
  }

  private static SocketIoServer node(String url) {
    SocketIoServer io =
        SocketIoServer.create(
            SocketIoOptions.builder()
                .messageQueue(url) // such as redis://:password@host:6379/0
                .build());
    io.onServerSideRequest("clients here", args -> io.localSockets().size());
    return io;
  }

  private static int elsewhere(SocketIoServer io) {
    CompletionStage<Integer> elsewhere =
        io.serverSideEmitWithAck("clients here")
            .thenApply(others -> others.values().stream().mapToInt(each -> (Integer) each).sum());
    return elsewhere.toCompletableFuture().join();
  }

  private static void emit(String url) throws Exception {
    try (Emitter emitter = Emitter.connect(url)) {
      emitter.to("room-7").emit("progress", 80);
      emitter.of("/admin").emit("job done", 17);
      emitter.flush(Duration.ofSeconds(5)); // the broker has both; throws if one was dropped
    }
  }

  private static BroadcastAnswers ask(String url) throws Exception {
    try (Emitter emitter = Emitter.connect(url)) {
      BroadcastAnswers answers =
          emitter
              .to("room-7")
              .timeout(Duration.ofSeconds(3))
              .emitWithAck("ready?")
              .toCompletableFuture()
              .get(5, TimeUnit.SECONDS);
      return answers;
    }
  }

  private static void tell(SocketIoServer io, ConcurrentLinkedQueue<String> log) {
    io.to("room-7")
        .emitAsync("paid", "order 17")
        .whenComplete((taken, lost) -> log.add(lost == null ? "on its way" : "lost: " + lost));
  }

  private static String health(SocketIoServer io) {
    boolean up = io.clusterState().orElseThrow() == ClusterBus.State.UP;
    long sent = io.counters().get(SocketIoCounter.CLUSTER_SENT);
    long dropped = io.counters().get(SocketIoCounter.CLUSTER_DROPPED);
    long missed = io.counters().get(SocketIoCounter.CLUSTER_MISSED);
    return (up ? "up" : "down") + ", sent " + sent + ", dropped " + dropped + ", missed " + missed;
  }

  private static long sent(SocketIoServer io) {
    return io.counters().get(SocketIoCounter.CLUSTER_SENT);
  }

  @Test
  void nodesOfATest() {
    MemoryBroker broker = new MemoryBroker();
    SocketIoOptions node =
        SocketIoOptions.builder().cluster(cluster -> cluster.bus(broker::connect)).build();
    try (SocketIoServer one = SocketIoServer.create(node);
        SocketIoServer two = SocketIoServer.create(node);
        SocketIoTestClient client = SocketIoTestClient.connect(two)) {
      one.emit("news", 1);
      assertThat(client.await("news").get(0)).isEqualTo(1);
    }
  }

  @Test
  void options() throws Exception {
    String url = "rediss://host";
    TrustManagerFactory authorities = TestCertificate.trust();

    SocketIoOptions withFlask =
        SocketIoOptions.builder()
            .messageQueue(url)
            .cluster(
                cluster -> cluster.channel("flask-socketio").pythonVersion(PythonVersion.V5_14_2))
            .build();
    SocketIoOptions withNode =
        SocketIoOptions.builder()
            .messageQueue(url)
            .cluster(cluster -> cluster.dialect(ClusterDialect.NODE_STREAMS))
            .connectionStateRecovery(ConnectionStateRecovery.defaults()) // also on other nodes
            .build();
    SocketIoOptions strict =
        SocketIoOptions.builder()
            .messageQueue(url)
            .cluster(
                cluster ->
                    cluster
                        .outagePolicy(OutagePolicy.DROP)
                        .busOptions(bus -> bus.brokerRequired(true)))
            .build();
    SocketIoOptions closed =
        SocketIoOptions.builder()
            .messageQueue(url)
            .cluster(
                cluster ->
                    cluster
                        .maskedHandshakeKeys(List.of("cookie", "authorization", "token"))
                        .busOptions(bus -> bus.trust(authorities)))
            .build();

    assertThat(withFlask.cluster().channel()).isEqualTo("flask-socketio");
    assertThat(withNode.cluster().channel()).isEqualTo("socket.io");
    assertThat(strict.cluster().busOptions().brokerRequired()).isTrue();
    assertThat(closed.cluster().busOptions().trust()).isSameAs(authorities);
  }

  // ---- the rights of the page ----

  private static List<String> linesThatBegin(String with) throws IOException {
    return Files.readAllLines(PAGE).stream().filter(line -> line.startsWith(with)).toList();
  }

  private static List<String> words(String line) {
    return WORD.matcher(line)
        .results()
        .map(word -> word.group(1) == null ? word.group(2) : word.group(1))
        .toList();
  }

  @ParameterizedTest
  @EnumSource
  void theRightsInRedisAreEnough(ClusterDialect dialect) throws Exception {
    int port = ServerProcess.freePort();
    List<String> users = linesThatBegin("user sockeye ");
    assertThat(users).hasSameSizeAs(ClusterDialect.values());
    List<String> words =
        new ArrayList<>(words("--" + users.get(List.of(ClusterDialect.values()).indexOf(dialect))));
    try (RedisProcess redis = redis(port, words)) {
      String url = "redis://sockeye:secret@127.0.0.1:" + port;
      work(url, dialect);
      if (dialect == ClusterDialect.NODE_STREAMS) {
        try (ClusterBus bus = ClusterBuses.connect(url)) {
          BusStreams streams = bus.streams().orElseThrow();
          streams.put("sio:session:x", "y", PATIENCE).toCompletableFuture().get();
          assertThat(streams.take("sio:session:x").toCompletableFuture().get()).isEqualTo("y");
        }
      }
      assertThat(refusals(port)).isEqualTo("*0");
    }
  }

  /** What Redis has refused for want of rights. */
  private static String refusals(int port) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.getOutputStream().write("ACL LOG\r\nQUIT\r\n".getBytes(UTF_8));
      String answer = new String(socket.getInputStream().readAllBytes(), UTF_8);
      return answer.replace("+OK", "").strip();
    }
  }

  @Test
  void theRightsInRabbitMqAreEnough() throws Exception {
    if (RabbitProcess.program() == null) {
      abort("rabbitmq-server is not on the PATH (Debian: apt-get install rabbitmq-server)");
    }
    RabbitProcess rabbit = RabbitProcess.shared();
    List<String> commands = linesThatBegin("rabbitmqctl ");
    assertThat(commands).hasSize(2);
    for (String command : commands) {
      List<String> words = words(command);
      rabbit.control(words.subList(1, words.size()).toArray(new String[0]));
    }
    work("amqp://sockeye:secret@127.0.0.1:" + rabbit.port(), ClusterDialect.PYTHON);
  }

  /** All that a cluster does. */
  private static void work(String url, ClusterDialect dialect) throws Exception {
    ClusterOptions.Builder emitting = ClusterOptions.builder().messageQueue(url).dialect(dialect);
    try (SocketIoServer one = node(url, dialect);
        SocketIoServer two = node(url, dialect);
        Emitter emitter = Emitter.connect(emitting.build())) {
      two.onConnect(socket -> socket.join("room"));
      two.onServerSideRequest("name", args -> "two");
      SocketIoTestClient client = SocketIoTestClient.connect(two).answer("ask", 1);
      eventually(
          () ->
              one.serverCount()
                  .exceptionally(unknown -> OptionalInt.empty())
                  .toCompletableFuture()
                  .join()
                  .equals(OptionalInt.of(2)));

      one.emit("to all");
      one.to("room").emit("to a room");
      emitter.emit("from outside");
      client.await("to all");
      client.await("to a room");
      client.await("from outside");
      assertThat(one.fetchSockets().toCompletableFuture().get()).hasSize(1);
      assertThat(one.serverSideEmitWithAck("name").toCompletableFuture().get().values())
          .containsExactly("two");
      assertThat(one.emitWithAck("ask").toCompletableFuture().get().answers()).hasSize(1);
    }
  }

  private static SocketIoServer node(String url, ClusterDialect dialect) {
    return SocketIoServer.create(
        SocketIoOptions.builder()
            .messageQueue(url)
            .cluster(
                cluster -> cluster.dialect(dialect).busOptions(bus -> bus.brokerRequired(true)))
            .build());
  }
}

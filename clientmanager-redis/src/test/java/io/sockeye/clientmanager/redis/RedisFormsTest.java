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
package io.sockeye.clientmanager.redis;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.KillArgs;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.sync.RedisCommands;
import io.lettuce.core.cluster.RedisClusterClient;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import io.sockeye.brokers.Broker;
import io.sockeye.brokers.Brokers;
import io.sockeye.brokers.RedisProcess;
import io.sockeye.brokers.ServerProcess;
import io.sockeye.brokers.TestCertificate;
import io.sockeye.socketio.server.ClusterBuses;
import io.sockeye.socketio.server.spi.BusOptions;
import io.sockeye.socketio.server.spi.BusStreams;
import io.sockeye.socketio.server.spi.BusUnavailableException;
import io.sockeye.socketio.server.spi.ClusterBus;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The ways to a Redis, each with one that is set up for it. */
class RedisFormsTest {
  private static final BusOptions REQUIRED = BusOptions.builder().brokerRequired(true).build();
  private static final BusOptions SHARDED =
      BusOptions.builder().brokerRequired(true).sharded(true).build();

  /** Publishes and hears. */
  private static void proves(ClusterBus bus, String channel) throws Exception {
    BlockingQueue<String> heard = new LinkedBlockingQueue<>();
    ClusterBus.Subscription subscription =
        bus.subscribe(channel, (name, message) -> heard.add(name + "=" + UTF_8.decode(message)));
    subscription.established().toCompletableFuture().get(20, SECONDS);
    assertThat(bus.subscribers(channel).toCompletableFuture().get(20, SECONDS))
        .isEqualTo(OptionalInt.of(1));
    bus.publish(channel, ByteBuffer.wrap("hello".getBytes(UTF_8)))
        .toCompletableFuture()
        .get(20, SECONDS);
    assertThat(heard.poll(20, SECONDS)).isEqualTo(channel + "=hello");
    subscription.cancel().toCompletableFuture().get(20, SECONDS);
    assertThat(bus.subscribers(channel).toCompletableFuture().get(20, SECONDS))
        .isEqualTo(OptionalInt.of(0));
  }

  private static void proves(String url, BusOptions options) throws Exception {
    try (ClusterBus bus = ClusterBuses.connect(url, options)) {
      assertThat(bus.state()).isEqualTo(ClusterBus.State.UP);
      proves(bus, "forms");
    }
  }

  private static CountDownLatch awaits(ClusterBus bus, ClusterBus.State state) {
    CountDownLatch latch = new CountDownLatch(1);
    bus.onStateChange(
        next -> {
          if (next == state) {
            latch.countDown();
          }
        });
    return latch;
  }

  @Test
  void passwordUserDatabaseAndName() throws Exception {
    int port = ServerProcess.freePort();
    try (RedisProcess redis =
        RedisProcess.start("--port", "" + port, "--requirepass", "p@ss/word")) {
      proves("redis://:p%40ss%2Fword@127.0.0.1:" + port + "/3", REQUIRED);
      proves("redis://p%40ss%2Fword@127.0.0.1:" + port, REQUIRED);
      proves("valkey://default:p%40ss%2Fword@127.0.0.1:" + port + "?db=2", REQUIRED);
      assertThatThrownBy(
              () -> ClusterBuses.connect("redis://:secret@127.0.0.1:" + port, REQUIRED).close())
          .isInstanceOf(BusUnavailableException.class)
          .hasMessageContaining("redis://127.0.0.1:" + port + ": cannot connect: WRONGPASS")
          .hasMessageNotContaining("secret");
    }
  }

  @Test
  void shardedChannels() throws Exception {
    int port = ServerProcess.freePort();
    try (RedisProcess redis = RedisProcess.start("--port", "" + port);
        ClusterBus bus = ClusterBuses.connect("redis://127.0.0.1:" + port, SHARDED);
        ClusterBus plain = ClusterBuses.connect("redis://127.0.0.1:" + port, REQUIRED)) {
      proves(bus, "sharded");
      assertThat(bus.supportsPrefix()).isFalse();
      // Channels of both kinds with one name are not the same.
      BlockingQueue<String> heard = new LinkedBlockingQueue<>();
      plain
          .subscribe("one", (name, message) -> heard.add("plain"))
          .established()
          .toCompletableFuture()
          .get(20, SECONDS);
      bus.subscribe("one", (name, message) -> heard.add("sharded"))
          .established()
          .toCompletableFuture()
          .get(20, SECONDS);
      bus.publish("one", ByteBuffer.allocate(1)).toCompletableFuture().get(20, SECONDS);
      assertThat(heard.poll(20, SECONDS)).isEqualTo("sharded");
      plain.publish("one", ByteBuffer.allocate(1)).toCompletableFuture().get(20, SECONDS);
      assertThat(heard.poll(20, SECONDS)).isEqualTo("plain");
    }
  }

  @Test
  void unixSocket(@TempDir Path directory) throws Exception {
    Path socket = directory.resolve("redis.sock");
    try (RedisProcess redis =
        RedisProcess.start("--port", "0", "--unixsocket", socket.toString())) {
      proves("unix://" + socket + "?db=1", REQUIRED);
      proves("redis-socket://" + socket, REQUIRED);
    }
  }

  @Test
  void tls(@TempDir Path directory) throws Exception {
    TestCertificate.write(directory);
    int port = ServerProcess.freePort();
    try (RedisProcess redis =
        RedisProcess.start(
            "--port",
            "0",
            "--tls-port",
            "" + port,
            "--tls-cert-file",
            directory.resolve("certificate.pem").toString(),
            "--tls-key-file",
            directory.resolve("key.pem").toString(),
            "--tls-auth-clients",
            "no")) {
      BusOptions trusting =
          BusOptions.builder().brokerRequired(true).trust(TestCertificate.trust()).build();
      proves("rediss://localhost:" + port, trusting);
      proves("valkeys://localhost:" + port, trusting);
      proves("rediss://127.0.0.1:" + port + "?verifyPeer=NONE", REQUIRED);
      assertThatThrownBy(() -> ClusterBuses.connect("rediss://localhost:" + port, REQUIRED).close())
          .isInstanceOf(BusUnavailableException.class)
          .hasMessageContaining("unable to find valid certification path");
    }
  }

  @Test
  void sentinel(@TempDir Path directory) throws Exception {
    int first = ServerProcess.freePort();
    int second = ServerProcess.freePort();
    int port = ServerProcess.freePort();
    try (RedisProcess master = RedisProcess.start("--port", "" + first);
        RedisProcess replica =
            RedisProcess.start("--port", "" + second, "--replicaof", "127.0.0.1 " + first)) {
      Path config = directory.resolve("sentinel.conf");
      Files.writeString(
          config, "port %d%nsentinel monitor mymaster 127.0.0.1 %d 1%n".formatted(port, first));
      try (RedisProcess sentinel = RedisProcess.run(List.of(config.toString(), "--sentinel"))) {
        proves("redis-sentinel://127.0.0.1:" + port + "/0#mymaster", REQUIRED);
        proves("redis+sentinel://127.0.0.1:" + port + "/0/mymaster", REQUIRED);

        // The master changes: the bus follows.
        try (ClusterBus bus =
            ClusterBuses.connect("redis+sentinel://127.0.0.1:" + port + "/mymaster", REQUIRED)) {
          BlockingQueue<String> heard = new LinkedBlockingQueue<>();
          bus.subscribe("moving", (name, message) -> heard.add("heard"))
              .established()
              .toCompletableFuture()
              .get(20, SECONDS);
          BusStreams streams = bus.streams().orElseThrow();
          BlockingQueue<Map<String, String>> entries = new LinkedBlockingQueue<>();
          streams
              .follow("log", (name, entry) -> entries.add(entry.fields()))
              .established()
              .toCompletableFuture()
              .get(20, SECONDS);
          CountDownLatch down = awaits(bus, ClusterBus.State.DOWN);
          CountDownLatch up = awaits(bus, ClusterBus.State.UP);
          RedisClient admin = RedisClient.create();
          try (var connection = admin.connect(RedisURI.create("redis://127.0.0.1:" + second))) {
            RedisCommands<String, String> commands = connection.sync();
            commands.replicaofNoOne();
          }
          admin.shutdown(0, 2, SECONDS);
          Files.writeString(
              config,
              "port %d%nsentinel monitor mymaster 127.0.0.1 %d 1%n".formatted(port, second));
          sentinel.close();
          try (RedisProcess other = RedisProcess.run(List.of(config.toString(), "--sentinel"))) {
            master.close();
            assertThat(down.await(20, SECONDS)).isTrue();
            assertThat(up.await(20, SECONDS)).isTrue();
            bus.publish("moving", ByteBuffer.allocate(1)).toCompletableFuture().get(20, SECONDS);
            assertThat(heard.poll(20, SECONDS)).isEqualTo("heard");
            streams.append("log", Map.of("a", "b"), 10).toCompletableFuture().get(20, SECONDS);
            assertThat(entries.poll(20, SECONDS)).isEqualTo(Map.of("a", "b"));
          }
        }
      }
    }
  }

  @Test
  void cluster() throws Exception {
    try (RedisNodes nodes = RedisNodes.start(3)) {
      String url = "redis-cluster://127.0.0.1:" + nodes.port(0);
      for (BusOptions options : List.of(REQUIRED, SHARDED)) {
        try (ClusterBus bus = ClusterBuses.connect(url, options);
            ClusterBus other =
                ClusterBuses.connect(
                    "redis://127.0.0.1:" + nodes.port(1) + ",127.0.0.1:" + nodes.port(2),
                    options)) {
          for (int i = 0; i < 20; i++) { // channels of all masters
            proves(bus, "channel-" + i);
          }
          BlockingQueue<Byte> heard = new LinkedBlockingQueue<>();
          other
              .subscribe("far", (name, message) -> heard.add(message.get()))
              .established()
              .toCompletableFuture()
              .get(20, SECONDS);
          for (byte i = 0; i < 100; i++) {
            bus.publish("far", ByteBuffer.wrap(new byte[] {i}));
          }
          for (byte i = 0; i < 100; i++) {
            assertThat(heard.poll(20, SECONDS)).isEqualTo(i);
          }
        }
      }
      RedisClusterClient client = RedisClusterClient.create(url.replace("-cluster", ""));
      try (ClusterBus bus = RedisBus.create(client, REQUIRED)) {
        proves(bus, "with-a-client");
      }
      assertThat(client.connect().sync().ping()).isEqualTo("PONG"); // not shut down
      client.shutdown(0, 2, SECONDS);
    }
  }

  @Test
  void subscribersAreCountedAtAllMasters() throws Exception {
    RedisClient client = RedisClient.create();
    client.setOptions(ClientOptions.builder().autoReconnect(false).build());
    try (RedisNodes nodes = RedisNodes.start(3);
        ClusterBus bus =
            ClusterBuses.connect("redis-cluster://127.0.0.1:" + nodes.port(0), REQUIRED)) {
      // Clients of Node listen at any node.
      List<StatefulRedisPubSubConnection<String, String>> others = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        others.add(client.connectPubSub(RedisURI.create("127.0.0.1", nodes.port(i))));
        others.get(i).sync().subscribe("counted");
      }
      assertThat(bus.subscribers("counted").toCompletableFuture().get(20, SECONDS))
          .isEqualTo(OptionalInt.of(3));

      try (var admin = client.connect(RedisURI.create("127.0.0.1", nodes.port(1)))) {
        admin.sync().clientKill(KillArgs.Builder.typePubsub());
      }
      long end = System.nanoTime() + SECONDS.toNanos(20);
      while (!bus.subscribers("counted")
          .toCompletableFuture()
          .get(20, SECONDS)
          .equals(OptionalInt.of(2))) {
        assertThat(System.nanoTime()).isLessThan(end);
      }
    } finally {
      client.shutdown(0, 2, SECONDS);
    }
  }

  @Test
  void aSlotThatMovesIsFollowed() throws Exception {
    try (RedisNodes nodes = RedisNodes.start(2);
        ClusterBus bus =
            ClusterBuses.connect("redis-cluster://127.0.0.1:" + nodes.port(0), SHARDED)) {
      BlockingQueue<String> heard = new LinkedBlockingQueue<>();
      bus.subscribe("moving", (name, message) -> heard.add("heard"))
          .established()
          .toCompletableFuture()
          .get(20, SECONDS);
      CountDownLatch down = awaits(bus, ClusterBus.State.DOWN);
      CountDownLatch up = awaits(bus, ClusterBus.State.UP);

      nodes.move("moving"); // Redis ends the subscription

      assertThat(down.await(20, SECONDS)).isTrue();
      assertThat(up.await(20, SECONDS)).isTrue();
      bus.publish("moving", ByteBuffer.allocate(1)).toCompletableFuture().get(20, SECONDS);
      assertThat(heard.poll(20, SECONDS)).isEqualTo("heard");
    }
  }

  @Test
  void aClientOfTheApplicationStays() throws Exception {
    Broker redis = Brokers.redis();
    RedisClient client = RedisClient.create(redis.url().toString());
    try (ClusterBus bus = RedisBus.create(client)) {
      proves(bus, "client-" + System.nanoTime());
    }
    assertThat(client.connect().sync().ping()).isEqualTo("PONG");
    client.shutdown(0, 2, SECONDS);
  }
}

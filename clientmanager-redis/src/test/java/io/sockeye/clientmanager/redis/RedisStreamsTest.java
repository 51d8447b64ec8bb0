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

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.sockeye.brokers.RedisProcess;
import io.sockeye.brokers.ServerProcess;
import io.sockeye.socketio.server.ClusterBuses;
import io.sockeye.socketio.server.spi.BusOptions;
import io.sockeye.socketio.server.spi.BusStreams;
import io.sockeye.socketio.server.spi.BusUnavailableException;
import io.sockeye.socketio.server.spi.ClusterBus;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.Test;

/** Streams where Redis is more than one server, or another one than before. */
class RedisStreamsTest {
  private static final BusOptions REQUIRED =
      BusOptions.builder().brokerRequired(true).maxReconnectDelay(Duration.ofMillis(200)).build();
  private static final BusOptions SHARDED =
      BusOptions.builder()
          .brokerRequired(true)
          .maxReconnectDelay(Duration.ofMillis(200))
          .sharded(true)
          .build();

  private static <T> T get(CompletionStage<T> stage) throws Exception {
    return stage.toCompletableFuture().get(20, SECONDS);
  }

  private static BusStreams streams(ClusterBus bus) {
    return bus.streams().orElseThrow();
  }

  private static BlockingQueue<String> follow(ClusterBus bus, String stream) throws Exception {
    BlockingQueue<String> heard = new LinkedBlockingQueue<>();
    get(
        streams(bus)
            .follow(stream, (name, entry) -> heard.add(name + entry.fields()))
            .established());
    return heard;
  }

  private static String append(ClusterBus bus, String stream, String text) throws Exception {
    return get(streams(bus).append(stream, Map.of("text", text), 1_000));
  }

  private static CountDownLatch awaitsUp(ClusterBus bus) {
    CountDownLatch up = new CountDownLatch(1);
    bus.onStateChange(
        state -> {
          if (state == ClusterBus.State.UP) {
            up.countDown();
          }
        });
    return up;
  }

  @Test
  void cluster() throws Exception {
    try (RedisNodes nodes = RedisNodes.start(3)) {
      for (BusOptions options : List.of(REQUIRED, SHARDED)) {
        try (ClusterBus bus =
                ClusterBuses.connect("redis-cluster://127.0.0.1:" + nodes.port(0), options);
            ClusterBus other =
                ClusterBuses.connect("redis-cluster://127.0.0.1:" + nodes.port(1), options)) {
          for (int i = 0; i < 10; i++) { // streams and keys of all masters
            String stream = "stream-" + options.sharded() + i;
            BlockingQueue<String> heard = follow(other, stream);
            String id = append(bus, stream, "1");
            append(bus, stream, "2");
            assertThat(heard.poll(20, SECONDS)).isEqualTo(stream + "{text=1}");
            assertThat(heard.poll(20, SECONDS)).isEqualTo(stream + "{text=2}");
            assertThat(get(streams(bus).range(stream, "(" + id, "+", 10))).hasSize(1);
            get(streams(bus).put("key-" + i, "value", Duration.ofMinutes(1)));
            assertThat(get(streams(other).take("key-" + i))).isEqualTo("value");
            assertThat(get(streams(other).take("key-" + i))).isNull();
          }
        }
      }
    }
  }

  @Test
  void aStreamWhoseSlotMovesIsFollowed() throws Exception {
    try (RedisNodes nodes = RedisNodes.start(2);
        ClusterBus bus =
            ClusterBuses.connect("redis-cluster://127.0.0.1:" + nodes.port(0), REQUIRED)) {
      BlockingQueue<String> heard = follow(bus, "moving");
      CountDownLatch up = awaitsUp(bus);
      nodes.move("moving"); // Redis ends the read
      assertThat(up.await(20, SECONDS)).isTrue();
      append(bus, "moving", "x");
      assertThat(heard.poll(20, SECONDS)).isEqualTo("moving{text=x}");
    }
  }

  @Test
  void aRedisThatForgetsEverythingIsFollowed() throws Exception {
    int port = ServerProcess.freePort();
    RedisProcess redis = RedisProcess.start("--port", "" + port);
    try (ClusterBus bus = ClusterBuses.connect("redis://127.0.0.1:" + port, REQUIRED)) {
      BlockingQueue<String> heard = follow(bus, "log");
      append(bus, "log", "before");
      assertThat(heard.poll(20, SECONDS)).isEqualTo("log{text=before}");
      CountDownLatch up = awaitsUp(bus);
      redis.close();
      redis = RedisProcess.start("--port", "" + port);
      assertThat(up.await(20, SECONDS)).isTrue();
      append(bus, "log", "after");
      assertThat(heard.poll(20, SECONDS)).isEqualTo("log{text=after}");
      assertThat(heard).isEmpty();
    } finally {
      redis.close();
    }
  }

  @Test
  void aKeyOfAnotherKindIsRefusedUntilItIsGone() throws Exception {
    int port = ServerProcess.freePort();
    RedisClient client = RedisClient.create(RedisURI.create("127.0.0.1", port));
    try (RedisProcess redis = RedisProcess.start("--port", "" + port);
        ClusterBus bus = ClusterBuses.connect("redis://127.0.0.1:" + port, REQUIRED);
        var admin = client.connect()) {
      admin.sync().set("log", "no stream");
      BlockingQueue<String> heard = new LinkedBlockingQueue<>();
      CompletableFuture<Void> established =
          streams(bus)
              .follow("log", (name, entry) -> heard.add(name + entry.fields()))
              .established()
              .toCompletableFuture();
      assertThatThrownBy(() -> append(bus, "log", "x"))
          .cause()
          .isInstanceOf(BusUnavailableException.class)
          .hasMessageContaining("WRONGTYPE");
      assertThat(established).isNotDone();
      assertThat(bus.state()).isEqualTo(ClusterBus.State.UP);

      admin.sync().del("log");
      get(established);
      append(bus, "log", "y");
      assertThat(heard.poll(20, SECONDS)).isEqualTo("log{text=y}");
    } finally {
      client.shutdown(0, 2, SECONDS);
    }
  }

  @Test
  void noConnectionStaysOfAFollowThatIsCancelled() throws Exception {
    int port = ServerProcess.freePort();
    RedisClient client = RedisClient.create(RedisURI.create("127.0.0.1", port));
    try (RedisProcess redis = RedisProcess.start("--port", "" + port);
        ClusterBus bus = ClusterBuses.connect("redis://127.0.0.1:" + port, REQUIRED);
        var admin = client.connect()) {
      BlockingQueue<String> heard = new LinkedBlockingQueue<>();
      ClusterBus.Subscription follow =
          streams(bus).follow("log", (name, entry) -> heard.add(name + entry.fields()));
      get(follow.established());
      append(bus, "log", "x");
      assertThat(heard.poll(20, SECONDS)).isEqualTo("log{text=x}");
      awaitCount(4, () -> admin.sync().clientList().lines().count());

      get(follow.cancel());
      awaitCount(3, () -> admin.sync().clientList().lines().count());
    } finally {
      client.shutdown(0, 2, SECONDS);
    }
  }

  /** Asks until it is so many; what it asks takes the time. */
  private static void awaitCount(long expected, LongSupplier count) {
    long end = System.nanoTime() + SECONDS.toNanos(20);
    while (count.getAsLong() != expected) {
      assertThat(System.nanoTime()).isLessThan(end);
    }
  }
}

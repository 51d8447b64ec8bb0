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
import io.sockeye.socketio.server.spi.ClusterBus;
import io.sockeye.socketio.server.spi.MemoryBroker;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Two nodes that speak the dialect of python-socketio, and what Python would send and see. */
class PythonClusterTest {
  private final MemoryBroker broker = new MemoryBroker();
  private final List<Io> nodes = new ArrayList<>();
  private final ClusterBus python = broker.connect();
  private final BlockingQueue<String> seen = new LinkedBlockingQueue<>();

  /** Starts a node, and waits until all know of each other: buses have threads of their own. */
  private Io node() {
    // Nobody is taken for gone while the clocks run ahead of the threads that carry heartbeats.
    Duration lease = Duration.ofDays(365);
    Io node =
        Io.start(options -> options.cluster(cluster -> cluster.bus(broker::connect).lease(lease)));
    node.server.onServerSideRequest("ready", args -> "");
    nodes.add(node);
    for (Io each : nodes) {
      eventually(
          () -> {
            nodes.forEach(one -> one.clock.advance(100));
            return answersOf(each) == nodes.size() - 1;
          });
    }
    return node;
  }

  /** How many nodes answer before they seem not to know each other yet. */
  private static int answersOf(Io node) {
    try {
      return node.server
          .serverSideEmitWithAck(Duration.ofSeconds(1), "ready")
          .toCompletableFuture()
          .get(100, TimeUnit.MILLISECONDS)
          .values()
          .size();
    } catch (TimeoutException notYet) {
      return -1;
    } catch (InterruptedException | ExecutionException failure) {
      throw new AssertionError(failure);
    }
  }

  private static void eventually(BooleanSupplier condition) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).isLessThan(end);
      Thread.onSpinWait();
    }
  }

  /** Takes so many frames: what is published may be handed on by the thread of another bus. */
  private static List<String> take(MemorySocket client, int count) {
    List<String> frames = new ArrayList<>();
    eventually(() -> frames.addAll(client.take()) && frames.size() >= count);
    return frames;
  }

  private void listen() throws Exception {
    python
        .subscribe(
            "socketio",
            (channel, message) -> seen.add(StandardCharsets.UTF_8.decode(message).toString()))
        .established()
        .toCompletableFuture()
        .get(10, TimeUnit.SECONDS);
  }

  private void say(String json) throws Exception {
    python
        .publish("socketio", ByteBuffer.wrap(json.getBytes(StandardCharsets.UTF_8)))
        .toCompletableFuture()
        .get(10, TimeUnit.SECONDS);
  }

  @AfterEach
  void close() {
    nodes.forEach(node -> node.server.close());
    python.close();
  }

  @Test
  void anEventReachesTheClientsOfAllNodes() {
    Io one = node();
    Io two = node();
    MemorySocket here = one.connect();
    MemorySocket there = two.connect();

    one.server.emit("ev", "é", 1);

    assertThat(take(here, 1)).containsExactly("42[\"ev\",\"é\",1]");
    assertThat(take(there, 1)).containsExactly("42[\"ev\",\"é\",1]");
  }

  @Test
  void whatIsPublishedIsPythons() throws Exception {
    Io one = node();
    listen();

    one.server.to("r1").except("abc").emit("ev", 1, "é", null);

    String emitted = seen.poll(10, TimeUnit.SECONDS);
    while (emitted != null && !emitted.contains("\"emit\"")) {
      emitted = seen.poll(10, TimeUnit.SECONDS);
    }
    assertThat(emitted)
        .matches(
            "\\{\"method\":\"emit\",\"event\":\"ev\",\"data\":\\[1,\"é\",null],\"binary\":false,"
                + "\"namespace\":\"/\",\"room\":\"r1\",\"skip_sid\":\"abc\",\"callback\":null,"
                + "\"host_id\":\"[0-9a-f]{32}\",\"sockeye\":\\{\"n\":\\d+}}");
  }

  @Test
  void pythonsEventReachesClients() throws Exception {
    Io one = node();
    MemorySocket client = one.connect();

    say("{\"method\": \"emit\", \"event\": \"ev\", \"data\": [null], \"host_id\": \"bff5\"}");
    say("{\"method\": \"emit\", \"event\": \"ev\", \"data\": [[1, 2]], \"host_id\": \"bff5\"}");

    assertThat(take(client, 2)).containsExactly("42[\"ev\"]", "42[\"ev\",[1, 2]]");
  }

  @Test
  void socketsOfAllNodesAreFetched() throws Exception {
    Io one = node();
    Io two = node();
    one.connect();
    two.connect();

    CompletableFuture<List<RemoteSocket>> found = one.server.fetchSockets().toCompletableFuture();

    assertThat(found.get(10, TimeUnit.SECONDS)).hasSize(2);
  }

  @Test
  void clientsOfAllNodesAnswer() throws Exception {
    Io one = node();
    Io two = node();
    MemorySocket here = one.connect();
    MemorySocket there = two.connect();

    CompletableFuture<BroadcastAnswers> answers =
        one.server.emitWithAck("ask", 7).toCompletableFuture();
    here.send("43" + take(here, 1).get(0).replaceAll("\\D*42(\\d+).*", "$1") + "[\"one\"]");
    assertThat(answers).isNotDone();
    there.send("43" + take(there, 1).get(0).replaceAll("\\D*42(\\d+).*", "$1") + "[\"two\"]");

    assertThat(answers.get(10, TimeUnit.SECONDS).isComplete()).isTrue();
    assertThat(answers.join().answers()).hasSize(2);
  }

  @Test
  void otherNodesAnswerEachOther() throws Exception {
    Io one = node();
    Io two = node();
    two.server.onServerSideRequest("whoami", args -> "two " + args.get(0));

    CompletableFuture<ServerAnswers> answers =
        one.server.serverSideEmitWithAck("whoami", 7).toCompletableFuture();

    assertThat(answers.get(10, TimeUnit.SECONDS).values()).containsExactly("two 7");
  }
}

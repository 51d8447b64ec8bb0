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
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.sockeye.socketio.server.ClusterDialect;
import io.sockeye.socketio.server.RemoteSocket;
import io.sockeye.socketio.server.ServerAnswers;
import io.sockeye.socketio.server.SocketIoCounter;
import io.sockeye.socketio.server.spi.ClusterBus;
import io.sockeye.testclient.SocketIoTestClient;
import io.sockeye.testclient.SocketIoTestServer;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/**
 * What holds besides {@link ClusterContract} in the dialect of Python: messages are numbered, nodes
 * know each other by their heartbeats, and the channel is open to all who know its name.
 */
public abstract class PythonClusterContract extends ClusterContract {
  private static final Duration LEASE = Duration.ofSeconds(12);

  /** For subclasses. */
  protected PythonClusterContract() {}

  @Override
  protected final ClusterDialect dialect() {
    return ClusterDialect.PYTHON;
  }

  private static BlockingQueue<String> listen(ClusterBus bus, String channel) throws Exception {
    BlockingQueue<String> heard = new LinkedBlockingQueue<>();
    await(
        bus.subscribe(channel, (name, message) -> heard.add(UTF_8.decode(message).toString()))
            .established());
    return heard;
  }

  private static void say(ClusterBus bus, String channel, byte[] message) throws Exception {
    await(bus.publish(channel, ByteBuffer.wrap(message)));
  }

  private static String awaitOf(BlockingQueue<String> heard, String part) throws Exception {
    while (true) {
      String next = heard.poll(30, TimeUnit.SECONDS);
      if (next == null) {
        throw new AssertionError("nothing with \"" + part + "\" has come within thirty seconds");
      }
      if (next.contains(part)) {
        return next;
      }
    }
  }

  // ---- repetitions ----

  @Test
  void messagesThatComeAgainAreDropped() throws Exception {
    ClusterBus broker = stranger();
    BlockingQueue<String> heard = listen(broker, channel());
    List<SocketIoTestClient> all = three();
    here().emit("once");
    String message = awaitOf(heard, "once");

    say(broker, channel(), utf8(message));
    say(broker, channel(), utf8(message));
    say(broker, channel(), utf8("{\"method\":\"emit\",\"event\":\"end\",\"data\":[]}"));

    for (SocketIoTestClient each : all) {
      assertThat(heard(each)).containsExactly("once[]");
    }
    assertThat(count(nodes.get(0), SocketIoCounter.CLUSTER_REPEATED)).isZero();
    assertThat(count(nodes.get(1), SocketIoCounter.CLUSTER_REPEATED)).isEqualTo(2);
    assertThat(count(nodes.get(2), SocketIoCounter.CLUSTER_REPEATED)).isEqualTo(2);
  }

  @Test
  void answersThatComeAgainAreDropped() throws Exception {
    nodes.get(1).server().onServerSideRequest("ask", args -> "at once");
    CompletableFuture<Object> later = new CompletableFuture<>();
    nodes.get(2).server().onServerSideRequest("ask", args -> later);
    client(1);
    ClusterBus broker = stranger();
    BlockingQueue<String> heard = listen(broker, channel() + "#answers");

    CompletableFuture<ServerAnswers> asked =
        here().serverSideEmitWithAck("ask").toCompletableFuture();
    String answer = awaitOf(heard, "at once");
    say(broker, channel() + "#answers", utf8(answer));
    say(broker, channel() + "#answers", utf8(answer));
    CompletableFuture<List<RemoteSocket>> fetched = here().fetchSockets().toCompletableFuture();
    assertThat(await(fetched)).hasSize(1);
    assertThat(asked).isNotDone();
    later.complete("later");

    assertThat(await(asked).values()).containsExactly("at once", "later");
  }

  @Test
  void socketsThatAreToldTwiceAreThereOnce() throws Exception {
    ClusterBus broker = stranger();
    Set<String> seen = Collections.synchronizedSet(new HashSet<>());
    await(
        broker
            .subscribe(
                channel() + "#answers",
                (name, message) -> {
                  String text = UTF_8.decode(message).toString();
                  if (seen.add(text)) {
                    broker.publish(name, ByteBuffer.wrap(utf8(text)));
                  }
                })
            .established());
    List<SocketIoTestClient> all = three();
    all.forEach(each -> each.answer("ask", "yes"));

    for (int i = 0; i < 20; i++) {
      assertThat(await(here().fetchSockets())).hasSize(3);
      assertThat(await(here().emitWithAck("ask")).answers()).hasSize(3);
    }
  }

  @Test
  void messagesThatNeverCameAreCounted() throws Exception {
    ClusterBus broker = stranger();
    BlockingQueue<String> heard = listen(broker, channel());
    SocketIoTestClient there = client(1);
    here().emit("known");
    String message = awaitOf(heard, "known");
    there.await("known");
    int at = message.indexOf("\"n\":") + 4;
    int number = Integer.parseInt(message.substring(at, message.indexOf('}', at)));

    say(
        broker,
        channel(),
        utf8(
            message.substring(0, at) + (number + 8) + message.substring(message.indexOf('}', at))));

    there.await("known");
    assertThat(count(nodes.get(1), SocketIoCounter.CLUSTER_MISSED)).isEqualTo(7);
  }

  // ---- what is not understood ----

  private static List<byte[]> malformed() {
    List<byte[]> all = new ArrayList<>();
    for (String text :
        List.of(
            "",
            " ",
            "garbage",
            "[]",
            "[1,2]",
            "null",
            "17",
            "\"text\"",
            "{",
            "{}",
            "{}{}",
            "{\"method\":null}",
            "{\"method\":7}",
            "{\"method\":[\"emit\"],\"event\":\"ev\",\"data\":[]}",
            "{\"method\":\"unheard of\"}",
            "{\"method\":\"emit\"}",
            "{\"method\":\"emit\",\"event\":\"ev\"}",
            "{\"method\":\"emit\",\"data\":[]}",
            "{\"method\":\"emit\",\"event\":{},\"data\":[]}",
            "{\"method\":\"emit\",\"event\":\"ev\",\"binary\":true,\"data\":[]}",
            "{\"method\":\"emit\",\"event\":\"ev\",\"binary\":true,\"data\":[[],\"*\"]}",
            "{\"method\":\"emit\",\"event\":\"ev\",\"binary\":true,\"data\":"
                + "[[{\"_placeholder\":true,\"num\":1}],\"AQ==\"]}",
            "{\"method\":\"emit\",\"event\":\"ev\",\"binary\":true,\"data\":"
                + "[[{\"_placeholder\":true,\"num\":-1}],\"AQ==\"]}",
            "{\"method\":\"disconnect\"}",
            "{\"method\":\"enter_room\",\"sid\":\"x\"}",
            "{\"method\":\"leave_room\",\"room\":\"x\"}",
            "{\"method\":\"close_room\"}",
            "{\"method\":\"callback\",\"host_id\":\"x\"}",
            "{\"method\":\"sockeye\"}",
            "{\"method\":\"sockeye\",\"type\":\"event\",\"host_id\":\"x\",\"sockeye\":{\"n\":1}}",
            "[".repeat(1_000) + "]".repeat(1_000),
            "{\"method\":\"emit\",\"event\":\"ev\",\"data\":"
                + "[".repeat(1_000)
                + "]".repeat(1_000)
                + "}",
            "{\"a\":".repeat(1_000) + "1" + "}".repeat(1_000))) {
      all.add(utf8(text));
    }
    all.add(new byte[] {(byte) 0x80, 4, (byte) 0x95, 0}); // a pickle
    all.add(new byte[] {'{', '"', (byte) 0xff, '"', ':', '1', '}'});
    all.add("x".repeat(10_000_000).getBytes(UTF_8));
    return all;
  }

  @Test
  void whatIsNotUnderstoodIsCountedAndTheNextIsHeard() throws Exception {
    ClusterBus broker = stranger();
    List<SocketIoTestClient> all = three();
    List<byte[]> malformed = malformed();

    for (byte[] each : malformed) {
      say(broker, channel(), each);
      say(broker, channel(), utf8("{\"method\":\"emit\",\"event\":\"good\",\"data\":[]}"));
      for (SocketIoTestClient client : all) {
        client.socket().await("good", Duration.ofSeconds(30));
      }
    }

    for (SocketIoTestServer node : nodes.all()) {
      assertThat(count(node, SocketIoCounter.CLUSTER_REFUSED)).isEqualTo(malformed.size());
    }
    all.forEach(each -> assertThat(each.received()).isEmpty());
  }

  @Test
  void answersThatAreNotUnderstoodHarmNothing() throws Exception {
    ClusterBus broker = stranger();
    three();

    for (byte[] each : malformed()) {
      say(broker, channel() + "#answers", each);
      assertThat(await(here().fetchSockets())).hasSize(3);
    }

    assertThat(count(nodes.get(0), SocketIoCounter.CLUSTER_REFUSED)).isPositive();
  }

  @Test
  void aMessageThatIsTooLongIsRefused() throws Exception {
    SocketIoTestServer fourth = fourth(cluster -> cluster.maxMessageBytes(1_000));
    SocketIoTestClient there = fourth.connect();

    here().emit("long", "x".repeat(1_000));
    here().emit("short", "x".repeat(100));
    end();

    assertThat(heard(there)).hasSize(1).allMatch(event -> event.startsWith("short"));
    assertThat(count(fourth, SocketIoCounter.CLUSTER_REFUSED)).isEqualTo(1);
  }

  @Test
  void whatLaterVersionsSayIsIgnored() throws Exception {
    ClusterBus broker = stranger();
    SocketIoTestClient there = client(1);

    say(
        broker,
        channel(),
        utf8(
            "{\"method\":\"sockeye\",\"type\":\"of a later version\",\"host_id\":\"later\","
                + "\"sockeye\":{\"n\":1}}"));
    end();

    assertThat(heard(there)).isEmpty();
    assertThat(count(nodes.get(1), SocketIoCounter.CLUSTER_REFUSED)).isZero();
  }

  // ---- nodes that end without a word ----

  @Test
  void aNodeThatFellSilentIsWaitedForUntilItsLeaseIsOver() throws Exception {
    SocketIoTestServer fourth = fourth(cluster -> cluster.lease(LEASE));
    nodes.get(1).server().onServerSideRequest("ask", args -> "yes");
    here().onServerSideRequest("ask", args -> "yes");
    List<SocketIoTestClient> all = three();
    all.get(0).answer("question", "yes");
    all.get(1).answer("question", "yes");
    buses.get(2).die();
    nodes.remove(2);

    CompletableFuture<List<RemoteSocket>> fetched =
        fourth.server().fetchSockets().toCompletableFuture();
    CompletableFuture<ServerAnswers> asked =
        fourth.server().serverSideEmitWithAck(Duration.ofHours(1), "ask").toCompletableFuture();
    nodes.advanceTogether(5);
    assertThat(fetched).isNotDone();
    assertThat(asked).isNotDone();
    nodes.advanceTogether(15);

    assertThat(await(fetched)).hasSize(2);
    assertThat(await(asked).values()).containsExactly("yes", "yes");
    assertThat(await(asked).missing()).isEqualTo(1);
    assertThat(await(fourth.server().fetchSockets())).hasSize(2);
    assertThat(await(fourth.server().emitWithAck("question")).isComplete()).isTrue();
  }

  @Test
  void aNodeThatIsHeardAgainTakesPartAgain() throws Exception {
    SocketIoTestServer fourth = fourth(cluster -> cluster.lease(LEASE));
    SocketIoTestServer silent = nodes.get(2);
    silent.connect();
    buses.get(2).cutOff();
    nodes.all().remove(silent);
    nodes.advanceTogether(20);
    assertThat(await(fourth.server().fetchSockets())).isEmpty();

    buses.get(2).restore();
    nodes.all().add(silent);

    eventually(
        () -> {
          nodes.advanceTogether(1);
          return await(fourth.server().fetchSockets()).size() == 1;
        });
  }
}

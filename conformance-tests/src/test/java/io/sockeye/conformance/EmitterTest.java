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

import static org.assertj.core.api.Assertions.assertThat;

import io.socket.client.Ack;
import io.socket.client.IO;
import io.socket.client.Socket;
import io.sockeye.brokers.Brokers;
import io.sockeye.socketio.server.BroadcastAnswers;
import io.sockeye.socketio.server.ClusterOptions;
import io.sockeye.socketio.server.Emitter;
import io.sockeye.socketio.server.RemoteSocket;
import io.sockeye.socketio.server.ServerAnswers;
import java.net.URI;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A process without a server reaches the clients of a cluster: of two nodes of this project, or of
 * one and an official one where the dialect is that of Node.js.
 */
class EmitterTest {
  /** A client of one node: what it hears, and answers. */
  private static final class Client implements AutoCloseable {
    final Socket socket;
    final BlockingQueue<String> heard = new LinkedBlockingQueue<>();

    Client(String url, String name) throws InterruptedException {
      IO.Options options = IO.Options.builder().setForceNew(true).build();
      socket = IO.socket(URI.create(url), options);
      for (String event : List.of("news", "told")) {
        socket.on(event, args -> heard.add(event + Arrays.toString(args)));
      }
      socket.on("ask", args -> ((Ack) args[args.length - 1]).call(name + args[0]));
      socket.on(Socket.EVENT_DISCONNECT, args -> heard.add("disconnect"));
      BlockingQueue<Boolean> connected = new LinkedBlockingQueue<>();
      socket.on(Socket.EVENT_CONNECT, args -> connected.add(true));
      socket.connect();
      assertThat(connected.poll(20, TimeUnit.SECONDS)).as(url).isTrue();
    }

    void hears(String expected) throws InterruptedException {
      assertThat(heard.poll(20, TimeUnit.SECONDS)).isEqualTo(expected);
    }

    @Override
    public void close() {
      socket.close();
    }
  }

  private static <T> T await(CompletionStage<T> stage) throws Exception {
    return stage.toCompletableFuture().get(20, TimeUnit.SECONDS);
  }

  @ParameterizedTest
  @EnumSource
  void reachesClientsOfAllNodes(Dialect dialect) throws Exception {
    try (TestCluster cluster =
        new TestCluster(Brokers.redis(), dialect).java("java", MixedClusterTest.PATIENT)) {
      if (dialect == Dialect.PYTHON) {
        cluster.java("other", MixedClusterTest.PATIENT);
      } else {
        cluster.official("other", "");
      }
      ClusterOptions.Builder options = ClusterOptions.builder();
      cluster.configure(options);
      try (Emitter emitter = Emitter.connect(options.build());
          Client one = new Client(cluster.url("java"), "a");
          Client two = new Client(cluster.url("other"), "b")) {
        reaches(emitter, one, two);
      }
    }
  }

  private static void reaches(Emitter emitter, Client one, Client two) throws Exception {
    emitter.emit("news", "é", 1);
    one.hears("news[é, 1]");
    two.hears("news[é, 1]");
    emitter.to(two.socket.id()).emit("news", 2);
    two.hears("news[2]");
    emitter.except(two.socket.id()).emit("news", 3);
    one.hears("news[3]");

    await(emitter.to(one.socket.id(), two.socket.id()).socketsJoin("r"));
    List<RemoteSocket> found = await(emitter.to("r").fetchSockets());
    assertThat(found)
        .extracting(RemoteSocket::id)
        .containsExactlyInAnyOrder(one.socket.id(), two.socket.id());
    // Where rooms have channels, nodes have subscribed to this one by now.
    emitter.to("r").emit("news", 4);
    one.hears("news[4]");
    two.hears("news[4]");
    await(emitter.to(two.socket.id()).socketsLeave("r"));
    emitter.to("r").emit("news", 5);
    one.hears("news[5]");
    assertThat(await(emitter.serverCount())).hasValue(2);

    BroadcastAnswers answers =
        await(emitter.everybody().timeout(Duration.ofSeconds(15)).emitWithAck("ask", "!"));
    assertThat(answers.isComplete()).isTrue();
    assertThat(answers.reached()).isEqualTo(2);
    assertThat(answers.answers())
        .extracting(answer -> answer.args().get(0))
        .containsExactlyInAnyOrder("a!", "b!");

    ServerAnswers names = await(emitter.serverSideEmitWithAck(Duration.ofSeconds(15), "whoami"));
    assertThat(names.values()).containsExactlyInAnyOrder("java", "other");
    emitter.serverSideEmit("tell-clients", 6);
    assertThat(one.heard.poll(20, TimeUnit.SECONDS)).contains("\"node\":\"java\"", "\"x\":6");
    assertThat(two.heard.poll(20, TimeUnit.SECONDS)).contains("\"node\":\"other\"", "\"x\":6");

    await(emitter.to(two.socket.id()).disconnectSockets(false));
    two.hears("disconnect");
    emitter.flush(Duration.ofSeconds(10));
    assertThat(one.heard).isEmpty();
  }
}

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

import io.sockeye.engineio.server.HandlerExecution;
import io.sockeye.engineio.server.internal.EngineRuntime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Clients join and leave the same few namespaces all the time, so that one comes while the last one
 * goes: each finds a namespace whose rooms work, and in the end nothing is left.
 */
class DynamicNamespacesStressTest {
  private static final int CLIENTS = 6;
  private static final int ROUNDS = 400;

  private final SocketIoServer server =
      SocketIoServer.create(
          SocketIoOptions.defaults(), EngineRuntime.start(HandlerExecution.POOL, 64));
  private final AtomicInteger born = new AtomicInteger();

  @Test
  @Timeout(60)
  void nobodyIsLostBetweenANamespaceThatGoesAndItsSuccessor() throws Exception {
    ParentNamespace parent =
        server
            .of(Pattern.compile("/dyn-\\d"))
            .onNamespace(child -> born.incrementAndGet())
            .onConnect(socket -> socket.join("r"))
            .on(
                "a",
                (socket, args) ->
                    socket.namespace().to("r").emit("b", args.require(0, String.class)));
    ExecutorService threads = Executors.newCachedThreadPool();
    List<Future<?>> running = new ArrayList<>();
    for (int i = 0; i < CLIENTS; i++) {
      int seed = i;
      running.add(
          threads.submit(
              () -> {
                Random random = new Random(seed);
                for (int round = 0; round < ROUNDS; round++) {
                  visit("/dyn-" + random.nextInt(2), seed + "." + round, random.nextBoolean());
                }
                return null;
              }));
    }
    for (Future<?> each : running) {
      each.get(50, TimeUnit.SECONDS);
    }
    threads.shutdown();
    server.stop(Duration.ofSeconds(3));

    assertThat(parent.children()).isEmpty();
    assertThat(server.namespaces()).hasSize(1);
    assertThat(((LocalClientManager) server.manager()).namespaces()).isZero();
    assertThat(born.get()).isGreaterThan(1);
  }

  /** Joins a namespace, hears itself in its room, and leaves. */
  private void visit(String name, String mark, boolean politely) throws InterruptedException {
    BlockingQueue<String> frames = new LinkedBlockingQueue<>();
    ThreadedSocket socket = new ThreadedSocket((from, frame) -> frames.add(frame));
    socket.open(server);
    socket.send("40" + name + ",");
    await(frames, "40" + name + ",{\"sid\":");
    socket.send("42" + name + ",[\"a\",\"" + mark + "\"]");
    await(frames, "42" + name + ",[\"b\",\"" + mark + "\"]");
    if (politely) {
      socket.send("41" + name + ",");
    }
    socket.drop();
  }

  private static void await(BlockingQueue<String> frames, String beginning)
      throws InterruptedException {
    String frame;
    do {
      frame = frames.poll(20, TimeUnit.SECONDS);
      assertThat(frame).as("a frame that begins with %s", beginning).isNotNull();
    } while (!frame.startsWith(beginning));
  }
}

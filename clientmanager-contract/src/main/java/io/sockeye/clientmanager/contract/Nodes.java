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

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;

import io.sockeye.socketio.server.ServerAnswers;
import io.sockeye.socketio.server.SocketIoOptions;
import io.sockeye.socketio.server.SocketIoServer;
import io.sockeye.testclient.SocketIoTestServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeoutException;

/**
 * The nodes of one test, each with a clock of its own. They have handlers of the events {@code
 * join} and {@code leave}, by which a client asks for itself. Used by the thread of the test only.
 */
final class Nodes implements AutoCloseable {
  private static final String READY = "contract-ready";
  private static final String TICK = "contract-tick";
  private static final long DEADLINE_SECONDS = 30;

  private final List<SocketIoTestServer> running = new ArrayList<>();
  private final List<SocketIoTestServer> ended = new ArrayList<>();
  private final BlockingQueue<String> ticks = new LinkedBlockingQueue<>();

  /** Starts one more; the others may not know of it yet. */
  SocketIoTestServer start(SocketIoOptions options) {
    SocketIoTestServer node = SocketIoTestServer.create(options);
    SocketIoServer server = node.server();
    server.onServerSideRequest(READY, args -> "");
    server.onServerSide(TICK, args -> ticks.add(args.require(0, String.class)));
    server.onRequest(
        "join",
        (socket, args) -> {
          socket.join(args.require(0, String.class));
          return "";
        });
    server.onRequest(
        "leave",
        (socket, args) -> {
          socket.leave(args.require(0, String.class));
          return "";
        });
    running.add(node);
    return node;
  }

  /** Waits until each node gets answers of all others. */
  void acquaint() throws Exception {
    for (SocketIoTestServer node : running) {
      eventually(
          () -> {
            advance(Duration.ofMillis(100));
            CompletionStage<ServerAnswers> answers =
                node.server().serverSideEmitWithAck(Duration.ofSeconds(1), READY);
            try {
              return answers.toCompletableFuture().get(100, MILLISECONDS).values().size()
                  == running.size() - 1;
            } catch (TimeoutException notYet) {
              return false;
            }
          });
    }
    advance(Duration.ofSeconds(1)); // nothing of this is pending any more
  }

  SocketIoTestServer get(int index) {
    return running.get(index % running.size());
  }

  List<SocketIoTestServer> all() {
    return running;
  }

  /** Takes a node out; it is closed at the end if nobody does so before. */
  SocketIoTestServer remove(int index) {
    SocketIoTestServer node = running.remove(index);
    ended.add(node);
    return node;
  }

  /** Moves the time of all nodes at once, without waiting for what they tell each other. */
  void advance(Duration duration) {
    for (Duration left = duration; !left.isZero(); ) {
      Duration step = left.compareTo(Duration.ofSeconds(1)) > 0 ? Duration.ofSeconds(1) : left;
      running.forEach(node -> node.clock().advance(step));
      left = left.minus(step);
    }
  }

  /** Moves the time of all nodes in seconds, each after what they told each other has come. */
  void advanceTogether(int seconds) throws Exception {
    for (int second = 0; second < seconds; second++) {
      advance(Duration.ofSeconds(1));
      for (SocketIoTestServer node : running) {
        node.server().serverSideEmit(TICK, "tick");
      }
      for (int i = 0; i < running.size() * (running.size() - 1); i++) {
        if (ticks.poll(DEADLINE_SECONDS, SECONDS) == null) {
          throw new AssertionError("a server-side event has not come within thirty seconds");
        }
      }
    }
  }

  /** Waits until something is so. */
  static void eventually(Callable<Boolean> condition) throws Exception {
    long end = System.nanoTime() + SECONDS.toNanos(DEADLINE_SECONDS);
    while (!condition.call()) {
      if (System.nanoTime() > end) {
        throw new AssertionError("not so within thirty seconds");
      }
      Thread.onSpinWait();
    }
  }

  static <T> T await(CompletionStage<T> stage) throws Exception {
    return stage.toCompletableFuture().get(DEADLINE_SECONDS, SECONDS);
  }

  @Override
  public void close() {
    running.forEach(SocketIoTestServer::close);
    ended.forEach(SocketIoTestServer::close);
  }
}

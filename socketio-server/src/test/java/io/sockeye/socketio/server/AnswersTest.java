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
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sockeye.engineio.server.HandlerExecution;
import io.sockeye.engineio.server.internal.EngineRuntime;
import io.sockeye.engineio.server.internal.ManualClock;
import io.sockeye.engineio.server.internal.MemorySocket;
import io.sockeye.engineio.server.internal.MemoryWeb;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;

/** Asking clients, one or all, and the application's own tasks. */
class AnswersTest {
  private final Io io = Io.start();

  private CompletableFuture<BroadcastAnswers> ask(BroadcastOperator operator) {
    return operator.emitWithAck("ask", "x").toCompletableFuture();
  }

  /** The id of the socket that has joined since the last call. */
  private String newId() {
    List<String> ids = new ArrayList<>();
    io.server.of("/").localSockets().forEach(one -> ids.add(one.id()));
    ids.removeIf(known::contains);
    known.addAll(ids);
    assertThat(ids).hasSize(1);
    return ids.get(0);
  }

  private final List<String> known = new ArrayList<>();

  @Test
  void aBroadcastCollectsTheAnswersAndWhoIsMissing() {
    MemorySocket ann = io.connect();
    String annId = newId();
    MemorySocket ben = io.connect();
    String benId = newId();
    MemorySocket eve = io.connect();
    String eveId = newId();
    CompletableFuture<BroadcastAnswers> result =
        ask(io.server.of("/").everybody().timeout(Duration.ofSeconds(2)));

    assertThat(ann.take()).containsExactly("420[\"ask\",\"x\"]");
    assertThat(ben.take()).containsExactly("420[\"ask\",\"x\"]");
    ben.send("430[\"b\",2]");
    eve.drop();
    assertThat(result).isNotDone();
    io.clock.advance(3000);

    assertThat(result.join().answers())
        .containsExactly(new BroadcastAnswers.Answer(benId, Args.of("b", 2)));
    assertThat(result.join().missing()).containsExactlyInAnyOrder(annId, eveId);
    assertThat(result.join().isComplete()).isFalse();
  }

  @Test
  void aBroadcastEndsWhenAllHaveAnswered() {
    MemorySocket ann = io.connect();
    MemorySocket ben = io.connect();
    CompletableFuture<BroadcastAnswers> result = ask(io.server.of("/").everybody());
    ann.send("430[1]");
    ben.send("430[2]");

    assertThat(result.join().isComplete()).isTrue();
    assertThat(result.join().answers()).hasSize(2);
    assertThat(ask(io.server.to("nobody")).join())
        .isEqualTo(new BroadcastAnswers(List.of(), Set.of()));
  }

  @Test
  void aSocketWaitsAsLongAsItIsTold() {
    io.connect();
    Socket socket = io.server.of("/").localSockets().iterator().next();
    CompletableFuture<Args> answer =
        socket.timeout(Duration.ofMillis(500)).compress(false).emitWithAck("ask");
    io.clock.advance(1000);

    assertThat(answer)
        .failsWithin(Duration.ZERO)
        .withThrowableOfType(ExecutionException.class)
        .withCauseInstanceOf(TimeoutException.class);
    assertThatThrownBy(
            () -> {
              SocketOperator operator = socket.timeout(Duration.ofMillis(500));
              socket.disconnect();
              operator.call("ask");
            })
        .isInstanceOf(AckTimeoutException.class)
        .hasMessage("event \"ask\": no acknowledgement (socket has been disconnected)");
  }

  @Test
  void aHandlerMayWaitForTheAnswerOfItsOwnClient() throws Exception {
    ManualClock clock = new ManualClock();
    SocketIoServer server =
        SocketIoServer.create(
            SocketIoOptions.defaults(),
            EngineRuntime.of(clock.timers(), HandlerExecution.POOL, 16));
    CompletableFuture<Object> answered = new CompletableFuture<>();
    CountDownLatch asked = new CountDownLatch(1);
    server
        .on("start", socket -> answered.complete(socket.call("ask").list()))
        .onAnyOutgoing((socket, event) -> asked.countDown());
    MemorySocket socket =
        new MemoryWeb(server.engine())
            .webSocket("/socket.io/?EIO=4&transport=websocket")
            .send("40")
            .send("42[\"start\"]");
    assertThat(asked.await(10, TimeUnit.SECONDS)).isTrue();
    socket.send("430[\"yes\"]");

    assertThat(answered.get(10, TimeUnit.SECONDS)).isEqualTo(List.of("yes"));
    server.close();
  }

  @Test
  void aHandlerThatRunsInPlaceCannotWait() {
    io.server
        .on("start", socket -> socket.call("ask"))
        .on("patient", socket -> socket.timeout(Duration.ofSeconds(1)).call("ask"))
        .onError(
            (socket, error) -> {
              socket.emit("failed", error.message());
              return null;
            });
    String message =
        "call \\\"ask\\\": the handler runs on the thread that would bring the answer (expected:"
            + " emitWithAck, or handlerExecution POOL or VIRTUAL)";

    assertThat(io.connect().send("42[\"start\"]").send("42[\"patient\"]").take())
        .containsExactly(
            "42[\"failed\",\"" + message + "\"]", "42[\"failed\",\"" + message + "\"]");
  }

  // ---- tasks ----

  @Test
  void aTaskRunsLaterOnceOrAgainAndAgain() {
    List<String> runs = new ArrayList<>();
    ScheduledTask once = io.server.schedule(Duration.ofSeconds(1), () -> runs.add("once"));
    ScheduledTask never = io.server.schedule(Duration.ofSeconds(1), () -> runs.add("never"));
    ScheduledTask often =
        io.server.scheduleEvery(
            Duration.ofSeconds(2),
            () -> {
              runs.add("often");
              throw new IllegalStateException("a test");
            });
    never.cancel();
    for (int i = 0; i < 5; i++) {
      io.clock.advance(1000);
    }
    assertThat(runs).containsExactly("once", "often", "often");
    often.cancel();
    once.cancel();
    io.clock.advance(60_000);

    assertThat(runs).hasSize(3);
  }

  @Test
  void aBackgroundTaskEndsWithTheServer() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    CompletableFuture<Void> endless =
        io.server.runInBackground(
            () -> {
              begun.countDown();
              try {
                new CountDownLatch(1).await();
              } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
              }
            });
    assertThat(begun.await(10, TimeUnit.SECONDS)).isTrue();
    assertThat(endless).isNotDone();
    io.server.stop(Duration.ofMillis(100));

    endless.get(10, TimeUnit.SECONDS);
    assertThat(io.server.runInBackground(() -> {})).isCompletedExceptionally();
    assertThatThrownBy(
            () ->
                Io.start()
                    .server
                    .runInBackground(
                        () -> {
                          throw new IllegalStateException("a test");
                        })
                    .get(10, TimeUnit.SECONDS))
        .hasRootCauseMessage("a test");
  }
}

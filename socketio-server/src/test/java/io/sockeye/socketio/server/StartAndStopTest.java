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
import io.sockeye.engineio.server.WebServerOptions;
import io.sockeye.engineio.server.internal.MemorySocket;
import io.sockeye.engineio.server.internal.MemoryWeb;
import io.sockeye.engineio.server.spi.WebServer;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/** How a server begins and ends, on real threads. */
@SuppressWarnings("FutureReturnValueIgnored") // a request handler's stage is its answer
@Timeout(30)
class StartAndStopTest {
  private static final Duration LONG = Duration.ofSeconds(20);
  private static final WebServerOptions ANY_PORT =
      WebServerOptions.builder().port(0).asyncMode("jdk").build();

  private final Thread tester = Thread.currentThread();
  private final BlockingQueue<String> heard = new LinkedBlockingQueue<>();
  private SocketIoServer server = server(HandlerExecution.POOL);

  private static SocketIoServer server(HandlerExecution execution) {
    return SocketIoServer.create(
        SocketIoOptions.builder().engine(engine -> engine.handlerExecution(execution)).build());
  }

  @AfterEach
  void stop() {
    server.stop(Duration.ofMillis(100));
  }

  private MemorySocket connect() {
    return new MemoryWeb(server.engine())
        .webSocket("/socket.io/?EIO=4&transport=websocket")
        .send("40");
  }

  /**
   * Goes on when the thread of the test waits: for those who call this, when it stops the server.
   */
  private void awaitTester() {
    while (tester.getState() != Thread.State.TIMED_WAITING) {
      Thread.onSpinWait();
    }
  }

  /** Waits without a time-out, or {@link #awaitTester} would take it for the stop. */
  private String next() throws InterruptedException {
    return heard.take();
  }

  // ---- the drain ----

  @Test
  void theAnswerOfAHandlerThatRunsGoesOutBeforeTheClose() throws InterruptedException {
    server.onRequest(
        "slow",
        (socket, args) -> {
          heard.add("running");
          awaitTester();
          socket.emit("almost");
          return "done";
        });
    server.onDisconnect((socket, reason) -> heard.add(reason.text()));
    MemorySocket socket = connect().send("421[\"slow\"]");
    assertThat(next()).isEqualTo("running");
    server.stop(LONG);

    assertThat(socket.take())
        .endsWith("42[\"almost\"]", "431[\"done\"]")
        .filteredOn(frame -> frame.startsWith("40"))
        .hasSize(1);
    assertThat(socket.closeStatus()).isEqualTo(1000);
    assertThat(heard).containsExactly("server shutting down");
  }

  @Test
  void whatCameBeforeIsHandledAndWhatComesLaterIsNot() throws InterruptedException {
    CompletableFuture<MemorySocket> client = new CompletableFuture<>();
    server.onRequest(
        "slow",
        (socket, args) -> {
          heard.add("running");
          awaitTester();
          client.join().send("423[\"late\"]").send("40/other,");
          return "done";
        });
    server.onRequest("queued", (socket, args) -> "too");
    server.onRequest("late", (socket, args) -> "never");
    server.of("/other");
    MemorySocket socket = connect().send("421[\"slow\"]");
    assertThat(next()).isEqualTo("running");
    socket.send("422[\"queued\"]");
    client.complete(socket);
    server.stop(LONG);

    assertThat(socket.take())
        .endsWith("431[\"done\"]", "432[\"too\"]")
        .noneMatch(frame -> frame.startsWith("40/other"));
  }

  @Test
  void anAnswerThatIsWaitedForStillComes() throws InterruptedException {
    CompletableFuture<MemorySocket> client = new CompletableFuture<>();
    server.on(
        "ask me",
        (socket, args) -> {
          heard.add("running");
          awaitTester();
          CompletableFuture<Args> answer = socket.emitWithAck("question");
          client.join().send("430[\"yes\"]");
          heard.add("answer: " + answer.join().get(0));
        });
    MemorySocket socket = connect().send("42[\"ask me\"]");
    assertThat(next()).isEqualTo("running");
    client.complete(socket);
    server.stop(LONG);

    assertThat(next()).isEqualTo("answer: yes");
  }

  @Test
  void anAsynchronousAnswerIsWaitedFor() throws InterruptedException {
    server.onRequest(
        "later",
        (socket, args) -> {
          heard.add("running");
          CompletableFuture<String> answer = new CompletableFuture<>();
          new Thread(
                  () -> {
                    awaitTester();
                    answer.complete("done");
                  })
              .start();
          return answer;
        });
    MemorySocket socket = connect().send("421[\"later\"]");
    assertThat(next()).isEqualTo("running");
    server.stop(LONG);

    assertThat(socket.take()).endsWith("431[\"done\"]");
  }

  @Test
  void whoStillRunsAtTheDeadlineIsInterrupted() throws InterruptedException {
    server.on(
        "stuck",
        (socket, args) -> {
          heard.add("running");
          try {
            new CountDownLatch(1).await();
          } catch (InterruptedException expected) {
            heard.add("interrupted");
          }
        });
    MemorySocket stuck = connect().send("42[\"stuck\"]");
    MemorySocket idle = connect();
    assertThat(next()).isEqualTo("running");
    server.stop(Duration.ofMillis(200));

    assertThat(next()).isEqualTo("interrupted");
    assertThat(stuck.closeStatus()).isEqualTo(1000);
    assertThat(idle.closeStatus()).isEqualTo(1000);
  }

  @Test
  void aTaskInTheBackgroundMayFinishToo() throws InterruptedException {
    for (HandlerExecution execution : List.of(HandlerExecution.POOL, HandlerExecution.INLINE)) {
      SocketIoServer other = server(execution);
      CompletableFuture<Void> task =
          other.runInBackground(
              () -> {
                heard.add("running");
                awaitTester();
              });
      assertThat(next()).isEqualTo("running");
      other.stop(LONG);

      assertThat(task).isCompleted();
    }
  }

  // ---- who stops it ----

  @ParameterizedTest
  @EnumSource(value = HandlerExecution.class, mode = Mode.EXCLUDE, names = "VIRTUAL")
  void aHandlerMayStopTheServer(HandlerExecution execution) throws InterruptedException {
    server = server(execution);
    server.onRequest(
        "stop",
        (socket, args) -> {
          server.stop(LONG);
          heard.add("stopping");
          return "stopping";
        });
    MemorySocket socket = connect().send("421[\"stop\"]");
    assertThat(next()).isEqualTo("stopping");
    server.stop(LONG); // waits for the other

    assertThat(socket.take()).endsWith("431[\"stopping\"]");
    assertThat(socket.closeStatus()).isEqualTo(1000);
  }

  @Test
  void severalMayStopItAtOnce() throws InterruptedException {
    AtomicBoolean disconnected = new AtomicBoolean();
    server.onDisconnect((socket, reason) -> disconnected.set(true));
    connect();
    Thread other = new Thread(() -> server.stop(LONG));
    other.start();
    server.stop(LONG);

    assertThat(disconnected).isTrue();
    other.join();
  }

  // ---- beginning ----

  @Test
  void handlersMayBeThereBeforeThePort() throws Exception {
    server.on("hello", (socket, args) -> {});
    try (WebServer listening = server.start(ANY_PORT)) {
      assertThat(((InetSocketAddress) listening.address()).getPort()).isPositive();
      assertThatThrownBy(() -> server.start(ANY_PORT))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage(
              "the server listens already on " + listening.address() + " (expected: one start)");
    }
  }

  @Test
  void aStoppedServerDoesNotStartAgain() {
    server.stop(Duration.ofMillis(100));

    assertThatThrownBy(() -> server.start(ANY_PORT))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("the server has been stopped (expected: a new server)");
    assertThatThrownBy(() -> server.run(ANY_PORT)).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void aPortThatIsTakenIsNamedAndAnotherMayBeTried() throws Exception {
    try (SocketIoServer first = SocketIoServer.create()) {
      int taken = ((InetSocketAddress) first.start(ANY_PORT).address()).getPort();
      WebServerOptions there = WebServerOptions.builder().port(taken).asyncMode("jdk").build();

      assertThatThrownBy(() -> server.run(there))
          .isInstanceOf(UncheckedIOException.class)
          .hasMessageContaining(
              "Cannot listen on /127.0.0.1:"
                  + taken
                  + ": Address already in use (expected: a free port: another process listens there,"
                  + " or 0 for any)");
      server.start(ANY_PORT);
    }
  }

  @Test
  void runReturnsWhenTheServerIsStopped() throws Exception {
    Thread running = new Thread(() -> server.run(ANY_PORT));
    running.start();
    awaitWaiting(running);
    server.stop(LONG);
    running.join();
  }

  @Test
  void runEndsWithItsThread() throws Exception {
    AtomicBoolean flag = new AtomicBoolean();
    Thread running =
        new Thread(
            () -> {
              server.run(ANY_PORT);
              flag.set(Thread.currentThread().isInterrupted());
            });
    running.start();
    awaitWaiting(running);
    running.interrupt();
    running.join();

    assertThat(flag).isTrue();
    assertThatThrownBy(() -> server.start(ANY_PORT)).hasMessageContaining("has been stopped");
  }

  private static void awaitWaiting(Thread thread) {
    while (thread.getState() != Thread.State.WAITING) {
      Thread.onSpinWait();
    }
  }
}

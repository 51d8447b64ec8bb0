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
package io.sockeye.engineio.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.sockeye.engineio.protocol.Utf8Text;
import io.sockeye.engineio.server.internal.EngineRuntime;
import io.sockeye.engineio.server.internal.MemoryExchange;
import io.sockeye.engineio.server.internal.MemorySocket;
import io.sockeye.engineio.server.internal.MemoryWeb;
import io.sockeye.engineio.server.spi.SessionHandler;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How sessions end (rules E86 to E90). */
@Timeout(30)
class CloseTest {
  private final Engine engine = Engine.start();

  @Test
  void e86AWaitingPollIsAnsweredWithTheClosePacket() {
    Engine.Polling peer = engine.polling();
    MemoryExchange poll = peer.poll();
    engine.session().close();

    assertThat(poll.text()).isEqualTo("1");
    assertThat(engine.takeHeard()).containsExactly("closed: forced close");
  }

  @Test
  void e86AWebSocketIsClosed() {
    MemorySocket socket = engine.webSocket();
    engine.session().close();

    assertThat(socket.closeStatus()).isEqualTo(1000);
    assertThat(engine.takeHeard()).containsExactly("closed: forced close");
  }

  @Test
  void e87WhatWasSentBeforeTheCloseArrives() {
    MemorySocket socket = engine.webSocket();
    Session session = engine.session();
    socket.writable(false);
    session.send("a");
    session.send("b");
    session.close();
    session.send("never");
    assertThat(socket.isOpen()).isTrue();
    socket.writable(true);

    assertThat(socket.take()).containsExactly("4a", "4b");
    assertThat(socket.isOpen()).isFalse();
  }

  @Test
  void e87NothingIsSentAfterTheCloseWhileTheLaneIsBusy() {
    MemorySocket socket = engine.webSocket();
    Session session = engine.session();
    session.execute(
        () -> {
          session.send("a");
          session.close();
          session.send("never");
        });

    assertThat(socket.take()).containsExactly("4a");
    assertThat(socket.isOpen()).isFalse();
  }

  @Test
  void e87ClosingNowDropsWhatWaits() {
    MemorySocket socket = engine.webSocket();
    Session session = engine.session();
    socket.writable(false);
    session.send("a");
    session.send("b");
    session.closeNow(CloseReason.FORCED_CLOSE);

    assertThat(socket.isOpen()).isFalse();
    assertThat(socket.take()).containsExactly("4a");
  }

  @Test
  void e88TheNextPollHearsOfTheClose() {
    Engine.Polling peer = engine.polling();
    engine.session().close();
    assertThat(engine.takeHeard()).isEmpty();

    assertThat(peer.poll().text()).isEqualTo("6\u001e1");
    assertThat(engine.takeHeard()).containsExactly("closed: forced close");
    assertThat(peer.poll().text()).contains("\"code\":1");
  }

  @Test
  void e88TheNextPollOfRevision3HearsOfTheClose() {
    Engine.Polling peer = engine.polling("/engine.io/?EIO=3&transport=polling");
    engine.session().close();

    assertThat(peer.poll().text()).isEqualTo("1:61:1");
  }

  @Test
  void e88WhatWaitsComesBeforeTheClose() {
    Engine.Polling peer = engine.polling();
    engine.session().send("last words");
    engine.session().close();

    assertThat(peer.poll().text()).isEqualTo("4last words");
    assertThat(peer.poll().text()).isEqualTo("6\u001e1");
  }

  @Test
  void e88WhatWaitsOutlivesTheHeartbeat() {
    Engine.Polling peer = engine.polling();
    engine.clock.advance(300);
    engine.session().send("last words");
    engine.session().close();
    engine.clock.advance(1000);

    assertThat(peer.poll().text()).isEqualTo("2\u001e4last words");
    assertThat(peer.poll().text()).isEqualTo("6\u001e1");
    assertThat(engine.takeHeard()).containsExactly("closed: forced close");
  }

  @Test
  void e88APeerThatIsUpgradingHearsOfTheCloseWhenItPolls() {
    Engine.Polling peer = engine.polling();
    MemorySocket probe = peer.probe().send("2probe");
    engine.session().close();

    assertThat(peer.poll().text()).isEqualTo("6\u001e1");
    assertThat(probe.isOpen()).isFalse();
  }

  @Test
  void e88APeerThatDoesNotPollIsGivenUp() {
    Engine quiet = Engine.start(options -> options.pingInterval(Duration.ofMinutes(5)));
    quiet.polling();
    quiet.session().close();
    quiet.clock.advance(29_000);
    assertThat(quiet.server.sessionCount()).isEqualTo(1);
    quiet.clock.advance(1_100);

    assertThat(quiet.takeHeard()).containsExactly("closed: forced close");
    assertThat(quiet.server.sessionCount()).isZero();
  }

  @Test
  void e89NoTimerIsLeft() {
    Engine.Polling plain = engine.polling();
    plain.poll();
    engine.webSocket();
    engine.polling().upgrade();
    engine.polling().probe().send("2probe");
    engine.server.stop(Duration.ofMillis(1));

    assertThat(engine.clock.timers().size()).isZero();
    assertThat(engine.server.sessionCount()).isZero();
    assertThat(engine.takeHeard()).hasSize(4).containsOnly("closed: server shutting down");
  }

  @Test
  void aStoppedServerRefusesHandshakes() {
    engine.server.stop(Duration.ofMillis(1));

    assertThat(engine.web.get("/engine.io/?EIO=4&transport=polling").status()).isEqualTo(503);
    assertThat(engine.web.webSocket("/engine.io/?EIO=4&transport=websocket").refusal().status())
        .isEqualTo(503);
  }

  @Test
  void aSessionClosesOnce() {
    MemorySocket socket = engine.webSocket();
    Session session = engine.session();
    session.close();
    session.close();
    session.closeNow(CloseReason.PARSE_ERROR);
    socket.close();
    socket.send("4late");

    assertThat(engine.takeHeard()).containsExactly("closed: forced close");
  }

  @Test
  void aListenerThatThrowsHarmsNobody() {
    Engine throwing = Engine.start();
    MemorySocket socket = throwing.webSocket();
    throwing.sessions.clear();
    socket.send("4a");

    assertThat(socket.isOpen()).isTrue();
  }

  @Test
  void aHandshakeThatIsDecidedAfterTheStopIsRefused() {
    CompletableFuture<HandshakeCheck.Verdict> verdict = new CompletableFuture<>();
    Engine slow = Engine.start(options -> options.handshakeCheck(request -> verdict));
    MemoryExchange handshake = slow.web.get("/engine.io/?EIO=4&transport=polling");
    slow.server.stop(Duration.ofMillis(1));
    verdict.complete(HandshakeCheck.Verdict.ACCEPTED);

    assertThat(handshake.status()).isEqualTo(503);
    assertThat(slow.server.sessionCount()).isZero();
    assertThat(slow.clock.timers().size()).isZero();
  }

  @Test
  void stoppingWaitsUntilTheLastCloseWasHeard() throws InterruptedException {
    Thread tester = Thread.currentThread();
    AtomicBoolean heard = new AtomicBoolean();
    AtomicReference<Session> opened = new AtomicReference<>();
    try (EngineIoServer server =
        EngineIoServer.layered(
            EngineIoOptions.defaults(),
            EngineRuntime.start(HandlerExecution.INLINE, 1),
            session -> {
              opened.set(session);
              return new SessionHandler() {
                @Override
                public void onText(Utf8Text text) {}

                @Override
                public void onBinary(ByteBuffer data) {}

                @Override
                public void onClose(CloseReason reason) {
                  awaitWaiting(tester);
                  heard.set(true);
                }
              };
            })) {
      MemorySocket slow = new MemoryWeb(server).webSocket("/engine.io/?EIO=4&transport=websocket");
      slow.writable(false);
      opened.get().send("taken");
      opened.get().send("waiting");
      Thread reader =
          new Thread(
              () -> {
                awaitWaiting(tester);
                slow.writable(true); // and now the session is closed, in this thread
              });
      reader.start();
      server.stop(Duration.ofSeconds(10));

      assertThat(heard).isTrue();
      assertThat(slow.take()).contains("4waiting");
      reader.join();
    }
  }

  @Test
  void handlersHaveTimeToHearOfTheCloseOfAStalledPeer() throws InterruptedException {
    Thread tester = Thread.currentThread();
    AtomicBoolean heard = new AtomicBoolean();
    BlockingQueue<Session> opened = new LinkedBlockingQueue<>();
    EngineIoServer server =
        EngineIoServer.create(
            EngineIoOptions.builder().handlerExecution(HandlerExecution.POOL).build(),
            session -> {
              opened.add(session);
              return new SessionListener() {
                @Override
                public void onClose(Session closed, CloseReason reason) {
                  awaitWaiting(tester);
                  heard.set(!Thread.currentThread().isInterrupted());
                }
              };
            });
    MemorySocket stalled = new MemoryWeb(server).webSocket("/engine.io/?EIO=4&transport=websocket");
    stalled.writable(false);
    Session session = opened.take();
    session.send("taken");
    session.send("waiting");
    server.stop(Duration.ofMillis(600));

    assertThat(heard).isTrue();
  }

  /** Goes on when the thread that stops the server waits for those who call this. */
  private static void awaitWaiting(Thread stopping) {
    while (stopping.getState() != Thread.State.TIMED_WAITING) {
      Thread.onSpinWait();
    }
  }
}

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

import io.sockeye.engineio.server.internal.MemoryExchange;
import io.sockeye.engineio.server.internal.MemorySocket;
import io.sockeye.engineio.server.internal.MemoryWeb;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** WebSocket, and the upgrade to it (rules E64 to E80). */
class WebSocketTest {
  private final Engine engine = Engine.start();

  @Test
  void e64TheOpenPacketIsTheFirstFrame() {
    MemorySocket socket = engine.web.webSocket("/engine.io/?EIO=4&transport=websocket");

    assertThat(socket.take()).singleElement().asString().startsWith("0{\"sid\":");
    assertThat(socket.settings().maxMessageBytes()).isEqualTo(1_000_000);
  }

  @Test
  void e65MessagesComeBackAsTheyAre() {
    MemorySocket socket = engine.webSocket();

    assertThat(socket.send("4hello").take()).containsExactly("4hello");
    assertThat(socket.send("4").take()).containsExactly("4");
    assertThat(socket.send("4\u001e4b").take()).containsExactly("4\u001e4b");
    assertThat(socket.sendHex("010203").take()).containsExactly("<010203>");
    assertThat(socket.sendHex("").take()).containsExactly("<>");
    assertThat(socket.send("bAQID").take()).containsExactly("<010203>");
  }

  @ParameterizedTest(name = "E66 \"{0}\"")
  @ValueSource(strings = {"", "abc", "7", "9x"})
  void e66WhatIsNoPacketEndsTheSession(String frame) {
    MemorySocket socket = engine.webSocket().send(frame);

    assertThat(socket.isOpen()).isFalse();
    assertThat(engine.takeHeard()).containsExactly("closed: parse error");
  }

  @Test
  void e67AMessageOverTheLimitIsCounted() {
    engine.webSocket().violate(1009);

    assertThat(engine.takeHeard()).containsExactly("closed: transport error");
    assertThat(engine.server.counters()).containsEntry(Counter.MESSAGES_TOO_LARGE, 1L);
  }

  @Test
  void e68AClosePacketEndsTheSession() {
    MemorySocket socket = engine.webSocket().send("1");

    assertThat(socket.isOpen()).isFalse();
    assertThat(engine.takeHeard()).containsExactly("closed: transport close");
  }

  @Test
  void aLostConnectionEndsTheSession() {
    engine.webSocket().drop();
    engine.webSocket().close();

    assertThat(engine.takeHeard())
        .containsExactly("closed: transport close", "closed: transport close");
  }

  @Test
  void e69AnUnknownSessionIsRefusedBeforeTheUpgrade() {
    MemorySocket socket = engine.web.webSocket("/engine.io/?EIO=4&transport=websocket&sid=x");

    assertThat(socket.refusal().status()).isEqualTo(400);
  }

  @Test
  void e70ASessionGoesOverToWebSocket() {
    Engine.Polling peer = engine.polling();
    MemorySocket socket = peer.probe();

    assertThat(socket.send("2probe").take()).containsExactly("3probe");
    socket.send("5");
    assertThat(socket.send("4hello").take()).containsExactly("4hello");
    assertThat(engine.session().transport()).isEqualTo(TransportType.WEBSOCKET);
    assertThat(engine.server.counters()).containsEntry(Counter.UPGRADES, 1L);
  }

  @Test
  void e71TheWaitingPollIsReleased() {
    Engine.Polling peer = engine.polling();
    MemoryExchange poll = peer.poll();
    MemorySocket socket = peer.probe().send("2probe");

    assertThat(poll.text()).isEqualTo("6");
    MemoryExchange next = peer.poll();
    assertThat(next.text()).isEqualTo("6");
    assertThat(socket.isOpen()).isTrue();
  }

  @Test
  void e72PollingIsOverAfterTheUpgrade() {
    Engine.Polling peer = engine.polling();
    MemorySocket socket = peer.upgrade();

    assertThat(peer.poll().text()).isEqualTo("{\"code\":3,\"message\":\"Bad request\"}");
    assertThat(peer.post("4x").status()).isEqualTo(400);
    assertThat(socket.send("4a").take()).containsExactly("4a");
  }

  @Test
  void e73ASecondWebSocketIsClosed() {
    Engine.Polling peer = engine.polling();
    MemorySocket first = peer.probe().send("2probe");
    assertThat(peer.probe().isOpen()).isFalse();
    first.send("5").take();
    assertThat(peer.probe().isOpen()).isFalse();

    assertThat(first.send("4a").take()).containsExactly("4a");
  }

  @Test
  void e74AnUpgradeNeedsAProbe() {
    Engine.Polling peer = engine.polling();
    MemorySocket socket = peer.probe().send("5");

    assertThat(socket.isOpen()).isFalse();
    peer.post("4a");
    assertThat(peer.poll().text()).isEqualTo("4a");
  }

  @ParameterizedTest(name = "E75 \"{0}\"")
  @ValueSource(strings = {"2probeX", "2", "4early", "3probe", "", "x"})
  void e75AWrongProbeLeavesPollingAlone(String frame) {
    Engine.Polling peer = engine.polling();
    assertThat(peer.probe().send(frame).isOpen()).isFalse();

    peer.post("4a");
    assertThat(peer.poll().text()).isEqualTo("4a");
    assertThat(engine.server.counters()).containsEntry(Counter.UPGRADES_FAILED, 1L);
  }

  @Test
  void e75ABinaryProbeLeavesPollingAlone() {
    Engine.Polling peer = engine.polling();

    assertThat(peer.probe().sendHex("32").isOpen()).isFalse();
    assertThat(peer.isAlive()).isTrue();
  }

  @Test
  void e76ALateUpgradeLeavesPollingAlone() {
    Engine slow =
        Engine.start(
            options ->
                options
                    .upgradeTimeout(java.time.Duration.ofMillis(800))
                    .pingInterval(java.time.Duration.ofMinutes(1)));
    Engine.Polling peer = slow.polling();
    MemorySocket silent = peer.probe();
    slow.clock.advance(790);
    assertThat(silent.isOpen()).isTrue();
    slow.clock.advance(30);
    assertThat(silent.isOpen()).isFalse();
    MemorySocket half = peer.probe().send("2probe");
    slow.clock.advance(820);
    assertThat(half.isOpen()).isFalse();

    peer.post("4a");
    assertThat(peer.poll().text()).isEqualTo("4a");
    assertThat(peer.upgrade().send("4b").take()).containsExactly("4b");
  }

  @Test
  void e77ADroppedProbeLeavesPollingAlone() {
    Engine.Polling peer = engine.polling();
    peer.probe().send("2probe").drop();

    peer.post("4a");
    assertThat(peer.poll().text()).isEqualTo("4a");
  }

  @Test
  void e78MessagesOfTheUpgradeArriveOnceAndInOrder() {
    Engine.Polling peer = engine.polling();
    Session session = engine.session();
    session.send("0");
    MemorySocket socket = peer.probe().send("2probe");
    socket.take();
    session.send("1");
    assertThat(peer.poll().text()).isEqualTo("40\u001e41");
    session.send("2");
    MemoryExchange post = engine.web.begin("POST", peer.uri);
    post.chunk("4in".getBytes(java.nio.charset.StandardCharsets.UTF_8));
    socket.send("5");
    post.endBody();
    session.send("3");

    assertThat(socket.take()).containsExactly("42", "4in", "43");
    assertThat(post.text()).isEqualTo("ok");
    assertThat(engine.takeHeard()).containsExactly("text in");
  }

  @Test
  void e79AClosedSessionClosesItsProbe() {
    Engine.Polling peer = engine.polling();
    MemorySocket socket = peer.probe().send("2probe");
    peer.post("1");

    assertThat(socket.isOpen()).isFalse();
  }

  @Test
  void upgradesCanBeRefused() {
    Engine without = Engine.start(options -> options.allowUpgrades(false));

    assertThat(without.polling().probe().refusal().status()).isEqualTo(400);
  }

  @ParameterizedTest(name = "E80 revision {0}")
  @ValueSource(ints = {3, 4})
  void e80TheHeartbeatOutlivesTheUpgrade(int revision) {
    Engine.Polling peer = engine.polling("/engine.io/?EIO=" + revision + "&transport=polling");
    engine.clock.advance(310); // in revision 4 a pong is outstanding now
    peer.poll();
    MemorySocket socket = peer.upgrade();
    assertThat(socket.isOpen()).isTrue();
    engine.clock.advance(1000);

    assertThat(socket.isOpen()).isFalse();
    assertThat(engine.takeHeard()).containsExactly("closed: ping timeout");
  }

  @Test
  void e80AnUpgradedSessionThatAnswersLives() {
    Engine.Polling peer = engine.polling();
    MemorySocket socket = peer.upgrade();
    for (int i = 0; i < 10; i++) {
      engine.clock.advance(310);
      assertThat(socket.take()).containsExactly("2");
      socket.send("3");
    }
    assertThat(socket.isOpen()).isTrue();
  }

  @Test
  void aFullPeerIsWrittenToWhenItHasDrained() {
    MemorySocket socket = engine.webSocket();
    Session session = engine.session();
    socket.writable(false);
    session.send("a"); // goes out, and fills the peer's buffers
    session.send("b");
    session.sendVolatile(List.of(Message.text("v")));
    assertThat(socket.take()).containsExactly("4a");
    socket.writable(true);

    assertThat(socket.take()).containsExactly("4b");
  }

  @Test
  void aPeerThatTakesTooLittleIsClosed() {
    Engine small = Engine.start(options -> options.maxOutboundBytes(10_000));
    MemorySocket socket = small.webSocket();
    socket.writable(false);
    small.session().send("a");
    for (int i = 0; i < 12 && socket.isOpen(); i++) {
      small.session().send("x".repeat(1000));
    }

    assertThat(socket.isOpen()).isFalse();
    assertThat(small.takeHeard()).containsExactly("closed: slow consumer");
    assertThat(small.server.counters()).containsEntry(Counter.SLOW_CONSUMERS, 1L);
  }

  @Test
  void theNumberOfWaitingPacketsIsBoundedToo() {
    Engine small = Engine.start(options -> options.maxOutboundPackets(100));
    MemorySocket socket = small.webSocket();
    socket.writable(false);
    small.session().send("a");
    for (int i = 0; i < 100; i++) {
      small.session().send("");
    }
    assertThat(socket.isOpen()).isTrue();
    small.session().send("");

    assertThat(small.takeHeard()).containsExactly("closed: slow consumer");
  }

  @Test
  void anUpgradeReleasesThePostThatWasHeldBack() {
    Engine engine = Engine.start();
    Engine.Polling peer = engine.polling();
    engine.session().pauseReading();
    MemoryExchange post = peer.post("4held back");
    assertThat(post.isAnswered()).isFalse();
    MemorySocket socket = peer.upgrade();

    assertThat(post.text()).isEqualTo("ok");
    assertThat(socket.isReadingPaused()).isTrue();
  }

  @Test
  void manyPeersThatDoNotReadHoldUpABroadcastNoLongerThanOne() throws InterruptedException {
    BlockingQueue<Session> sessions = new LinkedBlockingQueue<>();
    try (EngineIoServer server =
        EngineIoServer.create(
            EngineIoOptions.builder()
                .handlerExecution(HandlerExecution.POOL)
                .maxOutboundBytes(10_000)
                .build(),
            session -> {
              sessions.add(session);
              return new SessionListener() {};
            })) {
      MemoryWeb web = new MemoryWeb(server);
      List<MemorySocket> peers = new ArrayList<>();
      Fanout broadcast = new Fanout(List.of(Message.text("x".repeat(4000))), false);
      for (int i = 0; i < 50; i++) {
        MemorySocket peer = web.webSocket("/engine.io/?EIO=4&transport=websocket");
        peer.writable(false);
        peers.add(peer);
        Session session = sessions.take();
        session.send("fills the peer's buffers");
        broadcast.send(session);
      }
      broadcast.flush();
      long begin = System.nanoTime();
      broadcast.pace();

      assertThat(Duration.ofNanos(System.nanoTime() - begin))
          .isBetween(Duration.ofMillis(50), Duration.ofSeconds(2));
      assertThat(peers).allMatch(MemorySocket::isOpen);
      peers.forEach(MemorySocket::drop);
    }
  }
}

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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Heartbeats of both revisions (rules E81 to E85): an interval of 300 ms, 200 ms to answer. */
class HeartbeatTest {
  private final Engine engine = Engine.start();

  @Test
  void theServerPingsEveryInterval() {
    MemorySocket socket = engine.webSocket();
    engine.clock.advance(290);
    assertThat(socket.take()).isEmpty();
    engine.clock.advance(20);
    assertThat(socket.take()).containsExactly("2");
    socket.send("3");
    engine.clock.advance(290);
    assertThat(socket.take()).isEmpty();
    engine.clock.advance(20);
    assertThat(socket.take()).containsExactly("2");
  }

  @Test
  void e81E82ASilentPeerIsGivenUpInTimeAndNotBefore() {
    MemorySocket socket = engine.webSocket();
    engine.clock.advance(310);
    engine.clock.advance(180);
    assertThat(socket.isOpen()).isTrue();
    engine.clock.advance(40);

    assertThat(socket.isOpen()).isFalse();
    assertThat(engine.takeHeard()).containsExactly("closed: ping timeout");
  }

  @Test
  void e81APollingPeerWithoutAPollIsGivenUpToo() {
    engine.polling();
    engine.clock.advance(530);

    assertThat(engine.takeHeard()).containsExactly("closed: ping timeout");
    assertThat(engine.server.sessionCount()).isZero();
  }

  @Test
  void e83APeerOfRevision3ThatDoesNotPingIsGivenUp() {
    MemorySocket socket = engine.webSocket(3);
    engine.clock.advance(490);
    assertThat(socket.isOpen()).isTrue();
    engine.clock.advance(30);

    assertThat(socket.isOpen()).isFalse();
    assertThat(engine.takeHeard()).containsExactly("closed: ping timeout");
  }

  @Test
  void anyPacketOfRevision3IsASignOfLife() {
    MemorySocket socket = engine.webSocket(3);
    for (int i = 0; i < 5; i++) {
      engine.clock.advance(450);
      socket.send(i % 2 == 0 ? "2" : "4x");
    }

    assertThat(socket.isOpen()).isTrue();
  }

  @Test
  void e84AFloodOfPongsMakesNoTimers() {
    MemorySocket socket = engine.webSocket();
    int before = engine.clock.timers().size();
    for (int i = 0; i < 100_000; i++) {
      socket.send("3");
    }

    assertThat(engine.clock.timers().size()).isEqualTo(before);
  }

  @Test
  void aPacketExtendsTheTimeToAnswerOnce() {
    MemorySocket socket = engine.webSocket();
    engine.clock.advance(310);
    engine.clock.advance(150);
    socket.send("4busy");
    engine.clock.advance(190);
    assertThat(socket.isOpen()).isTrue();
    socket.send("4busy");
    engine.clock.advance(30);

    assertThat(socket.isOpen()).isFalse();
  }

  @Test
  void e85ThePeerIsToldOnBothTransports() {
    Engine.Polling peer = engine.polling();
    peer.poll();
    engine.clock.advance(310);
    MemoryExchange poll = peer.poll();
    engine.clock.advance(300);

    assertThat(poll.text()).isEqualTo("1");
  }

  @Test
  void aPeerThatMayNotBeHeardIsNotLate() {
    MemorySocket socket = engine.webSocket();
    engine.session().pauseReading();
    assertThat(socket.isReadingPaused()).isTrue();
    engine.clock.advance(5000);
    assertThat(socket.isOpen()).isTrue();
    engine.session().resumeReading();
    assertThat(socket.isReadingPaused()).isFalse();
    engine.clock.advance(1000);

    assertThat(socket.isOpen()).isFalse();
  }

  @ParameterizedTest
  @ValueSource(ints = {3, 4})
  void whoIsHeardAgainHasItsTimeAnew(int revision) {
    Engine engine = Engine.start();
    MemorySocket socket = engine.webSocket(revision);
    engine.session().pauseReading();
    engine.clock.advance(690); // the time runs out at 500, and is looked at again at 700
    engine.session().resumeReading();
    engine.clock.advance(190);
    assertThat(socket.isOpen()).isTrue();
    engine.clock.advance(400);

    assertThat(engine.takeHeard()).containsExactly("closed: ping timeout");
  }

  @Test
  void whileASessionClosesItsHeartbeatRests() {
    Engine engine = Engine.start();
    Engine.Polling peer = engine.polling();
    engine.session().close();
    engine.clock.advance(2000);

    assertThat(peer.poll().text()).isEqualTo("6\u001e1");
    assertThat(engine.takeHeard()).containsExactly("closed: forced close");
  }
}

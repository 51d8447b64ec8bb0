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
package io.sockeye.socketio.server.spi;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sockeye.socketio.server.spi.ClusterBus.State;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What the contract of buses cannot show: links that a test answers for. */
class ReconnectingBusTest {
  private final BlockingQueue<Connecting> attempts = new LinkedBlockingQueue<>();
  private ClusterBus bus;

  /** An attempt to connect that a test decides on. */
  private record Connecting(BusLink.Events events, CompletableFuture<BusLink> link) {}

  /** A link that answers when it is told to. */
  private static final class Link implements BusLink {
    final List<String> asked = Collections.synchronizedList(new ArrayList<>());
    final BlockingQueue<CompletableFuture<Void>> answers = new LinkedBlockingQueue<>();
    final CompletableFuture<Void> closed = new CompletableFuture<>();
    volatile boolean isForGood;

    private CompletionStage<Void> ask(String what) {
      CompletableFuture<Void> answer = new CompletableFuture<>();
      asked.add(what);
      answers.add(answer);
      return answer;
    }

    CompletableFuture<Void> next() throws InterruptedException {
      CompletableFuture<Void> answer = answers.poll(20, SECONDS);
      assertThat(answer).isNotNull();
      return answer;
    }

    @Override
    public CompletionStage<Void> publish(String channel, byte[] message) {
      return ask("publish " + channel);
    }

    @Override
    public CompletionStage<Void> subscribe(BusTopic topic) {
      return ask("subscribe " + topic.name());
    }

    @Override
    public CompletionStage<Void> unsubscribe(BusTopic topic) {
      return ask("unsubscribe " + topic.name());
    }

    @Override
    public CompletionStage<OptionalInt> subscribers(String channel) {
      return CompletableFuture.completedFuture(OptionalInt.empty());
    }

    @Override
    public CompletionStage<Void> ping() {
      return CompletableFuture.completedFuture(null);
    }

    @Override
    public CompletionStage<Void> close(boolean forGood) {
      isForGood = forGood;
      closed.complete(null);
      return closed;
    }
  }

  /** Starts a bus whose first attempt fails, so that the test has it before it is up. */
  private void start(BusOptions.Builder options) throws InterruptedException {
    BusConnector connector =
        new BusConnector() {
          private boolean isFirst = true;

          @Override
          public CompletionStage<BusLink> connect(BusLink.Events events) {
            if (isFirst) {
              isFirst = false;
              return CompletableFuture.failedFuture(new IllegalStateException("not yet"));
            }
            Connecting next = new Connecting(events, new CompletableFuture<>());
            attempts.add(next);
            return next.link();
          }

          @Override
          public boolean supportsPrefix() {
            return true;
          }

          @Override
          public CompletionStage<Void> close() {
            return CompletableFuture.completedFuture(null);
          }
        };
    bus =
        ReconnectingBus.connect(
            "test", connector, options.maxReconnectDelay(Duration.ofMillis(1)).build());
  }

  @AfterEach
  void close() {
    bus.close();
  }

  private Connecting attempt() throws InterruptedException {
    Connecting attempt = attempts.poll(20, SECONDS);
    assertThat(attempt).isNotNull();
    return attempt;
  }

  private BlockingQueue<State> states() {
    BlockingQueue<State> states = new LinkedBlockingQueue<>();
    bus.onStateChange(states::add);
    return states;
  }

  private static ByteBuffer message() {
    return ByteBuffer.allocate(10);
  }

  @Test
  void itIsUpOnlyWhenAllSubscriptionsAre() throws Exception {
    start(BusOptions.builder());
    BlockingQueue<State> states = states();
    ClusterBus.Subscription a = bus.subscribe("a", (channel, bytes) -> {});
    bus.subscribe("b", (channel, bytes) -> {});
    Link link = new Link();
    attempt().link().complete(link);

    CompletableFuture<Void> first = link.next();
    CompletableFuture<Void> second = link.next();
    assertThat(link.asked).containsExactlyInAnyOrder("subscribe a", "subscribe b");
    first.complete(null);
    assertThat(bus.publish("a", message()).toCompletableFuture()).isCompletedExceptionally();
    second.complete(null);

    assertThat(states.poll(20, SECONDS)).isEqualTo(State.UP);
    assertThat(a.established().toCompletableFuture()).isCompleted();
  }

  @Test
  void aChannelThatIsRefusedDoesNotKeepTheOthersDown() throws Exception {
    start(BusOptions.builder());
    BlockingQueue<State> states = states();
    CompletableFuture<Void> refused =
        bus.subscribe("a", (channel, bytes) -> {}).established().toCompletableFuture();
    Link link = new Link();
    attempt().link().complete(link);
    link.next().completeExceptionally(new IllegalStateException("NOPERM"));

    assertThat(states.poll(20, SECONDS)).isEqualTo(State.UP);
    assertThatThrownBy(() -> refused.get(20, SECONDS)).hasMessageContaining("NOPERM");
  }

  @Test
  void aChannelThatWasTakenOnceIsAskedForUntilItIsTakenAgain() throws Exception {
    start(BusOptions.builder());
    BlockingQueue<State> states = states();
    bus.subscribe("a", (channel, bytes) -> {});
    Link link = new Link();
    Connecting first = attempt();
    first.link().complete(link);
    link.next().complete(null);
    assertThat(states.poll(20, SECONDS)).isEqualTo(State.UP);

    first.events().onLost(new IllegalStateException("gone"));
    assertThat(states.poll(20, SECONDS)).isEqualTo(State.DOWN);
    Link second = new Link();
    attempt().link().complete(second);
    second.next().completeExceptionally(new IllegalStateException("LOADING"));
    assertThat(second.closed.get(20, SECONDS)).isNull();
    Link third = new Link();
    attempt().link().complete(third);
    third.next().complete(null);
    assertThat(states.poll(20, SECONDS)).isEqualTo(State.UP);
    bus.close();
    assertThat(second.isForGood).isFalse();
    assertThat(third.isForGood).isTrue();
  }

  @Test
  void noLinkIsMadeBeforeTheLastOneHasEnded() throws Exception {
    start(BusOptions.builder());
    BlockingQueue<State> states = states();
    List<String> heard = Collections.synchronizedList(new ArrayList<>());
    bus.subscribe("a", (channel, bytes) -> heard.add("one"));
    Link link = new Link();
    Connecting first = attempt();
    first.link().complete(link);
    link.next().complete(null);
    assertThat(states.poll(20, SECONDS)).isEqualTo(State.UP);
    first.events().onMessage(new BusTopic("a", false), "a", message());

    first.events().onLost(new IllegalStateException("gone"));
    assertThat(states.poll(20, SECONDS)).isEqualTo(State.DOWN);
    first.events().onMessage(new BusTopic("a", false), "a", message()); // too late
    attempt();
    assertThat(link.closed).isCompleted();
    assertThat(heard).containsExactly("one");
  }

  @Test
  void withoutAnAnswerInTimeAMessageMayHaveBeenTaken() throws Exception {
    start(BusOptions.builder().publishTimeout(Duration.ofMillis(20)));
    BlockingQueue<State> states = states();
    Link link = new Link();
    attempt().link().complete(link);
    assertThat(states.poll(20, SECONDS)).isEqualTo(State.UP);

    CompletableFuture<Void> taken = bus.publish("a", message()).toCompletableFuture();

    assertThatThrownBy(() -> taken.get(20, SECONDS))
        .cause()
        .isInstanceOfSatisfying(
            BusUnavailableException.class, why -> assertThat(why.mayHaveBeenTaken()).isTrue())
        .hasMessage("test: no answer of the broker within PT0.02S");
    link.next().complete(null); // changes nothing
    assertThat(bus.stats()).isEqualTo(new BusStats(0, 1, 0, 0, 0, 0, 0));
  }

  @Test
  void whatWaitsIsCountedUntilTheLinkAnswers() throws Exception {
    start(BusOptions.builder().maxPendingBytes(250));
    BlockingQueue<State> states = states();
    Link link = new Link();
    attempt().link().complete(link);
    assertThat(states.poll(20, SECONDS)).isEqualTo(State.UP);

    bus.publish("a", message());
    bus.publish("a", message());
    bus.publish("a", message());
    assertThat(bus.publish("a", message()).toCompletableFuture()).isCompletedExceptionally();
    link.next().complete(null);
    assertThat(bus.publish("a", message()).toCompletableFuture()).isNotDone();
  }

  @Test
  void aBrokerThatTakesNothingForNowIsDownUntilItDoes() throws Exception {
    start(BusOptions.builder());
    BlockingQueue<State> states = states();
    Connecting attempt = attempt();
    attempt.link().complete(new Link());
    assertThat(states.poll(20, SECONDS)).isEqualTo(State.UP);

    attempt.events().onBlocked("low on memory");
    assertThat(states.poll(20, SECONDS)).isEqualTo(State.DOWN);
    CompletableFuture<Void> refused = bus.publish("a", message()).toCompletableFuture();
    assertThatThrownBy(() -> refused.get(20, SECONDS)).hasMessageContaining("low on memory");
    attempt.events().onBlocked(null);
    assertThat(states.poll(20, SECONDS)).isEqualTo(State.UP);
    assertThat(attempts).isEmpty();
  }
}

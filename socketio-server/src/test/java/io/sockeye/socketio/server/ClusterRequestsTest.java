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

import io.sockeye.engineio.server.internal.ManualClock;
import io.sockeye.socketio.protocol.Arguments;
import io.sockeye.socketio.protocol.Packet;
import io.sockeye.socketio.server.ClusterWire.Expected;
import io.sockeye.socketio.server.spi.BroadcastOptions;
import io.sockeye.socketio.server.spi.BusUnavailableException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;

class ClusterRequestsTest {
  private static final Duration LIMIT = Duration.ofSeconds(5);
  private static final BroadcastOptions ALL = BroadcastOptions.all("/");
  private static final Packet.Event EVENT =
      new Packet.Event("/", Packet.NO_ID, "ask", Arguments.EMPTY);

  private final ManualClock clock = new ManualClock();
  private final List<ClusterMessage> sent = new ArrayList<>();
  private CompletableFuture<Expected> expected = CompletableFuture.completedFuture(named("a", "b"));
  private CompletionStage<Void> taken = CompletableFuture.completedFuture(null);
  private final ClusterRequests requests = requests(10);

  private static Expected named(String... nodes) {
    return new Expected(nodes.length, Set.of(nodes), false);
  }

  private static Expected counted(int count) {
    return new Expected(count, null, false);
  }

  private ClusterRequests requests(int most) {
    return new ClusterRequests(
        new FakeWire(),
        ClusterOptions.builder().maxPendingRequests(most).build(),
        clock.timers(),
        Runnable::run);
  }

  /** Keeps what is sent. Ids of requests are 1, 2 and so on. */
  private final class FakeWire implements ClusterWire {
    private int ids;

    @Override
    public void open(Inbox inbox, boolean asNode) {}

    @Override
    public String newRequestId() {
      return String.valueOf(++ids);
    }

    @Override
    public void enter(String namespace) {}

    @Override
    public void leave(String namespace) {}

    @Override
    public CompletionStage<Void> send(ClusterMessage message, boolean keep) {
      assertThat(keep).isFalse();
      sent.add(message);
      return taken;
    }

    @Override
    public CompletionStage<Expected> expected(String namespace) {
      return expected;
    }

    @Override
    public CompletionStage<OptionalInt> serverCount(String namespace) {
      return CompletableFuture.completedFuture(OptionalInt.empty());
    }

    @Override
    public void close() {}
  }

  private CompletableFuture<List<RemoteSocket>> fetch() {
    return requests.fetch(ALL).toCompletableFuture();
  }

  private CompletableFuture<ServerAnswers> ask() {
    return requests.ask("/", "ask", Arguments.EMPTY, LIMIT).toCompletableFuture();
  }

  private CompletableFuture<BroadcastAnswers> question() {
    return requests.question(EVENT, ALL, LIMIT, JacksonBinder.strict()).toCompletableFuture();
  }

  private static ClusterAnswer sockets(String... ids) {
    return new ClusterAnswer.Sockets(
        List.of(ids).stream()
            .map(
                id ->
                    new RemoteSocket(
                        id, RemoteSocketForm.readHandshake(null), Set.of(id), Map.of()))
            .toList());
  }

  private static ClusterAnswer server(Object value) {
    return new ClusterAnswer.ServerAnswered(value);
  }

  private static ClusterAnswer reached(String... ids) {
    return new ClusterAnswer.Reached(ids.length, Set.of(ids));
  }

  private static ClusterAnswer client(String id) {
    return new ClusterAnswer.ClientAnswered(id, Arguments.of("yes"));
  }

  // ---- fetching ----

  @Test
  void aFetchIsCompleteWhenAllNodesHaveAnswered() {
    CompletableFuture<List<RemoteSocket>> fetched = fetch();
    requests.onAnswer("1", "a", sockets("x", "y"));
    requests.onAnswer("2", "b", sockets("of another request"));
    assertThat(fetched).isNotDone();

    requests.onAnswer("1", "b", sockets("z"));

    assertThat(fetched.join()).extracting(RemoteSocket::id).containsExactly("x", "y", "z");
    assertThat(sent).hasSize(1);
  }

  @Test
  void aFetchFailsWhenANodeDoesNotAnswer() {
    CompletableFuture<List<RemoteSocket>> fetched = fetch();
    requests.onAnswer("1", "a", sockets("x"));

    clock.advance(LIMIT.toMillis());

    assertThatThrownBy(fetched::join)
        .hasCauseInstanceOf(TimeoutException.class)
        .hasMessageContaining("1 nodes have not answered within PT5S");
  }

  @Test
  void aFetchNeedsNothingOfANodeThatIsGone() {
    CompletableFuture<List<RemoteSocket>> fetched = fetch();
    requests.onAnswer("1", "a", sockets("x"));

    requests.onGone("b");

    assertThat(fetched.join()).hasSize(1);
  }

  @Test
  void withoutOtherNodesNothingIsWaitedFor() {
    expected = CompletableFuture.completedFuture(named());

    assertThat(fetch()).isCompletedWithValue(List.of());
    assertThat(ask().join().isComplete()).isTrue();
    assertThat(question().join().isComplete()).isTrue();
  }

  @Test
  void answersThatComeBeforeItIsKnownWhoIsAskedCount() {
    expected = new CompletableFuture<>();
    CompletableFuture<List<RemoteSocket>> fetched = fetch();
    requests.onAnswer("1", "a", sockets("x"));
    requests.onAnswer("1", "b", sockets("y"));
    assertThat(fetched).isNotDone();

    expected.complete(named("a", "b"));

    assertThat(fetched.join()).hasSize(2);
  }

  @Test
  void aNodeThatNobodyHasCountedDoesNotStandForAnother() {
    CompletableFuture<List<RemoteSocket>> fetched = fetch();
    requests.onAnswer("1", "a", sockets());
    requests.onAnswer("1", "new", sockets("z"));
    assertThat(fetched).isNotDone();

    requests.onAnswer("1", "b", sockets());

    assertThat(fetched.join()).hasSize(1);
  }

  @Test
  void anAnswerThatDoesNotFitIsNoAnswer() {
    CompletableFuture<List<RemoteSocket>> fetched = fetch();
    requests.onAnswer("1", "a", server("what"));
    requests.onAnswer("1", "a", sockets("x"));
    requests.onAnswer("1", "b", sockets("y"));

    assertThat(fetched.join()).hasSize(2);
  }

  // ---- asking nodes ----

  @Test
  void nodesThatDoNotAnswerInTimeAreCounted() {
    CompletableFuture<ServerAnswers> asked = ask();
    requests.onAnswer("1", "b", server("yes"));

    clock.advance(LIMIT.toMillis());

    assertThat(asked.join()).isEqualTo(new ServerAnswers(List.of("yes"), 1));
    requests.onAnswer("1", "a", server("late"));
    assertThat(asked.join().values()).containsExactly("yes");
  }

  @Test
  void anAnswerThatComesAgainIsOne() {
    CompletableFuture<ServerAnswers> asked = ask();
    requests.onAnswer("1", "a", server(1));
    requests.onAnswer("1", "a", server(1));
    requests.onAnswer("1", "b", server(2));

    assertThat(asked.join()).isEqualTo(new ServerAnswers(List.of(1, 2), 0));
  }

  @Test
  void aNodeThatGoesWithoutAnAnswerIsMissing() {
    CompletableFuture<ServerAnswers> asked = ask();
    requests.onAnswer("1", "a", server(1));

    requests.onGone("nobody");
    assertThat(asked).isNotDone();
    requests.onGone("b");

    assertThat(asked.join()).isEqualTo(new ServerAnswers(List.of(1), 1));
  }

  @Test
  void aNodeThatGoesAfterItsAnswerIsNotMissing() {
    CompletableFuture<ServerAnswers> asked = ask();
    requests.onAnswer("1", "a", server(1));
    requests.onGone("a");
    assertThat(asked).isNotDone();

    requests.onAnswer("1", "b", server(2));

    assertThat(asked.join()).isEqualTo(new ServerAnswers(List.of(1, 2), 0));
  }

  @Test
  void whereNodesAreOnlyCountedTheyAreCountedAgain() {
    expected = CompletableFuture.completedFuture(counted(3));
    CompletableFuture<ServerAnswers> asked = ask();
    requests.onAnswer("1", null, server(1));
    requests.onAnswer("1", null, server(1)); // of another node: who knows
    expected = CompletableFuture.completedFuture(counted(4));
    clock.advance(1_000);
    assertThat(asked).isNotDone();

    expected = CompletableFuture.completedFuture(counted(2));
    clock.advance(1_000);

    assertThat(asked.join()).isEqualTo(new ServerAnswers(List.of(1, 1), 1));
  }

  // ---- asking clients ----

  @Test
  void aQuestionIsCompleteWhenAllWhoWereReachedHaveAnswered() {
    CompletableFuture<BroadcastAnswers> asked = question();
    requests.onAnswer("1", "a", reached("x", "y"));
    requests.onAnswer("1", "a", client("x"));
    requests.onAnswer("1", "b", reached());
    assertThat(asked).isNotDone();

    requests.onAnswer("1", "a", client("y"));

    assertThat(asked.join().isComplete()).isTrue();
    assertThat(asked.join().answers())
        .extracting(BroadcastAnswers.Answer::socketId)
        .containsExactly("x", "y");
  }

  @Test
  void clientsMayAnswerBeforeTheirNodeHasSaidWhomItReached() {
    CompletableFuture<BroadcastAnswers> asked = question();
    requests.onAnswer("1", "a", client("x"));
    requests.onAnswer("1", "a", reached("x"));
    assertThat(asked).isNotDone();

    requests.onAnswer("1", "b", reached());

    assertThat(asked.join().isComplete()).isTrue();
    assertThat(asked.join().reached()).isEqualTo(1);
  }

  @Test
  void clientsThatHaveGoneAreNotWaitedFor() {
    CompletableFuture<BroadcastAnswers> asked = question();
    requests.onAnswer(
        "1", "a", new ClusterAnswer.ClientLost("y")); // before it is said who is asked
    requests.onAnswer("1", "a", reached("x", "y", "z"));
    requests.onAnswer("1", "b", reached());
    requests.onAnswer("1", "a", client("x"));
    assertThat(asked).isNotDone();

    requests.onAnswer("1", "a", new ClusterAnswer.ClientLost("z"));

    assertThat(asked).isCompleted();
    assertThat(asked.join().answers()).hasSize(1);
    assertThat(asked.join().missing()).containsExactlyInAnyOrder("y", "z");
    assertThat(asked.join().silentNodes()).isZero();
  }

  @Test
  void whatComesTwiceCountsOnce() {
    CompletableFuture<BroadcastAnswers> asked = question();
    requests.onAnswer("1", "a", reached("x"));
    requests.onAnswer("1", "a", client("x"));
    requests.onAnswer("1", "a", client("x"));
    requests.onAnswer("1", "a", reached("x"));
    requests.onAnswer("1", "b", reached());

    assertThat(asked.join().isComplete()).isTrue();
    assertThat(asked.join().answers()).hasSize(1);
  }

  @Test
  void clientsOfANodeThatGoesAreMissingAndNotWaitedFor() {
    CompletableFuture<BroadcastAnswers> asked = question();
    requests.onAnswer("1", "a", reached("x", "y"));
    requests.onAnswer("1", "b", reached("z"));
    requests.onAnswer("1", "a", client("x"));
    requests.onGone("a");
    assertThat(asked).isNotDone();

    requests.onAnswer("1", "b", client("z"));

    assertThat(asked.join().missing()).containsExactly("y");
    assertThat(asked.join().silentNodes()).isZero();
    assertThat(asked.join().reached()).isEqualTo(3);
  }

  @Test
  void aNodeThatGoesBeforeItSaysWhomItReachedIsSilent() {
    CompletableFuture<BroadcastAnswers> asked = question();
    requests.onAnswer("1", "a", reached());
    requests.onGone("b");

    assertThat(asked.join().silentNodes()).isEqualTo(1);
    assertThat(asked.join().isComplete()).isFalse();
  }

  @Test
  void atTheTimeOutTheResultIsWhatThereIs() {
    CompletableFuture<BroadcastAnswers> asked = question();
    requests.onAnswer("1", "a", reached("x", "y"));
    requests.onAnswer("1", "a", client("y"));

    clock.advance(LIMIT.toMillis());

    assertThat(asked.join().answers()).hasSize(1);
    assertThat(asked.join().missing()).containsExactly("x");
    assertThat(asked.join().silentNodes()).isEqualTo(1);
  }

  @Test
  void socketsWithoutANameAreCounted() {
    expected = CompletableFuture.completedFuture(counted(1));
    CompletableFuture<BroadcastAnswers> asked = question();
    requests.onAnswer("1", null, new ClusterAnswer.ClientAnswered(null, Arguments.of(1)));
    requests.onAnswer("1", null, new ClusterAnswer.Reached(2, null));
    assertThat(asked).isNotDone();
    clock.advance(LIMIT.toMillis());

    assertThat(asked.join().unnamed()).isEqualTo(1);
    assertThat(asked.join().answers()).hasSize(1);
    assertThat(asked.join().isComplete()).isFalse();
  }

  @Test
  void whereNodesDoNotSayWhomTheyReachedOneAnswerIsEnoughForOneSocket() {
    expected = CompletableFuture.completedFuture(new Expected(0, Set.of(), true));
    CompletableFuture<BroadcastAnswers> one =
        requests
            .question(EVENT, ALL.withRooms(Set.of("x")), LIMIT, JacksonBinder.strict())
            .toCompletableFuture();
    CompletableFuture<BroadcastAnswers> all = question();
    ClusterAnswer unnamed = new ClusterAnswer.ClientAnswered(null, Arguments.of(1));
    requests.onAnswer("1", null, unnamed);
    requests.onAnswer("2", null, unnamed);

    assertThat(one.join().answers()).hasSize(1);
    assertThat(all).isNotDone();
    clock.advance(LIMIT.toMillis());
    assertThat(all.join().answers()).hasSize(1);
  }

  // ---- bounds and ends ----

  @Test
  void whatCannotBeSentFails() {
    taken = CompletableFuture.failedFuture(new BusUnavailableException("down", null));

    assertThatThrownBy(fetch()::join).hasCauseInstanceOf(BusUnavailableException.class);
    assertThatThrownBy(ask()::join).hasCauseInstanceOf(BusUnavailableException.class);
    assertThat(question().join().silentNodes()).isPositive();
  }

  @Test
  void overTheBoundRequestsFailUntilOthersAreDone() {
    ClusterRequests two = requests(2);
    CompletableFuture<?> first = two.fetch(ALL).toCompletableFuture();
    CompletableFuture<?> second = two.fetch(ALL).toCompletableFuture();

    assertThatThrownBy(two.fetch(ALL).toCompletableFuture()::join)
        .hasCauseInstanceOf(IllegalStateException.class)
        .hasMessageContaining("more than 2 requests wait for other nodes");
    assertThat(sent).hasSize(2);
    clock.advance(LIMIT.toMillis());
    assertThat(first).isCompletedExceptionally();
    assertThat(second).isCompletedExceptionally();
    assertThat(two.fetch(ALL).toCompletableFuture()).isNotDone();
  }

  @Test
  void whatWaitsAtTheEndFails() {
    CompletableFuture<ServerAnswers> asked = ask();

    requests.close();

    assertThatThrownBy(asked::join).hasMessageContaining("the server has been stopped");
  }
}

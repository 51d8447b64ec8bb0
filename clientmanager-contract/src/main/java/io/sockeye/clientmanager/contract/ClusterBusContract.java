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

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sockeye.socketio.server.spi.BusUnavailableException;
import io.sockeye.socketio.server.spi.ClusterBus;
import io.sockeye.socketio.server.spi.ClusterBus.State;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

/**
 * What a cluster relies on in a message queue: the rules of {@link ClusterBus}. The test of a bus
 * is a class that extends it; a {@link TcpProxy} between bus and broker makes the outages:
 *
 * <pre>{@code
 * class MyBusTest extends ClusterBusContract {
 *   private static final TcpProxy PROXY = new TcpProxy("127.0.0.1", 4222);
 *
 *   @Override
 *   protected ClusterBus connect(BusOptions options) {
 *     return ClusterBuses.connect("my://127.0.0.1:" + PROXY.port(), options);
 *   }
 *
 *   @Override
 *   protected TcpProxy proxy() {
 *     return PROXY;
 *   }
 * }
 * }</pre>
 *
 * <p>Names of channels are new in each test, so the broker may be one that others use.
 */
public abstract class ClusterBusContract extends BusContract {
  private final String channel = "sockeye-contract-" + UUID.randomUUID();

  /** For subclasses. */
  protected ClusterBusContract() {}

  private static ByteBuffer bytes(String text) {
    return ByteBuffer.wrap(text.getBytes(ISO_8859_1));
  }

  private static Heard listen(ClusterBus bus, String channel) throws Exception {
    Heard heard = new Heard();
    get(bus.subscribe(channel, heard).established());
    return heard;
  }

  private static void publish(ClusterBus bus, String channel, String text) throws Exception {
    get(bus.publish(channel, bytes(text)));
  }

  // ---- messages ----

  @Test
  void everySubscriberHearsEachMessageOnceAndItsOwnToo() throws Exception {
    List<ClusterBus> buses = List.of(bus(), bus(), bus());
    List<Heard> heard = new ArrayList<>();
    for (ClusterBus bus : buses) {
      assertThat(bus.state()).isEqualTo(State.UP);
      heard.add(listen(bus, channel));
    }

    for (int i = 0; i < buses.size(); i++) {
      publish(buses.get(i), channel, "from " + i);
    }
    publish(buses.get(0), channel, "end");

    for (Heard each : heard) {
      assertThat(each.until("end")).containsExactlyInAnyOrder("from 0", "from 1", "from 2");
    }
    assertThat(buses.get(0).stats().published()).isEqualTo(2);
    assertThat(buses.get(0).stats().received()).isEqualTo(4);
  }

  @Test
  void tenThousandMessagesOfTwoSendersKeepTheirOrder() throws Exception {
    ClusterBus first = bus();
    ClusterBus second = bus();
    ClusterBus third = bus();
    List<Heard> heard =
        List.of(listen(first, channel), listen(second, channel), listen(third, channel));

    Thread other = new Thread(() -> send(second, "b"));
    other.start();
    send(first, "a");
    other.join();

    for (Heard each : heard) {
      int a = 0;
      int b = 0;
      for (int i = 0; i < 10_000; i++) {
        String text = each.text();
        int expected = text.charAt(0) == 'a' ? a++ : b++;
        assertThat(text.substring(1)).isEqualTo(String.valueOf(expected));
      }
      assertThat(each.isEmpty()).isTrue();
      assertThat(each.overlapped).isFalse();
    }
  }

  private void send(ClusterBus bus, String name) {
    CompletionStage<Void> last = CompletableFuture.completedFuture(null);
    for (int i = 0; i < 5_000; i++) {
      last = bus.publish(channel, bytes(name + i));
    }
    assertThatCode(() -> get(bus.publish(channel + "-done", bytes("x"))))
        .doesNotThrowAnyException();
    CompletionStage<Void> taken = last;
    assertThatCode(() -> get(taken)).doesNotThrowAnyException();
  }

  @Test
  void bytesAreLeftAlone() throws Exception {
    ClusterBus bus = bus();
    Heard heard = listen(bus, channel);
    byte[] every = new byte[256];
    for (int i = 0; i < every.length; i++) {
      every[i] = (byte) i;
    }
    byte[] large = new byte[1 << 20];
    new Random(1).nextBytes(large);

    for (byte[] message : new byte[][] {every, {}, large, {0}}) {
      get(bus.publish(channel, ByteBuffer.wrap(message)));
      assertThat(heard.text()).isEqualTo(new String(message, ISO_8859_1));
    }
  }

  @Test
  void whatIsPublishedIsCopiedAndWhatIsHeardIsReadOnly() throws Exception {
    ClusterBus bus = bus();
    CompletableFuture<ByteBuffer> heard = new CompletableFuture<>();
    get(bus.subscribe(channel, (name, message) -> heard.complete(message)).established());
    byte[] array = "_abc_".getBytes(ISO_8859_1);
    ByteBuffer buffer = ByteBuffer.wrap(array, 1, 3);

    CompletionStage<Void> taken = bus.publish(channel, buffer);
    assertThat(buffer.remaining()).isEqualTo(3);
    array[1] = 'X';
    get(taken);

    ByteBuffer message = get(heard);
    assertThat(message.isReadOnly()).isTrue();
    assertThat(ISO_8859_1.decode(message).toString()).isEqualTo("abc");
  }

  @Test
  void manyChannelsAreKeptApart() throws Exception {
    ClusterBus bus = bus();
    List<Heard> heard = new ArrayList<>();
    List<CompletionStage<Void>> stages = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      Heard each = new Heard();
      heard.add(each);
      stages.add(bus.subscribe(channel + "/" + i, each).established());
    }
    for (CompletionStage<Void> stage : stages) {
      get(stage);
    }

    for (int i = 0; i < 200; i++) {
      publish(bus, channel + "/" + i, "to " + i);
    }

    for (int i = 0; i < 200; i++) {
      assertThat(heard.get(i).next()).isEqualTo(new Heard.Message(channel + "/" + i, "to " + i));
    }
    assertThat(heard).allMatch(Heard::isEmpty);
  }

  @Test
  void namesOfChannelsAreTakenAsTheyAre() throws Exception {
    ClusterBus bus = bus();
    for (String name : List.of(channel + "#/ns#", channel + " *?[a]^\\", channel + "é€😀")) {
      Heard heard = listen(bus, name);
      publish(bus, name, "x");
      assertThat(heard.next()).isEqualTo(new Heard.Message(name, "x"));
    }
  }

  @Test
  void aMessageThatNobodyHearsIsTaken() throws Exception {
    publish(bus(), channel, "into the void");
  }

  @Test
  void aListenerThatFailsStopsNobody() throws Exception {
    ClusterBus bus = bus();
    get(
        bus.subscribe(
                channel,
                (name, message) -> {
                  throw new IllegalStateException("on purpose");
                })
            .established());
    Heard heard = listen(bus, channel);

    publish(bus, channel, "1");
    publish(bus, channel, "2");

    assertThat(heard.text()).isEqualTo("1");
    assertThat(heard.text()).isEqualTo("2");
  }

  // ---- subscriptions ----

  @Test
  void whoCancelsHearsNothingMore() throws Exception {
    ClusterBus bus = bus();
    Heard cancelled = new Heard();
    ClusterBus.Subscription subscription = bus.subscribe(channel, cancelled);
    get(subscription.established());
    Heard stays = listen(bus, channel);

    publish(bus, channel, "1");
    assertThat(cancelled.text()).isEqualTo("1");
    get(subscription.cancel());
    get(subscription.cancel());
    publish(bus, channel, "2");

    assertThat(stays.until("2")).containsExactly("1");
    assertThat(cancelled.isEmpty()).isTrue();
  }

  @Test
  void aChannelCanBeSubscribedToAgain() throws Exception {
    ClusterBus bus = bus();
    for (int i = 0; i < 20; i++) {
      Heard heard = new Heard();
      ClusterBus.Subscription subscription = bus.subscribe(channel, heard);
      get(subscription.established());
      publish(bus, channel, "round " + i);
      assertThat(heard.text()).isEqualTo("round " + i);
      var unused = subscription.cancel(); // not waited for: the next one comes after it
    }
  }

  @Test
  void prefixesAreNoPatterns() throws Exception {
    ClusterBus bus = bus();
    String prefix = channel + "#a*b?[c]\\^-";
    if (!bus.supportsPrefix()) {
      assertThatThrownBy(() -> bus.subscribePrefix(prefix, new Heard()))
          .isInstanceOf(UnsupportedOperationException.class)
          .hasMessageContaining(prefix);
      return;
    }
    Heard heard = new Heard();
    ClusterBus.Subscription subscription = bus.subscribePrefix(prefix, heard);
    get(subscription.established());

    publish(bus, channel + "#aXbYc\\^-1", "no");
    publish(bus, prefix + "1", "one");
    publish(bus, prefix, "itself");

    assertThat(heard.next()).isEqualTo(new Heard.Message(prefix + "1", "one"));
    assertThat(heard.next()).isEqualTo(new Heard.Message(prefix, "itself"));
    get(subscription.cancel());
    Heard after = listen(bus, prefix);
    publish(bus, prefix, "later");
    assertThat(after.text()).isEqualTo("later");
    assertThat(heard.isEmpty()).isTrue();
  }

  @Test
  void subscribersAreCountedWhereThatIsPossible() throws Exception {
    ClusterBus first = bus();
    ClusterBus second = bus();
    if (get(first.subscribers(channel)).isEmpty()) {
      return;
    }
    assertThat(get(first.subscribers(channel))).isEqualTo(OptionalInt.of(0));
    ClusterBus.Subscription one = first.subscribe(channel, new Heard());
    get(one.established());
    listen(first, channel);
    assertThat(get(second.subscribers(channel))).isEqualTo(OptionalInt.of(1));
    ClusterBus.Subscription other = second.subscribe(channel, new Heard());
    get(other.established());
    assertThat(get(first.subscribers(channel))).isEqualTo(OptionalInt.of(2));
    get(other.cancel());
    get(one.cancel());
    assertThat(get(first.subscribers(channel))).isEqualTo(OptionalInt.of(1));
  }

  @Test
  void whoseConnectionIsBrokenIsNotCounted() throws Exception {
    ClusterBus first = bus();
    ClusterBus second = bus();
    if (get(first.subscribers(channel)).isEmpty()) {
      return;
    }
    BlockingQueue<State> states = states(first);
    listen(first, channel);
    listen(second, channel);
    assertThat(get(first.subscribers(channel))).isEqualTo(OptionalInt.of(2));

    cut();
    second.close(); // it has no way to tell the broker
    await(states, State.DOWN);
    restore();
    await(states, State.UP);

    long end = System.nanoTime() + SECONDS.toNanos(30);
    while (!get(first.subscribers(channel)).equals(OptionalInt.of(1))) {
      assertThat(System.nanoTime()).isLessThan(end); // the broker may see the end a little later
    }
  }

  @Test
  void namesMayNotBeEmpty() {
    ClusterBus bus = bus();
    assertThatThrownBy(() -> bus.subscribe("", new Heard()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("channel: \"\"");
  }

  // ---- outages ----

  @Test
  void anOutageIsToldAndEndsWithEverySubscriptionOnce() throws Exception {
    ClusterBus bus = bus();
    ClusterBus sender = bus();
    BlockingQueue<State> states = states(bus);
    BlockingQueue<State> senderStates = states(sender);
    Heard heard = listen(bus, channel);
    Heard other = listen(bus, channel + "-other");

    for (int outage = 1; outage <= 3; outage++) {
      for (int i = 0; i < 20; i++) {
        publish(sender, channel, outage + "." + i);
      }
      cut();
      await(states, State.DOWN);
      await(senderStates, State.DOWN);
      restore();
      await(states, State.UP);
      await(senderStates, State.UP);

      publish(sender, channel, "end " + outage);
      List<String> before = heard.until("end " + outage);
      assertThat(before).doesNotHaveDuplicates();
      publish(sender, channel + "-other", "also " + outage);
      assertThat(other.until("also " + outage)).isEmpty();
    }
    assertThat(heard.isEmpty()).isTrue();
    assertThat(heard.overlapped).isFalse();
    assertThat(bus.stats().outages()).isEqualTo(3);
  }

  @Test
  void publishingFailsAtOnceWhileDown() throws Exception {
    ClusterBus bus = bus();
    BlockingQueue<State> states = states(bus);
    cut();
    await(states, State.DOWN);

    CompletionStage<Void> refused = bus.publish(channel, bytes("x"));
    assertThat(refused.toCompletableFuture()).isCompletedExceptionally();
    assertThat(failure(refused))
        .isInstanceOfSatisfying(
            BusUnavailableException.class, why -> assertThat(why.mayHaveBeenTaken()).isFalse());
    assertThat(bus.subscribers(channel).toCompletableFuture()).isCompletedExceptionally();
    assertThat(bus.stats().failed()).isEqualTo(1);

    restore();
    await(states, State.UP);
    publish(bus, channel, "y");
  }

  @Test
  void whatIsSubscribedToWhileDownIsHeardAfterwards() throws Exception {
    ClusterBus bus = bus();
    BlockingQueue<State> states = states(bus);
    Heard gone = new Heard();
    ClusterBus.Subscription kept = bus.subscribe(channel + "-kept", gone);
    get(kept.established());
    cut();
    await(states, State.DOWN);

    Heard heard = new Heard();
    Heard never = new Heard();
    CompletionStage<Void> established = bus.subscribe(channel, heard).established();
    ClusterBus.Subscription cancelled = bus.subscribe(channel + "-never", never);
    assertThat(established.toCompletableFuture()).isNotDone();
    get(cancelled.cancel());
    get(kept.cancel());
    assertThat(failure(cancelled.established())).isInstanceOf(CancellationException.class);

    restore();
    await(states, State.UP);
    get(established);
    publish(bus, channel + "-never", "0");
    publish(bus, channel + "-kept", "0");
    publish(bus, channel, "1");
    assertThat(heard.text()).isEqualTo("1");
    assertThat(never.isEmpty()).isTrue();
    assertThat(gone.isEmpty()).isTrue();
  }

  @Test
  void aConnectionThatIsSilentIsGivenUp() throws Exception {
    ClusterBus bus =
        bus(
            quick()
                .publishTimeout(Duration.ofMillis(500))
                .heartbeat(Duration.ofSeconds(1))
                .build());
    BlockingQueue<State> states = states(bus);
    Heard heard = listen(bus, channel);
    stall();

    assertThat(failure(bus.publish(channel, bytes("x"))))
        .isInstanceOfSatisfying(
            BusUnavailableException.class, why -> assertThat(why.mayHaveBeenTaken()).isTrue());
    await(states, State.DOWN);
    cut();
    restore();
    await(states, State.UP);
    publish(bus, channel, "y");
    assertThat(heard.until("y")).isSubsetOf("x");
  }

  @Test
  void whatIsUnderWayWhenTheConnectionBreaksIsAnswered() throws Exception {
    ClusterBus bus = bus();
    stall();
    List<CompletionStage<Void>> stages = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      stages.add(bus.publish(channel, bytes("x" + i)));
    }
    cut();
    for (CompletionStage<Void> stage : stages) {
      assertThat(failure(stage)).isInstanceOf(BusUnavailableException.class);
    }
  }

  @Test
  void aBusStartsWithoutItsBroker() throws Exception {
    cut();
    ClusterBus bus = bus();
    assertThat(bus.state()).isEqualTo(State.CONNECTING);
    BlockingQueue<State> states = states(bus);
    Heard heard = new Heard();
    CompletionStage<Void> established = bus.subscribe(channel, heard).established();
    assertThat(failure(bus.publish(channel, bytes("x"))))
        .isInstanceOf(BusUnavailableException.class);

    restore();
    await(states, State.UP);
    get(established);
    publish(bus, channel, "y");
    assertThat(heard.text()).isEqualTo("y");
  }

  @Test
  void aBusThatNeedsItsBrokerSaysWhyItCannotStart() {
    cut();
    assertThatThrownBy(() -> bus(quick().brokerRequired(true).build()))
        .isInstanceOf(BusUnavailableException.class)
        .hasMessageContaining("cannot connect: ");
  }

  @Test
  void whatWasUnderWayIsNotCountedAfterwards() throws Exception {
    ClusterBus bus = bus(quick().maxPendingBytes(10_000).build());
    BlockingQueue<State> states = states(bus);
    for (int outage = 0; outage < 3; outage++) {
      stall();
      CompletionStage<Void> lost = bus.publish(channel, ByteBuffer.allocate(9_000));
      cut();
      assertThat(failure(lost)).isInstanceOf(BusUnavailableException.class);
      await(states, State.DOWN);
      restore();
      await(states, State.UP);
    }
    get(bus.publish(channel, ByteBuffer.allocate(9_000)));
  }

  @Test
  void whatWaitsIsBounded() throws Exception {
    ClusterBus bus = bus(quick().maxPendingBytes(1_000).build());
    Heard heard = listen(bus, channel);
    CompletionStage<Void> refused = bus.publish(channel, ByteBuffer.allocate(1_001));
    assertThat(refused.toCompletableFuture()).isCompletedExceptionally();
    assertThat(failure(refused)).hasMessageContaining("maxPendingBytes 1000");

    get(bus.publish(channel, ByteBuffer.allocate(1_000)));
    assertThat(heard.text()).hasSize(1_000);
  }

  // ---- the end ----

  @Test
  void closingEndsEverything() throws Exception {
    bus().close(); // what is started once and for all is started now
    Set<Thread> before = threads();
    ClusterBus bus = connect(quick().build());
    BlockingQueue<State> states = states(bus);
    Heard heard = listen(bus, channel);
    publish(bus, channel, "x");
    assertThat(heard.text()).isEqualTo("x");

    bus.close();
    bus.close();

    await(states, State.CLOSED);
    assertThat(bus.state()).isEqualTo(State.CLOSED);
    assertThat(failure(bus.publish(channel, bytes("y"))))
        .isInstanceOf(BusUnavailableException.class);
    ClusterBus.Subscription late = bus.subscribe(channel, heard);
    assertThat(failure(late.established())).isInstanceOf(BusUnavailableException.class);
    get(late.cancel());
    Set<Thread> left = threads();
    left.removeAll(before);
    for (Thread thread : left) {
      thread.join(SECONDS.toMillis(10)); // it may be on its way out
    }
    left.removeIf(thread -> !thread.isAlive());
    assertThat(left).isEmpty();
  }

  @Test
  void aBusCanBeClosedWhileItsBrokerIsAway() throws Exception {
    ClusterBus bus = bus();
    BlockingQueue<State> states = states(bus);
    cut();
    await(states, State.DOWN);
    CompletionStage<Void> established = bus.subscribe(channel, new Heard()).established();
    bus.close();
    await(states, State.CLOSED);
    assertThat(failure(established)).isInstanceOf(BusUnavailableException.class);
  }

  /** The threads, but for those that the JDK starts for itself and those of the proxy. */
  private static Set<Thread> threads() {
    Set<Thread> threads = new HashSet<>(Thread.getAllStackTraces().keySet());
    threads.removeIf(
        thread ->
            thread.getThreadGroup() == null
                || thread.getName().startsWith("test-proxy")
                || thread.getName().startsWith("CompletableFutureDelayScheduler")
                || thread.getName().startsWith("ForkJoinPool.commonPool")
                || thread.getThreadGroup().getName().equals("system"));
    return threads;
  }
}

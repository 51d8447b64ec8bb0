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

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sockeye.socketio.server.spi.BusOptions;
import io.sockeye.socketio.server.spi.BusStreams;
import io.sockeye.socketio.server.spi.BusStreams.Entry;
import io.sockeye.socketio.server.spi.BusUnavailableException;
import io.sockeye.socketio.server.spi.ClusterBus;
import io.sockeye.socketio.server.spi.ClusterBus.State;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * What a cluster relies on in the streams of a bus: the rules of {@link BusStreams}. The test of
 * such a bus is a class that extends it, besides one for {@link ClusterBusContract}.
 *
 * <p>Some buses of a test are on the side that has outages, others are not. Names are new in each
 * test, so the broker may be one that others use.
 */
public abstract class BusStreamsContract extends BusContract {
  private static final int MANY = 5_000;

  private final String stream = "sockeye-contract-" + UUID.randomUUID();

  /** For subclasses. */
  protected BusStreamsContract() {}

  /** Connects a bus to the broker, past what has the outages. */
  protected abstract ClusterBus connectAside(BusOptions options);

  /** Deletes a stream, so that its ids begin anew. */
  protected abstract void delete(String stream);

  /** Appends an entry with an id of one's own. */
  protected abstract void append(String stream, String id, Map<String, String> fields);

  /** Keeps what it hears. */
  private static final class Entries implements BusStreams.EntryListener {
    private final BlockingQueue<Entry> entries = new LinkedBlockingQueue<>();
    private volatile int inside;
    private volatile boolean overlapped;

    @Override
    @SuppressWarnings("NonAtomicVolatileUpdate") // there must be no second thread
    public void onEntry(String stream, Entry entry) {
      overlapped |= ++inside != 1;
      entries.add(entry);
      inside--;
    }

    Entry next() throws InterruptedException {
      Entry entry = entries.poll(30, SECONDS);
      if (entry == null) {
        throw new AssertionError("no entry came within thirty seconds");
      }
      return entry;
    }

    String text() throws InterruptedException {
      return Objects.requireNonNull(next().fields().get("text"), "text");
    }
  }

  private ClusterBus aside() {
    return kept(connectAside(quick().build()));
  }

  @Override
  @AfterEach
  void close() {
    super.close();
    delete(stream);
  }

  private static BusStreams streams(ClusterBus bus) {
    return bus.streams().orElseThrow();
  }

  private static Map<String, String> text(String text) {
    return Map.of("text", text);
  }

  private CompletionStage<String> append(ClusterBus bus, String text) {
    return streams(bus).append(stream, text(text), 100_000);
  }

  private Entries follow(ClusterBus bus) throws Exception {
    Entries heard = new Entries();
    get(streams(bus).follow(stream, heard).established());
    return heard;
  }

  // ---- entries ----

  @Test
  void everyFollowHearsWhatIsAppendedAfterItBegan() throws Exception {
    ClusterBus bus = bus();
    ClusterBus other = bus();
    get(append(bus, "before"));
    List<Entries> heard = List.of(follow(bus), follow(bus), follow(other));

    String first = get(append(bus, "1"));
    String second = get(append(other, "2"));

    for (Entries each : heard) {
      assertThat(each.next()).isEqualTo(new Entry(first, text("1")));
      assertThat(each.next()).isEqualTo(new Entry(second, text("2")));
      assertThat(each.entries).isEmpty();
    }
    assertThat(other.stats().published()).isEqualTo(1);
    assertThat(other.stats().received()).isEqualTo(2);
    assertThat(other.stats().lost()).isZero();
  }

  @Test
  void entriesOfTwoBusesKeepTheirOrder() throws Exception {
    ClusterBus first = bus();
    ClusterBus second = bus();
    List<Entries> heard = List.of(follow(first), follow(second));

    Thread other = new Thread(() -> send(second, "b"));
    other.start();
    send(first, "a");
    other.join();

    for (Entries each : heard) {
      int a = 0;
      int b = 0;
      for (int i = 0; i < 2 * MANY; i++) {
        String text = each.text();
        int expected = text.charAt(0) == 'a' ? a++ : b++;
        assertThat(text.substring(1)).isEqualTo(String.valueOf(expected));
      }
      assertThat(each.entries).isEmpty();
      assertThat(each.overlapped).isFalse();
    }
  }

  private void send(ClusterBus bus, String name) {
    List<CompletionStage<String>> taken = new ArrayList<>();
    for (int i = 0; i < MANY; i++) {
      taken.add(append(bus, name + i));
    }
    for (CompletionStage<String> each : taken) {
      assertThatCode(() -> get(each)).doesNotThrowAnyException();
    }
  }

  @Test
  void whatOneThreadSendsArrivesInThatOrder() throws Exception {
    ClusterBus bus = bus();
    ClusterBus other = bus();
    for (int i = 0; i < 50; i++) {
      // Whoever hears of it by the channel finds the entry and the value.
      Heard heard = new Heard();
      ClusterBus.Subscription subscription = other.subscribe(stream, heard);
      get(subscription.established());
      CompletionStage<String> id = append(bus, "entry " + i);
      var put = streams(bus).put(stream + "-value", "value " + i, Duration.ofMinutes(1));
      var published = bus.publish(stream, ByteBuffer.wrap(new byte[] {'x'}));

      assertThat(heard.text()).isEqualTo("x");
      assertThat(get(streams(other).take(stream + "-value"))).isEqualTo("value " + i);
      assertThat(get(streams(other).range(stream, get(id), "+", 2)))
          .containsExactly(new Entry(get(id), text("entry " + i)));
      get(put);
      get(published);
      get(subscription.cancel());
    }
  }

  @Test
  void fieldsAreLeftAlone() throws Exception {
    ClusterBus bus = bus();
    Entries heard = follow(bus);
    Map<String, String> fields = new LinkedHashMap<>();
    fields.put("zebra", "");
    fields.put("é€😀\n\"\u0000", "\u0000 é€😀 \r\n");
    fields.put("alpha", "x".repeat(1 << 20));

    String id = get(streams(bus).append(stream, fields, 10));
    fields.clear();

    Entry entry = heard.next();
    assertThat(entry.fields().keySet()).containsExactly("zebra", "é€😀\n\"\u0000", "alpha");
    assertThat(entry.fields().values())
        .containsExactly("", "\u0000 é€😀 \r\n", "x".repeat(1 << 20));
    assertThatThrownBy(() -> entry.fields().clear())
        .isInstanceOf(UnsupportedOperationException.class);
    assertThat(get(streams(bus).range(stream, id, id, 1))).containsExactly(entry);
  }

  @Test
  void aListenerThatFailsGoesOn() throws Exception {
    ClusterBus bus = bus();
    Entries heard = new Entries();
    get(
        streams(bus)
            .follow(
                stream,
                (name, entry) -> {
                  heard.onEntry(name, entry);
                  throw new IllegalStateException("on purpose");
                })
            .established());
    get(append(bus, "1"));
    get(append(bus, "2"));
    assertThat(heard.text()).isEqualTo("1");
    assertThat(heard.text()).isEqualTo("2");
  }

  @Test
  void whoCancelsHearsNothingMore() throws Exception {
    ClusterBus bus = bus();
    Entries stays = follow(bus);
    Entries cancelled = new Entries();
    ClusterBus.Subscription follow = streams(bus).follow(stream, cancelled);
    get(follow.established());
    get(append(bus, "1"));
    assertThat(cancelled.text()).isEqualTo("1");

    get(follow.cancel());
    get(follow.cancel());
    get(append(bus, "2"));

    assertThat(stays.text()).isEqualTo("1");
    assertThat(stays.text()).isEqualTo("2");
    assertThat(cancelled.entries).isEmpty();
  }

  @Test
  void streamsAreKeptApart() throws Exception {
    ClusterBus bus = bus();
    String other = stream + "-other";
    try {
      Entries heard = follow(bus);
      Entries elsewhere = new Entries();
      get(streams(bus).follow(other, elsewhere).established());
      get(append(bus, "here"));
      get(streams(bus).append(other, text("there"), 10));
      assertThat(heard.text()).isEqualTo("here");
      assertThat(elsewhere.text()).isEqualTo("there");
      assertThat(heard.entries).isEmpty();
    } finally {
      delete(other);
    }
  }

  @Test
  void rangesHaveBothEndsUnlessTheyAreLeftOut() throws Exception {
    ClusterBus bus = bus();
    assertThat(get(streams(bus).range(stream, "-", "+", 10))).isEmpty();
    List<String> ids = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      ids.add(get(append(bus, "" + i)));
    }

    assertThat(ids(bus, "-", "+", 10)).isEqualTo(ids);
    assertThat(ids(bus, "-", "+", 2)).isEqualTo(ids.subList(0, 2));
    assertThat(ids(bus, ids.get(1), ids.get(3), 10)).isEqualTo(ids.subList(1, 4));
    assertThat(ids(bus, "(" + ids.get(1), "+", 10)).isEqualTo(ids.subList(2, 5));
    assertThat(ids(bus, "(" + ids.get(1), "(" + ids.get(3), 10)).isEqualTo(ids.subList(2, 3));
    assertThat(ids(bus, ids.get(3), ids.get(1), 10)).isEmpty();
    assertThat(ids(bus, "1-1", "1-1", 1)).isEmpty();
    for (String wrong : List.of("", "x", "1-1 +", "[1-1", "1-", "--")) {
      assertThatThrownBy(() -> streams(bus).range(stream, wrong, "+", 1))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("from: \"" + wrong + "\"");
    }
  }

  private List<String> ids(ClusterBus bus, String from, String to, int limit) throws Exception {
    return get(streams(bus).range(stream, from, to, limit)).stream().map(Entry::id).toList();
  }

  @Test
  void aStreamKeepsItsLastEntries() throws Exception {
    ClusterBus bus = bus();
    List<CompletionStage<String>> taken = new ArrayList<>();
    for (int i = 0; i < MANY; i++) {
      taken.add(streams(bus).append(stream, text("" + i), 100));
    }
    for (CompletionStage<String> each : taken) {
      get(each);
    }
    List<Entry> left = get(streams(bus).range(stream, "-", "+", MANY));
    assertThat(left).hasSizeBetween(100, 1_000);
    assertThat(left.get(left.size() - 1).fields()).isEqualTo(text("" + (MANY - 1)));
  }

  @Test
  void whatMakesNoSenseIsRefused() {
    BusStreams streams = streams(bus());
    assertThatThrownBy(() -> streams.append(stream, Map.of(), 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("no fields");
    assertThatThrownBy(() -> streams.append(stream, text("x"), 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("maxLength: 0");
    assertThatThrownBy(() -> streams.follow("", (name, entry) -> {}))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> streams.range(stream, "-", "+", 0))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> streams.put("key", "value", Duration.ZERO))
        .isInstanceOf(IllegalArgumentException.class);
  }

  // ---- values ----

  @Test
  void aValueCanBeTakenOnce() throws Exception {
    BusStreams one = streams(bus());
    BusStreams other = streams(bus());
    String key = stream + "-value";
    assertThat(get(other.take(key))).isNull();
    get(one.put(key, "replaced", Duration.ofMinutes(1)));
    get(one.put(key, "é€😀 " + "x".repeat(1 << 20), Duration.ofMinutes(1)));
    assertThat(get(other.take(key))).isEqualTo("é€😀 " + "x".repeat(1 << 20));
    assertThat(get(other.take(key))).isNull();
    assertThat(get(one.take(key))).isNull();
  }

  @Test
  void ofManyThatTakeAValueOneGetsIt() throws Exception {
    List<ClusterBus> buses = List.of(bus(), bus(), bus());
    String key = stream + "-value";
    for (int round = 0; round < 50; round++) {
      get(streams(buses.get(0)).put(key, "value", Duration.ofMinutes(1)));
      List<CompletionStage<String>> answers = new ArrayList<>();
      for (ClusterBus bus : buses) {
        answers.add(streams(bus).take(key));
        answers.add(streams(bus).take(key));
      }
      int taken = 0;
      for (CompletionStage<String> answer : answers) {
        if (get(answer) != null) {
          taken++;
        }
      }
      assertThat(taken).isEqualTo(1);
    }
  }

  @Test
  void aValueGoesWhenItsTimeIsOver() throws Exception {
    BusStreams streams = streams(bus());
    get(streams.put(stream + "-long", "stays", Duration.ofHours(1)));
    get(streams.put(stream + "-short", "goes", Duration.ofMillis(5)));
    // Asks for something else until the time is over, also by a clock that goes in steps.
    for (long begin = System.nanoTime(); System.nanoTime() - begin < 50_000_000; ) {
      assertThat(get(streams.take(stream + "-another"))).isNull();
    }
    assertThat(get(streams.take(stream + "-short"))).isNull();
    assertThat(get(streams.take(stream + "-long"))).isEqualTo("stays");
  }

  // ---- outages ----

  @Test
  void nothingIsLostOrRepeatedOverOutages() throws Exception {
    ClusterBus bus = bus();
    ClusterBus sender = aside();
    BlockingQueue<State> states = states(bus);
    Entries heard = follow(bus);

    int next = 0;
    for (int outage = 1; outage <= 3; outage++) {
      List<CompletionStage<String>> taken = new ArrayList<>();
      for (int i = 0; i < 500; i++) {
        taken.add(append(sender, "" + next++));
      }
      cut(); // while entries are on their way
      for (int i = 0; i < 500; i++) {
        taken.add(append(sender, "" + next++));
      }
      for (CompletionStage<String> each : taken) {
        get(each);
      }
      await(states, State.DOWN);
      restore();
      await(states, State.UP);
      get(append(sender, "" + next++));
    }

    for (int i = 0; i < next; i++) {
      assertThat(heard.text()).isEqualTo("" + i);
    }
    assertThat(heard.entries).isEmpty();
    assertThat(heard.overlapped).isFalse();
    assertThat(bus.stats().lost()).isZero();
    assertThat(bus.stats().received()).isEqualTo(next);
  }

  @Test
  void nothingIsLostWhenAConnectionIsSilent() throws Exception {
    ClusterBus bus = kept(connect(quick().heartbeat(Duration.ofSeconds(1)).build()));
    ClusterBus other = aside();
    BlockingQueue<State> states = states(bus);
    Entries heard = follow(bus);
    get(append(other, "1"));
    assertThat(heard.text()).isEqualTo("1");
    stall();
    get(append(other, "2"));
    await(states, State.DOWN);
    cut();
    get(append(other, "3"));
    restore();
    await(states, State.UP);
    assertThat(heard.text()).isEqualTo("2");
    assertThat(heard.text()).isEqualTo("3");
    assertThat(heard.entries).isEmpty();
  }

  @Test
  void everythingFailsAtOnceWhileDown() throws Exception {
    ClusterBus bus = bus();
    BlockingQueue<State> states = states(bus);
    cut();
    await(states, State.DOWN);

    BusStreams streams = streams(bus);
    for (CompletionStage<?> refused :
        List.of(
            append(bus, "x"),
            streams.put(stream + "-value", "x", Duration.ofMinutes(1)),
            streams.take(stream + "-value"),
            streams.range(stream, "-", "+", 1))) {
      assertThat(refused.toCompletableFuture()).isCompletedExceptionally();
      assertThat(failure(refused))
          .isInstanceOfSatisfying(
              BusUnavailableException.class, why -> assertThat(why.mayHaveBeenTaken()).isFalse());
    }
    assertThat(bus.stats().failed()).isEqualTo(2);

    restore();
    await(states, State.UP);
    get(append(bus, "y"));
  }

  @Test
  void whatIsFollowedWhileDownBeginsWhenTheBusIsUp() throws Exception {
    ClusterBus bus = bus();
    ClusterBus other = aside();
    BlockingQueue<State> states = states(bus);
    cut();
    await(states, State.DOWN);

    Entries heard = new Entries();
    Entries never = new Entries();
    ClusterBus.Subscription follow = streams(bus).follow(stream, heard);
    ClusterBus.Subscription cancelled = streams(bus).follow(stream, never);
    get(append(other, "too early"));
    assertThat(follow.established().toCompletableFuture()).isNotDone();
    get(cancelled.cancel());
    assertThat(failure(cancelled.established())).isInstanceOf(CancellationException.class);

    restore();
    await(states, State.UP);
    get(append(other, "in time")); // by whom the bus has told that it is up
    get(follow.established());
    assertThat(heard.text()).isEqualTo("in time");
    assertThat(never.entries).isEmpty();
  }

  @Test
  void entriesThatWereTrimmedDuringAnOutageAreCounted() throws Exception {
    ClusterBus bus = bus();
    ClusterBus other = aside();
    BlockingQueue<State> states = states(bus);
    Entries heard = follow(bus);
    get(append(other, "first"));
    assertThat(heard.text()).isEqualTo("first");
    cut();
    await(states, State.DOWN);
    List<CompletionStage<String>> taken = new ArrayList<>();
    for (int i = 0; i < MANY; i++) {
      taken.add(streams(other).append(stream, text("" + i), 100));
    }
    for (CompletionStage<String> each : taken) {
      get(each);
    }
    int left = get(streams(other).range(stream, "-", "+", MANY)).size();

    restore();
    await(states, State.UP);
    for (int i = MANY - left; i < MANY; i++) {
      assertThat(heard.text()).isEqualTo("" + i);
    }
    assertThat(bus.stats().lost()).isEqualTo(MANY - left);
  }

  @Test
  void aStreamThatWasMadeAnewIsReadFromItsBeginning() throws Exception {
    ClusterBus bus = bus();
    ClusterBus other = aside();
    BlockingQueue<State> states = states(bus);
    Entries heard = follow(bus);
    get(append(other, "old"));
    assertThat(heard.text()).isEqualTo("old");
    cut();
    await(states, State.DOWN);
    delete(stream);
    append(stream, "1-1", text("new")); // as after a restart, with a clock that was set back
    append(stream, "1-2", text("newer"));

    restore();
    await(states, State.UP);
    assertThat(heard.text()).isEqualTo("new");
    assertThat(heard.text()).isEqualTo("newer");
    append(stream, "1-3", text("newest"));
    assertThat(heard.text()).isEqualTo("newest");
    assertThat(heard.entries).isEmpty();
    assertThat(bus.stats().lost()).isZero();
  }

  @Test
  void aStreamThatIsMadeAnewWhileItIsReadIsFound() throws Exception {
    ClusterBus bus = bus();
    Entries heard = follow(bus);
    get(append(bus, "old"));
    assertThat(heard.text()).isEqualTo("old");
    delete(stream);
    append(stream, "1-1", text("new"));
    assertThat(heard.text()).isEqualTo("new");
  }

  /** Follows the stream to 5-90, and has it go on after 5-50 while the bus is cut off. */
  private Entries loseEnd(BlockingQueue<State> states, ClusterBus bus) throws Exception {
    append(stream, "5-1", text("before"));
    Entries heard = follow(bus);
    for (int i = 10; i <= 90; i += 10) {
      append(stream, "5-" + i, text("" + i));
      assertThat(heard.text()).isEqualTo("" + i);
    }
    cut();
    await(states, State.DOWN);
    delete(stream); // as a replica that takes over without the last entries
    append(stream, "5-1", text("before"));
    for (int i = 10; i <= 50; i += 10) {
      append(stream, "5-" + i, text("" + i));
    }
    append(stream, "5-55", text("another"));
    return heard;
  }

  @Test
  void aStreamThatHasLostItsEndIsNotReadTwice() throws Exception {
    ClusterBus bus = bus();
    BlockingQueue<State> states = states(bus);
    Entries heard = loseEnd(states, bus);

    restore();
    await(states, State.UP);
    append(stream, "5-56", text("and one more"));
    assertThat(heard.text()).isEqualTo("another");
    assertThat(heard.text()).isEqualTo("and one more");
    append(stream, "6-1", text("end"));
    assertThat(heard.text()).isEqualTo("end");
  }

  @Test
  void aStreamThatHasLostItsEndAndGrownSinceIsReadFromThere() throws Exception {
    ClusterBus bus = bus();
    BlockingQueue<State> states = states(bus);
    Entries heard = loseEnd(states, bus);
    append(stream, "6-1", text("later than all before"));

    restore();
    await(states, State.UP);
    assertThat(heard.text()).isEqualTo("another");
    assertThat(heard.text()).isEqualTo("later than all before");
    append(stream, "6-2", text("end"));
    assertThat(heard.text()).isEqualTo("end");
    assertThat(bus.stats().lost()).isZero();
  }

  // ---- the end ----

  @Test
  void closingEndsEverything() throws Exception {
    bus().close(); // what is started once and for all is started now
    ClusterBus bus = connect(quick().build());
    ClusterBus other = aside();
    Entries heard = follow(bus);
    CountDownLatch inside = new CountDownLatch(1);
    ClusterBus.Subscription follow =
        streams(bus).follow(stream, (name, entry) -> inside.countDown());
    get(follow.established());
    get(append(bus, "x"));
    assertThat(heard.text()).isEqualTo("x");
    assertThat(inside.await(30, SECONDS)).isTrue();

    bus.close();
    get(append(other, "y"));

    assertThat(failure(append(bus, "z"))).isInstanceOf(BusUnavailableException.class);
    ClusterBus.Subscription late = streams(bus).follow(stream, heard);
    assertThat(failure(late.established())).isInstanceOf(BusUnavailableException.class);
    get(late.cancel());
    get(follow.cancel());
    assertThat(heard.entries).isEmpty();
  }

  @Test
  void aFollowThatNeverBeganEndsWithItsBus() throws Exception {
    cut();
    ClusterBus bus = bus();
    CompletionStage<Void> established = streams(bus).follow(stream, new Entries()).established();
    bus.close();
    assertThat(failure(established)).isInstanceOf(BusUnavailableException.class);
  }
}

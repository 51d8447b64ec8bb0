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

import static org.assertj.core.api.Assertions.assertThat;

import io.sockeye.socketio.server.spi.BusStreams.Entry;
import io.sockeye.socketio.server.spi.StreamLink.Condition;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What the contract of streams cannot show: answers and times that a test decides on. */
class FollowTest {
  private final Bus bus = new Bus();
  private final Link link = new Link();
  private final List<String> heard = new ArrayList<>();
  private final Follow follow = new Follow("log", (stream, entry) -> heard.add(entry.id()), bus);

  /** Keeps what is to be done later. */
  private static final class Bus implements Follow.Bus {
    private final List<Runnable> later = new ArrayList<>();
    private final List<Integer> pauses = new ArrayList<>();
    private long lost;
    private int settled;

    @Override
    public String name() {
      return "test";
    }

    @Override
    public BusOptions options() {
      return BusOptions.defaults();
    }

    @Override
    public void post(Runnable task) {
      task.run();
    }

    @Override
    public void schedule(Runnable task, Duration delay) {
      later.add(task);
    }

    @Override
    public Duration pause(int failures) {
      pauses.add(failures);
      return Duration.ofMillis(failures);
    }

    @Override
    public void onEntry() {}

    @Override
    public void onLost(long entries) {
      lost += entries;
    }

    @Override
    public void settled(Follow follow) {
      settled++;
    }

    /** Lets the pause be over. */
    void resume() {
      assertThat(later).hasSize(1);
      later.remove(0).run();
    }
  }

  /** Answers when a test does. */
  private static final class Link implements StreamLink {
    private final List<CompletableFuture<Condition>> conditions = new ArrayList<>();
    private final List<CompletableFuture<Reader>> connecting = new ArrayList<>();

    @Override
    public CompletionStage<Condition> condition(String stream) {
      conditions.add(new CompletableFuture<>());
      return conditions.get(conditions.size() - 1);
    }

    @Override
    public CompletionStage<Reader> reader(String stream) {
      connecting.add(new CompletableFuture<>());
      return connecting.get(connecting.size() - 1);
    }

    void answer(String lastId, @Nullable String firstId, long length, long appended) {
      conditions
          .get(conditions.size() - 1)
          .complete(new Condition(lastId, firstId, length, appended));
    }

    ScriptedReader connect() {
      ScriptedReader reader = new ScriptedReader();
      connecting.get(connecting.size() - 1).complete(reader);
      return reader;
    }

    @Override
    public CompletionStage<List<Entry>> newest(String stream, String upTo, int limit) {
      return CompletableFuture.completedFuture(List.of());
    }

    @Override
    public CompletionStage<String> append(
        String stream, Map<String, String> fields, long maxLength) {
      throw new UnsupportedOperationException();
    }

    @Override
    public CompletionStage<List<Entry>> range(String stream, String from, String to, int limit) {
      throw new UnsupportedOperationException();
    }

    @Override
    public CompletionStage<Void> put(String key, String value, Duration timeToLive) {
      throw new UnsupportedOperationException();
    }

    @Override
    public CompletionStage<@Nullable String> take(String key) {
      throw new UnsupportedOperationException();
    }
  }

  private static final class ScriptedReader implements StreamLink.Reader {
    private final List<String> positions = new ArrayList<>();
    private final List<CompletableFuture<List<Entry>>> reads = new ArrayList<>();
    private boolean isClosed;

    @Override
    public CompletionStage<List<Entry>> read(String after, int limit, Duration wait) {
      positions.add(after);
      reads.add(new CompletableFuture<>());
      return last();
    }

    CompletableFuture<List<Entry>> last() {
      return reads.get(reads.size() - 1);
    }

    @Override
    public CompletionStage<Void> close() {
      isClosed = true;
      if (!reads.isEmpty()) {
        last().completeExceptionally(new IllegalStateException("closed"));
      }
      return CompletableFuture.completedFuture(null);
    }
  }

  private static List<Entry> entries(int from, int to) {
    return IntStream.rangeClosed(from, to)
        .mapToObj(i -> new Entry("1-" + i, Map.of("a", "b")))
        .toList();
  }

  @Test
  void itReadsOnAfterWhatItHasHandedOn() {
    follow.attach(link);
    assertThat(follow.established().toCompletableFuture()).isNotDone();
    link.answer("1-4", "1-1", 4, 4);
    assertThat(follow.established().toCompletableFuture()).isCompleted();
    ScriptedReader reader = link.connect();
    reader.last().complete(entries(5, 7));
    reader.last().complete(entries(8, 8));
    assertThat(reader.positions).containsExactly("1-4", "1-7", "1-8");
    assertThat(heard).containsExactly("1-5", "1-6", "1-7", "1-8");
    assertThat(bus.lost).isZero();
  }

  @Test
  void pausesGrowUntilSomethingIsRead() {
    follow.attach(link);
    for (int i = 0; i < 3; i++) {
      link.conditions.get(i).completeExceptionally(new IllegalStateException("LOADING"));
      assertThat(link.conditions).hasSize(i + 1);
      bus.resume();
    }
    assertThat(bus.settled).isEqualTo(3); // the bus does not wait for it
    link.answer("1-4", "1-1", 4, 4);
    link.connecting.get(0).completeExceptionally(new IllegalStateException("too many clients"));
    bus.resume();
    link.answer("1-4", "1-1", 4, 4);
    ScriptedReader reader = link.connect();
    reader.last().completeExceptionally(new IllegalStateException("NOPERM"));
    assertThat(reader.isClosed).isTrue();
    bus.resume();
    link.answer("1-4", "1-1", 4, 4);
    reader = link.connect();
    reader.last().complete(entries(5, 5));
    reader.last().completeExceptionally(new IllegalStateException("gone"));
    assertThat(bus.pauses).containsExactly(0, 1, 2, 3, 4, 0);
  }

  @Test
  void whatIsTrimmedWhileItIsReadIsCounted() {
    follow.attach(link);
    link.answer("0-0", null, 0, 0);
    ScriptedReader reader = link.connect();
    reader.last().complete(entries(1, 100)); // as many as there may be: perhaps it is late
    link.answer("1-500", "1-401", 100, 500);
    assertThat(bus.lost).isEqualTo(300);
    reader.last().complete(entries(401, 500));
    link.answer("1-500", "1-401", 100, 500);
    assertThat(bus.lost).isEqualTo(300);
    reader.last().complete(List.of());
    link.answer("1-510", null, 0, 510); // all of the next ten have gone at once
    assertThat(bus.lost).isEqualTo(310);
    reader.last().complete(List.of());
    link.answer("1-510", null, 0, 510);
    assertThat(bus.lost).isEqualTo(310);
    assertThat(heard).hasSize(200);
  }

  @Test
  void withoutACountNothingIsCounted() {
    follow.attach(link);
    link.answer("1-4", "1-1", 4, -1);
    ScriptedReader reader = link.connect();
    reader.last().complete(List.of());
    link.answer("1-500", "1-401", 100, -1);
    assertThat(reader.positions).containsExactly("1-4", "1-4");
    assertThat(bus.lost).isZero();
  }

  @Test
  void aConnectionThatComesTooLateIsClosed() {
    follow.attach(link);
    link.answer("1-4", "1-1", 4, 4);
    follow.cancel();
    assertThat(follow.ended().toCompletableFuture()).isCompleted();
    assertThat(link.connect().isClosed).isTrue();
    assertThat(bus.later).isEmpty();
  }

  @Test
  void theNextLinkIsReadWhenTheLastReadHasEnded() {
    follow.attach(link);
    link.answer("1-4", "1-1", 4, 4);
    Link next = new Link();
    follow.detach();
    follow.attach(next);
    assertThat(next.conditions).isEmpty(); // the first link is still connecting a reader
    assertThat(link.connect().isClosed).isTrue();
    assertThat(next.conditions).hasSize(1);
    next.answer("1-5", "1-1", 5, 5);
    ScriptedReader reader = next.connect();
    assertThat(reader.positions).containsExactly("1-4");
    assertThat(bus.pauses).isEmpty();
  }

  @Test
  void whoCancelsWhileEntriesAreHandedOnHearsNoMore() {
    List<String> few = new ArrayList<>();
    Follow[] self = new Follow[1];
    self[0] =
        new Follow(
            "log",
            (stream, entry) -> {
              few.add(entry.id());
              self[0].cancel();
            },
            bus);
    self[0].attach(link);
    link.answer("0-0", null, 0, 0);
    ScriptedReader reader = link.connect();
    reader.last().complete(entries(1, 3));
    assertThat(few).containsExactly("1-1");
    assertThat(reader.isClosed).isTrue();
    assertThat(self[0].ended().toCompletableFuture()).isCompleted();
  }

  @Test
  void idsAreComparedAsUnsignedNumbers() {
    assertThat(StreamId.parse("18446744073709551615-1")).isGreaterThan(StreamId.parse("5-7"));
    assertThat(StreamId.parse("5-10")).isGreaterThan(StreamId.parse("5-9"));
    assertThat(StreamId.parse("18446744073709551615-1")).hasToString("18446744073709551615-1");
    assertThat(StreamId.parse("7")).isEqualTo(new StreamId(7, 0));
  }
}

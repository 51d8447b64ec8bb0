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

import io.sockeye.engineio.server.internal.Lane;
import io.sockeye.socketio.server.spi.BusStreams.Entry;
import io.sockeye.socketio.server.spi.StreamLink.Condition;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A listener on a stream and its place there. On each link it looks how the stream is, connects a
 * reader and reads until that fails; what fails on a link that is still there is tried again after
 * a pause that grows.
 *
 * <p><b>Concurrency.</b> All of it runs on {@code lane}, and so do the calls of the listener;
 * fields that are not volatile belong to it. The lane has no thread of its own: readers bring
 * theirs. A run asks for one thing at a time.
 */
final class Follow implements ClusterBus.Subscription {
  private static final Logger log = LoggerFactory.getLogger(Follow.class);

  /** As the official adapter reads. */
  private static final int BATCH = 100;

  private static final Duration WAIT = Duration.ofSeconds(5);

  /**
   * How many ids are kept of those that were handed on last, and how far back they are looked for
   * in a stream that has become shorter at its end: that of a replica which took over.
   */
  private static final int REMEMBERED = 1_000;

  private static final int LOOK_BACK = 100;

  /** What the bus does for its follows. Safe for use by any thread. */
  interface Bus {
    /** Returns the name for logs. */
    String name();

    BusOptions options();

    /** Runs a task on the control thread, unless the bus is closed. */
    void post(Runnable task);

    /** Runs a task later, unless the bus is closed. */
    void schedule(Runnable task, Duration delay);

    /** Returns the pause after some failures in a row. */
    Duration pause(int failures);

    /** An entry is handed on. */
    void onEntry();

    /** Entries are gone that were not handed on. */
    void onLost(long entries);

    /** A follow has found its place in the stream, or knows that it cannot on this link. */
    void settled(Follow follow);
  }

  private final String stream;
  private final BusStreams.EntryListener listener;
  private final Bus bus;
  private final Lane lane = new Lane();
  private final CompletableFuture<Void> established = new CompletableFuture<>();
  private final CompletableFuture<Void> ended = new CompletableFuture<>();
  private volatile boolean isPlaced;
  private volatile boolean isOver;

  private StreamId position = StreamId.ZERO; // of what was handed on last
  private long number = -1; // which of all entries that is; -1 if not known
  private final Set<StreamId> remembered = new LinkedHashSet<>(); // oldest first
  private @Nullable StreamLink link; // the one that is there
  private @Nullable Run run;
  private int failures;

  Follow(String stream, BusStreams.EntryListener listener, Bus bus) {
    this.stream = stream;
    this.listener = listener;
    this.bus = bus;
  }

  @Override
  public CompletionStage<Void> established() {
    return established.minimalCompletionStage();
  }

  @Override
  public CompletionStage<Void> cancel() {
    isOver = true; // at once, for whoever hands on now
    bus.post(
        () -> end(new CancellationException("stream " + stream + ": cancelled before it began")));
    return ended();
  }

  boolean isPlaced() {
    return isPlaced;
  }

  /** Completes when it has ended. */
  CompletionStage<Void> ended() {
    return ended.minimalCompletionStage();
  }

  /** There is another link. */
  void attach(StreamLink next) {
    lane.execute(
        () -> {
          if (link != next) {
            link = next;
            failures = 0;
            begin();
          }
        });
  }

  /** The link is lost. */
  void detach() {
    lane.execute(
        () -> {
          link = null;
          if (run != null) {
            run.stop();
          }
        });
  }

  /** Ends it for good. Calls after the first do nothing. */
  void end(Throwable why) {
    isOver = true;
    lane.execute(
        () -> {
          link = null;
          established.completeExceptionally(why);
          CompletionStage<Void> stopped =
              run == null ? CompletableFuture.completedFuture(null) : run.stop();
          stopped.whenComplete((ok, ignored) -> ended.complete(null));
        });
  }

  private void begin() {
    StreamLink present = link;
    if (isOver) {
      bus.settled(this);
    } else if (run == null && present != null) {
      run = new Run(present);
      run.look();
    }
  }

  /** The run is over; it has handed on its last entry. */
  private void onRunEnded(Run which, Throwable failure) {
    run = null;
    if (!isPlaced) {
      bus.settled(this);
    }
    if (isOver) {
      return;
    }
    if (link != which.link) { // it has failed with its link
      begin();
      return;
    }
    String why = ReconnectingBus.brief(failure);
    if (failures == 0) {
      log.warn("{}: stream {} cannot be read; trying on: {}", bus.name(), stream, why);
    } else {
      log.debug("{}: stream {} still cannot be read: {}", bus.name(), stream, why);
    }
    bus.schedule(() -> lane.execute(this::begin), bus.pause(failures++));
  }

  private void place(Condition condition) {
    position = StreamId.parse(condition.lastId());
    number = condition.appended();
    isPlaced = true;
    bus.settled(this);
    established.complete(null);
  }

  private void hand(Entry entry) {
    position = StreamId.parse(entry.id());
    if (number >= 0) {
      number++;
    }
    remembered.add(position);
    if (remembered.size() > REMEMBERED) {
      remembered.remove(remembered.iterator().next());
    }
    bus.onEntry();
    try {
      listener.onEntry(stream, entry);
    } catch (RuntimeException failure) {
      log.error("{}: a listener of stream {} failed; it goes on", bus.name(), stream, failure);
    }
  }

  /** Counts what is gone from the beginning of the stream, and had not been handed on. */
  private void count(Condition condition) {
    boolean isAtEnd = position.equals(StreamId.parse(condition.lastId()));
    String first = condition.firstId();
    boolean isBeforeFirst = first != null && position.compareTo(StreamId.parse(first)) < 0;
    if (!isAtEnd && first != null && !isBeforeFirst) {
      return; // what comes next is there
    }
    if (condition.appended() < 0) {
      // Redis before 7 does not tell whether there was anything between the two.
      if (isBeforeFirst && !position.equals(StreamId.ZERO)) {
        log.warn(
            "{}: stream {} begins at {}, after {}; there may have been entries between them that"
                + " are lost",
            bus.name(),
            stream,
            first,
            position);
      }
      return;
    }
    long passed = isAtEnd ? condition.appended() : condition.appended() - condition.length();
    long gone = number < 0 ? 0 : passed - number;
    number = passed;
    if (gone > 0) {
      bus.onLost(gone);
      log.warn(
          "{}: stream {}: {} entries after {} are lost: they were gone before they were read",
          bus.name(),
          stream,
          gone,
          position);
    }
  }

  /**
   * Finds the place in a stream that may not be the one it was: it has lost its end, or was made
   * anew.
   *
   * @param before the newest entries up to the position
   */
  private void findPlace(Condition condition, List<Entry> before) {
    boolean isShorter = isShorter(condition);
    for (int i = 0; i < before.size(); i++) {
      StreamId id = StreamId.parse(before.get(i).id());
      if (id.equals(position)) {
        break;
      }
      if (remembered.contains(id)) {
        log.warn(
            "{}: stream {} has lost its end after {}; going on from there", bus.name(), stream, id);
        position = id;
        // Where there is more after the position, it is not known how much of it is new.
        number = isShorter && condition.appended() >= 0 ? condition.appended() - i : -1;
        return;
      }
    }
    if (!isShorter) {
      count(condition);
      return;
    }
    log.warn("{}: stream {} has been made anew; reading it from its beginning", bus.name(), stream);
    position = StreamId.ZERO;
    number = condition.appended() < 0 ? -1 : 0;
    remembered.clear();
  }

  private boolean isShorter(Condition condition) {
    return StreamId.parse(condition.lastId()).compareTo(position) < 0;
  }

  /** What is done on one link, until something fails. */
  private final class Run {
    private final StreamLink link;
    private StreamLink.@Nullable Reader reader;
    private boolean isSame; // the stream, as far as is known, since it was looked at first
    private boolean isStopped;

    Run(StreamLink link) {
      this.link = link;
    }

    /** Looks how the stream is: before the first entry, and now and then. */
    void look() {
      await(
          link.condition(stream),
          bus.options().publishTimeout(),
          condition -> {
            if (!isPlaced) {
              place(condition);
              isSame = true;
            } else if (!isSame || isShorter(condition)) {
              await(
                  link.newest(stream, position.toString(), LOOK_BACK),
                  bus.options().publishTimeout(),
                  before -> {
                    findPlace(condition, before);
                    isSame = true;
                    read();
                  });
              return;
            } else {
              count(condition);
            }
            read();
          });
    }

    private void read() {
      if (reader == null) {
        connect();
        return;
      }
      await(
          reader.read(position.toString(), BATCH, WAIT),
          WAIT.plus(bus.options().heartbeat()),
          entries -> {
            if (failures > 0) {
              log.info("{}: stream {} can be read again", bus.name(), stream);
              failures = 0;
            }
            for (Entry entry : entries) {
              if (isOver || isStopped) {
                break;
              }
              hand(entry);
            }
            // Whoever is behind may be overtaken by the trimming.
            if (entries.isEmpty() || entries.size() == BATCH) {
              look();
            } else {
              read();
            }
          });
    }

    private void connect() {
      CompletionStage<? extends StreamLink.Reader> connecting = link.reader(stream);
      connecting.whenCompleteAsync(
          (connected, failure) -> {
            if (connected != null && (run != this || isStopped)) { // too late
              var unused = connected.close();
            }
          },
          lane);
      await(
          connecting,
          bus.options().connectTimeout().multipliedBy(2),
          connected -> {
            reader = connected;
            read();
          });
    }

    /** Goes on with an answer, on the lane; ends the run if there is none. */
    private <T> void await(CompletionStage<T> stage, Duration patience, Consumer<T> then) {
      var unused =
          stage
              .toCompletableFuture()
              .copy()
              .orTimeout(patience.toNanos(), TimeUnit.NANOSECONDS)
              .whenCompleteAsync(
                  (answer, failure) -> {
                    if (run != this) {
                      return;
                    }
                    if (failure != null || isStopped) {
                      fail(failure == null ? new CancellationException("stopped") : failure);
                      return;
                    }
                    try {
                      then.accept(answer);
                    } catch (RuntimeException wrong) { // an answer that makes no sense
                      fail(wrong);
                    }
                  },
                  lane);
    }

    private void fail(Throwable failure) {
      var unused = stop();
      onRunEnded(this, failure);
    }

    /** Stops reading; the end comes when what was asked for has failed. */
    CompletionStage<Void> stop() {
      isStopped = true;
      return reader == null ? CompletableFuture.completedFuture(null) : reader.close();
    }
  }
}

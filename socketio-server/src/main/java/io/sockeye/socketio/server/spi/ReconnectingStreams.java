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

import io.sockeye.engineio.server.internal.Checks;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The streams of a {@link ReconnectingBus}: questions go to the link that is up, and each follow
 * goes from link to link.
 *
 * <p><b>Concurrency.</b> {@link #attach}, {@link #detach} and {@link #end} are called on the
 * control thread of the bus, and {@code link} is used there only. Each follow has a lane of its
 * own.
 */
final class ReconnectingStreams implements BusStreams {
  private static final Pattern ID = Pattern.compile("[-+]|\\(?[0-9]{1,20}(-[0-9]{1,20})?");

  /** What the bus does for its streams. */
  interface Bus extends Follow.Bus {
    /**
     * Asks the link that is up.
     *
     * @param size how many bytes wait for the answer
     * @param counts whether it is one more message in the statistics
     */
    <T> CompletionStage<T> ask(
        long size, boolean counts, Function<BusLink, CompletionStage<T>> question);
  }

  private final Bus bus;
  private final Set<Follow> follows = ConcurrentHashMap.newKeySet();
  private volatile @Nullable RuntimeException end;
  private @Nullable StreamLink link; // control

  ReconnectingStreams(Bus bus) {
    this.bus = bus;
  }

  @Override
  public CompletionStage<String> append(String stream, Map<String, String> fields, long maxLength) {
    named(stream, "stream");
    Map<String, String> copy = new LinkedHashMap<>(fields);
    if (copy.isEmpty()) {
      throw new IllegalArgumentException(
          "stream \"" + stream + "\": no fields (expected: at least one)");
    }
    if (maxLength < 1) {
      throw new IllegalArgumentException("maxLength: " + maxLength + " (expected: > 0)");
    }
    long size = 0;
    for (Map.Entry<String, String> field : copy.entrySet()) {
      size += (long) field.getKey().length() + field.getValue().length();
    }
    return bus.ask(size, true, to -> to.streams().append(stream, copy, maxLength));
  }

  @Override
  public CompletionStage<List<Entry>> range(String stream, String from, String to, int limit) {
    named(stream, "stream");
    checkId(from, "from");
    checkId(to, "to");
    Checks.positive(limit, "limit");
    return bus.ask(0, false, asked -> asked.streams().range(stream, from, to, limit));
  }

  @Override
  public CompletionStage<Void> put(String key, String value, Duration timeToLive) {
    named(key, "key");
    Objects.requireNonNull(value, "value");
    Checks.atLeastOneMilli(timeToLive, "timeToLive");
    return bus.ask(value.length(), true, to -> to.streams().put(key, value, timeToLive));
  }

  @Override
  public CompletionStage<@Nullable String> take(String key) {
    named(key, "key");
    return bus.ask(0, false, asked -> asked.streams().take(key));
  }

  private static void named(String name, String what) {
    Objects.requireNonNull(name, what);
    if (name.isEmpty()) {
      throw new IllegalArgumentException(what + ": \"\" (expected: at least one character)");
    }
  }

  private static void checkId(String id, String what) {
    if (!ID.matcher(id).matches()) {
      throw new IllegalArgumentException(
          what
              + ": \""
              + id
              + "\" (expected: an id such as 1700000000000-0, \"(\" and one, - or +)");
    }
  }

  @Override
  public ClusterBus.Subscription follow(String stream, EntryListener listener) {
    named(stream, "stream");
    Follow follow = new Follow(stream, Objects.requireNonNull(listener, "listener"), bus);
    follows.add(follow);
    var unused = follow.ended().thenRun(() -> follows.remove(follow));
    RuntimeException why = end;
    if (why != null) {
      follow.end(why);
    } else {
      bus.post(
          () -> {
            StreamLink present = link;
            if (present != null) {
              follow.attach(present);
            }
          });
    }
    return follow;
  }

  /**
   * There is another link: all follows read on it.
   *
   * @return the follows that had no place in their stream yet, and call {@link Follow.Bus#settled}
   */
  List<Follow> attach(StreamLink next) {
    link = next;
    List<Follow> unplaced = new ArrayList<>();
    for (Follow follow : follows) {
      if (!follow.isPlaced()) {
        unplaced.add(follow);
      }
      follow.attach(next);
    }
    return unplaced;
  }

  /** The link is lost. */
  void detach() {
    link = null;
    follows.forEach(Follow::detach);
  }

  /** Ends all follows; completes when they have. */
  CompletionStage<Void> end(RuntimeException why) {
    link = null;
    end = why;
    List<Follow> left = List.copyOf(follows);
    left.forEach(follow -> follow.end(why));
    return CompletableFuture.allOf(
        left.stream()
            .map(follow -> follow.ended().toCompletableFuture())
            .toArray(CompletableFuture<?>[]::new));
  }
}

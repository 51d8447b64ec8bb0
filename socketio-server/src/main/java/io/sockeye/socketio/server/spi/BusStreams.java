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

import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Streams and expiring values of a broker that has them, in the terms of Redis. A stream is a log
 * with ids that grow; it keeps its last entries, also for those who are away.
 *
 * <p>All methods are safe for use by any thread, and none blocks. Stages complete on threads of the
 * bus, and fail with a {@link BusUnavailableException} as those of {@link ClusterBus#publish} do:
 * at once while the bus is not up or too many bytes wait, or later if the broker refuses or gives
 * no answer in time. What one thread appends, puts and publishes reaches the broker in that order;
 * in a Redis Cluster, as far as the names share a master.
 */
public interface BusStreams {
  /**
   * One entry of a stream.
   *
   * @param id such as {@code 1700000000000-0}: milliseconds since 1970 and a number among those of
   *     the same millisecond
   * @param fields the fields in their order, unmodifiable
   */
  record Entry(String id, Map<String, String> fields) {
    /** Copies the fields. */
    public Entry {
      Objects.requireNonNull(id, "id");
      fields = Collections.unmodifiableMap(new LinkedHashMap<>(fields));
    }
  }

  /** Hears what is appended to a stream. */
  interface EntryListener {
    /**
     * Called on a thread of the bus, by one at a time for each follow; must not block. What it
     * throws is logged and goes no further.
     */
    void onEntry(String stream, Entry entry);
  }

  /**
   * Appends an entry, and lets the oldest ones go. Counts in {@link BusStats} as a message does.
   *
   * @param fields at least one
   * @param maxLength how many entries the stream should keep; the broker may keep somewhat more
   * @return completes with the id of the entry
   */
  CompletionStage<String> append(String stream, Map<String, String> fields, long maxLength);

  /**
   * Hands on every entry that is appended after the follow is established, each once and in order.
   * It goes on after the last one over outages, as far as the stream still has what came next;
   * entries that were gone before are counted in {@link BusStats#lost} and logged. A stream that
   * begins anew, with smaller ids, is read from its beginning. The stream need not exist yet.
   *
   * <p>While the bus is down a follow can begin, too: at what is the stream's end when the bus is
   * up. An answer of the broker such as that the name is no stream's is logged, and asked for again
   * and again. Each follow has a connection of its own.
   */
  ClusterBus.Subscription follow(String stream, EntryListener listener);

  /**
   * Returns entries from the oldest on.
   *
   * @param from the first id: an id, {@code -} for the oldest, or an id after {@code (} which is
   *     itself left out
   * @param to the last id: likewise, or {@code +} for the newest
   * @param limit how many entries at the most
   */
  CompletionStage<List<Entry>> range(String stream, String from, String to, int limit);

  /**
   * Keeps a value for a while, in the place of one with that key. Counts in {@link BusStats} as a
   * message does.
   *
   * @param timeToLive from when the broker has it; a millisecond at least
   */
  CompletionStage<Void> put(String key, String value, Duration timeToLive);

  /**
   * Returns a value and deletes it, in one step: of several that ask, one gets it.
   *
   * @return completes with null if there is none, or its time is over
   */
  CompletionStage<@Nullable String> take(String key);
}

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

import io.sockeye.socketio.server.spi.BusStreams.Entry;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The streams and values of a {@link MemoryBroker}, whose lock guards them. */
final class MemoryStreams {
  private static final StreamId LAST = new StreamId(-1, -1);

  private final Map<String, Log> logs = new HashMap<>();
  private final Map<String, Value> values = new HashMap<>();

  /** A stream. */
  private static final class Log {
    private final NavigableMap<StreamId, Entry> entries = new TreeMap<>();
    private StreamId last = StreamId.ZERO;
    private long appended;
  }

  /**
   * A value.
   *
   * @param end when its time is over, of {@link System#nanoTime}
   */
  private record Value(String text, long end) {}

  /** Appends an entry, with the next id if none is given. */
  StreamId append(
      String stream, @Nullable StreamId given, Map<String, String> fields, long maxLength) {
    Log log = logs.computeIfAbsent(stream, name -> new Log());
    StreamId id = given == null ? next(log.last) : given;
    if (id.compareTo(log.last) <= 0) {
      throw new IllegalArgumentException(
          "stream \"" + stream + "\": id " + id + " (expected: after " + log.last + ")");
    }
    log.last = id;
    log.appended++;
    log.entries.put(id, new Entry(id.toString(), fields));
    while (log.entries.size() > maxLength) {
      log.entries.pollFirstEntry();
    }
    return id;
  }

  private static StreamId next(StreamId last) {
    StreamId now = new StreamId(System.currentTimeMillis(), 0);
    return now.compareTo(last) > 0 ? now : new StreamId(last.millis(), last.sequence() + 1);
  }

  private NavigableMap<StreamId, Entry> entries(String stream) {
    Log log = logs.get(stream);
    return log == null ? new TreeMap<>() : log.entries;
  }

  /** Returns entries after an id, oldest first. */
  List<Entry> after(String stream, StreamId id, int limit) {
    return entries(stream).tailMap(id, false).values().stream().limit(limit).toList();
  }

  /** See {@link StreamLink#newest}. */
  List<Entry> newest(String stream, String upTo, int limit) {
    return entries(stream).headMap(StreamId.parse(upTo), true).descendingMap().values().stream()
        .limit(limit)
        .toList();
  }

  /** See {@link BusStreams#range}. */
  List<Entry> range(String stream, String from, String to, int limit) {
    boolean isFromIn = !from.startsWith("(");
    boolean isToIn = !to.startsWith("(");
    StreamId first = bound(isFromIn ? from : from.substring(1), false);
    StreamId last = bound(isToIn ? to : to.substring(1), true);
    Stream<Entry> found =
        entries(stream).tailMap(first, isFromIn).entrySet().stream()
            .takeWhile(
                each -> each.getKey().compareTo(last) < 0 || (isToIn && each.getKey().equals(last)))
            .map(Map.Entry::getValue);
    return found.limit(limit).toList();
  }

  private static StreamId bound(String text, boolean isEnd) {
    if (text.equals("-")) {
      return StreamId.ZERO;
    }
    if (text.equals("+")) {
      return LAST;
    }
    StreamId id = StreamId.parse(text);
    // Without its second number, an end means all of that millisecond.
    return isEnd && text.indexOf('-') < 0 ? new StreamId(id.millis(), -1) : id;
  }

  /** Returns how a stream is. */
  StreamLink.Condition condition(String stream) {
    Log log = logs.get(stream);
    if (log == null) {
      return new StreamLink.Condition(StreamId.ZERO.toString(), null, 0, 0);
    }
    String first = log.entries.isEmpty() ? null : log.entries.firstKey().toString();
    return new StreamLink.Condition(log.last.toString(), first, log.entries.size(), log.appended);
  }

  /** Keeps a value; those whose time is over go. */
  void put(String key, String value, Duration timeToLive) {
    long now = System.nanoTime();
    values.values().removeIf(each -> each.end() - now <= 0);
    values.put(key, new Value(value, now + timeToLive.toNanos()));
  }

  /** Returns a value and deletes it. */
  @Nullable String take(String key) {
    Value value = values.remove(key);
    return value == null || value.end() - System.nanoTime() <= 0 ? null : value.text();
  }

  /** Deletes a stream or a value. */
  void delete(String key) {
    logs.remove(key);
    values.remove(key);
  }
}

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

import io.sockeye.engineio.server.Message;
import io.sockeye.socketio.server.spi.BroadcastOptions;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The latest events of one namespace, in the order in which they were sent: each has a position,
 * and an offset by which clients know it. Bounded; the oldest go first.
 *
 * <p><b>Concurrency.</b> Guarded by the monitor of the namespace's room index, which whoever sends
 * an event holds until it is in the queue of each recipient: so the order of the positions is that
 * of each recipient's queue, and a client that has had one event has had all before it.
 */
final class RetainedEvents {
  /**
   * One event.
   *
   * @param position counts from 1
   * @param messages as they were sent, with the offset
   * @param until when it may go, on the clock of the timers
   */
  record Entry(
      long position,
      String offset,
      BroadcastOptions target,
      List<Message> messages,
      long bytes,
      long until) {}

  private final int maxEvents;
  private final long maxBytes;
  private final long maxTotalBytes;
  private final AtomicLong totalBytes;
  private final ArrayDeque<Entry> entries = new ArrayDeque<>();
  private final Map<String, Entry> byOffset = new HashMap<>();
  private long position;
  private long dropped;
  private long bytes;

  /**
   * Creates the events of a namespace, none at first.
   *
   * @param totalBytes those of all namespaces together
   */
  RetainedEvents(ConnectionStateRecovery options, AtomicLong totalBytes) {
    this.maxEvents = options.maxEvents();
    this.maxBytes = options.maxBytes();
    this.maxTotalBytes = options.maxTotalBytes();
    this.totalBytes = totalBytes;
  }

  /** The position of the latest event, retained or not. */
  long position() {
    return position;
  }

  /** The position of the latest event that is gone. */
  long dropped() {
    return dropped;
  }

  /** The position of a retained event, or -1. */
  long positionOf(String offset) {
    Entry entry = byOffset.get(offset);
    return entry == null ? -1 : entry.position();
  }

  /** Adds an event; returns its position. */
  long add(String offset, BroadcastOptions target, List<Message> messages, long until) {
    long size = 0;
    for (Message message : messages) {
      size += message.size();
    }
    Entry entry = new Entry(++position, offset, target, messages, size, until);
    entries.add(entry);
    byOffset.put(offset, entry);
    bytes += size;
    totalBytes.addAndGet(size);
    while (entries.size() > maxEvents
        || bytes > maxBytes
        || (totalBytes.get() > maxTotalBytes && !entries.isEmpty())) {
      dropFirst();
    }
    return position;
  }

  /** Returns what concerns a socket after a position, in order. */
  ArrayDeque<Entry> after(long first, Attendance attendance) {
    ArrayDeque<Entry> found = new ArrayDeque<>();
    Iterator<Entry> latestFirst = entries.descendingIterator();
    while (latestFirst.hasNext()) {
      Entry entry = latestFirst.next();
      if (entry.position() <= first) {
        break;
      }
      if (attendance.concerns(entry.target(), entry.position())) {
        found.addFirst(entry);
      }
    }
    return found;
  }

  /** Drops what has had its time; returns whether something is left. */
  boolean expire(long now) {
    while (!entries.isEmpty() && now - entries.getFirst().until() >= 0) {
      dropFirst();
    }
    return !entries.isEmpty();
  }

  /** Drops everything. */
  void clear() {
    while (!entries.isEmpty()) {
      dropFirst();
    }
  }

  private void dropFirst() {
    Entry entry = entries.removeFirst();
    byOffset.remove(entry.offset());
    dropped = entry.position();
    bytes -= entry.bytes();
    totalBytes.addAndGet(-entry.bytes());
  }
}

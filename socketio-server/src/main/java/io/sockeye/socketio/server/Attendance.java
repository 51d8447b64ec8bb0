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

import io.sockeye.socketio.server.spi.BroadcastOptions;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which of the retained events of its namespace concern one socket: since when it has been in which
 * room. It outlives the socket's connection and goes on with the socket that takes its place.
 *
 * <p><b>Concurrency.</b> Guarded by the monitor of the namespace's room index, like the rooms and
 * the retained events themselves.
 */
final class Attendance {
  /** A position that no event has. */
  private static final long NEVER = -1;

  /** So many rooms that were left are remembered. */
  private static final int MAX_PAST = 256;

  /** A room that the socket was in, after one position and up to another. */
  private record Past(String room, long after, long upTo) {}

  private final String id;
  private final Map<String, Long> since = new HashMap<>(4);
  private final Deque<Past> past = new ArrayDeque<>(0);
  // What the client calls the last event of an earlier session, having had none of this one.
  private @Nullable String staleOffset;
  // Those of the namespace when the session began; another of its name has others.
  private @Nullable RetainedEvents events;
  private long start = NEVER;
  // What came before this can no longer be told exactly.
  private long exactFrom = NEVER;
  private long inNamespaceSince = Long.MAX_VALUE;
  private long lastPosition = NEVER;
  private @Nullable String lastOffset;
  private long leftAt = NEVER;
  private boolean present;
  // Of streams: what came up to here has been sent, whatever comes later; and whether something was
  // sent that the client cannot tell the place of.
  private @Nullable StreamOffset heardUpTo;
  private boolean lostCount;

  Attendance(String id) {
    this.id = id;
  }

  /** The client has said an offset, but not of this session. */
  void stale(@Nullable String offset) {
    staleOffset = offset;
  }

  /** Events concern the socket from here on, if not before. */
  void begin(RetainedEvents retained) {
    if (events == null) {
      events = retained;
      start = retained.position();
    }
  }

  /** The socket is where broadcasts find it. */
  void arrived(RetainedEvents retained) {
    begin(retained);
    inNamespaceSince = Math.min(inNamespaceSince, retained.position());
    present = true;
  }

  /** The socket is there no more. */
  void departed(RetainedEvents retained) {
    present = false;
    leftAt = retained.position();
  }

  boolean isPresent() {
    return present;
  }

  void joined(String room, RetainedEvents retained) {
    begin(retained);
    since.putIfAbsent(room, retained.position());
  }

  void left(String room, RetainedEvents retained) {
    long position = retained.position();
    Long after = since.remove(room);
    if (after == null || after == position) {
      return;
    }
    past.add(new Past(room, after, position));
    if (past.size() > MAX_PAST) {
      exactFrom = past.removeFirst().upTo();
    }
  }

  /** An event was sent to the socket. */
  void sent(long position, String offset) {
    lastPosition = position;
    lastOffset = offset;
  }

  /** A client that has come back has been sent what is in the stream up to an entry. */
  void hasHeardUpTo(StreamOffset offset) {
    heardUpTo = offset;
  }

  /**
   * An entry of the stream is about to be sent.
   *
   * @param counts whether whoever has had it has had all that came before
   * @return false if it was sent before
   */
  boolean hears(StreamOffset offset, boolean counts) {
    if (heardUpTo != null && offset.compareTo(heardUpTo) <= 0) {
      return false;
    }
    lostCount &= !counts;
    return true;
  }

  /** Something was sent whose place in the stream the client does not know. */
  void lostCount() {
    lostCount = true;
  }

  /** Whether the last offset does not say what the client has had. */
  boolean hasLostCount() {
    return lostCount;
  }

  /** Whether an event after the session's beginning was for the socket. */
  boolean concerns(BroadcastOptions target, long position) {
    boolean included =
        target.rooms().isEmpty() ? position > inNamespaceSince : isInAny(target.rooms(), position);
    return included && !isInAny(target.except(), position);
  }

  private boolean isInAny(Set<String> rooms, long position) {
    for (String room : rooms) {
      Long after = since.get(room);
      if (room.equals(id) || (after != null && position > after)) {
        return true;
      }
    }
    for (Past stay : past) {
      if (position > stay.after() && position <= stay.upTo() && rooms.contains(stay.room())) {
        return true;
      }
    }
    return false;
  }

  /**
   * Returns the position after which the client has missed what concerns it.
   *
   * @param offset that of the last event that it has had, null if it had none
   * @param retained the retained events of the namespace
   * @return the position, or -1 if it is not known or something after it is gone
   */
  long resumesAfter(@Nullable String offset, RetainedEvents retained) {
    if (events != retained) {
      return NEVER;
    }
    long position = positionOf(offset, retained);
    if (position >= Math.max(retained.dropped(), exactFrom)) {
      return position;
    }
    boolean hadEverything = position != NEVER && lastPosition <= position;
    return hadEverything && leftAt >= retained.dropped() ? position : NEVER;
  }

  private long positionOf(@Nullable String offset, RetainedEvents retained) {
    if (offset == null || offset.equals(staleOffset)) {
      return start;
    }
    if (offset.equals(lastOffset)) {
      return lastPosition;
    }
    long known = retained.positionOf(offset);
    return known == NEVER ? NEVER : Math.max(known, start);
  }
}

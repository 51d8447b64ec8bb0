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

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Sockets whose connection was lost, by the private ids of their sessions: each is taken once, for
 * as long as it is kept. Bounded; the oldest go first.
 *
 * <p><b>Concurrency.</b> The monitor guards the map.
 */
final class LostSessions {
  private record Lost(RecoveredSession session, long until) {}

  private final int maxSessions;
  // The oldest first, which is also the order in which they expire.
  private final Map<String, Lost> byPid = new LinkedHashMap<>();

  LostSessions(int maxSessions) {
    this.maxSessions = maxSessions;
  }

  synchronized void put(String pid, RecoveredSession session, long until) {
    byPid.remove(pid); // to its new place in the order
    byPid.put(pid, new Lost(session, until));
    if (byPid.size() > maxSessions) {
      Iterator<Lost> oldest = byPid.values().iterator();
      oldest.next();
      oldest.remove();
    }
  }

  /** Takes a session, if there is one of that id in that namespace. */
  synchronized @Nullable RecoveredSession take(String pid, String namespace, long now) {
    Lost lost = byPid.get(pid);
    if (lost == null || !lost.session().namespace().equals(namespace)) {
      return null;
    }
    byPid.remove(pid);
    return now - lost.until() < 0 ? lost.session() : null;
  }

  /** Drops what has had its time; returns whether something is left. */
  synchronized boolean expire(long now) {
    Iterator<Lost> oldest = byPid.values().iterator();
    while (oldest.hasNext() && now - oldest.next().until() >= 0) {
      oldest.remove();
    }
    return !byPid.isEmpty();
  }

  synchronized void clear() {
    byPid.clear();
  }

  synchronized int size() {
    return byPid.size();
  }
}

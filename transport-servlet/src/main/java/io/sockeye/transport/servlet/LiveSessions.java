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
package io.sockeye.transport.servlet;

import io.sockeye.engineio.server.Session;
import io.sockeye.engineio.server.spi.ConnectionScope;
import jakarta.servlet.http.HttpSession;
import jakarta.servlet.http.HttpSessionEvent;
import jakarta.servlet.http.HttpSessionIdListener;
import jakarta.servlet.http.HttpSessionListener;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Knows which connections came with which {@code HttpSession}, and closes them when it ends. It is
 * kept here and not in an attribute, which a container may want to serialize.
 *
 * <p><b>Concurrency.</b> The maps are guarded by this; nothing is called under the lock.
 */
final class LiveSessions implements HttpSessionListener, HttpSessionIdListener {
  private final Map<String, Set<Session>> connections = new HashMap<>();
  private final Map<Session, String> idOf = new HashMap<>();

  /** The scope of a handshake that came with a session. */
  ConnectionScope scope(HttpSession http) {
    return new ConnectionScope() {
      @Override
      public void enter(Session session) {
        try {
          LiveSessions.this.enter(session, http.getId());
          http.getCreationTime(); // throws if it ended before the connection was known here
        } catch (IllegalStateException ended) {
          session.close();
        }
      }

      @Override
      public void leave(Session session) {
        LiveSessions.this.leave(session);
      }
    };
  }

  private synchronized void enter(Session session, String id) {
    idOf.put(session, id);
    connections.computeIfAbsent(id, none -> new HashSet<>(2)).add(session);
  }

  private synchronized void leave(Session session) {
    String id = idOf.remove(session);
    Set<Session> others = id == null ? null : connections.get(id);
    if (others != null && others.remove(session) && others.isEmpty()) {
      connections.remove(id);
    }
  }

  @Override
  public synchronized void sessionIdChanged(HttpSessionEvent event, String before) {
    Set<Session> moved = connections.remove(before);
    if (moved != null) {
      String id = event.getSession().getId();
      connections.computeIfAbsent(id, none -> new HashSet<>(2)).addAll(moved);
      moved.forEach(session -> idOf.put(session, id));
    }
  }

  @Override
  public void sessionDestroyed(HttpSessionEvent event) {
    Set<Session> ended;
    synchronized (this) {
      ended = Set.copyOf(connections.getOrDefault(event.getSession().getId(), Set.of()));
    }
    ended.forEach(Session::close);
  }

  /** For tests: how many connections are known. */
  synchronized int size() {
    return idOf.size();
  }
}

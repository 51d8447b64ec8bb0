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
package io.sockeye.engineio.server;

import io.sockeye.engineio.server.spi.IoExecutor;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;

/**
 * Sends messages to many sessions with one task and one flush pass per I/O executor, instead of one
 * wake-up per recipient. Each message is in a session's queue when {@link #send} returns, so the
 * order is that of any other sending by the same thread; {@code send} does nothing but that, and so
 * may be called under a lock that fixes the order among several threads.
 *
 * <p>Made for one broadcast, by one thread.
 */
public final class Fanout {
  private final List<Message> messages;
  private final boolean isVolatile;
  private final IdentityHashMap<IoExecutor, List<Session>> byExecutor = new IdentityHashMap<>(4);
  private final List<Session> unbound = new ArrayList<>(0);
  private final List<Session> behind = new ArrayList<>(0);
  private final List<Session> overflown = new ArrayList<>(0);

  /**
   * Begins a broadcast.
   *
   * @param messages what each session gets; they stay together
   * @param isVolatile whether a session that cannot take them at once is left out
   */
  public Fanout(List<Message> messages, boolean isVolatile) {
    this.messages = messages;
    this.isVolatile = isVolatile;
  }

  /** Queues the messages for a session. */
  public void send(Session session) {
    switch (session.offer(messages, isVolatile)) {
      case FLUSH -> {
        IoExecutor executor = session.lane().executor();
        if (executor == null) {
          unbound.add(session);
        } else {
          byExecutor.computeIfAbsent(executor, key -> new ArrayList<>()).add(session);
        }
      }
      case BEHIND -> behind.add(session);
      case OVERFLOW -> overflown.add(session);
      case QUEUED, DROPPED, CLOSED -> {}
    }
  }

  /** Flushes the sessions that need it, and closes those whose queue went over its bound. */
  public void flush() {
    byExecutor.forEach(
        (executor, waiting) ->
            executor.execute(
                () -> {
                  for (Session session : waiting) {
                    session.flushLater();
                  }
                }));
    unbound.forEach(Session::flushLater);
    overflown.forEach(Session::onOverflow);
  }

  /**
   * Waits for the sessions that are behind, see {@link Session#pace}; for all of them together no
   * longer than for one. After {@link #flush}.
   */
  public void pace() {
    if (!behind.isEmpty()) {
      Pacing.await(behind.stream().filter(Session::mayWait).map(Session::queue).toList());
    }
  }
}

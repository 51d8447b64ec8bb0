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

import io.sockeye.engineio.server.CloseReason;
import io.sockeye.engineio.server.EngineIoOptions;
import io.sockeye.engineio.server.Message;
import io.sockeye.engineio.server.Session;
import java.util.ArrayList;
import java.util.List;

/**
 * What is sent to a socket while connect handlers decide about it, the answer to its CONNECT first:
 * it goes out when they have let the client in, and never if they refuse. Bounded as the queue of
 * the session is.
 *
 * <p><b>Concurrency.</b> Any thread adds; the monitor is held for a few field writes. Whoever opens
 * it sends, without the monitor, until nothing waits: so what comes meanwhile keeps its place.
 */
final class Outbox {
  private enum State {
    HELD,
    /** What waits is going out. */
    OPENING,
    OPEN,
    /** Nothing goes out, because handlers have refused, or because too much was waiting. */
    DISCARDED
  }

  private final Session session;
  private final long maxBytes;
  private final int maxMessages;
  private State state = State.HELD;
  private boolean overflown;
  private List<Message> waiting = new ArrayList<>(4);
  private long bytes;

  Outbox(Session session, EngineIoOptions options) {
    this.session = session;
    this.maxBytes = options.maxOutboundBytes();
    this.maxMessages = options.maxOutboundPackets();
  }

  /**
   * Keeps messages, which stay together.
   *
   * @return false if they are for the caller to send
   */
  synchronized boolean add(List<Message> messages, boolean isVolatile) {
    if (state == State.OPEN) {
      return false;
    }
    if (state == State.DISCARDED || isVolatile) {
      return true; // there is no writing at once
    }
    waiting.addAll(messages);
    for (Message message : messages) {
      bytes += message.size();
    }
    if (bytes > maxBytes || waiting.size() > maxMessages) {
      overflown = true;
      drop();
    }
    return true;
  }

  /** Sends what waits and keeps nothing any more; only the first call counts. */
  void open() {
    if (!begin()) {
      return;
    }
    for (List<Message> next = take(); !next.isEmpty(); next = take()) {
      session.send(next);
    }
    if (isOverflown()) {
      session.closeNow(CloseReason.SLOW_CONSUMER); // what it missed cannot be made up for
    }
  }

  private synchronized boolean begin() {
    if (state != State.HELD) {
      return overflown;
    }
    state = State.OPENING;
    return true;
  }

  private synchronized boolean isOverflown() {
    return overflown;
  }

  private synchronized List<Message> take() {
    List<Message> taken = waiting;
    if (taken.isEmpty()) {
      if (state == State.OPENING) {
        state = State.OPEN;
      }
    } else {
      waiting = new ArrayList<>(4);
      bytes = 0;
    }
    return taken;
  }

  /** Drops what waits, and what comes; returns false if it is too late for that. */
  synchronized boolean discard() {
    if (state == State.OPENING || state == State.OPEN) {
      return false;
    }
    drop();
    return true;
  }

  private void drop() {
    state = State.DISCARDED;
    waiting = new ArrayList<>(0);
    bytes = 0;
  }
}

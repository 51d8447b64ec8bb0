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

import io.sockeye.engineio.server.internal.TimerWheel;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Tells the operator of requests for sessions that seem to be in another process: in the log, once
 * a minute at the most. That a peer makes up an id is nobody's concern, nor is it that a request
 * was on its way when its session ended here.
 *
 * <p><b>Concurrency.</b> Safe for use by any thread. Who sets the time of the next warning writes
 * this one; the others only count.
 */
final class UnknownSessions {
  private static final long BETWEEN_WARNINGS = Duration.ofMinutes(1).toNanos();

  /** How many ended sessions are remembered at the most; a power of two. */
  private static final int REMEMBERED = 8192;

  private final TimerWheel clock;
  private final Supplier<String> advice;
  private final Consumer<String> warnings;
  private final AtomicLong untold = new AtomicLong();
  private final AtomicLong nextWarning;

  /**
   * Hashes of the ids of sessions that ended here, each in the place that its last bits say, where
   * it takes the place of an older one.
   */
  private final AtomicIntegerArray ended = new AtomicIntegerArray(REMEMBERED);

  /**
   * @param clock tells the time
   * @param advice a sentence about the protocol above, or an empty text
   * @param warnings takes the warnings, on the thread of a request
   */
  UnknownSessions(TimerWheel clock, Supplier<String> advice, Consumer<String> warnings) {
    this.clock = clock;
    this.advice = advice;
    this.warnings = warnings;
    this.nextWarning = new AtomicLong(clock.nanoTime());
  }

  /** A session has ended here. */
  void ended(String sid) {
    int hash = sid.hashCode();
    ended.set(hash & (REMEMBERED - 1), hash);
  }

  /** Whether a session that is not here seems to be in another process. */
  boolean isForeign(String sid) {
    int hash = sid.hashCode();
    return SessionIds.looksLikeOne(sid) && ended.get(hash & (REMEMBERED - 1)) != hash;
  }

  /** A request for a session of another process was refused. */
  void foreign() {
    untold.incrementAndGet();
    long now = clock.nanoTime();
    long next = nextWarning.get();
    if (now - next >= 0 && nextWarning.compareAndSet(next, now + BETWEEN_WARNINGS)) {
      warnings.accept(
          "Session ID unknown: refused "
              + untold.getAndSet(0)
              + " request(s) since the last such warning, for sessions that are not of this"
              + " process. Either several processes are behind a proxy that does not send all"
              + " requests of a session to the same one (no sticky sessions), or clients came back"
              + " to sessions that ended long ago or in an earlier process."
              + advice.get());
    }
  }
}

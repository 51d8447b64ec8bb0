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

import io.sockeye.engineio.server.internal.TimerWheel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * The acknowledgements that one socket waits for: each has a time-out, and there is a bound on
 * their number, over which the oldest times out.
 *
 * <p><b>Concurrency.</b> The monitor guards the map. Futures complete on the handler executor, but
 * on no lane, so that a handler may wait for the answer of its own client.
 */
final class PendingAcks {
  private final TimerWheel timers;
  private final Executor executor;
  private final int maxPending;
  private @Nullable Map<Long, Pending> pending;
  private boolean closed;

  PendingAcks(TimerWheel timers, Executor executor, int maxPending) {
    this.timers = timers;
    this.executor = executor;
    this.maxPending = maxPending;
  }

  private final class Pending extends TimerWheel.Entry {
    final long id;
    final CompletableFuture<Args> future = new CompletableFuture<>();

    Pending(long id) {
      this.id = id;
    }

    @Override
    protected void expired() {
      if (take(id) != null) {
        fail(this, new TimeoutException("operation has timed out"));
      }
    }
  }

  /** Begins to wait. */
  CompletableFuture<Args> expect(long id, Duration timeout) {
    Pending added = new Pending(id);
    Pending oldest = null;
    synchronized (this) {
      if (closed) {
        return CompletableFuture.failedFuture(disconnected());
      }
      Map<Long, Pending> map = pending;
      if (map == null) {
        map = new LinkedHashMap<>();
        pending = map;
      }
      if (map.size() >= maxPending) {
        Iterator<Pending> all = map.values().iterator();
        oldest = all.next();
        all.remove();
      }
      map.put(id, added);
    }
    timers.schedule(added, timeout);
    if (oldest != null) {
      timers.cancel(oldest);
      fail(oldest, new TimeoutException("more than " + maxPending + " acknowledgements pending"));
    }
    return added.future;
  }

  /** An answer has come; nothing happens if nobody waits for it. */
  void complete(long id, Args args) {
    Pending done = take(id);
    if (done != null) {
      timers.cancel(done);
      executor.execute(() -> done.future.complete(args));
    }
  }

  /** Nobody waits for this one: it was not sent. */
  void forget(long id) {
    Pending forgotten = take(id);
    if (forgotten != null) {
      timers.cancel(forgotten);
    }
  }

  /** Fails all, and all to come. */
  void close() {
    List<Pending> all;
    synchronized (this) {
      closed = true;
      all = pending == null ? List.of() : new ArrayList<>(pending.values());
      pending = null;
    }
    for (Pending one : all) {
      timers.cancel(one);
      fail(one, disconnected());
    }
  }

  private synchronized @Nullable Pending take(long id) {
    return pending == null ? null : pending.remove(id);
  }

  private void fail(Pending one, Exception failure) {
    executor.execute(() -> one.future.completeExceptionally(failure));
  }

  private static IllegalStateException disconnected() {
    return new IllegalStateException("socket has been disconnected");
  }
}

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
package io.sockeye.testclient;

import io.sockeye.engineio.server.HandlerExecution;
import io.sockeye.engineio.server.Session;
import io.sockeye.engineio.server.internal.HandlerExecutor;
import io.sockeye.engineio.server.internal.TaskCounter;
import io.sockeye.socketio.server.SocketIoServer;
import io.sockeye.socketio.server.internal.ServerInternals;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.WeakHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * What is under way between one server and all of its test clients. Safe for use by any thread.
 *
 * <p>Everything that moves is counted but the server's session lanes, which nobody outside sees;
 * those are passed instead: a marker that has gone through a lane was behind all that was in it.
 */
final class Traffic {
  private static final Map<SocketIoServer, Traffic> ALL =
      Collections.synchronizedMap(new WeakHashMap<>());

  private final boolean inline;
  private final TaskCounter handlers;
  private final TaskCounter lanes = new TaskCounter();
  private final TaskCounter packets = new TaskCounter();

  private Traffic(HandlerExecutor executor) {
    this.inline = executor.execution() == HandlerExecution.INLINE;
    this.handlers = executor.counter();
  }

  static Traffic of(SocketIoServer server) {
    return ALL.computeIfAbsent(
        server, key -> new Traffic(ServerInternals.get().runtime(key).handlers()));
  }

  /** Counts tasks of the clients' lanes, which never wait for handlers. */
  TaskCounter lanes() {
    return lanes;
  }

  /** Counts packets that clients have not sent yet because the server does not read. */
  TaskCounter packets() {
    return packets;
  }

  /** Waits until nothing is under way and no handler has anything to do; false if never in time. */
  boolean awaitQuiet(SocketIoServer server, Duration deadline) {
    return await(server, List.of(handlers, packets, lanes), deadline);
  }

  /**
   * Waits until both ends of each connection have done what they can, without the handlers, which
   * may be blocked. When handlers run inline, all of that is done by the calling thread.
   */
  void settle(SocketIoServer server, Duration deadline) {
    if (!inline) {
      await(server, List.of(lanes), deadline);
    }
  }

  private static boolean await(
      SocketIoServer server, List<TaskCounter> counters, Duration deadline) {
    long end = System.nanoTime() + deadline.toNanos();
    try {
      long before;
      do {
        for (TaskCounter counter : counters) {
          if (!counter.awaitIdle(end - System.nanoTime())) {
            return false;
          }
        }
        before = begun(counters);
        Set<Session> sessions = ServerInternals.get().sessions(server);
        CountDownLatch passed = new CountDownLatch(sessions.size());
        sessions.forEach(session -> session.execute(passed::countDown));
        if (!passed.await(end - System.nanoTime(), TimeUnit.NANOSECONDS)) {
          return false;
        }
      } while (begun(counters) != before || !counters.stream().allMatch(TaskCounter::isIdle));
      return true;
    } catch (InterruptedException interrupted) {
      throw TestSocket.interrupted();
    }
  }

  private static long begun(List<TaskCounter> counters) {
    return counters.stream().mapToLong(TaskCounter::begun).sum();
  }
}

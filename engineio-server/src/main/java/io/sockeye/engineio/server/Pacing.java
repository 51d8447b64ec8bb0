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

import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** How a sender waits for peers that are behind. */
final class Pacing {
  private static final long STEP_NANOS = TimeUnit.MICROSECONDS.toNanos(500);
  private static final long WITHOUT_PROGRESS_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
  private static final long IN_SUM_NANOS = TimeUnit.SECONDS.toNanos(1);

  private Pacing() {}

  /**
   * Waits until little is queued, or waiting is in vain: for all queues together no longer than for
   * one. An interrupt ends the wait and stays.
   */
  static void await(List<OutboundQueue> queues) {
    long begin = System.nanoTime();
    long[] takes = queues.stream().mapToLong(OutboundQueue::takes).toArray();
    for (int i = 0; i < takes.length; i++) {
      OutboundQueue queue = queues.get(i);
      long progress = begin;
      while (queue.isBehind() && !Thread.currentThread().isInterrupted()) {
        long now = System.nanoTime();
        long takesNow = queue.takes();
        if (takesNow != takes[i]) {
          takes[i] = takesNow;
          progress = now;
        }
        if (now - progress > WITHOUT_PROGRESS_NANOS || now - begin > IN_SUM_NANOS) {
          queue.giveUp();
        } else {
          LockSupport.parkNanos(STEP_NANOS);
        }
      }
    }
  }
}

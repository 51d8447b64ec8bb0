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

import io.sockeye.engineio.server.spi.WebSocketConnection;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** Knows the requests and WebSockets that are open, so that a server can wait for their end. */
final class OpenConnections {
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition none = lock.newCondition();
  private final Set<Object> open = new HashSet<>(); // by identity: none has an equals

  void begin(Object one) {
    lock.lock();
    try {
      open.add(one);
    } finally {
      lock.unlock();
    }
  }

  void end(Object one) {
    lock.lock();
    try {
      if (open.remove(one) && open.isEmpty()) {
        none.signalAll();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Cuts off the WebSockets; requests are the container's to end. */
  void abortWebSockets() {
    List<Object> left;
    lock.lock();
    try {
      left = List.copyOf(open);
    } finally {
      lock.unlock();
    }
    for (Object one : left) {
      if (one instanceof WebSocketConnection webSocket) {
        webSocket.abort();
      }
    }
  }

  /** Waits until nothing is open. */
  void awaitNone(Duration atMost) {
    long nanos = atMost.toNanos();
    lock.lock();
    try {
      while (!open.isEmpty() && nanos > 0) {
        nanos = none.awaitNanos(nanos);
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    } finally {
      lock.unlock();
    }
  }
}

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

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The other nodes, as they are known by what they say: who is there, and what of theirs was missed
 * or came twice. Safe for any thread; the monitor guards all.
 */
final class Neighbours {
  /** For how many leases it is remembered what a silent node has said last. */
  private static final int MEMORY = 50;

  private static final int MAX_KNOWN = 10_000;

  private final long leaseNanos;
  private final LongSupplier nanoTime;
  private final ClusterCounts counts;
  private final Map<String, Neighbour> known = new HashMap<>();
  private long othersHeard;
  private boolean hasHeardOthers;

  private static final class Neighbour {
    long number;
    long heard;
    boolean alive;
  }

  /**
   * Creates it with nobody known.
   *
   * @param lease how long a node is there after its last word
   */
  Neighbours(Duration lease, LongSupplier nanoTime, ClusterCounts counts) {
    this.leaseNanos = lease.toNanos();
    this.nanoTime = nanoTime;
    this.counts = counts;
  }

  /**
   * A message of a node of this project.
   *
   * @param number its number; each sender counts from 1
   * @param life what it says of the node itself, null for nothing
   * @return false if it has been heard before
   */
  synchronized boolean hear(String node, long number, @Nullable String life) {
    Neighbour from = known.get(node);
    if (from == null) {
      if (known.size() >= MAX_KNOWN) {
        return true; // no cluster; somebody makes up names
      }
      from = new Neighbour();
      known.put(node, from);
    } else if (number <= from.number) {
      counts.add(SocketIoCounter.CLUSTER_REPEATED, 1);
      return false;
    } else if (number > from.number + 1) {
      counts.add(SocketIoCounter.CLUSTER_MISSED, number - from.number - 1);
    }
    from.number = number;
    from.heard = nanoTime.getAsLong();
    if (PythonForm.GONE.equals(life)) {
      known.remove(node);
    } else if (PythonForm.HELLO.equals(life) || PythonForm.ALIVE.equals(life)) {
      from.alive = true;
    }
    return true;
  }

  /** A node of this project has said to this process alone that it is there. */
  synchronized void greeted(String node) {
    if (known.size() < MAX_KNOWN) {
      Neighbour from = known.computeIfAbsent(node, key -> new Neighbour());
      from.heard = nanoTime.getAsLong();
      from.alive = true;
    }
  }

  /** A message of a node of another kind. */
  synchronized void hearOther() {
    hasHeardOthers = true;
    othersHeard = nanoTime.getAsLong();
  }

  /** Returns whether a node of another kind has been heard lately. */
  synchronized boolean hasHeardOthers() {
    return hasHeardOthers && nanoTime.getAsLong() - othersHeard < leaseNanos * MEMORY;
  }

  /** Returns the nodes that are there. */
  synchronized Set<String> alive() {
    Set<String> alive = new HashSet<>();
    known.forEach(
        (node, neighbour) -> {
          if (neighbour.alive) {
            alive.add(node);
          }
        });
    return alive;
  }

  /** Takes nodes whose lease is over for gone, and returns them. */
  synchronized List<String> expire() {
    List<String> gone = new ArrayList<>();
    long now = nanoTime.getAsLong();
    for (Iterator<Map.Entry<String, Neighbour>> all = known.entrySet().iterator();
        all.hasNext(); ) {
      Map.Entry<String, Neighbour> entry = all.next();
      Neighbour neighbour = entry.getValue();
      long silent = now - neighbour.heard;
      if (neighbour.alive && silent > leaseNanos) {
        neighbour.alive = false; // its number is kept: it may only have been cut off
        gone.add(entry.getKey());
      }
      if (silent > leaseNanos * MEMORY) {
        all.remove();
      }
    }
    return gone;
  }

  /** Nobody can be heard at the moment: leases begin again. */
  synchronized void pause() {
    long now = nanoTime.getAsLong();
    known.values().forEach(neighbour -> neighbour.heard = now);
  }
}

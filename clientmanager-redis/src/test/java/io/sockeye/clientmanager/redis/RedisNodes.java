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
package io.sockeye.clientmanager.redis;

import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.cluster.SlotHash;
import io.sockeye.brokers.RedisProcess;
import java.io.IOException;
import java.net.BindException;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/** A Redis Cluster of masters, with the slots in equal parts. */
final class RedisNodes implements AutoCloseable {
  private final RedisClient client = RedisClient.create();
  private final List<Integer> ports = new ArrayList<>();
  private final List<RedisProcess> processes = new ArrayList<>();
  private final List<StatefulRedisConnection<String, String>> nodes = new ArrayList<>();

  private RedisNodes() {}

  static RedisNodes start(int count) throws Exception {
    RedisNodes cluster = new RedisNodes();
    try {
      for (int i = 0; i < count; i++) {
        int port = portWithBus();
        cluster.ports.add(port);
        cluster.processes.add(
            RedisProcess.start(
                "--port", "" + port,
                "--cluster-enabled", "yes",
                "--cluster-config-file", "nodes.conf"));
        cluster.nodes.add(cluster.client.connect(RedisURI.create("redis://127.0.0.1:" + port)));
      }
      cluster.join();
    } catch (Exception | AssertionError failure) {
      cluster.close();
      throw failure;
    }
    return cluster;
  }

  private void join() {
    int share = SlotHash.SLOT_COUNT / nodes.size() + 1;
    for (int i = 0; i < nodes.size(); i++) {
      int first = i * share;
      int[] slots = IntStream.range(first, Math.min(first + share, SlotHash.SLOT_COUNT)).toArray();
      nodes.get(i).sync().clusterAddSlots(slots);
    }
    for (int i = 1; i < nodes.size(); i++) {
      nodes.get(0).sync().clusterMeet("127.0.0.1", ports.get(i));
    }
    awaitOk();
  }

  /** Asks until all know of all; the answers are what takes the time. */
  private void awaitOk() {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    for (StatefulRedisConnection<String, String> node : nodes) {
      String info = "";
      while (!info.contains("cluster_state:ok")
          || !info.contains("cluster_known_nodes:" + nodes.size())) {
        if (System.nanoTime() > end) {
          throw new AssertionError("no cluster: " + info);
        }
        info = node.sync().clusterInfo();
      }
    }
  }

  /** Returns a port that is free, as the one 10,000 above is, where nodes talk to each other. */
  private static int portWithBus() throws IOException {
    while (true) {
      int port = 20_000 + ThreadLocalRandom.current().nextInt(10_000);
      try (ServerSocket one = new ServerSocket(port);
          ServerSocket other = new ServerSocket(port + 10_000)) {
        return one.getLocalPort();
      } catch (BindException taken) {
        // Another one, then.
      }
    }
  }

  int port(int node) {
    return ports.get(node);
  }

  /** Moves the slot of a channel to the next node. */
  void move(String channel) {
    int slot = SlotHash.getSlot(channel);
    int share = SlotHash.SLOT_COUNT / nodes.size() + 1;
    int from = slot / share;
    int to = (from + 1) % nodes.size();
    String id = nodes.get(to).sync().clusterMyId();
    nodes.get(to).sync().clusterSetSlotNode(slot, id);
    nodes.get(from).sync().clusterSetSlotNode(slot, id);
  }

  @Override
  public void close() {
    nodes.forEach(StatefulRedisConnection::close);
    client.shutdown(0, 2, TimeUnit.SECONDS);
    processes.forEach(RedisProcess::close);
  }
}

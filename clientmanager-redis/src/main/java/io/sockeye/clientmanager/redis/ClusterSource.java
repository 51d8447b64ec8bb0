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

import io.lettuce.core.cluster.RedisClusterClient;
import io.lettuce.core.cluster.SlotHash;
import io.lettuce.core.cluster.api.StatefulRedisClusterConnection;
import io.lettuce.core.cluster.models.partitions.RedisClusterNode;
import io.lettuce.core.cluster.pubsub.StatefulRedisClusterPubSubConnection;
import io.sockeye.socketio.server.spi.BusLink;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * Connects to all masters of a Redis Cluster. A channel is published and heard at the master of its
 * slot: sharded ones are nowhere else, and for the others counting subscribers at the masters, as
 * Node does, then finds all of them. When one connection is lost, or a slot moves, the whole link
 * is made anew from a fresh view of the cluster.
 */
record ClusterSource(RedisClusterClient client) implements RedisSource {
  @Override
  public RedisLink connect(BusLink.Events events, boolean sharded) {
    client.refreshPartitions();
    StatefulRedisClusterPubSubConnection<String, byte[]> listening =
        client.connectPubSub(RedisLink.CODEC);
    try {
      StatefulRedisClusterConnection<String, byte[]> publishing = client.connect(RedisLink.CODEC);
      try {
        Map<RedisClusterNode, RedisNode> masters = new LinkedHashMap<>();
        for (RedisClusterNode node : client.getPartitions()) {
          if (node.getRole().isUpstream() && !node.hasNoSlots()) {
            String id = node.getNodeId();
            masters.put(
                node, new RedisNode(publishing.getConnection(id), listening.getConnection(id)));
          }
        }
        return new RedisLink(
            events,
            sharded,
            List.copyOf(masters.values()),
            channel -> Objects.requireNonNull(masters.get(masterOf(channel, masters.keySet()))),
            List.of(publishing, listening), // which close the others with them
            stream -> dedicated(masterOf(stream, masters.keySet())));
      } catch (RuntimeException failure) {
        publishing.close();
        throw failure;
      }
    } catch (RuntimeException failure) {
      listening.close();
      throw failure;
    }
  }

  /** Connects to one master for one purpose. */
  private DedicatedConnection dedicated(RedisClusterNode master) {
    StatefulRedisClusterConnection<String, byte[]> root = client.connect(RedisLink.CODEC);
    try {
      return new DedicatedConnection(root.getConnection(master.getNodeId()), root);
    } catch (RuntimeException failure) {
      root.close();
      throw failure;
    }
  }

  private static RedisClusterNode masterOf(String name, Set<RedisClusterNode> masters) {
    int slot = SlotHash.getSlot(name);
    for (RedisClusterNode master : masters) {
      if (master.hasSlot(slot)) {
        return master;
      }
    }
    throw new IllegalStateException("\"" + name + "\": no master has its slot " + slot);
  }
}

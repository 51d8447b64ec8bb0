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
            channel -> masterOf(channel, masters),
            List.of(publishing, listening)); // which close the others with them
      } catch (RuntimeException failure) {
        publishing.close();
        throw failure;
      }
    } catch (RuntimeException failure) {
      listening.close();
      throw failure;
    }
  }

  private static RedisNode masterOf(String channel, Map<RedisClusterNode, RedisNode> masters) {
    int slot = SlotHash.getSlot(channel);
    for (Map.Entry<RedisClusterNode, RedisNode> master : masters.entrySet()) {
      if (master.getKey().hasSlot(slot)) {
        return master.getValue();
      }
    }
    throw new IllegalStateException("channel \"" + channel + "\": no master has its slot " + slot);
  }
}

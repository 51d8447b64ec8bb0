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
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import io.sockeye.socketio.server.spi.BusLink;
import java.util.List;

/** Connects to one Redis: by its address, by its socket, or as the master that sentinels name. */
record StandaloneSource(RedisClient client) implements RedisSource {
  @Override
  public RedisLink connect(BusLink.Events events, boolean sharded) {
    StatefulRedisPubSubConnection<String, byte[]> listening = client.connectPubSub(RedisLink.CODEC);
    try {
      RedisNode node = new RedisNode(client.connect(RedisLink.CODEC), listening);
      return new RedisLink(
          events,
          sharded,
          List.of(node),
          channel -> node,
          List.of(node.publishing(), node.listening()),
          stream -> DedicatedConnection.of(client.connect(RedisLink.CODEC)));
    } catch (RuntimeException failure) {
      listening.close();
      throw failure;
    }
  }
}

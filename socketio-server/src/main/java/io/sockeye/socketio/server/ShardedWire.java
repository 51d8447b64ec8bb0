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

import io.sockeye.parser.msgpack.Msgpack;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * The dialect of {@code createShardedAdapter} of {@code @socket.io/redis-adapter}: everything is
 * published on sharded channels, events to one room on a channel of that room, which only nodes
 * hear that have somebody in it.
 */
final class ShardedWire extends ClusterAdapterWire {
  /**
   * How long the ids of sockets are. Rooms with names of that length are taken for them, by all
   * nodes.
   */
  private static final int ID_LENGTH = 20;

  ShardedWire(ClusterContext context) {
    super(context, Msgpack.Dates.NOTEPACK);
  }

  @Override
  CompletionStage<Void> publish(ClusterMessage message, String uid, boolean keep) {
    return publish(channelFor(message), form.write(message, uid), keep);
  }

  private String channelFor(ClusterMessage message) {
    String all = channel(message.namespace());
    // Whoever waits for answers counts the nodes, and must be heard by all of them.
    if (message instanceof ClusterMessage.Broadcast broadcast) {
      Set<String> rooms = broadcast.to().rooms();
      if (rooms.size() == 1 && hasChannel(rooms.iterator().next())) {
        return all + rooms.iterator().next() + "#";
      }
    }
    return all;
  }

  private boolean hasChannel(String room) {
    return switch (context.options().shardedSubscriptions()) {
      case STATIC -> false;
      case DYNAMIC -> room.length() != ID_LENGTH;
      case DYNAMIC_PRIVATE -> true;
    };
  }

  @Override
  byte[] write(ClusterAnswer answer, String requestId, String uid, String namespace) {
    return form.write(answer, requestId, uid, namespace);
  }

  @Override
  public RoomIndex.@Nullable Watch watch(String namespace) {
    if (context.options().shardedSubscriptions() == ShardedSubscriptions.STATIC) {
      return null;
    }
    return new RoomIndex.Watch() {
      @Override
      public void occupied(String room) {
        Presence presence = knownPresence(namespace);
        if (presence != null && hasChannel(room)) {
          presence.enter(channel(namespace) + room + "#", namespace);
        }
      }

      @Override
      public void emptied(String room) {
        Presence presence = knownPresence(namespace);
        if (presence != null && hasChannel(room)) {
          presence.leave(channel(namespace) + room + "#");
        }
      }
    };
  }
}

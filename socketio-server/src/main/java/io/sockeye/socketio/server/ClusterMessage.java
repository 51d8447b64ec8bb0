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

import io.sockeye.socketio.protocol.Arguments;
import io.sockeye.socketio.protocol.Packet;
import io.sockeye.socketio.server.spi.BroadcastOptions;
import java.time.Duration;
import java.util.List;

/** What one node says to all others, in whatever dialect. Immutable. */
sealed interface ClusterMessage {
  /** Returns the namespace that it concerns. */
  String namespace();

  /** What other nodes answer, each of them. */
  sealed interface Request extends ClusterMessage {
    /** Returns the id by which answers are known; of the dialect's form. */
    String id();
  }

  /** What concerns clients. */
  sealed interface Targeted extends ClusterMessage {
    /** Returns which clients it concerns. */
    BroadcastOptions to();

    @Override
    default String namespace() {
      return to().namespace();
    }
  }

  /**
   * An event to clients.
   *
   * @param event without an id
   */
  record Broadcast(Packet.Event event, BroadcastOptions to) implements Targeted {}

  /**
   * An event to clients that they are to answer.
   *
   * @param event its id means nothing; each node takes one of its own
   */
  record Question(String id, Packet.Event event, BroadcastOptions to, Duration timeout)
      implements Request, Targeted {}

  /**
   * Sockets join rooms.
   *
   * @param byId whether the rooms are ids of sockets, and nothing else is meant
   */
  record Join(BroadcastOptions to, List<String> rooms, boolean byId) implements Targeted {}

  /** Sockets leave rooms; see {@link Join}. */
  record Leave(BroadcastOptions to, List<String> rooms, boolean byId) implements Targeted {}

  /** Sockets are disconnected; see {@link Join}. */
  record Disconnect(BroadcastOptions to, boolean close, boolean byId) implements Targeted {}

  /** Which sockets are there. */
  record Fetch(String id, BroadcastOptions to) implements Request, Targeted {}

  /** An event to the other nodes themselves. */
  record ServerEvent(String namespace, String name, Arguments arguments)
      implements ClusterMessage {}

  /** An event to the other nodes themselves, which they are to answer. */
  record ServerQuestion(String id, String namespace, String name, Arguments arguments)
      implements Request {}
}

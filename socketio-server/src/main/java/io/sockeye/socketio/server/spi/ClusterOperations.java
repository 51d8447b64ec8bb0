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
package io.sockeye.socketio.server.spi;

import io.sockeye.socketio.protocol.Arguments;
import io.sockeye.socketio.protocol.Packet;
import io.sockeye.socketio.server.BroadcastAnswers;
import io.sockeye.socketio.server.RemoteSocket;
import io.sockeye.socketio.server.ServerAnswers;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.CompletionStage;

/**
 * What reaches sockets wherever they are. A process without clients has no more than this.
 *
 * <p>All methods are safe for use by any thread. None blocks, but for a broadcast that slows down a
 * sender who is faster than the readers. A stage completes when the operation has been carried out
 * here and handed on to the other nodes; it fails if that was not possible.
 */
public interface ClusterOperations {
  /** Sends an event. */
  CompletionStage<Void> broadcast(Packet.Event event, BroadcastOptions options);

  /**
   * Sends an event that asks for acknowledgements.
   *
   * @param event the event, with an id that is new to all sockets of its namespace
   * @param timeout how long answers are waited for
   * @return completes with the answers that came in time
   */
  CompletionStage<BroadcastAnswers> broadcastWithAck(
      Packet.Event event, BroadcastOptions options, Duration timeout);

  /** Puts sockets into rooms. */
  CompletionStage<Void> joinAll(BroadcastOptions options, Collection<String> rooms);

  /** Takes sockets out of rooms. */
  CompletionStage<Void> leaveAll(BroadcastOptions options, Collection<String> rooms);

  /**
   * Disconnects sockets.
   *
   * @param close whether their whole connections are closed
   */
  CompletionStage<Void> disconnectAll(BroadcastOptions options, boolean close);

  /** Returns the sockets, as they are now. */
  CompletionStage<List<RemoteSocket>> fetchSockets(BroadcastOptions options);

  /**
   * Returns the number of nodes that have a namespace, this one included; empty where it cannot be
   * known.
   */
  CompletionStage<OptionalInt> serverCount(String namespace);

  /** Sends an event to the other nodes themselves, in one of their namespaces. */
  CompletionStage<Void> serverSideEmit(String namespace, String event, Arguments arguments);

  /**
   * Sends an event to the other nodes themselves, which they are to answer.
   *
   * @param timeout how long answers are waited for
   * @return completes with the answers that came in time
   */
  CompletionStage<ServerAnswers> serverSideEmitWithAck(
      String namespace, String event, Arguments arguments, Duration timeout);
}

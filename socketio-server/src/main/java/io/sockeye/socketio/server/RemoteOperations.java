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
import io.sockeye.socketio.server.spi.ClusterOperations;
import io.sockeye.socketio.server.spi.DataBinder;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.CompletionStage;
import java.util.function.UnaryOperator;

/** What concerns the other nodes of a cluster, and no socket of this process. */
final class RemoteOperations implements ClusterOperations {
  private final ClusterWire wire;
  private final ClusterRequests requests;
  private final DataBinder binder;
  private final UnaryOperator<CompletionStage<Void>> note;

  /**
   * Creates them.
   *
   * @param note takes note of what becomes of messages that nobody answers
   */
  RemoteOperations(
      ClusterWire wire,
      ClusterRequests requests,
      DataBinder binder,
      UnaryOperator<CompletionStage<Void>> note) {
    this.wire = wire;
    this.requests = requests;
    this.binder = binder;
    this.note = note;
  }

  private CompletionStage<Void> send(ClusterMessage message, boolean keep) {
    return note.apply(wire.send(message, keep));
  }

  @Override
  public CompletionStage<Void> broadcast(Packet.Event event, BroadcastOptions options) {
    return send(new ClusterMessage.Broadcast(event, options), !options.isVolatile());
  }

  @Override
  public CompletionStage<BroadcastAnswers> broadcastWithAck(
      Packet.Event event, BroadcastOptions options, Duration timeout) {
    return requests.question(event, options, timeout, binder);
  }

  @Override
  public CompletionStage<Void> joinAll(BroadcastOptions options, Collection<String> rooms) {
    return send(new ClusterMessage.Join(options, List.copyOf(rooms), false), true);
  }

  @Override
  public CompletionStage<Void> leaveAll(BroadcastOptions options, Collection<String> rooms) {
    return send(new ClusterMessage.Leave(options, List.copyOf(rooms), false), true);
  }

  @Override
  public CompletionStage<Void> disconnectAll(BroadcastOptions options, boolean close) {
    return send(new ClusterMessage.Disconnect(options, close, false), true);
  }

  @Override
  public CompletionStage<List<RemoteSocket>> fetchSockets(BroadcastOptions options) {
    return requests.fetch(options);
  }

  @Override
  public CompletionStage<OptionalInt> serverCount(String namespace) {
    return wire.serverCount(namespace);
  }

  @Override
  public CompletionStage<Void> serverSideEmit(String namespace, String event, Arguments arguments) {
    return send(new ClusterMessage.ServerEvent(namespace, event, arguments), true);
  }

  @Override
  public CompletionStage<ServerAnswers> serverSideEmitWithAck(
      String namespace, String event, Arguments arguments, Duration timeout) {
    return requests.ask(namespace, event, arguments, timeout);
  }
}

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
package io.sockeye.conformance;

import io.sockeye.socketio.server.Args;
import io.sockeye.socketio.server.BroadcastOperator;
import io.sockeye.socketio.server.Handlers;
import io.sockeye.socketio.server.Namespace;
import io.sockeye.socketio.server.RemoteSocket;
import io.sockeye.socketio.server.ServerAnswers;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** What the fixture does with the other nodes of its cluster, in every namespace. */
// An answer that never comes ends in its time-out; nobody is left to tell.
@SuppressWarnings("FutureReturnValueIgnored")
final class ClusterFixture {
  private final String nodeName;

  ClusterFixture(String nodeName) {
    this.nodeName = nodeName;
  }

  /** Handles what other nodes say to this one. */
  void hear(Namespace namespace) {
    namespace
        .onServerSideRequest("whoami", args -> nodeName)
        .onServerSide(
            "tell-clients",
            args ->
                namespace
                    .everybody()
                    .local()
                    .emit("told", SocketFixture.mapOf("node", nodeName, "x", args.get(0))));
  }

  /** Handles what clients ask. */
  void events(Handlers<?> target) {
    sockets(target);
    servers(target);
  }

  private static void sockets(Handlers<?> target) {
    target.on(
        "room-join",
        (socket, args, ack) ->
            socket
                .namespace()
                .to(args.require(0, String.class))
                .socketsJoin(args.require(1, String.class))
                .whenComplete((done, unreachable) -> ack.send("ok")));
    target.on(
        "details",
        (socket, args, ack) ->
            fetch(socket.namespace().to(args.require(0, String.class)))
                .thenAccept(
                    found ->
                        ack.send(
                            found.stream()
                                .sorted(Comparator.comparing(RemoteSocket::id))
                                .map(ClusterFixture::describe)
                                .toList())));
    target.on(
        "kick",
        (socket, args, ack) ->
            socket
                .namespace()
                .to(args.require(0, String.class))
                .disconnectSockets(args.size() > 1 && Boolean.TRUE.equals(args.get(1)))
                .whenComplete((done, unreachable) -> ack.send("ok")));
  }

  private static void servers(Handlers<?> target) {
    target.on(
        "server-count",
        (socket, args, ack) ->
            socket
                .namespace()
                .serverCount()
                .thenAccept(
                    count ->
                        ack.send(
                            new @Nullable Object[] {count.isPresent() ? count.getAsInt() : null})));
    target.on(
        "server-ask",
        (socket, args, ack) ->
            socket
                .namespace()
                .serverSideEmitWithAck(
                    Duration.ofMillis(args.require(1, Integer.class)),
                    args.require(0, String.class),
                    rest(args, 2))
                .exceptionally(unreachable -> new ServerAnswers(List.of(), 1))
                .thenAccept(
                    answers ->
                        ack.send(
                            SocketFixture.mapOf(
                                "timedOut", !answers.isComplete(), "values", answers.values()))));
    target.on(
        "server-tell",
        (socket, args, ack) -> {
          socket.namespace().serverSideEmit(args.require(0, String.class), rest(args, 1));
          ack.send("ok");
        });
  }

  /** Returns the sockets of all nodes; of this one alone while others cannot be reached. */
  static CompletionStage<List<RemoteSocket>> fetch(BroadcastOperator operator) {
    return operator
        .fetchSockets()
        .exceptionallyCompose(unreachable -> operator.local().fetchSockets());
  }

  private static Map<String, @Nullable Object> describe(RemoteSocket socket) {
    TreeSet<String> rooms = new TreeSet<>(socket.rooms());
    rooms.remove(socket.id());
    return SocketFixture.mapOf(
        "id", socket.id(), "rooms", List.copyOf(rooms), "session", socket.attributes());
  }

  private static @Nullable Object[] rest(Args args, int from) {
    return args.list().subList(Math.min(from, args.size()), args.size()).toArray();
  }
}

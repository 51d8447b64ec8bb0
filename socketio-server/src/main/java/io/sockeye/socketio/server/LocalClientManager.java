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

import io.sockeye.engineio.server.Fanout;
import io.sockeye.engineio.server.Message;
import io.sockeye.socketio.protocol.Arguments;
import io.sockeye.socketio.protocol.Packet;
import io.sockeye.socketio.server.spi.BroadcastOptions;
import io.sockeye.socketio.server.spi.ClientManager;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The client manager of a single process. */
final class LocalClientManager implements ClientManager {
  private final SocketIoServer server;
  private final Map<String, RoomIndex> indexes = new ConcurrentHashMap<>();
  private final RoomIndex nobody = new RoomIndex(null, null);
  private final @Nullable LocalRecovery recovery;
  private Function<String, RoomIndex.@Nullable Watch> watches = namespace -> null; // set at first

  LocalClientManager(SocketIoServer server) {
    this.server = server;
    ConnectionStateRecovery options = server.options().connectionStateRecovery();
    this.recovery = options == null ? null : new LocalRecovery(server, options, indexes.values());
  }

  /** Has the rooms of each namespace watched; called before there are any. */
  void watchRooms(Function<String, RoomIndex.@Nullable Watch> watch) {
    watches = watch;
  }

  /** The index of a namespace, to look into: an empty one if nobody has been there. */
  private RoomIndex index(String namespace) {
    return indexes.getOrDefault(namespace, nobody);
  }

  /** The index of a namespace, for others that look after recovery. */
  RoomIndex indexOf(String namespace) {
    return index(namespace);
  }

  private RoomIndex index(Socket socket) {
    return index(socket.namespace().name());
  }

  /** The index of the namespace of a socket that is there. */
  RoomIndex ownIndex(Socket socket) {
    String name = socket.namespace().name();
    RoomIndex known = indexes.get(name);
    return known != null
        ? known
        : indexes.computeIfAbsent(
            name,
            key ->
                new RoomIndex(recovery == null ? null : recovery.newEvents(), watches.apply(name)));
  }

  @Override
  public void add(Socket socket) {
    ownIndex(socket).add(socket);
  }

  @Override
  public void addNamespace(String namespace) {}

  @Override
  public void removeNamespace(String namespace) {
    RoomIndex index = indexes.remove(namespace);
    if (index != null && recovery != null) {
      recovery.forget(index);
    }
  }

  @Override
  public void remove(Socket socket) {
    index(socket).remove(socket);
  }

  @Override
  public void join(Socket socket, Collection<String> rooms) {
    if (!socket.isDisconnected()) {
      ownIndex(socket).join(socket, rooms);
    }
  }

  @Override
  public void leave(Socket socket, Collection<String> rooms) {
    index(socket).leave(socket, rooms);
  }

  @Override
  public Set<String> rooms(Socket socket) {
    return index(socket).rooms(socket);
  }

  @Override
  public CompletionStage<Void> broadcast(Packet.Event event, BroadcastOptions options) {
    broadcast(event, options, true);
    return done();
  }

  /**
   * Sends an event to sockets of this process.
   *
   * @param paced whether a sender that is faster than the readers is slowed down
   */
  void broadcast(Packet.Event event, BroadcastOptions options, boolean paced) {
    RoomIndex index = index(options.namespace());
    if (recovery != null
        && index != nobody // nobody to miss it, then
        && event.id() == Packet.NO_ID
        && !options.isVolatile()) {
      recovery.send(index, event, options, null, paced);
      return;
    }
    sendPlain(event, options, index.select(options), paced);
  }

  /** Sends an event to sockets of this process, without an offset, and does not retain it. */
  void sendPlain(Packet.Event event, BroadcastOptions options, boolean paced) {
    sendPlain(event, options, index(options.namespace()).select(options), paced);
  }

  void sendPlain(
      Packet.Event event, BroadcastOptions options, Collection<Socket> recipients, boolean paced) {
    List<Message> messages = server.encode(event, options.compress());
    Fanout fanout = new Fanout(messages, options.isVolatile());
    for (Socket socket : recipients) {
      if (socket.isConnected()) {
        socket.tellOutgoing(event);
        socket.send(fanout, messages, options.isVolatile());
      }
    }
    fanout.flush();
    if (paced) {
      fanout.pace();
    }
  }

  @Override
  public CompletionStage<BroadcastAnswers> broadcastWithAck(
      Packet.Event event, BroadcastOptions options, Duration timeout) {
    Set<String> missing = ConcurrentHashMap.newKeySet();
    Queue<BroadcastAnswers.Answer> answers = new ConcurrentLinkedQueue<>();
    return ask(
            event,
            options,
            timeout,
            new Asking() {
              @Override
              public void reached(Set<String> socketIds) {
                missing.addAll(socketIds);
              }

              @Override
              public void answered(String socketId, Args args) {
                answers.add(new BroadcastAnswers.Answer(socketId, args));
                missing.remove(socketId);
              }
            },
            true)
        .thenApply(all -> new BroadcastAnswers(List.copyOf(answers), missing));
  }

  /** Hears what becomes of an event that sockets are to answer, on the handler executor. */
  interface Asking {
    /** It is about to be sent to these; told first, in the call. */
    void reached(Set<String> socketIds);

    /** A socket has answered. */
    void answered(String socketId, Args args);

    /** A socket has gone without an answer, before its time was over. */
    default void lost(String socketId) {}
  }

  /**
   * Sends an event to sockets of this process, and hands on each answer as it comes.
   *
   * @return completes when nobody is waited for any more
   */
  CompletionStage<Void> ask(
      Packet.Event event,
      BroadcastOptions options,
      Duration timeout,
      Asking asking,
      boolean paced) {
    Map<String, Socket> recipients = new HashMap<>();
    for (Socket socket : index(options.namespace()).select(options)) {
      if (socket.isConnected()) {
        recipients.put(socket.id(), socket);
      }
    }
    asking.reached(recipients.keySet());
    List<CompletableFuture<?>> ends = new ArrayList<>(recipients.size());
    for (Socket socket : recipients.values()) {
      ends.add(
          socket
              .expectAnswer(event.id(), timeout)
              .handle(
                  (args, failure) -> {
                    if (failure == null) {
                      asking.answered(socket.id(), args);
                    } else if (!(failure instanceof TimeoutException)) {
                      asking.lost(socket.id());
                    }
                    return socket;
                  }));
    }
    sendPlain(event, options, recipients.values(), paced);
    return CompletableFuture.allOf(ends.toArray(new CompletableFuture<?>[0]));
  }

  /** Returns whether a socket of this process has an id. */
  boolean has(String namespace, String id) {
    return index(namespace).has(id);
  }

  /** Returns whether an event to one room reaches a socket of this process, or one that is away. */
  boolean mayConcern(String namespace, String room) {
    return recovery != null || index(namespace).hasRoom(room);
  }

  @Override
  public CompletionStage<Void> emit(Socket socket, Packet.Event event, boolean compress) {
    BroadcastOptions target =
        new BroadcastOptions(
            event.namespace(), Set.of(socket.id()), Set.of(), false, compress, true);
    RoomIndex index = socket.isDisconnected() ? index(socket) : ownIndex(socket);
    if (index != nobody) {
      recovery().send(index, event, target, socket, true);
    }
    return done();
  }

  @Override
  public CompletionStage<Void> persist(String pid, RecoveredSession session) {
    recovery().keep(pid, session);
    return done();
  }

  @Override
  public CompletionStage<@Nullable RecoveredSession> restore(
      String namespace, String pid, @Nullable String offset) {
    RoomIndex index = index(namespace);
    return CompletableFuture.completedStage(
        index == nobody ? null : recovery().take(index, pid, namespace, offset));
  }

  @Override
  public CompletionStage<Boolean> resume(
      Socket socket, @Nullable String offset, Consumer<Packet.Event> replay) {
    return CompletableFuture.completedStage(recovery().resume(ownIndex(socket), socket, offset));
  }

  @Override
  public CompletionStage<Void> joinAll(BroadcastOptions options, Collection<String> rooms) {
    RoomIndex index = index(options.namespace());
    for (Socket socket : index.select(options)) {
      index.join(socket, rooms);
    }
    return done();
  }

  @Override
  public CompletionStage<Void> leaveAll(BroadcastOptions options, Collection<String> rooms) {
    RoomIndex index = index(options.namespace());
    for (Socket socket : index.select(options)) {
      index.leave(socket, rooms);
    }
    return done();
  }

  @Override
  public CompletionStage<Void> disconnectAll(BroadcastOptions options, boolean close) {
    for (Socket socket : index(options.namespace()).select(options)) {
      socket.disconnect(close);
    }
    return done();
  }

  @Override
  public CompletionStage<List<RemoteSocket>> fetchSockets(BroadcastOptions options) {
    RoomIndex index = index(options.namespace());
    List<RemoteSocket> found = new ArrayList<>();
    for (Socket socket : index.select(options)) {
      if (socket.isConnected()) {
        found.add(
            new RemoteSocket(
                socket.id(), socket.handshake(), index.rooms(socket), socket.knownAttributes()));
      }
    }
    return CompletableFuture.completedStage(found);
  }

  @Override
  public CompletionStage<OptionalInt> serverCount(String namespace) {
    return CompletableFuture.completedStage(OptionalInt.of(1));
  }

  @Override
  public CompletionStage<Void> serverSideEmit(String namespace, String event, Arguments arguments) {
    return done();
  }

  @Override
  public CompletionStage<ServerAnswers> serverSideEmitWithAck(
      String namespace, String event, Arguments arguments, Duration timeout) {
    return CompletableFuture.completedStage(new ServerAnswers(List.of(), 0));
  }

  @Override
  public CompletionStage<@Nullable Object> receive(
      String namespace, String event, Arguments arguments) {
    Namespace there = server.find(namespace);
    return there == null
        ? new CompletableFuture<>()
        : there.serverEvents().receive(event, new Args(arguments, server.binder()));
  }

  /** The number of namespaces that something is kept of. */
  int namespaces() {
    return indexes.size();
  }

  /** What is kept for clients that come back. */
  LocalRecovery recovery() {
    return Objects.requireNonNull(recovery, "recovery");
  }

  @Override
  public void close() {
    indexes.clear();
    if (recovery != null) {
      recovery.close();
    }
  }

  @Override
  public Collection<Socket> localSockets(String namespace) {
    return List.copyOf(index(namespace).all());
  }

  @SuppressWarnings("NullAway") // the value of a stage of Void is null
  private static CompletionStage<Void> done() {
    return CompletableFuture.completedStage(null);
  }
}

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
import io.sockeye.socketio.protocol.ReservedEvents;
import io.sockeye.socketio.server.spi.BroadcastOptions;
import io.sockeye.socketio.server.spi.ClientManager;
import io.sockeye.socketio.server.spi.ClusterBus;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The client manager of a process that is a node of a cluster: what concerns its own sockets is
 * done by that of the process, and the other nodes are told in the {@linkplain ClusterWire dialect}
 * of the cluster. Its own sockets never wait for the broker.
 */
final class ClusterClientManager implements ClientManager {
  private static final Logger log = LoggerFactory.getLogger(ClusterClientManager.class);

  private final SocketIoServer server;
  private final LocalClientManager local;
  private final ClusterBus bus;
  private final ClusterOutbox outbox;
  private final ClusterWire wire;
  private final ClusterRequests requests;
  private final RemoteOperations others;
  private final @Nullable StreamRecovery recovery; // null: that of this process, if any

  private ClusterClientManager(
      SocketIoServer server,
      LocalClientManager local,
      ClusterBus bus,
      ClusterOutbox outbox,
      ClusterWire wire) {
    this.server = server;
    this.local = local;
    this.bus = bus;
    this.outbox = outbox;
    this.wire = wire;
    this.requests =
        new ClusterRequests(
            wire,
            server.options().cluster(),
            server.runtime().timers(),
            server.runtime().handlers());
    this.others = new RemoteOperations(wire, requests, server.binder(), UnaryOperator.identity());
    ConnectionStateRecovery options = server.options().connectionStateRecovery();
    if (options != null && wire instanceof StreamsWire streams) {
      Incoming incoming = new Incoming();
      recovery =
          new StreamRecovery(
              server,
              local,
              streams,
              bus,
              options,
              message -> incoming.onMessage(message, answer -> {}));
      streams.readBy(recovery);
    } else {
      recovery = null;
    }
  }

  /** Connects to the broker, and joins the cluster. */
  static ClusterClientManager create(SocketIoServer server, LocalClientManager local) {
    ClusterOptions options = server.options().cluster();
    ClusterBus bus = options.connect();
    ClusterCounts counts = server::count;
    ClusterOutbox outbox = new ClusterOutbox(bus, options, counts);
    ClusterWire wire =
        ClusterWires.create(
            new ClusterContext(
                bus,
                outbox,
                options,
                server.runtime().timers(),
                server.binder()::toTree,
                server.options().decoderLimits(),
                counts,
                new ClusterRefusals(counts)));
    ClusterClientManager manager = new ClusterClientManager(server, local, bus, outbox, wire);
    local.watchRooms(wire::watch);
    wire.open(manager.new Incoming(), true);
    return manager;
  }

  /** Returns how the broker is reached. */
  ClusterBus.State state() {
    return bus.state();
  }

  // ---- this process only ----

  @Override
  public void add(Socket socket) {
    local.add(socket);
  }

  @Override
  public void remove(Socket socket) {
    local.remove(socket);
  }

  @Override
  public void addNamespace(String namespace) {
    wire.enter(namespace);
  }

  @Override
  public void removeNamespace(String namespace) {
    wire.leave(namespace);
    local.removeNamespace(namespace);
  }

  @Override
  public void join(Socket socket, Collection<String> rooms) {
    local.join(socket, rooms);
  }

  @Override
  public void leave(Socket socket, Collection<String> rooms) {
    local.leave(socket, rooms);
  }

  @Override
  public Set<String> rooms(Socket socket) {
    return local.rooms(socket);
  }

  @Override
  public CompletionStage<@Nullable Object> receive(
      String namespace, String event, Arguments arguments) {
    return local.receive(namespace, event, arguments);
  }

  @Override
  public CompletionStage<Void> emit(Socket socket, Packet.Event event, boolean compress) {
    return recovery == null
        ? local.emit(socket, event, compress)
        : recovery.emit(socket, event, compress);
  }

  @Override
  public CompletionStage<Void> persist(String pid, RecoveredSession session) {
    return recovery == null ? local.persist(pid, session) : recovery.persist(pid, session);
  }

  @Override
  public CompletionStage<@Nullable RecoveredSession> restore(
      String namespace, String pid, @Nullable String offset) {
    return recovery == null
        ? local.restore(namespace, pid, offset)
        : recovery.restore(namespace, pid, offset);
  }

  @Override
  public CompletionStage<Boolean> resume(
      Socket socket, @Nullable String offset, Consumer<Packet.Event> replay) {
    return recovery == null
        ? local.resume(socket, offset, replay)
        : recovery.resume(socket, offset);
  }

  @Override
  public Collection<Socket> localSockets(String namespace) {
    return local.localSockets(namespace);
  }

  // ---- all nodes: the others first, so that what follows here cannot overtake it there ----

  @Override
  public CompletionStage<Void> broadcast(Packet.Event event, BroadcastOptions options) {
    if (recovery != null) {
      if (!options.local()) {
        return recovery.broadcast(event, options);
      }
      local.sendPlain(event, options, true); // it is in no stream
      return done();
    }
    if (options.local()) {
      return local.broadcast(event, options);
    }
    CompletionStage<Void> sent = others.broadcast(event, options);
    local.broadcast(event, options);
    return sent;
  }

  @Override
  public CompletionStage<BroadcastAnswers> broadcastWithAck(
      Packet.Event event, BroadcastOptions options, Duration timeout) {
    if (options.local()) {
      return local.broadcastWithAck(event, options, timeout);
    }
    CompletionStage<BroadcastAnswers> there = others.broadcastWithAck(event, options, timeout);
    return local
        .broadcastWithAck(event, options, timeout)
        .thenCombine(there, (own, more) -> BroadcastAnswers.join(List.of(own, more)));
  }

  @Override
  public CompletionStage<Void> joinAll(BroadcastOptions options, Collection<String> rooms) {
    return everywhere(
        options,
        new ClusterMessage.Join(options, List.copyOf(rooms), false),
        () -> local.joinAll(options, rooms));
  }

  @Override
  public CompletionStage<Void> leaveAll(BroadcastOptions options, Collection<String> rooms) {
    return everywhere(
        options,
        new ClusterMessage.Leave(options, List.copyOf(rooms), false),
        () -> local.leaveAll(options, rooms));
  }

  @Override
  public CompletionStage<Void> disconnectAll(BroadcastOptions options, boolean close) {
    return everywhere(
        options,
        new ClusterMessage.Disconnect(options, close, false),
        () -> local.disconnectAll(options, close));
  }

  private CompletionStage<Void> everywhere(
      BroadcastOptions options, ClusterMessage message, Supplier<CompletionStage<Void>> here) {
    if (options.local()) {
      return here.get();
    }
    if (recovery != null) {
      return recovery.change(
          message,
          () -> {
            var unused = here.get();
          });
    }
    var unused = here.get();
    return wire.send(message, true);
  }

  @SuppressWarnings("NullAway") // the value of a stage of Void is null
  private static CompletionStage<Void> done() {
    return CompletableFuture.completedStage(null);
  }

  @Override
  public CompletionStage<List<RemoteSocket>> fetchSockets(BroadcastOptions options) {
    if (options.local()) {
      return local.fetchSockets(options);
    }
    return others
        .fetchSockets(options)
        .thenCombine(
            local.fetchSockets(options),
            (more, own) -> {
              List<RemoteSocket> all = new ArrayList<>(own);
              all.addAll(more);
              return all;
            });
  }

  @Override
  public CompletionStage<OptionalInt> serverCount(String namespace) {
    return others.serverCount(namespace);
  }

  @Override
  public CompletionStage<Void> serverSideEmit(String namespace, String event, Arguments arguments) {
    return others.serverSideEmit(namespace, event, arguments);
  }

  @Override
  public CompletionStage<ServerAnswers> serverSideEmitWithAck(
      String namespace, String event, Arguments arguments, Duration timeout) {
    return others.serverSideEmitWithAck(namespace, event, arguments, timeout);
  }

  @Override
  public void close() {
    wire.close();
    requests.close();
    outbox.close();
    bus.close();
    local.close();
  }

  // ---- what other nodes send ----

  @SuppressWarnings("NullAway") // the value of a stage of Void is null
  private static Void unsendable(Throwable failure) {
    log.error("The answer to another node cannot be sent, and is waited for in vain", failure);
    return null;
  }

  /** Leaves out attributes that mean nothing to other processes: they must not hide a socket. */
  private List<RemoteSocket> tellable(List<RemoteSocket> sockets) {
    return sockets.stream().map(this::tellable).toList();
  }

  private RemoteSocket tellable(RemoteSocket socket) {
    Map<String, Object> told = new LinkedHashMap<>();
    socket
        .attributes()
        .forEach(
            (name, value) -> {
              Object tree = tree(value);
              if (tree != null) {
                told.put(name, tree);
              }
            });
    return new RemoteSocket(socket.id(), socket.handshake(), socket.rooms(), told);
  }

  private @Nullable Object tree(Object value) {
    if (value instanceof String
        || value instanceof Boolean
        || value instanceof Integer
        || value instanceof Long
        || value instanceof Double
        || value instanceof ByteBuffer) {
      return value;
    }
    try {
      return server.binder().toTree(value);
    } catch (RuntimeException | StackOverflowError unknown) {
      log.debug("An attribute is not told to other nodes: {}", value.getClass().getName());
      return null;
    }
  }

  /** Carries out what concerns the sockets of this process. */
  private final class Incoming implements ClusterWire.Inbox {
    @Override
    public void onMessage(ClusterMessage message, Consumer<ClusterAnswer> reply) {
      server.count(SocketIoCounter.CLUSTER_RECEIVED);
      if (message instanceof ClusterMessage.Broadcast broadcast) {
        if (isKnown(broadcast) && !ReservedEvents.isReserved(broadcast.event().name())) {
          if (recovery == null) {
            local.broadcast(broadcast.event(), broadcast.to(), false);
          } else {
            local.sendPlain(broadcast.event(), broadcast.to(), false);
          }
        }
      } else if (message instanceof ClusterMessage.Join join) {
        if (concerns(join.to(), join.byId())) {
          local.joinAll(join.to(), join.rooms());
        }
      } else if (message instanceof ClusterMessage.Leave leave) {
        if (concerns(leave.to(), leave.byId())) {
          local.leaveAll(leave.to(), leave.rooms());
        }
      } else if (message instanceof ClusterMessage.Disconnect disconnect) {
        if (concerns(disconnect.to(), disconnect.byId())) {
          local.disconnectAll(disconnect.to(), disconnect.close());
        }
      } else if (message instanceof ClusterMessage.ServerEvent event) {
        local.receive(event.namespace(), event.name(), event.arguments());
      } else if (message instanceof ClusterMessage.ServerQuestion question) {
        local
            .receive(question.namespace(), question.name(), question.arguments())
            .thenAccept(value -> reply.accept(new ClusterAnswer.ServerAnswered(value)))
            .exceptionally(ClusterClientManager::unsendable);
      } else if (message instanceof ClusterMessage.Fetch fetch) {
        local
            .fetchSockets(fetch.to())
            .thenApply(ClusterClientManager.this::tellable)
            .thenAccept(sockets -> reply.accept(new ClusterAnswer.Sockets(sockets)))
            .exceptionally(ClusterClientManager::unsendable);
      } else if (message instanceof ClusterMessage.Question question) {
        ask(question, reply);
      }
    }

    private boolean isKnown(ClusterMessage message) {
      return server.find(message.namespace()) != null;
    }

    /** Of ids, only those of sockets that are here concern this process. */
    private boolean concerns(BroadcastOptions to, boolean byId) {
      return !byId || to.rooms().stream().anyMatch(id -> has(to.namespace(), id));
    }

    private void ask(ClusterMessage.Question question, Consumer<ClusterAnswer> reply) {
      Namespace namespace = server.find(question.namespace());
      Packet.Event asked = question.event();
      if (namespace == null || ReservedEvents.isReserved(asked.name())) {
        reply.accept(new ClusterAnswer.Reached(0, Set.of()));
        return;
      }
      local.ask(
          new Packet.Event(
              asked.namespace(), namespace.nextAckId(), asked.name(), asked.arguments()),
          question.to(),
          question.timeout(),
          new LocalClientManager.Asking() {
            @Override
            public void reached(Set<String> socketIds) {
              reply.accept(new ClusterAnswer.Reached(socketIds.size(), Set.copyOf(socketIds)));
            }

            @Override
            public void answered(String socketId, Args args) {
              reply.accept(new ClusterAnswer.ClientAnswered(socketId, args.arguments()));
            }

            @Override
            public void lost(String socketId) {
              reply.accept(new ClusterAnswer.ClientLost(socketId));
            }
          },
          false);
    }

    @Override
    public void onAnswer(String requestId, @Nullable String node, ClusterAnswer answer) {
      requests.onAnswer(requestId, node, answer);
    }

    @Override
    public void onGone(String node) {
      requests.onGone(node);
    }

    @Override
    public boolean mayConcern(String namespace, String room) {
      return local.mayConcern(namespace, room);
    }

    @Override
    public boolean has(String namespace, String socketId) {
      return local.has(namespace, socketId);
    }

    @Override
    public boolean awaits(String requestId) {
      return requests.awaits(requestId);
    }
  }
}

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

import io.sockeye.engineio.server.EngineIoOptions;
import io.sockeye.engineio.server.Fanout;
import io.sockeye.engineio.server.Message;
import io.sockeye.engineio.server.internal.Lane;
import io.sockeye.socketio.protocol.Packet;
import io.sockeye.socketio.protocol.PacketFormatException;
import io.sockeye.socketio.protocol.ReservedEvents;
import io.sockeye.socketio.server.spi.BroadcastOptions;
import io.sockeye.socketio.server.spi.BusStreams;
import io.sockeye.socketio.server.spi.ClusterBus;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings sockets back on any node of a cluster that shares streams. Events have the id of their
 * entry as an offset, and what this node itself says to clients is carried out when it comes back
 * from the stream: so the order of the offsets is that of each client's events, whoever has sent
 * them. Sessions are kept by the broker.
 *
 * <p>If the broker is not there, or does not give back an entry for some time, this node's own
 * clients are not kept waiting: they get the event without an offset. Should its entry come later,
 * it is not for them. Who has had such an event cannot say exactly what it has missed, and does not
 * come back as long as that is so.
 *
 * <p><b>Concurrency.</b> Safe for any thread. {@code pending} and {@code early} are guarded by the
 * monitor of {@code pending}. As in {@link LocalRecovery}, whoever sends an event holds the monitor
 * of the namespace's room index until it is in the queue of each recipient, and that of each who
 * comes back; so does whoever comes back when it becomes a recipient. Entries of a namespace come
 * one after the other.
 */
final class StreamRecovery implements StreamsWire.Reader {
  private static final Logger log = LoggerFactory.getLogger(StreamRecovery.class);

  /** How long an entry of this node may take to come back before its clients are sent to. */
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private static final int PAGE = 1_000;

  /** As the official adapter: who appends faster than that can be read is not waited for. */
  private static final int MAX_PAGES = 100;

  private final SocketIoServer server;
  private final LocalClientManager local;
  private final StreamsWire wire;
  private final ClusterBus bus;
  private final Consumer<ClusterMessage> others;
  private final ConnectionStateRecovery options;
  private final String keyPrefix;
  private final SessionForm sessions;
  private final TreeMap<Long, Own> pending = new TreeMap<>();
  // Those that were carried out before their entries came back, if they still may.
  private final Set<Long> early = new HashSet<>();
  private long marks; // guarded as pending
  private final Queue<Own> ready = new ConcurrentLinkedQueue<>();
  private final Lane lane = new Lane();
  private final AtomicBoolean watching = new AtomicBoolean();
  private final Map<String, StreamOffset> positions = new ConcurrentHashMap<>();
  // Each set is guarded by the monitor of its namespace's index.
  private final Map<String, Set<Return>> returning = new ConcurrentHashMap<>();

  /**
   * What this node has said.
   *
   * @param action carries it out, with the id of its entry, or null if that is not known
   * @param since when it was said, on the clock of the timers
   */
  private record Own(Consumer<@Nullable String> action, long since) {}

  /**
   * Creates it.
   *
   * @param others takes what other nodes say that is no event for clients
   */
  StreamRecovery(
      SocketIoServer server,
      LocalClientManager local,
      StreamsWire wire,
      ClusterBus bus,
      ConnectionStateRecovery options,
      Consumer<ClusterMessage> others) {
    this.server = server;
    this.local = local;
    this.wire = wire;
    this.bus = bus;
    this.options = options;
    this.others = others;
    this.keyPrefix = server.options().cluster().sessionKeyPrefix();
    this.sessions = new SessionForm(server.binder()::toTree, server.options().decoderLimits());
  }

  // ---- what this node says ----

  /** Sends an event to clients of all nodes. */
  CompletionStage<Void> broadcast(Packet.Event event, BroadcastOptions to) {
    ClusterMessage message = new ClusterMessage.Broadcast(event, to);
    if (to.isVolatile()) { // never comes again
      CompletionStage<Void> sent = wire.send(message, false);
      local.sendPlain(event, to, true);
      return sent;
    }
    return say(message, id -> deliver(event, to, null, id));
  }

  /** Sends an event to a socket of this process. */
  CompletionStage<Void> emit(Socket socket, Packet.Event event, boolean compress) {
    BroadcastOptions to =
        new BroadcastOptions(
            event.namespace(), Set.of(socket.id()), Set.of(), false, compress, false);
    return say(new ClusterMessage.Broadcast(event, to), id -> deliver(event, to, socket, id));
  }

  /** Says something else to all nodes; it keeps its place among the events. */
  CompletionStage<Void> change(ClusterMessage message, Runnable here) {
    return say(message, id -> here.run());
  }

  private CompletionStage<Void> say(ClusterMessage message, Consumer<@Nullable String> action) {
    long mark;
    synchronized (pending) {
      mark = ++marks;
      pending.put(mark, new Own(action, server.runtime().timers().nanoTime()));
    }
    CompletionStage<Void> sent;
    try {
      sent = wire.append(message, Long.toString(mark), () -> carryOutUpTo(mark));
    } catch (RuntimeException unsendable) {
      synchronized (pending) {
        pending.remove(mark);
      }
      throw unsendable;
    }
    if (bus.state() != ClusterBus.State.UP) { // it may wait behind others
      carryOutUpTo(mark);
    }
    sent.whenComplete(
        (done, failure) -> {
          if (failure == null) {
            forgetLater(mark);
          } else {
            carryOutUpTo(mark);
            forget(mark);
          }
        });
    watchLater();
    return sent;
  }

  /** Carries out what has been said up to a mark, in order, without waiting any longer. */
  private void carryOutUpTo(long mark) {
    synchronized (pending) {
      Map<Long, Own> waiting = pending.headMap(mark, true);
      ready.addAll(waiting.values());
      early.addAll(waiting.keySet());
      waiting.clear();
    }
    lane.execute(
        () -> {
          for (Own own; (own = ready.poll()) != null; ) {
            own.action().accept(null);
          }
        });
  }

  /** The entry of something will not come any more. */
  private void forget(long mark) {
    synchronized (pending) {
      early.remove(mark);
    }
  }

  private void forgetLater(long mark) {
    boolean mayBeOvertaken;
    synchronized (pending) {
      mayBeOvertaken = early.contains(mark);
    }
    if (mayBeOvertaken) {
      server.runtime().timers().schedule(PATIENCE.multipliedBy(2), () -> forget(mark));
    }
  }

  private void watchLater() {
    if (watching.compareAndSet(false, true)) {
      server
          .runtime()
          .timers()
          .schedule(PATIENCE, () -> server.runtime().handlers().execute(this::watch));
    }
  }

  private void watch() {
    watching.set(false);
    long longAgo = server.runtime().timers().nanoTime() - PATIENCE.toNanos();
    long late = 0;
    boolean isEmpty;
    synchronized (pending) {
      for (Map.Entry<Long, Own> each : pending.entrySet()) {
        if (each.getValue().since() - longAgo > 0) {
          break;
        }
        late = each.getKey();
      }
      isEmpty = pending.isEmpty();
    }
    if (late > 0) {
      log.warn(
          "What was said to clients up to {} ago has not come back from the stream; those of this"
              + " process get it now (expected: the broker is there, and the stream is long enough)",
          PATIENCE);
      carryOutUpTo(late);
    }
    if (!isEmpty) {
      watchLater();
    }
  }

  // ---- what comes back, and from other nodes ----

  @Override
  public void onPosition(String stream, String id) {
    positions.put(stream, StreamOffset.parse(id));
  }

  @Override
  public void onEntry(String id, ClusterMessage message, boolean isOwn, @Nullable String mark) {
    if (isOwn) {
      cameBack(id, message, mark);
    } else if (message instanceof ClusterMessage.Broadcast broadcast) {
      server.count(SocketIoCounter.CLUSTER_RECEIVED);
      if (!isAllowed(broadcast)) {
        return;
      }
      if (broadcast.to().isVolatile()) {
        local.sendPlain(broadcast.event(), broadcast.to(), false);
      } else {
        deliver(broadcast.event(), broadcast.to(), null, id);
      }
    } else {
      others.accept(message);
    }
  }

  private boolean isAllowed(ClusterMessage.Broadcast broadcast) {
    return server.find(broadcast.namespace()) != null
        && !ReservedEvents.isReserved(broadcast.event().name());
  }

  private void cameBack(String id, ClusterMessage message, @Nullable String mark) {
    if (mark == null) {
      return; // volatile
    }
    Own own;
    synchronized (pending) {
      Long number = Long.valueOf(mark);
      own = pending.remove(number);
      early.remove(number);
    }
    if (own != null) {
      own.action().accept(id);
    } else if (message instanceof ClusterMessage.Broadcast broadcast) {
      // They have had it, and until the next one they do not know how far the stream is.
      RoomIndex index = local.indexOf(broadcast.namespace());
      synchronized (index) {
        for (Socket socket : index.select(broadcast.to())) {
          if (socket.hasPid()) {
            socket.attendance().lostCount();
          }
        }
      }
    }
  }

  /**
   * Sends an event to sockets of this process.
   *
   * @param only the socket that is meant, if it is a single one: its room does not find it as long
   *     as it joins
   * @param id the id of its entry; null if it goes without one
   */
  private void deliver(
      Packet.Event event, BroadcastOptions to, @Nullable Socket only, @Nullable String id) {
    Packet.Event told = id == null ? event : withOffset(event, id);
    StreamOffset offset = id == null ? null : StreamOffset.parse(id);
    List<Message> messages = server.encode(told, to.compress());
    Fanout fanout = new Fanout(messages, false);
    List<Socket> plain = new ArrayList<>(0);
    List<Socket> reached = new ArrayList<>();
    boolean counts = !isSomethingEarly();
    RoomIndex index = local.indexOf(to.namespace());
    synchronized (index) {
      boolean isDirect = only != null && isNew(only);
      Collection<Socket> found = only != null && isDirect ? List.of(only) : index.select(to);
      for (Socket socket : found) {
        if (!socket.hasPid()) {
          plain.add(socket);
        } else if (isDirect || socket.attendance().isPresent()) {
          if (offset == null) {
            socket.attendance().lostCount();
          } else if (!socket.attendance().hears(offset, counts)) {
            continue;
          }
          if (isDirect || socket.isConnected()) {
            reached.add(socket);
            socket.send(fanout, messages, false);
          }
        }
      }
      for (Return each : returning.getOrDefault(to.namespace(), Set.of())) {
        each.passBy(to, offset, messages);
      }
    }
    reached.forEach(socket -> socket.tellOutgoing(event)); // user code, not under the monitor
    fanout.flush();
    if (!plain.isEmpty()) {
      local.sendPlain(event, to, plain, false); // clients of earlier revisions know no offsets
    }
  }

  private boolean isSomethingEarly() {
    synchronized (pending) {
      return !early.isEmpty();
    }
  }

  /** Whether a socket joins for the first time; see {@link LocalRecovery}. */
  private static boolean isNew(Socket socket) {
    return !socket.attendance().isPresent() && !socket.recovered() && !socket.isDisconnected();
  }

  private static Packet.Event withOffset(Packet.Event event, String id) {
    return new Packet.Event(
        event.namespace(), event.id(), event.name(), event.arguments().plus(id));
  }

  // ---- leaving and coming back ----

  /** Keeps a session where all nodes find it. */
  @SuppressWarnings("NullAway") // the value of a stage of Void is null
  CompletionStage<Void> persist(String pid, RecoveredSession session) {
    Attendance attendance = session.attendance();
    if (attendance != null) {
      synchronized (local.indexOf(session.namespace())) {
        if (attendance.hasLostCount()) {
          log.debug("A {} is not kept: what it has had cannot be told exactly", session);
          return CompletableFuture.completedStage(null);
        }
      }
    }
    return wire.streams()
        .put(keyPrefix + pid, sessions.write(pid, session), options.maxDisconnectionDuration());
  }

  /** Takes a session; null if there is none, or the stream does not have the offset any more. */
  CompletionStage<@Nullable RecoveredSession> restore(
      String namespace, String pid, @Nullable String offset) {
    CompletionStage<@Nullable String> taken = wire.streams().take(keyPrefix + pid);
    if (offset == null || !StreamOffset.isOffset(offset)) {
      return taken.thenApply(gone -> null);
    }
    return taken.thenCombine(
        wire.streams().range(wire.stream(namespace), offset, offset, 1),
        (text, found) ->
            text == null || found.isEmpty() || !isOf(namespace, found.get(0))
                ? null
                : read(namespace, text));
  }

  /** What is kept does not say its namespace; the last event that the client has had does. */
  private static boolean isOf(String namespace, BusStreams.Entry entry) {
    return namespace.equals(entry.fields().get("nsp"));
  }

  private @Nullable RecoveredSession read(String namespace, String text) {
    try {
      return sessions.read(namespace, text);
    } catch (PacketFormatException malformed) {
      log.debug("A session in {} is not understood: {}", namespace, malformed.getMessage());
      return null;
    }
  }

  /** Sends to a socket what it has missed, and lets it be a recipient again. */
  CompletionStage<Boolean> resume(Socket socket, @Nullable String offset) {
    if (offset == null || !StreamOffset.isOffset(offset)) {
      return CompletableFuture.completedStage(false);
    }
    RoomIndex index = local.ownIndex(socket);
    Return back = new Return(socket, index, StreamOffset.parse(offset));
    String namespace = socket.namespace().name();
    synchronized (index) {
      back.rooms.addAll(index.rooms(socket));
      returning.computeIfAbsent(namespace, name -> new HashSet<>(2)).add(back);
    }
    // Whatever comes after this passes by.
    back.enough = positions.get(wire.stream(namespace));
    back.read(offset, 1);
    return back.done;
  }

  /**
   * A socket that comes back: first what the stream has after its offset, then what has come
   * meanwhile, then what comes.
   */
  private final class Return {
    final CompletableFuture<Boolean> done = new CompletableFuture<>();
    // From the beginning.
    final Set<String> rooms = new HashSet<>();
    @Nullable StreamOffset enough;
    private final Socket socket;
    private final RoomIndex index;
    private final String stream;
    // By one answer of the broker after the other.
    private final List<Message> missed = new ArrayList<>();
    private long bytes;
    private StreamOffset last;
    // Guarded by the monitor of the index.
    private final Deque<Passed> passed = new ArrayDeque<>();
    private long passedBytes;
    private boolean failed;

    Return(Socket socket, RoomIndex index, StreamOffset offset) {
      this.socket = socket;
      this.index = index;
      this.last = offset;
      this.stream = wire.stream(socket.namespace().name());
    }

    /** An event is sent to others. Under the monitor. */
    void passBy(BroadcastOptions to, @Nullable StreamOffset offset, List<Message> messages) {
      if (failed || !concerns(to, index.rooms(socket))) {
        return;
      }
      passedBytes += size(messages);
      if (offset == null || isTooMuch(passedBytes, passed.size())) {
        failed = true;
        passed.clear();
      } else {
        passed.add(new Passed(offset, messages));
      }
    }

    /** Reads from an id on. */
    void read(String from, int page) {
      wire.streams()
          .range(stream, from, "+", PAGE)
          .whenComplete(
              (entries, failure) -> {
                if (failure != null) {
                  leave();
                  done.completeExceptionally(failure);
                  return;
                }
                try {
                  take(entries, page);
                } catch (RuntimeException broken) {
                  leave();
                  done.completeExceptionally(broken);
                }
              });
    }

    private void take(List<BusStreams.Entry> entries, int page) {
      boolean isFirst = page == 1;
      if (isFirst && (entries.isEmpty() || !last.equals(StreamOffset.parse(entries.get(0).id())))) {
        giveUp(); // what came next may be gone, too
        return;
      }
      for (BusStreams.Entry entry : isFirst ? entries.subList(1, entries.size()) : entries) {
        last = StreamOffset.parse(entry.id());
        add(entry);
      }
      StreamOffset until = enough;
      if (isTooMuch(bytes, missed.size())) {
        giveUp();
      } else if (entries.size() < PAGE || (until != null && last.compareTo(until) >= 0)) {
        end();
      } else if (page == MAX_PAGES) {
        giveUp();
      } else {
        read(last.next().toString(), page + 1);
      }
    }

    private void add(BusStreams.Entry entry) {
      if (!ClusterAdapterForm.isBroadcast(entry.fields())
          || !isOf(socket.namespace().name(), entry)) {
        return;
      }
      ClusterAdapterForm.Received received = wire.read(stream, entry.fields());
      if (received != null
          && received.message() instanceof ClusterMessage.Broadcast broadcast
          && !broadcast.to().isVolatile()
          && isAllowed(broadcast)
          && concerns(broadcast.to(), rooms)) {
        List<Message> messages =
            server.encode(withOffset(broadcast.event(), entry.id()), broadcast.to().compress());
        missed.addAll(messages);
        bytes += size(messages);
      }
    }

    private void end() {
      Fanout fanout = add();
      if (fanout != null) {
        fanout.flush();
      }
      done.complete(fanout != null); // not under the monitor
    }

    /** Sends what was missed; returns null if it is not known, or too much. */
    private @Nullable Fanout add() {
      synchronized (index) {
        leave();
        for (Passed each : passed) {
          if (each.offset().compareTo(last) > 0) {
            missed.addAll(each.messages());
            bytes += size(each.messages());
          }
        }
        if (failed || isTooMuch(bytes, missed.size())) {
          return null;
        }
        Fanout fanout = new Fanout(missed, false);
        if (!missed.isEmpty()) {
          socket.send(fanout, missed, false);
        }
        socket.attendance().hasHeardUpTo(last);
        index.add(socket);
        return fanout;
      }
    }

    private void giveUp() {
      leave();
      done.complete(false);
    }

    /** Nothing passes by any more. */
    private void leave() {
      synchronized (index) {
        String namespace = socket.namespace().name();
        Set<Return> all = returning.getOrDefault(namespace, Collections.emptySet());
        if (all.remove(this) && all.isEmpty()) {
          returning.remove(namespace, all);
        }
      }
    }
  }

  /** An event that has passed by who comes back. */
  private record Passed(StreamOffset offset, List<Message> messages) {}

  private static boolean concerns(BroadcastOptions to, Set<String> rooms) {
    return (to.rooms().isEmpty() || !Collections.disjoint(to.rooms(), rooms))
        && Collections.disjoint(to.except(), rooms);
  }

  private static long size(List<Message> messages) {
    long size = 0;
    for (Message message : messages) {
      size += message.size();
    }
    return size;
  }

  private boolean isTooMuch(long bytes, int messages) {
    EngineIoOptions limits = server.options().engine();
    return bytes > limits.maxOutboundBytes() || messages > limits.maxOutboundPackets();
  }
}

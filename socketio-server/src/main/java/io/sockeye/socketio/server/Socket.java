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
import io.sockeye.engineio.server.HandlerExecution;
import io.sockeye.engineio.server.Message;
import io.sockeye.engineio.server.TransportType;
import io.sockeye.engineio.server.internal.HandlerLane;
import io.sockeye.socketio.protocol.Packet;
import java.security.Principal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * One client in one namespace. All methods are safe for use by any thread.
 *
 * <p><b>Concurrency.</b> {@code state} moves from joining to connected to disconnected (or lost,
 * where clients may recover), each step by one compare-and-set, so that whoever disconnects first
 * is the one who does it. Handlers run on the socket lane ({@link HandlerLane}), and so does
 * everything marked as such here.
 */
public final class Socket {
  enum State {
    /** Middleware decides; events wait. */
    JOINING,
    CONNECTED,
    /** The connection is gone, and the client may come back as this socket. */
    LOST,
    DISCONNECTED
  }

  // Change once, before anybody else sees the socket: when it is known who it is, and where.
  private String id;
  private @Nullable String pid;
  private @Nullable Attendance attendance;
  private volatile boolean recovered;
  private @Nullable String resumeOffset;
  private Namespace namespace; // if it has to be found first
  // The end of what changes.
  private final Client client;
  private final Handshake handshake;
  private final HandlerLane lane;
  private final PendingAcks acks;
  private final AtomicReference<State> state = new AtomicReference<>(State.JOINING);
  private volatile @Nullable ConcurrentMap<String, Object> attributes;
  private volatile SocketHooks hooks = SocketHooks.NONE;
  // Guarded by the room index's lock: the rooms besides its own; null for none.
  @Nullable Set<String> rooms;
  // Socket lane only: what came before connect handlers ran, and whether they have run. Without
  // handlers the session lane says so.
  private @Nullable List<Packet.Event> early;
  private boolean greeted;
  // Session lane only: events may have come early, because it took time to find out who this is.
  private boolean identified = true;
  // The answer to the client is on its way, or in the outbox: connect handlers may run.
  private volatile boolean announced;
  // Socket lane only: connect handlers have refused, and nobody else hears of this socket.
  private boolean refused;
  // While connect handlers decide whether the client gets anything but a refusal.
  private volatile @Nullable Outbox outbox;

  /**
   * Creates a socket that joins.
   *
   * @param pid the private id of its session, null if its client cannot recover
   */
  Socket(String id, @Nullable String pid, Client client, Namespace namespace, Handshake handshake) {
    this.id = id;
    this.pid = pid;
    this.attendance = pid == null ? null : new Attendance(id);
    this.client = client;
    this.namespace = namespace;
    this.handshake = handshake;
    SocketIoServer server = namespace.server();
    this.lane =
        new HandlerLane(
            server.runtime().handlers(),
            server.options().engine().maxInboxPackets(),
            client::resumeReading);
    this.acks =
        new PendingAcks(
            server.runtime().timers(),
            server.runtime().handlers(),
            server.options().maxPendingAcks());
  }

  /** Returns the public id, which is also the name of the socket's own room. */
  public String id() {
    return id;
  }

  /** Returns the namespace. */
  public Namespace namespace() {
    return namespace;
  }

  /** Returns how the client came. */
  public Handshake handshake() {
    return handshake;
  }

  /** Returns who the web server says the client is, or null. */
  public @Nullable Principal principal() {
    return handshake.request().principal();
  }

  /** Returns the transport that carries the connection at the moment. */
  public TransportType transport() {
    return client.session().transport();
  }

  /** Returns whether the socket has been admitted and has not left. */
  public boolean isConnected() {
    return state.get() == State.CONNECTED;
  }

  /**
   * Returns whether the socket is one whose connection was lost: it has the id, rooms and
   * attributes that it had, and its client gets what it has missed.
   */
  public boolean recovered() {
    return recovered;
  }

  /** Returns data that the application keeps with the socket, for as long as it lives. */
  public ConcurrentMap<String, Object> attributes() {
    ConcurrentMap<String, Object> known = attributes;
    if (known == null) {
      synchronized (this) {
        known = attributes;
        if (known == null) {
          known = new ConcurrentHashMap<>(4);
          attributes = known;
        }
      }
    }
    return known;
  }

  /** Returns the attributes without making any. */
  Map<String, Object> knownAttributes() {
    ConcurrentMap<String, Object> known = attributes;
    return known == null ? Map.of() : known;
  }

  // ---- sending ----

  /**
   * Sends an event to this client. A sender that is much faster than the client reads is slowed
   * down a little, see {@link io.sockeye.engineio.server.Session#pace}.
   *
   * @param event any name that is not reserved
   * @param args its arguments: strings, numbers, booleans, null, maps, lists, {@code byte[]} and
   *     {@link java.nio.ByteBuffer} (which must not change any more), records and beans
   */
  public void emit(String event, @Nullable Object... args) {
    emit(event, Args.of(args));
  }

  /** Sends an event with arguments as they are. */
  public void emit(String event, Args args) {
    emit(event, args, true, false);
  }

  /** Sends the event {@code message}. */
  public void send(@Nullable Object... args) {
    emit("message", args);
  }

  /** Sends the event {@code json}. */
  public void sendJson(Object value) {
    emit("json", value);
  }

  /** Returns an operator that drops events that the connection cannot take at once. */
  public SocketOperator asVolatile() {
    return new SocketOperator(this, true, true, ackTimeout());
  }

  /** Returns an operator whose events may, or may not, be compressed on the way. */
  public SocketOperator compress(boolean allowed) {
    return new SocketOperator(this, false, allowed, ackTimeout());
  }

  /** Returns an operator that waits so long for acknowledgements. */
  public SocketOperator timeout(Duration limit) {
    return new SocketOperator(this, false, true, limit);
  }

  /**
   * Sends an event and waits for the answer for as long as the option {@code ackTimeout} says; for
   * another time see {@link #timeout}.
   *
   * @return completes on the handler executor with the answer's arguments; fails with a {@link
   *     java.util.concurrent.TimeoutException}, or with an {@link IllegalStateException} as soon as
   *     the socket disconnects
   */
  public CompletableFuture<Args> emitWithAck(String event, @Nullable Object... args) {
    return ask(event, Args.of(args), true, false, ackTimeout());
  }

  /**
   * Sends an event and blocks until the answer is there. A handler may do so: answers do not come
   * through the socket lane. Not for {@link io.sockeye.engineio.server.HandlerExecution#INLINE},
   * whose threads must read the answer.
   *
   * @return the answer's arguments
   * @throws AckTimeoutException if there is none in time, or the socket disconnects
   * @throws IllegalStateException in a connect handler, until which has run the client gets
   *     nothing; and in a handler that runs in place
   */
  public Args call(String event, @Nullable Object... args) {
    if (outbox != null && SocketContext.isOf(this)) {
      throw new IllegalStateException(
          "call \""
              + event
              + "\": the client hears nothing before its connect handlers have run (expected: an"
              + " event handler, or the option alwaysConnect)");
    }
    requireThreads(event);
    return await(event, emitWithAck(event, args));
  }

  void emit(String event, Args args, boolean compress, boolean isVolatile) {
    EventRegistry.requireAllowed(event);
    Packet.Event packet = event(event, Packet.NO_ID, args);
    if (isVolatile) {
      send(packet, compress, true);
    } else if (!hasPid()) {
      send(packet, compress, false);
      client.session().pace();
    } else if (state.get() != State.DISCONNECTED) { // one that is lost may come back
      namespace.manager().emit(this, packet, compress);
    }
  }

  CompletableFuture<Args> ask(
      String event, Args args, boolean compress, boolean isVolatile, Duration timeout) {
    EventRegistry.requireAllowed(event);
    long ackId = namespace.nextAckId();
    CompletableFuture<Args> answer = acks.expect(ackId, timeout);
    try {
      send(event(event, ackId, args), compress, isVolatile);
    } catch (RuntimeException unsendable) {
      acks.forget(ackId);
      throw unsendable;
    }
    return answer;
  }

  /** Waits for an answer to a broadcast. */
  CompletableFuture<Args> expectAnswer(long ackId, Duration timeout) {
    return acks.expect(ackId, timeout);
  }

  /** A handler that runs in place is on the very thread that would bring the answer. */
  void requireThreads(String event) {
    if (SocketContext.isActive()
        && namespace.server().runtime().handlers().execution() == HandlerExecution.INLINE) {
      throw new IllegalStateException(
          "call \""
              + event
              + "\": the handler runs on the thread that would bring the answer (expected:"
              + " emitWithAck, or handlerExecution POOL or VIRTUAL)");
    }
  }

  static Args await(String event, CompletableFuture<Args> answer) {
    try {
      return answer.get();
    } catch (ExecutionException failure) {
      Throwable cause = failure.getCause() == null ? failure : failure.getCause();
      throw new AckTimeoutException(event, cause);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new AckTimeoutException(event, interrupted);
    }
  }

  private Packet.Event event(String event, long ackId, Args args) {
    return new Packet.Event(namespace.name(), ackId, event, args.arguments());
  }

  private Duration ackTimeout() {
    return namespace.server().options().ackTimeout();
  }

  void send(Packet packet, boolean compress, boolean isVolatile) {
    if (!isDisconnected()) {
      if (packet instanceof Packet.Event event) {
        tellOutgoing(event);
      }
      deliver(packet, compress, isVolatile);
    }
  }

  /** Sends a packet, or has it wait for connect handlers. */
  void deliver(Packet packet, boolean compress, boolean isVolatile) {
    List<Message> messages = namespace.server().encode(packet, compress);
    Outbox held = outbox;
    if (held == null || !held.add(messages, isVolatile)) {
      client.send(messages, isVolatile);
    }
  }

  /**
   * Sends the messages of a broadcast.
   *
   * @param fanout what would send them
   */
  void send(Fanout fanout, List<Message> messages, boolean isVolatile) {
    Outbox held = outbox;
    if (held == null || !held.add(messages, isVolatile)) {
      fanout.send(client.session());
    }
  }

  /** An event is about to go to the client, by whatever way. */
  void tellOutgoing(Packet.Event event) {
    EventRegistry events = namespace.events();
    if (events.hearsOutgoing(this)) {
      Args args = new Args(event.arguments(), namespace.server().binder());
      events.outgoing(this, new Event(event.name(), args, Ack.unrequested(this)));
    }
  }

  // ---- handlers of this socket only; those of its namespace come first ----

  /** Adds middleware for the client's events; see {@link Handlers#useEvent}. */
  public synchronized void use(EventMiddleware middleware) {
    hooks = hooks.use(middleware);
  }

  /** Adds a handler of all events from the client; see {@link Handlers#onAny}. */
  public synchronized void onAny(CatchAllHandler handler) {
    hooks = hooks.onAny(handler);
  }

  /** Adds a handler of all events to the client; see {@link Handlers#onAnyOutgoing}. */
  public synchronized void onAnyOutgoing(CatchAllHandler handler) {
    hooks = hooks.onAnyOutgoing(handler);
  }

  SocketHooks hooks() {
    return hooks;
  }

  // ---- rooms ----

  /** Joins rooms; nothing happens after the socket has left. */
  public void join(String... names) {
    namespace.manager().join(this, List.of(names));
  }

  /** Leaves rooms. */
  public void leave(String... names) {
    namespace.manager().leave(this, List.of(names));
  }

  /** Returns the rooms that the socket is in, its own included: a snapshot. */
  public Set<String> rooms() {
    return namespace.manager().rooms(this);
  }

  /** Returns an operator that reaches everybody in the namespace but this socket. */
  public BroadcastOperator broadcast() {
    return namespace.everybody().except(id);
  }

  /** Returns an operator that reaches the sockets in any of the rooms, but not this one. */
  public BroadcastOperator to(String... roomNames) {
    return broadcast().to(roomNames);
  }

  // ---- life ----

  /** Takes the client out of the namespace; it is told. */
  public void disconnect() {
    disconnect(false);
  }

  /**
   * Takes the client out of the namespace; it is told.
   *
   * @param closeConnection whether it is taken out of all namespaces, and its connection closed
   */
  public void disconnect(boolean closeConnection) {
    if (closeConnection) {
      client.disconnectAll();
    } else if (end(DisconnectReason.SERVER_NAMESPACE_DISCONNECT)) {
      // Last: a client that comes back at once must find its place free.
      deliver(new Packet.Disconnect(namespace.name()), false, false);
      open(); // a connect handler that takes its client out has let it in
    }
  }

  /** Returns id and namespace. */
  @Override
  public String toString() {
    return "socket " + id + " in " + namespace.name();
  }

  // ---- the body of the server ----

  Client client() {
    return client;
  }

  /** Completes when the handlers of all that has come so far have run. */
  CompletableFuture<Void> handled() {
    CompletableFuture<Void> done = new CompletableFuture<>();
    lane.execute(() -> done.complete(null));
    return done;
  }

  HandlerLane lane() {
    return lane;
  }

  /** Whether the socket has left, for whatever reason. */
  boolean isDisconnected() {
    State now = state.get();
    return now == State.DISCONNECTED || now == State.LOST;
  }

  /** Whether the client may come back after a loss. */
  boolean hasPid() {
    return pid != null;
  }

  /** The private id of the session: a secret between the server and this client. */
  String pid() {
    return Objects.requireNonNull(pid, "pid");
  }

  /** What the client may miss; of sockets with a private id. Its own lock says who may look. */
  Attendance attendance() {
    return Objects.requireNonNull(attendance, "attendance");
  }

  /** Events may come before it is known who this is. Session lane. */
  void identifiedLater() {
    identified = false;
  }

  /** The namespace that the client means has been found. Session lane. */
  void enter(Namespace found) {
    namespace = found;
  }

  /** This is a socket that was lost. Session lane. */
  void recover(Recovery.Request request, RecoveredSession session) {
    id = session.id();
    pid = request.pid();
    resumeOffset = request.offset();
    attendance = Objects.requireNonNullElseGet(session.attendance(), () -> new Attendance(id));
    attributes = new ConcurrentHashMap<>(session.attributes());
    recovered = true;
  }

  /** The offset after which the client has missed events, null if it has had none. */
  @Nullable String resumeOffset() {
    return resumeOffset;
  }

  /** Admitted. Session lane. Returns false if the socket has gone meanwhile. */
  boolean admit() {
    SocketIoServer server = namespace.server();
    if (namespace.events().greets() && !server.options().alwaysConnect()) {
      outbox = new Outbox(client.session(), server.options().engine());
    }
    return state.compareAndSet(State.JOINING, State.CONNECTED);
  }

  /** Leaves, for whatever reason; the first call counts, and returns true. Any thread. */
  boolean end(DisconnectReason reason) {
    State before = leave(reason);
    if (before == null) {
      return false;
    }
    CompletableFuture<Boolean> kept = null;
    if (state.get() == State.LOST) {
      kept = new CompletableFuture<>();
      namespace.server().recovery().leaving(pid(), kept);
    }
    CompletableFuture<Boolean> whenKept = kept;
    Outbox held = outbox;
    if (held != null && reason != DisconnectReason.SERVER_NAMESPACE_DISCONNECT) {
      held.discard(); // who has gone may come back, and must not get an answer twice
    }
    boolean leavesLater = namespace.events().takesLeave() || !lane.isIdle();
    client.forget(this, reason, leavesLater);
    acks.close();
    if (!leavesLater) {
      remove(whenKept, () -> {});
      return true;
    }
    lane.execute(
        () -> {
          boolean came = before == State.CONNECTED && connected();
          if (came) {
            namespace.events().disconnecting(this, reason);
          }
          remove(
              whenKept,
              () -> {
                if (came) {
                  namespace.events().disconnected(this, reason);
                }
              });
        });
    lane.execute(client::gone);
    return true;
  }

  /** Moves to the last state; returns the one before, null if this has been done already. */
  private @Nullable State leave(DisconnectReason reason) {
    while (true) {
      State before = state.get();
      if (before == State.LOST || before == State.DISCONNECTED) {
        return null;
      }
      boolean comesBack =
          pid != null && Recovery.isLoss(reason) && (before == State.CONNECTED || recovered);
      if (state.compareAndSet(before, comesBack ? State.LOST : State.DISCONNECTED)) {
        return before;
      }
    }
  }

  /** Leaves the rooms; what is left to do follows, and then a lost session is kept. */
  private void remove(@Nullable CompletableFuture<Boolean> whenKept, Runnable last) {
    Set<String> left = whenKept == null ? Set.of() : rooms();
    namespace.manager().remove(this);
    last.run();
    if (whenKept != null) {
      namespace.server().recovery().lost(this, left, whenKept);
    }
    namespace.server().dynamic().leave(namespace, whenKept != null);
  }

  /** An event of the client. Session lane. Returns whether the client must stop sending. */
  boolean onEvent(Packet.Event event) {
    return lane.offer(() -> handle(event));
  }

  private void handle(Packet.Event event) {
    if (isDisconnected()) {
      return;
    }
    if (announced) {
      if (!connected()) { // the task that would do it may be behind events that came before it
        return;
      }
      namespace
          .events()
          .dispatch(
              this,
              new Event(
                  event.name(),
                  new Args(event.arguments(), namespace.server().binder()),
                  new Ack(this, event.id())));
      return;
    }
    List<Packet.Event> waiting = early;
    if (waiting == null) {
      waiting = new ArrayList<>();
      early = waiting;
    }
    if (waiting.size() < namespace.server().options().engine().maxInboxPackets()) {
      waiting.add(event);
    } else {
      client.fail();
    }
  }

  void onAck(Packet.Ack ack) {
    acks.complete(ack.id(), new Args(ack.arguments(), namespace.server().binder()));
  }

  /** The client has its answer, and the socket is where broadcasts find it. Session lane. */
  void announced() {
    boolean nobodyToTell =
        identified && !namespace.events().greets() && !namespace.admission().decides();
    if (nobodyToTell) {
      greeted = true; // seen by the lane, which reads the next field first
    }
    announced = true;
    if (!nobodyToTell) {
      lane.execute(this::connected);
    }
  }

  /**
   * Runs connect handlers, once, then what came early. Socket lane.
   *
   * @return whether they have let the client in
   */
  private boolean connected() {
    if (greeted) {
      return !refused;
    }
    greeted = true;
    Throwable refusal = namespace.events().connected(this);
    List<Packet.Event> waiting = early;
    early = null;
    if (refusal != null) {
      refused = true;
      refuse(refusal);
      return false;
    }
    open();
    if (waiting != null) {
      waiting.forEach(this::handle);
    }
    return true;
  }

  private void refuse(Throwable refusal) {
    Outbox held = outbox;
    if (held != null && held.discard()) {
      Admission.refuse(this, refusal);
    } else { // it was told already that it is connected
      namespace.server().count(SocketIoCounter.CONNECTIONS_REFUSED);
      disconnect();
    }
  }

  /** What waits for connect handlers goes out. Any thread. */
  private void open() {
    Outbox held = outbox;
    if (held != null) {
      held.open();
      outbox = null;
    }
  }
}

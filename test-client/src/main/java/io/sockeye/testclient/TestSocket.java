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
package io.sockeye.testclient;

import io.sockeye.engineio.server.internal.EngineRuntime;
import io.sockeye.engineio.server.internal.HandlerLane;
import io.sockeye.socketio.protocol.Arguments;
import io.sockeye.socketio.protocol.Packet;
import io.sockeye.socketio.protocol.ReservedEvents;
import io.sockeye.socketio.server.Args;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A test client in one namespace: what the JavaScript client calls a socket. It exists before it
 * joins, so that handlers can be there for the first event: {@code
 * client.socket("/chat").answer("who", "me").connect()}.
 *
 * <p>Every event is kept in order until {@link #received()} or {@link #await(String)} takes it,
 * whether there is a handler for it or not. All methods are safe for use by any thread; those that
 * wait do so for the client's {@linkplain TestClientOptions.Builder#deadline deadline} where
 * nothing else is said, in real time.
 *
 * <p><b>Concurrency.</b> The monitor guards state, events and acknowledgements; it is never held
 * while anything is sent or called.
 */
public final class TestSocket {
  /** What handlers return that are not to acknowledge. */
  private static final Object NO_ACK = new Object();

  private static final int MAX_LISTED = 20;
  private static final int MAX_LISTED_CHARACTERS = 200;

  private enum State {
    NEW,
    JOINING,
    CONNECTED,
    REFUSED,
    DISCONNECTED
  }

  private final SocketIoTestClient client;
  private final String namespace;
  private final Map<String, TestRequestHandler> handlers = new ConcurrentHashMap<>();
  private final HandlerLane lane;
  // Guarded by the monitor.
  private State state = State.NEW;
  private Map<String, @Nullable Object> auth = Map.of();
  private String id = "";
  private @Nullable ConnectError error;
  private String reason = "";
  private boolean recovered;
  private @Nullable String privateId;
  private @Nullable String offset;
  private final List<ReceivedEvent> received = new ArrayList<>();
  private final Map<Long, CompletableFuture<Args>> acks = new HashMap<>();
  private long nextAckId;

  TestSocket(SocketIoTestClient client, String namespace, EngineRuntime runtime) {
    this.client = client;
    this.namespace = namespace;
    this.lane = new HandlerLane(runtime.handlers(), Integer.MAX_VALUE, () -> {});
  }

  static String requireNamespace(String name) {
    if (name.isEmpty() || name.charAt(0) != '/') {
      throw new IllegalArgumentException("namespace: \"" + name + "\" (expected: a slash first)");
    }
    return name;
  }

  /** Returns the namespace. */
  public String namespace() {
    return namespace;
  }

  /**
   * Returns the id that the server knows the socket by, the latest one.
   *
   * @throws IllegalStateException if it has never been connected
   */
  public synchronized String id() {
    if (id.isEmpty()) {
      throw new IllegalStateException(this + " has no id (expected: connected before)");
    }
    return id;
  }

  /** Returns whether the server has let the socket in, and it has not left. */
  public synchronized boolean isConnected() {
    return state == State.CONNECTED;
  }

  /**
   * Returns whether the server has taken this connection for the continuation of the one before:
   * the same id, rooms and attributes, and nothing missed.
   */
  public synchronized boolean isRecovered() {
    return recovered;
  }

  // ---- joining ----

  /** Joins with the client's credentials; see {@link #connect(Map)}. */
  public TestSocket connect() {
    return connect(client.options().auth());
  }

  /**
   * Joins the namespace and waits for the answer.
   *
   * @param auth what the client says of itself
   * @throws ConnectErrorException if the server refuses
   * @throws IllegalStateException if it has joined already, or there is no connection
   * @throws AssertionError if there is no answer in time
   */
  public TestSocket connect(Map<String, ? extends @Nullable Object> auth) {
    ConnectError refusal = join(auth);
    if (refusal != null) {
      throw new ConnectErrorException(namespace, refusal);
    }
    return this;
  }

  /** Expects to be refused with the client's credentials; see {@link #expectRefusal(Map)}. */
  public ConnectError expectRefusal() {
    return expectRefusal(client.options().auth());
  }

  /**
   * Tries to join the namespace, and expects that the server refuses.
   *
   * @param auth what the client says of itself
   * @return what the server said
   * @throws AssertionError if the server lets it in, or does not answer in time
   */
  public ConnectError expectRefusal(Map<String, ? extends @Nullable Object> auth) {
    ConnectError refusal = join(auth);
    if (refusal == null) {
      throw new AssertionError(
          "namespace \"" + namespace + "\": let " + this + " in (expected: a refusal)");
    }
    return refusal;
  }

  private @Nullable ConnectError join(Map<String, ? extends @Nullable Object> newAuth) {
    client.requireMayWait("connect");
    begin(newAuth);
    Duration deadline = client.options().deadline();
    synchronized (this) {
      waitUntil(() -> state != State.JOINING, deadline);
      if (state == State.CONNECTED) {
        return null;
      }
      if (state == State.REFUSED) {
        return error;
      }
      throw new AssertionError(
          "namespace \""
              + namespace
              + "\": "
              + (state == State.JOINING
                  ? "no answer to CONNECT within " + deadline
                  : "disconnected while joining: " + reason));
    }
  }

  /** Sends CONNECT, with what may recover an earlier connection. */
  private void begin(Map<String, ? extends @Nullable Object> newAuth) {
    client.requireOpen("connect");
    Map<String, @Nullable Object> payload = new LinkedHashMap<>();
    synchronized (this) {
      if (state == State.CONNECTED || state == State.JOINING) {
        throw new IllegalStateException(
            this + " (expected: a socket that is not in its namespace)");
      }
      state = State.JOINING;
      recovered = false;
      auth = new LinkedHashMap<>(newAuth);
      if (privateId != null) {
        payload.put("pid", privateId);
        if (offset != null) {
          payload.put("offset", offset);
        }
      }
    }
    payload.putAll(newAuth);
    client.send(new Packet.Connect(namespace, payload));
  }

  /** Joins again after the client's connection was lost; nothing happens if it had left before. */
  void rejoin() {
    Map<String, @Nullable Object> last;
    synchronized (this) {
      if (state != State.DISCONNECTED
          || reason.equals(EngineClient.CLIENT_DISCONNECT)
          || reason.equals(SocketIoTestClient.SERVER_DISCONNECT)) {
        return;
      }
      last = auth;
    }
    connect(last);
  }

  // ---- sending ----

  /**
   * Sends an event.
   *
   * @param event any name that is not reserved
   * @param args its arguments: what a server may emit, records and beans too
   * @throws IllegalStateException if the socket is not connected
   * @throws IllegalArgumentException if the name is reserved or an argument cannot be sent
   */
  public TestSocket emit(String event, @Nullable Object... args) {
    return emit(event, Arguments.of(args));
  }

  /** Sends an event with arguments as they are. */
  public TestSocket emit(String event, Args args) {
    return emit(event, client.arguments(args));
  }

  private TestSocket emit(String event, Arguments args) {
    send(event, Packet.NO_ID, args);
    return this;
  }

  /** Sends the event {@code message}. */
  public TestSocket send(@Nullable Object... args) {
    return emit("message", args);
  }

  /**
   * Sends an event and asks for an acknowledgement.
   *
   * @return completes with the acknowledgement's arguments; fails with an {@link
   *     IllegalStateException} when the socket disconnects. It has no time-out
   */
  public CompletableFuture<Args> emitWithAck(String event, @Nullable Object... args) {
    CompletableFuture<Args> answer = new CompletableFuture<>();
    long ackId;
    synchronized (this) {
      requireConnected(event);
      ackId = nextAckId++;
      acks.put(ackId, answer);
    }
    try {
      send(event, ackId, Arguments.of(args));
    } catch (RuntimeException unsendable) {
      synchronized (this) {
        acks.remove(ackId, answer);
      }
      throw unsendable;
    }
    return answer;
  }

  /** Sends an event and waits for its acknowledgement; see the other method. */
  public Args call(String event, @Nullable Object... args) {
    return call(client.options().deadline(), event, args);
  }

  /**
   * Sends an event and waits for its acknowledgement.
   *
   * @param deadline how long to wait, in real time
   * @throws AssertionError if there is none in time, or the socket disconnects; the message says
   *     what came instead
   */
  public Args call(Duration deadline, String event, @Nullable Object... args) {
    client.requireMayWait("call");
    CompletableFuture<Args> answer = emitWithAck(event, args);
    try {
      return answer.get(deadline.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException late) {
      client.rethrowFailures();
      throw new AssertionError(
          "event \""
              + event
              + "\" in "
              + namespace
              + ": not acknowledged within "
              + deadline
              + instead());
    } catch (ExecutionException failed) {
      throw new AssertionError(
          "event \"" + event + "\" in " + namespace + ": not acknowledged" + instead(),
          failed.getCause());
    } catch (InterruptedException interrupted) {
      throw interrupted();
    }
  }

  private void send(String event, long ackId, Arguments args) {
    if (ReservedEvents.isReserved(event)) {
      throw new IllegalArgumentException(
          "event \"" + event + "\": reserved by Socket.IO (expected: another name)");
    }
    synchronized (this) {
      requireConnected(event);
    }
    client.send(new Packet.Event(namespace, ackId, event, args));
  }

  private void requireConnected(String event) {
    if (state != State.CONNECTED) {
      throw new IllegalStateException("emit \"" + event + "\": " + this + " (expected: connected)");
    }
  }

  void sendAck(long ackId, Arguments values) {
    if (isConnected()) {
      client.send(new Packet.Ack(namespace, ackId, values));
    }
  }

  // ---- handlers ----

  /**
   * Calls a handler for each event of a name from now on, in place of an earlier one. It sends no
   * acknowledgement.
   */
  public TestSocket on(String event, TestEventHandler handler) {
    Objects.requireNonNull(handler, "handler");
    handlers.put(
        event,
        args -> {
          handler.onEvent(args);
          return NO_ACK;
        });
    return this;
  }

  /**
   * Calls a handler for each event of a name from now on, in place of an earlier one. What it
   * returns is the acknowledgement, if the server wants one.
   */
  public TestSocket onRequest(String event, TestRequestHandler handler) {
    handlers.put(event, Objects.requireNonNull(handler, "handler"));
    return this;
  }

  /**
   * Acknowledges each event of a name from now on with the same values, in place of an earlier
   * handler.
   */
  public TestSocket answer(String event, @Nullable Object... values) {
    Args answer = Args.of(values);
    return onRequest(event, args -> answer);
  }

  // ---- receiving ----

  /** Takes the events that have come and not been taken before, in order. */
  public List<ReceivedEvent> received() {
    return take(event -> true);
  }

  /** Takes the events of one name that have come and not been taken before, in order. */
  public List<ReceivedEvent> received(String event) {
    return take(one -> one.name().equals(event));
  }

  private List<ReceivedEvent> take(Predicate<ReceivedEvent> wanted) {
    client.rethrowFailures();
    List<ReceivedEvent> taken = new ArrayList<>();
    synchronized (this) {
      for (Iterator<ReceivedEvent> all = received.iterator(); all.hasNext(); ) {
        ReceivedEvent one = all.next();
        if (wanted.test(one)) {
          taken.add(one);
          all.remove();
        }
      }
    }
    return taken;
  }

  /** Waits for an event; see the other method. */
  public ReceivedEvent await(String event) {
    return await(event, client.options().deadline());
  }

  /**
   * Takes the next event of a name, and waits for it if it has not come yet. Events of other names
   * stay where they are.
   *
   * @param deadline how long to wait, in real time
   * @throws AssertionError if it does not come in time, or the socket disconnects; the message says
   *     what came instead
   */
  public ReceivedEvent await(String event, Duration deadline) {
    client.requireMayWait("await");
    synchronized (this) {
      boolean came =
          waitUntil(() -> indexOf(event) >= 0 || isOver() || client.hasFailures(), deadline);
      int index = indexOf(event);
      if (index >= 0) {
        return received.remove(index);
      }
      client.rethrowFailures();
      throw new AssertionError(
          "event \""
              + event
              + "\" in "
              + namespace
              + ": not received"
              + (came ? "" : " within " + deadline)
              + instead());
    }
  }

  private int indexOf(String event) {
    for (int i = 0; i < received.size(); i++) {
      if (received.get(i).name().equals(event)) {
        return i;
      }
    }
    return -1;
  }

  private boolean isOver() {
    return state == State.DISCONNECTED || state == State.REFUSED;
  }

  /** What a message about something that did not come ends with. */
  private synchronized String instead() {
    StringBuilder text = new StringBuilder("; received instead: ");
    if (received.isEmpty()) {
      text.append("nothing");
    }
    for (int i = 0; i < received.size() && i < MAX_LISTED; i++) {
      String one = received.get(i).toString();
      text.append(i == 0 ? "" : ", ");
      text.append(
          one.length() > MAX_LISTED_CHARACTERS
              ? one.substring(0, MAX_LISTED_CHARACTERS) + "…"
              : one);
    }
    if (received.size() > MAX_LISTED) {
      text.append(" and ").append(received.size() - MAX_LISTED).append(" more");
    }
    return text.append("; ").append(this).toString();
  }

  // ---- leaving ----

  /**
   * Leaves the namespace; the client's connection stays. The server's reason is {@code client
   * namespace disconnect}. Nothing happens if the socket is not connected.
   */
  public void disconnect() {
    if (isConnected()) {
      client.send(new Packet.Disconnect(namespace));
      lost(EngineClient.CLIENT_DISCONNECT);
    }
  }

  /**
   * Returns why the socket was disconnected last, in the words of the official client: {@code io
   * server disconnect}, {@code io client disconnect}, {@code transport close}, {@code transport
   * error}, {@code ping timeout} or {@code parse error}; null if that has not happened.
   */
  public synchronized @Nullable String disconnectReason() {
    return reason.isEmpty() ? null : reason;
  }

  /** Waits until the socket is disconnected; see the other method. */
  public String awaitDisconnect() {
    return awaitDisconnect(client.options().deadline());
  }

  /**
   * Waits until the socket is disconnected.
   *
   * @param deadline how long to wait, in real time
   * @return the reason, see {@link #disconnectReason}
   * @throws AssertionError if it is still connected at the deadline
   */
  public String awaitDisconnect(Duration deadline) {
    client.requireMayWait("awaitDisconnect");
    synchronized (this) {
      if (!waitUntil(() -> state == State.DISCONNECTED, deadline)) {
        throw new AssertionError(this + " after " + deadline + " (expected: disconnected)");
      }
      return reason;
    }
  }

  /** Returns namespace and state. */
  @Override
  public synchronized String toString() {
    return "test client in "
        + namespace
        + ": "
        + switch (state) {
          case NEW -> "not connected yet";
          case JOINING -> "joining";
          case CONNECTED -> "connected as " + id;
          case REFUSED -> "refused";
          case DISCONNECTED -> "disconnected, " + reason;
        };
  }

  // ---- the client's lane ----

  void onPacket(Packet packet) {
    if (packet instanceof Packet.Connect connect) {
      onConnect(connect.payload());
    } else if (packet instanceof Packet.ConnectError refusal) {
      onConnectError(refusal.payload());
    } else if (packet instanceof Packet.Event event) {
      onEvent(event);
    } else if (packet instanceof Packet.Ack ack) {
      CompletableFuture<Args> answer = take(ack.id());
      if (answer != null) { // off the lane, so that a handler may wait for an acknowledgement
        client.handlers().execute(() -> answered(answer, client.args(ack.arguments())));
      }
    } else {
      lost(SocketIoTestClient.SERVER_DISCONNECT);
    }
  }

  private synchronized void onConnect(Map<String, @Nullable Object> payload) {
    if (state == State.JOINING) {
      id = String.valueOf(payload.get("sid"));
      String newPrivateId = (String) payload.get("pid");
      recovered = newPrivateId != null && newPrivateId.equals(privateId);
      privateId = newPrivateId;
      state = State.CONNECTED;
      notifyAll();
    }
  }

  private synchronized void onConnectError(@Nullable Object payload) {
    if (state == State.JOINING) {
      error =
          payload instanceof Map<?, ?> map
              ? new ConnectError(String.valueOf(map.get("message")), map.get("data"))
              : new ConnectError(String.valueOf(payload), null);
      state = State.REFUSED;
      notifyAll();
    }
  }

  private void onEvent(Packet.Event packet) {
    Args args = client.args(packet.arguments());
    ReceivedEvent event = new ReceivedEvent(this, packet.name(), args, packet.id());
    synchronized (this) {
      if (state != State.JOINING && state != State.CONNECTED) {
        return;
      }
      // As the official client does it: where connections are recovered, the last string is where
      // the next connection is to go on.
      if (args.size() > 0 && args.get(args.size() - 1) instanceof String last) {
        offset = last;
      }
      received.add(event);
      notifyAll();
    }
    TestRequestHandler handler = handlers.get(packet.name());
    if (handler != null) {
      lane.execute(() -> run(handler, event));
    }
  }

  /** The socket is disconnected; the first reason counts. Any thread. */
  void lost(String newReason) {
    List<CompletableFuture<Args>> unanswered;
    synchronized (this) {
      if (state != State.CONNECTED && state != State.JOINING) {
        return;
      }
      state = State.DISCONNECTED;
      reason = newReason;
      unanswered = new ArrayList<>(acks.values());
      acks.clear();
      notifyAll();
    }
    for (CompletableFuture<Args> one : unanswered) {
      one.completeExceptionally(
          new IllegalStateException("socket has been disconnected: " + newReason));
    }
  }

  private synchronized @Nullable CompletableFuture<Args> take(long ackId) {
    return acks.remove(ackId);
  }

  // ---- handlers ----

  private void run(TestRequestHandler handler, ReceivedEvent event) {
    client.inHandler(
        () -> {
          try {
            Object result = handler.onRequest(event.args());
            if (result == NO_ACK || !event.wantsAck()) {
              return;
            }
            if (result instanceof CompletionStage<?> stage) {
              stage.whenComplete(
                  (value, failure) -> {
                    if (failure == null) {
                      reply(event, value);
                    } else {
                      failed(event, failure);
                    }
                  });
            } else {
              reply(event, result);
            }
          } catch (Throwable failure) { // also an assertion: it is reported by the test's thread
            failed(event, failure);
          }
        });
  }

  private void reply(ReceivedEvent event, @Nullable Object result) {
    try {
      event.ack(
          result instanceof Args values
              ? client.arguments(values)
              : result == null ? Arguments.EMPTY : Arguments.of(new Object[] {result}));
    } catch (RuntimeException unsendable) {
      failed(event, unsendable);
    }
  }

  private void failed(ReceivedEvent event, Throwable failure) {
    client.failed(
        new AssertionError(
            "the test's handler of \"" + event.name() + "\" in " + namespace + " failed", failure));
    synchronized (this) {
      notifyAll();
    }
  }

  private void answered(CompletableFuture<Args> answer, Args args) {
    client.inHandler(() -> answer.complete(args));
  }

  // ---- waiting ----

  /** A condition on what the monitor guards. */
  private interface Condition {
    boolean holds();
  }

  /** Waits, with the monitor held; returns whether the condition held in time. */
  private boolean waitUntil(Condition condition, Duration deadline) {
    long end = System.nanoTime() + deadline.toNanos();
    while (!condition.holds()) {
      long left = end - System.nanoTime();
      if (left <= 0) {
        return false;
      }
      try {
        TimeUnit.NANOSECONDS.timedWait(this, left);
      } catch (InterruptedException interrupted) {
        throw interrupted();
      }
    }
    return true;
  }

  static IllegalStateException interrupted() {
    Thread.currentThread().interrupt();
    return new IllegalStateException("interrupted while waiting for the server");
  }
}

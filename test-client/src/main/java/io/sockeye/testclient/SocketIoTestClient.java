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

import io.sockeye.engineio.protocol.EnginePacket;
import io.sockeye.engineio.protocol.Utf8Text;
import io.sockeye.engineio.server.HandlerExecution;
import io.sockeye.engineio.server.TransportType;
import io.sockeye.engineio.server.internal.EngineRuntime;
import io.sockeye.engineio.server.internal.HandlerExecutor;
import io.sockeye.socketio.protocol.Arguments;
import io.sockeye.socketio.protocol.DecoderLimits;
import io.sockeye.socketio.protocol.EncodedPacket;
import io.sockeye.socketio.protocol.Packet;
import io.sockeye.socketio.protocol.PacketDecoder;
import io.sockeye.socketio.protocol.PacketFormatException;
import io.sockeye.socketio.protocol.PacketParser;
import io.sockeye.socketio.server.Args;
import io.sockeye.socketio.server.SocketIoServer;
import io.sockeye.socketio.server.internal.ServerInternals;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * A Socket.IO client for tests: it talks to a server in the same JVM, without a port. What it sends
 * and gets goes through the server's own engine, codecs, middleware, client manager and threads, as
 * what a client of revision 5 sends does; only the sockets are left out. Several clients may be on
 * one server, and one client in several namespaces.
 *
 * <pre>{@code
 * SocketIoTestClient ann = SocketIoTestClient.connect(io);
 * Args answer = ann.call("join", Map.of("room", "lobby"));
 * assertEquals("Ben", ann.await("joined").get(0));
 * }</pre>
 *
 * <p>Methods that are about a namespace and do not name one are about the first one, see {@link
 * TestClientOptions.Builder#namespace}. {@link #socket(String)} leads to the others.
 *
 * <p><b>Threads.</b> All methods are safe for use by any thread. The server's handlers run on the
 * threads that its options choose. The client's handlers run on the same executor, in order for
 * each namespace; what they throw is thrown by the test's next {@link #received()}, {@link
 * #await(String)}, {@link #sync()} or {@link #close()}. If the server's handlers run {@code
 * INLINE}, a method that sends has seen all consequences when it returns, and the client's handlers
 * must not wait for the server: they would hold it up.
 */
public final class SocketIoTestClient implements AutoCloseable {
  /** The reason for a client that the server has taken out of a namespace. */
  static final String SERVER_DISCONNECT = "io server disconnect";

  /** As many attachments as the official client takes; the rest is for servers to bound. */
  private static final DecoderLimits LIMITS =
      new DecoderLimits(
          10, Long.MAX_VALUE, 1000, Integer.MAX_VALUE, Integer.MAX_VALUE, Integer.MAX_VALUE);

  private static final ServerInternals INTERNALS = ServerInternals.get();

  /** Whether this thread runs a handler of a test client. */
  private static final ThreadLocal<Boolean> IN_HANDLER = ThreadLocal.withInitial(() -> false);

  private final SocketIoServer server;
  private final TestClientOptions options;
  private final EngineRuntime runtime;
  private final Traffic traffic;
  private final PacketParser parser;
  private final Map<String, TestSocket> sockets = new ConcurrentHashMap<>();
  private final Queue<AssertionError> failures = new ConcurrentLinkedQueue<>();
  private volatile EngineClient engine;

  private SocketIoTestClient(SocketIoServer server, TestClientOptions options) {
    this.server = server;
    this.options = options;
    this.runtime = INTERNALS.runtime(server);
    this.traffic = Traffic.of(server);
    this.parser = INTERNALS.parser(server);
    this.engine = newEngine();
  }

  /** Returns a client that has joined the main namespace; see the other method. */
  public static SocketIoTestClient connect(SocketIoServer server) {
    return connect(server, TestClientOptions.defaults());
  }

  /**
   * Returns a client that has connected and joined a namespace.
   *
   * @param server any server, listening or not
   * @throws ConnectErrorException if the server does not let it into the namespace
   * @throws HandshakeRefusedException if the server answers its first request with an error
   * @throws AssertionError if there is no answer in time
   */
  public static SocketIoTestClient connect(SocketIoServer server, TestClientOptions options) {
    SocketIoTestClient client = open(server, options);
    try {
      client.socket().connect();
    } catch (RuntimeException | AssertionError failure) {
      client.engine.leave();
      throw failure;
    }
    return client;
  }

  /** Returns a client that has joined nothing yet; see the other method. */
  public static SocketIoTestClient open(SocketIoServer server) {
    return open(server, TestClientOptions.defaults());
  }

  /**
   * Returns a client that has a connection and has joined no namespace yet, so that handlers can be
   * added before it does: {@code client.socket("/chat").answer("who", "me").connect()}.
   *
   * @param server any server, listening or not
   * @throws HandshakeRefusedException if the server answers its first request with an error
   * @throws AssertionError if there is no answer in time
   */
  public static SocketIoTestClient open(SocketIoServer server, TestClientOptions options) {
    SocketIoTestClient client = new SocketIoTestClient(server, options);
    client.begin();
    return client;
  }

  private EngineClient newEngine() {
    return new EngineClient(
        server.engine(),
        server.options().engine().path(),
        options,
        runtime.timers(),
        traffic,
        new Connection());
  }

  private void begin() {
    requireMayWait("connect");
    EngineClient opening = engine;
    try {
      await(opening.open(), "handshake: no answer");
    } catch (AssertionError late) {
      opening.leave();
      throw late;
    }
  }

  private <T> T await(CompletableFuture<T> stage, String otherwise) {
    try {
      return stage.get(options.deadline().toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException late) {
      throw new AssertionError(otherwise + " within " + options.deadline());
    } catch (ExecutionException failed) {
      if (failed.getCause() instanceof RuntimeException failure) {
        throw failure;
      }
      throw new AssertionError(otherwise, failed.getCause());
    } catch (InterruptedException interrupted) {
      throw TestSocket.interrupted();
    }
  }

  /** Returns the options. */
  public TestClientOptions options() {
    return options;
  }

  // ---- namespaces ----

  /** Returns the client in its first namespace. */
  public TestSocket socket() {
    return socket(options.namespace());
  }

  /**
   * Returns the client in a namespace, joined or not: always the same object.
   *
   * @throws IllegalArgumentException if the name does not begin with a slash
   */
  public TestSocket socket(String namespace) {
    return sockets.computeIfAbsent(
        TestSocket.requireNamespace(namespace), name -> new TestSocket(this, name, runtime));
  }

  /** Joins a namespace with the client's credentials; see {@link TestSocket#connect(Map)}. */
  public TestSocket connect(String namespace) {
    return socket(namespace).connect();
  }

  /** Joins a namespace; see {@link TestSocket#connect(Map)}. */
  public TestSocket connect(String namespace, Map<String, ? extends @Nullable Object> auth) {
    return socket(namespace).connect(auth);
  }

  // ---- the first namespace ----

  /** Returns the id that the server knows the client by; see {@link TestSocket#id}. */
  public String id() {
    return socket().id();
  }

  /** Returns whether the client is in its first namespace. */
  public boolean isConnected() {
    return socket().isConnected();
  }

  /** Sends an event; see {@link TestSocket#emit(String, Object...)}. */
  public SocketIoTestClient emit(String event, @Nullable Object... args) {
    socket().emit(event, args);
    return this;
  }

  /** Sends an event with arguments as they are. */
  public SocketIoTestClient emit(String event, Args args) {
    socket().emit(event, args);
    return this;
  }

  /** Sends the event {@code message}. */
  public SocketIoTestClient send(@Nullable Object... args) {
    socket().send(args);
    return this;
  }

  /** Sends an event and asks for an acknowledgement; see {@link TestSocket#emitWithAck}. */
  public CompletableFuture<Args> emitWithAck(String event, @Nullable Object... args) {
    return socket().emitWithAck(event, args);
  }

  /**
   * Sends an event and waits for its acknowledgement; see {@link TestSocket#call(Duration, String,
   * Object...)}.
   */
  public Args call(String event, @Nullable Object... args) {
    return socket().call(event, args);
  }

  /**
   * Sends an event and waits for its acknowledgement; see {@link TestSocket#call(Duration, String,
   * Object...)}.
   */
  public Args call(Duration deadline, String event, @Nullable Object... args) {
    return socket().call(deadline, event, args);
  }

  /** Handles an event; see {@link TestSocket#on}. */
  public SocketIoTestClient on(String event, TestEventHandler handler) {
    socket().on(event, handler);
    return this;
  }

  /** Answers an event; see {@link TestSocket#onRequest}. */
  public SocketIoTestClient onRequest(String event, TestRequestHandler handler) {
    socket().onRequest(event, handler);
    return this;
  }

  /** Answers an event with the same values each time; see {@link TestSocket#answer}. */
  public SocketIoTestClient answer(String event, @Nullable Object... values) {
    socket().answer(event, values);
    return this;
  }

  /** Takes the events that have come; see {@link TestSocket#received()}. */
  public List<ReceivedEvent> received() {
    return socket().received();
  }

  /** Takes the events of one name that have come; see {@link TestSocket#received(String)}. */
  public List<ReceivedEvent> received(String event) {
    return socket().received(event);
  }

  /** Waits for an event; see {@link TestSocket#await(String, Duration)}. */
  public ReceivedEvent await(String event) {
    return socket().await(event);
  }

  /** Waits for an event; see {@link TestSocket#await(String, Duration)}. */
  public ReceivedEvent await(String event, Duration deadline) {
    return socket().await(event, deadline);
  }

  /** Waits until the client has been disconnected; see {@link TestSocket#awaitDisconnect()}. */
  public String awaitDisconnect() {
    return socket().awaitDisconnect();
  }

  /**
   * Waits until the client has been disconnected; see {@link TestSocket#awaitDisconnect(Duration)}.
   */
  public String awaitDisconnect(Duration deadline) {
    return socket().awaitDisconnect(deadline);
  }

  /** Returns why the client was disconnected; see {@link TestSocket#disconnectReason}. */
  public @Nullable String disconnectReason() {
    return socket().disconnectReason();
  }

  // ---- the server ----

  /** Waits until nothing is left to do; see the other method. */
  public void sync() {
    sync(options.deadline());
  }

  /**
   * Waits until the server has worked off what its test clients have sent, and they have got what
   * it has sent: no handler runs or waits for its turn, on the server or a client, and nothing is
   * under way. After it, {@link #received()} of any client of this server is complete.
   *
   * <p>It cannot know what an application does on threads of its own, and it does not wait for
   * timers: {@link #await(String)} waits for what such work sends.
   *
   * @param deadline how long to wait, in real time
   * @throws AssertionError if there is still something to do at the deadline
   */
  public void sync(Duration deadline) {
    requireMayWait("sync");
    if (!traffic.awaitQuiet(server, deadline)) {
      rethrowFailures();
      throw new AssertionError(
          "server: busy after "
              + deadline
              + " (expected: idle; a handler may be blocked, or two sides answer each other for"
              + " ever)");
    }
    rethrowFailures();
  }

  // ---- the connection ----

  /** Returns the transport that carries the connection at the moment. */
  public TransportType transport() {
    return engine.transport();
  }

  /**
   * Goes over from polling to WebSocket, as clients do soon after they have connected.
   *
   * @throws IllegalStateException if the connection is not on polling, or the server does not agree
   * @throws HandshakeRefusedException if the server answers the request with an error
   * @throws AssertionError if it takes too long
   */
  public void upgrade() {
    requireMayWait("upgrade");
    await(engine.upgrade(), "upgrade: not complete");
  }

  /** Returns whether there is a connection. */
  public boolean isOpen() {
    return !engine.isClosed();
  }

  /**
   * Leaves all namespaces and closes the connection. The server's reason is {@code client namespace
   * disconnect}, the client's {@code io client disconnect}. Idempotent.
   */
  public void disconnect() {
    sockets.values().forEach(TestSocket::disconnect);
    engine.leave();
  }

  /**
   * Loses the connection without a goodbye. The server's reason is {@code transport close}, or
   * {@code transport error} over polling; the client's is {@code transport close}.
   */
  public void drop() {
    engine.drop(EngineClient.TRANSPORT_CLOSE);
  }

  /**
   * The network goes silent: nothing comes through any more in either direction, and neither side
   * is told. Both find out by their heartbeats, and their reason is {@code ping timeout}.
   */
  public void stall() {
    engine.stall();
  }

  /**
   * Leaves the server's heartbeats without an answer from now on. Unless the client sends something
   * else, the server's reason will be {@code ping timeout}; the client's is {@code transport
   * close}.
   */
  public void stopAnswering() {
    engine.answersPings(false);
  }

  /** Answers heartbeats again. */
  public void resumeAnswering() {
    engine.answersPings(true);
  }

  /**
   * Connects again after the connection was lost, and joins the namespaces again that it was in
   * then, with the same credentials. A server that recovers connections is offered what it needs
   * for that, see {@link TestSocket#isRecovered}.
   *
   * @throws IllegalStateException if the connection is open
   * @throws ConnectErrorException if the server does not let it into a namespace
   * @throws HandshakeRefusedException if the server answers its first request with an error
   * @throws AssertionError if there is no answer in time
   */
  public void reconnect() {
    if (isOpen()) {
      throw new IllegalStateException("reconnect: the connection is open (expected: lost)");
    }
    engine = newEngine();
    begin();
    sockets.values().forEach(TestSocket::rejoin);
  }

  /**
   * Disconnects, if that has not happened. Idempotent.
   *
   * @throws AssertionError if a handler of this client has failed, and nothing has said so yet
   */
  @Override
  public void close() {
    disconnect();
    rethrowFailures();
  }

  /** Returns the transport and the namespaces. */
  @Override
  public String toString() {
    return "test client on "
        + transport().wireName()
        + (isOpen() ? "" : ", closed")
        + " "
        + sockets.values();
  }

  // ---- for sockets ----

  HandlerExecutor handlers() {
    return runtime.handlers();
  }

  Args args(Arguments arguments) {
    return INTERNALS.args(server, arguments);
  }

  Arguments arguments(Args args) {
    return INTERNALS.arguments(args);
  }

  void requireOpen(String what) {
    if (!isOpen()) {
      throw new IllegalStateException(what + ": the connection is closed (expected: open)");
    }
  }

  void send(Packet packet) {
    EncodedPacket encoded = parser.encode(packet, 0);
    List<EnginePacket> messages = new ArrayList<>(1 + encoded.attachments().size());
    byte[] text = encoded.text();
    if (text != null) {
      messages.add(new EnginePacket.Message(Utf8Text.wrap(text, 0, text.length)));
    }
    for (ByteBuffer attachment : encoded.attachments()) {
      // The test may go on to use its bytes.
      ByteBuffer copy = ByteBuffer.allocate(attachment.remaining());
      messages.add(new EnginePacket.BinaryMessage(copy.put(attachment.duplicate()).flip()));
    }
    engine.send(messages);
  }

  /** Fails if waiting would keep the server from what is waited for. */
  void requireMayWait(String what) {
    if (IN_HANDLER.get() && handlers().execution() == HandlerExecution.INLINE) {
      throw new IllegalStateException(
          what
              + ": called by a handler of a test client, which the server waits for (expected: a"
              + " stage, such as emitWithAck returns, or a server with handlerExecution POOL)");
    }
  }

  /** Runs a handler of the test. */
  void inHandler(Runnable code) {
    boolean before = IN_HANDLER.get();
    IN_HANDLER.set(true);
    try {
      code.run();
    } finally {
      IN_HANDLER.set(before);
    }
  }

  void failed(AssertionError failure) {
    failures.add(failure);
  }

  boolean hasFailures() {
    return !failures.isEmpty();
  }

  /** Throws what handlers have thrown: the first, with the others in it. */
  void rethrowFailures() {
    AssertionError first = failures.poll();
    if (first != null) {
      for (AssertionError next = failures.poll(); next != null; next = failures.poll()) {
        first.addSuppressed(next);
      }
      throw first;
    }
  }

  // ---- the lane of a connection ----

  /** What one connection brings; nobody listens to it after the next one has been made. */
  private final class Connection implements EngineClient.Listener {
    private final PacketDecoder decoder = parser.newClientDecoder(LIMITS);

    @Override
    public void onMessage(EngineClient from, EnginePacket message) {
      try {
        Packet packet =
            message instanceof EnginePacket.Message text
                ? decoder.text(text.data().array(), text.data().offset(), text.data().length())
                : decoder.binary(((EnginePacket.BinaryMessage) message).data());
        TestSocket socket = packet == null ? null : sockets.get(packet.namespace());
        if (packet != null && socket != null && from == engine) {
          socket.onPacket(packet);
        }
      } catch (PacketFormatException malformed) {
        from.drop(EngineClient.PARSE_ERROR);
      }
    }

    @Override
    public void onClosed(EngineClient from, String reason) {
      if (from == engine) {
        sockets.values().forEach(socket -> socket.lost(reason));
      }
    }
  }
}

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
import io.sockeye.engineio.server.EngineIoServer;
import io.sockeye.engineio.server.Message;
import io.sockeye.engineio.server.WebServerOptions;
import io.sockeye.engineio.server.WebServers;
import io.sockeye.engineio.server.internal.EngineRuntime;
import io.sockeye.engineio.server.spi.HttpHandler;
import io.sockeye.engineio.server.spi.WebServer;
import io.sockeye.socketio.protocol.EncodedPacket;
import io.sockeye.socketio.protocol.Packet;
import io.sockeye.socketio.protocol.PacketParser;
import io.sockeye.socketio.server.internal.ServerInternals;
import io.sockeye.socketio.server.spi.ClientManager;
import io.sockeye.socketio.server.spi.ClusterBus;
import io.sockeye.socketio.server.spi.DataBinder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A Socket.IO server. Handlers can be added before it listens and at any time after; it listens
 * with {@link #run} or {@link #start}, or is attached to a web server that an application already
 * has.
 *
 * <p>What is said without a namespace concerns the main one, {@code /}. All methods are safe for
 * use by any thread.
 */
public final class SocketIoServer extends Handlers<SocketIoServer> implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(SocketIoServer.class);
  private static final int HEADROOM = 1;
  private static final WebServer[] NO_WEB_SERVER = {};

  static {
    ServerInternals.install(new Internals());
  }

  private final SocketIoOptions options;
  private final EngineRuntime runtime;
  private final EngineIoServer engine;
  private final PacketParser parser;
  private final DataBinder binder;
  private final @Nullable ClusterClientManager cluster;
  private final ClientManager manager;
  private final Map<String, Namespace> namespaces = new ConcurrentHashMap<>();
  private final DynamicNamespaces dynamic = new DynamicNamespaces(this, namespaces);
  private final Namespace main;
  private final BackgroundTasks background;
  private final Map<SocketIoCounter, LongAdder> counters = new EnumMap<>(SocketIoCounter.class);
  private volatile @Nullable ErrorHandler errorDefault;
  private final @Nullable Recovery recovery;
  private final Object registration = new Object();
  private final CountDownLatch stopped = new CountDownLatch(1);
  private final AsyncAnswers asyncAnswers = new AsyncAnswers();
  // Both guarded by this.
  private @Nullable WebServer webServer;
  private boolean stopCalled;

  private SocketIoServer(SocketIoOptions options, EngineRuntime runtime) {
    this.options = options;
    this.runtime = runtime;
    this.binder = Objects.requireNonNullElseGet(options.dataBinder(), JacksonBinder::strict);
    this.parser = options.packetParser().withConverter(binder::toTree);
    ConnectionStateRecovery recoveryOptions = options.connectionStateRecovery();
    this.recovery = recoveryOptions == null ? null : new Recovery(this, recoveryOptions);
    for (SocketIoCounter counter : SocketIoCounter.values()) {
      counters.put(counter, new LongAdder());
    }
    LocalClientManager local = new LocalClientManager(this);
    this.cluster = options.cluster().isEnabled() ? ClusterClientManager.create(this, local) : null;
    this.manager = options.clientManager().apply(cluster == null ? local : cluster);
    this.engine =
        EngineIoServer.layered(
            options.engine(),
            runtime,
            session -> new Client(this, session),
            this::adviceOnProcesses);
    this.background = new BackgroundTasks(runtime);
    this.main = of("/");
  }

  /** Returns a server with the default options. */
  public static SocketIoServer create() {
    return create(SocketIoOptions.defaults());
  }

  /** Returns a server. */
  public static SocketIoServer create(SocketIoOptions options) {
    EngineIoOptions engine = options.engine();
    return create(
        options, EngineRuntime.start(engine.handlerExecution(), engine.maxHandlerThreads()));
  }

  /** Returns a server on given threads, which it ends with itself. */
  static SocketIoServer create(SocketIoOptions options, EngineRuntime runtime) {
    return new SocketIoServer(options, runtime);
  }

  /**
   * Returns a namespace, which exists from then on. If its name matches a pattern that has a
   * parent, it is one of the parent's children.
   *
   * @param name begins with a slash; {@code ""} is the main one
   * @throws IllegalArgumentException if the name cannot be that of a namespace
   */
  public Namespace of(String name) {
    return dynamic.of(normalName(name));
  }

  /**
   * Returns the parent of all namespaces whose whole name matches a pattern, and which no namespace
   * has yet: each comes to be when a client joins it. Patterns and functions are asked in the order
   * in which they were given, on the socket lane of the client.
   *
   * @throws IllegalStateException if the pattern has a parent already
   */
  public ParentNamespace of(Pattern pattern) {
    return dynamic.add(new ParentNamespace(this, Objects.requireNonNull(pattern, "pattern")));
  }

  /**
   * Returns the parent of all namespaces that a function lets be; see {@link #of(Pattern)}. It is
   * asked for each client, also for those who join a namespace that exists already.
   */
  public ParentNamespace of(NamespaceMatcher matcher) {
    Objects.requireNonNull(matcher, "matcher");
    return ofAsync(
        (name, handshake) -> CompletableFuture.completedStage(matcher.matches(name, handshake)));
  }

  /** Returns the parent of all namespaces that a function lets be, which decides later. */
  public ParentNamespace ofAsync(AsyncNamespaceMatcher matcher) {
    return dynamic.add(new ParentNamespace(this, Objects.requireNonNull(matcher, "matcher")));
  }

  static String normalName(String name) {
    String normal = name.isEmpty() ? "/" : name;
    if (normal.charAt(0) != '/' || normal.indexOf(',') >= 0) {
      throw new IllegalArgumentException(
          "namespace: \"" + name + "\" (expected: a slash first, and no comma)");
    }
    return normal;
  }

  /**
   * Registers the handler methods of objects, each in the namespace that its class names with
   * {@link SocketIoNamespace}, or else in the main one; see {@link Handlers#register}. A namespace
   * that does not exist yet does so from then on.
   */
  @Override
  public SocketIoServer register(Object... handlers) {
    register(null, handlers);
    return this;
  }

  /** Registers objects in one namespace, or each in its own; all of them or none. */
  void register(@Nullable String only, Object... handlers) {
    Map<String, List<HandlerMethod>> added = new LinkedHashMap<>();
    for (Object handler : handlers) {
      HandlerClass read = new HandlerClass(Objects.requireNonNull(handler, "handler"));
      added
          .computeIfAbsent(namespaceOf(read, only), key -> new ArrayList<>())
          .addAll(read.methods());
    }
    synchronized (registration) {
      added.forEach(
          (name, methods) -> {
            Namespace there = find(name);
            (there == null ? new EventRegistry(this::errorDefault, null) : there.events())
                .check(methods);
          });
      added.forEach((name, methods) -> of(name).events().add(methods));
    }
  }

  /** Registers methods for all children of a parent; all of them or none. */
  void register(EventRegistry parent, List<HandlerMethod> methods) {
    synchronized (registration) {
      parent.check(methods);
      parent.add(methods);
    }
  }

  private static String namespaceOf(HandlerClass handler, @Nullable String only) {
    String own = handler.namespace();
    if (own == null) {
      return only == null ? "/" : only;
    }
    String name;
    try {
      name = normalName(own);
    } catch (IllegalArgumentException wrong) {
      throw new IllegalArgumentException(handler + ": " + wrong.getMessage(), wrong);
    }
    if (only != null && !only.equals(name)) {
      throw new IllegalArgumentException(
          handler
              + ": for namespace "
              + name
              + ", not "
              + only
              + " (expected: register(..) of the server, or a class without @SocketIoNamespace)");
    }
    return name;
  }

  private String adviceOnProcesses() {
    return manager instanceof LocalClientManager
        ? " Events do not reach the clients of other processes: that takes messageQueue(..)."
        : "";
  }

  /** Returns the namespaces that exist: a snapshot. */
  public List<Namespace> namespaces() {
    return List.copyOf(namespaces.values());
  }

  /** Returns the options. */
  public SocketIoOptions options() {
    return options;
  }

  /** Returns the Engine.IO server beneath. */
  public EngineIoServer engine() {
    return engine;
  }

  /** Returns what the server has counted since it was made. */
  public Map<SocketIoCounter, Long> counters() {
    Map<SocketIoCounter, Long> values = new EnumMap<>(SocketIoCounter.class);
    counters.forEach((counter, adder) -> values.put(counter, adder.sum()));
    return values;
  }

  /**
   * Hands what handlers throw in namespaces without a handler of errors to this one.
   *
   * @throws IllegalStateException if there is such a handler
   */
  public synchronized SocketIoServer onErrorDefault(ErrorHandler handler) {
    Objects.requireNonNull(handler, "handler");
    EventRegistry.requireFirst(errorDefault, "onErrorDefault");
    errorDefault = handler;
    return this;
  }

  // ---- the main namespace ----

  /** Sends an event to everybody in the main namespace. */
  public void emit(String event, @Nullable Object... args) {
    main.emit(event, args);
  }

  /** Sends an event with arguments as they are to everybody in the main namespace. */
  public void emit(String event, Args args) {
    main.emit(event, args);
  }

  /** Returns an operator that reaches the sockets of the main namespace in any of the rooms. */
  public BroadcastOperator to(String... rooms) {
    return main.to(rooms);
  }

  /** Sends the event {@code message} to everybody in the main namespace. */
  public void send(@Nullable Object... args) {
    main.send(args);
  }

  /** Sends the event {@code json} to everybody in the main namespace. */
  public void sendJson(Object value) {
    main.sendJson(value);
  }

  /** Returns an operator that leaves out the sockets of the main namespace in any of the rooms. */
  public BroadcastOperator except(String... rooms) {
    return main.except(rooms);
  }

  /** Returns an operator that reaches everybody in the main namespace. */
  public BroadcastOperator everybody() {
    return main.everybody();
  }

  /**
   * Sends an event to everybody in the main namespace; see {@link BroadcastOperator#emitWithAck}.
   */
  public CompletionStage<BroadcastAnswers> emitWithAck(String event, @Nullable Object... args) {
    return main.emitWithAck(event, args);
  }

  /** Takes everybody out of a room of the main namespace. */
  public CompletionStage<Void> closeRoom(String room) {
    return main.closeRoom(room);
  }

  /** Returns the sockets in the main namespace, as they are now. */
  public CompletionStage<List<RemoteSocket>> fetchSockets() {
    return main.fetchSockets();
  }

  /** Returns the sockets of this process in the main namespace: a snapshot. */
  public Collection<Socket> localSockets() {
    return main.localSockets();
  }

  // ---- the other nodes of a cluster ----

  /** Sends an event to the other nodes; see {@link Namespace#serverSideEmit}. */
  public void serverSideEmit(String event, @Nullable Object... args) {
    main.serverSideEmit(event, args);
  }

  /** Asks the other nodes; see {@link Namespace#serverSideEmitWithAck(String, Object...)}. */
  public CompletionStage<ServerAnswers> serverSideEmitWithAck(
      String event, @Nullable Object... args) {
    return main.serverSideEmitWithAck(event, args);
  }

  /**
   * Asks the other nodes; see {@link Namespace#serverSideEmitWithAck(Duration, String, Object...)}.
   */
  public CompletionStage<ServerAnswers> serverSideEmitWithAck(
      Duration timeout, String event, @Nullable Object... args) {
    return main.serverSideEmitWithAck(timeout, event, args);
  }

  /** Handles an event of other nodes; see {@link Namespace#onServerSide}. */
  public SocketIoServer onServerSide(String event, ServerEventHandler handler) {
    main.onServerSide(event, handler);
    return this;
  }

  /** Answers an event of other nodes; see {@link Namespace#onServerSideRequest}. */
  public SocketIoServer onServerSideRequest(String event, ServerRequestHandler handler) {
    main.onServerSideRequest(event, handler);
    return this;
  }

  /** Returns the number of nodes of the cluster; see {@link Namespace#serverCount}. */
  public CompletionStage<OptionalInt> serverCount() {
    return main.serverCount();
  }

  /** Returns how the cluster's broker is reached; empty without a cluster. */
  public Optional<ClusterBus.State> clusterState() {
    return cluster == null ? Optional.empty() : Optional.of(cluster.state());
  }

  // ---- the application's own tasks ----

  /**
   * Runs a task in a thread like those of handlers: a virtual one, or one of the pool. It may run
   * as long as the server; {@link #stop} interrupts it at its deadline.
   *
   * @return completes when the task has run, with what it threw if it failed, which is logged, too.
   *     Cancelling does not interrupt it
   */
  public CompletableFuture<Void> runInBackground(Runnable task) {
    return background.run(task);
  }

  /** Runs a task once, later, as {@link #runInBackground} does. */
  public ScheduledTask schedule(Duration delay, Runnable task) {
    return background.schedule(delay, task);
  }

  /**
   * Runs a task again and again, as {@link #runInBackground} does, for the first time after one
   * period. It never overlaps itself: the next period begins when it has run. A run that fails is
   * logged, and the next one comes.
   */
  public ScheduledTask scheduleEvery(Duration period, Runnable task) {
    return background.scheduleEvery(period, task);
  }

  // ---- life ----

  /**
   * Listens on 127.0.0.1 and serves until the process is told to end or {@link #stop} is called.
   *
   * @param port the port
   */
  public void run(int port) {
    run(WebServerOptions.builder().port(port).build());
  }

  /**
   * Listens and serves until the process is told to end or {@link #stop} is called.
   *
   * @param host the host name or address; 0.0.0.0 for all
   * @param port the port
   */
  public void run(String host, int port) {
    run(WebServerOptions.builder().host(host).port(port).build());
  }

  /**
   * Listens and serves until the process is told to end or {@link #stop} is called.
   *
   * @param more handlers that share the port, asked after this server
   */
  public void run(WebServerOptions where, HttpHandler... more) {
    try {
      start(where, more);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
    Thread hook = new Thread(this::close, "sockeye-shutdown");
    try {
      Runtime.getRuntime().addShutdownHook(hook);
      stopped.await();
    } catch (InterruptedException interrupted) {
      close();
      Thread.currentThread().interrupt();
    } finally {
      removeHook(hook);
    }
  }

  private static void removeHook(Thread hook) {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException ending) {
      // the process ends, and the hook has stopped the server or is about to
    }
  }

  /**
   * Listens and returns.
   *
   * @param more handlers that share the port, asked after this server
   * @return the web server, which {@link #stop} stops
   * @throws IOException if the address cannot be bound; then it may be tried again elsewhere
   * @throws IllegalStateException if the server listens already or has been stopped, or there is no
   *     web server on the class path
   */
  public synchronized WebServer start(WebServerOptions where, HttpHandler... more)
      throws IOException {
    if (stopCalled) {
      throw new IllegalStateException("the server has been stopped (expected: a new server)");
    }
    if (webServer != null) {
      throw new IllegalStateException(
          "the server listens already on " + webServer.address() + " (expected: one start)");
    }
    List<HttpHandler> all = new ArrayList<>(List.of(httpHandlers()));
    all.addAll(List.of(more));
    WebServer started = WebServers.start(where, all.toArray(new HttpHandler[0]));
    webServer = started;
    return started;
  }

  /** Returns what answers this server's requests, to attach it to a web server. */
  public HttpHandler[] httpHandlers() {
    return options.serveClient()
        ? new HttpHandler[] {new ClientBundle(options.engine().path()), engine}
        : new HttpHandler[] {engine};
  }

  /** Stops within {@link EngineIoOptions.Builder#stopTimeout}, three seconds by default. */
  @Override
  public void close() {
    stop(options.engine().stopTimeout());
  }

  /**
   * Stops. Handshakes are refused with 503, and events are no longer taken; handlers that run,
   * those of events that came before, and asynchronous answers may finish, and what they send still
   * goes out. Then every client is told and every socket disconnected, and the web server that
   * {@link #start} has started is closed; one that this server was attached to goes on. Who has not
   * finished at the deadline is interrupted.
   *
   * <p>A quarter of the time, and a second at the most, is kept for the closing. Blocks until all
   * is done; called by a handler, which would wait for itself, it returns at once, and the server
   * stops in another thread. A second call waits for the first.
   */
  public void stop(Duration deadline) {
    boolean first;
    WebServer listening;
    synchronized (this) {
      first = !stopCalled;
      stopCalled = true;
      listening = webServer;
    }
    if (runtime.handlers().isRunningHere()) {
      if (first) {
        new Thread(() -> stop(deadline, listening), "sockeye-stop").start();
      }
    } else if (first) {
      stop(deadline, listening);
    } else {
      awaitStop(deadline);
    }
  }

  private void stop(Duration deadline, @Nullable WebServer listening) {
    long end = System.nanoTime() + deadline.toNanos();
    try {
      background.stop();
      engine.stop(deadline, listening == null ? NO_WEB_SERVER : new WebServer[] {listening});
      background.end(Duration.ofNanos(Math.max(0, end - System.nanoTime())));
      manager.close();
    } finally {
      stopped.countDown();
    }
  }

  private void awaitStop(Duration deadline) {
    try {
      boolean done = stopped.await(deadline.toNanos(), TimeUnit.NANOSECONDS);
      log.debug("The server has been stopped by another thread: {}", done);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  // ---- the body of the server ----

  @Override
  EventRegistry events() {
    return main.events();
  }

  @Override
  Admission admission() {
    return main.admission();
  }

  @Nullable ErrorHandler errorDefault() {
    return errorDefault;
  }

  void count(SocketIoCounter counter) {
    count(counter, 1);
  }

  void count(SocketIoCounter counter, long count) {
    Objects.requireNonNull(counters.get(counter)).add(count); // all are there from the start
  }

  @Nullable Namespace find(String name) {
    return namespaces.get(name);
  }

  DynamicNamespaces dynamic() {
    return dynamic;
  }

  /** What brings lost sockets back, or null if nothing does. */
  @Nullable Recovery recoveryIfOn() {
    return recovery;
  }

  Recovery recovery() {
    return Objects.requireNonNull(recovery, "recovery");
  }

  AsyncAnswers asyncAnswers() {
    return asyncAnswers;
  }

  EngineRuntime runtime() {
    return runtime;
  }

  PacketParser parser() {
    return parser;
  }

  DataBinder binder() {
    return binder;
  }

  ClientManager manager() {
    return manager;
  }

  /** Writes a packet once, for any number of recipients. */
  List<Message> encode(Packet packet, boolean compress) {
    EncodedPacket encoded = parser.encode(packet, HEADROOM);
    byte[] text = encoded.text();
    if (text != null && encoded.attachments().isEmpty()) {
      return List.of(Message.textWithHeadroom(text, compress));
    }
    List<Message> messages = new ArrayList<>(1 + encoded.attachments().size());
    if (text != null) {
      messages.add(Message.textWithHeadroom(text, compress));
    }
    for (ByteBuffer attachment : encoded.attachments()) {
      Message binary = Message.binary(attachment);
      messages.add(compress ? binary : binary.withoutCompression());
    }
    return messages;
  }
}

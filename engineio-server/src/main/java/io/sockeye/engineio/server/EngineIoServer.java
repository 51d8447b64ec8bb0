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
package io.sockeye.engineio.server;

import io.sockeye.engineio.protocol.EngineError;
import io.sockeye.engineio.protocol.EngineVersion;
import io.sockeye.engineio.protocol.HandshakeData;
import io.sockeye.engineio.protocol.Jsonp;
import io.sockeye.engineio.server.internal.EngineRuntime;
import io.sockeye.engineio.server.internal.TimerWheel;
import io.sockeye.engineio.server.spi.ConnectionScope;
import io.sockeye.engineio.server.spi.HttpExchange;
import io.sockeye.engineio.server.spi.HttpHandler;
import io.sockeye.engineio.server.spi.HttpResponse;
import io.sockeye.engineio.server.spi.SessionHandler;
import io.sockeye.engineio.server.spi.WebServer;
import io.sockeye.engineio.server.spi.WebSocketUpgrade;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An Engine.IO server: takes the requests that a web server binding brings, and keeps the sessions.
 * It opens no port itself; {@link WebServers#start} does.
 *
 * <p>All methods are safe for use by any thread. Requests are checked in the order of the official
 * server; each refusal is one of the protocol's errors, and is counted.
 */
public final class EngineIoServer implements HttpHandler, AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(EngineIoServer.class);

  /** What the closing of sessions and web servers has of the time to stop, at the most. */
  private static final Duration TIME_TO_CLOSE = Duration.ofSeconds(1);

  private static final Duration LEAST_TIME_TO_CLOSE = Duration.ofMillis(200);

  private final EngineIoOptions options;
  private final EngineRuntime runtime;
  private final SessionHandler.Factory handlers;
  private final HttpAnswers answers;
  private final @Nullable AccessLog accessLog;
  private final Counters counters = new Counters();
  private final UnknownSessions unknownSessions;
  private final ConcurrentMap<String, Session> sessions = new ConcurrentHashMap<>();
  private final String pathWithoutSlash;
  private final CountDownLatch lastSessionGone = new CountDownLatch(1);
  private final CountDownLatch stopped = new CountDownLatch(1);
  private final AtomicBoolean stopCalled = new AtomicBoolean();
  private volatile boolean stopping;

  private EngineIoServer(
      EngineIoOptions options,
      EngineRuntime runtime,
      SessionHandler.Factory handlers,
      Supplier<String> advice) {
    this.options = options;
    this.runtime = runtime;
    this.handlers = handlers;
    this.answers = new HttpAnswers(options);
    this.unknownSessions =
        new UnknownSessions(runtime.timers(), advice, warning -> log.warn("{}", warning));
    this.accessLog =
        options.accessLog() ? AccessLog.create(() -> runtime.timers().nanoTime()) : null;
    this.pathWithoutSlash = options.path().substring(0, options.path().length() - 1);
    if (options.isDev()) {
      log.warn(
          "Development options: every request is logged, and pages of localhost may connect. Not for"
              + " production");
    }
  }

  /** Returns a server for raw messages, whose listeners run on the handler executor. */
  public static EngineIoServer create(EngineIoOptions options, SessionListener.Factory listeners) {
    EngineRuntime runtime =
        EngineRuntime.start(options.handlerExecution(), options.maxHandlerThreads());
    return new EngineIoServer(
        options,
        runtime,
        session ->
            new ListenerHandler(session, listeners, runtime.handlers(), options.maxInboxPackets()),
        () -> "");
  }

  /**
   * Returns a server under another protocol, whose handlers run on the session lane.
   *
   * @param runtime the timers and the handler executor, which the server closes at its end
   */
  public static EngineIoServer layered(
      EngineIoOptions options, EngineRuntime runtime, SessionHandler.Factory handlers) {
    return layered(options, runtime, handlers, () -> "");
  }

  /**
   * Returns a server under another protocol, as {@link #layered(EngineIoOptions, EngineRuntime,
   * SessionHandler.Factory)} does.
   *
   * @param adviceOnProcesses what that protocol has to say to an operator whose clients' requests
   *     may have gone to the wrong process: a sentence with a space before it, or an empty text.
   *     Asked when a warning is logged, by any thread
   */
  public static EngineIoServer layered(
      EngineIoOptions options,
      EngineRuntime runtime,
      SessionHandler.Factory handlers,
      Supplier<String> adviceOnProcesses) {
    return new EngineIoServer(options, runtime, handlers, adviceOnProcesses);
  }

  /** Returns the options. */
  public EngineIoOptions options() {
    return options;
  }

  /** Returns the number of open sessions. */
  public int sessionCount() {
    return sessions.size();
  }

  /** Returns what has been counted since the server was made. */
  public Map<Counter, Long> counters() {
    return counters.snapshot();
  }

  @Override
  public boolean matches(String path) {
    return path.equals(options.path()) || path.equals(pathWithoutSlash);
  }

  // ---- plain requests ----

  @Override
  public void handle(HttpExchange exchange) {
    HttpExchange watched = accessLog == null ? exchange : accessLog.watch(exchange);
    try {
      route(watched);
    } catch (RuntimeException | Error failure) {
      watched.respond(hookFailed(failure));
    }
  }

  private void route(HttpExchange exchange) {
    HttpRequest request = exchange.request();
    boolean admitted = options.cors().admits(request);
    if (options.cors().sendsHeaders() && request.method().equals("OPTIONS") && admitted) {
      exchange.respond(answers.preflight(request));
      return;
    }
    Refusal refusal = checkTransport(request, admitted);
    if (refusal != null) {
      refuse(exchange, refusal);
      return;
    }
    String sid = request.query("sid");
    if (sid == null || sid.isEmpty()) {
      handshake(exchange);
      return;
    }
    Session session = sessions.get(sid);
    if (session == null) {
      refuse(exchange, unknown(sid));
      return;
    }
    refusal = checkSession(request, session);
    if (refusal != null) {
      refuse(exchange, refusal);
      return;
    }
    switch (request.method()) {
      case "GET" -> session.lane().execute(() -> session.onPoll(exchange));
      case "POST" -> {
        String coding = request.header("Content-Encoding");
        if (coding != null && !coding.equalsIgnoreCase("identity")) {
          // Inflating what anybody sends is a risk that no client needs.
          refuse(exchange, new Refusal(EngineError.BAD_REQUEST, "Bad content encoding", 415));
        } else {
          session.lane().execute(() -> session.onPost(exchange));
        }
      }
      default -> refuse(exchange, new Refusal(EngineError.BAD_REQUEST, "Bad request method", 405));
    }
  }

  private void handshake(HttpExchange exchange) {
    HttpRequest request = exchange.request();
    Refusal refusal = null;
    String jsonp = request.query("j");
    EngineVersion version = version(request);
    if (!request.method().equals("GET")) {
      refusal = Refusal.of(EngineError.BAD_HANDSHAKE_METHOD);
    } else if (TransportType.named(request.query("transport")) == TransportType.WEBSOCKET) {
      refusal = Refusal.of(EngineError.BAD_REQUEST);
    } else if (version == null) {
      refusal = Refusal.of(EngineError.UNSUPPORTED_PROTOCOL_VERSION);
    } else if (jsonp != null && !(options.jsonp() && Jsonp.isValidIndex(jsonp))) {
      refusal = Refusal.of(EngineError.BAD_REQUEST);
    }
    if (refusal != null || version == null) {
      refuse(exchange, refusal == null ? Refusal.of(EngineError.BAD_REQUEST) : refusal);
      return;
    }
    AtomicBoolean gone = new AtomicBoolean();
    exchange.onAbort(() -> gone.set(true));
    check(
        request,
        exchange::respond,
        verdict -> {
          // Hooks are asked before there is a session, so that one that fails leaves none behind.
          Headers initial =
              verdict == null ? options.initialHeaders().apply(request) : Headers.EMPTY;
          boolean legacyUtf8 =
              version == EngineVersion.V3 && options.legacyUtf8Payload().test(request);
          Session session =
              verdict == null ? newSession(request, version, TransportType.POLLING) : null;
          if (verdict != null || session == null) {
            refuse(exchange, verdict != null ? verdict : Refusal.of(EngineError.BAD_REQUEST));
          } else if (gone.get()) {
            remove(session);
          } else {
            session
                .lane()
                .execute(
                    () ->
                        session.open(
                            new PollingTransport(
                                session, answers, initial, exchange, jsonp, legacyUtf8),
                            handlers));
          }
        });
  }

  // ---- upgrades ----

  @Override
  public void handle(WebSocketUpgrade upgrade) {
    WebSocketUpgrade watched = accessLog == null ? upgrade : accessLog.watch(upgrade);
    try {
      route(watched);
    } catch (RuntimeException | Error failure) {
      watched.refuse(hookFailed(failure));
    }
  }

  private void route(WebSocketUpgrade upgrade) {
    HttpRequest request = upgrade.request();
    Refusal refusal = checkTransport(request, options.cors().admits(request));
    if (refusal == null
        && TransportType.named(request.query("transport")) != TransportType.WEBSOCKET) {
      refusal = Refusal.of(EngineError.BAD_REQUEST);
    }
    if (refusal != null) {
      refuse(upgrade, refusal);
      return;
    }
    String sid = request.query("sid");
    if (sid == null || sid.isEmpty()) {
      handshake(upgrade);
      return;
    }
    Session session = sessions.get(sid);
    if (session == null) {
      refuse(upgrade, unknown(sid));
    } else if (version(request) != session.version() || !options.allowUpgrades()) {
      refuse(upgrade, Refusal.of(EngineError.BAD_REQUEST));
    } else {
      upgrade.accept(
          answers.extra(request),
          webSocketSettings(),
          connection -> {
            Probe probe = new Probe(session, connection);
            session.lane().execute(probe::begin);
            return probe;
          });
    }
  }

  private void handshake(WebSocketUpgrade upgrade) {
    HttpRequest request = upgrade.request();
    EngineVersion version = version(request);
    if (version == null) {
      refuse(upgrade, Refusal.of(EngineError.UNSUPPORTED_PROTOCOL_VERSION));
      return;
    }
    check(
        request,
        upgrade::refuse,
        verdict -> {
          Headers headers =
              verdict == null
                  ? answers.extra(request).plus(options.initialHeaders().apply(request))
                  : Headers.EMPTY;
          Session session =
              verdict == null ? newSession(request, version, TransportType.WEBSOCKET) : null;
          if (verdict != null || session == null) {
            refuse(upgrade, verdict != null ? verdict : Refusal.of(EngineError.BAD_REQUEST));
            return;
          }
          upgrade.accept(
              headers,
              webSocketSettings(),
              connection -> {
                WebSocketTransport transport = new WebSocketTransport(session, connection);
                session.lane().bind(connection.ioExecutor());
                session.lane().execute(() -> session.open(transport, handlers));
                return transport;
              });
        });
  }

  private WebSocketUpgrade.Settings webSocketSettings() {
    return new WebSocketUpgrade.Settings(
        options.maxPayload(),
        options.perMessageDeflate() ? options.perMessageDeflateThreshold() : -1);
  }

  // ---- checks ----

  /** Why a request is refused. */
  private record Refusal(EngineError error, String message, int status) {
    static Refusal of(EngineError error) {
      return new Refusal(error, error.message(), error.httpStatus());
    }
  }

  private @Nullable Refusal checkTransport(HttpRequest request, boolean originAdmitted) {
    TransportType transport = TransportType.named(request.query("transport"));
    if (transport == null || !options.transports().contains(transport)) {
      return Refusal.of(EngineError.UNKNOWN_TRANSPORT);
    }
    String origin = request.header("Origin");
    if (origin != null && hasControlCharacter(origin)) {
      return Refusal.of(EngineError.BAD_REQUEST);
    }
    if (!originAdmitted) {
      return new Refusal(EngineError.FORBIDDEN, "Origin not allowed", 403);
    }
    return null;
  }

  private Refusal unknown(String sid) {
    counters.add(Counter.UNKNOWN_SESSIONS);
    if (unknownSessions.isForeign(sid)) {
      counters.add(Counter.FOREIGN_SESSIONS);
      unknownSessions.foreign();
    }
    return Refusal.of(EngineError.UNKNOWN_SID);
  }

  private @Nullable Refusal checkSession(HttpRequest request, Session session) {
    boolean sameTransport =
        session.transport() == TransportType.named(request.query("transport"))
            && session.transport() == TransportType.POLLING;
    return sameTransport && version(request) == session.version()
        ? null
        : Refusal.of(EngineError.BAD_REQUEST);
  }

  private @Nullable EngineVersion version(HttpRequest request) {
    String eio = request.query("EIO");
    if ("4".equals(eio)) {
      return EngineVersion.V4;
    }
    return "3".equals(eio) && options.allowEio3() ? EngineVersion.V3 : null;
  }

  private static boolean hasControlCharacter(String text) {
    return text.chars().anyMatch(c -> (c < 0x20 && c != '\t') || c == 0x7f);
  }

  /** Hears the verdict on a handshake: null if it is let in. */
  private interface VerdictListener {
    void decided(@Nullable Refusal refusal);
  }

  /**
   * Checks a handshake.
   *
   * @param failed answers it if a hook fails, which may be when nobody else catches it
   */
  private void check(HttpRequest request, Consumer<HttpResponse> failed, VerdictListener decided) {
    VerdictListener listener =
        refusal -> {
          try {
            decided.decided(refusal);
          } catch (RuntimeException | Error failure) {
            failed.accept(hookFailed(failure));
          }
        };
    Refusal unavailable = unavailable();
    if (unavailable != null) {
      listener.decided(unavailable);
      return;
    }
    CompletionStage<HandshakeCheck.Verdict> stage = options.handshakeCheck().check(request);
    // Whichever comes first, the verdict or the time-out, is heard.
    AtomicBoolean heard = new AtomicBoolean();
    TimerWheel.Entry timer =
        stage.toCompletableFuture().isDone()
            ? null
            : runtime
                .timers()
                .schedule(
                    options.handshakeTimeout(),
                    () -> decide(heard, listener, Refusal.of(EngineError.FORBIDDEN)));
    stage.whenComplete(
        (verdict, failure) -> {
          if (timer != null) {
            runtime.timers().cancel(timer);
          }
          if (failure != null || verdict == null) {
            log.warn(
                "The handshake check failed or gave no verdict; the client is refused", failure);
            decide(heard, listener, Refusal.of(EngineError.FORBIDDEN));
          } else {
            decide(
                heard,
                listener,
                verdict.refusal() == null
                    ? unavailable() // it may have taken its time
                    : new Refusal(EngineError.FORBIDDEN, verdict.refusal(), 403));
          }
        });
  }

  private @Nullable Refusal unavailable() {
    if (stopping || sessions.size() >= options.maxSessions()) {
      return new Refusal(
          EngineError.FORBIDDEN, stopping ? "Server is stopping" : "Too many sessions", 503);
    }
    return null;
  }

  private static void decide(
      AtomicBoolean heard, VerdictListener listener, @Nullable Refusal refusal) {
    if (heard.compareAndSet(false, true)) {
      listener.decided(refusal);
    }
  }

  private static HttpResponse hookFailed(Throwable failure) {
    log.error("A hook failed; the request is refused", failure);
    return HttpResponse.empty(500, Headers.EMPTY);
  }

  private void refuse(HttpExchange exchange, Refusal refusal) {
    exchange.respond(refusal(exchange.request(), refusal));
  }

  /** A polling request that was checked before the session moved to WebSocket. */
  void refuseLate(HttpExchange exchange) {
    refuse(exchange, Refusal.of(EngineError.BAD_REQUEST));
  }

  private void refuse(WebSocketUpgrade upgrade, Refusal refusal) {
    upgrade.refuse(refusal(upgrade.request(), refusal).closing());
  }

  private HttpResponse refusal(HttpRequest request, Refusal refusal) {
    counters.add(Counter.REQUESTS_REFUSED);
    log.debug("Refusing {}: {}", request, refusal.message());
    HttpResponse response =
        answers.error(request, refusal.error(), refusal.message(), refusal.status());
    return switch (refusal.status()) {
      case 405 -> with(response, Headers.of("Allow", "GET, POST"));
      case 503 -> with(response, Headers.of("Retry-After", "5")).closing();
      default -> response;
    };
  }

  private static HttpResponse with(HttpResponse response, Headers more) {
    return new HttpResponse(
        response.status(), response.headers().plus(more), response.body(), response.close());
  }

  // ---- sessions ----

  /** Registers a session under a new id; null if no id could be made. */
  private @Nullable Session newSession(
      HttpRequest request, EngineVersion version, TransportType transport) {
    String b64 = request.query("b64");
    boolean base64 = (b64 != null && !b64.isEmpty()) || request.query("j") != null;
    try {
      for (int attempt = 0; attempt < 3; attempt++) {
        String id = options.idGenerator().get();
        Session session = new Session(this, id, version, request, base64, transport);
        if (sessions.putIfAbsent(id, session) == null) {
          if (!stopping) { // else whoever stops may not have seen it
            ConnectionScope scope = request.attachment(ConnectionScope.class);
            if (scope != null) {
              scope.enter(session);
            }
            return session;
          }
          remove(session);
          return null;
        }
      }
      log.error("The session id generator returned ids that are in use, three times in a row");
    } catch (RuntimeException failure) {
      log.error("The session id generator failed", failure);
    }
    return null;
  }

  HandshakeData handshakeData(Session session, Transport transport) {
    boolean upgradable =
        transport.isUpgradable()
            && options.allowUpgrades()
            && options.transports().contains(TransportType.WEBSOCKET);
    return new HandshakeData(
        session.id(),
        upgradable ? List.of(TransportType.WEBSOCKET.wireName()) : List.of(),
        session.version() == EngineVersion.V4
            ? options.pingInterval().plus(options.pingGrace())
            : options.pingInterval(), // this is how often they ping themselves
        options.pingTimeout(),
        options.maxPayload());
  }

  void onOpened(Session session) {
    counters.add(Counter.SESSIONS_OPENED);
    if (accessLog != null) {
      accessLog.opened(session);
    }
  }

  void onEnded(Session session, CloseReason reason) {
    counters.add(Counter.SESSIONS_CLOSED);
    if (accessLog != null) {
      accessLog.closed(session, reason);
    }
    switch (reason) {
      case PARSE_ERROR -> counters.add(Counter.PARSE_ERRORS);
      case TRANSPORT_ERROR -> counters.add(Counter.TRANSPORT_ERRORS);
      case PING_TIMEOUT -> counters.add(Counter.PING_TIMEOUTS);
      case SLOW_CONSUMER -> counters.add(Counter.SLOW_CONSUMERS);
      case TRANSPORT_CLOSE, FORCED_CLOSE, SERVER_SHUTDOWN -> {}
    }
    remove(session);
  }

  private void remove(Session session) {
    unknownSessions.ended(session.id()); // first, so that no request finds neither
    sessions.remove(session.id(), session);
    ConnectionScope scope = session.request().attachment(ConnectionScope.class);
    if (scope != null) {
      scope.leave(session);
    }
    if (stopping && sessions.isEmpty()) {
      lastSessionGone.countDown();
    }
  }

  void count(Counter counter) {
    counters.add(counter);
  }

  /** Whether senders may wait for their peers. */
  boolean mayWait() {
    return runtime.handlers().execution() != HandlerExecution.INLINE;
  }

  TimerWheel timers() {
    return runtime.timers();
  }

  // ---- the end ----

  /** Stops within {@link EngineIoOptions.Builder#stopTimeout}. */
  @Override
  public void close() {
    stop(options.stopTimeout());
  }

  /**
   * Stops. Handshakes are refused with 503, and messages are no longer taken; handlers that run,
   * and what they have before them, may finish and answer. Then every session is closed, after what
   * was sent to it has gone out, and the web servers. Who has not finished at the deadline is
   * interrupted.
   *
   * <p>A quarter of the time, and a second at the most, is kept for the closing. Blocks until all
   * is done; called by one of its own handlers, which would wait for itself, it returns at once and
   * the server stops in another thread. A second call waits for the first.
   *
   * @param deadline how long all of it may take
   * @param webServers what serves this server and nobody who is to go on: it is stopped with it
   */
  public void stop(Duration deadline, WebServer... webServers) {
    boolean first = stopCalled.compareAndSet(false, true);
    if (runtime.handlers().isRunningHere()) {
      if (first) {
        new Thread(() -> stopNow(deadline, List.of(webServers)), "sockeye-stop").start();
      }
    } else if (first) {
      stopNow(deadline, List.of(webServers));
    } else {
      awaitStop(deadline);
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

  private void stopNow(Duration deadline, List<WebServer> webServers) {
    long end = System.nanoTime() + deadline.toNanos();
    stopping = true;
    try {
      awaitHandlers(end - Math.min(deadline.toNanos() / 4, TIME_TO_CLOSE.toNanos()));
      closeSessions(end);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    } finally {
      // Not earlier: a session on polling may need a new connection for each poll. Those of most
      // sessions are closed by now, and then this is done at once.
      long left = Math.max(end - System.nanoTime(), LEAST_TIME_TO_CLOSE.toNanos());
      webServers.forEach(server -> server.close(Duration.ofNanos(left / 2)));
      runtime.close(Duration.ofNanos(Math.max(0, end - System.nanoTime())));
      stopped.countDown();
    }
  }

  private void awaitHandlers(long until) throws InterruptedException {
    CompletableFuture<?>[] drained =
        sessions.values().stream().map(Session::drain).toArray(CompletableFuture<?>[]::new);
    try {
      CompletableFuture.allOf(drained)
          .get(Math.max(0, until - System.nanoTime()), TimeUnit.NANOSECONDS);
    } catch (TimeoutException late) {
      log.debug("Handlers still run; their clients are not waited for");
    } catch (ExecutionException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  private void closeSessions(long end) throws InterruptedException {
    sessions.values().forEach(session -> session.close(CloseReason.SERVER_SHUTDOWN));
    if (sessions.isEmpty()
        || lastSessionGone.await((end - System.nanoTime()) / 2, TimeUnit.NANOSECONDS)) {
      return;
    }
    log.debug("Sessions are left that do not take what waits for them");
    sessions.values().forEach(session -> session.closeNow(CloseReason.SERVER_SHUTDOWN));
    boolean ended = lastSessionGone.await(end - System.nanoTime(), TimeUnit.NANOSECONDS);
    log.debug("All sessions ended in time: {}", ended);
  }
}

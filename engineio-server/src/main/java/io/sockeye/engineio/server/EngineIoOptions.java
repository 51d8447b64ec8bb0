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

import io.sockeye.engineio.server.internal.Checks;
import io.sockeye.engineio.server.internal.EngineIoKeys;
import io.sockeye.engineio.server.internal.OptionTable;
import io.sockeye.engineio.server.internal.WebServerKeys;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The options of an Engine.IO server: immutable, checked when they are built. Each is documented at
 * its setter in {@link Builder}.
 */
public final class EngineIoOptions {
  private static final CompletionStage<HandshakeCheck.Verdict> ACCEPTED =
      CompletableFuture.completedStage(HandshakeCheck.Verdict.ACCEPTED);

  /** JavaScript fires a timer that is longer at once. */
  private static final Duration LONGEST_TIMER = Duration.ofMillis(Integer.MAX_VALUE);

  private final String path;
  private final Set<TransportType> transports;
  private final boolean allowUpgrades;
  private final Duration pingInterval;
  private final Duration pingGrace;
  private final Duration pingTimeout;
  private final Duration upgradeTimeout;
  private final Duration handshakeTimeout;
  private final Duration bodyTimeout;
  private final Duration closeTimeout;
  private final Duration stopTimeout;
  private final int maxPayload;
  private final int maxPacketsPerPayload;
  private final int maxOutboundBytes;
  private final int maxOutboundPackets;
  private final int maxInboxPackets;
  private final int maxSessions;
  private final boolean allowEio3;
  private final boolean jsonp;
  private final Predicate<HttpRequest> legacyUtf8Payload;
  private final boolean legacyUtf8Asked;
  private final boolean httpCompression;
  private final int httpCompressionThreshold;
  private final boolean perMessageDeflate;
  private final int perMessageDeflateThreshold;
  private final CorsOptions cors;
  private final @Nullable CookieOptions cookie;
  private final HandshakeCheck handshakeCheck;
  private final Function<HttpRequest, Headers> initialHeaders;
  private final Function<HttpRequest, Headers> responseHeaders;
  private final Supplier<String> idGenerator;
  private final HandlerExecution handlerExecution;
  private final int maxHandlerThreads;
  private final boolean accessLog;
  private final boolean dev;

  private EngineIoOptions(Builder builder) {
    path = builder.path;
    transports = Set.copyOf(builder.transports);
    allowUpgrades = builder.allowUpgrades;
    pingInterval = builder.pingInterval;
    pingGrace = builder.pingGrace;
    pingTimeout = builder.pingTimeout;
    upgradeTimeout = builder.upgradeTimeout;
    handshakeTimeout = builder.handshakeTimeout;
    bodyTimeout = builder.bodyTimeout;
    closeTimeout = builder.closeTimeout;
    stopTimeout = builder.stopTimeout;
    maxPayload = builder.maxPayload;
    maxPacketsPerPayload = builder.maxPacketsPerPayload;
    maxOutboundBytes = builder.maxOutboundBytes;
    maxOutboundPackets = builder.maxOutboundPackets;
    maxInboxPackets = builder.maxInboxPackets;
    maxSessions = builder.maxSessions;
    allowEio3 = builder.allowEio3;
    jsonp = builder.jsonp;
    legacyUtf8Payload = builder.legacyUtf8Payload;
    legacyUtf8Asked = builder.legacyUtf8Asked;
    httpCompression = builder.httpCompression;
    httpCompressionThreshold = builder.httpCompressionThreshold;
    perMessageDeflate = builder.perMessageDeflate;
    perMessageDeflateThreshold = builder.perMessageDeflateThreshold;
    cors = builder.cors;
    cookie = builder.cookie;
    handshakeCheck = builder.handshakeCheck;
    initialHeaders = builder.initialHeaders;
    responseHeaders = builder.responseHeaders;
    idGenerator = builder.idGenerator;
    handlerExecution = builder.handlerExecution;
    maxHandlerThreads = builder.maxHandlerThreads;
    accessLog = builder.accessLog;
    dev = builder.dev;
    checkTogether();
  }

  /** Refuses what makes no sense together, though each part does. */
  private void checkTogether() {
    Duration silence = pingInterval.plus(pingGrace).plus(pingTimeout);
    if (silence.compareTo(LONGEST_TIMER) > 0) {
      throw new IllegalArgumentException(
          "pingInterval, pingGrace and pingTimeout: "
              + silence
              + " (expected: together at most "
              + LONGEST_TIMER
              + ", which the timers of browsers can hold)");
    }
    if (legacyUtf8Asked && !allowEio3) {
      throw new IllegalArgumentException(
          "legacyUtf8Payload: set, and allowEio3 is false (expected: true; it is about clients of"
              + " revision 3)");
    }
    if (jsonp && !transports.contains(TransportType.POLLING)) {
      throw new IllegalArgumentException(
          "jsonp: true with transports " + transports + " (expected: POLLING among them)");
    }
    if (perMessageDeflate && !transports.contains(TransportType.WEBSOCKET)) {
      throw new IllegalArgumentException(
          "perMessageDeflate: true with transports "
              + transports
              + " (expected: WEBSOCKET among them)");
    }
  }

  /** Returns a builder with the defaults. */
  public static Builder builder() {
    return new Builder();
  }

  /** Returns the defaults. */
  public static EngineIoOptions defaults() {
    return builder().build();
  }

  /** Returns a builder that starts from these options. */
  public Builder toBuilder() {
    Builder builder = new Builder();
    builder.path = path;
    builder.transports = transports;
    builder.allowUpgrades = allowUpgrades;
    builder.pingInterval = pingInterval;
    builder.pingGrace = pingGrace;
    builder.pingTimeout = pingTimeout;
    builder.upgradeTimeout = upgradeTimeout;
    builder.handshakeTimeout = handshakeTimeout;
    builder.bodyTimeout = bodyTimeout;
    builder.closeTimeout = closeTimeout;
    builder.stopTimeout = stopTimeout;
    builder.maxPayload = maxPayload;
    builder.maxPacketsPerPayload = maxPacketsPerPayload;
    builder.maxOutboundBytes = maxOutboundBytes;
    builder.maxOutboundPackets = maxOutboundPackets;
    builder.maxInboxPackets = maxInboxPackets;
    builder.maxSessions = maxSessions;
    builder.allowEio3 = allowEio3;
    builder.jsonp = jsonp;
    builder.legacyUtf8Payload = legacyUtf8Payload;
    builder.legacyUtf8Asked = legacyUtf8Asked;
    builder.httpCompression = httpCompression;
    builder.httpCompressionThreshold = httpCompressionThreshold;
    builder.perMessageDeflate = perMessageDeflate;
    builder.perMessageDeflateThreshold = perMessageDeflateThreshold;
    builder.cors = cors;
    builder.cookie = cookie;
    builder.handshakeCheck = handshakeCheck;
    builder.initialHeaders = initialHeaders;
    builder.responseHeaders = responseHeaders;
    builder.idGenerator = idGenerator;
    builder.handlerExecution = handlerExecution;
    builder.maxHandlerThreads = maxHandlerThreads;
    builder.accessLog = accessLog;
    builder.dev = dev;
    return builder;
  }

  /** See {@link Builder#path}. */
  public String path() {
    return path;
  }

  /** See {@link Builder#transports}. */
  public Set<TransportType> transports() {
    return transports;
  }

  /** See {@link Builder#allowUpgrades}. */
  public boolean allowUpgrades() {
    return allowUpgrades;
  }

  /** See {@link Builder#pingInterval}. */
  public Duration pingInterval() {
    return pingInterval;
  }

  /** See {@link Builder#pingGrace}. */
  public Duration pingGrace() {
    return pingGrace;
  }

  /** See {@link Builder#pingTimeout}. */
  public Duration pingTimeout() {
    return pingTimeout;
  }

  /** See {@link Builder#upgradeTimeout}. */
  public Duration upgradeTimeout() {
    return upgradeTimeout;
  }

  /** See {@link Builder#handshakeTimeout}. */
  public Duration handshakeTimeout() {
    return handshakeTimeout;
  }

  /** See {@link Builder#bodyTimeout}. */
  public Duration bodyTimeout() {
    return bodyTimeout;
  }

  /** See {@link Builder#closeTimeout}. */
  public Duration closeTimeout() {
    return closeTimeout;
  }

  /** See {@link Builder#stopTimeout}. */
  public Duration stopTimeout() {
    return stopTimeout;
  }

  /** See {@link Builder#maxPayload}. */
  public int maxPayload() {
    return maxPayload;
  }

  /** See {@link Builder#maxPacketsPerPayload}. */
  public int maxPacketsPerPayload() {
    return maxPacketsPerPayload;
  }

  /** See {@link Builder#maxOutboundBytes}. */
  public int maxOutboundBytes() {
    return maxOutboundBytes;
  }

  /** See {@link Builder#maxOutboundPackets}. */
  public int maxOutboundPackets() {
    return maxOutboundPackets;
  }

  /** See {@link Builder#maxInboxPackets}. */
  public int maxInboxPackets() {
    return maxInboxPackets;
  }

  /** See {@link Builder#maxSessions}. */
  public int maxSessions() {
    return maxSessions;
  }

  /** See {@link Builder#allowEio3}. */
  public boolean allowEio3() {
    return allowEio3;
  }

  /** See {@link Builder#jsonp}. */
  public boolean jsonp() {
    return jsonp;
  }

  /** See {@link Builder#legacyUtf8Payload(Predicate)}. */
  public Predicate<HttpRequest> legacyUtf8Payload() {
    return legacyUtf8Payload;
  }

  /** See {@link Builder#httpCompression}. */
  public boolean httpCompression() {
    return httpCompression;
  }

  /** See {@link Builder#httpCompressionThreshold}. */
  public int httpCompressionThreshold() {
    return httpCompressionThreshold;
  }

  /** See {@link Builder#perMessageDeflate}. */
  public boolean perMessageDeflate() {
    return perMessageDeflate;
  }

  /** See {@link Builder#perMessageDeflateThreshold}. */
  public int perMessageDeflateThreshold() {
    return perMessageDeflateThreshold;
  }

  /** See {@link Builder#cors}. */
  public CorsOptions cors() {
    return cors;
  }

  /** See {@link Builder#cookie}. */
  public @Nullable CookieOptions cookie() {
    return cookie;
  }

  /** See {@link Builder#handshakeCheck}. */
  public HandshakeCheck handshakeCheck() {
    return handshakeCheck;
  }

  /** See {@link Builder#initialHeaders}. */
  public Function<HttpRequest, Headers> initialHeaders() {
    return initialHeaders;
  }

  /** See {@link Builder#responseHeaders}. */
  public Function<HttpRequest, Headers> responseHeaders() {
    return responseHeaders;
  }

  /** See {@link Builder#idGenerator}. */
  public Supplier<String> idGenerator() {
    return idGenerator;
  }

  /** See {@link Builder#handlerExecution}. */
  public HandlerExecution handlerExecution() {
    return handlerExecution;
  }

  /** See {@link Builder#maxHandlerThreads}. */
  public int maxHandlerThreads() {
    return maxHandlerThreads;
  }

  /** See {@link Builder#accessLog}. */
  public boolean accessLog() {
    return accessLog;
  }

  /** Returns whether the options began with {@link Builder#dev}. */
  public boolean isDev() {
    return dev;
  }

  /** Collects options. Not safe for use by several threads. */
  public static final class Builder {
    private String path = "/engine.io/";
    private Set<TransportType> transports = EnumSet.allOf(TransportType.class);
    private boolean allowUpgrades = true;
    private Duration pingInterval = Duration.ofSeconds(25);
    private Duration pingGrace = Duration.ZERO;
    private Duration pingTimeout = Duration.ofSeconds(20);
    private Duration upgradeTimeout = Duration.ofSeconds(10);
    private Duration handshakeTimeout = Duration.ofSeconds(10);
    private Duration bodyTimeout = Duration.ofSeconds(30);
    private Duration closeTimeout = Duration.ofSeconds(30);
    private Duration stopTimeout = Duration.ofSeconds(3);
    private int maxPayload = 1_000_000;
    private int maxPacketsPerPayload = 4096;
    private int maxOutboundBytes = 16 * 1024 * 1024;
    private int maxOutboundPackets = 100_000;
    private int maxInboxPackets = 256;
    private int maxSessions = Integer.MAX_VALUE;
    private boolean allowEio3 = false;
    private boolean jsonp = false;
    private Predicate<HttpRequest> legacyUtf8Payload = handshake -> false;
    private boolean legacyUtf8Asked = false;
    private boolean httpCompression = true;
    private int httpCompressionThreshold = 1024;
    private boolean perMessageDeflate = false;
    private int perMessageDeflateThreshold = 1024;
    private CorsOptions cors = CorsOptions.sameOrigin();
    private @Nullable CookieOptions cookie = null;
    private HandshakeCheck handshakeCheck = request -> ACCEPTED;
    private Function<HttpRequest, Headers> initialHeaders = request -> Headers.EMPTY;
    private Function<HttpRequest, Headers> responseHeaders = request -> Headers.EMPTY;
    private Supplier<String> idGenerator = SessionIds::next;
    private HandlerExecution handlerExecution = HandlerExecution.DEFAULT;
    private int maxHandlerThreads = 1024;
    private boolean accessLog = false;
    private boolean dev = false;

    private Builder() {}

    /**
     * Sets options by their keys, such as {@code sockeye.ping-interval=25s}; those of web servers
     * may be there too, see {@link WebServerOptions#fromProperties}. Keys without {@code sockeye.}
     * are not looked at.
     *
     * @throws IllegalArgumentException if a key is unknown or a value is refused; the message names
     *     the key
     */
    public Builder properties(Map<String, String> properties) {
      OptionTable.checkKeys(properties, EngineIoKeys.TABLE, WebServerKeys.TABLE);
      EngineIoKeys.apply(properties, this);
      return this;
    }

    /**
     * Options for development, never for production: the {@link #accessLog}, and pages of this
     * machine may connect ({@link CorsOptions#localhost}). The server says so in one line at WARN.
     * What is set afterwards wins.
     */
    public Builder dev() {
      this.dev = true;
      return accessLog(true).cors(CorsOptions.localhost());
    }

    /**
     * The path of the endpoint; a slash at its end may be left out by clients. Default {@code
     * /engine.io/}.
     */
    public Builder path(String path) {
      if (!path.startsWith("/") || !path.chars().allMatch(c -> c > 32 && "?#".indexOf(c) < 0)) {
        throw new IllegalArgumentException(
            "path: \"" + path + "\" (expected: a path that begins with a slash)");
      }
      this.path = path.endsWith("/") ? path : path + "/";
      return this;
    }

    /** The transports that are served. Default both. */
    public Builder transports(Set<TransportType> transports) {
      if (transports.isEmpty()) {
        throw new IllegalArgumentException("transports: [] (expected: at least one)");
      }
      this.transports = EnumSet.copyOf(transports);
      return this;
    }

    /** Whether a polling session may move to WebSocket. Default true. */
    public Builder allowUpgrades(boolean allowUpgrades) {
      this.allowUpgrades = allowUpgrades;
      return this;
    }

    /** The time between pings; clients are told whole milliseconds. Default 25 s. */
    public Builder pingInterval(Duration pingInterval) {
      this.pingInterval = Checks.atLeastOneMilli(pingInterval, "pingInterval");
      return this;
    }

    /**
     * What is added to the interval that clients of revision 4 are told, so that they forgive a
     * ping that comes late. Default none.
     */
    public Builder pingGrace(Duration pingGrace) {
      this.pingGrace = Checks.notNegative(pingGrace, "pingGrace");
      return this;
    }

    /** How long the peer may take to answer a ping. Default 20 s. */
    public Builder pingTimeout(Duration pingTimeout) {
      this.pingTimeout = Checks.atLeastOneMilli(pingTimeout, "pingTimeout");
      return this;
    }

    /** How long an upgrade may take. Default 10 s. */
    public Builder upgradeTimeout(Duration upgradeTimeout) {
      this.upgradeTimeout = Checks.positive(upgradeTimeout, "upgradeTimeout");
      return this;
    }

    /** How long a {@link #handshakeCheck} may take. Default 10 s. */
    public Builder handshakeTimeout(Duration handshakeTimeout) {
      this.handshakeTimeout = Checks.positive(handshakeTimeout, "handshakeTimeout");
      return this;
    }

    /** How long the body of a POST may take. Default 30 s. */
    public Builder bodyTimeout(Duration bodyTimeout) {
      this.bodyTimeout = Checks.positive(bodyTimeout, "bodyTimeout");
      return this;
    }

    /** How long a closing session waits for the peer to take what is queued. Default 30 s. */
    public Builder closeTimeout(Duration closeTimeout) {
      this.closeTimeout = Checks.positive(closeTimeout, "closeTimeout");
      return this;
    }

    /**
     * How long a server takes to stop at the most, when nothing else is said: on {@code close()},
     * and when the process is told to end. Default 3 s.
     */
    public Builder stopTimeout(Duration stopTimeout) {
      this.stopTimeout = Checks.positive(stopTimeout, "stopTimeout");
      return this;
    }

    /**
     * The largest message in bytes, on every transport; also the largest POST body. Default
     * 1,000,000.
     */
    public Builder maxPayload(int maxPayload) {
      this.maxPayload = Checks.positive(maxPayload, "maxPayload");
      return this;
    }

    /** The most packets in one POST body. Default 4,096. */
    public Builder maxPacketsPerPayload(int maxPacketsPerPayload) {
      this.maxPacketsPerPayload = Checks.positive(maxPacketsPerPayload, "maxPacketsPerPayload");
      return this;
    }

    /**
     * The most bytes that wait for a slow peer; over it the session is closed. One message alone
     * may be larger. From a quarter of it on, senders that can wait are slowed down, see {@link
     * Session#pace}. Default 16 MiB.
     */
    public Builder maxOutboundBytes(int maxOutboundBytes) {
      this.maxOutboundBytes = Checks.positive(maxOutboundBytes, "maxOutboundBytes");
      return this;
    }

    /**
     * The most messages that wait for a slow peer; over it the session is closed. Default 100,000.
     */
    public Builder maxOutboundPackets(int maxOutboundPackets) {
      this.maxOutboundPackets = Checks.positive(maxOutboundPackets, "maxOutboundPackets");
      return this;
    }

    /**
     * How many received messages may wait for handlers before the session stops reading. Default
     * 256.
     */
    public Builder maxInboxPackets(int maxInboxPackets) {
      this.maxInboxPackets = Checks.atLeast(maxInboxPackets, 2, "maxInboxPackets");
      return this;
    }

    /** The most sessions at a time; a handshake over it is refused with 503. Default no bound. */
    public Builder maxSessions(int maxSessions) {
      this.maxSessions = Checks.positive(maxSessions, "maxSessions");
      return this;
    }

    /** Whether clients 1.x and 2.x (revision 3) are served too. Default false. */
    public Builder allowEio3(boolean allowEio3) {
      this.allowEio3 = allowEio3;
      return this;
    }

    /** Whether polling by JSONP is served, which pages of any origin can use. Default false. */
    public Builder jsonp(boolean jsonp) {
      this.jsonp = jsonp;
      return this;
    }

    /**
     * Whether polling clients of revision 3 are taken for clients 1.x, which encode text as UTF-8
     * twice. Default false: then non-ASCII text comes out garbled for 1.x clients on polling, as it
     * does with the official server since its version 3; with true for 2.x clients. WebSocket is
     * not concerned. See {@link #legacyUtf8Payload(Predicate)} for both at once.
     */
    public Builder legacyUtf8Payload(boolean legacyUtf8Payload) {
      legacyUtf8Payload(handshake -> legacyUtf8Payload);
      this.legacyUtf8Asked = legacyUtf8Payload;
      return this;
    }

    /**
     * Decides by its handshake whether a polling client of revision 3 is of version 1.x. Nothing in
     * the protocol tells; a query parameter that the application adds for its old clients does.
     */
    public Builder legacyUtf8Payload(Predicate<HttpRequest> legacyUtf8Payload) {
      this.legacyUtf8Payload = Objects.requireNonNull(legacyUtf8Payload, "legacyUtf8Payload");
      this.legacyUtf8Asked = true;
      return this;
    }

    /**
     * Whether answers to polls are compressed with gzip or deflate where the client accepts it.
     * Default true.
     */
    public Builder httpCompression(boolean httpCompression) {
      this.httpCompression = httpCompression;
      return this;
    }

    /** The size in bytes from which answers are compressed. Default 1,024. */
    public Builder httpCompressionThreshold(int httpCompressionThreshold) {
      this.httpCompressionThreshold =
          Checks.atLeast(httpCompressionThreshold, 0, "httpCompressionThreshold");
      return this;
    }

    /**
     * Whether WebSocket messages are compressed where the client offers it. Default false: it costs
     * memory and time.
     */
    public Builder perMessageDeflate(boolean perMessageDeflate) {
      this.perMessageDeflate = perMessageDeflate;
      return this;
    }

    /** The size in bytes from which WebSocket messages are compressed. Default 1,024. */
    public Builder perMessageDeflateThreshold(int perMessageDeflateThreshold) {
      this.perMessageDeflateThreshold =
          Checks.atLeast(perMessageDeflateThreshold, 0, "perMessageDeflateThreshold");
      return this;
    }

    /** Which origins may use the server. Default its own. */
    public Builder cors(CorsOptions cors) {
      this.cors = Objects.requireNonNull(cors, "cors");
      return this;
    }

    /** The cookie that the handshake answer sets. Default none. */
    public Builder cookie(@Nullable CookieOptions cookie) {
      this.cookie = cookie;
      return this;
    }

    /** Decides who is let in. Default everybody. */
    public Builder handshakeCheck(HandshakeCheck handshakeCheck) {
      this.handshakeCheck = Objects.requireNonNull(handshakeCheck, "handshakeCheck");
      return this;
    }

    /**
     * Headers to add to the answer of a handshake, made from its request. Must not block. Default
     * none.
     */
    public Builder initialHeaders(Function<HttpRequest, Headers> initialHeaders) {
      this.initialHeaders = Objects.requireNonNull(initialHeaders, "initialHeaders");
      return this;
    }

    /** Headers to add to every answer, made from its request. Must not block. Default none. */
    public Builder responseHeaders(Function<HttpRequest, Headers> responseHeaders) {
      this.responseHeaders = Objects.requireNonNull(responseHeaders, "responseHeaders");
      return this;
    }

    /**
     * Makes session ids; they must be unguessable. Default {@link SessionIds#next()}: 120 random
     * bits as 20 URL-safe characters. With {@link SessionIds#next(String)} a proxy can tell the
     * node by them.
     */
    public Builder idGenerator(Supplier<String> idGenerator) {
      this.idGenerator = Objects.requireNonNull(idGenerator, "idGenerator");
      return this;
    }

    /**
     * Which threads run application code. Default virtual threads where the JDK has them, else a
     * pool.
     */
    public Builder handlerExecution(HandlerExecution handlerExecution) {
      this.handlerExecution = Objects.requireNonNull(handlerExecution, "handlerExecution");
      return this;
    }

    /** The bound of the handler pool. Default 1,024. */
    public Builder maxHandlerThreads(int maxHandlerThreads) {
      this.maxHandlerThreads = Checks.positive(maxHandlerThreads, "maxHandlerThreads");
      return this;
    }

    /**
     * Whether each request with its status, and each session that opens or closes, is logged at
     * INFO by the logger {@code io.sockeye.access}. Session ids are left out. Default false.
     */
    public Builder accessLog(boolean accessLog) {
      this.accessLog = accessLog;
      return this;
    }

    /**
     * Returns the options.
     *
     * @throws IllegalArgumentException if options contradict each other
     */
    public EngineIoOptions build() {
      return new EngineIoOptions(this);
    }
  }
}

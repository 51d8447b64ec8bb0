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
package io.sockeye.engineio.server.internal;

import static io.sockeye.engineio.server.internal.OptionTable.NONE;
import static io.sockeye.engineio.server.internal.OptionType.BOOLEAN;
import static io.sockeye.engineio.server.internal.OptionType.DURATION;
import static io.sockeye.engineio.server.internal.OptionType.INTEGER;
import static io.sockeye.engineio.server.internal.OptionType.INT_SIZE;
import static io.sockeye.engineio.server.internal.OptionType.LIST;
import static io.sockeye.engineio.server.internal.OptionType.TEXT;

import io.sockeye.engineio.server.CookieOptions;
import io.sockeye.engineio.server.CorsOptions;
import io.sockeye.engineio.server.EngineIoOptions;
import io.sockeye.engineio.server.HandlerExecution;
import io.sockeye.engineio.server.TransportType;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The options of an engine by their keys. Those of CORS and of the cookie have builders of their
 * own, which the first key of each makes.
 */
public final class EngineIoKeys {
  /** The table. */
  public static final OptionTable<EngineIoKeys> TABLE =
      new OptionTable<EngineIoKeys>()
          .add(
              "dev",
              BOOLEAN,
              "false",
              (keys, on) -> {
                if (on) {
                  keys.options.dev();
                }
              },
              "For development, never for production: `access-log`, and pages of localhost on any"
                  + " port may connect. One line at WARN says that it is on. The keys of its parts"
                  + " override them",
              "`debug` of `run`",
              NONE)
          .add(
              "path",
              TEXT,
              "/socket.io/",
              on(EngineIoOptions.Builder::path),
              "Path of the endpoint; served with and without the slash at its end. An Engine.IO"
                  + " server alone has `/engine.io/`",
              "`path`, `resource`",
              "`path`, `addTrailingSlash`")
          .add(
              "transports",
              OptionType.oneOf(TransportType.class).list(),
              "polling,websocket",
              (keys, transports) -> {
                EnumSet<TransportType> set = EnumSet.noneOf(TransportType.class);
                set.addAll(transports);
                keys.options.transports(set);
              },
              "Transports that are served; others get error 0",
              "`transports`",
              "`transports`")
          .add(
              "allow-upgrades",
              BOOLEAN,
              "true",
              on(EngineIoOptions.Builder::allowUpgrades),
              "Whether a session may move from polling to WebSocket",
              "`allow_upgrades`",
              "`allowUpgrades`")
          .add(
              "ping-interval",
              DURATION,
              "25s",
              on(EngineIoOptions.Builder::pingInterval),
              "Time between pings, which the server sends to clients 3 and 4, and clients 1 and 2"
                  + " send",
              "`ping_interval`",
              "`pingInterval`")
          .add(
              "ping-grace",
              DURATION,
              "0s",
              on(EngineIoOptions.Builder::pingGrace),
              "Added to the interval that clients 3 and 4 are told, so that a ping that comes late"
                  + " ends no connection",
              "`ping_interval=(25, grace)`",
              NONE)
          .add(
              "ping-timeout",
              DURATION,
              "20s",
              on(EngineIoOptions.Builder::pingTimeout),
              "How long a ping may stay unanswered. A lost client is noticed within interval and"
                  + " time-out",
              "`ping_timeout`",
              "`pingTimeout`")
          .add(
              "upgrade-timeout",
              DURATION,
              "10s",
              on(EngineIoOptions.Builder::upgradeTimeout),
              "How long an upgrade may take",
              NONE,
              "`upgradeTimeout`")
          .add(
              "handshake-timeout",
              DURATION,
              "10s",
              on(EngineIoOptions.Builder::handshakeTimeout),
              "How long the handshake check may take; then the client is refused",
              NONE,
              NONE)
          .add(
              "body-timeout",
              DURATION,
              "30s",
              on(EngineIoOptions.Builder::bodyTimeout),
              "How long the body of a POST may take",
              NONE,
              NONE)
          .add(
              "close-timeout",
              DURATION,
              "30s",
              on(EngineIoOptions.Builder::closeTimeout),
              "How long a session that is closed waits for its peer to take what is queued",
              NONE,
              NONE)
          .add(
              "stop-timeout",
              DURATION,
              "3s",
              on(EngineIoOptions.Builder::stopTimeout),
              "How long the server takes to stop at the most, on `close()` and SIGTERM: handlers"
                  + " that run may finish and answer, then clients are told",
              NONE,
              NONE)
          .add(
              "max-payload",
              INT_SIZE,
              "1MB",
              on(EngineIoOptions.Builder::maxPayload),
              "Largest message, on every transport and after inflation; largest body of a POST."
                  + " Clients are told",
              "`max_http_buffer_size`",
              "`maxHttpBufferSize`")
          .add(
              "max-packets-per-payload",
              INTEGER,
              "4096",
              on(EngineIoOptions.Builder::maxPacketsPerPayload),
              "Most packets in one POST",
              "`Payload.max_decode_packets`",
              NONE)
          .add(
              "max-outbound-bytes",
              INT_SIZE,
              "16MiB",
              on(EngineIoOptions.Builder::maxOutboundBytes),
              "Most bytes that wait for one slow client; over it the session is closed",
              NONE,
              NONE)
          .add(
              "max-outbound-packets",
              INTEGER,
              "100000",
              on(EngineIoOptions.Builder::maxOutboundPackets),
              "Most messages that wait for one slow client; over it the session is closed",
              NONE,
              NONE)
          .add(
              "max-inbox-packets",
              INTEGER,
              "256",
              on(EngineIoOptions.Builder::maxInboxPackets),
              "Most messages that wait for handlers; over it the server reads no more from that"
                  + " client until half of them are handled",
              NONE,
              NONE)
          .add(
              "max-sessions",
              INTEGER,
              NONE,
              on(EngineIoOptions.Builder::maxSessions),
              "Most sessions at a time; a handshake over it gets 503. No bound by default",
              NONE,
              NONE)
          .add(
              "allow-eio3",
              BOOLEAN,
              "false",
              on(EngineIoOptions.Builder::allowEio3),
              "Whether clients 1 and 2 (Engine.IO revision 3) are served too",
              NONE,
              "`allowEIO3`")
          .add(
              "jsonp",
              BOOLEAN,
              "false",
              on(EngineIoOptions.Builder::jsonp),
              "Whether polling by JSONP is served, which pages of any origin can use",
              NONE,
              "`jsonp` of `engine.io` 3")
          .add(
              "legacy-utf8-payload",
              BOOLEAN,
              "false",
              (keys, on) -> keys.options.legacyUtf8Payload(on),
              "Whether polling clients of revision 3 are taken for clients 1, which encode UTF-8"
                  + " twice. Needs `allow-eio3`. In code also by a predicate of the handshake",
              NONE,
              NONE)
          .add(
              "http-compression",
              BOOLEAN,
              "true",
              on(EngineIoOptions.Builder::httpCompression),
              "Whether answers to polls are compressed, with gzip or deflate",
              "`http_compression`",
              "`httpCompression`")
          .add(
              "http-compression-threshold",
              INT_SIZE,
              "1024",
              on(EngineIoOptions.Builder::httpCompressionThreshold),
              "Size from which they are",
              "`compression_threshold`",
              "`httpCompression.threshold`")
          .add(
              "per-message-deflate",
              BOOLEAN,
              "false",
              on(EngineIoOptions.Builder::perMessageDeflate),
              "Whether WebSocket messages are compressed where the client offers it: it costs"
                  + " memory and time",
              NONE,
              "`perMessageDeflate`")
          .add(
              "per-message-deflate-threshold",
              INT_SIZE,
              "1024",
              on(EngineIoOptions.Builder::perMessageDeflateThreshold),
              "Size from which they are",
              NONE,
              "`perMessageDeflate.threshold`")
          .add(
              "cors.allowed-origins",
              LIST,
              "same-origin",
              EngineIoKeys::allowOrigins,
              "Whose pages may use the server, on every transport: `same-origin`; `*` for all;"
                  + " `unchecked` for all without CORS headers; else a list such as"
                  + " `https://a.example,https://b.example:8443`. In code also by a predicate of"
                  + " origin and request",
              "`cors_allowed_origins`",
              "`cors.origin`")
          .add(
              "cors.credentials",
              BOOLEAN,
              "false",
              cors(CorsOptions.Builder::credentials),
              "Whether these pages may send cookies; not with `*`",
              "`cors_credentials`",
              "`cors.credentials`")
          .add(
              "cors.methods",
              LIST,
              "GET,POST",
              cors((cors, names) -> cors.methods(names.toArray(new String[0]))),
              "Methods that a preflight answer names",
              NONE,
              "`cors.methods`")
          .add(
              "cors.allowed-headers",
              LIST,
              NONE,
              cors((cors, names) -> cors.allowedHeaders(names.toArray(new String[0]))),
              "Request headers that a preflight answer names",
              NONE,
              "`cors.allowedHeaders`")
          .add(
              "cors.exposed-headers",
              LIST,
              NONE,
              cors((cors, names) -> cors.exposedHeaders(names.toArray(new String[0]))),
              "Response headers that pages may read",
              NONE,
              "`cors.exposedHeaders`")
          .add(
              "cors.max-age",
              DURATION,
              NONE,
              cors(CorsOptions.Builder::maxAge),
              "How long browsers may keep a preflight answer",
              NONE,
              "`cors.maxAge`")
          .add(
              "cookie.name",
              TEXT,
              NONE,
              (keys, name) -> keys.cookie = CookieOptions.named(name),
              "A cookie with the session id, for load balancers; the server never reads it. None"
                  + " by default",
              "`cookie`",
              "`cookie.name`")
          .add(
              "cookie.path",
              TEXT,
              "/",
              cookie(CookieOptions.Builder::path),
              "Its path",
              "`cookie[\"path\"]`",
              "`cookie.path`")
          .add(
              "cookie.domain",
              TEXT,
              NONE,
              cookie(CookieOptions.Builder::domain),
              "Its domain",
              "`cookie[\"Domain\"]`",
              "`cookie.domain`")
          .add(
              "cookie.max-age",
              DURATION,
              NONE,
              cookie(CookieOptions.Builder::maxAge),
              "How long browsers keep it; their own session by default",
              "`cookie[\"Max-Age\"]`",
              "`cookie.maxAge`")
          .add(
              "cookie.http-only",
              BOOLEAN,
              "true",
              cookie(CookieOptions.Builder::httpOnly),
              "Whether scripts cannot read it",
              "`cookie[\"HttpOnly\"]`",
              "`cookie.httpOnly`")
          .add(
              "cookie.secure",
              BOOLEAN,
              "false",
              cookie(CookieOptions.Builder::secure),
              "Whether it travels over TLS only",
              "`cookie[\"Secure\"]`",
              "`cookie.secure`")
          .add(
              "cookie.same-site",
              OptionType.oneOf(CookieOptions.SameSite.class),
              "lax",
              cookie(CookieOptions.Builder::sameSite),
              "Which requests of foreign sites carry it; `none` needs `cookie.secure`",
              "`cookie[\"SameSite\"]`",
              "`cookie.sameSite`")
          .add(
              "access-log",
              BOOLEAN,
              "false",
              on(EngineIoOptions.Builder::accessLog),
              "Whether each request, and each session that opens or closes, is logged at INFO by"
                  + " the logger `io.sockeye.access`; never session ids",
              "`log_output` of `run`",
              NONE)
          .add(
              "handler-execution",
              OptionType.oneOf(HandlerExecution.class),
              "default",
              on(EngineIoOptions.Builder::handlerExecution),
              "Threads of handlers: `virtual` (JDK 21), `pool`, `inline` on the I/O threads for"
                  + " code that never blocks. The default is virtual where the JDK has it, else"
                  + " pool",
              "`async_mode`",
              NONE)
          .add(
              "max-handler-threads",
              INTEGER,
              "1024",
              on(EngineIoOptions.Builder::maxHandlerThreads),
              "Bound of the pool",
              NONE,
              NONE);

  private final EngineIoOptions.Builder options;
  private CorsOptions.@Nullable Builder cors;
  private CookieOptions.@Nullable Builder cookie;

  private EngineIoKeys(EngineIoOptions.Builder options) {
    this.options = options;
  }

  /**
   * Sets the options that a map has; it may have keys of others too.
   *
   * @throws IllegalArgumentException if a value is refused; the message says key, value and
   *     expectation
   */
  public static void apply(Map<String, String> properties, EngineIoOptions.Builder options) {
    EngineIoKeys keys = new EngineIoKeys(options);
    TABLE.apply(properties, keys);
    if (keys.cors != null) {
      options.cors(keys.cors.build());
    }
    if (keys.cookie != null) {
      options.cookie(keys.cookie.build());
    }
  }

  private static <V> BiConsumer<EngineIoKeys, V> on(BiConsumer<EngineIoOptions.Builder, V> setter) {
    return (keys, value) -> setter.accept(keys.options, value);
  }

  private static <V> BiConsumer<EngineIoKeys, V> cors(BiConsumer<CorsOptions.Builder, V> setter) {
    return (keys, value) -> {
      if (keys.cors == null) {
        throw new IllegalArgumentException(
            "(expected: together with sockeye.cors.allowed-origins, which names origins or *)");
      }
      setter.accept(keys.cors, value);
    };
  }

  private static <V> BiConsumer<EngineIoKeys, V> cookie(
      BiConsumer<CookieOptions.Builder, V> setter) {
    return (keys, value) -> {
      if (keys.cookie == null) {
        throw new IllegalArgumentException("(expected: together with sockeye.cookie.name)");
      }
      setter.accept(keys.cookie, value);
    };
  }

  private static void allowOrigins(EngineIoKeys keys, List<String> origins) {
    if (origins.equals(List.of("same-origin"))) {
      keys.options.cors(CorsOptions.sameOrigin());
    } else if (origins.equals(List.of("unchecked"))) {
      keys.options.cors(CorsOptions.unchecked());
    } else if (origins.equals(List.of("*"))) {
      keys.cors = CorsOptions.anyOrigin();
    } else {
      keys.cors = CorsOptions.origins(origins.toArray(new String[0]));
    }
  }
}

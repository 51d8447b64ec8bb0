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
package io.sockeye.conformance;

import io.sockeye.engineio.server.CookieOptions;
import io.sockeye.engineio.server.CorsOptions;
import io.sockeye.engineio.server.EngineIoOptions;
import io.sockeye.engineio.server.HandlerExecution;
import io.sockeye.engineio.server.HandshakeCheck;
import io.sockeye.engineio.server.Headers;
import io.sockeye.socketio.server.ConnectionStateRecovery;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The sets of options that the fixture server can have. */
enum FixtureMode {
  /** Short heartbeats, as the official protocol suites expect them. */
  MAIN("main"),
  /** Heartbeats that do not disturb, and a short time to join a namespace. */
  STEADY("steady"),
  /** Small limits, chosen origins, a cookie and compression. */
  RESTRICTED("restricted"),
  /** What the tests of the official Engine.IO client expect. */
  ENGINE_CLIENT("engine-client"),
  /** What the tests of the official Socket.IO client expect. */
  SOCKETIO_CLIENT("socketio-client");

  private final String text;

  FixtureMode(String text) {
    this.text = text;
  }

  String text() {
    return text;
  }

  static FixtureMode named(String name) {
    for (FixtureMode mode : values()) {
      if (mode.text.equals(name)) {
        return mode;
      }
    }
    throw new IllegalArgumentException(
        "FIXTURE_MODE: \""
            + name
            + "\" (expected: main, steady, restricted, engine-client or socketio-client)");
  }

  /** The time that a connection may be in no namespace. */
  Duration connectTimeout() {
    return this == STEADY ? Duration.ofSeconds(1) : Duration.ofSeconds(45);
  }

  /** How clients that lost their connection come back, or null if they do not. */
  ConnectionStateRecovery.@Nullable Builder recovery() {
    return switch (this) {
      case RESTRICTED ->
          ConnectionStateRecovery.builder().maxDisconnectionDuration(Duration.ofSeconds(5));
      case SOCKETIO_CLIENT -> ConnectionStateRecovery.builder();
      case MAIN, STEADY, ENGINE_CLIENT -> null;
    };
  }

  /** The options of both endpoints, but for the path. */
  void configure(EngineIoOptions.Builder options, HandlerExecution handlers) {
    options
        .handlerExecution(handlers)
        .upgradeTimeout(Duration.ofMillis(800))
        .cors(CorsOptions.unchecked())
        .handshakeCheck(
            HandshakeCheck.admitting(
                request -> request.query("deny") == null, "denied by fixture"));
    switch (this) {
      case MAIN ->
          options
              .pingInterval(Duration.ofMillis(300))
              .pingTimeout(Duration.ofMillis(200))
              .allowEio3(true)
              .jsonp(true);
      case STEADY -> options.allowEio3(true).jsonp(true);
      case RESTRICTED ->
          options
              .maxPayload(20_000)
              .perMessageDeflate(true)
              .cookie(CookieOptions.named("fixture-sid").build())
              .cors(
                  CorsOptions.origins("http://allowed.example")
                      .credentials(true)
                      .methods("GET", "POST")
                      .allowedHeaders("x-fixture")
                      .maxAge(Duration.ofMinutes(10))
                      .build());
      case ENGINE_CLIENT ->
          options
              .pingInterval(Duration.ofMillis(500))
              .upgradeTimeout(Duration.ofSeconds(10))
              .maxPayload(100)
              .initialHeaders(request -> clientTestCookies());
      case SOCKETIO_CLIENT ->
          options
              .pingInterval(Duration.ofSeconds(2))
              .upgradeTimeout(Duration.ofSeconds(10))
              .handshakeCheck(
                  request ->
                      CompletableFuture.supplyAsync(
                          () -> HandshakeCheck.Verdict.ACCEPTED,
                          CompletableFuture.delayedExecutor(10, TimeUnit.MILLISECONDS)));
    }
  }

  private static Headers clientTestCookies() {
    String now =
        DateTimeFormatter.ofPattern("EEE, dd MMM yyyy HH:mm:ss 'GMT'", Locale.ROOT)
            .format(ZonedDateTime.now(ZoneOffset.UTC));
    return Headers.of(
        "Set-Cookie", "1=1; Max-Age=86400",
        "Set-Cookie", "2=2; Path=/; HttpOnly; Secure; SameSite=Strict",
        "Set-Cookie", "3=3; Max-Age=0",
        "Set-Cookie", "4=4; Expires=" + now);
  }
}

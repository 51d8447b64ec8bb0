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

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sockeye.engineio.server.internal.MemoryExchange;
import io.sockeye.engineio.server.internal.MemoryWeb;
import io.sockeye.engineio.server.spi.HttpExchange;
import io.sockeye.engineio.server.spi.HttpHandler;
import io.sockeye.engineio.server.spi.WebSocketUpgrade;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Options that are refused, and what the newer ones do. */
class OptionsTest {
  private static final String POLLING = "/engine.io/?EIO=4&transport=polling";

  private static EngineIoOptions.Builder engine() {
    return EngineIoOptions.builder();
  }

  static Stream<Arguments> refused() {
    return Stream.of(
        refused(() -> engine().path("engine.io"), "path: \"engine.io\" (expected: "),
        refused(() -> engine().path("/a b"), "path: \"/a b\" (expected: "),
        refused(() -> engine().transports(Set.of()), "transports: [] (expected: at least one)"),
        refused(() -> engine().pingInterval(Duration.ZERO), "pingInterval: PT0S (expected: "),
        refused(() -> engine().pingGrace(Duration.ofSeconds(-1)), "pingGrace: PT-1S (expected: "),
        refused(() -> engine().pingTimeout(Duration.ofNanos(1)), "pingTimeout: PT0.000000001S"),
        refused(() -> engine().upgradeTimeout(Duration.ZERO), "upgradeTimeout: PT0S (expected: "),
        refused(() -> engine().handshakeTimeout(Duration.ZERO), "handshakeTimeout: PT0S"),
        refused(() -> engine().bodyTimeout(Duration.ofDays(366)), "bodyTimeout: PT8784H"),
        refused(() -> engine().closeTimeout(Duration.ZERO), "closeTimeout: PT0S (expected: > 0"),
        refused(() -> engine().maxPayload(0), "maxPayload: 0 (expected: >= 1)"),
        refused(() -> engine().maxPacketsPerPayload(0), "maxPacketsPerPayload: 0 (expected: "),
        refused(() -> engine().maxOutboundBytes(0), "maxOutboundBytes: 0 (expected: >= 1)"),
        refused(() -> engine().maxOutboundPackets(0), "maxOutboundPackets: 0 (expected: "),
        refused(() -> engine().maxInboxPackets(1), "maxInboxPackets: 1 (expected: >= 2)"),
        refused(() -> engine().maxSessions(0), "maxSessions: 0 (expected: >= 1)"),
        refused(() -> engine().httpCompressionThreshold(-1), "httpCompressionThreshold: -1"),
        refused(() -> engine().perMessageDeflateThreshold(-1), "perMessageDeflateThreshold: -1"),
        refused(() -> engine().maxHandlerThreads(0), "maxHandlerThreads: 0 (expected: >= 1)"),
        refused(
            () ->
                engine().pingInterval(Duration.ofDays(20)).pingTimeout(Duration.ofDays(5)).build(),
            "pingInterval, pingGrace and pingTimeout: PT600H (expected: together at most"),
        refused(
            () -> engine().legacyUtf8Payload(true).build(),
            "legacyUtf8Payload: set, and allowEio3 is false (expected: true; "),
        refused(
            () -> engine().jsonp(true).transports(Set.of(TransportType.WEBSOCKET)).build(),
            "jsonp: true with transports [WEBSOCKET] (expected: POLLING among them)"),
        refused(
            () ->
                engine().perMessageDeflate(true).transports(Set.of(TransportType.POLLING)).build(),
            "perMessageDeflate: true with transports [POLLING] (expected: WEBSOCKET among them)"),
        refused(() -> CookieOptions.named("a b"), "cookie.name: \"a b\" (expected: a token)"),
        refused(
            () -> CookieOptions.named("io").maxAge(Duration.ofMillis(1)),
            "cookie.maxAge: PT0.001S (expected: >= PT1S)"),
        refused(
            () -> CookieOptions.named("io").sameSite(CookieOptions.SameSite.NONE).build(),
            "cookie.sameSite: NONE without secure (expected: secure; "),
        refused(
            () -> CookieOptions.named("__Secure-io").build(),
            "cookie.name: \"__Secure-io\" without secure"),
        refused(
            () -> CookieOptions.named("__Host-io").secure(true).path("/live").build(),
            "cookie.name: \"__Host-io\" (expected: secure, the path / and no domain"),
        refused(
            () -> CorsOptions.anyOrigin().credentials(true).build(),
            "cors.credentials: true with ANY (expected: a list of origins or a predicate)"),
        refused(
            () -> CorsOptions.origins("https://a.example").methods("GET,POST"),
            "cors.methods: \"GET,POST\" (expected: a token)"),
        refused(
            () -> CorsOptions.origins("https://a.example").maxAge(Duration.ofSeconds(-1)),
            "cors.maxAge: PT-1S (expected: >= 0"),
        refused(() -> WebServerOptions.builder().port(-1), "port: -1 (expected: 0 to 65535)"),
        refused(() -> WebServerOptions.builder().host(" "), "host: \" \" (expected: "),
        refused(
            () -> WebServerOptions.builder().port(1).unixDomainSocket(Path.of("/tmp/s")).build(),
            "unixDomainSocket: /tmp/s with host or port (expected: either of them)"));
  }

  private static Arguments refused(Supplier<?> options, String message) {
    return Arguments.of(message, (ThrowingCallable) options::get);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("refused")
  void refusedWithSubjectValueAndExpectation(String message, ThrowingCallable options) {
    assertThatThrownBy(options)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(message);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "*",
        "https://*.example",
        "a.example",
        "https://a.example/",
        "https://A.example",
        "https://a.example:443",
        "http://a.example:80",
        "https://user@a.example",
        ""
      })
  void anOriginThatNoBrowserSendsIsRefused(String origin) {
    assertThatThrownBy(() -> CorsOptions.origins(origin))
        .hasMessageStartingWith("cors.origins: \"" + origin + "\" (expected: scheme, host");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://a.example",
        "http://localhost:5173",
        "https://a.example:80",
        "https://[::1]:8443",
        "capacitor://localhost",
        "file://",
        "null"
      })
  void anOriginThatBrowsersSendIsTaken(String origin) {
    assertThatCode(() -> CorsOptions.origins(origin).build()).doesNotThrowAnyException();
  }

  @Test
  void whatIsBuiltCanBeBuiltOn() {
    EngineIoOptions options = engine().dev().pingGrace(Duration.ofSeconds(3)).build();

    assertThat(options.toBuilder().build()).usingRecursiveComparison().isEqualTo(options);
  }

  @Test
  void theGraceIsForThoseWhoWaitForPings() {
    Engine engine = Engine.start(options -> options.pingGrace(Duration.ofMillis(50)));

    assertThat(engine.web.get(POLLING).text()).contains("\"pingInterval\":350,");
    assertThat(engine.web.get("/engine.io/?EIO=3&transport=polling").text())
        .contains("\"pingInterval\":300,");
  }

  @ParameterizedTest
  @CsvSource({
    "http://localhost:5173, 200",
    "https://127.0.0.1, 200",
    "http://[::1]:8080, 200",
    "http://here.example, 200",
    "http://localhost.evil.example, 403",
    "http://evil.example, 403",
    "null, 403"
  })
  void inDevelopmentPagesOfThisMachineMayConnect(String origin, int status) {
    Engine engine = Engine.start(EngineIoOptions.Builder::dev);

    MemoryExchange answer = engine.web.get(POLLING, "Host", "here.example", "Origin", origin);

    assertThat(answer.status()).isEqualTo(status);
    assertThat(answer.header("Access-Control-Allow-Origin"))
        .isEqualTo(status == 200 ? origin : null);
  }

  @Test
  void theAccessLogHasALinePerAnswer() {
    List<String> lines = new ArrayList<>();
    long[] now = {0};
    AccessLog log = new AccessLog(lines::add, () -> now[0]);
    Engine engine = Engine.start();
    MemoryWeb web =
        new MemoryWeb(
            new HttpHandler() {
              @Override
              public boolean matches(String path) {
                return true;
              }

              @Override
              public void handle(HttpExchange exchange) {
                HttpExchange watched = log.watch(exchange);
                now[0] += Duration.ofMillis(7).toNanos();
                engine.server.handle(watched);
              }

              @Override
              public void handle(WebSocketUpgrade upgrade) {
                engine.server.handle(log.watch(upgrade));
              }
            });

    String sid = Engine.sid(web.get(POLLING).text());
    web.get(POLLING + "&sid=unknown");
    web.webSocket("/engine.io/?EIO=5&transport=websocket");
    web.webSocket("/engine.io/?EIO=4&transport=websocket");
    web.get(POLLING + "&sid=" + sid).drop();
    log.opened(engine.session());
    log.closed(engine.session(), CloseReason.PING_TIMEOUT);

    assertThat(lines)
        .containsExactly(
            "127.0.0.1 GET /engine.io/ 200 in 7 ms",
            "127.0.0.1 GET /engine.io/ 400 {\"code\":1,\"message\":\"Session ID unknown\"} in 7 ms",
            "127.0.0.1 GET /engine.io/ 400 {\"code\":5,\"message\":\"Unsupported protocol version\"} in 0"
                + " ms",
            "127.0.0.1 GET /engine.io/ 101 in 0 ms",
            "127.0.0.1 GET /engine.io/ left by its client in 7 ms",
            "127.0.0.1 opened a session(revision 4, websocket)",
            "127.0.0.1 closed a session(revision 4, websocket): ping timeout");
  }
}

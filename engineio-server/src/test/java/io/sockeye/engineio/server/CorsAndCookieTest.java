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

import io.sockeye.engineio.server.internal.MemoryExchange;
import io.sockeye.engineio.server.internal.MemorySocket;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who may call from where, and cookies (rules E91 to E95). */
class CorsAndCookieTest {
  private static final String POLLING = "/engine.io/?EIO=4&transport=polling";
  private static final String WEBSOCKET = "/engine.io/?EIO=4&transport=websocket";

  private final Engine engine =
      Engine.start(
          options ->
              options.cors(
                  CorsOptions.origins("http://a.example", "http://b.example")
                      .credentials(true)
                      .methods("GET", "POST")
                      .allowedHeaders("x-one")
                      .maxAge(Duration.ofMinutes(10))
                      .build()));

  private MemoryExchange preflight(String origin) {
    return engine.web.begin("OPTIONS", POLLING, "Origin", origin);
  }

  @Test
  void e91APreflightIsAnswered() {
    MemoryExchange answer = preflight("http://a.example");

    assertThat(answer.status()).isEqualTo(204);
    assertThat(answer.header("Access-Control-Allow-Origin")).isEqualTo("http://a.example");
    assertThat(answer.header("Access-Control-Allow-Credentials")).isEqualTo("true");
    assertThat(answer.header("Access-Control-Allow-Methods")).isEqualTo("GET,POST");
    assertThat(answer.header("Access-Control-Allow-Headers")).isEqualTo("x-one");
    assertThat(answer.header("Access-Control-Max-Age")).isEqualTo("600");
    assertThat(answer.headers().all("Vary")).anyMatch(value -> value.contains("Origin"));
  }

  @Test
  void e92AnActualRequestGetsOriginAndCredentials() {
    MemoryExchange answer = engine.web.get(POLLING, "Origin", "http://b.example");

    assertThat(answer.header("Access-Control-Allow-Origin")).isEqualTo("http://b.example");
    assertThat(answer.header("Access-Control-Allow-Credentials")).isEqualTo("true");
    assertThat(answer.header("Access-Control-Allow-Methods")).isNull();
  }

  @Test
  void e93AForeignOriginIsRefusedOnEveryTransportAndNotReflected() {
    for (MemoryExchange answer :
        java.util.List.of(
            engine.web.get(POLLING, "Origin", "http://evil.example"),
            engine.web.post(POLLING, "4a", "Origin", "http://evil.example"),
            engine.web.get(POLLING, "Origin", "null"),
            preflight("http://evil.example"))) {
      assertThat(answer.status()).isEqualTo(403);
      assertThat(answer.header("Access-Control-Allow-Origin")).isNull();
      assertThat(answer.text()).doesNotContain("evil");
    }
    assertThat(engine.web.webSocket(WEBSOCKET, "Origin", "http://evil.example").refusal().status())
        .isEqualTo(403);
    assertThat(engine.sessions).isEmpty();
  }

  @Test
  void aRequestWithoutAnOriginPasses() {
    assertThat(engine.web.get(POLLING).status()).isEqualTo(200);
    assertThat(engine.web.webSocket(WEBSOCKET).isOpen()).isTrue();
  }

  @ParameterizedTest(name = "E95 {0}: {1}")
  @CsvSource({
    "http://here.example:8080, 200",
    "https://here.example:8080, 200", // a proxy may have ended TLS
    "http://here.example, 403",
    "http://here.example:8081, 403",
    "http://evil.example, 403",
    "null, 403",
    "'', 403"
  })
  void e95ByDefaultOnlyTheSameOriginPasses(String origin, int status) {
    Engine plain = Engine.start();

    assertThat(plain.web.get(POLLING, "Host", "here.example:8080", "Origin", origin).status())
        .isEqualTo(status);
    MemorySocket socket =
        plain.web.webSocket(WEBSOCKET, "Host", "here.example:8080", "Origin", origin);
    assertThat(socket.isOpen()).isEqualTo(status == 200);
  }

  @Test
  void e95ForwardedHeadersAreNotTrusted() {
    Engine plain = Engine.start();

    assertThat(
            plain
                .web
                .get(
                    POLLING,
                    "Host",
                    "here.example",
                    "X-Forwarded-Host",
                    "evil.example",
                    "Origin",
                    "http://evil.example")
                .status())
        .isEqualTo(403);
  }

  @Test
  void anyOriginGoesWithoutCredentials() {
    Engine open = Engine.start(options -> options.cors(CorsOptions.anyOrigin().build()));
    MemoryExchange answer = open.web.get(POLLING, "Origin", "http://x.example");

    assertThat(answer.header("Access-Control-Allow-Origin")).isEqualTo("*");
    assertThat(answer.header("Access-Control-Allow-Credentials")).isNull();
  }

  @Test
  void e94ThereIsNoCookieByDefault() {
    assertThat(Engine.start().web.get(POLLING).header("Set-Cookie")).isNull();
  }

  @Test
  void e94TheCookieComesOnceAndAsAsked() {
    Engine plain = Engine.start(options -> options.cookie(CookieOptions.named("io").build()));
    MemoryExchange handshake = plain.web.get(POLLING);
    String sid = Engine.sid(handshake.text());

    assertThat(handshake.header("Set-Cookie"))
        .isEqualTo("io=" + sid + "; Path=/; HttpOnly; SameSite=Lax");
    assertThat(plain.web.get(POLLING + "&sid=" + sid).isAnswered()).isFalse();
    assertThat(plain.web.webSocket(WEBSOCKET).acceptHeaders().get("Set-Cookie")).isNull();
  }

  @Test
  void e94TheCookieHasEveryOption() {
    Engine all =
        Engine.start(
            options ->
                options.cookie(
                    CookieOptions.named("x")
                        .path("/io")
                        .domain("a.example")
                        .maxAge(Duration.ofHours(1))
                        .httpOnly(false)
                        .secure(true)
                        .sameSite(CookieOptions.SameSite.STRICT)
                        .build()));

    assertThat(all.web.get(POLLING).header("Set-Cookie"))
        .matches(
            "x=[A-Za-z0-9_-]{20}; Path=/io; Domain=a\\.example; Max-Age=3600; Secure;"
                + " SameSite=Strict");
    Engine none =
        Engine.start(
            options -> options.cookie(CookieOptions.named("x").path(null).sameSite(null).build()));
    assertThat(none.web.get(POLLING).header("Set-Cookie")).matches("x=[A-Za-z0-9_-]{20}; HttpOnly");
  }
}

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
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Handshakes and the checks before them (rules E1 to E23). */
class HandshakeTest {
  private static final String POLLING = "/engine.io/?EIO=4&transport=polling";
  private static final String WEBSOCKET = "/engine.io/?EIO=4&transport=websocket";

  private static void assertRefused(MemoryExchange answer, int code, String message) {
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.text()).isEqualTo("{\"code\":" + code + ",\"message\":\"" + message + "\"}");
    assertThat(answer.header("Content-Type")).isEqualTo("application/json");
  }

  @ParameterizedTest(name = "E1 E2 {0}")
  @ValueSource(
      strings = {
        "/engine.io/?EIO=4",
        "/engine.io/?EIO=4&transport=",
        "/engine.io/?EIO=4&transport=tobi",
        "/engine.io/?EIO=4&transport=constructor",
        "/engine.io/?EIO=4&transport=__proto__",
        "/engine.io/?EIO=4&transport=webtransport",
        "/engine.io/"
      })
  void transportsThatAreNotThereAreCode0(String uri) {
    assertRefused(Engine.start().web.get(uri), 0, "Transport unknown");
  }

  @ParameterizedTest(name = "E3 {0}")
  @ValueSource(
      strings = {
        "transport=polling",
        "transport=polling&EIO=abc",
        "transport=polling&EIO=5",
        "transport=polling&EIO=5&j=0",
        "transport=polling&j=none"
      })
  void revisionsThatAreNotThereAreCode5(String query) {
    assertRefused(
        Engine.start().web.get("/engine.io/?" + query), 5, "Unsupported protocol version");
  }

  @Test
  void e3Revision3IsRefusedUnlessAllowed() {
    Engine engine = Engine.start(options -> options.allowEio3(false).jsonp(false));

    assertRefused(
        engine.web.get("/engine.io/?EIO=3&transport=polling"), 5, "Unsupported protocol version");
    assertRefused(
        engine.web.get("/engine.io/?EIO=3&transport=polling&j=0"),
        5,
        "Unsupported protocol version");
    MemorySocket socket = engine.web.webSocket("/engine.io/?EIO=3&transport=websocket");
    assertThat(socket.isOpen()).isFalse();
    assertThat(socket.refusal().status()).isEqualTo(400);
  }

  @Test
  void e4Revision3IsLengthPrefixed() {
    String answer = Engine.start().web.get("/engine.io/?EIO=3&transport=polling").text();

    assertThat(answer).matches("\\d+:0\\{.*}");
    int colon = answer.indexOf(':');
    assertThat(answer.length() - colon - 1).isEqualTo(Integer.parseInt(answer.substring(0, colon)));
  }

  @ParameterizedTest(name = "E5 E6 {0}")
  @ValueSource(strings = {"POST", "PUT", "HEAD", "DELETE", "OPTIONS"})
  void onlyGetOpensASession(String method) {
    assertRefused(Engine.start().web.request(method, POLLING), 2, "Bad handshake method");
  }

  @ParameterizedTest(name = "E7 E8 {0}")
  @ValueSource(strings = {"test", "__proto__", "constructor", "%0d%0aX:y"})
  void unknownSessionsAreCode1(String sid) {
    Engine engine = Engine.start();

    assertRefused(engine.web.get(POLLING + "&sid=" + sid), 1, "Session ID unknown");
    MemorySocket socket = engine.web.webSocket(WEBSOCKET + "&sid=" + sid);
    assertThat(socket.refusal().status()).isEqualTo(400);
    assertThat(socket.refusalText()).contains("Session ID unknown").doesNotContain(sid);
  }

  @Test
  void e9AnEmptySidIsAHandshake() {
    assertThat(Engine.start().web.get(POLLING + "&sid=").text()).startsWith("0{\"sid\":");
  }

  @Test
  void e10WebSocketNeedsAnUpgrade() {
    assertRefused(Engine.start().web.get(WEBSOCKET), 3, "Bad request");
  }

  @Test
  void e11AWrongTransportLeavesTheSessionAlone() {
    Engine engine = Engine.start();
    Engine.Polling peer = engine.polling();

    assertRefused(engine.web.get(peer.uri.replace("=polling", "=websocket")), 3, "Bad request");
    peer.post("4still here");
    assertThat(peer.poll().text()).isEqualTo("4still here");
  }

  @ParameterizedTest(name = "E12 {0}")
  @ValueSource(strings = {"EIO=3", "EIO=", "x=y"})
  void aSessionKeepsItsRevision(String revision) {
    Engine engine = Engine.start();
    Engine.Polling peer = engine.polling();

    assertRefused(engine.web.get(peer.uri.replace("EIO=4", revision)), 3, "Bad request");
    peer.post("4still here");
    assertThat(peer.poll().text()).isEqualTo("4still here");
  }

  @Test
  void e13ControlCharactersInOriginAreCode3() {
    assertRefused(Engine.start().web.get(POLLING, "Origin", "http://a\u0001b"), 3, "Bad request");
  }

  @Test
  void e14TheHandshakeCheckRefuses() {
    Engine engine =
        Engine.start(
            options ->
                options.handshakeCheck(
                    HandshakeCheck.admitting(
                        request -> request.query("no") == null, "Thou shall not")));

    MemoryExchange answer = engine.web.get(POLLING + "&no=1");
    assertThat(answer.status()).isEqualTo(403);
    assertThat(answer.text()).isEqualTo("{\"code\":4,\"message\":\"Thou shall not\"}");
    MemorySocket socket = engine.web.webSocket(WEBSOCKET + "&no=1");
    assertThat(socket.refusal().status()).isEqualTo(403);
    assertThat(socket.refusalText()).isEqualTo("{\"code\":4,\"message\":\"Thou shall not\"}");
    assertThat(engine.web.get(POLLING).status()).isEqualTo(200);
  }

  @Test
  void theHandshakeCheckMayTakeItsTimeButNotForever() {
    Queue<CompletableFuture<HandshakeCheck.Verdict>> verdicts = new ArrayDeque<>();
    Engine engine =
        Engine.start(
            options ->
                options
                    .handshakeTimeout(Duration.ofSeconds(1))
                    .handshakeCheck(
                        request -> {
                          CompletableFuture<HandshakeCheck.Verdict> verdict =
                              new CompletableFuture<>();
                          verdicts.add(verdict);
                          return verdict;
                        }));

    MemoryExchange accepted = engine.web.get(POLLING);
    assertThat(accepted.isAnswered()).isFalse();
    assertThat(engine.server.sessionCount()).isZero();
    verdicts.remove().complete(HandshakeCheck.Verdict.ACCEPTED);
    assertThat(accepted.text()).startsWith("0{");

    MemoryExchange forgotten = engine.web.get(POLLING);
    engine.clock.advance(1010);
    assertThat(forgotten.status()).isEqualTo(403);
    verdicts.remove().complete(HandshakeCheck.Verdict.ACCEPTED);

    MemoryExchange failed = engine.web.get(POLLING);
    verdicts.remove().completeExceptionally(new IllegalStateException("no database"));
    assertThat(failed.text()).isEqualTo("{\"code\":4,\"message\":\"Forbidden\"}");

    MemoryExchange gone = engine.web.get(POLLING);
    gone.drop();
    verdicts.remove().complete(HandshakeCheck.Verdict.ACCEPTED);
    assertThat(engine.sessions).hasSize(1);
  }

  @Test
  void e15AnIdGeneratorThatFailsIsCode3() {
    Engine engine =
        Engine.start(
            options ->
                options.idGenerator(
                    () -> {
                      throw new IllegalStateException("no ids today");
                    }));

    assertRefused(engine.web.get(POLLING), 3, "Bad request");
    assertThat(engine.web.webSocket(WEBSOCKET).refusal().status()).isEqualTo(400);
  }

  @Test
  void e15AnIdIsNeverGivenTwice() {
    Engine engine = Engine.start(options -> options.idGenerator(() -> "01234567890123456789"));

    assertThat(engine.web.get(POLLING).status()).isEqualTo(200);
    assertRefused(engine.web.get(POLLING), 3, "Bad request");
  }

  @Test
  void e16ErrorsCarryCorsHeaders() {
    Engine engine =
        Engine.start(options -> options.cors(CorsOptions.origins("http://a.example").build()));

    assertThat(
            engine
                .web
                .get("/engine.io/?EIO=4&transport=tobi", "Origin", "http://a.example")
                .header("Access-Control-Allow-Origin"))
        .isEqualTo("http://a.example");
  }

  @Test
  void e17TheOpenPacketHasFiveKeysInOrder() {
    Engine engine = Engine.start();

    assertThat(engine.web.get(POLLING).text())
        .matches(
            "0\\{\"sid\":\"[A-Za-z0-9_-]{20}\",\"upgrades\":\\[\"websocket\"],\"pingInterval\":300,"
                + "\"pingTimeout\":200,\"maxPayload\":1000000}");
    assertThat(engine.web.webSocket(WEBSOCKET).take())
        .singleElement()
        .asString()
        .matches(
            "0\\{\"sid\":\"[A-Za-z0-9_-]{20}\",\"upgrades\":\\[],\"pingInterval\":300,"
                + "\"pingTimeout\":200,\"maxPayload\":1000000}");
  }

  @Test
  void e17NothingIsOfferedThatCannotBeHad() {
    assertThat(Engine.start(options -> options.allowUpgrades(false)).web.get(POLLING).text())
        .contains("\"upgrades\":[]");
    assertThat(
            Engine.start(options -> options.transports(Set.of(TransportType.POLLING)))
                .web
                .get(POLLING)
                .text())
        .contains("\"upgrades\":[]");
  }

  @Test
  void e18IdsAreOfTwentyUrlSafeCharactersAndNeverRepeat() {
    Set<String> ids = new HashSet<>();
    for (int i = 0; i < 1_000_000; i++) {
      String id = SessionIds.next();
      if (i < 1000) {
        assertThat(id).matches("[A-Za-z0-9_-]{20}");
      }
      ids.add(id);
    }
    assertThat(ids).hasSize(1_000_000);
  }

  @Test
  void e19TheTimesOfTheHeartbeatAreThoseOfTheOptions() {
    Engine engine =
        Engine.start(
            options ->
                options.pingInterval(Duration.ofSeconds(7)).pingTimeout(Duration.ofMillis(123)));

    assertThat(engine.web.get(POLLING).text())
        .contains("\"pingInterval\":7000,\"pingTimeout\":123");
  }

  @Test
  void e21TheApplicationSeesTheQueryAndTheHeaders() {
    Engine engine = Engine.start();
    engine.web.get(POLLING + "&a=1%202&b=%C3%B6&a=3", "X-Custom", "yes");

    HttpRequest request = engine.session().request();
    assertThat(request.query("b")).isEqualTo("ö");
    assertThat(request.query("a")).isEqualTo("3");
    assertThat(request.header("x-custom")).isEqualTo("yes");
  }

  @Test
  void e22SessionsAreCounted() {
    Engine engine = Engine.start();
    Engine.Polling first = engine.polling();
    MemorySocket second = engine.webSocket();
    assertThat(engine.server.sessionCount()).isEqualTo(2);

    first.post("1");
    second.send("1");
    assertThat(engine.server.sessionCount()).isZero();
    assertThat(engine.server.counters())
        .containsEntry(Counter.SESSIONS_OPENED, 2L)
        .containsEntry(Counter.SESSIONS_CLOSED, 2L);
  }

  @Test
  void thePathIsExact() {
    Engine engine = Engine.start();

    assertThat(List.of("/engine.io/", "/engine.io")).allMatch(engine.server::matches);
    assertThat(List.of("/", "/engine.io/foo", "/engine.iox", "/ENGINE.IO/", "//engine.io/"))
        .noneMatch(engine.server::matches);
  }

  @Test
  void webSocketOnPollingIsCode3() {
    MemorySocket socket = Engine.start().web.webSocket(POLLING);

    assertThat(socket.refusal().status()).isEqualTo(400);
    assertThat(socket.refusalText()).isEqualTo("{\"code\":3,\"message\":\"Bad request\"}");
  }

  @Test
  void theNumberOfSessionsIsBounded() {
    Engine engine = Engine.start(options -> options.maxSessions(1));
    assertThat(engine.web.get(POLLING).status()).isEqualTo(200);

    MemoryExchange refused = engine.web.get(POLLING);
    assertThat(refused.status()).isEqualTo(503);
    assertThat(refused.header("Retry-After")).isNotNull();
  }

  @Test
  void anUnknownMethodOnASessionIs405AndLeavesItAlone() {
    Engine engine = Engine.start();
    Engine.Polling peer = engine.polling();

    assertThat(engine.web.request("PUT", peer.uri).status()).isEqualTo(405);
    assertThat(engine.web.request("PUT", peer.uri).header("Allow")).isEqualTo("GET, POST");
    assertThat(engine.web.request("DELETE", peer.uri).status()).isEqualTo(405);
    assertThat(peer.isAlive()).isTrue();
  }

  @Test
  void aHookThatFailsLeavesNoRequestUnansweredAndNoSession() {
    Engine engine =
        Engine.start(
            options ->
                options.initialHeaders(
                    request -> {
                      throw new StackOverflowError("a test");
                    }));

    assertThat(engine.web.get("/engine.io/?EIO=4&transport=polling").status()).isEqualTo(500);
    assertThat(engine.web.webSocket("/engine.io/?EIO=4&transport=websocket").refusal().status())
        .isEqualTo(500);
    assertThat(engine.server.sessionCount()).isZero();
  }

  @Test
  void aSessionEndsWhollyThoughAHookFails() {
    AtomicBoolean fails = new AtomicBoolean();
    Engine engine =
        Engine.start(
            options ->
                options.responseHeaders(
                    request -> {
                      if (fails.get()) {
                        throw new IllegalStateException("a test");
                      }
                      return Headers.EMPTY;
                    }));
    Engine.Polling peer = engine.polling();
    MemoryExchange poll = peer.poll();
    fails.set(true);
    engine.session().closeNow(CloseReason.FORCED_CLOSE);

    assertThat(poll.text()).isEqualTo("1");
    assertThat(engine.takeHeard()).containsExactly("closed: forced close");
    assertThat(engine.server.sessionCount()).isZero();
  }

  @Test
  void aCheckWithoutAVerdictRefuses() {
    Engine engine =
        Engine.start(
            options -> options.handshakeCheck(request -> CompletableFuture.completedStage(null)));

    assertThat(engine.web.get("/engine.io/?EIO=4&transport=polling").status()).isEqualTo(403);
  }
}

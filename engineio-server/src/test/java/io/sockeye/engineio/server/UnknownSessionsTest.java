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
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.sockeye.engineio.server.internal.ManualClock;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the operator hears of requests that came to the wrong process. */
class UnknownSessionsTest {
  private final ManualClock clock = new ManualClock();
  private final List<String> warnings = new ArrayList<>();
  private final UnknownSessions unknown =
      new UnknownSessions(clock.timers(), () -> " And more.", warnings::add);

  @Test
  void theFirstIsToldAtOnceAndWhatItMeans() {
    unknown.foreign();

    assertThat(warnings)
        .containsExactly(
            "Session ID unknown: refused 1 request(s) since the last such warning, for sessions"
                + " that are not of this process. Either several processes are behind a proxy that"
                + " does not send all requests of a session to the same one (no sticky sessions),"
                + " or clients came back to sessions that ended long ago or in an earlier process."
                + " And more.");
  }

  @Test
  void thereIsOneWarningAMinuteWithTheNumberOfAll() {
    unknown.foreign();
    clock.advance(59_999);
    unknown.foreign();
    unknown.foreign();
    assertThat(warnings).hasSize(1);

    clock.advance(1);
    unknown.foreign();
    unknown.foreign();
    assertThat(warnings).hasSize(2);
    assertThat(warnings.get(1)).contains("refused 3 request(s)");

    clock.advance(600_000);
    unknown.foreign();
    assertThat(warnings.get(2)).contains("refused 2 request(s)");
  }

  @Test
  void idsWithAPrefixMayBeOfAnotherProcessToo() {
    assertThat(unknown.isForeign(SessionIds.next())).isTrue();
    assertThat(unknown.isForeign(SessionIds.next("node-1.eu_west~"))).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "test",
        "ABCDEFGHIJ-123456_a",
        "ABCDEFGHIJ-123456_a/",
        "ABCDEFGHIJ-123456_a\n",
        "ABCDEFGHIJ-12345678.ab",
        "ABCDEFGHIJABCDEFGHIJABCDEFGHIJABCDEFGHIJK"
      })
  void whatNobodyMadeIsOfNoProcess(String sid) {
    assertThat(unknown.isForeign(sid)).isFalse();
  }

  @Test
  void whatEndedHereIsNotOfAnotherProcess() {
    List<String> ended = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      ended.add(SessionIds.next());
      unknown.ended(ended.get(i));
    }

    // One may be where another one was, but hardly many.
    assertThat(ended.stream().filter(unknown::isForeign)).hasSizeLessThan(20);
    assertThat(unknown.isForeign(ended.get(99))).isFalse();
  }

  @Test
  void theRefusalsAreCountedOnEveryTransport() {
    Engine engine = Engine.start();
    String sid = SessionIds.next();
    engine.web.get("/engine.io/?EIO=4&transport=polling&sid=" + sid);
    engine.web.request("POST", "/engine.io/?EIO=4&transport=polling&sid=" + sid);
    engine.web.webSocket("/engine.io/?EIO=4&transport=websocket&sid=" + sid);
    engine.web.get("/engine.io/?EIO=4&transport=polling&sid=made-up");

    assertThat(engine.server.counters())
        .containsEntry(Counter.UNKNOWN_SESSIONS, 4L)
        .containsEntry(Counter.FOREIGN_SESSIONS, 3L)
        .containsEntry(Counter.REQUESTS_REFUSED, 4L);
  }

  @Test
  void aRequestForASessionThatHasJustEndedIsCountedApart() {
    Engine engine = Engine.start();
    Engine.Polling peer = engine.polling();
    peer.post("1");

    assertThat(engine.web.get(peer.uri).status()).isEqualTo(400);
    assertThat(engine.server.counters())
        .containsEntry(Counter.UNKNOWN_SESSIONS, 1L)
        .containsEntry(Counter.FOREIGN_SESSIONS, 0L);
  }

  @Test
  void aPrefixOfTheNodeIsInFrontOfAnIdAndItsCookie() {
    Engine engine =
        Engine.start(
            options ->
                options
                    .idGenerator(() -> SessionIds.next("b."))
                    .cookie(CookieOptions.named("io").build()));

    assertThat(engine.web.get("/engine.io/?EIO=4&transport=polling").header("Set-Cookie"))
        .matches("io=b\\.[\\w-]{20}; Path=/; HttpOnly; SameSite=Lax");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a b", "a;", "é", "a%20", "abcdefghijabcdefghijk"})
  void aPrefixIsNothingThatNeedsEscapes(String prefix) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> SessionIds.next(prefix))
        .withMessageStartingWith("prefix: \"" + prefix + "\" (expected: 1 to 20 of ");
  }
}

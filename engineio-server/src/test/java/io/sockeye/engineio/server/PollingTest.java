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

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.sockeye.engineio.server.internal.MemoryExchange;
import io.sockeye.engineio.server.internal.MemorySocket;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.zip.GZIPInputStream;
import java.util.zip.InflaterInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Long-polling of revision 4 (rules E24 to E46). */
class PollingTest {
  private static final String BAD_REQUEST = "{\"code\":3,\"message\":\"Bad request\"}";

  private final Engine engine = Engine.start();
  private final Engine.Polling peer = engine.polling();

  @Test
  void e24AMessageComesBack() {
    peer.post("4hello");

    assertThat(peer.poll().text()).isEqualTo("4hello");
  }

  @Test
  void e25MessagesKeepTheirOrder() {
    peer.post("4test1\u001e4test2\u001e4test3");

    assertThat(peer.poll().text()).isEqualTo("4test1\u001e4test2\u001e4test3");
  }

  @Test
  void e26BinaryIsBase64() {
    peer.post("4hello\u001ebAQIDBA==");

    assertThat(engine.takeHeard()).containsExactly("text hello", "binary 01020304");
    MemoryExchange answer = peer.poll();
    assertThat(answer.text()).isEqualTo("4hello\u001ebAQIDBA==");
    assertThat(answer.header("Content-Type")).isEqualTo("text/plain; charset=UTF-8");
  }

  @Test
  void e27APostIsAnsweredWithOk() {
    MemoryExchange answer = peer.post("4a");

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.text()).isEqualTo("ok");
    assertThat(answer.header("Content-Type")).isEqualTo("text/html");
  }

  @ParameterizedTest(name = "E28 E29 \"{0}\"")
  @ValueSource(strings = {"abc", "", "7", "8x", "9", "b!!!!", "\u001e4a"})
  void aMalformedPayloadEndsTheSession(String body) {
    MemoryExchange answer = peer.post(body);

    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.text()).isEqualTo(BAD_REQUEST);
    assertThat(engine.takeHeard()).containsExactly("closed: parse error");
    assertThat(peer.poll().text()).isEqualTo("{\"code\":1,\"message\":\"Session ID unknown\"}");
  }

  @ParameterizedTest(name = "E30 E31 \"{0}\"")
  @ValueSource(strings = {"4a\u001e", "4a\u001ex\u001e4b"})
  void whatCameBeforeTheMalformedPacketIsDelivered(String body) {
    peer.post(body);

    assertThat(engine.takeHeard()).containsExactly("text a", "closed: parse error");
  }

  @Test
  void e32NothingIsDeliveredAfterAClosePacket() {
    peer.post("1\u001e4late");

    assertThat(engine.takeHeard()).containsExactly("closed: transport close");
  }

  @Test
  void e33ASecondPollEndsTheSession() {
    MemoryExchange first = peer.poll();
    MemoryExchange second = peer.poll();

    assertThat(first.text()).isEqualTo("1");
    assertThat(first.status()).isEqualTo(200);
    assertThat(second.status()).isEqualTo(400);
    assertThat(second.text()).isEqualTo(BAD_REQUEST);
    assertThat(engine.takeHeard()).containsExactly("closed: transport error");
    assertThat(peer.isAlive()).isFalse();
  }

  @Test
  void e34ASecondPostEndsTheSession() {
    MemoryExchange first = engine.web.begin("POST", peer.uri);
    MemoryExchange second = engine.web.begin("POST", peer.uri);

    assertThat(first.status()).isEqualTo(400);
    assertThat(first.text()).isEqualTo(BAD_REQUEST);
    assertThat(second.status()).isEqualTo(400);
    assertThat(second.text()).isEqualTo(BAD_REQUEST);
    assertThat(peer.isAlive()).isFalse();
  }

  @Test
  void e35AnAbortedPollEndsTheSession() {
    peer.poll().drop();

    assertThat(engine.takeHeard()).containsExactly("closed: transport error");
    assertThat(peer.poll().text()).contains("\"code\":1");
  }

  @Test
  void anAbortedPostEndsTheSession() {
    MemoryExchange post = engine.web.begin("POST", peer.uri);
    post.chunk("4ab".getBytes(UTF_8));
    post.drop();

    assertThat(engine.takeHeard()).containsExactly("closed: transport error");
  }

  @Test
  void e36ALeavingPeersPollIsReleased() {
    MemoryExchange poll = peer.poll();
    MemoryExchange post = peer.post("1");

    assertThat(poll.text()).isEqualTo("6");
    assertThat(post.text()).isEqualTo("ok");
    assertThat(engine.takeHeard()).containsExactly("closed: transport close");
  }

  @Test
  void e37ABodyMayBeAsLargeAsTheLimitAndNoLarger() {
    Engine small = Engine.start(options -> options.maxPayload(100));
    assertThat(small.polling().post("4" + "x".repeat(99)).status()).isEqualTo(200);

    MemoryExchange over = small.polling().post("4" + "x".repeat(100));
    assertThat(over.status()).isEqualTo(413);
    assertThat(over.bytes()).isEmpty();
    // Bytes are counted, not characters.
    assertThat(small.polling().post("4" + "€".repeat(33)).status()).isEqualTo(200);
    assertThat(small.polling().post("4€" + "€".repeat(33)).status()).isEqualTo(413);
    assertThat(small.server.counters()).containsEntry(Counter.MESSAGES_TOO_LARGE, 2L);
  }

  @Test
  void e37ABodyInChunksIsCutAtTheLimit() {
    Engine small = Engine.start(options -> options.maxPayload(100));
    MemoryExchange post = small.web.begin("POST", small.polling().uri);

    post.chunk(new byte[60]);
    assertThat(post.isAnswered()).isFalse();
    post.chunk(new byte[60]);
    assertThat(post.status()).isEqualTo(413);
  }

  @Test
  void e38ABodyInChunksIsOneBody() {
    MemoryExchange post = engine.web.begin("POST", peer.uri);
    post.chunk("41".getBytes(UTF_8));
    post.chunk("2".getBytes(UTF_8));
    post.chunk("3".getBytes(UTF_8));
    assertThat(engine.takeHeard()).isEmpty();
    post.endBody();

    assertThat(engine.takeHeard()).containsExactly("text 123");
  }

  @Test
  void aBodyThatTakesTooLongEndsTheSession() {
    Engine patient =
        Engine.start(
            options ->
                options.bodyTimeout(Duration.ofSeconds(2)).pingInterval(Duration.ofMinutes(1)));
    MemoryExchange post = patient.web.begin("POST", patient.polling().uri);
    post.chunk("4".getBytes(UTF_8));
    patient.clock.advance(1900);
    assertThat(post.isAnswered()).isFalse();
    patient.clock.advance(200);

    assertThat(post.status()).isEqualTo(408);
    assertThat(patient.takeHeard()).containsExactly("closed: transport error");
  }

  @Test
  void e40ABinaryBodyIsNotOfRevision4() {
    MemoryExchange answer = peer.post("4a", "Content-Type", "application/octet-stream");

    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.text()).isEqualTo(BAD_REQUEST);
    assertThat(peer.isAlive()).isFalse();
  }

  @Test
  void aCompressedBodyIsRefusedUnread() {
    assertThat(peer.post("4a", "Content-Encoding", "gzip").status()).isEqualTo(415);
    assertThat(peer.isAlive()).isTrue();
  }

  @Test
  void e42NothingIsStored() {
    peer.post("4a");

    for (MemoryExchange answer : List.of(peer.poll(), peer.post("4a"))) {
      assertThat(answer.header("Cache-Control")).isEqualTo("no-store");
      assertThat(answer.header("Referrer-Policy")).isEqualTo("no-referrer");
    }
  }

  @Test
  void proxiesAreAskedNotToCollectAnswers() {
    peer.post("4a");

    assertThat(peer.poll().header("X-Accel-Buffering")).isEqualTo("no");
    assertThat(peer.post("4a").header("X-Accel-Buffering")).isNull();
  }

  @Test
  void e43InitialHeadersComeOnceAndOthersAlways() {
    Engine hooked =
        Engine.start(
            options ->
                options
                    .initialHeaders(request -> Headers.of("X-First", "1"))
                    .responseHeaders(request -> Headers.of("X-Each", request.method())));
    MemoryExchange handshake = hooked.web.get("/engine.io/?EIO=4&transport=polling");
    Engine.Polling session =
        hooked
        .new Polling("/engine.io/?EIO=4&transport=polling&sid=" + Engine.sid(handshake.text()));
    MemoryExchange post = session.post("4a");
    MemoryExchange poll = session.poll();
    MemorySocket socket = hooked.web.webSocket("/engine.io/?EIO=4&transport=websocket");

    assertThat(handshake.header("X-First")).isEqualTo("1");
    assertThat(handshake.header("X-Each")).isEqualTo("GET");
    assertThat(post.header("X-First")).isNull();
    assertThat(post.header("X-Each")).isEqualTo("POST");
    assertThat(poll.header("X-First")).isNull();
    assertThat(poll.header("X-Each")).isEqualTo("GET");
    assertThat(socket.acceptHeaders().get("X-First")).isEqualTo("1");
    assertThat(socket.acceptHeaders().get("X-Each")).isEqualTo("GET");
  }

  @Test
  void e44TextOfAllPlanesComesBack() {
    peer.post("4\u2028😀");

    assertThat(peer.poll().text()).isEqualTo("4\u2028😀");
  }

  @Test
  void e45APingOfThePeerIsOfRevision3() {
    peer.post("2");

    assertThat(engine.takeHeard()).containsExactly("closed: transport error");
  }

  @ParameterizedTest(name = "E45 {0}")
  @ValueSource(strings = {"3", "0{}", "5", "6"})
  void packetsWithoutAMeaningAreIgnored(String packet) {
    assertThat(peer.post(packet).text()).isEqualTo("ok");
    peer.post("4alive");
    assertThat(peer.poll().text()).isEqualTo("4alive");
  }

  @ParameterizedTest(name = "E46 {0} bytes, accepting {1}: {2}")
  @CsvSource({
    "1023, 'gzip, deflate', gzip",
    "1022, 'gzip, deflate', ",
    "5000, 'deflate', deflate",
    "5000, 'br', ",
    "5000, 'gzip;q=0, deflate', deflate",
    "5000, 'identity', ",
    "5000, , "
  })
  void e46LargeAnswersAreCompressed(int size, String accepted, String coding) throws IOException {
    String text = "x".repeat(size);
    peer.post("4" + text);
    MemoryExchange answer = accepted == null ? peer.poll() : peer.poll("Accept-Encoding", accepted);

    assertThat(answer.header("Content-Encoding")).isEqualTo(coding);
    ByteArrayInputStream raw = new ByteArrayInputStream(answer.bytes());
    byte[] inflated =
        coding == null
            ? answer.bytes()
            : coding.equals("gzip")
                ? new GZIPInputStream(raw).readAllBytes()
                : new InflaterInputStream(raw).readAllBytes();
    assertThat(new String(inflated, UTF_8)).isEqualTo("4" + text);
  }

  @Test
  void e46NothingIsCompressedThatShouldNotBe() {
    Engine off = Engine.start(options -> options.httpCompression(false));
    Engine.Polling plain = off.polling();
    plain.post("4" + "x".repeat(5000));
    assertThat(plain.poll("Accept-Encoding", "gzip").header("Content-Encoding")).isNull();

    engine.session().send(Message.text("x".repeat(5000)).withoutCompression());
    assertThat(peer.poll("Accept-Encoding", "gzip").header("Content-Encoding")).isNull();
  }

  @Test
  void thePacketsOfOnePayloadAreBounded() {
    Engine strict = Engine.start(options -> options.maxPacketsPerPayload(3));
    assertThat(strict.polling().post("6\u001e6\u001e6").status()).isEqualTo(200);

    assertThat(strict.polling().post("6\u001e6\u001e6\u001e6").status()).isEqualTo(400);
    assertThat(strict.takeHeard()).containsExactly("closed: parse error");
  }

  @Test
  void aPollWaitsForWhatIsSent() {
    MemoryExchange poll = peer.poll();
    assertThat(poll.isAnswered()).isFalse();

    engine.session().send("news");
    assertThat(poll.text()).isEqualTo("4news");
  }

  @Test
  void messagesSentTogetherStayTogether() {
    MemoryExchange poll = peer.poll();
    engine.session().send(List.of(Message.text("a"), Message.text("b")));

    assertThat(poll.text()).isEqualTo("4a\u001e4b");
  }

  @Test
  void aVolatileMessageNeedsAWaitingPoll() {
    engine.session().sendVolatile(List.of(Message.text("lost")));
    MemoryExchange poll = peer.poll();
    assertThat(poll.isAnswered()).isFalse();
    engine.session().sendVolatile(List.of(Message.text("first")));
    engine.session().sendVolatile(List.of(Message.text("second")));

    assertThat(poll.text()).isEqualTo("4first");
    assertThat(engine.server.counters()).containsEntry(Counter.VOLATILE_DROPPED, 2L);
  }
}

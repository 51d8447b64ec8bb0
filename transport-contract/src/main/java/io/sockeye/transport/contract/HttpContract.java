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
package io.sockeye.transport.contract;

import static io.sockeye.transport.contract.ProbeHandler.ok;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sockeye.engineio.server.CloseReason;
import io.sockeye.engineio.server.Headers;
import io.sockeye.engineio.server.HttpRequest;
import io.sockeye.engineio.server.TransportType;
import io.sockeye.engineio.server.WebServerOptions;
import io.sockeye.engineio.server.spi.HttpExchange;
import io.sockeye.engineio.server.spi.HttpHandler;
import io.sockeye.engineio.server.spi.HttpResponse;
import io.sockeye.engineio.server.spi.WebServer;
import io.sockeye.engineio.server.spi.WebServerProvider;
import java.io.IOException;
import java.io.InputStream;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The rules of HTTP that Engine.IO relies on: all that a web server must keep which carries
 * long-polling alone. Extend it in a test of a binding that has no WebSocket, else {@link
 * WebServerContract}.
 *
 * <p>Each test starts the web server on a free port of the loopback address and talks to it over
 * plain TCP.
 */
@Timeout(120)
public abstract class HttpContract extends ContractServer {
  /** For subclasses. */
  protected HttpContract() {}

  /** Returns the binding under test. */
  protected abstract WebServerProvider provider();

  /** Returns the rules that the web server breaks by itself; none by default. */
  protected Set<Leeway> leeway() {
    return Set.of();
  }

  final boolean may(Leeway rule) {
    return leeway().contains(rule);
  }

  @Override
  final WebServerProvider webServer() {
    return provider();
  }

  private ProbeHandler probe() throws IOException {
    ProbeHandler probe = new ProbeHandler();
    serve(probe);
    return probe;
  }

  private static String postHead(String path, long contentLength) {
    return "POST " + path + " HTTP/1.1\r\nHost: h\r\nContent-Length: " + contentLength + "\r\n\r\n";
  }

  private static String chunkedHead(String path) {
    return "POST " + path + " HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n";
  }

  // ---- requests ----

  @Test
  void aRequestArrivesAsItWasSent() throws Exception {
    ProbeHandler probe = probe();
    try (RawPeer peer = connect()) {
      String headers = "Host: h\r\nX-One: 1\r\nCookie: a=1; b=2\r\nX-One: 2\r\n\r\n";
      peer.send("GET /probe/%41?a=%20b&c=+&%C3%A4=1 HTTP/1.1\r\n").send(headers);
      HttpExchange exchange = take(probe.exchanges);
      HttpRequest request = exchange.request();
      assertThat(request.method()).isEqualTo("GET");
      assertThat(request.uri()).isEqualTo("/probe/%41?a=%20b&c=+&%C3%A4=1");
      assertThat(request.path()).isEqualTo("/probe/A");
      assertThat(request.query()).containsEntry("a", " b").containsEntry("ä", "1");
      assertThat(request.headers().all("x-one")).containsExactly("1", "2");
      assertThat(request.header("Cookie")).isEqualTo("a=1; b=2");
      InetSocketAddress remote = Objects.requireNonNull(request.remoteAddress());
      assertThat(remote.getAddress().isLoopbackAddress()).isTrue();
      assertThat(remote.getPort()).isPositive();
      assertThat(request.secure()).isFalse();
      exchange.respond(ok("done"));
      assertThat(peer.answer().body()).isEqualTo("done");
    }
  }

  @Test
  void theFirstHandlerThatMatchesAnswers() throws Exception {
    serve(new Named("/a", "first"), new Named("/a", "second"), new Named("/b", "third"));
    try (RawPeer peer = connect()) {
      assertThat(peer.get("/a").body()).isEqualTo("first");
      assertThat(peer.get("/b").body()).isEqualTo("third");
      assertThat(peer.get("/c").status()).isEqualTo(404);
      assertThat(peer.get("/a").body()).isEqualTo("first");
    }
  }

  private record Named(String path, String name) implements HttpHandler {
    @Override
    public boolean matches(String requested) {
      return requested.equals(path);
    }

    @Override
    public void handle(HttpExchange exchange) {
      exchange.respond(ok(name));
    }
  }

  @Test
  void aConnectionServesManyRequests() throws IOException {
    serveEcho();
    try (RawPeer peer = connect()) {
      String session = session(peer);
      for (int i = 0; i < 5; i++) {
        assertThat(peer.post(session, "4message " + i).body()).isEqualTo("ok");
        assertThat(peer.get(session).body()).isEqualTo("4message " + i);
      }
    }
  }

  @Test
  void theHandshakeOffersWhatTheServerCarries() throws IOException {
    serveEcho();
    boolean webSocket = provider().transports().contains(TransportType.WEBSOCKET);
    try (RawPeer peer = connect()) {
      assertThat(peer.get(POLLING).body())
          .contains("\"upgrades\":" + (webSocket ? "[\"websocket\"]" : "[]"));
    }
    try (RawPeer peer = connect().askForUpgrade(WEBSOCKET)) {
      assertThat(peer.answer().status()).isEqualTo(webSocket ? 101 : 400);
    }
  }

  @Test
  void requestsThatAreSentAheadAreAnsweredInOrder() throws IOException {
    serveEcho();
    int requests = 90;
    boolean errorsClose = may(Leeway.CLOSES_AFTER_ERRORS);
    try (RawPeer peer = connect()) {
      StringBuilder all = new StringBuilder();
      for (int i = 0; i < requests; i++) {
        String path = i % 2 == 0 || errorsClose ? "/nobody" : POLLING + "&sid=" + i;
        all.append("GET ").append(path).append(" HTTP/1.1\r\nHost: h\r\n\r\n");
      }
      peer.send(all.toString());
      for (int i = 0; i < requests; i++) {
        assertThat(peer.answer().status()).isEqualTo(i % 2 == 0 || errorsClose ? 404 : 400);
      }
    }
  }

  @Test
  void aClientMayCloseAfterEachAnswer() throws IOException {
    serveEcho();
    try (RawPeer peer = connect()) {
      RawPeer.Answer answer = peer.get(POLLING, "Connection: close");
      assertThat(answer.status()).isEqualTo(200);
      assertThat(answer.headers()).containsEntry("connection", "close");
      assertThat(peer.isEnded()).isTrue();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "nonsense\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabc",
        "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: x\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked, xchunked\r\n\r\n0\r\n\r\n"
      })
  void malformedRequestsHarmNobody(String request) throws IOException {
    serveEcho();
    try (RawPeer peer = connect().send(request)) {
      // Some web servers answer, some only close; what matters is that they take it for no request.
      peer.send("GET " + POLLING + " HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
      assertThat(peer.readToEnd()).doesNotContain("\"sid\"");
    }
    try (RawPeer other = connect()) {
      assertThat(other.get(POLLING).status()).isEqualTo(200);
    }
  }

  @Test
  void requestLinesAndHeadersAreBounded() throws IOException {
    serveEcho();
    for (String head :
        List.of("GET /" + "x".repeat(1_000_000), "GET / HTTP/1.1\r\nX: " + "x".repeat(1_000_000))) {
      try (RawPeer peer = connect()) {
        peer.sendWhileAccepted(head);
        assertThat(peer.readToEnd()).matches("(?s)(HTTP/1.1 (400|413|414|431|505).*)?");
      }
    }
    try (RawPeer other = connect()) {
      assertThat(other.get(POLLING).status()).isEqualTo(200);
    }
  }

  @Test
  void aHandlerThatFailsHarmsItsRequestAlone() throws Exception {
    serve(
        new HttpHandler() {
          @Override
          public boolean matches(String path) {
            return true;
          }

          @Override
          public void handle(HttpExchange exchange) {
            if (exchange.request().path().equals("/fails")) {
              throw new IllegalStateException("a test of what follows");
            }
            exchange.respond(ok("fine"));
          }
        });
    try (RawPeer peer = connect();
        RawPeer other = connect()) {
      peer.send("GET /fails HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
      assertThat(peer.readToEnd()).matches("(?s)(HTTP/1.1 500.*)?");
      assertThat(other.get("/works").body()).isEqualTo("fine");
    }
  }

  // ---- bodies ----

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 999, 1000})
  void aBodyUpToTheLimitIsRead(int length) throws Exception {
    ProbeHandler probe = probe();
    byte[] bytes = new byte[length];
    new Random(length).nextBytes(bytes);
    try (RawPeer peer = connect()) {
      peer.send(postHead("/probe", length)).send(bytes);
      assertThat(body(probe, 1000)).isEqualTo(bytes);
      assertThat(peer.answer().body()).isEqualTo("read");
      // In chunks of any size as well.
      peer.send(chunkedHead("/probe"));
      for (int at = 0; at < length; at += 300) {
        int part = Math.min(300, length - at);
        peer.send(Integer.toHexString(part) + "\r\n");
        peer.send(java.util.Arrays.copyOfRange(bytes, at, at + part)).send("\r\n");
      }
      peer.send("0\r\n\r\n");
      assertThat(body(probe, 1000)).isEqualTo(bytes);
      assertThat(peer.answer().body()).isEqualTo("read");
    }
  }

  /** Reads the body of the next request, and answers it. */
  private static byte[] body(ProbeHandler probe, int limit) throws InterruptedException {
    HttpExchange exchange = take(probe.exchanges);
    ProbeHandler.Body body = new ProbeHandler.Body();
    exchange.readBody(limit, body);
    byte[] came = take(body.came);
    exchange.respond(ok("read"));
    return came;
  }

  @Test
  void aBodyDeclaredOverTheLimitIsNotAwaited() throws Exception {
    ProbeHandler probe = probe();
    try (RawPeer peer = connect()) {
      peer.send(postHead("/probe", 1001)); // and not one byte of it
      assertThat(body(probe, 1000)).isSameAs(ProbeHandler.Body.TOO_LARGE);
      RawPeer.Answer answer = peer.answer();
      assertThat(answer.body()).isEqualTo("read");
      assertThat(answer.headers()).containsEntry("connection", "close");
    }
  }

  @Test
  void aChunkedBodyOverTheLimitIsNotReadToItsEnd() throws Exception {
    ProbeHandler probe = probe();
    try (RawPeer peer = connect()) {
      peer.send(chunkedHead("/probe") + "3e9\r\n" + "x".repeat(1001) + "\r\n"); // and no end
      assertThat(body(probe, 1000)).isSameAs(ProbeHandler.Body.TOO_LARGE);
      assertThat(peer.answer().body()).isEqualTo("read");
    }
  }

  @Test
  void theEngineRefusesABodyOverItsLimit() throws IOException {
    serveEcho();
    try (RawPeer declared = connect()) {
      String session = session(declared);
      declared.send(postHead(session, MAX_PAYLOAD + 1));
      RawPeer.Answer answer = declared.answer();
      assertThat(answer.status()).isEqualTo(413);
      assertThat(answer.body()).isEmpty();
      assertThat(answer.headers()).containsEntry("connection", "close");
    }
    try (RawPeer chunked = connect()) {
      String session = session(chunked);
      chunked.send(chunkedHead(session));
      chunked.send("186a1\r\n" + "x".repeat(MAX_PAYLOAD + 1) + "\r\n");
      assertThat(chunked.answer().status()).isEqualTo(413);
    }
  }

  @Test
  void aBodyMayComeSlowlyAndDelaysNobody() throws Exception {
    serveEcho();
    try (RawPeer slow = connect();
        RawPeer other = connect()) {
      String session = session(slow);
      String text = "4" + "ж".repeat(50);
      slow.send(postHead(session, text.getBytes(UTF_8).length));
      for (byte b : text.getBytes(UTF_8)) {
        slow.send(new byte[] {b});
        assertThat(other.get("/nobody").status()).isEqualTo(404);
      }
      assertThat(slow.answer().body()).isEqualTo("ok");
      assertThat(slow.get(session).body()).isEqualTo(text);
    }
  }

  @Test
  void slowBodiesHoldNoThreads() throws Exception {
    serveEcho();
    List<RawPeer> slow = new ArrayList<>();
    try (RawPeer other = connect()) {
      for (int i = 0; i < 300; i++) {
        RawPeer peer = connect();
        slow.add(peer);
        peer.send(postHead(session(other), 3) + "4");
      }
      assertThat(other.get(POLLING).status()).isEqualTo(200);
      for (RawPeer peer : slow) {
        assertThat(peer.send("hi").answer().body()).isEqualTo("ok");
      }
    } finally {
      closeAll(slow);
    }
  }

  private static void closeAll(List<RawPeer> peers) throws IOException {
    for (RawPeer peer : peers) {
      peer.close();
    }
  }

  @Test
  void anAbortedBodyIsNoBody() throws Exception {
    ProbeHandler probe = probe();
    BlockingQueue<String> aborted = new LinkedBlockingQueue<>();
    ProbeHandler.Body body = new ProbeHandler.Body();
    try (RawPeer peer = connect()) {
      peer.send(postHead("/probe", 10) + "half");
      HttpExchange exchange = take(probe.exchanges);
      exchange.onAbort(() -> aborted.add("aborted"));
      exchange.readBody(1000, body);
    }
    assertThat(take(aborted)).isEqualTo("aborted");
    assertThat(body.came).isEmpty();
  }

  @Test
  void aBodyThatNobodyReadsDoesNotBecomeARequest() throws Exception {
    serve(new Named("/a", "answered"));
    try (RawPeer peer = connect()) {
      String inside = "GET /nobody HTTP/1.1\r\nHost: h\r\n\r\n";
      peer.send(postHead("/a", inside.length()) + inside);
      assertThat(peer.answer().body()).isEqualTo("answered");
      try {
        assertThat(peer.get("/a").body()).isEqualTo("answered"); // read over,
      } catch (IOException closed) {
        assertThat(closed).isNotNull(); // or closed: both are right
      }
    }
  }

  @Test
  void aClientMayAskBeforeItSendsABody() throws IOException {
    serveEcho();
    try (RawPeer peer = connect()) {
      String session = session(peer);
      peer.send(
          "POST "
              + session
              + " HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n");
      assertThat(peer.answer().status()).isEqualTo(100);
      assertThat(peer.send("4hi").answer().body()).isEqualTo("ok");
    }
  }

  // ---- answers ----

  @Test
  void anAnswerIsWrittenAsItIs() throws Exception {
    ProbeHandler probe = probe();
    try (RawPeer peer = connect()) {
      answersAsItIs(probe, peer, 200);
      for (int status : new int[] {400, 403, 404, 405, 413, 500, 503}) {
        if (may(Leeway.CLOSES_AFTER_ERRORS)) {
          try (RawPeer another = connect()) {
            answersAsItIs(probe, another, status);
          }
        } else {
          answersAsItIs(probe, peer, status);
        }
      }
      peer.send("GET /probe HTTP/1.1\r\nHost: h\r\n\r\n");
      take(probe.exchanges).respond(HttpResponse.empty(200, Headers.EMPTY));
      assertThat(peer.answer().body()).isEmpty();
      peer.send("GET /probe HTTP/1.1\r\nHost: h\r\n\r\n");
      take(probe.exchanges).respond(ok("last").closing());
      assertThat(peer.answer().headers()).containsEntry("connection", "close");
      assertThat(peer.isEnded()).isTrue();
    }
  }

  private static void answersAsItIs(ProbeHandler probe, RawPeer peer, int status) throws Exception {
    String text = "é€😀".repeat(20_000);
    peer.send("GET /probe HTTP/1.1\r\nHost: h\r\n\r\n");
    Headers headers = Headers.of("Content-Type", "text/plain; charset=UTF-8", "X-A", "b c");
    // A part of a larger array, of which only that part may go out.
    byte[] array = ("--" + text + "--").getBytes(UTF_8);
    ByteBuffer part = ByteBuffer.wrap(array, 2, array.length - 4).slice().asReadOnlyBuffer();
    take(probe.exchanges).respond(new HttpResponse(status, headers, part, false));
    RawPeer.Answer answer = peer.answer();
    assertThat(answer.status()).isEqualTo(status);
    assertThat(answer.body()).isEqualTo(text);
    assertThat(answer.headers())
        .containsEntry("x-a", "b c")
        .containsEntry("content-length", String.valueOf(array.length - 4));
    assertThat(part.position()).isZero();
  }

  @Test
  void headersWithOneNameAreAllSent() throws Exception {
    ProbeHandler probe = probe();
    try (RawPeer peer = connect()) {
      peer.send("GET /probe HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
      Headers cookies = Headers.of("Set-Cookie", "a=1", "Set-Cookie", "b=2; Path=/; HttpOnly");
      take(probe.exchanges).respond(HttpResponse.empty(200, cookies));
      assertThat(peer.readToEnd())
          .containsIgnoringCase("Set-Cookie: a=1\r\n")
          .containsIgnoringCase("Set-Cookie: b=2; Path=/; HttpOnly\r\n");
    }
  }

  @Test
  void aHeaderThatCannotBeWrittenHangsNobody() throws IOException {
    serveEcho(options -> options.responseHeaders(request -> Headers.of("no name", "v")));
    try (RawPeer peer = connect()) {
      RawPeer.Answer answer = peer.get(POLLING);
      assertThat(answer.status()).isIn(200, 500);
      assertThat(answer.headers()).doesNotContainKey("no name");
    }
  }

  @Test
  void theFirstAnswerCounts() throws Exception {
    ProbeHandler probe = probe();
    BlockingQueue<String> aborted = new LinkedBlockingQueue<>();
    try (RawPeer peer = connect()) {
      peer.send("GET /probe HTTP/1.1\r\nHost: h\r\n\r\n");
      HttpExchange exchange = take(probe.exchanges);
      exchange.onAbort(() -> aborted.add("aborted"));
      exchange.respond(ok("first"));
      exchange.respond(ok("second"));
      exchange.abort();
      assertThat(peer.answer().body()).isEqualTo("first");
      peer.send("GET /probe HTTP/1.1\r\nHost: h\r\n\r\n");
      take(probe.exchanges).respond(ok("next"));
      assertThat(peer.answer().body()).isEqualTo("next");
    }
    assertThat(aborted).isEmpty();
  }

  @Test
  void anAbortClosesTheConnection() throws Exception {
    ProbeHandler probe = probe();
    try (RawPeer peer = connect()) {
      peer.send("GET /probe HTTP/1.1\r\nHost: h\r\n\r\n");
      HttpExchange exchange = take(probe.exchanges);
      exchange.abort();
      exchange.respond(ok("too late"));
      assertThat(peer.readToEnd()).isEmpty();
    }
  }

  @Test
  void manyRequestsWaitAtOnceAndHoldNoThreads() throws Exception {
    ProbeHandler probe = probe();
    int parked = 400;
    List<RawPeer> peers = new ArrayList<>();
    List<HttpExchange> exchanges = new ArrayList<>();
    try {
      for (int i = 0; i < parked; i++) {
        RawPeer peer = connect().send("GET /probe?" + i + " HTTP/1.1\r\nHost: h\r\n\r\n");
        peers.add(peer);
        exchanges.add(take(probe.exchanges));
      }
      for (int i = parked - 1; i >= 0; i--) { // the last one first
        exchanges.get(i).respond(ok(exchanges.get(i).request().uri()));
        assertThat(peers.get(i).answer().body()).isEqualTo("/probe?" + i);
      }
    } finally {
      closeAll(peers);
    }
  }

  @Test
  void aClientThatDoesNotReadItsAnswerDelaysNobody() throws Exception {
    ProbeHandler probe = probe();
    List<RawPeer> deaf = new ArrayList<>();
    try (RawPeer other = connect()) {
      for (int i = 0; i < 20; i++) {
        RawPeer peer = connect();
        deaf.add(peer);
        peer.send("GET /probe HTTP/1.1\r\nHost: h\r\n\r\n");
        // Far more than fits into the buffers of a connection; must not block this thread.
        take(probe.exchanges).respond(ok("x".repeat(16_000_000)));
      }
      other.send("GET /probe HTTP/1.1\r\nHost: h\r\n\r\n");
      take(probe.exchanges).respond(ok("at once"));
      assertThat(other.answer().body()).isEqualTo("at once");
      assertThat(deaf.get(0).answer().body()).hasSize(16_000_000);
    } finally {
      closeAll(deaf);
    }
  }

  // ---- clients that go ----

  @Test
  void aClientThatGoesIsHeardOf() throws Exception {
    ProbeHandler probe = probe();
    BlockingQueue<String> aborted = new LinkedBlockingQueue<>();
    HttpExchange exchange;
    try (RawPeer peer = connect()) {
      peer.send("GET /probe HTTP/1.1\r\nHost: h\r\n\r\n");
      exchange = take(probe.exchanges);
      exchange.onAbort(() -> aborted.add("aborted"));
    }
    if (!may(Leeway.ABORTS_GO_UNNOTICED)) {
      assertThat(take(aborted)).isEqualTo("aborted");
      exchange.onAbort(() -> aborted.add("late"));
      assertThat(take(aborted)).isEqualTo("late");
    }
    exchange.respond(ok("to nobody"));
    try (RawPeer other = connect()) {
      other.send("GET /probe HTTP/1.1\r\nHost: h\r\n\r\n");
      take(probe.exchanges).respond(ok("to somebody"));
      assertThat(other.answer().body()).isEqualTo("to somebody");
    }
  }

  @Test
  void anAbortedPollEndsItsSession() throws Exception {
    // Where nobody notices, the heartbeat does it.
    serveEcho(
        options -> {
          if (may(Leeway.ABORTS_GO_UNNOTICED)) {
            options.pingInterval(Duration.ofMillis(200)).pingTimeout(Duration.ofMillis(200));
          }
        });
    try (RawPeer peer = connect()) {
      String session = session(peer);
      try (RawPeer polling = connect()) {
        polling.send("GET " + session + " HTTP/1.1\r\nHost: h\r\n\r\n");
      }
      assertThat(take(closed))
          .isIn(
              may(Leeway.ABORTS_GO_UNNOTICED)
                  ? List.of(CloseReason.TRANSPORT_ERROR, CloseReason.PING_TIMEOUT)
                  : List.of(CloseReason.TRANSPORT_ERROR));
      assertThat(peer.get(session).body()).contains("Session ID unknown");
    }
  }

  @Test
  void anAnswerToAClientThatHasGoneHarmsNobody() throws Exception {
    ProbeHandler probe = probe();
    for (int i = 0; i < 50; i++) {
      HttpExchange exchange;
      try (RawPeer peer = connect()) {
        peer.send("GET /probe HTTP/1.1\r\nHost: h\r\n\r\n");
        exchange = take(probe.exchanges);
      }
      exchange.respond(ok("x".repeat(100_000)));
    }
    try (RawPeer other = connect()) {
      other.send("GET /probe HTTP/1.1\r\nHost: h\r\n\r\n");
      take(probe.exchanges).respond(ok("fine"));
      assertThat(other.answer().body()).isEqualTo("fine");
    }
  }

  // ---- order ----

  @Test
  void pollsAndPostsInAnyInterleavingKeepTheOrder() throws IOException {
    serveEcho();
    Random random = new Random(3);
    try (RawPeer polling = connect();
        RawPeer posting = connect()) {
      for (int round = 0; round < 1000; round++) {
        String session = session(posting);
        int sent = 0;
        int seen = 0;
        boolean parked = false;
        int messages = 1 + random.nextInt(4);
        while (seen < messages) {
          if (!parked && random.nextBoolean()) {
            polling.send("GET " + session + " HTTP/1.1\r\nHost: h\r\n\r\n");
            parked = true;
          } else if (sent < messages) {
            StringBuilder body = new StringBuilder("4" + sent++);
            while (sent < messages && random.nextBoolean()) {
              body.append('\u001e').append('4').append(sent++);
            }
            assertThat(posting.post(session, body.toString()).body()).isEqualTo("ok");
          } else if (parked) {
            for (String packet : polling.answer().body().split("\u001e", -1)) {
              assertThat(packet).isEqualTo("4" + seen++);
            }
            parked = false;
          }
        }
        if (parked) {
          posting.post(session, "1");
          polling.answer();
        }
      }
    }
  }

  // ---- ways to listen ----

  @ParameterizedTest(name = "a key with a password: {0}")
  @ValueSource(booleans = {false, true})
  void tlsFromPemFiles(boolean encrypted, @TempDir Path folder) throws Exception {
    Path certificate = copy("certificate.pem", folder);
    ProbeHandler probe = new ProbeHandler();
    WebServerOptions.Builder builder = WebServerOptions.builder().port(0);
    WebServerOptions options =
        (encrypted
                ? builder.tls(certificate, copy("encrypted-key.pem", folder), "secret")
                : builder.tls(certificate, copy("key.pem", folder)))
            .build();
    if (may(Leeway.NO_TLS)) { // then it must say so, and not listen without
      assertThatThrownBy(() -> provider().start(options, List.of(probe)))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("TLS");
      return;
    }
    WebServer secure = provider().start(options, List.of(probe));
    int port = ((InetSocketAddress) secure.address()).getPort();
    try (RawPeer peer =
        new RawPeer(trusting(certificate).getSocketFactory().createSocket("localhost", port))) {
      peer.send(postHead("/probe", 5) + "hello");
      HttpExchange exchange = take(probe.exchanges);
      assertThat(exchange.request().secure()).isTrue();
      ProbeHandler.Body body = new ProbeHandler.Body();
      exchange.readBody(1000, body);
      assertThat(take(body.came)).asString(UTF_8).isEqualTo("hello");
      exchange.respond(ok("secret answer"));
      assertThat(peer.answer().body()).isEqualTo("secret answer");
    } finally {
      secure.close(Duration.ofMillis(100));
    }
  }

  private static Path copy(String resource, Path folder) throws IOException {
    Path copy = folder.resolve(resource);
    try (InputStream in = HttpContract.class.getResourceAsStream(resource)) {
      Files.copy(Objects.requireNonNull(in, resource), copy);
    }
    return copy;
  }

  private static SSLContext trusting(Path certificate) throws Exception {
    KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
    trusted.load(null);
    try (InputStream in = Files.newInputStream(certificate)) {
      trusted.setCertificateEntry(
          "test", CertificateFactory.getInstance("X.509").generateCertificate(in));
    }
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(trusted);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    return context;
  }

  @Test
  void aKeyThatIsNoneIsNamed(@TempDir Path folder) throws IOException {
    Path certificate = copy("certificate.pem", folder);
    WebServerOptions wrong =
        WebServerOptions.builder().port(0).tls(certificate, certificate).build();
    assertThatThrownBy(() -> provider().start(wrong, List.of()))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(may(Leeway.NO_TLS) ? "TLS" : "certificate.pem");
  }

  // ---- the end ----

  @Test
  void aPortThatIsTakenIsNamed() throws IOException {
    serveEcho();
    WebServerOptions taken = WebServerOptions.builder().port(port()).build();
    assertThatThrownBy(() -> provider().start(taken, List.of()))
        .isInstanceOf(BindException.class)
        .hasMessageContaining(String.valueOf(port()))
        .hasMessageEndingWith(
            " (expected: a free port: another process listens there, or 0 for any)");
  }

  @Test
  void afterStopAcceptingOpenConnectionsGoOn() throws Exception {
    ProbeHandler probe = probe();
    try (RawPeer peer = connect()) {
      peer.send("GET /probe HTTP/1.1\r\nHost: h\r\n\r\n");
      HttpExchange exchange = take(probe.exchanges);
      server().stopAccepting();
      server().stopAccepting();
      assertThatThrownBy(() -> connect().get("/probe")).isInstanceOf(IOException.class);
      exchange.respond(ok("still answered"));
      assertThat(peer.answer().body()).isEqualTo("still answered");
    }
  }

  @Test
  void closingCutsOffWhoeverStalls() throws Exception {
    ProbeHandler probe = new ProbeHandler();
    Set<Thread> before = new HashSet<>(Thread.getAllStackTraces().keySet());
    WebServer server = serve(probe);
    int port = port();
    List<RawPeer> stalled = new ArrayList<>();
    try {
      stalled.add(connect()); // says nothing
      stalled.add(connect().send("GET /probe HTT")); // half a request line
      stalled.add(connect().send(postHead("/probe", 10) + "half")); // half a body
      take(probe.exchanges).readBody(100, new ProbeHandler.Body());
      stalled.add(connect().send("GET /probe HTTP/1.1\r\nHost: h\r\n\r\n")); // waits
      take(probe.exchanges);
      RawPeer deaf = connect().send("GET /probe HTTP/1.1\r\nHost: h\r\n\r\n"); // does not read
      take(probe.exchanges).respond(ok("x".repeat(16_000_000)));

      server.close(Duration.ofMillis(300));
      server.close(Duration.ofMillis(300));

      for (RawPeer peer : stalled) {
        peer.readToEnd(); // ends; a time-out would throw
      }
      assertThat(deaf.readToEnd().length()).isLessThan(16_000_000);
      deaf.close();
      assertThat(threadsLeft(before)).isEmpty();
      serveAgain(port);
    } finally {
      closeAll(stalled);
    }
  }

  private void serveAgain(int port) throws IOException {
    provider()
        .start(WebServerOptions.builder().port(port).build(), List.of())
        .close(Duration.ofMillis(100));
  }

  /** The threads that were started meanwhile and do not end within some seconds. */
  static List<String> threadsLeft(Set<Thread> before) throws InterruptedException {
    List<String> left = new ArrayList<>();
    for (Thread thread : Thread.getAllStackTraces().keySet()) {
      // The JDK's own threads come when they are needed first, and stay.
      boolean jdk = thread.getThreadGroup() == null || thread.getName().startsWith("ForkJoinPool");
      if (!before.contains(thread) && !jdk && !isOfTheJvm(thread)) {
        thread.join(TimeUnit.SECONDS.toMillis(10));
        if (thread.isAlive()) {
          left.add(thread.getName());
        }
      }
    }
    return left;
  }

  private static boolean isOfTheJvm(Thread thread) {
    ThreadGroup group = thread.getThreadGroup();
    return group != null
        && (group.getName().equals("system") || group.getName().equals("InnocuousThreadGroup"));
  }

  @Test
  void memoryGoesBackToWhatItWas() throws Exception {
    ProbeHandler probe = probe();
    abandon(probe, 50); // pools fill
    long before = memory();
    for (int round = 0; round < 8; round++) {
      abandon(probe, 50);
    }
    // 400 requests of 100 kB and answers of 1 MB were begun and dropped: all kept would be 440 MB.
    assertThat(memory() - before).isLessThan(40_000_000);
  }

  private void abandon(ProbeHandler probe, int clients) throws Exception {
    for (int i = 0; i < clients; i++) {
      ProbeHandler.Body body = new ProbeHandler.Body();
      HttpExchange exchange;
      try (RawPeer peer = connect()) {
        peer.send(postHead("/probe", 100_000)).send("x".repeat(100_000));
        exchange = take(probe.exchanges);
        exchange.readBody(100_000, body);
        assertThat(take(body.came)).hasSize(100_000);
      }
      exchange.respond(ok("x".repeat(1_000_000)));
    }
  }

  /** The bytes in use after a collection, those outside the heap included. */
  static long memory() {
    System.gc();
    long heap =
        java.lang.management.ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    long direct =
        java.lang.management.ManagementFactory.getPlatformMXBeans(
                java.lang.management.BufferPoolMXBean.class)
            .stream()
            .mapToLong(pool -> Math.max(0, pool.getMemoryUsed()))
            .sum();
    return heap + direct;
  }
}

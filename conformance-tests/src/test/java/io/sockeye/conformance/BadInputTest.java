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

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Malformed frames and bodies, on a real connection: the peer is closed, nobody else notices, and
 * the log has one line at the most, which does not repeat what the peer sent.
 */
@SuppressWarnings("FutureReturnValueIgnored") // that a peer is closed is what is waited for
class BadInputTest {
  private static final String PLACEHOLDER = "{\"_placeholder\":true,\"num\":0}";
  private static final Pattern MARK = Pattern.compile("Refusing GET .*: Session ID unknown");

  private static ServerProcess server;
  private static HttpClient http;
  private static Peer bystander;

  @BeforeAll
  static void start() throws Exception {
    server =
        ServerProcess.start(
            FixtureServer.class,
            Map.of("FIXTURE_MODE", "steady"),
            "-Dorg.slf4j.simpleLogger.log.io.sockeye=debug");
    http = HttpClient.newHttpClient();
    bystander = Peer.open("/socket.io/?EIO=4&transport=websocket").join("/");
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  /** One WebSocket. */
  private static final class Peer implements WebSocket.Listener {
    final BlockingQueue<String> frames = new LinkedBlockingQueue<>();
    final CompletableFuture<Integer> closed = new CompletableFuture<>();
    private final StringBuilder text = new StringBuilder();
    private WebSocket socket;

    static Peer open(String path) throws Exception {
      Peer peer = new Peer();
      peer.socket =
          http.newWebSocketBuilder()
              .buildAsync(URI.create("ws://127.0.0.1:" + server.port() + path), peer)
              .get(5, TimeUnit.SECONDS);
      assertThat(peer.next()).startsWith("0{");
      return peer;
    }

    Peer join(String namespace) throws Exception {
      send("40" + (namespace.equals("/") ? "" : namespace + ","));
      while (!next().startsWith("42[\"auth\"")) {
        // the answer to CONNECT comes first
      }
      return this;
    }

    String next() throws InterruptedException {
      String frame = frames.poll(5, TimeUnit.SECONDS);
      assertThat(frame).as("a frame").isNotNull();
      return frame;
    }

    void send(String frame) throws Exception {
      socket.sendText(frame, true).get(5, TimeUnit.SECONDS);
    }

    void sendBinary(byte[] frame) throws Exception {
      socket.sendBinary(ByteBuffer.wrap(frame), true).get(5, TimeUnit.SECONDS);
    }

    int closeStatus() throws Exception {
      return closed.get(5, TimeUnit.SECONDS);
    }

    @Override
    public CompletionStage<?> onText(WebSocket from, CharSequence part, boolean last) {
      text.append(part);
      if (last) {
        frames.add(text.toString());
        text.setLength(0);
      }
      from.request(1);
      return null;
    }

    @Override
    public CompletionStage<?> onClose(WebSocket from, int status, String reason) {
      closed.complete(status);
      return null;
    }

    @Override
    public void onError(WebSocket from, Throwable error) {
      closed.complete(1006);
    }
  }

  private static HttpResponse<String> get(String path) throws IOException, InterruptedException {
    return http.send(
        HttpRequest.newBuilder(URI.create(server.url() + path)).build(),
        HttpResponse.BodyHandlers.ofString());
  }

  private static HttpResponse<String> post(String path, byte[] body, String type)
      throws IOException, InterruptedException {
    return http.send(
        HttpRequest.newBuilder(URI.create(server.url() + path))
            .header("Content-Type", type)
            .POST(HttpRequest.BodyPublishers.ofByteArray(body))
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }

  /** Takes the log lines of now, which a refused request marks the end of. */
  private static List<String> log() throws IOException, InterruptedException {
    get("/socket.io/?EIO=4&transport=polling&sid=mark");
    List<String> lines = server.linesUntil(MARK);
    return lines.subList(0, lines.size() - 1);
  }

  private static void assertNobodyNoticed(String payload) throws Exception {
    assertThat(log())
        .hasSizeLessThanOrEqualTo(1)
        .allSatisfy(line -> assertThat(line).contains("DEBUG"))
        .noneMatch(line -> payload.length() > 3 && line.contains(payload));
    bystander.send("427[\"echo\",\"fine\"]");
    assertThat(bystander.next()).isEqualTo("437[\"fine\"]");
  }

  @ParameterizedTest(name = "Socket.IO packet {0}")
  @ValueSource(
      strings = {
        "4",
        "4abc",
        "42",
        "42{}",
        "42abc[\"a\"]",
        "42\"a\"",
        "42[\"a\"",
        "42[]",
        "42[null]",
        "42[{\"toString\":\"foo\"}]",
        "421.5[\"a\"]",
        "42-1[\"a\"]",
        "47[\"a\"]",
        "41{}",
        "44{\"message\":\"x\"}",
        "42[\"connect\"]",
        "42[\"disconnecting\"]",
        "40",
        "40[]",
        "42/elsewhere,[\"a\"]",
        "450-[\"a\"]",
        "4511-[\"a\"]",
        "451[\"a\"]",
        "45a-[\"a\"]",
        "45999999999-[\"a\"]",
        "451-[\"a\",{\"_placeholder\":true,\"num\":1}]",
        "429007199254740992[\"a\"]",
        "42[\"a\",1e]"
      })
  void malformedPackets(String packet) throws Exception {
    Peer peer = Peer.open("/socket.io/?EIO=4&transport=websocket").join("/");
    log();
    peer.send(packet);
    if (packet.contains("_placeholder") && !peer.closed.isDone()) {
      peer.sendBinary(new byte[1]);
    }

    assertThat(peer.closeStatus()).isEqualTo(1000);
    assertNobodyNoticed(packet);
  }

  @Test
  void textWhereAnAttachmentIsDueAndBinaryWhereNoneIs() throws Exception {
    Peer text = Peer.open("/socket.io/?EIO=4&transport=websocket").join("/");
    log();
    text.send("451-[\"echo\"," + PLACEHOLDER + "]");
    text.send("42[\"echo\"]");
    assertThat(text.closeStatus()).isEqualTo(1000);
    assertNobodyNoticed("echo");

    Peer binary = Peer.open("/socket.io/?EIO=4&transport=websocket").join("/");
    log();
    binary.sendBinary(new byte[] {1, 2, 3});
    assertThat(binary.closeStatus()).isEqualTo(1000);
    assertNobodyNoticed("echo");
  }

  @Test
  void nestingIsBounded() throws Exception {
    Peer peer = Peer.open("/socket.io/?EIO=4&transport=websocket").join("/");
    log();
    peer.send("42[\"a\"," + "[".repeat(100_000));

    assertThat(peer.closeStatus()).isEqualTo(1000);
    assertNobodyNoticed("[[[[");
  }

  @Test
  void aLongIdCostsLinearTime() throws Exception {
    Peer peer = Peer.open("/socket.io/?EIO=4&transport=websocket").join("/");
    log();
    peer.send("42" + "1".repeat(900_000) + "[\"a\"]");

    assertThat(peer.closeStatus()).isEqualTo(1000);
    assertNobodyNoticed("11111");
  }

  @ParameterizedTest(name = "Engine.IO frame \"{0}\"")
  @ValueSource(strings = {"", "abc", "7", "1", "2"})
  void malformedFrames(String frame) throws Exception {
    Peer peer = Peer.open("/engine.io/?EIO=4&transport=websocket");
    log();
    peer.send(frame);

    assertThat(peer.closeStatus()).isEqualTo(1000);
    assertNobodyNoticed(frame);
  }

  @Test
  void aMessageOverTheLimitIsClosedWith1009() throws Exception {
    Peer peer = Peer.open("/engine.io/?EIO=4&transport=websocket");
    log();
    peer.socket.sendText("4" + "x".repeat(1_000_000), true);

    assertThat(peer.closeStatus()).isEqualTo(1009);
    assertNobodyNoticed("xxxx");
    Peer fragments = Peer.open("/engine.io/?EIO=4&transport=websocket");
    log();
    for (int i = 0; i < 11; i++) {
      fragments.socket.sendText("4" + "x".repeat(99_999), false).get(5, TimeUnit.SECONDS);
    }
    assertThat(fragments.closeStatus()).isEqualTo(1009);
    assertNobodyNoticed("xxxx");
    Peer exact = Peer.open("/engine.io/?EIO=4&transport=websocket");
    exact.send("4" + "x".repeat(999_999));
    assertThat(exact.next()).hasSize(1_000_000);
  }

  @ParameterizedTest(name = "body \"{0}\" of revision {1}")
  @CsvSource({
    "abc, 4",
    "'', 4",
    "7, 4",
    "b!!!, 4",
    "2, 4",
    "abc, 3",
    "3:4abc, 3",
    "5:4abc, 3",
    "-1:4, 3",
    "1:7, 3",
    "'', 3",
    "1:3, 3",
    "99999999999:4, 3"
  })
  void malformedBodies(String body, int revision) throws Exception {
    String uri = "/engine.io/?EIO=" + revision + "&transport=polling";
    String open = get(uri).body();
    String session = uri + "&sid=" + open.replaceAll(".*\"sid\":\"([^\"]*)\".*", "$1");
    log();
    // A packet that is one but breaks a rule is taken in; one that is none is answered with 400.
    int expected = body.equals("2") || body.equals("1:3") ? 200 : 400;
    assertThat(post(session, body.getBytes(UTF_8), "text/plain").statusCode()).isIn(400, expected);

    assertThat(get(session).body()).isEqualTo("{\"code\":1,\"message\":\"Session ID unknown\"}");
    server.linesUntil(MARK); // that of the line above, with the one of the body before it
    assertNobodyNoticed(body);
  }

  @Test
  void aBodyOverTheLimitIsRefusedUnread() throws Exception {
    String uri = "/engine.io/?EIO=4&transport=polling";
    String session = uri + "&sid=" + get(uri).body().replaceAll(".*\"sid\":\"([^\"]*)\".*", "$1");
    byte[] body = new byte[1_000_001];
    java.util.Arrays.fill(body, (byte) 'x');
    log();
    HttpResponse<String> answer = post(session, body, "text/plain");

    assertThat(answer.statusCode()).isEqualTo(413);
    assertThat(answer.body()).isEmpty();
    assertNobodyNoticed("xxxx");
  }

  @ParameterizedTest(name = "{0} is refused with {1}")
  @CsvSource({
    "/engine.io/?EIO=4, 400, 0",
    "/engine.io/?EIO=4&transport=__proto__, 400, 0",
    "/engine.io/?EIO=4&transport=polling&sid=constructor, 400, 1",
    "/engine.io/?EIO=4&transport=websocket, 400, 3",
    "/engine.io/?transport=polling, 400, 5",
    "/engine.io/?EIO=5&transport=polling, 400, 5",
    "/engine.io/?EIO=4&transport=polling&deny=1, 403, 4",
    "/socket.io/?EIO=3&transport=polling&j=alert(1), 400, 3"
  })
  void refusedRequests(String path, int status, int code) throws Exception {
    HttpResponse<String> answer = get(path);

    assertThat(answer.statusCode()).isEqualTo(status);
    assertThat(answer.body()).startsWith("{\"code\":" + code + ",\"message\":\"");
  }
}

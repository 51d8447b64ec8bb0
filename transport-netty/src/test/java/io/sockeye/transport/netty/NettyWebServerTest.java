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
package io.sockeye.transport.netty;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpVersion;
import io.sockeye.engineio.server.CloseReason;
import io.sockeye.engineio.server.Counter;
import io.sockeye.engineio.server.EngineIoOptions;
import io.sockeye.engineio.server.EngineIoServer;
import io.sockeye.engineio.server.HandlerExecution;
import io.sockeye.engineio.server.Headers;
import io.sockeye.engineio.server.Session;
import io.sockeye.engineio.server.SessionListener;
import io.sockeye.engineio.server.WebServerOptions;
import io.sockeye.engineio.server.WebServers;
import io.sockeye.engineio.server.spi.WebServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.URL;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.zip.Deflater;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** HTTP and WebSocket on real connections. */
@SuppressWarnings("FutureReturnValueIgnored") // a failed write would be an answer that is missing
class NettyWebServerTest {
  private static final String POLLING = "/engine.io/?EIO=4&transport=polling";
  private static final String WEBSOCKET = "/engine.io/?EIO=4&transport=websocket";

  private final BlockingQueue<CloseReason> closed = new LinkedBlockingQueue<>();
  private EngineIoServer engine;
  private WebServer server;
  private int port;

  @BeforeEach
  void start() throws IOException {
    start(options -> {});
  }

  private void start(Consumer<EngineIoOptions.Builder> change) throws IOException {
    stop();
    EngineIoOptions.Builder options =
        EngineIoOptions.builder().maxPayload(100_000).handlerExecution(HandlerExecution.INLINE);
    change.accept(options);
    engine = EngineIoServer.create(options.build(), session -> new Echo());
    server = WebServers.start(WebServerOptions.builder().port(0).build(), engine);
    port = ((InetSocketAddress) server.address()).getPort();
  }

  @AfterEach
  void stop() {
    if (server != null) {
      engine.stop(Duration.ofMillis(20));
      server.close(Duration.ofMillis(20));
    }
  }

  private final class Echo implements SessionListener {
    @Override
    public void onMessage(Session session, String text) {
      session.send(text.equals("a lot") ? "x".repeat(1_000_000) : text);
    }

    @Override
    public void onMessage(Session session, ByteBuffer data) {
      session.send(data);
    }

    @Override
    public void onClose(Session session, CloseReason reason) {
      closed.add(reason);
    }
  }

  private static String sid(String open) {
    return open.replaceAll(".*\"sid\":\"([^\"]*)\".*", "$1");
  }

  private RawPeer webSocket() throws IOException {
    RawPeer peer = RawPeer.connect(port).upgrade(WEBSOCKET);
    assertThat(peer.frame()).startsWith("0{");
    return peer;
  }

  // ---- HTTP ----

  @Test
  void aConnectionServesManyRequests() throws IOException {
    try (RawPeer peer = RawPeer.connect(port)) {
      String session = POLLING + "&sid=" + sid(peer.get(POLLING).body());
      for (int i = 0; i < 5; i++) {
        assertThat(peer.post(session, "4message " + i).body()).isEqualTo("ok");
        assertThat(peer.get(session).body()).isEqualTo("4message " + i);
      }
    }
  }

  @Test
  void requestsThatAreSentAheadAreAnsweredInOrder() throws IOException {
    try (RawPeer peer = RawPeer.connect(port)) {
      String request = "GET %s HTTP/1.1\r\nHost: h\r\n\r\n";
      StringBuilder all = new StringBuilder();
      for (int i = 0; i < 2000; i++) {
        all.append(request.formatted(i % 2 == 0 ? "/nobody" : POLLING + "&sid=" + i));
      }
      peer.send(all.toString());
      for (int i = 0; i < 2000; i++) {
        assertThat(peer.answer().status()).isEqualTo(i % 2 == 0 ? 404 : 400);
      }
    }
  }

  @Test
  void e41AClientMayCloseAfterEachAnswer() throws IOException {
    try (RawPeer peer = RawPeer.connect(port)) {
      RawPeer.Answer answer = peer.get(POLLING, "Connection: close");
      assertThat(answer.status()).isEqualTo(200);
      assertThat(answer.headers()).containsEntry("connection", "close");
      assertThat(peer.isEnded()).isTrue();
    }
  }

  @Test
  void e38E39ABodyMayComeInPieces() throws IOException {
    try (RawPeer peer = RawPeer.connect(port)) {
      String session = POLLING + "&sid=" + sid(peer.get(POLLING).body());
      peer.send("POST " + session + " HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n");
      for (String chunk : new String[] {"2\r\n41\r\n", "1\r\n2\r\n", "1\r\n3\r\n", "0\r\n\r\n"}) {
        peer.send(chunk);
      }
      assertThat(peer.answer().body()).isEqualTo("ok");
      assertThat(peer.get(session).body()).isEqualTo("4123");

      String text = "4" + "x".repeat(99_999);
      peer.send("POST " + session + " HTTP/1.1\r\nHost: h\r\nContent-Length: 100000\r\n\r\n");
      for (int i = 0; i < text.length(); i += 1000) {
        peer.send(text.substring(i, i + 1000));
      }
      assertThat(peer.answer().body()).isEqualTo("ok");
      assertThat(peer.get(session).body()).isEqualTo(text);
    }
  }

  @Test
  void e37ABodyOverTheLimitIsRefused() throws IOException {
    try (RawPeer declared = RawPeer.connect(port)) {
      String session = POLLING + "&sid=" + sid(declared.get(POLLING).body());
      declared.send("POST " + session + " HTTP/1.1\r\nHost: h\r\nContent-Length: 100001\r\n\r\n");
      RawPeer.Answer answer = declared.answer();
      assertThat(answer.status()).isEqualTo(413);
      assertThat(answer.body()).isEmpty();
      assertThat(answer.headers()).containsEntry("connection", "close");
    }
    try (RawPeer chunked = RawPeer.connect(port)) {
      String session = POLLING + "&sid=" + sid(chunked.get(POLLING).body());
      chunked.send(
          "POST " + session + " HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n");
      chunked.send("186a1\r\n" + "x".repeat(100_001) + "\r\n");
      assertThat(chunked.answer().status()).isEqualTo(413);
    }
  }

  @Test
  void aClientMayAskBeforeItSendsABody() throws IOException {
    try (RawPeer peer = RawPeer.connect(port)) {
      String session = POLLING + "&sid=" + sid(peer.get(POLLING).body());
      peer.send(
          "POST "
              + session
              + " HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n");
      assertThat(peer.answer().status()).isEqualTo(100);
      assertThat(peer.send("4hi").answer().body()).isEqualTo("ok");
    }
  }

  @Test
  void e35AnAbortedPollEndsItsSession() throws Exception {
    try (RawPeer peer = RawPeer.connect(port)) {
      String session = POLLING + "&sid=" + sid(peer.get(POLLING).body());
      try (RawPeer polling = RawPeer.connect(port)) {
        polling.send("GET " + session + " HTTP/1.1\r\nHost: h\r\n\r\n");
      }
      assertThat(closed.poll(5, TimeUnit.SECONDS)).isIn(CloseReason.TRANSPORT_ERROR);
      assertThat(peer.get(session).body()).contains("Session ID unknown");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "nonsense\r\n\r\n",
        "GET / HTTP/9.9.9\r\n\r\n",
        "GET /\u0000 HTTP/1.1\r\nHost: h\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabc",
        "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: x\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked, xchunked\r\n\r\n0\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: h\r\n bad: folding\r\nX\u0000: y\r\n\r\n"
      })
  void malformedRequestsEndTheirConnection(String request) throws IOException {
    try (RawPeer peer = RawPeer.connect(port).send(request)) {
      RawPeer.Answer answer = peer.answer();
      assertThat(answer.status()).isIn(400, 404);
      if (answer.status() == 400) {
        assertThat(peer.isEnded()).isTrue();
      }
    }
    try (RawPeer other = RawPeer.connect(port)) {
      assertThat(other.get(POLLING).status()).isEqualTo(200);
    }
  }

  @Test
  void requestLinesAndHeadersAreBounded() throws IOException {
    try (RawPeer peer = RawPeer.connect(port)) {
      assertThat(peer.get("/" + "x".repeat(9000)).status()).isIn(400, 414);
      assertThat(peer.isEnded()).isTrue();
    }
    try (RawPeer peer = RawPeer.connect(port)) {
      assertThat(peer.get("/", "X: " + "x".repeat(20_000)).status()).isIn(400, 431);
      assertThat(peer.isEnded()).isTrue();
    }
  }

  // ---- WebSocket ----

  @Test
  void messagesAreEchoed() throws IOException {
    try (RawPeer peer = webSocket()) {
      assertThat(peer.text("4hello").frame()).isEqualTo("4hello");
      assertThat(peer.frame(0x82, new byte[] {1, 2}).frame()).isEqualTo("<0102>");
      assertThat(peer.frame(0x82, new byte[0]).frame()).isEqualTo("<>");
      String large = "4" + "ж".repeat(40_000);
      assertThat(peer.text(large).frame()).isEqualTo(large);
    }
  }

  @Test
  void fragmentsArePutTogetherAroundControlFrames() throws IOException {
    try (RawPeer peer = webSocket()) {
      peer.frame(0x01, "4he".getBytes(UTF_8));
      peer.frame(0x89, "are you there".getBytes(UTF_8));
      peer.frame(0x00, "ll".getBytes(UTF_8));
      peer.frame(0x80, "o".getBytes(UTF_8));

      assertThat(peer.frame()).isEqualTo("pong are you there");
      assertThat(peer.frame()).isEqualTo("4hello");
    }
  }

  @Test
  void aCharacterMayBeSplitBetweenFragments() throws IOException {
    byte[] text = "4€".getBytes(UTF_8);
    try (RawPeer peer = webSocket()) {
      peer.frame(0x01, java.util.Arrays.copyOf(text, 2));
      peer.frame(0x80, java.util.Arrays.copyOfRange(text, 2, 4));

      assertThat(peer.frame()).isEqualTo("4€");
    }
  }

  @ParameterizedTest(name = "{0} is closed with {2}")
  @CsvSource({
    "reserved bit, c1 81 01020304 35, 1002",
    "unmasked, 81 02 3461, 1002",
    "reserved opcode, 83 80 01020304, 1002",
    "reserved control opcode, 8b 80 01020304, 1002",
    "fragmented ping, 09 80 01020304, 1002",
    "long ping, 89 fe 007e 01020304, 1002",
    "lone continuation, 80 80 01020304, 1002",
    "close of one byte, 88 81 01020304 02, 1002",
    "close status 1005, 88 82 01020304 02ef, 1002",
    "invalid UTF-8, 81 82 01020304 35fd, 1007",
    "over the limit, 81 ff 00000000000186a1 01020304, 1009",
    "2^63 bytes, 81 ff ffffffffffffffff 01020304, 1002 1009"
  })
  void framesThatBreakTheRules(String name, String hex, String statuses) throws IOException {
    try (RawPeer peer = webSocket();
        RawPeer other = webSocket()) {
      peer.send(java.util.HexFormat.of().parseHex(hex.replace(" ", "")));

      assertThat(peer.frame()).isIn((Object[]) closes(statuses));
      assertThat(peer.isEnded()).isTrue();
      assertThat(other.text("4fine").frame()).isEqualTo("4fine");
    }
  }

  private static String[] closes(String statuses) {
    return java.util.Arrays.stream(statuses.split(" "))
        .map(s -> "close " + s)
        .toArray(String[]::new);
  }

  @Test
  void fragmentsAreCounted() throws IOException {
    try (RawPeer peer = webSocket()) {
      peer.frame(0x01, new byte[0]);
      ByteArrayOutputStream empty = new ByteArrayOutputStream();
      for (int i = 0; i < 1030; i++) {
        empty.writeBytes(new byte[] {0, (byte) 0x80, 1, 2, 3, 4});
      }
      peer.send(empty.toByteArray());

      assertThat(peer.frame()).isEqualTo("close 1002");
    }
  }

  @Test
  void fragmentsTogetherAreBounded() throws Exception {
    try (RawPeer peer = webSocket()) {
      peer.frame(0x01, new byte[60_000]).frame(0x80, new byte[60_000]);

      assertThat(peer.frame()).isEqualTo("close 1009");
    }
    assertThat(closed.poll(5, TimeUnit.SECONDS)).isEqualTo(CloseReason.TRANSPORT_ERROR);
    assertThat(engine.counters()).containsEntry(Counter.MESSAGES_TOO_LARGE, 1L);
  }

  @Test
  void e23GarbageAfterTheUpgradeHarmsNobody() throws IOException {
    try (RawPeer peer = RawPeer.connect(port).upgrade(WEBSOCKET)) {
      peer.send(new byte[] {(byte) 0xff, (byte) 0xff, 0, 1, 2, 3});
      assertThat(peer.frame()).startsWith("0{");
      assertThat(peer.frame()).isEqualTo("close 1002");
    }
    try (RawPeer other = webSocket()) {
      assertThat(other.text("4fine").frame()).isEqualTo("4fine");
    }
  }

  @Test
  void aCloseIsAnsweredWithItsStatus() throws Exception {
    try (RawPeer peer = webSocket()) {
      peer.frame(0x88, new byte[] {0x0f, (byte) 0xa0});
      assertThat(peer.frame()).isEqualTo("close 4000");
      long answered = System.nanoTime();
      assertThat(peer.isEnded()).isTrue();
      assertThat(Duration.ofNanos(System.nanoTime() - answered)).isLessThan(Duration.ofMillis(700));
    }
    try (RawPeer peer = webSocket()) {
      peer.frame(0x88, new byte[0]);
      assertThat(peer.frame()).isEqualTo("close");
      assertThat(peer.isEnded()).isTrue();
    }
    assertThat(closed.poll(5, TimeUnit.SECONDS)).isEqualTo(CloseReason.TRANSPORT_CLOSE);
  }

  @Test
  void whoPingsAndDoesNotReadIsNotAnsweredWithoutEnd() throws IOException {
    int pings = 150_000;
    try (RawPeer peer = webSocket()) {
      for (int i = 0; i < pings / 1000; i++) {
        peer.frames(1000, 0x89, new byte[125]);
      }
      peer.text("4after all");
      int pongs = 0;
      while (!peer.frame().equals("4after all")) {
        pongs++;
      }
      assertThat(pongs).isBetween(1, pings - 1);
    }
  }

  @Test
  void whoSendsAndDoesNotReadIsClosed() throws Exception {
    start(options -> options.maxOutboundBytes(1_000_000));
    try (RawPeer peer = webSocket()) {
      byte[] message = "4".repeat(60_000).getBytes(UTF_8);
      for (int i = 0; i < 1000 && closed.isEmpty(); i++) {
        peer.frame(0x81, message);
      }
    } catch (IOException closedBeforeAllWasSent) {
      // as it should be
    }
    assertThat(closed.poll(5, TimeUnit.SECONDS)).isEqualTo(CloseReason.SLOW_CONSUMER);
  }

  @Test
  void onlyAGetBecomesAWebSocket() throws IOException {
    try (RawPeer peer = RawPeer.connect(port)) {
      peer.send(
          "POST "
              + WEBSOCKET
              + " HTTP/1.1\r\nHost: h\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
              + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
              + "Content-Length: 0\r\n\r\n");
      RawPeer.Answer answer = peer.answer();
      assertThat(answer.status()).isEqualTo(400);
      assertThat(answer.body()).contains("\"code\":2");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {POLLING, WEBSOCKET})
  void aHeaderThatCannotBeWrittenHangsNobody(String uri) throws IOException {
    start(options -> options.responseHeaders(request -> Headers.of("no name", "v")));
    try (RawPeer peer = RawPeer.connect(port)) {
      RawPeer.Answer answer =
          peer.get(
              uri,
              uri.equals(WEBSOCKET) ? "Upgrade: websocket" : "Accept: *",
              "Connection: Upgrade",
              "Sec-WebSocket-Version: 13",
              "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==");
      assertThat(answer.status()).isIn(101, 200);
      assertThat(answer.headers()).doesNotContainKey("no name");
    }
  }

  @Test
  void onlyVersion13IsSpoken() throws IOException {
    try (RawPeer peer = RawPeer.connect(port)) {
      RawPeer.Answer answer =
          peer.get(
              WEBSOCKET,
              "Upgrade: websocket",
              "Connection: Upgrade",
              "Sec-WebSocket-Version: 8",
              "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==");
      assertThat(answer.status()).isEqualTo(400);
      assertThat(answer.headers()).containsEntry("sec-websocket-version", "13");
    }
  }

  @Test
  void e69ARefusalComesBeforeTheUpgrade() throws IOException {
    try (RawPeer peer = RawPeer.connect(port)) {
      RawPeer.Answer answer =
          peer.get(
              WEBSOCKET + "&sid=unknown",
              "Upgrade: websocket",
              "Connection: Upgrade",
              "Sec-WebSocket-Version: 13",
              "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==");
      assertThat(answer.status()).isEqualTo(400);
      assertThat(answer.body()).isEqualTo("{\"code\":1,\"message\":\"Session ID unknown\"}");
      assertThat(peer.isEnded()).isTrue();
    }
  }

  @Test
  void answersToOneReadCountAsWaiting() throws Exception {
    start(options -> options.maxOutboundBytes(4_000_000));
    try (RawPeer peer = webSocket()) {
      ByteArrayOutputStream requests = new ByteArrayOutputStream();
      for (int i = 0; i < 100; i++) {
        requests.write(new byte[] {(byte) 0x81, (byte) 0x86, 0, 0, 0, 0}); // the mask is 0
        requests.write("4a lot".getBytes(UTF_8));
      }
      peer.send(requests.toByteArray()); // and reads nothing

      assertThat(closed.poll(10, TimeUnit.SECONDS)).isEqualTo(CloseReason.SLOW_CONSUMER);
    }
  }

  // ---- permessage-deflate ----

  private static byte[] deflated(byte[] data) {
    Deflater deflater = new Deflater(9, true);
    deflater.setInput(data);
    byte[] buffer = new byte[data.length + 100];
    int length = deflater.deflate(buffer, 0, buffer.length, Deflater.SYNC_FLUSH);
    deflater.end();
    return java.util.Arrays.copyOf(buffer, length - 4); // without 00 00 ff ff
  }

  @Test
  void compressionIsNegotiatedOnlyWhenOn() throws IOException {
    try (RawPeer peer = RawPeer.connect(port)) {
      peer.upgrade(WEBSOCKET, "Sec-WebSocket-Extensions: permessage-deflate");
      peer.frame();
      peer.frame(0xc1, deflated("4hello".getBytes(UTF_8)));
      assertThat(peer.frame()).isEqualTo("close 1002");
    }
  }

  @Test
  void compressedMessagesAreRead() throws IOException {
    start(options -> options.perMessageDeflate(true));
    try (RawPeer peer = RawPeer.connect(port)) {
      peer.upgrade(WEBSOCKET, "Sec-WebSocket-Extensions: permessage-deflate");
      peer.frame();
      peer.frame(0xc1, deflated("4hello".getBytes(UTF_8)));
      assertThat(peer.frame()).isEqualTo("4hello");
      peer.frame(0xc1, deflated(("4" + "x".repeat(5000)).getBytes(UTF_8)));
      assertThat(peer.frame()).startsWith("c1 "); // over the threshold: compressed
    }
  }

  @Test
  void inflationIsBounded() throws IOException {
    start(options -> options.perMessageDeflate(true));
    try (RawPeer peer = RawPeer.connect(port)) {
      peer.upgrade(WEBSOCKET, "Sec-WebSocket-Extensions: permessage-deflate");
      peer.frame();
      peer.frame(0xc2, deflated(new byte[10_000_000]));
      assertThat(peer.frame()).isEqualTo("close 1009");
    }
    try (RawPeer peer = RawPeer.connect(port)) {
      peer.upgrade(WEBSOCKET, "Sec-WebSocket-Extensions: permessage-deflate");
      peer.frame();
      peer.frame(0xc2, new byte[] {1, 2, 3, 4, 5});
      assertThat(peer.frame()).isEqualTo("close 1007");
    }
  }

  // ---- ways to listen ----

  private static Path resource(String name) throws Exception {
    URL url = NettyWebServerTest.class.getResource(name);
    return Path.of(url.toURI());
  }

  @Test
  void tlsFromPemFiles() throws Exception {
    WebServer secure =
        WebServers.start(
            WebServerOptions.builder()
                .port(0)
                .tls(resource("certificate.pem"), resource("key.pem"))
                .build(),
            engine);
    KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
    trusted.load(null);
    trusted.setCertificateEntry(
        "test",
        CertificateFactory.getInstance("X.509")
            .generateCertificate(getClass().getResourceAsStream("certificate.pem")));
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(trusted);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    int securePort = ((InetSocketAddress) secure.address()).getPort();
    try (RawPeer peer =
        new RawPeer(context.getSocketFactory().createSocket("localhost", securePort))) {
      assertThat(peer.get("/nobody").status()).isEqualTo(404);
      peer.upgrade(WEBSOCKET);
      peer.frame();
      assertThat(peer.text("4hello").frame()).isEqualTo("4hello");
    } finally {
      secure.close(Duration.ofMillis(100));
    }
  }

  @Test
  void aUnixDomainSocket(@TempDir Path folder) throws IOException {
    Path path = folder.resolve("engine.sock");
    WebServer local =
        WebServers.start(WebServerOptions.builder().unixDomainSocket(path).build(), engine);
    try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      channel.connect(UnixDomainSocketAddress.of(path));
      channel.write(
          ByteBuffer.wrap(("GET " + POLLING + " HTTP/1.1\r\nHost: h\r\n\r\n").getBytes(UTF_8)));
      ByteBuffer answer = ByteBuffer.allocate(4096);
      channel.read(answer);
      assertThat(new String(answer.array(), 0, answer.position(), UTF_8))
          .startsWith("HTTP/1.1 200 OK");
    } finally {
      local.close(Duration.ofMillis(100));
    }
    assertThat(path).doesNotExist();
  }

  @Test
  void aPortThatIsTakenIsNamed() {
    assertThatThrownBy(
            () -> WebServers.start(WebServerOptions.builder().port(port).build(), engine))
        .isInstanceOf(BindException.class)
        .hasMessageContaining(String.valueOf(port));
  }

  @ParameterizedTest(name = "aggregated: {0}")
  @ValueSource(booleans = {false, true})
  void aPipelineThatIsThereAlready(boolean aggregated) throws Exception {
    MultiThreadIoEventLoopGroup loops =
        new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    Channel listener =
        new ServerBootstrap()
            .group(loops)
            .channel(NioServerSocketChannel.class)
            .childHandler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    channel.pipeline().addLast(new HttpServerCodec());
                    if (aggregated) {
                      channel.pipeline().addLast(new HttpObjectAggregator(1 << 20));
                    }
                    channel.pipeline().addLast(NettyTransport.channelHandler(engine));
                    if (!aggregated) {
                      channel.pipeline().addLast(new HttpObjectAggregator(1 << 20));
                    }
                    channel.pipeline().addLast(new Application());
                  }
                })
            .bind("127.0.0.1", 0)
            .sync()
            .channel();
    int shared = ((InetSocketAddress) listener.localAddress()).getPort();
    try (RawPeer peer = RawPeer.connect(shared)) {
      assertThat(peer.get("/rest").body()).isEqualTo("GET /rest ");
      String session = POLLING + "&sid=" + sid(peer.get(POLLING).body());
      assertThat(peer.post(session, "4hello").body()).isEqualTo("ok");
      assertThat(peer.get(session).body()).isEqualTo("4hello");
      assertThat(peer.post("/rest", "body").body()).isEqualTo("POST /rest body");
      peer.upgrade(WEBSOCKET);
      peer.frame();
      assertThat(peer.text("4hello").frame()).isEqualTo("4hello");
    } finally {
      listener.close().sync();
      loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).sync();
    }
  }

  /** What an application had before. */
  private static final class Application extends SimpleChannelInboundHandler<FullHttpRequest> {
    @Override
    protected void channelRead0(ChannelHandlerContext context, FullHttpRequest request) {
      byte[] body =
          (request.method() + " " + request.uri() + " " + request.content().toString(UTF_8))
              .getBytes(UTF_8);
      DefaultFullHttpResponse response =
          new DefaultFullHttpResponse(
              HttpVersion.HTTP_1_1, HttpResponseStatus.OK, Unpooled.wrappedBuffer(body));
      response.headers().setInt("content-length", body.length);
      context.writeAndFlush(response, context.voidPromise());
    }
  }

  @Test
  void stoppingTellsClientsAndFreesThePort() throws IOException {
    try (RawPeer idle = RawPeer.connect(port);
        RawPeer peer = webSocket()) {
      stop();
      assertThat(peer.frame()).isEqualTo("close 1000");
      assertThat(peer.isEnded()).isTrue();
      assertThat(idle.isEnded()).isTrue();
    }
    assertThat(Thread.getAllStackTraces().keySet())
        .filteredOn(thread -> thread.isAlive() && thread.getName().startsWith("sockeye-io"))
        .isEmpty();
    WebServer again = WebServers.start(WebServerOptions.builder().port(port).build(), engine);
    again.close(Duration.ofMillis(100));
  }
}

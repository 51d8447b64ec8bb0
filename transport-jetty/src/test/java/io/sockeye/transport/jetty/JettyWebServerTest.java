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
package io.sockeye.transport.jetty;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sockeye.engineio.protocol.Utf8Text;
import io.sockeye.engineio.server.CloseReason;
import io.sockeye.engineio.server.EngineIoOptions;
import io.sockeye.engineio.server.EngineIoServer;
import io.sockeye.engineio.server.HandlerExecution;
import io.sockeye.engineio.server.Headers;
import io.sockeye.engineio.server.HttpRequest;
import io.sockeye.engineio.server.Session;
import io.sockeye.engineio.server.SessionListener;
import io.sockeye.engineio.server.WebServerOptions;
import io.sockeye.engineio.server.WebServers;
import io.sockeye.engineio.server.spi.HttpExchange;
import io.sockeye.engineio.server.spi.HttpHandler;
import io.sockeye.engineio.server.spi.HttpResponse;
import io.sockeye.engineio.server.spi.OutboundFrame;
import io.sockeye.engineio.server.spi.WebServer;
import io.sockeye.engineio.server.spi.WebServerProvider;
import io.sockeye.engineio.server.spi.WebSocketListener;
import io.sockeye.engineio.server.spi.WebSocketUpgrade;
import io.sockeye.transport.contract.RawPeer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.Principal;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.List;
import java.util.ServiceLoader;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.eclipse.jetty.client.ContentResponse;
import org.eclipse.jetty.client.HttpClient;
import org.eclipse.jetty.client.StringRequestContent;
import org.eclipse.jetty.http.HostPortHttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpScheme;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.http.MetaData;
import org.eclipse.jetty.http2.api.Stream;
import org.eclipse.jetty.http2.client.HTTP2Client;
import org.eclipse.jetty.http2.client.transport.HttpClientTransportOverHTTP2;
import org.eclipse.jetty.http2.frames.DataFrame;
import org.eclipse.jetty.http2.frames.HeadersFrame;
import org.eclipse.jetty.http2.frames.ResetFrame;
import org.eclipse.jetty.io.ClientConnector;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.handler.ContextHandler;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is Jetty's own; the rules of all bindings are in {@link JettyContractTest}. */
@Timeout(60)
class JettyWebServerTest {
  private static final String POLLING = "/engine.io/?EIO=4&transport=polling";
  private static final String WEBSOCKET = "/engine.io/?EIO=4&transport=websocket";

  private final BlockingQueue<CloseReason> closed = new LinkedBlockingQueue<>();
  private final BlockingQueue<HttpRequest> handshakes = new LinkedBlockingQueue<>();
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
    engine =
        EngineIoServer.create(
            options.build(),
            session -> {
              handshakes.add(session.request());
              return new Echo();
            });
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
      session.send(text);
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

  private static <T> T take(BlockingQueue<T> queue) throws InterruptedException {
    T value = queue.poll(10, TimeUnit.SECONDS);
    assertThat(value).isNotNull();
    return value;
  }

  // ---- the provider ----

  @Test
  void itIsFoundAfterNetty() {
    assertThat(ServiceLoader.load(WebServerProvider.class))
        .filteredOn(provider -> provider.name().equals("jetty"))
        .singleElement()
        .satisfies(
            provider -> {
              assertThat(provider.isAvailable()).isTrue();
              assertThat(provider.preference()).isEqualTo(200);
              assertThat(provider.transports()).hasSize(2);
            });
  }

  // ---- HTTP/1.1 ----

  @Test
  void nothingNamesTheServer() throws IOException {
    try (RawPeer peer = RawPeer.connect(port)) {
      assertThat(peer.get(POLLING).headers())
          .doesNotContainKeys("server", "x-powered-by", "date", "connection");
      assertThat(peer.get("/nobody").headers()).doesNotContainKeys("server", "date");
      RawPeer.Answer malformed = peer.send("nonsense\r\n\r\n").answer();
      assertThat(malformed.status()).isEqualTo(400);
      assertThat(malformed.headers()).doesNotContainKeys("server", "date");
      assertThat(malformed.body()).doesNotContainIgnoringCase("jetty");
      assertThat(peer.isEnded()).isTrue();
    }
  }

  @Test
  void requestLinesAndHeadersAreBounded() throws IOException {
    try (RawPeer peer = RawPeer.connect(port)) {
      assertThat(peer.get("/" + "x".repeat(8000)).status()).isEqualTo(404);
      assertThat(peer.get("/" + "x".repeat(9000)).status()).isEqualTo(414);
      assertThat(peer.isEnded()).isTrue();
    }
    try (RawPeer peer = RawPeer.connect(port)) {
      assertThat(peer.get("/", "X: " + "x".repeat(20_000)).status()).isEqualTo(431);
      assertThat(peer.isEnded()).isTrue();
    }
  }

  @Test
  void requestsThatFollowAPollAreAnsweredAfterIt() throws IOException {
    try (RawPeer peer = RawPeer.connect(port);
        RawPeer other = RawPeer.connect(port)) {
      String session = POLLING + "&sid=" + sid(peer.get(POLLING).body());
      // The first part comes with the poll, the second while it waits.
      peer.send("GET " + session + " HTTP/1.1\r\nHost: h\r\n\r\nGET /first HTTP/1.1\r\nHo");
      assertThat(other.get("/nobody").status()).isEqualTo(404);
      peer.send("st: h\r\n\r\nGET /second HTTP/1.1\r\nHost: h\r\n\r\n");
      assertThat(other.post(session, "4hello").body()).isEqualTo("ok");

      assertThat(peer.answer().body()).isEqualTo("4hello");
      assertThat(peer.answer().status()).isEqualTo(404);
      assertThat(peer.answer().status()).isEqualTo(404);
      assertThat(peer.get(POLLING).status()).isEqualTo(200);
    }
  }

  @ParameterizedTest(name = "{0} requests ahead")
  @ValueSource(ints = {1, 100, 2000})
  void aClientThatSendsAheadAndGoesIsHeardOf(int ahead) throws Exception {
    try (RawPeer peer = RawPeer.connect(port)) {
      String session = POLLING + "&sid=" + sid(peer.get(POLLING).body());
      try (RawPeer polling = RawPeer.connect(port)) {
        polling.send("GET " + session + " HTTP/1.1\r\nHost: h\r\n\r\n");
        polling.send("GET /ahead HTTP/1.1\r\nHost: h\r\n\r\n".repeat(ahead));
      }
      if (ahead < 200) {
        assertThat(take(closed)).isEqualTo(CloseReason.TRANSPORT_ERROR);
      } else { // more than is read ahead: the end is not seen before the answer
        assertThat(peer.post(session, "4hello").body()).isEqualTo("ok");
      }
    }
  }

  // ---- WebSocket ----

  @Test
  void fragmentsAreCounted() throws IOException {
    try (RawPeer peer = RawPeer.connect(port).upgrade(WEBSOCKET)) {
      assertThat(peer.frame()).startsWith("0{");
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
  void framesBeforeOneThatBreaksARuleAreDelivered() throws IOException {
    try (RawPeer peer = RawPeer.connect(port).upgrade(WEBSOCKET)) {
      assertThat(peer.frame()).startsWith("0{");
      ByteArrayOutputStream frames = new ByteArrayOutputStream();
      frames.writeBytes(new byte[] {(byte) 0x81, (byte) 0x82, 0, 0, 0, 0, '4', 'a'});
      frames.writeBytes(new byte[] {(byte) 0x81, (byte) 0x82, 0, 0, 0, 0, '4', 'b'});
      frames.writeBytes(new byte[] {(byte) 0x81, (byte) 0xff, 0, 0, 0, 0, 0, 1, (byte) 0x86});
      frames.writeBytes(new byte[] {(byte) 0xa1, 0, 0, 0, 0, '4', 'c'});
      peer.send(frames.toByteArray());

      assertThat(peer.frame()).isEqualTo("4a");
      assertThat(peer.frame()).isEqualTo("4b");
      assertThat(peer.frame()).isEqualTo("close 1009");
    }
  }

  @Test
  void framesMayComeWithTheRequest() throws IOException {
    try (RawPeer peer = RawPeer.connect(port)) {
      ByteArrayOutputStream all = new ByteArrayOutputStream();
      all.writeBytes(
          ("GET "
                  + WEBSOCKET
                  + " HTTP/1.1\r\nHost: h\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                  + "Sec-WebSocket-Version: 13\r\n"
                  + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n")
              .getBytes(UTF_8));
      for (int i = 0; i < 3000; i++) { // more than one read
        all.writeBytes(new byte[] {(byte) 0x81, (byte) 0x82, 0, 0, 0, 0, '4', 'a'});
      }
      peer.send(all.toByteArray());

      assertThat(peer.answer().status()).isEqualTo(101);
      assertThat(peer.frame()).startsWith("0{");
      for (int i = 0; i < 3000; i++) {
        assertThat(peer.frame()).isEqualTo("4a");
      }
    }
  }

  @Test
  void whoPingsAndDoesNotReadIsNotAnsweredWithoutEnd() throws IOException {
    int pings = 150_000;
    try (RawPeer peer = RawPeer.connect(port).upgrade(WEBSOCKET)) {
      assertThat(peer.frame()).startsWith("0{");
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
  void aDemandForASmallerWindowIsNotAccepted() throws IOException {
    start(options -> options.perMessageDeflate(true));
    try (RawPeer peer = RawPeer.connect(port)) {
      peer.askForUpgrade(
          WEBSOCKET,
          "Sec-WebSocket-Extensions: permessage-deflate; server_max_window_bits=10,"
              + " permessage-deflate; client_max_window_bits");
      assertThat(peer.answer().headers().get("sec-websocket-extensions"))
          .contains("permessage-deflate")
          .contains("server_no_context_takeover")
          .contains("client_no_context_takeover")
          .doesNotContain("window_bits");
    }
    try (RawPeer peer = RawPeer.connect(port)) {
      peer.askForUpgrade(
          WEBSOCKET, "Sec-WebSocket-Extensions: permessage-deflate; server_max_window_bits=10");
      RawPeer.Answer answer = peer.answer();
      assertThat(answer.status()).isEqualTo(101);
      assertThat(answer.headers()).doesNotContainKey("sec-websocket-extensions");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"permessage-deflate; nonsense=1", ";;;,=", "permessage-deflate; \""})
  void extensionsThatMakeNoSenseHarmNobody(String extensions) throws IOException {
    start(options -> options.perMessageDeflate(true));
    try (RawPeer peer = RawPeer.connect(port)) {
      peer.askForUpgrade(WEBSOCKET, "Sec-WebSocket-Extensions: " + extensions);
      assertThat(peer.answer().status()).isIn(101, 400);
    }
    try (RawPeer peer = RawPeer.connect(port).upgrade(WEBSOCKET)) {
      assertThat(peer.frame()).startsWith("0{");
    }
  }

  // ---- HTTP/2 ----

  private static HttpClient http2Client() throws Exception {
    ClientConnector connector = new ClientConnector();
    SslContextFactory.Client tls = new SslContextFactory.Client();
    tls.setTrustStore(trusted());
    connector.setSslContextFactory(tls);
    HttpClient client =
        new HttpClient(new HttpClientTransportOverHTTP2(new HTTP2Client(connector)));
    client.start();
    return client;
  }

  private String url(String path) {
    return "http://127.0.0.1:" + port + path;
  }

  private ContentResponse post(HttpClient client, String path, String body) throws Exception {
    return client.POST(url(path)).body(new StringRequestContent(body)).send();
  }

  @Test
  void pollingOverHttp2() throws Exception {
    HttpClient client = http2Client();
    try {
      ContentResponse open = client.GET(url(POLLING));
      assertThat(open.getVersion()).isEqualTo(HttpVersion.HTTP_2);
      assertThat(open.getHeaders().contains("server")).isFalse();
      assertThat(take(handshakes).header("Host")).isEqualTo("127.0.0.1:" + port);
      String session = POLLING + "&sid=" + sid(open.getContentAsString());
      for (int i = 0; i < 5; i++) {
        assertThat(post(client, session, "4message " + i).getContentAsString()).isEqualTo("ok");
        assertThat(client.GET(url(session)).getContentAsString()).isEqualTo("4message " + i);
      }
      assertThat(client.GET(url("/nobody")).getStatus()).isEqualTo(404);
      assertThat(post(client, "/nobody", "x".repeat(50_000)).getStatus()).isEqualTo(404);
      assertThat(post(client, session, "4" + "x".repeat(100_000)).getStatus()).isEqualTo(413);
    } finally {
      client.stop();
    }
  }

  @Test
  void aPollThatIsResetOverHttp2EndsItsSession() throws Exception {
    HttpClient client = http2Client();
    try {
      String session = POLLING + "&sid=" + sid(client.GET(url(POLLING)).getContentAsString());
      org.eclipse.jetty.client.Request poll = client.newRequest(url(session));
      BlockingQueue<Throwable> failures = new LinkedBlockingQueue<>();
      poll.send(result -> failures.add(result.getFailure()));
      assertThat(client.GET(url("/nobody")).getStatus()).isEqualTo(404); // the poll is there
      assertThat(poll.abort(new IOException("changed its mind")).get(10, TimeUnit.SECONDS))
          .isTrue();
      assertThat(take(failures)).hasMessage("changed its mind");
      assertThat(take(closed)).isEqualTo(CloseReason.TRANSPORT_ERROR);
      assertThat(client.GET(url(session)).getContentAsString()).contains("Session ID unknown");
    } finally {
      client.stop();
    }
  }

  /** A WebSocket in a stream of HTTP/2, frame by frame. */
  private static final class Tunnel implements Stream.Listener {
    private final BlockingQueue<Integer> statuses = new LinkedBlockingQueue<>();
    private final BlockingQueue<byte[]> arrived = new LinkedBlockingQueue<>();
    private byte[] part = new byte[0];
    private int at;
    private Stream stream;

    static Tunnel open(org.eclipse.jetty.http2.api.Session session, int port, String path)
        throws Exception {
      Tunnel tunnel = new Tunnel();
      MetaData.Request connect =
          new MetaData.ConnectRequest(
              HttpScheme.HTTP,
              new HostPortHttpField("127.0.0.1:" + port),
              path,
              HttpFields.build().add("Sec-WebSocket-Version", "13"),
              "websocket");
      tunnel.stream =
          session
              .newStream(new HeadersFrame(connect, null, false), tunnel)
              .get(10, TimeUnit.SECONDS);
      return tunnel;
    }

    @Override
    public void onHeaders(Stream answered, HeadersFrame frame) {
      statuses.add(((MetaData.Response) frame.getMetaData()).getStatus());
      answered.demand();
    }

    @Override
    public void onDataAvailable(Stream readable) {
      for (Stream.Data data = readable.readData(); data != null; data = readable.readData()) {
        byte[] bytes = new byte[data.frame().getByteBuffer().remaining()];
        data.frame().getByteBuffer().get(bytes);
        boolean last = data.frame().isEndStream();
        data.release();
        if (bytes.length > 0) {
          arrived.add(bytes);
        }
        if (last) {
          arrived.add(new byte[0]);
          return;
        }
      }
      readable.demand();
    }

    @Override
    public void onReset(Stream ended, ResetFrame frame, Callback callback) {
      arrived.add(new byte[0]);
      callback.succeeded();
    }

    /** Sends a frame with a mask of zeros. */
    void send(int firstByte, byte[] payload) throws Exception {
      ByteBuffer frame = ByteBuffer.allocate(payload.length + 14);
      frame.put((byte) firstByte).put((byte) 0xff).putLong(payload.length).putInt(0);
      frame.put(payload).flip();
      stream.data(new DataFrame(stream.getId(), frame, false)).get(10, TimeUnit.SECONDS);
    }

    void text(String text) throws Exception {
      send(0x81, text.getBytes(UTF_8));
    }

    private int octet() throws Exception {
      while (at == part.length) {
        part = take(arrived);
        at = 0;
        assertThat(part).describedAs("the end of the stream").isNotEmpty();
      }
      return part[at++] & 0xFF;
    }

    private long number(int octets) throws Exception {
      long number = 0;
      for (int i = 0; i < octets; i++) {
        number = number << 8 | octet();
      }
      return number;
    }

    /** Reads a frame: text, or the status of a close frame. */
    String frame() throws Exception {
      int first = octet();
      int shortLength = octet();
      int length =
          shortLength < 126 ? shortLength : (int) number(shortLength == 126 ? 2 : Long.BYTES);
      byte[] payload = new byte[length];
      for (int i = 0; i < length; i++) {
        payload[i] = (byte) octet();
      }
      return first == 0x88
          ? "close " + ((payload[0] & 0xFF) << 8 | (payload[1] & 0xFF))
          : new String(payload, UTF_8);
    }
  }

  /** Sends every message back. */
  private static final class Mirror implements HttpHandler {
    private final BlockingQueue<HttpRequest> requests = new LinkedBlockingQueue<>();
    private final BlockingQueue<String> closed = new LinkedBlockingQueue<>();

    @Override
    public boolean matches(String path) {
      return path.equals("/mirror");
    }

    @Override
    public void handle(HttpExchange exchange) {
      exchange.respond(HttpResponse.empty(400, Headers.EMPTY));
    }

    @Override
    public void handle(WebSocketUpgrade upgrade) {
      requests.add(upgrade.request());
      if ("no".equals(upgrade.request().query("please"))) {
        upgrade.refuse(HttpResponse.empty(403, Headers.EMPTY));
        return;
      }
      upgrade.accept(
          Headers.of("X-Extra", "yes"),
          new WebSocketUpgrade.Settings(100_000, -1),
          connection ->
              new WebSocketListener() {
                @Override
                public void onText(Utf8Text text) {
                  connection.write(
                      OutboundFrame.text(text.array(), text.offset(), text.length(), false));
                  connection.flush();
                }

                @Override
                public void onBinary(ByteBuffer data) {
                  connection.close(4001, "no binary");
                }

                @Override
                public void onWritable() {}

                @Override
                public void onClosed(int status, Throwable cause) {
                  closed.add("closed " + status);
                }
              });
    }
  }

  @Test
  void webSocketOverHttp2() throws Exception {
    Mirror mirror = new Mirror();
    WebServer web =
        new JettyWebServerProvider()
            .start(WebServerOptions.builder().port(0).build(), List.of(mirror));
    int webPort = ((InetSocketAddress) web.address()).getPort();
    HTTP2Client client = new HTTP2Client();
    client.start();
    try {
      org.eclipse.jetty.http2.api.Session session =
          client
              .connect(
                  new InetSocketAddress(InetAddress.getLoopbackAddress(), webPort),
                  new org.eclipse.jetty.http2.api.Session.Listener() {})
              .get(10, TimeUnit.SECONDS);
      Tunnel tunnel = Tunnel.open(session, webPort, "/mirror?a=1");
      assertThat(take(tunnel.statuses)).isEqualTo(200);
      HttpRequest request = take(mirror.requests);
      assertThat(request.method()).isEqualTo("GET");
      assertThat(request.uri()).isEqualTo("/mirror?a=1");
      assertThat(request.header("Host")).isEqualTo("127.0.0.1:" + webPort);
      tunnel.text("hello");
      assertThat(tunnel.frame()).isEqualTo("hello");
      String large = "x".repeat(100_000);
      tunnel.text(large);
      assertThat(tunnel.frame()).isEqualTo(large);

      Tunnel other = Tunnel.open(session, webPort, "/mirror"); // on the same connection
      other.text(large + "x");
      assertThat(other.frame()).isEqualTo("close 1009");
      assertThat(take(mirror.closed)).isEqualTo("closed 1009");

      Tunnel refused = Tunnel.open(session, webPort, "/mirror?please=no");
      assertThat(take(refused.statuses)).isEqualTo(403);

      tunnel.send(0x82, new byte[] {1});
      assertThat(tunnel.frame()).isEqualTo("close 4001");
      tunnel.send(0x88, new byte[] {0x0f, (byte) 0xa1});
      assertThat(take(mirror.closed)).isEqualTo("closed 4001");

      Tunnel vanishing = Tunnel.open(session, webPort, "/mirror");
      assertThat(take(vanishing.statuses)).isEqualTo(200);
      vanishing.stream.reset(new ResetFrame(vanishing.stream.getId(), 8), Callback.NOOP);
      assertThat(take(mirror.closed)).isEqualTo("closed 1006");
    } finally {
      client.stop();
      web.close(Duration.ofMillis(100));
    }
  }

  // ---- ways to listen ----

  private static Path resource(String name) throws Exception {
    return Path.of(JettyWebServerTest.class.getResource(name).toURI());
  }

  private static KeyStore trusted() throws Exception {
    KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
    trusted.load(null);
    trusted.setCertificateEntry(
        "test",
        CertificateFactory.getInstance("X.509")
            .generateCertificate(JettyWebServerTest.class.getResourceAsStream("certificate.pem")));
    return trusted;
  }

  @ParameterizedTest
  @CsvSource({"key.pem,", "key-encrypted.pem, secret"})
  void tlsFromPemFiles(String key, String password) throws Exception {
    WebServerOptions.Builder options = WebServerOptions.builder().port(0);
    if (password == null) {
      options.tls(resource("certificate.pem"), resource(key));
    } else {
      options.tls(resource("certificate.pem"), resource(key), password);
    }
    WebServer secure = WebServers.start(options.build(), engine);
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(trusted());
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    int securePort = ((InetSocketAddress) secure.address()).getPort();
    HttpClient http2 = http2Client();
    try (RawPeer peer =
        new RawPeer(context.getSocketFactory().createSocket("localhost", securePort))) {
      assertThat(peer.get("/nobody").status()).isEqualTo(404);
      peer.upgrade(WEBSOCKET);
      peer.frame();
      assertThat(take(handshakes).secure()).isTrue();
      assertThat(peer.text("4hello").frame()).isEqualTo("4hello");
      try (RawPeer polling =
          new RawPeer(context.getSocketFactory().createSocket("localhost", securePort))) {
        String session = POLLING + "&sid=" + sid(polling.get(POLLING).body());
        polling.send("GET " + session + " HTTP/1.1\r\nHost: h\r\n\r\n");
      }
      assertThat(take(closed)).isEqualTo(CloseReason.TRANSPORT_ERROR); // its poll was aborted

      ContentResponse overHttp2 = http2.GET("https://localhost:" + securePort + POLLING);
      assertThat(overHttp2.getVersion()).isEqualTo(HttpVersion.HTTP_2);
      assertThat(overHttp2.getStatus()).isEqualTo(200);
    } finally {
      http2.stop();
      secure.close(Duration.ofMillis(100));
    }
  }

  @Test
  void tlsFilesThatCannotBeUsedAreNamed() throws Exception {
    Path certificate = resource("certificate.pem");
    assertThatThrownBy(
            () ->
                WebServers.start(
                    WebServerOptions.builder().port(0).tls(certificate, certificate).build(),
                    engine))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("certificate.pem")
        .hasMessageContaining("PKCS#8");
    Path encrypted = resource("key-encrypted.pem");
    assertThatThrownBy(
            () ->
                WebServers.start(
                    WebServerOptions.builder().port(0).tls(certificate, encrypted).build(), engine))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("key-encrypted.pem")
        .hasMessageContaining("password");
  }

  @Test
  void aUnixDomainSocket(@TempDir Path folder) throws Exception {
    Path path = folder.resolve("engine.sock");
    WebServer local =
        WebServers.start(WebServerOptions.builder().unixDomainSocket(path).build(), engine);
    try (SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      assertThat(local.address()).isEqualTo(UnixDomainSocketAddress.of(path));
      channel.connect(UnixDomainSocketAddress.of(path));
      channel.write(
          ByteBuffer.wrap(("GET " + POLLING + " HTTP/1.1\r\nHost: h\r\n\r\n").getBytes(UTF_8)));
      ByteBuffer answer = ByteBuffer.allocate(4096);
      channel.read(answer);
      assertThat(new String(answer.array(), 0, answer.position(), UTF_8))
          .startsWith("HTTP/1.1 200 OK");
      assertThat(take(handshakes).remoteAddress()).isNull();
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
        .hasMessageContaining("127.0.0.1")
        .hasMessageContaining(String.valueOf(port))
        .hasMessageContaining("expected");
    stop();
    assertThat(Thread.getAllStackTraces().keySet())
        .filteredOn(thread -> thread.isAlive() && thread.getName().startsWith("sockeye-io"))
        .isEmpty();
  }

  @Test
  void stoppingEndsIdleConnectionsAtOnceAndEveryThread() throws Exception {
    BlockingQueue<HttpExchange> exchanges = new LinkedBlockingQueue<>();
    HttpHandler later =
        new HttpHandler() {
          @Override
          public boolean matches(String path) {
            return path.equals("/later");
          }

          @Override
          public void handle(HttpExchange exchange) {
            exchanges.add(exchange);
          }
        };
    WebServer other =
        new JettyWebServerProvider()
            .start(WebServerOptions.builder().port(0).build(), List.of(later));
    int otherPort = ((InetSocketAddress) other.address()).getPort();
    try (RawPeer unused = RawPeer.connect(otherPort);
        RawPeer idle = RawPeer.connect(otherPort);
        RawPeer waiting = RawPeer.connect(otherPort)) {
      assertThat(idle.get("/nobody").status()).isEqualTo(404);
      waiting.send("GET /later HTTP/1.1\r\nHost: h\r\n\r\n");
      HttpExchange exchange = take(exchanges);
      Thread closing = new Thread(() -> other.close(Duration.ofSeconds(50)));
      closing.start();
      assertThat(idle.isEnded()).isTrue();
      assertThat(unused.isEnded()).isTrue();
      // The request is waited for; its answer ends its connection, and then the server ends.
      exchange.respond(HttpResponse.of(200, Headers.EMPTY, "late".getBytes(UTF_8)));
      RawPeer.Answer answer = waiting.answer();
      assertThat(answer.body()).isEqualTo("late");
      assertThat(answer.headers()).containsEntry("connection", "close");
      assertThat(waiting.isEnded()).isTrue();
      closing.join(20_000); // though the client keeps its end
      assertThat(closing.isAlive()).isFalse();
    }
    stop();
    assertThat(Thread.getAllStackTraces().keySet())
        .filteredOn(thread -> thread.isAlive() && thread.getName().startsWith("sockeye-io"))
        .isEmpty();
  }

  // ---- a server that is there already ----

  /** What an application had before. */
  private static final class Rest extends Handler.Abstract {
    @Override
    public boolean handle(Request request, Response response, Callback callback) {
      String answer = request.getMethod() + " " + request.getHttpURI().getPathQuery();
      response.write(true, ByteBuffer.wrap(answer.getBytes(UTF_8)), callback);
      return true;
    }
  }

  private interface Use {
    void with(int port) throws Exception;
  }

  private static void serving(Handler handler, Duration idle, Use use) throws Exception {
    Server jetty = new Server();
    ServerConnector connector = new ServerConnector(jetty);
    connector.setHost("127.0.0.1");
    connector.setIdleTimeout(idle.toMillis());
    jetty.addConnector(connector);
    jetty.setHandler(handler);
    jetty.start();
    try {
      use.with(connector.getLocalPort());
    } finally {
      jetty.stop();
    }
  }

  private void echoes(int shared, String context) throws IOException {
    try (RawPeer peer = RawPeer.connect(shared)) {
      assertThat(peer.get("/rest?a=1").body()).isEqualTo("GET /rest?a=1");
      String session = context + POLLING + "&sid=" + sid(peer.get(context + POLLING).body());
      assertThat(peer.post(session, "4hello").body()).isEqualTo("ok");
      assertThat(peer.get(session).body()).isEqualTo("4hello");
      assertThat(peer.post("/rest", "body").body()).isEqualTo("POST /rest");
      peer.upgrade(context + WEBSOCKET);
      peer.frame();
      assertThat(peer.text("4hello").frame()).isEqualTo("4hello");
    }
  }

  @Test
  void besideOtherHandlers() throws Exception {
    serving(
        new Handler.Sequence(JettyTransport.handler(engine), new Rest()),
        Duration.ofSeconds(30),
        shared -> echoes(shared, ""));
  }

  @Test
  void aroundAnotherHandler() throws Exception {
    Handler.Wrapper handler = JettyTransport.handler(engine);
    handler.setHandler(new Rest());
    serving(handler, Duration.ofSeconds(30), shared -> echoes(shared, ""));
  }

  @Test
  void insideOfAContext() throws Exception {
    serving(
        new Handler.Sequence(
            new ContextHandler(JettyTransport.handler(engine), "/app"), new Rest()),
        Duration.ofSeconds(30),
        shared -> {
          echoes(shared, "/app");
          echoes(shared, "/%61pp");
        });
    assertThat(take(handshakes).uri()).startsWith("/engine.io/?EIO=4");
  }

  @Test
  void usersAreKnown() throws Exception {
    Principal user = () -> "somebody";
    Handler.Wrapper authenticating =
        new Handler.Wrapper(JettyTransport.handler(engine)) {
          @Override
          public boolean handle(Request request, Response response, Callback callback)
              throws Exception {
            Request.setAuthenticationState(
                request,
                new Request.AuthenticationState() {
                  @Override
                  public Principal getUserPrincipal() {
                    return user;
                  }
                });
            return super.handle(request, response, callback);
          }
        };
    serving(
        authenticating,
        Duration.ofSeconds(30),
        shared -> {
          try (RawPeer peer = RawPeer.connect(shared)) {
            assertThat(peer.get(POLLING).status()).isEqualTo(200);
          }
        });
    assertThat(take(handshakes).principal()).isSameAs(user);
  }

  @Test
  void idleTimeoutsEndNeitherPollsNorWebSockets() throws Exception {
    start(options -> options.pingInterval(Duration.ofMillis(500)));
    serving(
        JettyTransport.handler(engine),
        Duration.ofMillis(50),
        shared -> {
          try (RawPeer webSocket = RawPeer.connect(shared).upgrade(WEBSOCKET);
              RawPeer peer = RawPeer.connect(shared)) {
            assertThat(webSocket.frame()).startsWith("0{");
            String session = POLLING + "&sid=" + sid(peer.get(POLLING).body());
            assertThat(peer.get(session).body()).isEqualTo("2"); // after half a second
            assertThat(webSocket.frame()).isEqualTo("2");
            assertThat(webSocket.text("3").text("4hello").frame()).isEqualTo("4hello");
          }
        });
  }

  @Test
  void requestsThatAreHalfSentTimeOut() throws Exception {
    serving(
        JettyTransport.handler(engine),
        Duration.ofMillis(100),
        shared -> {
          try (RawPeer nothing = RawPeer.connect(shared);
              RawPeer head = RawPeer.connect(shared).send("GET /eng");
              RawPeer body = RawPeer.connect(shared)) {
            String session = POLLING + "&sid=" + sid(body.get(POLLING).body());
            body.send("POST " + session + " HTTP/1.1\r\nHost: h\r\nContent-Length: 9\r\n\r\n4he");
            body.readToEnd();
            head.readToEnd();
            nothing.readToEnd();
          }
        });
    assertThat(take(closed)).isEqualTo(CloseReason.TRANSPORT_ERROR);
  }
}

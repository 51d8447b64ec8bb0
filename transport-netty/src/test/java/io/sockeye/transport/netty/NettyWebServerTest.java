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
import io.sockeye.engineio.server.EngineIoOptions;
import io.sockeye.engineio.server.EngineIoServer;
import io.sockeye.engineio.server.HandlerExecution;
import io.sockeye.engineio.server.Session;
import io.sockeye.engineio.server.SessionListener;
import io.sockeye.engineio.server.WebServerOptions;
import io.sockeye.engineio.server.WebServers;
import io.sockeye.engineio.server.spi.WebServer;
import io.sockeye.transport.contract.RawPeer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is Netty's own; the rules of all bindings are in {@link NettyContractTest}. */
@SuppressWarnings("FutureReturnValueIgnored") // a failed write would be an answer that is missing
class NettyWebServerTest {
  private static final String POLLING = "/engine.io/?EIO=4&transport=polling";
  private static final String WEBSOCKET = "/engine.io/?EIO=4&transport=websocket";

  private EngineIoServer engine;
  private WebServer server;
  private int port;

  @BeforeEach
  void start() throws IOException {
    EngineIoOptions options =
        EngineIoOptions.builder()
            .maxPayload(100_000)
            .handlerExecution(HandlerExecution.INLINE)
            .build();
    engine = EngineIoServer.create(options, session -> new Echo());
    server = WebServers.start(WebServerOptions.builder().port(0).build(), engine);
    port = ((InetSocketAddress) server.address()).getPort();
  }

  @AfterEach
  void stop() {
    engine.stop(Duration.ofMillis(20));
    server.close(Duration.ofMillis(20));
  }

  private static final class Echo implements SessionListener {
    @Override
    public void onMessage(Session session, String text) {
      session.send(text);
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

  // ---- ways to listen ----

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

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

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.GlobalEventExecutor;
import io.sockeye.engineio.server.WebServerOptions;
import io.sockeye.engineio.server.spi.BindFailures;
import io.sockeye.engineio.server.spi.HttpHandler;
import io.sockeye.engineio.server.spi.WebServer;
import java.io.IOException;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** An embedded Netty server. */
@SuppressWarnings(
    "FutureReturnValueIgnored") // a failed write or close closes the channel, which is heard
final class NettyWebServer implements WebServer {
  private static final Logger log = LoggerFactory.getLogger(NettyWebServer.class);

  private static final int MAX_REQUEST_LINE = 8 * 1024;
  private static final int MAX_HEADERS = 16 * 1024;
  private static final int BACKLOG = 4096;

  private final EventLoopGroup loops;
  private final Channel listener;
  private final ChannelGroup connections;

  private NettyWebServer(EventLoopGroup loops, Channel listener, ChannelGroup connections) {
    this.loops = loops;
    this.listener = listener;
    this.connections = connections;
  }

  static NettyWebServer start(WebServerOptions options, List<HttpHandler> handlers)
      throws IOException {
    SslContext tls = tls(options.tls());
    IoTransport transport = IoTransport.forAddress(options.address());
    EventLoopGroup loops =
        new MultiThreadIoEventLoopGroup(
            Runtime.getRuntime().availableProcessors(),
            new DefaultThreadFactory("sockeye-io"),
            transport.ioHandlers());
    ChannelGroup connections = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
    ServerBootstrap bootstrap =
        new ServerBootstrap()
            .group(loops)
            .channelFactory(() -> transport.channels().get())
            .childHandler(
                new ChannelInitializer<Channel>() {
                  @Override
                  protected void initChannel(Channel channel) {
                    connections.add(channel);
                    if (tls != null) {
                      channel.pipeline().addLast(tls.newHandler(channel.alloc()));
                    }
                    channel
                        .pipeline()
                        .addLast(
                            new HttpServerCodec(
                                new HttpDecoderConfig()
                                    .setMaxInitialLineLength(MAX_REQUEST_LINE)
                                    .setMaxHeaderSize(MAX_HEADERS)),
                            new HttpConnection(handlers, false));
                  }
                });
    if (!(options.address() instanceof UnixDomainSocketAddress)) {
      bootstrap.option(ChannelOption.SO_BACKLOG, BACKLOG).option(ChannelOption.SO_REUSEADDR, true);
    }
    ChannelFuture bound = bootstrap.bind(options.address()).awaitUninterruptibly();
    if (!bound.isSuccess()) {
      loops.shutdownGracefully(0, 1, TimeUnit.SECONDS);
      throw BindFailures.of(options.address(), bound.cause());
    }
    log.debug("Netty listens with {}", transport.name());
    return new NettyWebServer(loops, bound.channel(), connections);
  }

  private static @Nullable SslContext tls(WebServerOptions.@Nullable Tls tls) throws IOException {
    if (tls == null) {
      return null;
    }
    try {
      return SslContextBuilder.forServer(
              tls.certificateChain().toFile(), tls.privateKey().toFile(), tls.password())
          .protocols("TLSv1.3", "TLSv1.2")
          .build();
    } catch (IllegalArgumentException malformed) {
      throw new IOException(
          tls.certificateChain() + " and " + tls.privateKey() + ": " + malformed.getMessage(),
          malformed);
    }
  }

  @Override
  public SocketAddress address() {
    return listener.localAddress();
  }

  @Override
  public void stopAccepting() {
    listener.close().awaitUninterruptibly();
  }

  @Override
  public void close(Duration deadline) {
    long end = System.nanoTime() + deadline.toNanos();
    SocketAddress address = address();
    stopAccepting();
    connections.forEach(
        connection -> connection.pipeline().fireUserEventTriggered(HttpConnection.STOPPING));
    // What was answered or closed is on its way out; whoever still talks is cut off at the
    // deadline.
    connections.newCloseFuture().awaitUninterruptibly(deadline.toMillis());
    connections.close().awaitUninterruptibly(500);
    long left = Math.max(100, TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime()));
    loops.shutdownGracefully(0, left, TimeUnit.MILLISECONDS).awaitUninterruptibly(left);
    if (address instanceof UnixDomainSocketAddress socket) {
      try {
        Files.deleteIfExists(socket.getPath());
      } catch (IOException failure) {
        log.warn("Cannot remove {}: {}", socket, failure.getMessage());
      }
    }
  }
}

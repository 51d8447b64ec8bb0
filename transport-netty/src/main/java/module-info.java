/** Engine.IO over Netty: embedded, or in a pipeline that you already have. */
module io.sockeye.transport.netty {
  requires static org.jspecify;
  requires transitive io.sockeye.engineio.server;
  requires io.netty.buffer;
  requires io.netty.codec;
  requires io.netty.codec.http;
  requires io.netty.common;
  requires io.netty.handler;
  requires transitive io.netty.transport;
  requires static io.netty.transport.classes.epoll;
  requires static io.netty.transport.classes.io_uring;
  requires static io.netty.transport.classes.kqueue;
  requires org.slf4j;

  exports io.sockeye.transport.netty;

  provides io.sockeye.engineio.server.spi.WebServerProvider with
      io.sockeye.transport.netty.NettyWebServerProvider;
}

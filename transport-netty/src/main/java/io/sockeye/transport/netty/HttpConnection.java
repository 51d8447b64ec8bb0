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

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpContentCompressor;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameDecoder;
import io.netty.handler.codec.http.websocketx.WebSocketDecoderConfig;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.ScheduledFuture;
import io.sockeye.engineio.server.Headers;
import io.sockeye.engineio.server.spi.HttpHandler;
import io.sockeye.engineio.server.spi.HttpResponse;
import io.sockeye.engineio.server.spi.WebSocketUpgrade;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One HTTP/1.1 connection: hands each request to the handler that wants its path, one at a time,
 * and becomes a WebSocket when asked to.
 *
 * <p><b>Concurrency.</b> All state is of the event loop. Exchanges are used from other threads and
 * hop here.
 */
@SuppressWarnings(
    "FutureReturnValueIgnored") // a failed write or close closes the channel, which is heard
final class HttpConnection extends ChannelDuplexHandler {
  private static final Logger log = LoggerFactory.getLogger(HttpConnection.class);

  /** Requests that a client sent ahead; more of them wait in the kernel. */
  private static final int MAX_PIPELINED = 16;

  private static final long CHECK_SECONDS = 5;
  private static final long FIRST_REQUEST_NANOS = TimeUnit.SECONDS.toNanos(10);
  private static final long KEEP_ALIVE_NANOS = TimeUnit.SECONDS.toNanos(75);
  private static final long LINGER_MILLIS = 1000;

  /**
   * The event that tells a connection that the server stops: it ends as soon as nothing is open.
   */
  static final Object STOPPING = new Object();

  private static final List<Class<? extends ChannelHandler>> OWN_HTTP =
      List.of(HttpServerCodec.class);
  private static final List<Class<? extends ChannelHandler>> HTTP =
      List.of(HttpServerCodec.class, HttpObjectAggregator.class, HttpContentCompressor.class);

  private final List<HttpHandler> handlers;
  private final boolean passOn;
  private final Queue<HttpObject> ahead = new ArrayDeque<>(0);
  private final Queue<Object> earlyFrames = new ArrayDeque<>(0);
  private @Nullable ChannelHandlerContext context;
  private @Nullable NettyExchange exchange;
  // The request whose content is coming in, if it is not an exchange's.
  private boolean forwarding;
  private boolean discarding;
  private boolean upgrading;
  private boolean lingering;
  private boolean resuming;
  private boolean anyRequest;
  private boolean stopping;
  private long idleSince = System.nanoTime();
  private @Nullable ScheduledFuture<?> idleCheck;

  HttpConnection(List<HttpHandler> handlers, boolean passOn) {
    this.handlers = handlers;
    this.passOn = passOn;
  }

  ChannelHandlerContext context() {
    ChannelHandlerContext ctx = context;
    if (ctx == null) {
      throw new IllegalStateException("not in a pipeline");
    }
    return ctx;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext ctx) {
    context = ctx;
    if (!passOn) { // in a pipeline of the application's, idle connections are its own matter
      idleCheck =
          ctx.executor()
              .scheduleAtFixedRate(
                  this::closeIfIdle, CHECK_SECONDS, CHECK_SECONDS, TimeUnit.SECONDS);
    }
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext ctx) {
    cancelIdleCheck();
  }

  private void cancelIdleCheck() {
    if (idleCheck != null) {
      idleCheck.cancel(false);
      idleCheck = null;
    }
  }

  private void closeIfIdle() {
    long limit = anyRequest ? KEEP_ALIVE_NANOS : FIRST_REQUEST_NANOS;
    if (exchange == null && !forwarding && System.nanoTime() - idleSince > limit) {
      context().close();
    }
  }

  // ---- in ----

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (!(message instanceof HttpObject part)) {
      if (upgrading) {
        earlyFrames.add(message); // sent ahead of the answer; the frame decoder is not there yet
      } else {
        ctx.fireChannelRead(message);
      }
      return;
    }
    if (lingering || upgrading) {
      ReferenceCountUtil.release(message);
    } else if (forwarding) {
      forwarding = !(part instanceof LastHttpContent);
      ctx.fireChannelRead(part);
    } else if ((part instanceof HttpRequest && exchange != null) || !ahead.isEmpty()) {
      ahead.add(part);
      if (ahead.size() >= MAX_PIPELINED) {
        ctx.channel().config().setAutoRead(false);
      }
    } else {
      process(ctx, part);
    }
  }

  private void process(ChannelHandlerContext ctx, HttpObject part) {
    if (part instanceof HttpRequest request) {
      discarding = false;
      if (part.decoderResult().isFailure()) {
        log.debug("Refusing a malformed request: {}", part.decoderResult().cause().getMessage());
        ReferenceCountUtil.release(part);
        refuseMalformed();
        return;
      }
      anyRequest = true;
      if (!begin(request)) {
        forwarding = !(part instanceof LastHttpContent);
        ctx.fireChannelRead(part);
        return;
      }
    }
    if (part instanceof HttpContent content) {
      NettyExchange current = exchange;
      if (part.decoderResult().isFailure()) {
        content.release();
        if (current != null) {
          current.abort();
        } else {
          ctx.close();
        }
      } else if (current == null || discarding) {
        content.release();
      } else {
        current.content(content.content(), content instanceof LastHttpContent);
        content.release();
      }
    }
  }

  /** Begins a request; returns false if it is to be passed on. */
  private boolean begin(HttpRequest nettyRequest) {
    io.sockeye.engineio.server.HttpRequest request = convert(nettyRequest);
    String path = request.path();
    HttpHandler handler = null;
    for (HttpHandler candidate : handlers) {
      if (candidate.matches(path)) {
        handler = candidate;
        break;
      }
    }
    if (handler == null && passOn) {
      return false;
    }
    boolean chunked = HttpUtil.isTransferEncodingChunked(nettyRequest);
    NettyExchange next =
        new NettyExchange(
            this,
            request,
            HttpUtil.isKeepAlive(nettyRequest),
            HttpUtil.getContentLength(nettyRequest, chunked ? -1L : 0L),
            HttpUtil.is100ContinueExpected(nettyRequest));
    exchange = next;
    if (handler == null) {
      next.respond(
          HttpResponse.of(
              404, Headers.of("Content-Type", "text/plain"), "Not Found".getBytes(UTF_8)));
    } else if (isWebSocketRequest(nettyRequest)) {
      String key = nettyRequest.headers().get(HttpHeaderNames.SEC_WEBSOCKET_KEY);
      String version = nettyRequest.headers().get(HttpHeaderNames.SEC_WEBSOCKET_VERSION);
      if (!"13".equals(version) || key == null || key.length() != 24) {
        next.respond(
            HttpResponse.of(
                    400,
                    Headers.of("Sec-WebSocket-Version", "13"),
                    "Bad WebSocket handshake".getBytes(UTF_8))
                .closing());
      } else {
        handler.handle(
            new Upgrade(
                next,
                key,
                nettyRequest.headers().getAsString(HttpHeaderNames.SEC_WEBSOCKET_EXTENSIONS)));
      }
    } else {
      handler.handle(next);
    }
    return true;
  }

  private static boolean isWebSocketRequest(HttpRequest request) {
    return request.method().equals(HttpMethod.GET)
        && request.headers().containsValue(HttpHeaderNames.UPGRADE, "websocket", true)
        && request.headers().containsValue(HttpHeaderNames.CONNECTION, "upgrade", true);
  }

  private io.sockeye.engineio.server.HttpRequest convert(HttpRequest request) {
    Headers.Builder headers = Headers.builder();
    for (Map.Entry<String, String> header : request.headers()) {
      headers.add(header.getKey(), header.getValue());
    }
    return new io.sockeye.engineio.server.HttpRequest(
        request.method().name(),
        request.uri(),
        headers.build(),
        context().channel().remoteAddress(),
        context().pipeline().get(SslHandler.class) != null);
  }

  /** Adds an application's headers, without those that cannot be written. */
  private static void add(Headers headers, HttpHeaders to) {
    headers.forEach(
        (name, value) -> {
          try {
            to.add(name, value);
          } catch (IllegalArgumentException malformed) {
            log.error("A header of the application is left out", malformed);
          }
        });
  }

  private void refuseMalformed() {
    lingering = true;
    context()
        .writeAndFlush(
            new DefaultFullHttpResponse(
                HttpVersion.HTTP_1_1, HttpResponseStatus.BAD_REQUEST, Unpooled.EMPTY_BUFFER))
        .addListener(ChannelFutureListener.CLOSE);
  }

  // ---- out; event loop ----

  /** Writes the answer of the current exchange. */
  void respond(NettyExchange answered, HttpResponse response) {
    if (answered != exchange) {
      return;
    }
    ChannelHandlerContext ctx = context();
    boolean wholeBodyRead = answered.isBodyComplete();
    boolean keepAlive = answered.isKeepAlive() && wholeBodyRead && !response.close() && !stopping;
    ByteBuf body = Unpooled.wrappedBuffer(response.body().duplicate());
    DefaultFullHttpResponse message =
        new DefaultFullHttpResponse(
            HttpVersion.HTTP_1_1, HttpResponseStatus.valueOf(response.status()), body);
    add(response.headers(), message.headers());
    if (response.status() != 204) {
      message.headers().setInt(HttpHeaderNames.CONTENT_LENGTH, body.readableBytes());
    }
    if (!keepAlive) {
      message.headers().set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
    }
    finish();
    if (keepAlive) {
      ctx.writeAndFlush(message, ctx.voidPromise());
      next();
    } else if (wholeBodyRead) {
      lingering = true;
      ctx.writeAndFlush(message).addListener(ChannelFutureListener.CLOSE);
    } else {
      // Closing now would reset the connection, and the answer could be lost with what is unread.
      lingering = true;
      ctx.writeAndFlush(message);
      ctx.channel().config().setAutoRead(true);
      ctx.executor().schedule(() -> ctx.close(), LINGER_MILLIS, TimeUnit.MILLISECONDS);
    }
  }

  void sendContinue() {
    context()
        .writeAndFlush(
            new DefaultFullHttpResponse(
                HttpVersion.HTTP_1_1, HttpResponseStatus.CONTINUE, Unpooled.EMPTY_BUFFER));
  }

  private void finish() {
    exchange = null;
    discarding = true;
    idleSince = System.nanoTime();
  }

  /** Goes on with what the client sent ahead. */
  private void next() {
    if (resuming) {
      return; // answered at once: the loop below goes on
    }
    resuming = true;
    try {
      while (exchange == null && !lingering && !upgrading) {
        HttpObject part = ahead.poll();
        if (part == null) {
          break;
        }
        process(context(), part);
      }
    } finally {
      resuming = false;
    }
    if (ahead.isEmpty() && !upgrading) {
      context().channel().config().setAutoRead(true);
    }
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
    if (event == STOPPING) {
      stopping = true;
      if (exchange == null && !upgrading) {
        ctx.close();
      }
    }
    ctx.fireUserEventTriggered(event);
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    NettyExchange open = exchange;
    exchange = null;
    cancelIdleCheck();
    ahead.forEach(ReferenceCountUtil::release);
    ahead.clear();
    earlyFrames.forEach(ReferenceCountUtil::release);
    earlyFrames.clear();
    if (open != null) {
      open.aborted();
    }
    ctx.fireChannelInactive();
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    log.debug("Closing an HTTP connection: {}", cause.toString());
    ctx.close();
  }

  // ---- WebSocket ----

  /** A request to upgrade. */
  private final class Upgrade implements WebSocketUpgrade {
    private final NettyExchange pending;
    private final String key;
    private final @Nullable String extensions;

    Upgrade(NettyExchange pending, String key, @Nullable String extensions) {
      this.pending = pending;
      this.key = key;
      this.extensions = extensions;
    }

    @Override
    public io.sockeye.engineio.server.HttpRequest request() {
      return pending.request();
    }

    @Override
    public void accept(Headers headers, Settings settings, Acceptor acceptor) {
      pending.onLoop(
          () -> {
            if (exchange == pending) {
              finish();
              upgrade(headers, settings, acceptor);
            } else if (!context().channel().isActive()) {
              WebSocketHandler gone =
                  new WebSocketHandler(context().channel(), settings.maxMessageBytes(), null);
              gone.listener(acceptor.opened(gone));
              gone.lost();
            }
          });
    }

    @Override
    public void refuse(HttpResponse response) {
      pending.respond(response.closing());
    }

    private void upgrade(Headers headers, Settings settings, Acceptor acceptor) {
      upgrading = true;
      ChannelHandlerContext ctx = context();
      Deflate deflate =
          settings.deflate() && Deflate.isOffered(extensions)
              ? new Deflate(settings.deflateThreshold())
              : null;
      DefaultFullHttpResponse answer =
          new DefaultFullHttpResponse(
              HttpVersion.HTTP_1_1, HttpResponseStatus.SWITCHING_PROTOCOLS, Unpooled.EMPTY_BUFFER);
      answer
          .headers()
          .set(HttpHeaderNames.UPGRADE, HttpHeaderValues.WEBSOCKET)
          .set(HttpHeaderNames.CONNECTION, HttpHeaderValues.UPGRADE)
          .set(HttpHeaderNames.SEC_WEBSOCKET_ACCEPT, WebSocketHandler.acceptKey(key));
      if (deflate != null) {
        answer.headers().set(HttpHeaderNames.SEC_WEBSOCKET_EXTENSIONS, Deflate.ANSWER);
      }
      add(headers, answer.headers());
      ctx.write(answer, ctx.voidPromise()); // sent with the first frame
      ChannelPipeline pipeline = ctx.pipeline();
      for (Class<? extends ChannelHandler> http : passOn ? HTTP : OWN_HTTP) {
        if (pipeline.get(http) != null) {
          pipeline.remove(http); // hands on what it has already read
        }
      }
      WebSocketHandler webSocket =
          new WebSocketHandler(ctx.channel(), settings.maxMessageBytes(), deflate);
      ctx.channel().config().setAutoRead(true); // before the engine can pause it
      webSocket.listener(acceptor.opened(webSocket));
      ctx.flush(); // if there was no frame
      pipeline.addAfter(ctx.name(), null, webSocket);
      pipeline.addAfter(ctx.name(), null, frameDecoder(settings, deflate != null));
      for (Object early = earlyFrames.poll(); early != null; early = earlyFrames.poll()) {
        ctx.fireChannelRead(early);
      }
      pipeline.remove(HttpConnection.this);
    }

    private static WebSocket13FrameDecoder frameDecoder(Settings settings, boolean extensions) {
      return new WebSocket13FrameDecoder(
          WebSocketDecoderConfig.newBuilder()
              .expectMaskedFrames(true)
              .allowMaskMismatch(false)
              .allowExtensions(extensions)
              .maxFramePayloadLength(settings.maxMessageBytes())
              .closeOnProtocolViolation(false)
              .withUTF8Validator(false)
              .build());
    }
  }
}

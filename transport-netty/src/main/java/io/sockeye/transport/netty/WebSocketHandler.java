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

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.CorruptedFrameException;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.ContinuationWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import io.netty.util.concurrent.FastThreadLocal;
import io.sockeye.engineio.protocol.Utf8;
import io.sockeye.engineio.protocol.Utf8Text;
import io.sockeye.engineio.server.spi.IoExecutor;
import io.sockeye.engineio.server.spi.OutboundFrame;
import io.sockeye.engineio.server.spi.WebSocketConnection;
import io.sockeye.engineio.server.spi.WebSocketListener;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.concurrent.TimeUnit;
import java.util.zip.DataFormatException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One WebSocket connection: puts fragments together, checks text, answers control frames, and
 * writes batches.
 *
 * <p>Small frames of a batch are copied into one buffer, which costs less than a buffer each. A
 * large payload is written as it is; when a second connection gets the same one, a direct copy is
 * kept with the frame and shared by all further recipients, so that stalled ones hold one copy
 * together.
 *
 * <p><b>Concurrency.</b> Event loop only; {@link #close}, {@link #abort} and the reading switches
 * hop there.
 */
@SuppressWarnings(
    "FutureReturnValueIgnored") // a failed write or close closes the channel, which is heard
final class WebSocketHandler extends ChannelInboundHandlerAdapter implements WebSocketConnection {
  private static final Logger log = LoggerFactory.getLogger(WebSocketHandler.class);

  private static final String GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
  private static final FastThreadLocal<MessageDigest> SHA_1 =
      new FastThreadLocal<>() {
        @Override
        protected MessageDigest initialValue() throws NoSuchAlgorithmException {
          return MessageDigest.getInstance("SHA-1");
        }
      };
  private static final int TEXT = 0x81;
  private static final int BINARY = 0x82;
  private static final int CLOSE = 0x88;
  private static final int PONG = 0x8A;
  private static final int RSV1 = 0x40;
  private static final int COMPRESSED = 4;
  private static final int COPY_UP_TO = 4096;
  private static final int BATCH_UP_TO = 64 * 1024;
  private static final int MAX_FRAGMENTS = 1024;
  private static final int NO_STATUS = 1005;
  private static final int ABNORMAL = 1006;
  private static final int PROTOCOL_ERROR = 1002;
  private static final int INVALID_TEXT = 1007;
  private static final int TOO_BIG = 1009;
  private static final long CLOSE_MILLIS = 1000;
  private static final Object SEEN_ONCE = new Object();

  private final Channel channel;
  private final int maxMessageBytes;
  private final @Nullable Deflate deflate;
  private final LoopExecutor executor;
  private @Nullable WebSocketListener listener;
  private @Nullable ByteBuf batch;
  private boolean reading;
  private boolean flushAfterReading;
  private boolean closing;
  private boolean peerClosed;
  private boolean told;
  // The message whose fragments are coming in.
  private @Nullable ByteArrayOutputStream fragments;
  private int fragmentCount;
  private boolean fragmentsAreText;
  private boolean fragmentsAreCompressed;

  WebSocketHandler(Channel channel, int maxMessageBytes, @Nullable Deflate deflate) {
    this.channel = channel;
    this.maxMessageBytes = maxMessageBytes;
    this.deflate = deflate;
    this.executor = LoopExecutor.of(channel.eventLoop());
  }

  void listener(WebSocketListener newListener) {
    listener = newListener;
  }

  /** The answer to a client's Sec-WebSocket-Key (RFC 6455, section 4.2.2). */
  static String acceptKey(String key) {
    byte[] hash = SHA_1.get().digest((key + GUID).getBytes(ISO_8859_1));
    return Base64.getEncoder().encodeToString(hash);
  }

  // ---- in ----

  @Override
  public void channelRead(ChannelHandlerContext ctx, Object message) {
    if (!(message instanceof WebSocketFrame frame)) {
      ctx.fireChannelRead(message);
      return;
    }
    reading = true;
    try {
      if (!told) {
        frame(frame);
      }
    } finally {
      frame.release();
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext ctx) {
    reading = false;
    if (flushAfterReading) {
      flushAfterReading = false;
      writeBatch();
      channel.flush();
    }
    ctx.fireChannelReadComplete();
  }

  private void frame(WebSocketFrame frame) {
    if (frame instanceof TextWebSocketFrame || frame instanceof BinaryWebSocketFrame) {
      boolean text = frame instanceof TextWebSocketFrame;
      boolean compressed = frame.rsv() == COMPRESSED;
      if (closing) {
        return;
      }
      if (frame.rsv() != 0 && !compressed) {
        violated(PROTOCOL_ERROR, "reserved bits");
      } else if (frame.isFinalFragment()) {
        message(text, compressed, bytes(frame.content()));
      } else {
        fragments = new ByteArrayOutputStream(frame.content().readableBytes() * 2);
        fragmentCount = 0;
        fragmentsAreText = text;
        fragmentsAreCompressed = compressed;
        fragment(frame);
      }
    } else if (frame instanceof ContinuationWebSocketFrame) {
      if (!closing) {
        fragment(frame);
      }
    } else if (frame instanceof PingWebSocketFrame) {
      if (channel.isWritable()) { // a peer that pings and does not read gets no answer
        control(PONG, bytes(frame.content()));
        flush();
      }
    } else if (frame instanceof CloseWebSocketFrame close) {
      peerClosed(close.statusCode());
    }
    // A pong that nobody asked for means nothing.
  }

  private void fragment(WebSocketFrame frame) {
    ByteArrayOutputStream collected = fragments;
    if (collected == null || (frame.rsv() != 0 && fragmentCount > 0)) {
      violated(PROTOCOL_ERROR, "continuation");
      return;
    }
    if (++fragmentCount > MAX_FRAGMENTS) {
      violated(PROTOCOL_ERROR, "more than " + MAX_FRAGMENTS + " fragments");
      return;
    }
    if (collected.size() + frame.content().readableBytes() > maxMessageBytes) {
      violated(TOO_BIG, "message over " + maxMessageBytes + " bytes");
      return;
    }
    try {
      frame.content().readBytes(collected, frame.content().readableBytes());
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
    if (frame.isFinalFragment()) {
      fragments = null;
      message(fragmentsAreText, fragmentsAreCompressed, collected.toByteArray());
    }
  }

  private void message(boolean text, boolean compressed, byte[] payload) {
    byte[] bytes = compressed ? inflated(payload) : payload;
    WebSocketListener receiver = listener;
    if (bytes == null || receiver == null) {
      return;
    }
    if (!text) {
      receiver.onBinary(ByteBuffer.wrap(bytes));
    } else if (Utf8.isValid(bytes, 0, bytes.length)) {
      receiver.onText(Utf8Text.wrap(bytes, 0, bytes.length));
    } else {
      violated(INVALID_TEXT, "text that is not UTF-8");
    }
  }

  private byte @Nullable [] inflated(byte[] payload) {
    try {
      byte[] bytes = Deflate.inflate(payload, maxMessageBytes);
      if (bytes == null) {
        violated(TOO_BIG, "message over " + maxMessageBytes + " bytes when inflated");
      }
      return bytes;
    } catch (DataFormatException malformed) {
      violated(INVALID_TEXT, "compressed data that cannot be inflated");
      return null;
    }
  }

  private static byte[] bytes(ByteBuf content) {
    byte[] bytes = new byte[content.readableBytes()];
    content.getBytes(content.readerIndex(), bytes);
    return bytes;
  }

  /** The peer broke a rule: it is told the status, and the engine the reason. */
  private void violated(int status, String what) {
    log.debug("Closing a WebSocket with {}: {}", status, what);
    sendClose(status, "");
    tell(status, new CorruptedFrameException(what));
  }

  private void peerClosed(int status) {
    if (closing) {
      channel.close();
    } else {
      peerClosed = true;
      sendClose(isSendable(status) ? status : NO_STATUS, "");
      tell(status == -1 ? NO_STATUS : status, null);
    }
  }

  private static boolean isSendable(int status) {
    return (status >= 1000 && status <= 1011 && (status < 1004 || status > 1006))
        || (status >= 3000 && status <= 4999);
  }

  private void tell(int status, @Nullable Throwable cause) {
    WebSocketListener receiver = listener;
    if (!told && receiver != null) {
      told = true;
      receiver.onClosed(status, cause);
    }
  }

  @Override
  public void channelInactive(ChannelHandlerContext ctx) {
    lost();
    ctx.fireChannelInactive();
  }

  /** The connection is gone. */
  void lost() {
    tell(ABNORMAL, null);
    if (batch != null) {
      batch.release();
      batch = null;
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
    if (cause instanceof CorruptedWebSocketFrameException corrupted) {
      violated(corrupted.closeStatus().code(), String.valueOf(corrupted.getMessage()));
    } else {
      log.debug("A WebSocket failed: {}", cause.toString());
      tell(ABNORMAL, cause instanceof IOException ? null : cause);
      ctx.close();
    }
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext ctx) {
    WebSocketListener receiver = listener;
    if (channel.isWritable() && receiver != null && !told) {
      receiver.onWritable();
    }
    ctx.fireChannelWritabilityChanged();
  }

  // ---- out ----

  @Override
  public IoExecutor ioExecutor() {
    return executor;
  }

  @Override
  public void write(OutboundFrame frame) {
    if (closing) {
      return;
    }
    int opcode = frame.isText() ? TEXT : BINARY;
    if (deflate != null && frame.isCompressible() && deflate.applies(frame.length())) {
      byte[] compressed = deflated(frame);
      header(opcode | RSV1, compressed.length);
      payload(compressed, 0, compressed.length);
    } else if (frame.length() <= COPY_UP_TO) {
      header(opcode, frame.length());
      payload(frame.array(), frame.offset(), frame.length());
    } else {
      header(opcode, frame.length());
      writeBatch();
      channel.write(large(frame), channel.voidPromise());
    }
  }

  private void payload(byte[] array, int offset, int length) {
    batch(length).writeBytes(array, offset, length);
  }

  private static byte[] deflated(OutboundFrame frame) {
    if (frame.wireForm() instanceof Compressed form) {
      return form.bytes();
    }
    byte[] bytes = Deflate.deflate(frame.array(), frame.offset(), frame.length());
    frame.wireForm(new Compressed(bytes));
    return bytes;
  }

  private static ByteBuf large(OutboundFrame frame) {
    Object form = frame.wireForm();
    if (form instanceof ByteBuffer shared) {
      return Unpooled.wrappedBuffer(shared.duplicate());
    }
    if (form != SEEN_ONCE) {
      if (form == null) {
        frame.wireForm(SEEN_ONCE);
      }
      return Unpooled.wrappedBuffer(frame.array(), frame.offset(), frame.length());
    }
    ByteBuffer direct = ByteBuffer.allocateDirect(frame.length());
    direct.put(frame.array(), frame.offset(), frame.length()).flip();
    frame.wireForm(direct);
    return Unpooled.wrappedBuffer(direct.duplicate());
  }

  private void header(int firstByte, int length) {
    ByteBuf to = batch(10);
    to.writeByte(firstByte);
    if (length < 126) {
      to.writeByte(length);
    } else if (length < 65536) {
      to.writeByte(126).writeShort(length);
    } else {
      to.writeByte(127).writeLong(length);
    }
  }

  private ByteBuf batch(int more) {
    ByteBuf open = batch;
    if (open == null) {
      open = channel.alloc().ioBuffer(more + 10);
      batch = open;
    }
    return open;
  }

  private void writeBatch() {
    ByteBuf open = batch;
    if (open != null) {
      batch = null;
      channel.write(open, channel.voidPromise());
    }
  }

  @Override
  public boolean flush() {
    ByteBuf open = batch;
    if (reading && channel.isWritable() && (open == null || open.readableBytes() < BATCH_UP_TO)) {
      // More may be answered before the reads are through: one write for all, unless it is large.
      flushAfterReading = true;
      return true;
    }
    writeBatch();
    channel.flush();
    return channel.isWritable();
  }

  private void control(int opcode, byte[] content) {
    if (!closing) {
      header(opcode, content.length);
      payload(content, 0, content.length);
    }
  }

  private void sendClose(int status, String reason) {
    if (closing || !channel.isActive()) {
      return;
    }
    byte[] text = reason.getBytes(UTF_8);
    if (status == NO_STATUS) {
      header(CLOSE, 0);
    } else {
      header(CLOSE, 2 + text.length);
      batch(2).writeShort(status);
      payload(text, 0, text.length);
    }
    closing = true;
    fragments = null;
    ByteBuf last = batch;
    batch = null;
    if (last == null) {
      return;
    }
    channel
        .writeAndFlush(last)
        .addListener(
            written -> {
              if (!written.isSuccess() || peerClosed) {
                channel.close();
              }
            });
    if (channel.isOpen()) {
      channel.config().setAutoRead(true);
      channel.eventLoop().schedule(() -> channel.close(), CLOSE_MILLIS, TimeUnit.MILLISECONDS);
    }
  }

  @Override
  public void close(int status, String reason) {
    onLoop(() -> sendClose(status, reason));
  }

  @Override
  public void abort() {
    channel.close();
  }

  // On the loop, both: a switch that another thread turns off takes effect there later, and would
  // undo one that the loop has turned on meanwhile.

  @Override
  public void pauseReading() {
    onLoop(() -> channel.config().setAutoRead(false));
  }

  @Override
  public void resumeReading() {
    onLoop(() -> channel.config().setAutoRead(true));
  }

  private void onLoop(Runnable task) {
    if (executor.inThread()) {
      task.run();
    } else {
      executor.execute(task);
    }
  }

  /** The compressed payload, kept with the frame. */
  @SuppressWarnings("ArrayRecordComponent") // handed on, never compared
  private record Compressed(byte[] bytes) {}
}

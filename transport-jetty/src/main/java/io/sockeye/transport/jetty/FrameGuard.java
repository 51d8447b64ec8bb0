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

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.eclipse.jetty.io.AbstractConnection;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.ConnectionMetaData;
import org.eclipse.jetty.server.ProxyConnectionFactory;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.TunnelSupport;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.thread.Scheduler;
import org.eclipse.jetty.websocket.core.exception.CloseException;
import org.eclipse.jetty.websocket.core.exception.MessageTooLargeException;
import org.eclipse.jetty.websocket.core.exception.ProtocolException;
import org.jspecify.annotations.Nullable;

/**
 * Refuses a WebSocket frame for the length in its header. Jetty's parser takes any length, or waits
 * for payload before it looks; and where it has a limit, that is one for both directions, and
 * memory is reserved for what a peer merely announces.
 *
 * <p>It sits between the connection and Jetty's WebSocket, and reads along. What came before the
 * header is delivered first. It also lets the connection live on for a moment after a close frame
 * that Jetty does not wait to be answered: closing at once would reset the connection or the
 * stream, and the frame could be lost with what is unread.
 *
 * <p><b>Concurrency.</b> The state of the frame that comes in is of the thread that reads, one at a
 * time; the rest is atomic.
 */
final class FrameGuard extends ProxyConnectionFactory.ProxyEndPoint {
  private static final int MAX_CONTROL_BYTES = 125;
  private static final int FIRST_CONTROL_OPCODE = 8;

  private static final long LINGER_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final int maxMessageBytes;
  private final Scheduler scheduler;
  private final AtomicBoolean lingering = new AtomicBoolean();
  private volatile long lingerUntil;
  private volatile boolean closeSent;
  private @Nullable ByteBuffer early;
  private @Nullable CloseException violation;
  // The frame that comes in.
  private int opcode;
  private int headerBytes;
  private int lengthBytesLeft;
  private int maskBytesLeft;
  private long length;
  private long payloadLeft;

  private FrameGuard(
      EndPoint endPoint, int maxMessageBytes, Scheduler scheduler, @Nullable ByteBuffer early) {
    super(endPoint, endPoint.getLocalSocketAddress(), endPoint.getRemoteSocketAddress());
    this.maxMessageBytes = maxMessageBytes;
    this.scheduler = scheduler;
    this.early = early;
  }

  /** Returns the request as Jetty's handshake is to see it, which takes its connection from it. */
  static Request guarded(Request request, int maxMessageBytes) {
    ConnectionMetaData metaData = request.getConnectionMetaData();
    TunnelSupport tunnel = request.getTunnelSupport();
    Connection http = metaData.getConnection();
    Scheduler scheduler = request.getComponents().getScheduler();
    FrameGuard guard;
    if (tunnel != null && tunnel.getProtocol() != null) {
      guard = new FrameGuard(tunnel.getEndPoint(), maxMessageBytes, scheduler, null);
    } else {
      request.read(); // past the end of the message; what follows are frames that came early
      ByteBuffer early = http instanceof Connection.UpgradeFrom from ? from.onUpgradeFrom() : null;
      guard = new FrameGuard(http.getEndPoint(), maxMessageBytes, scheduler, early);
    }
    return new GuardedRequest(request, guard);
  }

  @Override
  public int fill(ByteBuffer buffer) throws IOException {
    CloseException found = violation;
    if (found != null) {
      throw found;
    }
    int had = buffer.remaining();
    int filled = fillFromEarly(buffer);
    if (filled == 0) {
      filled = super.fill(buffer);
    }
    if (filled > 0) {
      int from = buffer.position() + had;
      int checked = check(buffer, from, buffer.limit());
      buffer.limit(checked);
      filled = checked - from;
    } else if (filled < 0 && lingering.get()) {
      super.close(null); // nothing is left to wait for
    }
    return filled;
  }

  @Override
  public void shutdownOutput() { // a close frame has gone out
    lingerUntil = System.nanoTime() + LINGER_NANOS;
    closeSent = true;
    super.shutdownOutput();
  }

  @Override
  public void close(@Nullable Throwable cause) {
    long left = closeSent && isOpen() ? lingerUntil - System.nanoTime() : 0;
    if (left > 0 && lingering.compareAndSet(false, true)) {
      // Jetty reads on until the end, and drops what comes.
      scheduler.schedule(() -> super.close(cause), left, TimeUnit.NANOSECONDS);
    } else {
      super.close(cause);
    }
  }

  private int fillFromEarly(ByteBuffer buffer) {
    ByteBuffer kept = early;
    if (kept == null) {
      return 0;
    }
    int filled = BufferUtil.append(buffer, kept);
    if (!kept.hasRemaining()) {
      early = null;
    }
    return filled;
  }

  /** Returns the end of what may be parsed: that of the first header that breaks a rule. */
  private int check(ByteBuffer buffer, int from, int end) {
    int at = from;
    while (at < end && violation == null) {
      if (payloadLeft > 0) {
        int skipped = (int) Math.min(payloadLeft, end - at);
        payloadLeft -= skipped;
        at += skipped;
      } else {
        header(buffer.get(at) & 0xFF);
        at++;
      }
    }
    return at;
  }

  private void header(int octet) {
    if (headerBytes == 0) {
      opcode = octet & 0x0F;
    } else if (headerBytes == 1) {
      int shortLength = octet & 0x7F;
      lengthBytesLeft = shortLength == 127 ? 8 : shortLength == 126 ? 2 : 0;
      length = lengthBytesLeft == 0 ? shortLength : 0;
      maskBytesLeft = (octet & 0x80) == 0 ? 0 : 4;
    } else if (lengthBytesLeft > 0) {
      length = length << 8 | octet;
      lengthBytesLeft--;
    } else {
      maskBytesLeft--;
    }
    headerBytes++;
    if (headerBytes > 1 && lengthBytesLeft == 0) {
      judge();
      if (maskBytesLeft == 0) {
        headerBytes = 0;
        payloadLeft = length;
      }
    }
  }

  private void judge() {
    if (opcode >= FIRST_CONTROL_OPCODE) {
      if (length > MAX_CONTROL_BYTES || length < 0) {
        violation = new ProtocolException("control frame over " + MAX_CONTROL_BYTES + " bytes");
      }
    } else if (length > maxMessageBytes || length < 0) {
      // Jetty would tell the peer the message as the reason; 1009 says enough.
      violation = new MessageTooLargeException((String) null);
    }
  }

  /** The request with the guard in the place of its connection. */
  private static final class GuardedRequest extends Request.Wrapper {
    private final ConnectionMetaData metaData;
    private final TunnelSupport tunnel;

    GuardedRequest(Request request, FrameGuard guard) {
      super(request);
      Connection connection =
          new AbstractConnection(guard, Runnable::run) {
            @Override
            public void onFillable() {}
          };
      metaData =
          new ConnectionMetaData.Wrapper(request.getConnectionMetaData()) {
            @Override
            public Connection getConnection() {
              return connection;
            }
          };
      TunnelSupport unguarded = request.getTunnelSupport();
      tunnel =
          new TunnelSupport() {
            @Override
            public @Nullable String getProtocol() {
              return unguarded == null ? null : unguarded.getProtocol();
            }

            @Override
            public EndPoint getEndPoint() {
              return guard;
            }
          };
    }

    @Override
    public ConnectionMetaData getConnectionMetaData() {
      return metaData;
    }

    @Override
    public TunnelSupport getTunnelSupport() {
      return tunnel;
    }
  }
}

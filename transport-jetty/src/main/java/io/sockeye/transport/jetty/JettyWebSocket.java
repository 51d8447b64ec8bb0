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

import io.sockeye.engineio.protocol.Utf8;
import io.sockeye.engineio.protocol.Utf8Text;
import io.sockeye.engineio.server.spi.IoExecutor;
import io.sockeye.engineio.server.spi.OutboundFrame;
import io.sockeye.engineio.server.spi.WebSocketConnection;
import io.sockeye.engineio.server.spi.WebSocketListener;
import io.sockeye.engineio.server.spi.WebSocketUpgrade.Acceptor;
import io.sockeye.engineio.server.spi.WebSocketUpgrade.Settings;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.Invocable.InvocationType;
import org.eclipse.jetty.util.thread.Scheduler;
import org.eclipse.jetty.util.thread.SerializedInvoker;
import org.eclipse.jetty.websocket.core.CloseStatus;
import org.eclipse.jetty.websocket.core.CoreSession;
import org.eclipse.jetty.websocket.core.Frame;
import org.eclipse.jetty.websocket.core.FrameHandler;
import org.eclipse.jetty.websocket.core.OpCode;
import org.eclipse.jetty.websocket.core.exception.BadPayloadException;
import org.eclipse.jetty.websocket.core.exception.CloseException;
import org.eclipse.jetty.websocket.core.exception.MessageTooLargeException;
import org.eclipse.jetty.websocket.core.exception.ProtocolException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One WebSocket connection: puts fragments together, checks text, answers control frames, and
 * writes batches.
 *
 * <p><b>Concurrency.</b> Jetty brings frames on one thread at a time and reports writes on others.
 * What the engine hears goes through {@link #events}, which runs one task at a time, in order; the
 * fields of the message that comes in are its. The monitor guards what is on its way out, and
 * whether Jetty may read.
 */
final class JettyWebSocket implements FrameHandler, WebSocketConnection {
  private static final Logger log = LoggerFactory.getLogger(JettyWebSocket.class);

  private static final int HIGH_WATER = 64 * 1024;
  private static final int LOW_WATER = 32 * 1024;
  private static final int FRAME_OVERHEAD = 16;
  private static final int MAX_EMPTY_FRAGMENTS = 1024;
  private static final int FIRST_CHUNK = 1024;
  private static final long CLOSE_MILLIS = 1000;

  private final int maxMessageBytes;
  private final Acceptor acceptor;
  private final Scheduler scheduler;
  private final Runnable ended;
  private final SerializedInvoker events = new SerializedInvoker(JettyWebSocket.class);
  // Written before anybody gets this object, but for Jetty.
  private volatile @Nullable CoreSession session;

  // Of the events.
  private @Nullable WebSocketListener listener;
  private boolean told;
  private @Nullable Throwable error;
  private byte[] message = new byte[0];
  private int messageLength;
  private int emptyFragments;
  private boolean messageIsText;

  // Of the thread that the engine writes on.
  private @Nullable OutboundFrame pending;
  private long batchBytes;

  // Guarded by the monitor.
  private long inFlight;
  private boolean unwritable;
  private boolean paused;
  private boolean owesDemand;
  private @Nullable CloseStatus closing;
  private boolean closeSent;
  private Scheduler.@Nullable Task closeTimer;

  /**
   * @param ended runs when the connection is closed
   */
  JettyWebSocket(Settings settings, Acceptor acceptor, Scheduler scheduler, Runnable ended) {
    this.maxMessageBytes = settings.maxMessageBytes();
    this.acceptor = acceptor;
    this.scheduler = scheduler;
    this.ended = ended;
  }

  // ---- life ----

  @Override
  public void onOpen(CoreSession coreSession, Callback callback) {
    session = coreSession;
    // Frames are read only once the session counts as open.
    events.run(
        () -> {
          if (listener == null) {
            listener = acceptor.opened(this);
          }
          callback.succeeded();
          demand(coreSession);
        });
  }

  /** The connection went before it was open, or Jetty could not open it. */
  void gone() {
    events.run(
        () -> {
          if (listener == null) {
            listener = acceptor.opened(this);
          }
          tell(CloseStatus.NO_CLOSE, null);
        });
  }

  @Override
  public void onError(Throwable cause, Callback callback) {
    events.run(() -> error = cause);
    callback.succeeded();
  }

  @Override
  public void onClosed(CloseStatus status, Callback callback) {
    Scheduler.Task timer;
    synchronized (this) {
      timer = closeTimer;
      closeTimer = null;
    }
    if (timer != null) {
      timer.cancel();
    }
    events.run(
        () -> {
          Throwable cause = error;
          tell(status.getCode(), cause instanceof IOException ? null : cause);
        });
    callback.succeeded();
  }

  private void tell(int status, @Nullable Throwable cause) {
    WebSocketListener receiver = listener;
    if (!told && receiver != null) {
      told = true;
      message = new byte[0];
      ended.run();
      receiver.onClosed(status, cause);
    }
  }

  // ---- in ----

  @Override
  public void onFrame(Frame frame, Callback callback) {
    events.run(() -> frame(frame, callback));
  }

  private void frame(Frame frame, Callback callback) {
    CoreSession open = session;
    if (open == null) {
      return; // no frame comes before
    }
    switch (frame.getOpCode()) {
      case OpCode.TEXT, OpCode.BINARY, OpCode.CONTINUATION -> data(frame);
      case OpCode.PING -> pong(open, frame);
      case OpCode.CLOSE -> {
        tell(CloseStatus.getCloseStatus(frame).getCode(), null);
        callback.succeeded(); // answers with the same status
        return;
      }
      default -> {
        // A pong that nobody asked for means nothing.
      }
    }
    callback.succeeded();
    demand(open);
  }

  private void demand(CoreSession open) {
    synchronized (this) {
      if (paused) {
        owesDemand = true;
        return;
      }
    }
    open.demand();
  }

  @Override
  public synchronized void pauseReading() {
    paused = closing == null;
  }

  @Override
  public void resumeReading() {
    CoreSession open = session;
    synchronized (this) {
      paused = false;
      if (!owesDemand || open == null) {
        return;
      }
      owesDemand = false;
    }
    open.demand();
  }

  private void data(Frame frame) {
    if (told) {
      return;
    }
    ByteBuffer payload = frame.getPayload();
    int length = payload.remaining();
    if (frame.getOpCode() != OpCode.CONTINUATION) {
      messageIsText = frame.getOpCode() == OpCode.TEXT;
      messageLength = 0;
      emptyFragments = 0;
    } else if (length == 0 && !frame.isFin() && ++emptyFragments > MAX_EMPTY_FRAGMENTS) {
      violated(new ProtocolException("more than " + MAX_EMPTY_FRAGMENTS + " empty fragments"));
      return;
    }
    if (length > maxMessageBytes - messageLength) {
      violated(new MessageTooLargeException("message over " + maxMessageBytes + " bytes"));
      return;
    }
    append(payload, length, frame.isFin());
    if (frame.isFin()) {
      deliver();
    }
  }

  private void append(ByteBuffer payload, int length, boolean last) {
    int needed = messageLength + length;
    if (message.length < needed) {
      int grown =
          last
              ? needed
              : (int)
                  Math.min(
                      maxMessageBytes,
                      Math.max(FIRST_CHUNK, Math.max(needed, message.length * 2L)));
      message = Arrays.copyOf(message, grown);
    }
    payload.get(payload.position(), message, messageLength, length);
    messageLength = needed;
  }

  private void deliver() {
    byte[] whole = message;
    int length = messageLength;
    message = new byte[0];
    messageLength = 0;
    WebSocketListener receiver = listener;
    if (receiver == null) {
      return;
    }
    if (!messageIsText) {
      receiver.onBinary(ByteBuffer.wrap(whole, 0, length));
    } else if (Utf8.isValid(whole, 0, length)) {
      receiver.onText(Utf8Text.wrap(whole, 0, length));
    } else {
      violated(new BadPayloadException("text that is not UTF-8"));
    }
  }

  /** The peer broke a rule: it is told the status, and the engine the reason. */
  private void violated(CloseException what) {
    log.debug("Closing a WebSocket with {}: {}", what.getStatusCode(), what.getMessage());
    message = new byte[0];
    tell(what.getStatusCode(), what);
    CoreSession open = session;
    if (open != null) {
      open.close(what.getStatusCode(), null, Callback.NOOP);
    }
  }

  private void pong(CoreSession open, Frame ping) {
    byte[] payload = new byte[ping.getPayloadLength()];
    ping.getPayload().get(ping.getPayload().position(), payload);
    long size = (long) payload.length + FRAME_OVERHEAD;
    synchronized (this) {
      if (inFlight >= HIGH_WATER || closing != null) {
        return; // a peer that pings and does not read gets no answer
      }
      inFlight += size;
    }
    open.sendFrame(
        new Frame(OpCode.PONG, true, ByteBuffer.wrap(payload)), whenWritten(size), false);
  }

  // ---- out ----

  @Override
  public @Nullable IoExecutor ioExecutor() {
    return null;
  }

  @Override
  public void write(OutboundFrame frame) {
    OutboundFrame before = pending;
    if (before != null) {
      send(before, Callback.NOOP, true);
    }
    pending = frame;
    batchBytes += frame.length() + FRAME_OVERHEAD;
  }

  @Override
  public boolean flush() {
    OutboundFrame last = pending;
    if (last == null) {
      synchronized (this) {
        return !unwritable;
      }
    }
    pending = null;
    long size = batchBytes;
    batchBytes = 0;
    boolean open;
    synchronized (this) {
      open = closing == null;
      if (open) {
        inFlight += size;
        unwritable |= inFlight >= HIGH_WATER;
      }
    }
    if (open) {
      send(last, whenWritten(size), false);
    }
    synchronized (this) {
      return !unwritable;
    }
  }

  /** Frames that are sent as a batch wait in Jetty for the next that is not. */
  private void send(OutboundFrame frame, Callback callback, boolean batch) {
    CoreSession open = session;
    if (open != null) {
      ByteBuffer payload = ByteBuffer.wrap(frame.array(), frame.offset(), frame.length());
      byte opcode = frame.isText() ? OpCode.TEXT : OpCode.BINARY;
      open.sendFrame(new Frame(opcode, true, payload), callback, batch);
    }
  }

  private Callback whenWritten(long size) {
    return Callback.from(
        InvocationType.NON_BLOCKING, () -> written(size), failure -> written(size));
  }

  private void written(long size) {
    boolean writable;
    CloseStatus close = null;
    synchronized (this) {
      inFlight -= size;
      writable = unwritable && inFlight < LOW_WATER;
      unwritable &= !writable;
      if (inFlight == 0 && !closeSent) {
        close = closing;
        closeSent = close != null;
      }
    }
    if (close != null) {
      sendClose(close);
    } else if (writable) {
      events.run(
          () -> {
            WebSocketListener receiver = listener;
            if (receiver != null && !told) {
              receiver.onWritable();
            }
          });
    }
  }

  @Override
  public void close(int status, String reason) {
    CoreSession open = session;
    if (open == null) {
      return;
    }
    CloseStatus close = new CloseStatus(status, reason.isEmpty() ? null : reason);
    boolean now;
    synchronized (this) {
      if (closing != null) {
        return;
      }
      closing = close;
      // Before some statuses Jetty throws away what still waits, so that is written first.
      now = inFlight == 0;
      closeSent = now;
      closeTimer = scheduler.schedule(this::abort, CLOSE_MILLIS, TimeUnit.MILLISECONDS);
    }
    if (now) {
      sendClose(close);
    }
    resumeReading(); // the peer's answer
  }

  private void sendClose(CloseStatus close) {
    CoreSession open = session;
    if (open != null) {
      open.close(close, Callback.NOOP);
    }
  }

  @Override
  public void abort() {
    CoreSession open = session;
    if (open != null) {
      open.abort();
    }
  }
}

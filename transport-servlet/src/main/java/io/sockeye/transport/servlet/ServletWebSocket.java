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
package io.sockeye.transport.servlet;

import io.sockeye.engineio.protocol.Utf8Text;
import io.sockeye.engineio.server.spi.IoExecutor;
import io.sockeye.engineio.server.spi.OutboundFrame;
import io.sockeye.engineio.server.spi.WebSocketConnection;
import io.sockeye.engineio.server.spi.WebSocketListener;
import io.sockeye.engineio.server.spi.WebSocketUpgrade.Acceptor;
import io.sockeye.engineio.server.spi.WebSocketUpgrade.Settings;
import jakarta.websocket.CloseReason;
import jakarta.websocket.SendResult;
import jakarta.websocket.Session;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One WebSocket of a container: puts the parts of messages together up to the limit, and sends one
 * message at a time from a queue.
 *
 * <p><b>Concurrency.</b> The container calls the inbound methods one at a time, on threads of its
 * own. What the listener hears passes {@link #tell}, where the thread that finds it idle runs its
 * own event and those that others leave meanwhile. Sending works alike: {@link #pump} is run by one
 * thread at a time, and goes on where a completed send left off, so that a container that completes
 * sends at once causes no recursion. No lock is held while the container or the engine is called.
 */
@SuppressWarnings("FutureReturnValueIgnored") // the time-out of a close is never taken back
final class ServletWebSocket implements WebSocketConnection {
  private static final Logger log = LoggerFactory.getLogger(ServletWebSocket.class);

  private static final long HIGH_WATER = 64 * 1024;
  private static final long LOW_WATER = 32 * 1024;
  private static final int MAX_EMPTY_PARTS = 1024;
  private static final int FIRST_CHUNK = 4096;
  private static final long CLOSE_MILLIS = 1000;
  private static final long RESUME_MILLIS = 1;
  private static final long PAUSE_SECONDS = 30;
  private static final int ABNORMAL = 1006;
  private static final int PROTOCOL_ERROR = 1002;
  private static final int UNACCEPTABLE = 1003;
  private static final int INVALID_TEXT = 1007;
  private static final int TOO_BIG = 1009;

  private final @Nullable Session session;
  private final SessionControl control;
  private final Settings settings;
  private final ScheduledExecutorService timer;
  private final OpenConnections open;

  // To the listener.
  private final Queue<Runnable> events = new ConcurrentLinkedQueue<>();
  private final AtomicInteger eventCount = new AtomicInteger();
  private final AtomicBoolean told = new AtomicBoolean();
  private @Nullable WebSocketListener listener; // of whoever runs events

  // In; by the container's reading thread.
  private byte[] parts = new byte[0];
  private int length;
  private int emptyParts;
  private char highSurrogate;
  private final ReentrantLock pauseLock = new ReentrantLock();
  private final Condition readable = pauseLock.newCondition();
  // What came in while the container could not stop reading; all three under pauseLock.
  private final Queue<Runnable> held = new ArrayDeque<>(0);
  private long heldBytes;
  private boolean holding;
  private boolean draining;
  private final AtomicInteger steerCount = new AtomicInteger();
  private volatile boolean wantsPause;
  private boolean suspended; // of whoever steers: the container does not read

  // Out.
  private final Queue<OutboundFrame> queue = new ConcurrentLinkedQueue<>();
  private final AtomicLong queuedBytes = new AtomicLong();
  private final AtomicBoolean full = new AtomicBoolean();
  private final AtomicInteger pumpCount = new AtomicInteger();
  private volatile boolean inFlight;
  private final AtomicBoolean closing = new AtomicBoolean();
  private volatile @Nullable CloseReason closeReason;
  private boolean closeSent; // of whoever pumps
  private volatile boolean gone;

  private ServletWebSocket(
      @Nullable Session session,
      Settings settings,
      ScheduledExecutorService timer,
      OpenConnections open) {
    this.session = session;
    this.control = session == null ? SessionControl.Other.INSTANCE : SessionControl.of(session);
    this.settings = settings;
    this.timer = timer;
    this.open = open;
    open.begin(this);
  }

  /** Opens a connection, and gives it its listener. */
  static ServletWebSocket open(
      Session session,
      Settings settings,
      Acceptor acceptor,
      ScheduledExecutorService timer,
      OpenConnections open) {
    session.setMaxIdleTimeout(0); // the engine has its heartbeat
    ServletWebSocket socket = new ServletWebSocket(session, settings, timer, open);
    socket.control.prepare(session, settings.maxMessageBytes());
    socket.tell(() -> socket.listener = acceptor.opened(socket));
    return socket;
  }

  /** Tells an acceptor that its peer has gone before the connection was open. */
  static void openGone(
      Settings settings, Acceptor acceptor, ScheduledExecutorService timer, OpenConnections open) {
    ServletWebSocket socket = new ServletWebSocket(null, settings, timer, open);
    socket.gone = true;
    socket.tell(() -> socket.listener = acceptor.opened(socket));
    socket.closed(ABNORMAL, null);
  }

  // ---- in ----

  void onText(String part, boolean last) {
    if (closing.get()) {
      return;
    }
    String text = part;
    if (highSurrogate != 0) {
      text = highSurrogate + part;
      highSurrogate = 0;
    }
    if (!last && !text.isEmpty() && Character.isHighSurrogate(text.charAt(text.length() - 1))) {
      highSurrogate = text.charAt(text.length() - 1);
      text = text.substring(0, text.length() - 1);
    }
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    byte[] whole = put(bytes, last);
    if (whole != null) {
      deliver(
          whole.length,
          () -> {
            WebSocketListener receiver = listener;
            if (receiver != null) {
              receiver.onText(Utf8Text.wrap(whole, 0, whole.length));
            }
          });
    }
  }

  void onBinary(ByteBuffer part, boolean last) {
    if (closing.get()) {
      return;
    }
    byte[] bytes = new byte[Math.min(part.remaining(), settings.maxMessageBytes() + 1)];
    part.get(bytes);
    byte[] whole = put(bytes, last);
    if (whole != null) {
      deliver(
          whole.length,
          () -> {
            WebSocketListener receiver = listener;
            if (receiver != null) {
              receiver.onBinary(ByteBuffer.wrap(whole));
            }
          });
    }
  }

  /** Adds a part, which is given up by the caller; returns the message if it is whole. */
  private byte @Nullable [] put(byte[] part, boolean last) {
    if (length + part.length > settings.maxMessageBytes()) {
      violated(TOO_BIG, "message over " + settings.maxMessageBytes() + " bytes");
      return null;
    }
    if (part.length == 0 && !last && ++emptyParts > MAX_EMPTY_PARTS) {
      violated(PROTOCOL_ERROR, "more than " + MAX_EMPTY_PARTS + " empty fragments");
      return null;
    }
    byte[] whole = null;
    if (length == 0 && last) {
      whole = part;
    } else {
      if (parts.length < length + part.length) {
        int grown = Math.max(FIRST_CHUNK, Math.max(length + part.length, parts.length * 2));
        parts = Arrays.copyOf(parts, Math.min(grown, settings.maxMessageBytes()));
      }
      System.arraycopy(part, 0, parts, length, part.length);
      length += part.length;
      if (last) {
        whole = parts.length == length ? parts : Arrays.copyOf(parts, length);
      }
    }
    if (last) {
      forgetParts();
    }
    return whole;
  }

  private void forgetParts() {
    parts = new byte[0];
    length = 0;
    emptyParts = 0;
  }

  /** The peer broke a rule: it is told the status, and the engine the reason. */
  private void violated(int status, String what) {
    log.debug("Closing a WebSocket with {}: {}", status, what);
    forgetParts();
    close(status, "");
    closed(status, new IOException(what));
  }

  /** The container has closed the connection, or begins to. */
  void onClose(CloseReason reason, @Nullable Throwable failure) {
    int status = reason.getCloseCode().getCode();
    // Undertow closes with 1003 where a frame breaks the rules.
    boolean violation =
        status == PROTOCOL_ERROR
            || status == UNACCEPTABLE
            || status == INVALID_TEXT
            || status == TOO_BIG;
    Throwable cause = violation && failure == null ? new IOException("status " + status) : failure;
    lost(status, cause);
  }

  private void lost(int status, @Nullable Throwable cause) {
    gone = true;
    closing.set(true);
    queue.clear();
    release();
    closed(status, cause);
  }

  private void closed(int status, @Nullable Throwable cause) {
    if (told.compareAndSet(false, true)) {
      open.end(this);
      tell(
          () -> {
            WebSocketListener receiver = listener;
            if (receiver != null) {
              listener = null;
              receiver.onClosed(status, cause);
            }
          });
    }
  }

  /** Runs an event of the listener, after those before it; here or on the thread that is at it. */
  private void tell(Runnable event) {
    if (eventCount.compareAndSet(0, 1)) {
      event.run();
      if (eventCount.decrementAndGet() == 0) {
        return;
      }
    } else {
      events.add(event);
      if (eventCount.getAndIncrement() != 0) {
        return;
      }
    }
    do {
      Runnable next = events.poll();
      if (next != null) {
        next.run();
      }
    } while (eventCount.decrementAndGet() != 0);
  }

  // ---- out ----

  @Override
  public @Nullable IoExecutor ioExecutor() {
    return null;
  }

  @Override
  public void write(OutboundFrame frame) {
    if (!closing.get()) {
      queuedBytes.addAndGet(frame.length());
      queue.add(frame);
    }
  }

  @Override
  public boolean flush() {
    pump();
    if (queuedBytes.get() <= HIGH_WATER || gone) {
      return true;
    }
    full.set(true);
    // Drained meanwhile? Then nobody else may have seen the mark.
    return queuedBytes.get() <= LOW_WATER && full.compareAndSet(true, false);
  }

  private void pump() {
    if (pumpCount.getAndIncrement() != 0) {
      return; // whoever pumps goes on
    }
    int missed = 1;
    do {
      while (!inFlight && !gone) {
        OutboundFrame frame = queue.poll();
        if (frame == null) {
          sendClose();
          break;
        }
        send(frame);
      }
      missed = pumpCount.addAndGet(-missed);
    } while (missed != 0);
  }

  private void send(OutboundFrame frame) {
    Session connected = session;
    if (connected == null) {
      return;
    }
    inFlight = true;
    try {
      if (frame.isText()) {
        connected.getAsyncRemote().sendText(text(frame), result -> sent(frame, result));
      } else {
        connected
            .getAsyncRemote()
            .sendBinary(
                ByteBuffer.wrap(frame.array(), frame.offset(), frame.length()).slice(),
                result -> sent(frame, result));
      }
    } catch (RuntimeException failure) {
      sent(frame, new SendResult(failure));
    }
  }

  /** The text as a string, which all recipients of a broadcast share. */
  private static String text(OutboundFrame frame) {
    if (frame.wireForm() instanceof String known) {
      return known;
    }
    String text = new String(frame.array(), frame.offset(), frame.length(), StandardCharsets.UTF_8);
    frame.wireForm(text);
    return text;
  }

  private void sent(OutboundFrame frame, SendResult result) {
    long left = queuedBytes.addAndGet(-frame.length());
    inFlight = false;
    if (!result.isOK()) {
      log.debug("A WebSocket failed: {}", String.valueOf(result.getException()));
      abort();
      return;
    }
    pump();
    if (left <= LOW_WATER && full.compareAndSet(true, false)) {
      tell(
          () -> {
            WebSocketListener receiver = listener;
            if (receiver != null) {
              receiver.onWritable();
            }
          });
    }
  }

  @Override
  public void close(int status, String reason) {
    if (!closing.compareAndSet(false, true)) {
      return;
    }
    closeReason = new CloseReason(() -> status, reason);
    resumeReading(); // for the answer
    try {
      timer.schedule(this::abort, CLOSE_MILLIS, TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException stopped) {
      pump();
      abort();
      return;
    }
    pump();
  }

  /** Sends the close frame if it is due; all that was written is out. */
  private void sendClose() {
    CloseReason reason = closeReason;
    Session connected = session;
    if (reason == null || closeSent || connected == null) {
      return;
    }
    closeSent = true;
    try {
      control.close(connected, reason);
    } catch (IOException | RuntimeException failure) {
      log.debug("Cannot close a WebSocket: {}", failure.toString());
      control.abort(connected);
    }
  }

  @Override
  public void abort() {
    Session connected = session;
    if (connected != null) {
      lost(ABNORMAL, null);
      control.abort(connected);
    }
  }

  // ---- reading ----

  @Override
  public void pauseReading() {
    if (!closing.get()) {
      wantsPause = true;
      steer();
    }
  }

  @Override
  public void resumeReading() {
    wantsPause = false;
    steer();
  }

  /** Has the container do what is wanted; one thread at a time, which goes on for the others. */
  private void steer() {
    Session connected = session;
    if (connected == null || steerCount.getAndIncrement() != 0) {
      return;
    }
    int missed = 1;
    do {
      if (wantsPause && !suspended) {
        suspended = control.pause(connected);
        if (!suspended) {
          hold();
        }
      } else if (!wantsPause) {
        if (suspended) {
          suspended = !control.resume(connected);
          if (suspended) {
            steerLater();
          }
        }
        release();
      }
      missed = steerCount.addAndGet(-missed);
    } while (missed != 0);
  }

  private void steerLater() {
    try {
      timer.schedule(this::steer, RESUME_MILLIS, TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException stopped) {
      log.debug("A WebSocket is not read to its end: the servlet has stopped");
    }
  }

  private void hold() {
    pauseLock.lock();
    try {
      holding = true;
    } finally {
      pauseLock.unlock();
    }
  }

  /** Delivers what was held back, until reading is paused again. */
  private void release() {
    pauseLock.lock();
    try {
      holding = false;
      readable.signalAll();
      if (draining) {
        return; // whoever drains goes on
      }
      draining = true;
    } finally {
      pauseLock.unlock();
    }
    for (Runnable next = nextHeld(); next != null; next = nextHeld()) {
      tell(next);
    }
  }

  private @Nullable Runnable nextHeld() {
    pauseLock.lock();
    try {
      Runnable next = holding ? null : held.poll();
      if (next == null) {
        draining = false;
        heldBytes = holding ? heldBytes : 0;
      }
      return next;
    } finally {
      pauseLock.unlock();
    }
  }

  /**
   * Delivers a message. Where the container cannot stop reading, messages are held back: as many
   * bytes as one message may have, and then the container's thread waits with the next one; not for
   * ever, because it is one of many.
   */
  private void deliver(int bytes, Runnable message) {
    pauseLock.lock();
    try {
      long nanos = TimeUnit.SECONDS.toNanos(PAUSE_SECONDS);
      while (holding && heldBytes + bytes > settings.maxMessageBytes() && nanos > 0) {
        nanos = readable.awaitNanos(nanos);
      }
      if (holding || draining) {
        held.add(message);
        heldBytes += bytes;
        return;
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    } finally {
      pauseLock.unlock();
    }
    tell(message);
  }
}

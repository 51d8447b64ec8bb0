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
package io.sockeye.engineio.server;

import io.sockeye.engineio.protocol.EnginePacket;
import io.sockeye.engineio.protocol.EngineProtocolException;
import io.sockeye.engineio.protocol.EngineVersion;
import io.sockeye.engineio.protocol.FrameCodec;
import io.sockeye.engineio.protocol.Utf8Text;
import io.sockeye.engineio.server.internal.Lane;
import io.sockeye.engineio.server.internal.TimerWheel;
import io.sockeye.engineio.server.spi.HttpExchange;
import io.sockeye.engineio.server.spi.IoExecutor;
import io.sockeye.engineio.server.spi.SessionHandler;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One Engine.IO client: it outlives its connections. Applications send with it from any thread.
 *
 * <p><b>Concurrency.</b> Protocol state is touched on the session lane only. What other threads
 * read is volatile: {@code state} moves from open over closing to ended, and each step is taken
 * once. Messages go through {@link OutboundQueue}, whose order is the order of sending.
 */
public final class Session {
  private static final Logger log = LoggerFactory.getLogger(Session.class);

  private enum State {
    OPEN,
    /** Nothing more is taken in; what waits is still sent. */
    CLOSING,
    ENDED
  }

  private final EngineIoServer server;
  private final String id;
  private final EngineVersion version;
  private final HttpRequest request;
  private final boolean base64;
  private final Lane lane = new Lane();
  private final OutboundQueue queue;
  private final Heartbeat heartbeat;
  private volatile State state = State.OPEN;
  private volatile TransportType transportType;
  // Session lane only.
  private @Nullable Transport transport;
  private @Nullable SessionHandler handler;
  private @Nullable Probe probe;
  private CloseReason closeReason = CloseReason.FORCED_CLOSE;
  private int readingPauses;
  private HttpRequest carrier;
  private TimerWheel.@Nullable Entry closeTimer;

  Session(
      EngineIoServer server,
      String id,
      EngineVersion version,
      HttpRequest request,
      boolean base64,
      TransportType transportType) {
    this.server = server;
    this.id = id;
    this.version = version;
    this.request = request;
    this.carrier = request;
    this.base64 = base64;
    this.transportType = transportType;
    EngineIoOptions options = server.options();
    this.queue = new OutboundQueue(options.maxOutboundBytes(), options.maxOutboundPackets());
    this.heartbeat = new Heartbeat(this, server.timers(), options);
  }

  /**
   * Returns the session's id. It is a secret between the server and this client: whoever knows it
   * can speak for the client.
   */
  public String id() {
    return id;
  }

  /** Returns the revision of the protocol, fixed by the handshake. */
  public EngineVersion version() {
    return version;
  }

  /** Returns the request of the handshake. */
  public HttpRequest request() {
    return request;
  }

  /** Returns the transport that carries the session at the moment. */
  public TransportType transport() {
    return transportType;
  }

  /** Returns whether messages are taken in and sent. */
  public boolean isOpen() {
    return state == State.OPEN;
  }

  /** Sends a text message. Nothing happens on a session that is not open. */
  public void send(String text) {
    send(Message.text(text));
  }

  /** Sends a binary message, whose bytes must not change any more. */
  public void send(ByteBuffer data) {
    send(Message.binary(data));
  }

  /** Sends a message. */
  public void send(Message message) {
    if (enqueue(message) == OutboundQueue.Offer.FLUSH) {
      flushLater();
    }
  }

  /** Sends messages that stay together, with nothing of another thread between them. */
  public void send(List<Message> messages) {
    if (enqueue(messages, false) == OutboundQueue.Offer.FLUSH) {
      flushLater();
    }
  }

  /** Sends messages if the transport can take them at once, all or none; else drops them. */
  public void sendVolatile(List<Message> messages) {
    if (enqueue(messages, true) == OutboundQueue.Offer.FLUSH) {
      flushLater();
    }
  }

  /**
   * Waits while the peer reads more slowly than it is sent to: for as long as it makes progress,
   * and a second at the most. A peer that does not read at all is waited for once, for a tenth of a
   * second. What senders do not wait for is bounded by {@code maxOutboundBytes}.
   *
   * <p>Returns at once when little is waiting, on the connection's own I/O thread, and when
   * handlers run inline, where waiting would hold up those who could make room.
   */
  public void pace() {
    if (queue.isBehind() && mayWait()) {
      Pacing.await(List.of(queue));
    }
  }

  /** Whether the calling thread may wait for the peer. */
  boolean mayWait() {
    return server.mayWait() && !isOnIoThread();
  }

  private boolean isOnIoThread() {
    IoExecutor executor = lane.executor();
    return executor != null && executor.inThread();
  }

  private OutboundQueue.Offer enqueue(Message message) {
    return settle(queue.offer(message, false));
  }

  private OutboundQueue.Offer enqueue(List<Message> messages, boolean isVolatile) {
    return settle(offer(messages, isVolatile));
  }

  /**
   * Queues messages and does nothing else: after {@link OutboundQueue.Offer#FLUSH} the caller sees
   * to a flush, after {@link OutboundQueue.Offer#OVERFLOW} to {@link #onOverflow}.
   */
  OutboundQueue.Offer offer(List<Message> messages, boolean isVolatile) {
    OutboundQueue.Offer offer =
        messages.size() == 1
            ? queue.offer(messages.get(0), isVolatile)
            : queue.offer(messages, isVolatile);
    if (offer == OutboundQueue.Offer.DROPPED) {
      server.count(Counter.VOLATILE_DROPPED);
    }
    return offer;
  }

  private OutboundQueue.Offer settle(OutboundQueue.Offer offer) {
    if (offer == OutboundQueue.Offer.OVERFLOW) {
      onOverflow();
    }
    return offer;
  }

  /** The queue went over its bound. */
  void onOverflow() {
    lane.execute(() -> end(CloseReason.SLOW_CONSUMER));
  }

  void flushLater() {
    lane.execute(this::flush);
  }

  /**
   * Runs a task on the session lane, one at a time with everything that the session receives. The
   * task must not block.
   */
  public void execute(Runnable task) {
    lane.execute(task);
  }

  /** Returns the number of bytes that wait to be sent. */
  public long bytesWaiting() {
    return queue.bytes();
  }

  /** Closes the session after everything sent so far has gone out. */
  public void close() {
    close(CloseReason.FORCED_CLOSE);
  }

  /** Closes the session after everything sent so far has gone out, for a given reason. */
  public void close(CloseReason reason) {
    queue.refuseMore(); // here and not on the lane, which may have other things to do first
    lane.execute(() -> closeWhenDrained(reason));
  }

  /** Closes the session at once; what waits is dropped. */
  public void closeNow(CloseReason reason) {
    lane.execute(() -> end(reason));
  }

  /**
   * Stops reading from the peer until {@link #resumeReading} has been called as often. The
   * heartbeat rests meanwhile. Safe from any thread.
   */
  public void pauseReading() {
    lane.execute(
        () -> {
          if (readingPauses++ == 0 && transport != null) {
            transport.pauseReading();
          }
        });
  }

  /** Takes back one {@link #pauseReading}. */
  public void resumeReading() {
    lane.execute(
        () -> {
          if (--readingPauses == 0 && transport != null && state != State.ENDED) {
            heartbeat.onResumed();
            transport.resumeReading();
          }
        });
  }

  /** Returns the revision and transport; never the id. */
  @Override
  public String toString() {
    return "session(revision " + version.number() + ", " + transportType.wireName() + ")";
  }

  // ---- session lane ----

  /** Opens the session on its first transport. */
  void open(Transport first, SessionHandler.Factory handlers) {
    transport = first;
    if (state != State.OPEN) { // closed before it was open: the server stops
      end(closeReason);
      first.end(closeReason);
      return;
    }
    heartbeat.start();
    sendPacket(new EnginePacket.Open(server.handshakeData(this, first)));
    server.onOpened(this);
    try {
      handler = handlers.open(this);
    } catch (RuntimeException failure) {
      log.error("The handler of a new session failed; the session is closed", failure);
      end(CloseReason.FORCED_CLOSE);
      return;
    }
    flush();
    request.trim();
  }

  void flush() {
    if (transport != null && state != State.ENDED) {
      transport.flush();
    }
  }

  void sendPacket(EnginePacket packet) {
    if (enqueue(Message.ofPacket(packet, false)) == OutboundQueue.Offer.FLUSH) {
      flush();
    }
  }

  void onPoll(HttpExchange exchange) {
    if (transport instanceof PollingTransport polling) {
      polling.onPoll(exchange);
    } else {
      server.refuseLate(exchange);
    }
  }

  void onPost(HttpExchange exchange) {
    if (transport instanceof PollingTransport polling) {
      polling.onPost(exchange);
    } else {
      server.refuseLate(exchange);
    }
  }

  /** A packet from the current transport. */
  void onPacket(EnginePacket packet) {
    if (state != State.OPEN) {
      if (packet instanceof EnginePacket.Close) {
        end(closeReason);
      }
      return;
    }
    heartbeat.onPacket();
    SessionHandler receiver = handler;
    if (receiver == null) {
      return;
    }
    if (packet instanceof EnginePacket.Message message) {
      receiver.onText(message.data());
    } else if (packet instanceof EnginePacket.BinaryMessage message) {
      receiver.onBinary(message.data());
    } else if (packet instanceof EnginePacket.Pong) {
      if (version == EngineVersion.V4) {
        heartbeat.onPong();
      } else {
        end(CloseReason.TRANSPORT_ERROR); // in revision 3 the client pings
      }
    } else if (packet instanceof EnginePacket.Ping ping) {
      if (version == EngineVersion.V3) {
        sendPacket(new EnginePacket.Pong(ping.data()));
      } else {
        end(CloseReason.TRANSPORT_ERROR); // in revision 4 the server pings
      }
    } else if (packet instanceof EnginePacket.Close) {
      end(CloseReason.TRANSPORT_CLOSE);
    }
    // Open, Upgrade and Noop mean nothing here and are ignored, as the official server does.
  }

  /** The peer sent something that is not a packet. */
  void onProtocolError(EngineProtocolException error) {
    log.debug("Closing a {}: {}", this, error.getMessage());
    end(CloseReason.PARSE_ERROR);
  }

  /** An upgrade is complete: the rest travels on the new connection. */
  void switchTo(Transport next, @Nullable IoExecutor executor) {
    Transport before = transport;
    probe = null;
    transport = next;
    transportType = next.type();
    lane.bind(executor);
    if (before != null) {
      before.discard();
    }
    if (readingPauses > 0) {
      next.pauseReading();
    }
    server.count(Counter.UPGRADES);
    flushLater(); // on the connection's thread, on which this task may not be; also ends a closing
  }

  private void closeWhenDrained(CloseReason reason) {
    if (state != State.OPEN) {
      return;
    }
    state = State.CLOSING;
    closeReason = reason;
    heartbeat.stop(); // from here on the time to close is what counts
    closeTimer =
        server
            .timers()
            .schedule(server.options().closeTimeout(), () -> lane.execute(() -> end(closeReason)));
    if (transport != null) {
      transport.closeWhenDrained();
    }
  }

  /** Ends the session: exactly once, whatever the reason. */
  void end(CloseReason reason) {
    if (state == State.ENDED) {
      return;
    }
    state = State.ENDED;
    heartbeat.stop();
    if (closeTimer != null) {
      server.timers().cancel(closeTimer);
    }
    queue.close();
    if (probe != null) {
      probe.end();
      probe = null;
    }
    if (transport != null) {
      transport.end(reason);
    }
    try {
      if (handler != null) {
        handler.onClose(reason);
      }
    } finally {
      server.onEnded(this, reason); // last: a server that stops waits for it
    }
  }

  /** The server stops; completes when the application has done with what was received. */
  CompletableFuture<Void> drain() {
    CompletableFuture<Void> drained = new CompletableFuture<>();
    lane.execute(
        () -> {
          SessionHandler receiver = handler;
          if (receiver == null || state != State.OPEN) {
            drained.complete(null);
          } else {
            receiver.onStopping().whenComplete((done, failure) -> drained.complete(null));
          }
        });
    return drained;
  }

  /** The request that brings the packets from here on. */
  void carrier(HttpRequest newCarrier) {
    carrier = newCarrier;
  }

  /** The request that brought the packet at hand: a POST, or the upgrade to WebSocket. */
  HttpRequest carrier() {
    return carrier;
  }

  CloseReason closeReason() {
    return closeReason;
  }

  boolean isClosing() {
    return state == State.CLOSING;
  }

  boolean isEnded() {
    return state == State.ENDED;
  }

  boolean isReadingPaused() {
    return readingPauses > 0;
  }

  boolean isUpgrading() {
    return probe != null && probe.isAnswered();
  }

  @Nullable Probe probe() {
    return probe;
  }

  void probe(@Nullable Probe newProbe) {
    probe = newProbe;
  }

  // ---- any thread, within the engine ----

  EngineIoServer server() {
    return server;
  }

  Lane lane() {
    return lane;
  }

  OutboundQueue queue() {
    return queue;
  }

  /** Whether the peer takes no binary frames. */
  boolean base64() {
    return base64;
  }

  /** Text of a WebSocket frame, as a packet, to the session. Session lane. */
  void onTextFrame(Utf8Text text) {
    try {
      onPacket(FrameCodec.decodeText(version, text));
    } catch (EngineProtocolException error) {
      onProtocolError(error);
    }
  }

  void onBinaryFrame(ByteBuffer data) {
    try {
      onPacket(FrameCodec.decodeBinary(version, data));
    } catch (EngineProtocolException error) {
      onProtocolError(error);
    }
  }
}

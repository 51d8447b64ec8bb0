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
package io.sockeye.socketio.server;

import io.sockeye.engineio.server.EngineIoOptions;
import io.sockeye.engineio.server.Fanout;
import io.sockeye.engineio.server.Message;
import io.sockeye.engineio.server.SessionIds;
import io.sockeye.engineio.server.internal.TimerWheel;
import io.sockeye.socketio.protocol.Packet;
import io.sockeye.socketio.server.spi.BroadcastOptions;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What the client manager of one process keeps for sockets that come back: lost sessions, and in
 * each namespace the latest events.
 *
 * <p><b>Concurrency.</b> Safe for any thread. Whoever sends an event holds the monitor of the
 * namespace's room index from the moment that the event has its position until it is in the queue
 * of each recipient, and whoever comes back holds it while what was missed is put into its queue
 * and it joins the recipients: so nothing is between the two, and nothing is in both. Encoding,
 * flushing and waiting for slow readers are done without it.
 */
final class LocalRecovery {
  /** So that an offset of another process is never taken for one of this. */
  private static final int PREFIX_LENGTH = 6;

  private static final Pattern OFFSET = Pattern.compile("[A-Za-z0-9_-]{6}\\.[0-9a-z]{1,13}");

  private final SocketIoServer server;
  private final ConnectionStateRecovery options;
  private final Collection<RoomIndex> indexes;
  private final LostSessions lost;
  private final AtomicLong retainedBytes = new AtomicLong();
  private final String prefix = SessionIds.next().substring(0, PREFIX_LENGTH) + ".";
  private final AtomicLong lastOffset = new AtomicLong();
  private final AtomicBoolean sweeping = new AtomicBoolean();
  private final Duration sweepInterval;
  private final long retentionNanos;
  private volatile TimerWheel.@Nullable Entry sweeper;
  private volatile boolean closed;

  /**
   * Creates it with nothing kept.
   *
   * @param indexes those of all namespaces, as they are at any time
   */
  LocalRecovery(
      SocketIoServer server, ConnectionStateRecovery options, Collection<RoomIndex> indexes) {
    this.server = server;
    this.options = options;
    this.indexes = indexes;
    this.lost = new LostSessions(options.maxSessions());
    // A loss may be noticed late, and what was sent meanwhile has been missed too.
    EngineIoOptions engine = server.options().engine();
    Duration retention =
        options.maxDisconnectionDuration().plus(engine.pingInterval()).plus(engine.pingTimeout());
    this.retentionNanos = retention.toNanos();
    this.sweepInterval = options.maxDisconnectionDuration().dividedBy(4).plusMillis(10);
  }

  /** Whether a text can be an offset of this kind, of whatever process. */
  static boolean isOffset(@Nullable String text) {
    return text != null && OFFSET.matcher(text).matches();
  }

  RetainedEvents newEvents() {
    return new RetainedEvents(options, retainedBytes);
  }

  /**
   * Sends an event, with an offset, and retains it.
   *
   * @param only the socket that is meant, if it is a single one: its room does not find it as long
   *     as it joins
   * @param paced whether a sender that is faster than the readers is slowed down
   */
  void send(
      RoomIndex index,
      Packet.Event event,
      BroadcastOptions target,
      @Nullable Socket only,
      boolean paced) {
    String offset = prefix + Long.toString(lastOffset.incrementAndGet(), Character.MAX_RADIX);
    Packet.Event withOffset =
        new Packet.Event(
            event.namespace(), event.id(), event.name(), event.arguments().plus(offset));
    List<Message> messages = server.encode(withOffset, target.compress());
    Fanout fanout = new Fanout(messages, false);
    List<Socket> others = new ArrayList<>(0);
    List<Socket> reached = new ArrayList<>();
    synchronized (index) {
      boolean direct = only != null && isNew(only);
      if (only != null && direct) {
        only.attendance().begin(index.events());
      }
      long position = index.events().add(offset, target, messages, now() + retentionNanos);
      if (only != null && direct) {
        only.attendance().sent(position, offset);
        reached.add(only);
        only.send(fanout, messages, false);
      } else {
        for (Socket socket : index.select(target)) {
          if (!socket.hasPid()) {
            others.add(socket);
          } else if (socket.attendance().isPresent()) {
            socket.attendance().sent(position, offset);
            if (socket.isConnected()) {
              reached.add(socket);
              socket.send(fanout, messages, false);
            }
          }
        }
      }
    }
    sweepLater();
    reached.forEach(socket -> socket.tellOutgoing(event)); // user code, not under the monitor
    fanout.flush();
    if (!others.isEmpty()) {
      sendPlain(event, target, others, paced);
    }
    if (paced) {
      fanout.pace();
    }
  }

  /**
   * Whether a socket joins for the first time. One that comes back is sent nothing before what it
   * has missed, of which this will be part.
   */
  private static boolean isNew(Socket socket) {
    return !socket.attendance().isPresent() && !socket.recovered() && !socket.isDisconnected();
  }

  /** Sends to clients of earlier revisions, which know no offsets. */
  private void sendPlain(
      Packet.Event event, BroadcastOptions target, List<Socket> sockets, boolean paced) {
    List<Message> messages = server.encode(event, target.compress());
    Fanout fanout = new Fanout(messages, false);
    for (Socket socket : sockets) {
      if (socket.isConnected()) {
        socket.tellOutgoing(event);
        socket.send(fanout, messages, false);
      }
    }
    fanout.flush();
    if (paced) {
      fanout.pace();
    }
  }

  /** The namespace of an index is gone. */
  void forget(RoomIndex index) {
    synchronized (index) {
      index.events().clear();
    }
  }

  /** Keeps a session. */
  void keep(String pid, RecoveredSession session) {
    if (!closed) {
      lost.put(pid, session, now() + options.maxDisconnectionDuration().toNanos());
      sweepLater();
    }
  }

  /** Takes a session, which is gone then; null if what its client has missed is not known. */
  @Nullable RecoveredSession take(
      RoomIndex index, String pid, String namespace, @Nullable String offset) {
    RecoveredSession session = lost.take(pid, namespace, now());
    if (session == null) {
      return null;
    }
    synchronized (index) {
      return missed(index, session.attendance(), offset) == null ? null : session;
    }
  }

  /** Sends to a socket that comes back what it has missed, and lets it be a recipient again. */
  boolean resume(RoomIndex index, Socket socket, @Nullable String offset) {
    Fanout fanout;
    synchronized (index) {
      List<Message> missed = missed(index, socket.attendance(), offset);
      if (missed == null) {
        return false;
      }
      fanout = new Fanout(missed, false);
      if (!missed.isEmpty()) {
        socket.send(fanout, missed, false);
      }
      index.add(socket);
    }
    fanout.flush();
    return true;
  }

  /**
   * Returns what a client has missed, null if that is not known, or more than it could be sent at
   * once. Under the monitor of the index.
   */
  private @Nullable List<Message> missed(
      RoomIndex index, @Nullable Attendance attendance, @Nullable String offset) {
    RetainedEvents events = index.events();
    long after = attendance == null ? -1 : attendance.resumesAfter(offset, events);
    if (attendance == null || after < 0) {
      return null;
    }
    ArrayDeque<RetainedEvents.Entry> entries = events.after(after, attendance);
    List<Message> messages = new ArrayList<>(entries.size());
    long bytes = 0;
    for (RetainedEvents.Entry entry : entries) {
      messages.addAll(entry.messages());
      bytes += entry.bytes();
    }
    EngineIoOptions limits = server.options().engine();
    return bytes > limits.maxOutboundBytes() || messages.size() > limits.maxOutboundPackets()
        ? null
        : messages;
  }

  /** The number of lost sessions that are kept. */
  int lostSessions() {
    return lost.size();
  }

  /** The bytes of all events that are retained. */
  long retainedBytes() {
    return retainedBytes.get();
  }

  void close() {
    closed = true;
    TimerWheel.Entry timer = sweeper;
    if (timer != null) {
      server.runtime().timers().cancel(timer);
    }
    lost.clear();
  }

  private long now() {
    return server.runtime().timers().nanoTime();
  }

  /** Sees to it that what has had its time goes, though nothing more happens. */
  private void sweepLater() {
    if (!closed && sweeping.compareAndSet(false, true)) {
      sweeper =
          server
              .runtime()
              .timers()
              .schedule(sweepInterval, () -> server.runtime().handlers().execute(this::sweep));
    }
  }

  private void sweep() {
    sweeping.set(false);
    boolean somethingIsLeft = lost.expire(now());
    for (RoomIndex index : indexes) {
      synchronized (index) {
        somethingIsLeft |= index.events().expire(now());
      }
    }
    if (somethingIsLeft) {
      sweepLater();
    }
  }
}

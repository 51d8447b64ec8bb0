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
import io.sockeye.engineio.protocol.EngineVersion;
import io.sockeye.engineio.server.internal.TimerWheel;

/**
 * Watches that a session's peer is alive. It belongs to the session, not to a transport, and so
 * survives an upgrade.
 *
 * <p>Revision 4: this side pings every interval, and the peer has the time-out to answer; a packet
 * that it sends meanwhile extends the time once. Revision 3: the peer pings, and any packet counts.
 * While the session does not read, nobody can be late.
 *
 * <p><b>Concurrency.</b> Session lane only, but for {@link #expired}, which posts to the lane.
 */
final class Heartbeat extends TimerWheel.Entry {
  private final Session session;
  private final TimerWheel timers;
  private final long intervalNanos;
  private final long timeoutNanos;
  private boolean awaitingPong;
  private boolean extended;
  private long lastPacketNanos;

  Heartbeat(Session session, TimerWheel timers, EngineIoOptions options) {
    this.session = session;
    this.timers = timers;
    this.intervalNanos = options.pingInterval().toNanos();
    this.timeoutNanos = options.pingTimeout().toNanos();
  }

  void start() {
    if (isV4()) {
      timers.schedule(this, intervalNanos);
    } else {
      lastPacketNanos = timers.nanoTime();
      timers.schedule(this, intervalNanos + timeoutNanos);
    }
  }

  void stop() {
    timers.cancel(this);
  }

  /** Any packet is a sign of life. */
  void onPacket() {
    if (!isV4()) {
      lastPacketNanos = timers.nanoTime();
    } else if (awaitingPong && !extended) {
      extended = true;
      timers.schedule(this, timeoutNanos);
    }
  }

  /** A pong, asked for or not, starts the interval anew. */
  void onPong() {
    awaitingPong = false;
    timers.schedule(this, intervalNanos);
  }

  @Override
  protected void expired() {
    session.lane().execute(this::onExpired);
  }

  private void onExpired() {
    if (!session.isOpen() || !isDue(timers.nanoTime())) {
      return;
    }
    if (isV4()) {
      if (!awaitingPong) {
        awaitingPong = true;
        extended = false;
        timers.schedule(this, timeoutNanos);
        session.sendPacket(EnginePacket.PING);
      } else if (session.isReadingPaused()) {
        timers.schedule(this, timeoutNanos);
      } else {
        session.end(CloseReason.PING_TIMEOUT);
      }
      return;
    }
    long left = lastPacketNanos + intervalNanos + timeoutNanos - timers.nanoTime();
    if (left > 0) {
      timers.schedule(this, left);
    } else if (session.isReadingPaused()) {
      timers.schedule(this, timeoutNanos);
    } else {
      session.end(CloseReason.PING_TIMEOUT);
    }
  }

  private boolean isV4() {
    return session.version() == EngineVersion.V4;
  }
}

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
import io.sockeye.engineio.protocol.FrameCodec;
import io.sockeye.engineio.protocol.Utf8Text;
import io.sockeye.engineio.server.internal.TimerWheel;
import io.sockeye.engineio.server.spi.IoExecutor;
import io.sockeye.engineio.server.spi.OutboundFrame;
import io.sockeye.engineio.server.spi.WebSocketConnection;
import io.sockeye.engineio.server.spi.WebSocketListener;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * An upgrade from polling to WebSocket: the peer sends {@code 2probe}, gets {@code 3probe}, pauses
 * polling and sends {@code 5}. Until then polling carries the session, and a probe that fails, is
 * late or goes away leaves it untouched.
 *
 * <p><b>Concurrency.</b> Everything runs on the session lane. After the upgrade this object only
 * hands the connection's frames to the transport.
 */
final class Probe implements WebSocketListener {
  private static final String PROBE = "probe";

  private enum State {
    WAITING,
    ANSWERED,
    UPGRADED,
    FAILED
  }

  private final Session session;
  private final WebSocketConnection connection;
  private final WebSocketTransport transport;
  // Written on the session lane; read by the binding's thread to take the short way afterwards.
  private volatile State state = State.WAITING;
  private TimerWheel.@Nullable Entry timer;

  Probe(Session session, WebSocketConnection connection) {
    this.session = session;
    this.connection = connection;
    this.transport = new WebSocketTransport(session, connection);
  }

  /** Begins, unless the session is being probed already or cannot be. Session lane. */
  void begin() {
    if (session.isEnded()
        || session.probe() != null
        || session.transport() != TransportType.POLLING) {
      fail();
      return;
    }
    session.probe(this);
    timer =
        session
            .server()
            .timers()
            .schedule(
                session.server().options().upgradeTimeout(),
                () -> session.lane().execute(this::fail));
  }

  /** Whether the peer's probe has been answered: it is about to pause polling. */
  boolean isAnswered() {
    return state == State.ANSWERED;
  }

  /** The session has ended. */
  void end() {
    fail();
  }

  @Override
  public void onText(Utf8Text text) {
    if (state == State.UPGRADED) {
      transport.onText(text);
    } else {
      session.lane().execute(() -> onProbeText(text));
    }
  }

  @Override
  public void onBinary(ByteBuffer data) {
    if (state == State.UPGRADED) {
      transport.onBinary(data);
    } else {
      session
          .lane()
          .execute(
              () -> {
                if (state == State.UPGRADED) {
                  transport.onBinary(data);
                } else {
                  fail();
                }
              });
    }
  }

  @Override
  public void onWritable() {
    transport.onWritable();
  }

  @Override
  public void onClosed(int status, @Nullable Throwable cause) {
    session
        .lane()
        .execute(
            () -> {
              if (state == State.UPGRADED) {
                transport.onClosed(status, cause);
              } else {
                fail();
              }
            });
  }

  private void onProbeText(Utf8Text text) {
    if (state == State.UPGRADED) {
      transport.onText(text);
      return;
    }
    EnginePacket packet;
    try {
      packet = FrameCodec.decodeText(session.version(), text);
    } catch (EngineProtocolException error) {
      fail();
      return;
    }
    if (state == State.WAITING
        && packet instanceof EnginePacket.Ping ping
        && ping.data().toString().equals(PROBE)) {
      state = State.ANSWERED;
      answer();
      // Releases the poll that is waiting, so that the peer can pause polling.
      session.flush();
    } else if (state == State.ANSWERED && packet instanceof EnginePacket.Upgrade) {
      state = State.UPGRADED;
      cancelTimer();
      session.switchTo(transport, connection.ioExecutor());
    } else {
      fail();
    }
  }

  /** On the connection's own thread, where the session lane is only after the upgrade. */
  private void answer() {
    IoExecutor executor = connection.ioExecutor();
    if (executor != null && !executor.inThread()) {
      executor.execute(this::answer);
      return;
    }
    Utf8Text pong = FrameCodec.encodeText(EnginePacket.PONG_PROBE);
    connection.write(OutboundFrame.text(pong.array(), pong.offset(), pong.length(), false));
    connection.flush();
  }

  private void fail() {
    if (state == State.UPGRADED || state == State.FAILED) {
      return;
    }
    state = State.FAILED;
    cancelTimer();
    if (session.probe() == this) {
      session.probe(null);
    }
    session.server().count(Counter.UPGRADES_FAILED);
    connection.close(WebSocketTransport.NORMAL, "");
  }

  private void cancelTimer() {
    if (timer != null) {
      session.server().timers().cancel(timer);
    }
  }
}

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
package io.sockeye.testclient;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sockeye.engineio.protocol.EnginePacket;
import io.sockeye.engineio.protocol.Utf8Text;
import io.sockeye.engineio.server.HttpRequest;
import io.sockeye.engineio.server.TransportType;
import io.sockeye.engineio.server.internal.Lane;
import io.sockeye.engineio.server.internal.TaskCounter;
import io.sockeye.engineio.server.internal.TimerWheel;
import io.sockeye.engineio.server.spi.HttpHandler;
import io.sockeye.engineio.server.spi.HttpResponse;
import io.sockeye.socketio.protocol.DecoderLimits;
import io.sockeye.socketio.protocol.Packet;
import io.sockeye.socketio.protocol.PacketFormatException;
import io.sockeye.socketio.protocol.PacketParser;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The client's end of one Engine.IO session, of revision 4.
 *
 * <p><b>Concurrency.</b> All state is of the client's lane: the thread that brings work does it,
 * and what comes meanwhile afterwards. So a server whose handlers run inline has answered when a
 * method that sends returns. What other threads read is volatile. Tasks are counted, so that a test
 * can wait until there are none.
 */
final class EngineClient {
  /** The reasons, in the words of the official client. */
  static final String TRANSPORT_CLOSE = "transport close";

  static final String TRANSPORT_ERROR = "transport error";
  static final String PING_TIMEOUT = "ping timeout";
  static final String PARSE_ERROR = "parse error";
  static final String CLIENT_DISCONNECT = "io client disconnect";

  /** Hears of a session, on the client's lane. */
  interface Listener {
    /** A text or binary message. */
    void onMessage(EngineClient from, EnginePacket message);

    /** The session is over, for this end; the last call. */
    void onClosed(EngineClient from, String reason);
  }

  private final HttpHandler engine;
  private final String path;
  private final TestClientOptions options;
  private final TimerWheel timers;
  private final Traffic traffic;
  private final Listener listener;
  private final Lane lane = new Lane();
  private final Silence silence = new Silence();
  private final CompletableFuture<String> opened = new CompletableFuture<>();
  private volatile TransportType transport;
  private volatile boolean answersPings = true;
  private volatile boolean stalled;
  private volatile boolean closed;
  // The client's lane only.
  private Link link;
  private @Nullable WebSocketLink probing;
  private CompletableFuture<TransportType> upgrade = new CompletableFuture<>();
  private String sid = "";
  private int maxPayload;
  private Duration patience = Duration.ZERO;

  EngineClient(
      HttpHandler engine,
      String path,
      TestClientOptions options,
      TimerWheel timers,
      Traffic traffic,
      Listener listener) {
    this.engine = engine;
    this.path = path;
    this.options = options;
    this.timers = timers;
    this.traffic = traffic;
    this.listener = listener;
    this.transport = options.transport();
    this.link =
        options.transport() == TransportType.POLLING
            ? new PollingLink(this)
            : new WebSocketLink(this, request("GET", TransportType.WEBSOCKET));
  }

  // ---- any thread ----

  /** Begins; the stage completes with the session's id, or fails. */
  CompletableFuture<String> open() {
    execute(() -> link.open());
    return opened;
  }

  void send(List<? extends EnginePacket> packets) {
    execute(
        () -> {
          if (!closed && !stalled) {
            link.send(packets);
          }
        });
  }

  /** Closes as a client that behaves. */
  void leave() {
    execute(
        () -> {
          if (stalled) {
            stalled = false;
            end(CLIENT_DISCONNECT);
            link.drop(); // the server is spared the wait for a client that has gone
          } else if (!closed) {
            boolean goodbye = opened.isDone();
            end(CLIENT_DISCONNECT);
            if (goodbye) {
              link.leave();
            } else {
              link.drop();
            }
          }
        });
  }

  /** Closes because of what the server sent, or because the connection is lost. */
  void drop(String reason) {
    execute(
        () -> {
          if (!closed) {
            stalled = false;
            end(reason);
            link.drop();
          }
        });
  }

  /** Nothing comes through any more, and nobody is told. */
  void stall() {
    stalled = true;
  }

  void answersPings(boolean isAnswering) {
    answersPings = isAnswering;
  }

  /** Goes over to WebSocket; the stage completes with the new transport, or fails. */
  CompletableFuture<TransportType> upgrade() {
    CompletableFuture<TransportType> result = new CompletableFuture<>();
    execute(
        () -> {
          if (closed || probing != null || link.type() != TransportType.POLLING) {
            result.completeExceptionally(
                new IllegalStateException(
                    "upgrade: the connection is "
                        + (closed
                            ? "closed"
                            : probing != null ? "being upgraded" : "on WebSocket already")
                        + " (expected: on polling)"));
            return;
          }
          upgrade = result;
          WebSocketLink next = new WebSocketLink(this, request("GET", TransportType.WEBSOCKET));
          probing = next;
          next.open();
        });
    return result;
  }

  TransportType transport() {
    return transport;
  }

  boolean isClosed() {
    return closed;
  }

  boolean isStalled() {
    return stalled;
  }

  boolean isOpened() {
    return opened.isDone();
  }

  // ---- for links ----

  HttpHandler engine() {
    return engine;
  }

  /** Counts what links have not sent yet. */
  TaskCounter packets() {
    return traffic.packets();
  }

  void execute(Runnable task) {
    lane.execute(traffic.lanes().counted(task));
  }

  int maxPayload() {
    return maxPayload;
  }

  /** A request of this client. */
  HttpRequest request(String method, TransportType type) {
    return new HttpRequest(
        method,
        path
            + "?EIO=4&transport="
            + type.wireName()
            + (sid.isEmpty() ? "" : "&sid=" + sid)
            + options.query(),
        options.headers(),
        options.remoteAddress(),
        options.secure(),
        options.attachments());
  }

  /** A WebSocket is open. */
  void onConnected(WebSocketLink from) {
    if (from == probing) {
      from.send(List.of(EnginePacket.PING_PROBE));
    }
  }

  /** The server has answered a handshake with an error. */
  void onRefused(Link from, HttpResponse answer) {
    HandshakeRefusedException refusal =
        new HandshakeRefusedException(
            answer.status(), UTF_8.decode(answer.body().duplicate()).toString());
    if (from == probing) {
      probing = null;
      upgrade.completeExceptionally(refusal);
    } else {
      closed = true;
      from.giveUp();
      opened.completeExceptionally(refusal);
    }
  }

  /** A connection has ended. */
  void onClosed(Link from, String reason) {
    if (from == probing) {
      probing = null;
      upgrade.completeExceptionally(
          new IllegalStateException("upgrade: the server has closed the WebSocket"));
    } else if (from == link && !stalled) {
      end(reason);
      from.giveUp();
    }
  }

  void onPacket(Link from, EnginePacket packet) {
    if (closed || stalled) {
      return;
    }
    if (from == probing) {
      if (packet instanceof EnginePacket.Pong pong && pong.equals(EnginePacket.PONG_PROBE)) {
        onProbed(probing, (PollingLink) link);
      }
    } else if (packet instanceof EnginePacket.Open open) {
      onOpen(open.json());
    } else if (packet instanceof EnginePacket.Ping ping) {
      timers.schedule(silence, patience);
      if (answersPings) {
        link.send(List.of(new EnginePacket.Pong(ping.data())));
      }
    } else if (packet instanceof EnginePacket.Message
        || packet instanceof EnginePacket.BinaryMessage) {
      listener.onMessage(this, packet);
    } else if (packet instanceof EnginePacket.Close) {
      end(TRANSPORT_CLOSE);
    }
    // The others mean nothing to a client.
  }

  private void onProbed(WebSocketLink next, PollingLink before) {
    before.pause(
        () -> {
          if (probing != next) {
            return;
          }
          probing = null;
          link = next;
          transport = TransportType.WEBSOCKET;
          next.send(List.of(EnginePacket.UPGRADE));
          before.handOver(next);
          upgrade.complete(TransportType.WEBSOCKET);
        });
  }

  private void onOpen(Utf8Text json) {
    Map<String, @Nullable Object> data = read(json);
    sid = (String) known(data.get("sid"));
    maxPayload = ((Number) known(data.get("maxPayload"))).intValue();
    patience =
        Duration.ofMillis(
            ((Number) known(data.get("pingInterval"))).longValue()
                + ((Number) known(data.get("pingTimeout"))).longValue());
    timers.schedule(silence, patience);
    opened.complete(sid);
  }

  private static Object known(@Nullable Object value) {
    if (value == null) {
      throw new IllegalStateException("the server's open packet lacks a value");
    }
    return value;
  }

  /** Reads a JSON object as what it is the payload of elsewhere: a CONNECT packet. */
  private static Map<String, @Nullable Object> read(Utf8Text json) {
    byte[] packet = ("0" + json).getBytes(UTF_8);
    try {
      return ((Packet.Connect)
              (Packet)
                  known(
                      PacketParser.json()
                          .newDecoder(DecoderLimits.DEFAULTS, false)
                          .text(packet, 0, packet.length)))
          .payload();
    } catch (PacketFormatException impossible) {
      throw new IllegalStateException("the server's open packet is no object", impossible);
    }
  }

  private void end(String reason) {
    if (closed) {
      return;
    }
    closed = true;
    timers.cancel(silence);
    WebSocketLink probe = probing;
    if (probe != null) {
      probing = null;
      probe.drop();
    }
    upgrade.completeExceptionally(
        new IllegalStateException("upgrade: the connection has ended: " + reason));
    opened.completeExceptionally(
        new IllegalStateException("handshake: the connection has ended: " + reason));
    listener.onClosed(this, reason);
  }

  /** The server has not pinged for longer than it may. */
  private final class Silence extends TimerWheel.Entry {
    @Override
    protected void expired() {
      execute(
          () -> {
            if (!closed && isDue(timers.nanoTime())) {
              end(PING_TIMEOUT);
              if (!stalled) {
                link.drop();
              }
            }
          });
    }
  }
}

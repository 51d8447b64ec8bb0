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

import io.sockeye.engineio.server.internal.EngineRuntime;
import io.sockeye.engineio.server.internal.ManualClock;
import io.sockeye.engineio.server.internal.MemoryExchange;
import io.sockeye.engineio.server.internal.MemorySocket;
import io.sockeye.engineio.server.internal.MemoryWeb;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An Engine.IO server over memory and a manual clock, whose listeners echo and write down what they
 * hear. Everything runs on the thread of the test.
 */
final class Engine {
  private static final Pattern SID = Pattern.compile("\"sid\":\"([^\"]*)\"");

  final ManualClock clock = new ManualClock();
  final List<String> heard = new ArrayList<>();
  final List<Session> sessions = new ArrayList<>();
  final EngineIoServer server;
  final MemoryWeb web;

  private Engine(EngineIoOptions options) {
    EngineRuntime runtime = EngineRuntime.of(clock.timers(), HandlerExecution.INLINE, 1);
    server =
        EngineIoServer.layered(
            options,
            runtime,
            session ->
                new ListenerHandler(session, this::open, runtime.handlers(), Integer.MAX_VALUE));
    web = new MemoryWeb(server);
  }

  /** Both revisions and JSONP, pings every 300 ms that must be answered within 200 ms. */
  static Engine start() {
    return start(options -> options);
  }

  static Engine start(UnaryOperator<EngineIoOptions.Builder> change) {
    EngineIoOptions.Builder options =
        EngineIoOptions.builder()
            .allowEio3(true)
            .jsonp(true)
            .pingInterval(java.time.Duration.ofMillis(300))
            .pingTimeout(java.time.Duration.ofMillis(200));
    return new Engine(change.apply(options).build());
  }

  private SessionListener open(Session session) {
    sessions.add(session);
    return new SessionListener() {
      @Override
      public void onMessage(Session from, String text) {
        heard.add("text " + text);
        from.send(text);
      }

      @Override
      public void onMessage(Session from, ByteBuffer data) {
        byte[] bytes = new byte[data.remaining()];
        data.duplicate().get(bytes);
        heard.add("binary " + HexFormat.of().formatHex(bytes));
        from.send(data);
      }

      @Override
      public void onClose(Session from, CloseReason reason) {
        heard.add("closed: " + reason.text());
      }
    };
  }

  /** What was heard since the last call. */
  List<String> takeHeard() {
    List<String> taken = List.copyOf(heard);
    heard.clear();
    return taken;
  }

  Session session() {
    return sessions.get(sessions.size() - 1);
  }

  /** Opens a session of revision 4 on polling. */
  Polling polling() {
    return polling("/engine.io/?EIO=4&transport=polling");
  }

  Polling polling(String uri) {
    MemoryExchange handshake = web.get(uri);
    return new Polling(uri + "&sid=" + sid(handshake.text()));
  }

  MemorySocket webSocket() {
    return webSocket(4);
  }

  /** Opens a session on WebSocket; its open packet is taken. */
  MemorySocket webSocket(int revision) {
    MemorySocket socket = web.webSocket("/engine.io/?EIO=" + revision + "&transport=websocket");
    socket.take();
    return socket;
  }

  static String sid(String openPacket) {
    Matcher matcher = SID.matcher(openPacket.replace("\\", ""));
    if (!matcher.find()) {
      throw new AssertionError("no sid in " + openPacket);
    }
    return matcher.group(1);
  }

  /** The peer of a session on polling. */
  final class Polling {
    final String uri;

    Polling(String uri) {
      this.uri = uri;
    }

    MemoryExchange poll(String... headers) {
      return web.get(uri, headers);
    }

    MemoryExchange post(String body, String... headers) {
      return web.post(uri, body, headers);
    }

    MemoryExchange post(byte[] body, String... headers) {
      return web.post(uri, body, headers);
    }

    /** The WebSocket that probes this session. */
    MemorySocket probe() {
      return web.webSocket(uri.replace("transport=polling", "transport=websocket"));
    }

    /** Goes over to WebSocket. */
    MemorySocket upgrade() {
      MemorySocket socket = probe();
      socket.send("2probe").send("5").take();
      return socket;
    }

    boolean isAlive() {
      String unknown = "{\"code\":1,\"message\":\"Session ID unknown\"}";
      MemoryExchange answer = post(uri.contains("EIO=3") ? "0:" : "6");
      return !(answer.status() == 400 && answer.text().equals(unknown));
    }
  }
}

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

import io.sockeye.engineio.server.HandlerExecution;
import io.sockeye.engineio.server.internal.EngineRuntime;
import io.sockeye.engineio.server.internal.ManualClock;
import io.sockeye.engineio.server.internal.MemoryExchange;
import io.sockeye.engineio.server.internal.MemorySocket;
import io.sockeye.engineio.server.internal.MemoryWeb;
import io.sockeye.socketio.server.spi.ClusterBus;
import io.sockeye.socketio.server.spi.MemoryBroker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A Socket.IO server over memory and a manual clock. Everything runs on the thread of the test,
 * handlers too.
 */
final class Io {
  private static final Pattern SID = Pattern.compile("\"sid\":\"([^\"]*)\"");

  final ManualClock clock = new ManualClock();
  final SocketIoServer server;
  final MemoryWeb web;
  final List<String> heard = new ArrayList<>();

  private Io(SocketIoOptions options) {
    server =
        SocketIoServer.create(
            options, EngineRuntime.of(clock.timers(), HandlerExecution.INLINE, 1));
    web = new MemoryWeb(server.engine());
  }

  /** Revision 3 is allowed too, and nobody pings for an hour. */
  static Io start() {
    return start(options -> {});
  }

  static Io start(Consumer<SocketIoOptions.Builder> change) {
    SocketIoOptions.Builder options =
        SocketIoOptions.builder()
            .engine(engine -> engine.allowEio3(true).pingInterval(Duration.ofHours(1)));
    change.accept(options);
    return new Io(options.build());
  }

  /**
   * A node of a cluster whose subscriptions are in effect: until then a question waits, and goes
   * out on a thread of the bus.
   */
  static Io node(MemoryBroker broker, Consumer<ClusterOptions.Builder> change) {
    List<ClusterBus> buses = new ArrayList<>();
    Io node =
        start(
            options ->
                options.cluster(
                    cluster -> {
                      cluster.bus(
                          () -> {
                            buses.add(broker.connect());
                            return buses.get(0);
                          });
                      change.accept(cluster);
                    }));
    awaitSubscriptions(buses.get(0));
    return node;
  }

  /** What is subscribed to later on the same bus is established later. */
  static void awaitSubscriptions(ClusterBus bus) {
    ClusterBus.Subscription last = bus.subscribe("the last one", (channel, message) -> {});
    last.established().toCompletableFuture().orTimeout(10, TimeUnit.SECONDS).join();
    var unused = last.cancel();
  }

  /** Writes down what a namespace hears. */
  Namespace listen(String name) {
    return server
        .of(name)
        .onConnect(socket -> heard.add(name + " connect"))
        .onDisconnecting(
            (socket, reason) ->
                heard.add(name + " disconnecting in " + socket.rooms().size() + " rooms"))
        .onDisconnect((socket, reason) -> heard.add(name + " disconnect: " + reason.text()));
  }

  List<String> takeHeard() {
    List<String> taken = List.copyOf(heard);
    heard.clear();
    return taken;
  }

  /** A WebSocket whose Engine.IO session is open, and nothing more. */
  MemorySocket open() {
    MemorySocket socket = web.webSocket("/socket.io/?EIO=4&transport=websocket");
    socket.take();
    return socket;
  }

  /** A WebSocket of a client of revision 3. */
  MemorySocket openLegacy(String query) {
    MemorySocket socket = web.webSocket("/socket.io/?EIO=3&transport=websocket" + query);
    socket.take();
    return socket;
  }

  /** A WebSocket that has joined the main namespace. */
  MemorySocket connect() {
    MemorySocket socket = open().send("40");
    socket.take();
    return socket;
  }

  MemorySocket connect(String namespace) {
    MemorySocket socket = open().send("40" + namespace + ",");
    socket.take();
    return socket;
  }

  /** The URI of a new session on polling that has joined the main namespace. */
  String polling() {
    String uri = "/socket.io/?EIO=4&transport=polling";
    MemoryExchange handshake = web.get(uri);
    String session = uri + "&sid=" + sid(handshake.text());
    web.post(session, "40");
    web.get(session);
    return session;
  }

  static String sid(String frame) {
    Matcher matcher = SID.matcher(frame);
    if (!matcher.find()) {
      throw new AssertionError("no sid in " + frame);
    }
    return matcher.group(1);
  }
}

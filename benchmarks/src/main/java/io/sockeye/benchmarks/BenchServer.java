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
package io.sockeye.benchmarks;

import io.sockeye.engineio.server.CorsOptions;
import io.sockeye.engineio.server.HandlerExecution;
import io.sockeye.engineio.server.WebServerOptions;
import io.sockeye.parser.msgpack.MsgpackParser;
import io.sockeye.socketio.protocol.PacketParser;
import io.sockeye.socketio.server.ClusterDialect;
import io.sockeye.socketio.server.ClusterOptions;
import io.sockeye.socketio.server.SocketIoOptions;
import io.sockeye.socketio.server.SocketIoServer;
import java.io.IOException;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * A small server for load generators: the library as users get it, with no path of its own.
 *
 * <p>Environment: {@code PORT} (required), {@code HOST} (127.0.0.1), {@code ASYNC_MODE} (netty),
 * {@code HANDLERS} (default, virtual, pool, inline), {@code PARSER} (json, msgpack), {@code
 * MESSAGE_QUEUE} (the URL of a broker, which makes it a node of a cluster), {@code CLUSTER_DIALECT}
 * (python), {@code CHANNEL} (the dialect's). Events: {@code echo} acknowledges its arguments,
 * {@code broadcast} sends them to everybody, {@code join} joins a room, {@code room} sends {@code
 * data} to {@code room}.
 */
public final class BenchServer {
  private BenchServer() {}

  /** Serves until the process is told to end. */
  public static void main(String[] args) throws IOException {
    Map<String, String> environment = System.getenv();
    String port = environment.get("PORT");
    if (port == null) {
      System.err.println("PORT: not set (expected: the port to listen on)");
      System.exit(2);
      return;
    }
    String parser = environment.getOrDefault("PARSER", "json");
    if (!parser.equals("json") && !parser.equals("msgpack")) {
      System.err.println("PARSER: \"" + parser + "\" (expected: json or msgpack)");
      System.exit(2);
      return;
    }
    String handlers = environment.getOrDefault("HANDLERS", "default");
    SocketIoServer io =
        SocketIoServer.create(
            SocketIoOptions.builder()
                .cluster(cluster -> join(cluster, environment))
                .packetParser(parser.equals("json") ? PacketParser.json() : MsgpackParser.create())
                .engine(
                    engine ->
                        engine
                            .allowEio3(true)
                            .httpCompression(false)
                            .cors(CorsOptions.anyOrigin().build())
                            .handlerExecution(
                                HandlerExecution.valueOf(handlers.toUpperCase(Locale.ROOT))))
                .build());
    io.on("echo", (socket, arguments, ack) -> ack.send(arguments));
    io.on("broadcast", (socket, arguments) -> io.emit("broadcast", arguments));
    io.on(
        "join",
        (socket, arguments, ack) -> {
          socket.join(arguments.require(0, String.class));
          ack.send();
        });
    io.on(
        "room",
        RoomMessage.class,
        (socket, message) -> io.to(message.room()).emit("room", message.data()));
    var listening =
        io.start(
            WebServerOptions.builder()
                .host(environment.getOrDefault("HOST", "127.0.0.1"))
                .port(Integer.parseInt(port))
                .asyncMode(environment.getOrDefault("ASYNC_MODE", "netty"))
                .build());
    Runtime.getRuntime().addShutdownHook(new Thread(() -> io.stop(Duration.ofSeconds(3))));
    System.out.println("listening on " + listening.address());
  }

  /** Makes the process a node of a cluster, if there is a broker. */
  private static void join(ClusterOptions.Builder cluster, Map<String, String> environment) {
    cluster.messageQueue(environment.get("MESSAGE_QUEUE"));
    String dialect = environment.getOrDefault("CLUSTER_DIALECT", "python");
    cluster.dialect(ClusterDialect.valueOf(dialect.toUpperCase(Locale.ROOT).replace('-', '_')));
    Optional.ofNullable(environment.get("CHANNEL")).ifPresent(cluster::channel);
  }

  /**
   * What goes to a room.
   *
   * @param room the room
   * @param data any value
   */
  record RoomMessage(String room, Object data) {}
}

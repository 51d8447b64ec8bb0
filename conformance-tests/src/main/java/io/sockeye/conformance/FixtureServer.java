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
package io.sockeye.conformance;

import io.sockeye.engineio.server.EngineIoOptions;
import io.sockeye.engineio.server.EngineIoServer;
import io.sockeye.engineio.server.HandlerExecution;
import io.sockeye.engineio.server.WebServerOptions;
import io.sockeye.engineio.server.WebServers;
import io.sockeye.engineio.server.spi.HttpHandler;
import io.sockeye.engineio.server.spi.WebServer;
import io.sockeye.parser.msgpack.MsgpackParser;
import io.sockeye.socketio.protocol.PacketParser;
import io.sockeye.socketio.server.ClusterDialect;
import io.sockeye.socketio.server.ClusterOptions;
import io.sockeye.socketio.server.ConnectionStateRecovery;
import io.sockeye.socketio.server.PythonVersion;
import io.sockeye.socketio.server.ShardedSubscriptions;
import io.sockeye.socketio.server.SocketIoOptions;
import io.sockeye.socketio.server.SocketIoServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The fixture server: two endpoints in one process, plain Engine.IO on {@code /engine.io/} and
 * Socket.IO on {@code /socket.io/}, whose behaviours conformance checks can rely on.
 *
 * <p>Environment: {@code PORT} (3000), {@code HOST} (127.0.0.1), {@code FIXTURE_MODE} (main,
 * steady, restricted, engine-client, socketio-client), {@code ASYNC_MODE} (netty), {@code HANDLERS}
 * (default, virtual, pool, inline), {@code PARSER} (json, msgpack), {@code LEGACY_UTF8} (false;
 * true: polling clients of revision 3 are of version 1.x), {@code SKIP_MIDDLEWARES} (true: of who
 * recovers), {@code PING_TIMEOUT}, {@code UPGRADE_TIMEOUT}, {@code CONNECT_TIMEOUT} (milliseconds,
 * instead of the mode's). In a cluster: {@code MESSAGE_QUEUE} (a URL), {@code CLUSTER_DIALECT}
 * (python, node-classic, node-sharded, node-streams), {@code CHANNEL}, {@code NODE_NAME}, {@code
 * SUBSCRIPTION_MODE} (of node-sharded: static, dynamic, dynamic-private), {@code PYTHON_DIALECT}
 * (5.14.0, 5.14.2, 5.15.1). {@code NAMESPACES} (names that commas divide) are there besides.
 */
public final class FixtureServer {
  private final EngineIoServer engine;
  private final SocketIoServer io;
  private final List<WebServer> listening;

  private FixtureServer(EngineIoServer engine, SocketIoServer io, List<WebServer> listening) {
    this.engine = engine;
    this.io = io;
    this.listening = listening;
  }

  /** Serves until the process is told to end. */
  public static void main(String[] args) throws IOException {
    FixtureServer server = start(System.getenv());
    Runtime.getRuntime().addShutdownHook(new Thread(server::stop, "fixture-shutdown"));
    System.out.println("listening on " + server.listening.get(0).address());
  }

  /** Starts a server as the environment describes it. */
  static FixtureServer start(Map<String, String> environment) throws IOException {
    return start(environment, WebServers::start);
  }

  /** Starts a server as the environment describes it, on a web server of the caller's choice. */
  static FixtureServer start(Map<String, String> environment, Listener listener)
      throws IOException {
    FixtureMode mode = FixtureMode.named(environment.getOrDefault("FIXTURE_MODE", "main"));
    HandlerExecution handlers =
        HandlerExecution.valueOf(
            environment.getOrDefault("HANDLERS", "default").toUpperCase(Locale.ROOT));
    boolean legacyUtf8 = Boolean.parseBoolean(environment.get("LEGACY_UTF8"));
    Consumer<EngineIoOptions.Builder> settings =
        options -> {
          mode.configure(options, handlers);
          options.legacyUtf8Payload(legacyUtf8);
          duration(environment, "PING_TIMEOUT").ifPresent(options::pingTimeout);
          duration(environment, "UPGRADE_TIMEOUT").ifPresent(options::upgradeTimeout);
        };
    EngineIoOptions.Builder engineOptions = EngineIoOptions.builder();
    settings.accept(engineOptions);
    EngineIoServer engine =
        EngineIoServer.create(
            engineOptions.build(),
            mode == FixtureMode.ENGINE_CLIENT
                ? EngineFixture.ForClientTests::open
                : EngineFixture::open);
    SocketIoOptions.Builder socketOptions =
        SocketIoOptions.builder()
            .engine(settings)
            .connectTimeout(
                duration(environment, "CONNECT_TIMEOUT").orElseGet(mode::connectTimeout))
            .packetParser(parser(environment.getOrDefault("PARSER", "json")))
            .serveClient(true);
    ConnectionStateRecovery.Builder recovery = mode.recovery();
    if (recovery != null) {
      recovery.skipMiddlewares(
          Boolean.parseBoolean(environment.getOrDefault("SKIP_MIDDLEWARES", "true")));
      socketOptions.connectionStateRecovery(recovery.build());
    }
    if (environment.containsKey("MESSAGE_QUEUE")) {
      socketOptions.cluster(cluster -> join(cluster, environment));
    }
    SocketIoServer io = SocketIoServer.create(socketOptions.build());
    if (mode == FixtureMode.SOCKETIO_CLIENT) {
      ClientTestFixture.install(io);
    } else {
      SocketFixture.install(
          io,
          environment.getOrDefault("NODE_NAME", ""),
          List.of(environment.getOrDefault("NAMESPACES", "/chat").split(",")));
    }
    FixturePages pages = new FixturePages(mode, engine, io);
    List<HttpHandler> pathOwners = new ArrayList<>(List.of(io.httpHandlers()));
    pathOwners.add(engine);
    pathOwners.add(pages);
    return new FixtureServer(engine, io, listen(environment, listener, pathOwners));
  }

  /** Makes the process a node of a cluster. */
  private static void join(ClusterOptions.Builder cluster, Map<String, String> environment) {
    cluster.messageQueue(environment.get("MESSAGE_QUEUE"));
    String dialect = environment.getOrDefault("CLUSTER_DIALECT", "python");
    cluster.dialect(ClusterDialect.valueOf(dialect.toUpperCase(Locale.ROOT).replace('-', '_')));
    Optional.ofNullable(environment.get("CHANNEL")).ifPresent(cluster::channel);
    Optional.ofNullable(environment.get("SUBSCRIPTION_MODE"))
        .map(mode -> mode.toUpperCase(Locale.ROOT).replace('-', '_'))
        .map(ShardedSubscriptions::valueOf)
        .ifPresent(cluster::shardedSubscriptions);
    Optional.ofNullable(environment.get("PYTHON_DIALECT"))
        .map(version -> "V" + version.replace('.', '_'))
        .map(PythonVersion::valueOf)
        .ifPresent(cluster::pythonVersion);
  }

  private static PacketParser parser(String name) {
    return switch (name) {
      case "json" -> PacketParser.json();
      case "msgpack" -> MsgpackParser.create();
      default ->
          throw new IllegalArgumentException(
              "PARSER: \"" + name + "\" (expected: json or msgpack)");
    };
  }

  /** Reads a number of milliseconds. */
  private static Optional<Duration> duration(Map<String, String> environment, String name) {
    return Optional.ofNullable(environment.get(name)).map(Long::valueOf).map(Duration::ofMillis);
  }

  /** The port that it listens on. */
  int port() {
    return ((InetSocketAddress) listening.get(0).address()).getPort();
  }

  /** Refuses new connections, tells every client, and ends. */
  void stop() {
    listening.forEach(WebServer::stopAccepting);
    Thread other = new Thread(() -> engine.stop(Duration.ofMillis(1500)));
    other.start();
    io.stop(Duration.ofSeconds(3));
    try {
      other.join();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
    listening.forEach(server -> server.close(Duration.ofMillis(500)));
  }

  /** Listens on every address of the host's name that is there. */
  private static List<WebServer> listen(
      Map<String, String> environment, Listener listener, List<HttpHandler> handlers)
      throws IOException {
    String host = environment.getOrDefault("HOST", "127.0.0.1");
    List<WebServer> listening = new ArrayList<>();
    IOException failure = null;
    for (InetAddress address : InetAddress.getAllByName(host)) {
      try {
        listening.add(
            listener.listen(
                WebServerOptions.builder()
                    .host(address.getHostAddress())
                    .port(Integer.parseInt(environment.getOrDefault("PORT", "3000")))
                    .asyncMode(environment.getOrDefault("ASYNC_MODE", "netty"))
                    .build(),
                handlers.toArray(new HttpHandler[0])));
      } catch (IOException unavailable) {
        failure = unavailable;
      }
    }
    if (listening.isEmpty() && failure != null) {
      throw failure;
    }
    return listening;
  }

  /** Starts a web server, such as {@link WebServers#start}. */
  @FunctionalInterface
  interface Listener {
    WebServer listen(WebServerOptions options, HttpHandler... handlers) throws IOException;
  }
}

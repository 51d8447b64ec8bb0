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
package io.sockeye.examples.cluster;

import io.sockeye.engineio.server.SessionIds;
import io.sockeye.engineio.server.WebServerOptions;
import io.sockeye.socketio.server.SocketIoOptions;
import io.sockeye.socketio.server.SocketIoServer;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * One node: NODE is its name, PORT where it listens, REDIS_URL the Redis that all of them share.
 */
public final class ClusterNode {
  private static final int MAX_TEXT = 500;

  /** What everybody hears, whichever node they are on. */
  record Said(String node, int number, String text) {}

  private ClusterNode() {}

  /** Serves until the process is told to end. */
  public static void main(String[] args) {
    Map<String, String> environment = System.getenv();
    String node = environment.getOrDefault("NODE", "a");
    int port = Integer.parseInt(environment.getOrDefault("PORT", "5001"));
    String redis = environment.getOrDefault("REDIS_URL", "redis://127.0.0.1:6379");
    SocketIoServer io =
        SocketIoServer.create(
            SocketIoOptions.builder()
                .messageQueue(redis) // what one node emits, the clients of all get
                .engine(
                    engine ->
                        engine.idGenerator(() -> SessionIds.next(node + "."))) // read by nginx
                .serveClient(true)
                .build());
    addHandlers(io, node);
    io.run(WebServerOptions.builder().host("127.0.0.1").port(port).build(), new ClusterPage());
  }

  private static void addHandlers(SocketIoServer io, String node) {
    AtomicInteger count = new AtomicInteger();
    io.onConnect(
        socket -> {
          socket.emit("node", node);
          io.emit("said", new Said(node, count.incrementAndGet(), "Somebody came."));
        });
    io.onRequest(
        "say",
        String.class,
        (socket, text) -> {
          if (text.isBlank() || text.length() > MAX_TEXT) {
            return "A message has 1 to " + MAX_TEXT + " characters.";
          }
          io.emit("said", new Said(node, count.incrementAndGet(), text.strip()));
          return "ok";
        });
  }
}

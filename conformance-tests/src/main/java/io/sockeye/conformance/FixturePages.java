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

import static java.nio.charset.StandardCharsets.UTF_8;

import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufAllocatorMetricProvider;
import io.sockeye.engineio.server.Counter;
import io.sockeye.engineio.server.EngineIoServer;
import io.sockeye.engineio.server.Headers;
import io.sockeye.engineio.server.spi.HttpExchange;
import io.sockeye.engineio.server.spi.HttpHandler;
import io.sockeye.engineio.server.spi.HttpResponse;
import io.sockeye.socketio.server.SocketIoCounter;
import io.sockeye.socketio.server.SocketIoServer;
import io.sockeye.socketio.server.spi.ClusterBus;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/** The fixture's own pages: is it ready, and what does it hold. */
final class FixturePages implements HttpHandler {
  private static final String HEALTH = "/fixture/health";
  private static final String METRICS = "/fixture/metrics";

  private final FixtureMode mode;
  private final EngineIoServer engine;
  private final SocketIoServer io;

  FixturePages(FixtureMode mode, EngineIoServer engine, SocketIoServer io) {
    this.mode = mode;
    this.engine = engine;
    this.io = io;
  }

  @Override
  public boolean matches(String path) {
    return path.equals(HEALTH) || path.equals(METRICS);
  }

  @Override
  public void handle(HttpExchange exchange) {
    if (exchange.request().path().equals(HEALTH)) {
      exchange.respond(
          HttpResponse.of(200, Headers.of("Content-Type", "text/plain"), "ok".getBytes(UTF_8)));
      return;
    }
    // A collection takes a while, which an I/O thread must not.
    Thread thread = new Thread(() -> exchange.respond(metrics()), "fixture-metrics");
    thread.setDaemon(true);
    thread.start();
  }

  private HttpResponse metrics() {
    long sockets =
        io.namespaces().stream().mapToLong(namespace -> namespace.localSockets().size()).sum();
    Map<String, Object> values = new LinkedHashMap<>();
    values.put("mode", mode.text());
    values.put("memoryBytes", memoryBytes());
    values.put("engineSessions", engine.sessionCount() + io.engine().sessionCount());
    values.put("sockets", sockets);
    values.put("foreignSessions", foreignSessions(engine) + foreignSessions(io.engine()));
    io.clusterState()
        .ifPresent(
            state -> {
              Map<SocketIoCounter, Long> counters = io.counters();
              values.put("queue", state == ClusterBus.State.UP ? "up" : "down");
              values.put("queueSent", counters.get(SocketIoCounter.CLUSTER_SENT));
              values.put("queueDropped", counters.get(SocketIoCounter.CLUSTER_DROPPED));
            });
    return HttpResponse.of(
        200,
        Headers.of("Content-Type", "application/json"),
        JsonMapper.shared().writeValueAsBytes(values));
  }

  private static long foreignSessions(EngineIoServer engine) {
    return engine.counters().getOrDefault(Counter.FOREIGN_SESSIONS, 0L);
  }

  /** Bytes in use after a collection, those of buffers outside of the heap included. */
  private static long memoryBytes() {
    System.gc();
    long heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    long direct = 0;
    for (BufferPoolMXBean pool : ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class)) {
      direct += pool.getMemoryUsed();
    }
    long netty =
        ByteBufAllocator.DEFAULT instanceof ByteBufAllocatorMetricProvider allocator
            ? allocator.metric().usedDirectMemory()
            : 0;
    return heap + Math.max(direct, netty); // Netty's may or may not be part of the JDK's
  }
}

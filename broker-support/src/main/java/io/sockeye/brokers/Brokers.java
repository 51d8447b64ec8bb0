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
package io.sockeye.brokers;

import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.utility.DockerImageName;
import redis.embedded.RedisServer;

/**
 * Finds a Redis and a RabbitMQ for tests, one of each for the whole JVM, and says on standard
 * output which: the one in the environment ({@code SOCKEYE_REDIS_URL}, {@code SOCKEYE_AMQP_URL}),
 * else a container where Docker answers, else a process of its own with the program on the {@code
 * PATH}, else an embedded one. There is always one, so that no test is left out.
 *
 * <p>The system property {@code sockeye.brokers} names the kinds that are tried, of {@code
 * environment,container,process,embedded}; with one name, it is that one or an error.
 */
public final class Brokers {
  private static final String KINDS = "environment,container,process,embedded";

  private static @Nullable Broker redis;
  private static @Nullable Broker amqp;

  private Brokers() {}

  /** Returns the Redis; starts it when it is asked for first. */
  public static synchronized Broker redis() {
    if (redis == null) {
      Map<String, Callable<@Nullable Broker>> ways = new LinkedHashMap<>();
      ways.put("environment", () -> environment("SOCKEYE_REDIS_URL"));
      ways.put("container", () -> container("redis:7-alpine", "redis", 6379));
      ways.put("process", Brokers::redisProcess);
      ways.put("embedded", Brokers::embeddedRedis);
      redis = find("Redis", ways);
    }
    return redis;
  }

  /** Returns the RabbitMQ, or what speaks AMQP 0-9-1 in its place. */
  public static synchronized Broker amqp() {
    if (amqp == null) {
      Map<String, Callable<@Nullable Broker>> ways = new LinkedHashMap<>();
      ways.put("environment", () -> environment("SOCKEYE_AMQP_URL"));
      ways.put("container", () -> container("rabbitmq:3-alpine", "amqp", 5672));
      ways.put("process", Brokers::rabbitProcess);
      ways.put("embedded", EmbeddedQpid::start);
      amqp = find("RabbitMQ", ways);
    }
    return amqp;
  }

  private static Broker find(String what, Map<String, Callable<@Nullable Broker>> ways) {
    List<String> kinds = List.of(System.getProperty("sockeye.brokers", KINDS).split(",", -1));
    List<String> missing = new ArrayList<>();
    for (Map.Entry<String, Callable<@Nullable Broker>> way : ways.entrySet()) {
      if (!kinds.contains(way.getKey())) {
        continue;
      }
      try {
        Broker broker = way.getValue().call();
        if (broker != null) {
          System.out.println(what + " of the tests: " + broker.how());
          return broker;
        }
        missing.add(way.getKey() + ": none");
      } catch (Exception | LinkageError failure) {
        missing.add(way.getKey() + ": " + failure);
      }
    }
    throw new IllegalStateException(
        "No " + what + " for the tests (expected: one of " + kinds + "): " + missing);
  }

  private static @Nullable Broker environment(String variable) {
    String url = System.getenv(variable);
    return url == null || url.isBlank()
        ? null
        : new Broker(URI.create(url.strip()), "the one in " + variable);
  }

  private static @Nullable Broker container(String image, String scheme, int port) {
    if (!DockerClientFactory.instance().isDockerAvailable()) {
      return null;
    }
    GenericContainer<?> container = // ended by Testcontainers with this JVM
        new GenericContainer<>(DockerImageName.parse(image)).withExposedPorts(port);
    container.start();
    String address = container.getHost() + ":" + container.getMappedPort(port);
    return new Broker(URI.create(scheme + "://" + address), "a container of " + image);
  }

  private static @Nullable Broker redisProcess() throws Exception {
    if (RedisProcess.program() == null) {
      return null;
    }
    int port = ServerProcess.freePort();
    RedisProcess.start("--port", String.valueOf(port), "--bind", "127.0.0.1");
    return new Broker(
        URI.create("redis://127.0.0.1:" + port), "a redis-server of their own, on port " + port);
  }

  private static @Nullable Broker rabbitProcess() throws Exception {
    if (RabbitProcess.program() == null) {
      return null;
    }
    int port = RabbitProcess.shared().port();
    return new Broker(
        URI.create("amqp://guest:guest@127.0.0.1:" + port),
        "a rabbitmq-server of their own, on port " + port);
  }

  static Broker embeddedRedis() throws Exception {
    int port = ServerProcess.freePort();
    RedisServer server =
        RedisServer.newRedisServer()
            .port(port)
            .setting("bind 127.0.0.1")
            .setting("save \"\"")
            .build();
    server.start();
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  try {
                    server.stop();
                  } catch (Exception failure) {
                    System.out.println("Embedded Redis not stopped: " + failure);
                  }
                }));
    return new Broker(
        URI.create("redis://127.0.0.1:" + port), "an embedded Redis, on port " + port);
  }
}

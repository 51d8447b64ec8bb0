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

import io.sockeye.brokers.Broker;
import io.sockeye.socketio.server.ClusterOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;

/** Servers of several kinds, each a process, that make up one cluster over a broker. */
final class TestCluster implements AutoCloseable {
  /** Debian's packages are this one's. */
  private static final String PYTHON = "/usr/bin/python3";

  private final String queue;
  private final Dialect dialect;
  private final String channel = "c" + UUID.randomUUID().toString().substring(0, 8);
  private final List<ServerProcess> processes = new ArrayList<>();
  private final List<String> description = new ArrayList<>();
  private int fixtures;

  TestCluster(Broker broker, Dialect dialect) {
    this.queue = broker.url().toString();
    this.dialect = dialect;
    description.add("queue=" + queue);
    description.add("channel=" + channel);
  }

  /** Adds the fixture server; whatever the order, the checks are told of these first. */
  TestCluster java(String name, Map<String, String> settings)
      throws IOException, InterruptedException {
    Map<String, String> environment = environment(name);
    environment.putAll(settings);
    return add(fixtures++, name, ServerProcess.start(FixtureServer.class, environment));
  }

  /**
   * Adds an official server.
   *
   * @param recovery for how many milliseconds it knows who is away; none if empty
   */
  TestCluster official(String name, String recovery) throws IOException, InterruptedException {
    Map<String, String> environment = environment(name);
    environment.put("RECOVERY", recovery);
    return add(name, ServerProcess.start(program(List.of("node", "cluster-node.js")), environment));
  }

  /** Adds a server with python-socketio. */
  TestCluster python(String name) throws IOException, InterruptedException {
    requirePython();
    return add(
        name,
        ServerProcess.start(
            program(List.of(PYTHON, Path.of("python", "python_node.py").toString())),
            environment(name)));
  }

  /** Fails if Python has not what its programs need. */
  static void requirePython() throws IOException, InterruptedException {
    Process imports =
        new ProcessBuilder(PYTHON, "-c", "import socketio, redis, kombu").inheritIO().start();
    if (imports.waitFor() != 0) {
      throw new AssertionError(
          PYTHON
              + " lacks a package (Debian: apt-get install python3-socketio python3-redis"
              + " python3-kombu)");
    }
  }

  private static ProcessBuilder program(List<String> command) {
    return new ProcessBuilder(command).directory(Path.of("target", "js").toFile());
  }

  private Map<String, String> environment(String name) {
    Map<String, String> environment = new HashMap<>(dialect.environment());
    environment.put("MESSAGE_QUEUE", queue);
    environment.put("REDIS_URL", queue);
    environment.put("CHANNEL", channel);
    environment.put("NODE_NAME", name);
    environment.put("NAMESPACES", "/a*b,/axb");
    return environment;
  }

  private TestCluster add(String name, ServerProcess process) {
    return add(description.size(), name, process);
  }

  private TestCluster add(int index, String name, ServerProcess process) {
    processes.add(process);
    description.add(index, name + "=" + process.url());
    return this;
  }

  /** Has another process take part. */
  void configure(ClusterOptions.Builder options) {
    options.messageQueue(queue).channel(channel);
    dialect.configure(options);
  }

  /** Returns the URL of a node. */
  String url(String name) {
    String start = name + "=";
    return description.stream()
        .filter(part -> part.startsWith(start))
        .map(part -> part.substring(start.length()))
        .findFirst()
        .orElseThrow();
  }

  /** Runs checks of the dialect. */
  Stream<DynamicTest> check(String suite) throws IOException, InterruptedException {
    return check(suite, dialect.arguments());
  }

  Stream<DynamicTest> check(String suite, List<String> arguments)
      throws IOException, InterruptedException {
    return NodeSuite.run(suite, String.join(",", description), arguments.toArray(String[]::new));
  }

  @Override
  public void close() {
    processes.forEach(ServerProcess::close);
  }
}

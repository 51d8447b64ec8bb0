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

import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * The official JavaScript client where the {@linkplain CompatibilityMatrixTest matrix} does not
 * look: peers that do not read, clients that lose their connection and come back, namespaces that
 * they name, and handlers on a pool.
 */
class OfficialClientTest {
  /** Neither heartbeats nor the time to join give up anybody whose machine is busy for a moment. */
  private static final Map<String, String> PATIENT =
      Map.of("FIXTURE_MODE", "steady", "CONNECT_TIMEOUT", "20000");

  private static ServerProcess server;

  @BeforeAll
  static void start() throws IOException, InterruptedException {
    server = ServerProcess.start(FixtureServer.class, PATIENT);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @TestFactory
  Stream<DynamicTest> slowPeers() throws IOException, InterruptedException {
    return NodeSuite.run("slow-peers", server.url());
  }

  @TestFactory
  Stream<DynamicTest> dynamicNamespaces() throws IOException, InterruptedException {
    return NodeSuite.run("dynamic-namespaces", server.url());
  }

  @TestFactory
  Stream<DynamicTest> recovery() throws IOException, InterruptedException {
    return recovery("true");
  }

  @TestFactory
  Stream<DynamicTest> recoveryThroughMiddleware() throws IOException, InterruptedException {
    return recovery("false");
  }

  private static Stream<DynamicTest> recovery(String skipMiddlewares)
      throws IOException, InterruptedException {
    try (ServerProcess restricted =
        ServerProcess.start(
            FixtureServer.class,
            Map.of("FIXTURE_MODE", "restricted", "SKIP_MIDDLEWARES", skipMiddlewares))) {
      return NodeSuite.run("recovery", restricted.url(), skipMiddlewares);
    }
  }

  @TestFactory
  Stream<DynamicTest> handlersOnPool() throws IOException, InterruptedException {
    Map<String, String> environment = new HashMap<>(PATIENT);
    environment.put("HANDLERS", "pool");
    try (ServerProcess pool = ServerProcess.start(FixtureServer.class, environment)) {
      return NodeSuite.run("client-matrix", pool.url(), "4", "upgrade");
    }
  }
}

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
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** The official client and servers, with a reverse proxy between them. */
class ProxyTest {
  @TestFactory
  Stream<DynamicTest> serversBehindAProxy() throws IOException, InterruptedException {
    Map<String, String> steady = Map.of("FIXTURE_MODE", "steady", "CONNECT_TIMEOUT", "20000");
    try (ServerProcess one = ServerProcess.start(FixtureServer.class, steady);
        ServerProcess other = ServerProcess.start(FixtureServer.class, steady);
        ServerProcess strict =
            ServerProcess.start("io.sockeye.examples.fromflask.QuickStart", Map.of())) {
      return NodeSuite.run("proxy", one.url(), other.url(), strict.url());
    }
  }
}

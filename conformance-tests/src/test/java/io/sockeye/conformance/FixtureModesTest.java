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
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.TestFactory;

/** The fixture server's contract in each of its modes, on each web server. */
class FixtureModesTest {
  private static final List<String> MODES =
      List.of("main", "steady", "restricted", "engine-client", "socketio-client");

  @TestFactory
  Stream<DynamicContainer> everyModeOnEveryWebServer() throws IOException, InterruptedException {
    List<DynamicContainer> hosts = new ArrayList<>();
    for (Host host : Host.all()) {
      List<DynamicContainer> modes = new ArrayList<>();
      for (String mode : MODES) {
        try (ServerProcess server =
            ServerProcess.start(
                FixtureServer.class,
                Map.of("ASYNC_MODE", host.asyncMode(), "FIXTURE_MODE", mode))) {
          modes.add(
              DynamicContainer.dynamicContainer(
                  mode,
                  NodeSuite.run(
                      "fixture-modes", server.url(), mode, String.join(",", host.words()))));
        }
      }
      hosts.add(DynamicContainer.dynamicContainer(host.name(), modes.stream()));
    }
    return hosts.stream();
  }
}

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

import static org.junit.jupiter.api.DynamicContainer.dynamicContainer;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.TestFactory;

/** Chromium with one page that has the clients 4.x and 2.x, on each web server. */
class TwoGenerationsBrowserTest {
  private static final String COLUMN = "4.8.4 and 2.5.0 in Chromium";

  @TestFactory
  List<DynamicNode> hosts() throws IOException, InterruptedException {
    Map<String, Map<String, List<Check>>> results = new LinkedHashMap<>();
    for (Host host : Host.all()) {
      try (ServerProcess server = host.start(Fixture.STEADY)) {
        List<Check> checks = NodeSuite.INSTALLED.run("two-generations", server.url(), host.words());
        results.put(host.name(), Map.of(COLUMN, checks));
      }
    }
    CompatibilityPage.update("browser", MatrixTable.of(List.of(COLUMN), results));
    List<DynamicNode> nodes = new ArrayList<>();
    results.forEach(
        (host, cells) ->
            nodes.add(
                dynamicContainer(host, NodeSuite.tests(cells.getOrDefault(COLUMN, List.of())))));
    return nodes;
  }
}

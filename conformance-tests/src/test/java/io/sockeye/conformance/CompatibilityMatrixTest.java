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

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Every official JavaScript client against every web server, over every transport that it has.
 *
 * <p>A web server takes part by being on the class path of the tests. The results are written to
 * {@code docs/compatibility.md}.
 */
class CompatibilityMatrixTest {
  private static final List<Cell> CLIENTS =
      Cell.clients(EnumSet.allOf(Generation.class), EnumSet.allOf(ClientTransport.class));

  private static final List<Cell> OTHERS =
      Cell.others(EnumSet.allOf(Generation.class), EnumSet.allOf(ClientTransport.class));

  @Test
  void everyExpectedWebServerIsThere() {
    assertThat(Host.found()).extracting(Host::asyncMode).containsAll(Host.EXPECTED);
  }

  @TestFactory
  Stream<DynamicContainer> everyClientOnEveryWebServer() throws IOException, InterruptedException {
    long before = System.nanoTime();
    List<MatrixRow> rows = new ArrayList<>();
    for (Host host : Host.all()) {
      rows.add(row(host));
    }
    CompatibilityPage.update("clients", MatrixTable.of(CLIENTS, rows));
    CompatibilityPage.update("others", MatrixTable.of(OTHERS, rows));
    System.out.println((System.nanoTime() - before) / 1_000_000_000 + " s");
    return rows.stream()
        .map(
            row ->
                DynamicContainer.dynamicContainer(
                    row.host(),
                    row.results().entrySet().stream()
                        .map(
                            cell ->
                                DynamicContainer.dynamicContainer(
                                    cell.getKey().column(), NodeSuite.tests(cell.getValue())))));
  }

  private static MatrixRow row(Host host) throws IOException, InterruptedException {
    Set<Generation> generations = EnumSet.allOf(Generation.class);
    List<Cell> cells = new ArrayList<>(Cell.clients(generations, host.transports()));
    cells.addAll(Cell.others(generations, host.transports()));
    Map<Fixture, String> urls = new EnumMap<>(Fixture.class);
    List<ServerProcess> servers = new ArrayList<>();
    try {
      for (Fixture fixture : Fixture.values()) {
        ServerProcess server = host.start(fixture);
        servers.add(server);
        urls.put(fixture, server.url());
      }
      return MatrixRow.run(
          host.name(),
          cells,
          urls,
          NodeSuite.INSTALLED,
          done -> System.out.println(host.name() + ", " + done));
    } finally {
      servers.forEach(ServerProcess::close);
    }
  }
}

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
import static org.junit.jupiter.api.DynamicContainer.dynamicContainer;

import io.sockeye.conformance.javaclient.JavaClientSuite;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.TestFactory;

/** The official Java clients against each web server, over each of its transports. */
class JavaClientTest {
  // The build puts each version and what it needs into a folder of its own.
  private static final Path CLIENTS = Path.of("target", "java-clients");
  private static final Path CHECKS = Path.of("target", "test-classes");

  @TestFactory
  List<DynamicNode> hosts() throws IOException, InterruptedException {
    Map<String, Map<String, List<Check>>> results = new LinkedHashMap<>();
    Set<String> columns = new LinkedHashSet<>();
    for (Host host : Host.all()) {
      Map<String, List<Check>> cells = cells(host);
      columns.addAll(cells.keySet());
      results.put(host.name(), cells);
    }
    CompatibilityPage.update("java", MatrixTable.of(List.copyOf(columns), results));
    List<DynamicNode> nodes = new ArrayList<>();
    results.forEach(
        (host, cells) ->
            nodes.add(
                dynamicContainer(
                    host,
                    cells.entrySet().stream()
                        .map(
                            cell ->
                                dynamicContainer(
                                    cell.getKey(), NodeSuite.tests(cell.getValue()))))));
    return nodes;
  }

  private static Map<String, List<Check>> cells(Host host)
      throws IOException, InterruptedException {
    Map<String, List<Check>> cells = new LinkedHashMap<>();
    try (ServerProcess steady = host.start(Fixture.STEADY);
        ServerProcess main = host.start(Fixture.MAIN)) {
      for (String version : versions()) {
        for (String transport : host.words()) {
          String column = version + " " + transport;
          cells.put(column, run(column, version, List.of(steady.url(), transport)));
        }
        List<String> arguments = new ArrayList<>(List.of(main.url(), "heartbeats"));
        arguments.addAll(host.words());
        cells.put(version + " heartbeats", run("heartbeats", version, arguments));
      }
    }
    return cells;
  }

  private static List<String> versions() throws IOException {
    try (Stream<Path> folders = Files.list(CLIENTS)) {
      List<String> versions =
          folders.map(folder -> folder.getFileName().toString()).sorted().toList();
      assertThat(versions).as("versions in " + CLIENTS).hasSize(2);
      return versions;
    }
  }

  private static List<Check> run(String name, String version, List<String> arguments)
      throws IOException, InterruptedException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-cp",
                CHECKS + File.pathSeparator + CLIENTS.resolve(version) + File.separator + "*",
                JavaClientSuite.class.getName()));
    command.addAll(arguments);
    return CheckRun.of(name, new ProcessBuilder(command));
  }
}

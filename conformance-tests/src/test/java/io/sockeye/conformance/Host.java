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

import io.sockeye.engineio.server.spi.WebServerProvider;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.Set;

/**
 * A web server that the clients are run against: any that is on the class path of the tests.
 *
 * @param name what its row of a table is called
 * @param asyncMode its name for the fixture server
 * @param transports how clients can connect to it
 */
record Host(String name, String asyncMode, Set<ClientTransport> transports) {
  /** The async modes that must be there, in the order of the table. */
  static final List<String> EXPECTED =
      List.of("netty", "jetty", "servlet", "jetty-servlet", "undertow", "jdk");

  /** What is not called as its async mode. */
  private static final Map<String, String> NAMES = Map.of("servlet", "tomcat");

  /**
   * Names those that take part, if not all do: a second run on another JDK need not repeat what no
   * JDK changes.
   */
  private static final List<String> ONLY =
      List.of(System.getProperty("sockeye.hosts", "").split(",", -1));

  /** Whether all take part. */
  static boolean isComplete() {
    return ONLY.equals(List.of(""));
  }

  /** Those that take part: the expected ones in their order, then the others. */
  static List<Host> all() {
    return found().stream()
        .filter(host -> isComplete() || ONLY.contains(host.asyncMode()))
        .sorted(
            Comparator.comparing(
                host -> EXPECTED.indexOf(host.asyncMode()), Integer::compareUnsigned)) // -1 is last
        .toList();
  }

  /** Those that are there. */
  static List<Host> found() {
    List<Host> found = new ArrayList<>();
    for (WebServerProvider provider : ServiceLoader.load(WebServerProvider.class)) {
      found.add(
          new Host(
              NAMES.getOrDefault(provider.name(), provider.name()),
              provider.name(),
              ClientTransport.over(provider.transports())));
    }
    return found;
  }

  /** How clients can connect to it, in the words of the suites. */
  List<String> words() {
    return transports.stream().map(ClientTransport::text).toList();
  }

  /** Starts a fixture server on it. */
  ServerProcess start(Fixture fixture) throws IOException, InterruptedException {
    return ServerProcess.start(
        FixtureServer.class, fixture.environment(Map.of("ASYNC_MODE", asyncMode)));
  }
}

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

import static java.util.stream.Collectors.joining;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * One run of a suite against one server: a cell of the compatibility table.
 *
 * @param column the heading of its column
 * @param fixture the server that it needs
 * @param suite the suite to run
 * @param arguments the suite's arguments after the server's URL
 */
record Cell(String column, Fixture fixture, String suite, List<String> arguments) {
  /** The columns of each client over each transport, in order. */
  static List<Cell> clients(Set<Generation> generations, Set<ClientTransport> transports) {
    List<Cell> cells = new ArrayList<>();
    for (Generation generation : generations) {
      for (ClientTransport transport : transports) {
        cells.add(client(Fixture.STEADY, generation, transport));
      }
    }
    return cells;
  }

  /** The columns of what is not simply a client over a transport, in order. */
  static List<Cell> others(Set<Generation> generations, Set<ClientTransport> transports) {
    List<Cell> cells = new ArrayList<>();
    for (ClientTransport transport : transports) {
      if (transport != ClientTransport.UPGRADE) {
        generations.forEach(
            generation -> cells.add(client(Fixture.STEADY, generation, transport, "base64")));
      }
    }
    if (transports.contains(ClientTransport.POLLING)) {
      if (generations.contains(Generation.ONE)) {
        cells.add(
            client(Fixture.LEGACY_UTF8, Generation.ONE, ClientTransport.POLLING, "legacy-utf8"));
      }
      for (int revision : generations.stream().map(Generation::revision).distinct().toList()) {
        cells.add(byHand("JSONP, revision " + revision, "jsonp", String.valueOf(revision)));
        if (revision == 3) {
          cells.add(byHand("binary payloads, revision 3", "binary-payloads"));
        }
      }
    }
    cells.add(
        new Cell(
            "heartbeats",
            Fixture.MAIN,
            "heartbeats",
            List.of(
                generations.stream().map(Generation::number).collect(joining(",")),
                transports.stream().map(ClientTransport::text).collect(joining(",")))));
    return cells;
  }

  /** What a suite says without a client. */
  private static Cell byHand(String column, String suite, String... arguments) {
    return new Cell(column, Fixture.STEADY, suite, List.of(arguments));
  }

  private static Cell client(
      Fixture fixture, Generation generation, ClientTransport transport, String... variants) {
    List<String> arguments = new ArrayList<>(List.of(generation.number(), transport.text()));
    arguments.addAll(List.of(variants));
    List<String> heading = new ArrayList<>(arguments);
    heading.set(0, generation.version());
    return new Cell(String.join(" ", heading), fixture, "client-matrix", List.copyOf(arguments));
  }
}

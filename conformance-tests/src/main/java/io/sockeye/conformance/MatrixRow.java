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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;

/**
 * The results of one server, by cell.
 *
 * @param host the name of its row
 */
record MatrixRow(String host, Map<Cell, List<Check>> results) {
  /** How many cells run at a time. */
  private static final int WIDTH = 2;

  /**
   * Runs cells against the servers of one host.
   *
   * @param urls where the server of each kind is
   * @param progress hears of each cell when it is done, from any thread
   */
  static MatrixRow run(
      String host,
      List<Cell> cells,
      Map<Fixture, String> urls,
      NodeSuites suites,
      Consumer<String> progress)
      throws IOException, InterruptedException {
    Map<Cell, Future<List<Check>>> running = new LinkedHashMap<>();
    Map<Cell, List<Check>> results = new LinkedHashMap<>();
    ExecutorService workers = Executors.newFixedThreadPool(WIDTH);
    try {
      for (Cell cell : cells) {
        running.put(cell, workers.submit(() -> run(cell, urls, suites, progress)));
      }
      for (Map.Entry<Cell, Future<List<Check>>> cell : running.entrySet()) {
        results.put(cell.getKey(), cell.getValue().get());
      }
    } catch (ExecutionException failed) {
      throw new IOException("a suite did not run: " + failed.getCause(), failed);
    } finally {
      workers.shutdownNow();
    }
    return new MatrixRow(host, results);
  }

  private static List<Check> run(
      Cell cell, Map<Fixture, String> urls, NodeSuites suites, Consumer<String> progress)
      throws IOException, InterruptedException {
    String url = urls.get(cell.fixture());
    if (url == null) {
      throw new IOException("no server " + cell.fixture() + " for " + cell.column());
    }
    List<Check> checks = suites.run(cell.suite(), url, cell.arguments());
    progress.accept(cell.column() + ": " + score(checks));
    return checks;
  }

  /** How many of the checks passed. */
  static String score(List<Check> checks) {
    return checks.stream().filter(Check::passed).count() + "/" + checks.size();
  }

  /** The checks that did not pass. */
  List<Check> failures() {
    return results.values().stream()
        .flatMap(List::stream)
        .filter(check -> !check.passed())
        .toList();
  }
}

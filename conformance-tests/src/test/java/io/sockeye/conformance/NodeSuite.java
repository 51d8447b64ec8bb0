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

import static org.junit.jupiter.api.Assertions.fail;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;

/** Runs checks written in JavaScript with Node, and makes a test of each. */
final class NodeSuite {
  private NodeSuite() {}

  /** Runs a suite against a server. */
  static Stream<DynamicTest> run(String suite, String url)
      throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder("node", "run.js", suite, url)
            .directory(Path.of("target", "js").toFile())
            .redirectErrorStream(true)
            .start();
    List<Check> checks = new ArrayList<>();
    StringBuilder rest = new StringBuilder();
    try (BufferedReader output = process.inputReader()) {
      for (String line = output.readLine(); line != null; line = output.readLine()) {
        if (line.startsWith("ok - ")) {
          checks.add(new Check(line.substring(5), true));
        } else if (line.startsWith("not ok - ")) {
          checks.add(new Check(line.substring(9), false));
        } else if (checks.isEmpty()) {
          rest.append(line).append('\n');
        } else {
          checks.get(checks.size() - 1).detail.append(line).append('\n');
        }
      }
    }
    if (!process.waitFor(10, TimeUnit.SECONDS)) {
      process.destroyForcibly();
    }
    if (checks.isEmpty()) {
      fail("node run.js " + suite + " did no check:\n" + rest);
    }
    boolean exitedWell = process.exitValue() == 0;
    boolean passed = checks.stream().allMatch(check -> check.passed);
    Stream<DynamicTest> tests =
        checks.stream().map(check -> DynamicTest.dynamicTest(check.name, check::verify));
    return exitedWell == passed
        ? tests
        : Stream.concat(
            tests,
            Stream.of(
                DynamicTest.dynamicTest(
                    suite + " ends",
                    () -> fail("exit code " + process.exitValue() + ":\n" + rest))));
  }

  private static final class Check {
    final String name;
    final boolean passed;
    final StringBuilder detail = new StringBuilder();

    Check(String name, boolean passed) {
      this.name = name;
      this.passed = passed;
    }

    void verify() {
      if (!passed) {
        fail(detail.toString());
      }
    }
  }
}

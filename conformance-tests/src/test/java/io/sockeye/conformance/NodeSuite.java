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

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;

/** Makes tests of the checks that are written in JavaScript. */
final class NodeSuite {
  /** Where the build has put the suites and installed the clients. */
  static final NodeSuites INSTALLED = new NodeSuites(Path.of("target", "js"));

  private NodeSuite() {}

  /** Runs a suite against a server. */
  static Stream<DynamicTest> run(String suite, String url, String... arguments)
      throws IOException, InterruptedException {
    return tests(INSTALLED.run(suite, url, List.of(arguments)));
  }

  static Stream<DynamicTest> tests(List<Check> checks) {
    return checks.stream()
        .map(
            check ->
                DynamicTest.dynamicTest(
                    check.name(),
                    () -> {
                      if (!check.passed()) {
                        fail(check.detail());
                      }
                    }));
  }
}

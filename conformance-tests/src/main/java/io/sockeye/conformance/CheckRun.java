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

import java.io.BufferedReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Runs a program of checks. A line "ok - name" or "not ok - name" of its output is a check; what
 * follows "not ok" says why.
 */
final class CheckRun {
  private CheckRun() {}

  /** Runs it to its end; one of the checks may be that it ended badly. */
  static List<Check> of(String what, ProcessBuilder program)
      throws IOException, InterruptedException {
    Process process = program.redirectErrorStream(true).start();
    try {
      Output output = new Output();
      try (BufferedReader lines = process.inputReader()) {
        lines.lines().forEach(output::add);
      }
      int exit = process.waitFor();
      List<Check> checks = output.checks();
      boolean passed = !checks.isEmpty() && checks.stream().allMatch(Check::passed);
      if (passed != (exit == 0)) {
        checks.add(
            new Check(what + " ends", false, "exit code " + exit + "\n" + output.introduction));
      }
      return checks;
    } finally {
      process.destroyForcibly();
    }
  }

  /** Makes checks of lines. */
  private static final class Output {
    private static final String PASSED = "ok - ";
    private static final String FAILED = "not ok - ";

    final StringBuilder introduction = new StringBuilder();
    private final List<String> results = new ArrayList<>();
    private final List<StringBuilder> details = new ArrayList<>();

    void add(String line) {
      if (line.startsWith(PASSED) || line.startsWith(FAILED)) {
        results.add(line);
        details.add(new StringBuilder());
      } else {
        (details.isEmpty() ? introduction : details.get(details.size() - 1))
            .append(line)
            .append('\n');
      }
    }

    List<Check> checks() {
      List<Check> checks = new ArrayList<>();
      for (int i = 0; i < results.size(); i++) {
        String result = results.get(i);
        boolean passed = result.startsWith(PASSED);
        checks.add(
            new Check(
                result.substring((passed ? PASSED : FAILED).length()),
                passed,
                passed ? "" : details.get(i).toString()));
      }
      return checks;
    }
  }
}

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
import java.nio.file.Files;
import java.nio.file.Path;

/** The page of the documentation that shows the results, between marks in its text. */
final class CompatibilityPage {
  private static final Path PAGE = Path.of("..", "docs", "compatibility.md");

  private CompatibilityPage() {}

  /**
   * Prints a table and writes it into the page, unless it has it already, or it is that of some web
   * servers only.
   *
   * @param mark the name of its place in the page
   */
  static void update(String mark, String table) throws IOException {
    System.out.printf("%n%s%n", table);
    String before = Files.readString(PAGE);
    String after = replace(before, mark, table);
    if (Host.isComplete() && !after.equals(before)) {
      Files.writeString(PAGE, after);
    }
  }

  private static String replace(String page, String mark, String table) {
    String begin = "<!-- " + mark + " -->\n";
    String end = "<!-- /" + mark + " -->";
    int from = page.indexOf(begin) + begin.length();
    int to = page.indexOf(end);
    if (from < begin.length() || to < from) {
      throw new IllegalStateException(
          PAGE + ": no text between \"" + begin.strip() + "\" and \"" + end + "\"");
    }
    return page.substring(0, from) + table + page.substring(to);
  }
}

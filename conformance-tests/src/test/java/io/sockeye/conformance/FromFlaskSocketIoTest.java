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
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The page for those who come from Flask-SocketIO has every row, and tests that are there. */
class FromFlaskSocketIoTest {
  private static final Path ROOT = Path.of("..");
  private static final Pattern ROW =
      Pattern.compile("\\| ([A-Z]\\d+) \\| (.+) \\| (.+) \\| (`.+`) \\|");
  private static final Pattern NAME = Pattern.compile("`([^`]+)`");
  private static final Pattern SOURCE = Pattern.compile(".*(Test|Contract)\\.java|.*\\.js");
  private static final Pattern IN_JAVA = Pattern.compile("([A-Z]\\w*)(?:#(\\w+))?");
  private static final Pattern IN_JAVASCRIPT = Pattern.compile("([a-z-]+): (.+)");

  /** How many rows there are of each letter. */
  private static final Map<Character, Integer> ROWS =
      Map.ofEntries(
          Map.entry('G', 9),
          Map.entry('I', 6),
          Map.entry('R', 9),
          Map.entry('S', 15),
          Map.entry('O', 8),
          Map.entry('E', 3),
          Map.entry('C', 5),
          Map.entry('X', 4),
          Map.entry('K', 7),
          Map.entry('A', 3),
          Map.entry('D', 19),
          Map.entry('U', 1),
          Map.entry('P', 22),
          Map.entry('F', 7),
          Map.entry('T', 7),
          Map.entry('Q', 3));

  /** What stands in the row of an id, besides the proof. */
  private record Row(String id, List<String> proofs) {}

  private static List<Row> rows() throws IOException {
    List<Row> rows = new ArrayList<>();
    for (String line : Files.readAllLines(ROOT.resolve("docs/from-flask-socketio.md"))) {
      Matcher row = ROW.matcher(line);
      if (row.matches()) {
        rows.add(
            new Row(
                row.group(1), NAME.matcher(row.group(4)).results().map(m -> m.group(1)).toList()));
      }
    }
    return rows;
  }

  @Test
  void everyRowIsThereOnce() throws IOException {
    List<String> expected =
        ROWS.entrySet().stream()
            .flatMap(
                rows ->
                    IntStream.rangeClosed(1, rows.getValue()).mapToObj(i -> "" + rows.getKey() + i))
            .toList();

    assertThat(rows()).extracting(Row::id).containsExactlyInAnyOrderElementsOf(expected);
  }

  @TestFactory
  Stream<DynamicTest> everyRowNamesTestsThatAreThere() throws IOException {
    Map<String, String> sources = sources();
    return rows().stream()
        .map(
            row ->
                DynamicTest.dynamicTest(
                    row.id(),
                    () -> {
                      assertThat(row.proofs()).isNotEmpty();
                      row.proofs().forEach(proof -> assertIsThere(proof, sources));
                    }));
  }

  private static void assertIsThere(String proof, Map<String, String> sources) {
    Matcher java = IN_JAVA.matcher(proof);
    Matcher script = IN_JAVASCRIPT.matcher(proof);
    if (java.matches()) {
      String source = sources.get(java.group(1) + ".java");
      assertThat(source).as(proof).isNotNull();
      if (java.group(2) != null) {
        assertThat(source)
            .as(proof)
            .containsPattern(
                "@(Test|TestFactory|ParameterizedTest)\\b((?!\n\n)(?s:.))*(void|>) "
                    + java.group(2)
                    + "\\(");
      }
    } else {
      assertThat(script.matches()).as("%s is the name of a test", proof).isTrue();
      assertThat(sources.get(script.group(1) + ".js"))
          .as(proof)
          .isNotNull()
          .containsPattern("check\\(\\s*[\"`]" + Pattern.quote(script.group(2)) + "[\"`]");
    }
  }

  /** Returns the tests, and what contracts and suites consist of, by the names of their files. */
  private static Map<String, String> sources() throws IOException {
    Map<String, String> sources = new HashMap<>();
    for (Path folder : List.of(ROOT, ROOT.resolve("examples"))) {
      try (Stream<Path> modules = Files.list(folder)) {
        for (Path source : modules.map(module -> module.resolve("src")).toList()) {
          if (Files.isDirectory(source)) {
            try (Stream<Path> files = Files.walk(source)) {
              files
                  .filter(file -> SOURCE.matcher(file.getFileName().toString()).matches())
                  .forEach(
                      file ->
                          sources.merge(file.getFileName().toString(), read(file), String::concat));
            }
          }
        }
      }
    }
    return sources;
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException broken) {
      throw new UncheckedIOException(broken);
    }
  }
}

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

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The programs on the page about parsers are those that the tests run. */
class ParsersPageTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "java/io/sockeye/conformance/PlainJsonParser.java",
        "java/io/sockeye/conformance/GsonBinder.java",
        "js/plain-json-parser.js"
      })
  void thePageHasTheProgram(String file) throws IOException {
    String source = Files.readString(Path.of("src", "test").resolve(file), UTF_8);
    String program = source.substring(Math.max(0, source.indexOf("\nimport ") + 1)).strip();

    assertThat(Files.readString(Path.of("..", "docs", "parsers.md"), UTF_8)).contains(program);
  }
}

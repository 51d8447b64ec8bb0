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
package io.sockeye.testclient;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** The README shows a test that runs. */
class ReadmeTest {
  @Test
  void theExampleIsTheTest() throws IOException {
    String source = Files.readString(Path.of("src/test/java/io/sockeye/testclient/ChatTest.java"));
    String example = source.substring(source.indexOf("class ChatTest"));

    assertThat(Files.readString(Path.of("../README.md"))).contains("```java\n" + example + "```");
    assertThat(example.lines()).hasSizeLessThanOrEqualTo(20);
  }
}

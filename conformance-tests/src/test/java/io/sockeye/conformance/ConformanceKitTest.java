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
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The kit against a provider of its user, and what it says when it cannot run. */
class ConformanceKitTest {
  @TempDir Path work;

  @Test
  void aProviderOfTheUserIsChecked() throws IOException, InterruptedException {
    ByteArrayOutputStream output = new ByteArrayOutputStream();
    boolean passed =
        new ConformanceKit(
                Map.of(
                    "--provider", OwnWebServerProvider.class.getName(),
                    "--clients", "4",
                    "--work", work.toString()),
                new PrintStream(output, true, StandardCharsets.UTF_8))
            .run();

    assertThat(output.toString(StandardCharsets.UTF_8))
        .doesNotContain("not ok")
        .containsPattern("\\| own \\| (\\d+)/\\1 \\|")
        .contains("4.8.4 polling", "JSONP, revision 4", "heartbeats")
        .doesNotContain("websocket", "upgrade");
    assertThat(passed).isTrue();
    assertThat(work.resolve("node_modules")).isDirectory();
  }

  @Test
  void aServerInAModeWithoutChecksIsRefused() throws IOException, InterruptedException {
    try (ServerProcess server =
        ServerProcess.start(FixtureServer.class, Map.of("FIXTURE_MODE", "restricted"))) {
      assertThatThrownBy(() -> kit("--url", server.url()).run())
          .isInstanceOf(IOException.class)
          .hasMessage(
              server.url() + "/fixture/metrics: mode \"restricted\" (expected: steady or main)");
    }
  }

  @Test
  void optionsAreChecked() {
    String provider = OwnWebServerProvider.class.getName();
    assertRefused("expected: either --url or --provider");
    assertRefused("expected: either --url or --provider", "--url", "u", "--provider", provider);
    assertRefused("--nowhere: no option", "--nowhere", "x");
    assertRefused("--url: nothing follows", "--url");
    assertRefused(
        "--clients: \"5\" (expected: some of [1, 2, 3, 4])", "--url", "u", "--clients", "5");
    assertRefused(
        "--transports: \"websocket\" (expected: some of [polling])",
        "--provider",
        provider,
        "--transports",
        "websocket");
    assertRefused("--provider: java.lang.String (expected:", "--provider", "java.lang.String");
    assertRefused("--provider: nothing.There (expected:", "--provider", "nothing.There");
  }

  private static ConformanceKit kit(String... args) {
    return new ConformanceKit(ConformanceKit.options(args), System.out);
  }

  private static void assertRefused(String message, String... args) {
    assertThatThrownBy(() -> kit(args))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(message);
  }
}

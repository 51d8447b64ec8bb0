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
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** The example of a cluster: its processes as it starts them, with the official client. */
class ClusterExampleTest {
  private static final Pattern READY = Pattern.compile("The cluster is on (http://\\S+)/ ");

  @TestFactory
  Stream<DynamicTest> theExample() throws Exception {
    Process example = start();
    try {
      List<String> output = ProcessOutput.of(example).linesUntil(READY);
      Matcher url = READY.matcher(output.get(output.size() - 1));
      assertThat(url.find()).isTrue();
      Stream<DynamicTest> checks = NodeSuite.run("cluster-example", url.group(1));
      List<ProcessHandle> processes = example.descendants().toList();
      example.destroy();
      boolean ended = example.waitFor(20, TimeUnit.SECONDS);
      CompletableFuture.allOf(
              processes.stream().map(ProcessHandle::onExit).toArray(CompletableFuture<?>[]::new))
          .get(20, TimeUnit.SECONDS);
      return Stream.concat(
          checks,
          Stream.of(
              DynamicTest.dynamicTest(
                  "Redis, two nodes, and nginx with a worker ended with it",
                  () -> {
                    assertThat(ended).isTrue();
                    assertThat(processes).hasSize(5).noneMatch(ProcessHandle::isAlive);
                  })));
    } finally {
      example.descendants().forEach(ProcessHandle::destroyForcibly);
      example.destroyForcibly();
    }
  }

  private static Process start() throws IOException {
    ProcessBuilder command =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                "io.sockeye.examples.cluster.ClusterExample")
            .redirectErrorStream(true);
    command.environment().put("PORT", "0");
    command.environment().remove("REDIS_URL");
    return command.start();
  }
}

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

import io.sockeye.engineio.server.WebServerOptions;
import io.sockeye.socketio.server.SocketIoServer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** One program on class paths with different web servers. */
class RunTimeChoiceTest {
  private static final Pattern LISTENING = Pattern.compile("Listening on .*");

  /** The program; ASYNC_MODE, if it is set, is the web server that it insists on. */
  static final class Program {
    public static void main(String[] arguments) {
      WebServerOptions.Builder where = WebServerOptions.builder().port(0);
      String pinned = System.getenv("ASYNC_MODE");
      if (pinned != null) {
        where.asyncMode(pinned);
      }
      SocketIoServer.create().run(where.build());
    }
  }

  @ParameterizedTest(name = "of {0}: {1}")
  @CsvSource({
    "netty jetty servlet, netty",
    "jetty servlet, jetty",
    "servlet, servlet",
    "'', jdk",
  })
  void theFirstInOrderOfPreference(String onTheClassPath, String chosen) throws Exception {
    List<String> modes = modes(onTheClassPath);
    try (ServerProcess server =
        ServerProcess.start(ClassPaths.with(modes), Program.class.getName(), Map.of())) {
      String all = String.join(", ", Stream.concat(modes.stream(), Stream.of("jdk")).toList());
      assertThat(server.listening())
          .contains("INFO")
          .contains("async mode " + chosen + " ")
          .contains("(the first of [" + all + "], in order of preference)");
    }
  }

  private static List<String> modes(String names) {
    return Arrays.stream(names.split(" ", -1)).filter(name -> !name.isEmpty()).toList();
  }

  @ParameterizedTest
  @CsvSource({"netty", "jetty", "servlet", "jdk"})
  void anExplicitChoiceWins(String mode) throws Exception {
    try (ServerProcess server =
        ServerProcess.start(
            ClassPaths.with(List.of("netty", "jetty", "servlet")),
            Program.class.getName(),
            Map.of("ASYNC_MODE", mode))) {
      assertThat(server.listening()).contains("async mode " + mode + " (chosen by option)");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "netty, 'is not on the class path: add io.sockeye:sockeye-transport-netty; available: [jetty, jdk]'",
    "servlet, 'lacks its libraries: add io.sockeye:sockeye-transport-servlet and"
        + " org.apache.tomcat.embed:tomcat-embed-websocket'",
  })
  void aWrongChoiceNamesTheArtifact(String mode, String message) throws Exception {
    assertThat(failure(ClassPaths.with(List.of("jetty")), mode))
        .contains("Async mode \"" + mode + "\" " + message);
  }

  @Test
  void aNameThatNobodyHasIsSaidToBe() throws Exception {
    assertThat(failure(ClassPaths.with(List.of()), "nety"))
        .contains("\"nety\"")
        .contains("expected: netty, jetty, servlet, jdk, or one of your own")
        .contains("available: [jdk]");
  }

  /** What the program prints before it ends, as it must. */
  private static String failure(String classPath, String mode)
      throws IOException, InterruptedException {
    ProcessBuilder program =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-cp",
            classPath,
            Program.class.getName());
    program.environment().put("ASYNC_MODE", mode);
    Process process = program.redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor()).isNotZero();
    assertThat(output).doesNotContainPattern(LISTENING);
    return output;
  }
}

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

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An application with a module descriptor, on the module path: what a user's build does. */
class ModulePathTest {
  private static final Pattern NEEDED =
      Pattern.compile(
          "(engineio-protocol|engineio-server|socketio-protocol|socketio-server|parser-msgpack)"
              + "|jackson-|slf4j-|jspecify-");

  /** What a web server consists of. */
  private static final Map<String, Pattern> WEB_SERVERS =
      Map.of(
          "netty", Pattern.compile("transport-netty|io/netty/"),
          "jetty", Pattern.compile("transport-jetty|org/eclipse/jetty/(?!ee)"));

  private static final String DESCRIPTOR =
      """
      module consumer {
        requires io.sockeye.socketio.server;
        requires io.sockeye.parser.msgpack;
        opens consumer;
      }
      """;

  private static final String MAIN =
      """
      package consumer;

      import io.sockeye.engineio.server.WebServerOptions;
      import io.sockeye.parser.msgpack.MsgpackParser;
      import io.sockeye.socketio.server.SocketIoOptions;
      import io.sockeye.socketio.server.SocketIoServer;

      public class Main {
        public record Join(String room) {}

        public static void main(String[] args) throws Exception {
          SocketIoServer io = SocketIoServer.create(
              SocketIoOptions.builder().packetParser(MsgpackParser.create()).build());
          io.onRequest("join", Join.class, (socket, join) -> join.room());
          io.on("chat", String.class, (socket, text) -> socket.broadcast().emit("chat", text));
          io.register(new Chat());
          var server = io.start(WebServerOptions.builder().port(0).build());
          System.out.println("started " + server.getClass().getModule().getName());
          io.stop(java.time.Duration.ofMillis(100));
        }
      }
      """;

  private static final String CHAT =
      """
      package consumer;

      import io.sockeye.socketio.server.OnEvent;
      import io.sockeye.socketio.server.SocketIoNamespace;

      @SocketIoNamespace("/chat")
      class Chat {
        @OnEvent
        String say(String text) {
          return text;
        }
      }
      """;

  /** An application that does not open the package with its handler classes. */
  private static final String CLOSED =
      """
      package consumer;

      public class Main {
        public static void main(String[] args) {
          try {
            io.sockeye.socketio.server.SocketIoServer.create().register(new Chat());
          } catch (IllegalArgumentException refused) {
            System.out.println(refused.getMessage());
          }
          System.exit(0);
        }
      }
      """;

  private record Output(List<String> lines, int exitValue) {}

  @Test
  void aPackageThatIsNotOpenIsNamed(@TempDir Path folder) throws IOException, InterruptedException {
    String closed = DESCRIPTOR.replace("opens consumer;", "");
    Output output = run(NEEDED.asPredicate(), closed, CLOSED, folder);

    assertThat(output.lines())
        .contains(
            "consumer.Chat.say(String): not accessible (expected: \"opens consumer to"
                + " io.sockeye.socketio.server;\" in the descriptor of module consumer)");
  }

  @ParameterizedTest
  @ValueSource(strings = {"netty", "jetty"})
  void anApplicationRunsOnTheModulePath(String webServer, @TempDir Path folder)
      throws IOException, InterruptedException {
    Predicate<String> needed = NEEDED.asPredicate().or(WEB_SERVERS.get(webServer).asPredicate());
    Output output = run(needed, DESCRIPTOR, MAIN, folder);

    assertThat(output.lines()).contains("started io.sockeye.transport." + webServer);
    assertThat(output.exitValue()).isZero();
  }

  /** Compiles and runs an application on the module path. */
  private static Output run(
      Predicate<String> needed, String descriptorText, String mainText, Path folder)
      throws IOException, InterruptedException {
    String modulePath =
        Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
            .filter(entry -> needed.test(entry) && !entry.contains("conformance"))
            .collect(Collectors.joining(File.pathSeparator));
    Path sources = Files.createDirectories(folder.resolve("src/consumer"));
    Path descriptor = Files.writeString(folder.resolve("src/module-info.java"), descriptorText);
    Path main = Files.writeString(sources.resolve("Main.java"), mainText);
    Path chat = Files.writeString(sources.resolve("Chat.java"), CHAT);
    Path classes = folder.resolve("classes");
    JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
    int result =
        compiler.run(
            null,
            null,
            null,
            "-Xlint:all",
            "-Werror",
            "--module-path",
            modulePath,
            "-d",
            classes.toString(),
            descriptor.toString(),
            main.toString(),
            chat.toString());
    assertThat(result).isZero();

    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--module-path",
                modulePath + File.pathSeparator + classes,
                "--module",
                "consumer/consumer.Main")
            .redirectErrorStream(true)
            .start();
    List<String> output = process.inputReader().lines().toList();
    assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
    return new Output(output, process.exitValue());
  }
}

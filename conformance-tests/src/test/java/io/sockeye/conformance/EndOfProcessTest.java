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

import io.sockeye.engineio.server.WebServerOptions;
import io.sockeye.engineio.server.spi.WebServer;
import io.sockeye.socketio.server.SocketIoOptions;
import io.sockeye.socketio.server.SocketIoServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A process that is told to end while a handler runs, as the official client sees it. */
@Timeout(60)
class EndOfProcessTest {
  /** The program, which lives in {@code run}. */
  static final class Program {
    public static void main(String[] arguments) {
      Map<String, String> settings =
          Map.of(
              "sockeye.port",
              System.getenv("PORT"),
              "sockeye.async-mode",
              System.getenv("ASYNC_MODE"),
              "sockeye.stop-timeout",
              System.getenv("STOP_TIMEOUT"));
      SocketIoServer io = SocketIoServer.create(SocketIoOptions.fromProperties(settings));
      io.onRequest(
          "slow",
          (socket, args) -> {
            socket.emit("running");
            awaitStop(io);
            return "done";
          });
      io.onRequest(
          "stuck",
          (socket, args) -> {
            socket.emit("running");
            new CountDownLatch(1).await();
            return "never";
          });
      io.run(WebServerOptions.fromProperties(settings));
    }

    /** Goes on when the server has begun to stop, which only its refusal to start again tells. */
    private static void awaitStop(SocketIoServer io) throws IOException {
      while (true) {
        try (WebServer second = io.start(WebServerOptions.builder().port(0).build())) {
          throw new IOException("a second one on " + second.address());
        } catch (IllegalStateException refused) {
          if (String.valueOf(refused.getMessage()).contains("stopped")) {
            return;
          }
        }
      }
    }
  }

  @ParameterizedTest(name = "{0}, {1}")
  @CsvSource({"netty, websocket", "netty, polling", "jetty, websocket", "servlet, polling"})
  void theAnswerComesAndThenTheClose(String mode, String transport) throws Exception {
    try (ServerProcess server = start(mode, "20s");
        Peer peer = Peer.connect(server, transport, "slow")) {
      assertThat(peer.line()).isEqualTo("running");
      server.terminate();

      assertThat(peer.line()).isEqualTo("answer: done");
      assertThat(peer.line()).isEqualTo("disconnect: transport close");
    }
  }

  @ParameterizedTest(name = "{0}, {1}")
  @CsvSource({"netty, websocket", "netty, polling"})
  void aHandlerThatIsStuckIsNotWaitedForAtTheEnd(String mode, String transport) throws Exception {
    try (ServerProcess server = start(mode, "1s");
        Peer peer = Peer.connect(server, transport, "stuck")) {
      assertThat(peer.line()).isEqualTo("running");
      server.terminate();

      assertThat(peer.line()).isEqualTo("disconnect: transport close");
    }
  }

  private static ServerProcess start(String mode, String stopTimeout)
      throws IOException, InterruptedException {
    return ServerProcess.start(
        Program.class, Map.of("ASYNC_MODE", mode, "STOP_TIMEOUT", stopTimeout));
  }

  /** The official client, which says line by line what it hears. */
  private record Peer(Process process, BufferedReader output) implements AutoCloseable {
    static Peer connect(ServerProcess server, String transport, String event) throws IOException {
      Process process =
          new ProcessBuilder("node", "end-of-server.js", server.url(), transport, event)
              .directory(Path.of("target", "js").toFile())
              .redirectErrorStream(true)
              .start();
      return new Peer(process, process.inputReader());
    }

    String line() throws IOException {
      return output.readLine();
    }

    @Override
    public void close() {
      process.destroyForcibly();
    }
  }
}

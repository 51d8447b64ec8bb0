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
package io.sockeye.brokers;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A {@code rabbitmq-server} apart from any other on the machine: with its own node name, ports,
 * port mapper, data and cookie. Starting it takes some seconds, so tests share one.
 */
public final class RabbitProcess extends ServerProcess {
  private static @Nullable RabbitProcess shared;

  private final int port;
  private final int tlsPort;
  private final Map<String, String> environment;

  private RabbitProcess(
      Path program, Path directory, Map<String, String> environment, int port, int tlsPort)
      throws IOException {
    super(
        List.of(program.toString()),
        environment,
        directory,
        "[Ss]erver startup complete|completed with \\d+ plugins");
    this.environment = environment;
    this.port = port;
    this.tlsPort = tlsPort;
  }

  /** Returns where the program is; null if it is not there. */
  public static @Nullable Path program() {
    return script("rabbitmq-server");
  }

  private static @Nullable Path script(String name) {
    // What Debian puts on the PATH changes the user and the directory.
    Path plain = Path.of("/usr/lib/rabbitmq/bin", name);
    return Files.isExecutable(plain) ? plain : onPath(name);
  }

  /** Returns the one of this JVM; starts it when it is asked for first. */
  public static synchronized RabbitProcess shared() throws IOException {
    if (shared == null) {
      shared = start();
    }
    return shared;
  }

  private static RabbitProcess start() throws IOException {
    Path program = program();
    if (program == null) {
      throw new IOException(
          "rabbitmq-server is not on the PATH (Debian: apt-get install rabbitmq-server)");
    }
    Path directory = temporaryDirectory();
    int port = freePort();
    int tlsPort = freePort();
    TestCertificate.write(directory);
    Files.writeString(
        directory.resolve("rabbitmq.conf"),
        """
        listeners.tcp.1 = 127.0.0.1:%d
        listeners.ssl.1 = 127.0.0.1:%d
        ssl_options.cacertfile = %3$s/certificate.pem
        ssl_options.certfile = %3$s/certificate.pem
        ssl_options.keyfile = %3$s/key.pem
        ssl_options.verify = verify_none
        log.console = true
        log.file = false
        disk_free_limit.absolute = 1MB
        """
            .formatted(port, tlsPort, directory));
    Files.writeString(directory.resolve("enabled_plugins"), "[].");
    Files.writeString(directory.resolve("env.conf"), "");
    Map<String, String> environment = new HashMap<>();
    environment.put("HOME", directory.toString());
    environment.put("ERL_EPMD_PORT", String.valueOf(freePort()));
    environment.put("ERL_EPMD_ADDRESS", "127.0.0.1");
    environment.put("RABBITMQ_NODENAME", "sockeye-" + port + "@localhost");
    environment.put("RABBITMQ_NODE_PORT", String.valueOf(port));
    environment.put("RABBITMQ_NODE_IP_ADDRESS", "127.0.0.1");
    environment.put("RABBITMQ_DIST_PORT", String.valueOf(freePort()));
    environment.put("RABBITMQ_MNESIA_BASE", directory.resolve("data").toString());
    environment.put("RABBITMQ_LOG_BASE", directory.resolve("log").toString());
    environment.put("RABBITMQ_LOGS", "-");
    environment.put("RABBITMQ_CONFIG_FILE", directory.resolve("rabbitmq.conf").toString());
    environment.put("RABBITMQ_CONF_ENV_FILE", directory.resolve("env.conf").toString());
    environment.put(
        "RABBITMQ_ENABLED_PLUGINS_FILE", directory.resolve("enabled_plugins").toString());
    return new RabbitProcess(program, directory, environment, port, tlsPort);
  }

  /** Returns the port that it listens on. */
  public int port() {
    return port;
  }

  /** Returns the port that it listens on with TLS and {@link TestCertificate}. */
  public int tlsPort() {
    return tlsPort;
  }

  /**
   * Runs {@code rabbitmqctl} on it, and returns its output.
   *
   * @throws IOException if that fails; the message has its output
   */
  public String control(String... words) throws IOException, InterruptedException {
    Path program = script("rabbitmqctl");
    List<String> command = new ArrayList<>(List.of(String.valueOf(program)));
    command.addAll(List.of(words));
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().putAll(environment);
    Process process = builder.start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new IOException(command + ": " + output);
    }
    return output;
  }

  @Override
  void end() {
    super.end();
    Path mapper = onPath("epmd");
    if (mapper == null) {
      return;
    }
    // Erlang started it apart from the node; it is the one at our port.
    ProcessBuilder builder = new ProcessBuilder(mapper.toString(), "-kill");
    builder.redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD);
    builder.environment().putAll(environment);
    try {
      builder.start().waitFor(10, TimeUnit.SECONDS);
    } catch (IOException | InterruptedException left) {
      System.out.println("epmd not stopped: " + left);
    }
  }
}

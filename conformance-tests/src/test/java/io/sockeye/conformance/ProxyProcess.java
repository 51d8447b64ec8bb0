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

import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;

/**
 * A reverse proxy with a file of {@code docs/deploy}, in which free ports take the place of its.
 */
final class ProxyProcess implements AutoCloseable {
  private static final Path FILES = Path.of("..", "docs", "deploy");
  private static final List<String> NODES_IN_FILES = List.of("127.0.0.1:5001", "127.0.0.1:5002");

  private final Process process;
  private final Path directory;
  private final int port;

  private ProxyProcess(Process process, Path directory, int port) {
    this.process = process;
    this.directory = directory;
    this.port = port;
  }

  /**
   * Starts the program that the file is for.
   *
   * @param change changes the text of the file, besides the ports
   * @param nodes the ports of the two servers behind it
   */
  static ProxyProcess start(String file, UnaryOperator<String> change, int... nodes)
      throws IOException, InterruptedException {
    int port = freePort();
    String config = change.apply(Files.readString(FILES.resolve(file)));
    for (int i = 0; i < nodes.length; i++) {
      config = replace(config, NODES_IN_FILES.get(i), "127.0.0.1:" + nodes[i]);
    }
    // The workers of a proxy may be another user.
    Path directory =
        Files.createTempDirectory(
            "proxy",
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
    ProcessBuilder command;
    Pattern ready;
    if (file.startsWith("nginx")) {
      Files.writeString(
          directory.resolve("sockeye.conf"),
          replace(config, "listen 8080;", "listen 127.0.0.1:" + port + ";"));
      // What /etc/nginx/nginx.conf is elsewhere: it includes the file.
      Files.writeString(
          directory.resolve("nginx.conf"),
          "daemon off; pid nginx.pid; error_log stderr notice; events {}"
              + " http { access_log off; client_body_temp_path body; proxy_temp_path proxy;"
              + " fastcgi_temp_path fastcgi; uwsgi_temp_path uwsgi; scgi_temp_path scgi;"
              + " include sockeye.conf; }");
      command = program("nginx", "-p", directory.toString(), "-c", "nginx.conf", "-e", "stderr");
      ready = Pattern.compile("start worker process \\d+");
    } else if (file.startsWith("haproxy")) {
      Path written =
          Files.writeString(
              directory.resolve(file), replace(config, "bind :8080", "bind 127.0.0.1:" + port));
      command = program("haproxy", "-W", "-db", "-f", written.toString());
      ready = Pattern.compile("Loading success");
    } else {
      String alone = "{\n\tadmin off\n}\n"; // no port but the one of the file
      String site = "http://:" + port + " {\n\tbind 127.0.0.1\n";
      Path written =
          Files.writeString(
              directory.resolve(file), alone + replace(config, "http://:8080 {\n", site));
      command = program("caddy", "run", "--adapter", "caddyfile", "--config", written.toString());
      command.environment().put("HOME", directory.toString());
      command.environment().keySet().removeIf(name -> name.startsWith("XDG_"));
      ready = Pattern.compile("serving initial configuration");
    }
    Process process = command.redirectErrorStream(true).start();
    ProxyProcess proxy = new ProxyProcess(process, directory, port);
    try {
      ProcessOutput.of(process).linesUntil(ready);
    } catch (AssertionError | InterruptedException failure) {
      proxy.close();
      throw failure;
    }
    return proxy;
  }

  private static String replace(String config, String there, String wanted) {
    String replaced = config.replace(there, wanted);
    if (replaced.equals(config)) {
      throw new AssertionError("no " + there + " in\n" + config);
    }
    return replaced;
  }

  /** A program of the PATH, or of where Debian puts servers, which is on root's PATH alone. */
  private static ProcessBuilder program(String name, String... arguments) {
    String path = System.getenv().getOrDefault("PATH", "") + File.pathSeparator + "/usr/sbin";
    for (String directory : path.split(File.pathSeparator, -1)) {
      Path program = Path.of(directory, name);
      if (Files.isExecutable(program)) {
        List<String> command = new ArrayList<>(List.of(program.toString()));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command);
      }
    }
    throw new AssertionError(name + " is not on the PATH (Debian: apt-get install " + name + ")");
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  String url() {
    return "http://127.0.0.1:" + port;
  }

  /** Ends it with its workers, which it ends itself. */
  @Override
  public void close() throws IOException, InterruptedException {
    process.destroy();
    if (!process.waitFor(10, TimeUnit.SECONDS)) {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
    try (var files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}

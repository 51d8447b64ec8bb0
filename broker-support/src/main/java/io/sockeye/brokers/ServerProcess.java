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

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A program with a directory of its own; both go when this JVM ends, if not before. */
public class ServerProcess implements AutoCloseable {
  private final Process process;
  private final Path directory;
  private final Thread atExit = new Thread(this::end);

  ServerProcess(List<String> command, Map<String, String> environment, Path directory, String ready)
      throws IOException {
    this.directory = directory;
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.directory(directory.toFile()).redirectErrorStream(true);
    builder.environment().putAll(environment);
    process = builder.start();
    Runtime.getRuntime().addShutdownHook(atExit);
    CompletableFuture<Void> isReady = new CompletableFuture<>();
    Thread reader = new Thread(() -> read(Pattern.compile(ready), isReady), "test-server-output");
    reader.setDaemon(true);
    reader.start();
    try {
      isReady.get(60, TimeUnit.SECONDS);
    } catch (Exception failure) {
      close();
      throw new IOException(command.get(0) + " did not start: " + failure.getMessage(), failure);
    }
  }

  private void read(Pattern ready, CompletableFuture<Void> isReady) {
    StringBuilder log = new StringBuilder();
    try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (ready.matcher(line).find()) {
          isReady.complete(null);
        }
        if (!isReady.isDone()) {
          log.append(line).append('\n');
        }
      }
    } catch (IOException ended) {
      log.append(ended.getMessage());
    }
    isReady.completeExceptionally(new IOException("it ended; its output:\n" + log));
  }

  /** Returns its directory. */
  public Path directory() {
    return directory;
  }

  /** Ends it, without a chance to say good-bye. */
  @Override
  public void close() {
    try {
      Runtime.getRuntime().removeShutdownHook(atExit);
    } catch (IllegalStateException onTheWayOut) {
      return; // the hook does it
    }
    end();
  }

  void end() {
    List<ProcessHandle> all =
        Stream.concat(process.descendants(), Stream.of(process.toHandle())).toList();
    all.forEach(ProcessHandle::destroyForcibly);
    all.forEach(
        handle -> handle.onExit().orTimeout(10, TimeUnit.SECONDS).handle((x, y) -> x).join());
    delete(directory);
  }

  static void delete(Path directory) {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException | UncheckedIOException left) {
      System.out.println("Left behind: " + directory + ": " + left);
    }
  }

  /** Returns a port that nobody listens on. */
  public static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  static Path temporaryDirectory() throws IOException {
    return Files.createTempDirectory("sockeye-broker");
  }

  /** Returns where a program is on the PATH; null if it is not there. */
  static @Nullable Path onPath(String program) {
    String path = System.getenv("PATH");
    // Debian keeps servers where only root's PATH leads.
    for (String entry : ((path == null ? "" : path) + ":/usr/sbin").split(File.pathSeparator, -1)) {
      Path file = Path.of(entry, program);
      if (!entry.isEmpty() && Files.isExecutable(file)) {
        return file;
      }
    }
    return null;
  }
}

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
package io.sockeye.examples.cluster;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;

/** A process of the cluster, whose output goes to ours, each line with its name in front. */
final class Child {
  private static final int PATIENCE_SECONDS = 30;

  private final String name;
  private final Process process;
  private final Pattern readyLine;
  private final CompletableFuture<Void> ready = new CompletableFuture<>();

  private Child(String name, Process process, Pattern readyLine) {
    this.name = name;
    this.process = process;
    this.readyLine = readyLine;
  }

  /**
   * Starts a process.
   *
   * @param readyLine what is in the line that says that it is ready
   */
  static Child start(
      String name, List<String> command, Map<String, String> environment, String readyLine)
      throws IOException {
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().putAll(environment);
    Child child = new Child(name, builder.start(), Pattern.compile(readyLine));
    Thread reader = new Thread(child::read, "output-of-" + name);
    reader.setDaemon(true);
    reader.start();
    return child;
  }

  /**
   * Finds a program on the PATH, or where Debian puts servers, which is on root's PATH alone.
   *
   * @param remedy what to do if it is not there
   */
  static String program(String name, String remedy) {
    String path = System.getenv().getOrDefault("PATH", "") + File.pathSeparator + "/usr/sbin";
    for (String directory : path.split(File.pathSeparator, -1)) {
      Path program = Path.of(directory, name);
      if (Files.isExecutable(program)) {
        return program.toString();
      }
    }
    throw new IllegalStateException(name + " is not on the PATH (" + remedy + ")");
  }

  private void read() {
    try (BufferedReader reader = process.inputReader()) {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        System.out.println(name + " | " + line);
        if (readyLine.matcher(line).find()) {
          ready.complete(null);
        }
      }
    } catch (IOException broken) {
      ready.completeExceptionally(new UncheckedIOException(broken));
    }
    ready.completeExceptionally(new IllegalStateException(name + " ended before it was ready"));
  }

  void awaitReady() throws InterruptedException {
    try {
      ready.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException | TimeoutException failure) {
      throw new IllegalStateException(
          name + " is not ready (expected: a line with " + readyLine + ")", failure);
    }
  }

  /** Completes with its name when it has ended. */
  CompletableFuture<String> onExit() {
    return process.onExit().thenApply(ended -> name);
  }

  /** Tells it to end, and waits. */
  void stop() throws InterruptedException {
    process.destroy();
    if (!process.waitFor(5, TimeUnit.SECONDS)) {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
  }
}

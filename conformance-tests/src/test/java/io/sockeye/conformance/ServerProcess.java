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

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A server in a process of its own, on a free port of the loopback address. */
final class ServerProcess implements AutoCloseable {
  private static final Pattern LISTENING = Pattern.compile(".*Listening on \\S*:(\\d+) with .*");

  private final Process process;
  private final ProcessOutput output;
  private final String listening;
  private final int port;

  private ServerProcess(Process process) throws InterruptedException {
    this.process = process;
    this.output = ProcessOutput.of(process);
    Matcher matcher = await(LISTENING);
    this.listening = matcher.group();
    this.port = Integer.parseInt(matcher.group(1));
  }

  /** Starts a main class of the class path. */
  static ServerProcess start(Class<?> main, Map<String, String> environment, String... jvmOptions)
      throws IOException, InterruptedException {
    return start(main.getName(), environment, jvmOptions);
  }

  static ServerProcess start(String main, Map<String, String> environment, String... jvmOptions)
      throws IOException, InterruptedException {
    return start(System.getProperty("java.class.path"), main, environment, jvmOptions);
  }

  /** Starts a main class of another class path. */
  static ServerProcess start(
      String classPath, String main, Map<String, String> environment, String... jvmOptions)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-Xmx512m");
    command.addAll(List.of(jvmOptions));
    command.addAll(List.of("-cp", classPath, main));
    return start(new ProcessBuilder(command), environment);
  }

  /** Starts another program, which says where it listens in the same words. */
  static ServerProcess start(ProcessBuilder program, Map<String, String> environment)
      throws IOException, InterruptedException {
    program.redirectErrorStream(true).environment().put("PORT", "0");
    program.environment().putAll(environment);
    return new ServerProcess(program.start());
  }

  private Matcher await(Pattern pattern) throws InterruptedException {
    List<String> lines = linesUntil(pattern);
    Matcher matcher = pattern.matcher(lines.get(lines.size() - 1));
    if (!matcher.find()) {
      throw new AssertionError("the last line was the one");
    }
    return matcher;
  }

  /** Takes the lines of the output up to one that contains the pattern. */
  List<String> linesUntil(Pattern pattern) throws InterruptedException {
    return output.linesUntil(pattern);
  }

  /** Returns the line in which the server said where it listens, and with what. */
  String listening() {
    return listening;
  }

  int port() {
    return port;
  }

  String url() {
    return "http://127.0.0.1:" + port;
  }

  /** Asks the process to end; returns how many milliseconds it took. */
  long terminate() throws InterruptedException {
    long before = System.nanoTime();
    process.destroy();
    if (!process.waitFor(20, TimeUnit.SECONDS)) {
      throw new AssertionError("the process does not end");
    }
    return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - before);
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}

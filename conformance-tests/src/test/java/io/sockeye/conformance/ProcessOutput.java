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

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/**
 * What a process writes, line by line. A thread of its own reads it, so that the process never
 * waits; one thread takes it.
 */
final class ProcessOutput {
  private final BlockingQueue<String> lines = new LinkedBlockingQueue<>();

  private ProcessOutput() {}

  static ProcessOutput of(Process process) {
    ProcessOutput output = new ProcessOutput();
    Thread reader = new Thread(() -> output.read(process), "process-output");
    reader.setDaemon(true);
    reader.start();
    return output;
  }

  private void read(Process process) {
    try (BufferedReader reader = process.inputReader()) {
      reader.lines().forEach(lines::add);
    } catch (UncheckedIOException | IOException ended) {
      lines.add("(the output of the process ended: " + ended.getMessage() + ")");
    }
  }

  /** Takes the lines up to one that contains the pattern. */
  List<String> linesUntil(Pattern pattern) throws InterruptedException {
    List<String> taken = new ArrayList<>();
    while (taken.isEmpty() || !pattern.matcher(taken.get(taken.size() - 1)).find()) {
      String line = lines.poll(20, TimeUnit.SECONDS);
      if (line == null) {
        throw new AssertionError(
            "no line with " + pattern + " in the output:\n" + String.join("\n", taken));
      }
      taken.add(line);
    }
    return taken;
  }
}

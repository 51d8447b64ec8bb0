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
package io.sockeye.benchmarks;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a process has used, as Linux tells it; of a Java process also its heap. */
final class ServerProcess {
  private static final long MICROS_PER_TICK = 10_000; // USER_HZ is 100 on every architecture
  private static final Pattern RESIDENT = Pattern.compile("(?m)^(?:Rss|VmRSS):\\s+(\\d+) kB$");
  private static final Pattern HEAP = Pattern.compile("total \\d+K, used (\\d+)K");

  private final long pid;
  private final Path directory;

  ServerProcess(long pid) {
    this.pid = pid;
    this.directory = Path.of("/proc", Long.toString(pid));
  }

  /** Returns the processor time of all threads, those that have ended included. */
  long cpuMicros() throws IOException {
    String stat = Files.readString(directory.resolve("stat"));
    // The command may contain anything; the fields after its last parenthesis begin with the third.
    List<String> fields = List.of(stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1));
    return (Long.parseLong(fields.get(11)) + Long.parseLong(fields.get(12))) * MICROS_PER_TICK;
  }

  /** Returns the resident bytes. */
  long residentBytes() throws IOException {
    Path rollup = directory.resolve("smaps_rollup");
    Path file = Files.isReadable(rollup) ? rollup : directory.resolve("status");
    Matcher matcher = RESIDENT.matcher(Files.readString(file));
    if (!matcher.find()) {
      throw new IOException(file + ": no resident size");
    }
    return Long.parseLong(matcher.group(1)) * 1024;
  }

  /** Returns whether it is a Java process. Others do not survive being asked for their heap. */
  boolean isJava() throws IOException {
    return Files.readSymbolicLink(directory.resolve("exe")).endsWith("java");
  }

  /** Has a Java process collect its garbage. */
  void collectGarbage() throws IOException, InterruptedException {
    jcmd("GC.run");
  }

  /** Returns the bytes on the heap of a Java process. */
  long heapBytes() throws IOException, InterruptedException {
    long kilobytes = 0;
    Matcher matcher = HEAP.matcher(jcmd("GC.heap_info"));
    while (matcher.find()) {
      kilobytes += Long.parseLong(matcher.group(1));
    }
    return kilobytes * 1024;
  }

  private String jcmd(String command) throws IOException, InterruptedException {
    String tool = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
    Process process =
        new ProcessBuilder(tool, Long.toString(pid), command).redirectErrorStream(true).start();
    String answer = new String(process.getInputStream().readAllBytes(), UTF_8);
    if (process.waitFor() != 0) {
      throw new IOException("jcmd " + pid + " " + command + ": " + answer);
    }
    return answer;
  }
}

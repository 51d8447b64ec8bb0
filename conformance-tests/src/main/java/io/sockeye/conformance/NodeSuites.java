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

import static java.util.stream.Collectors.joining;

import java.io.BufferedReader;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;

/**
 * The suites in JavaScript, in a directory with the clients that they drive, and Node to run them.
 *
 * <p><b>Concurrency.</b> Immutable; several suites may run at a time, each in a process of its own.
 */
final class NodeSuites {
  private static final List<String> FILES =
      List.of(
          "package.json",
          "package-lock.json",
          "binary-payloads.js",
          "client-matrix.js",
          "clients.js",
          "harness.js",
          "heartbeats.js",
          "jsonp.js",
          "run.js");

  private final Path directory;

  /** Suites that are in the directory already. */
  NodeSuites(Path directory) {
    this.directory = directory;
  }

  /** Unpacks the suites into a directory and has npm install the clients there. */
  static NodeSuites unpack(Path directory) throws IOException, InterruptedException {
    Files.createDirectories(directory);
    for (String file : FILES) {
      try (InputStream content = NodeSuites.class.getResourceAsStream("/conformance-kit/" + file)) {
        if (content == null) {
          throw new FileNotFoundException("conformance-kit/" + file + " is not on the class path");
        }
        Files.copy(content, directory.resolve(file), StandardCopyOption.REPLACE_EXISTING);
      }
    }
    Process npm =
        new ProcessBuilder("npm", "ci", "--omit=dev", "--no-audit", "--no-fund", "--loglevel=error")
            .directory(directory.toFile())
            .redirectErrorStream(true)
            .start();
    String output;
    try (BufferedReader lines = npm.inputReader()) {
      output = lines.lines().collect(joining("\n"));
    }
    if (npm.waitFor() != 0) {
      throw new IOException("npm ci in " + directory + " failed (it needs a registry):\n" + output);
    }
    return new NodeSuites(directory);
  }

  /** Runs a suite against a server; returns its checks, one of which may be that it ended badly. */
  List<Check> run(String suite, String url, List<String> arguments)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("node", "run.js", suite, url));
    command.addAll(arguments);
    return CheckRun.of(suite, new ProcessBuilder(command).directory(directory.toFile()));
  }
}

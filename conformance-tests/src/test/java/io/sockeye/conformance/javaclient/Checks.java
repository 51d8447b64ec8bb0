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
package io.sockeye.conformance.javaclient;

import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Supplier;

/**
 * A list of checks and what came of them, one line each: "ok - name", or "not ok - name" and why.
 *
 * <p><b>Concurrency.</b> Several checks run at a time, each on a thread of its own and with a scope
 * of its own; a check shares the server alone with the others, and names its rooms accordingly.
 */
final class Checks {
  private static final int AT_A_TIME = 8;

  private final List<Named> all = new ArrayList<>();

  /** What is found out about a server. */
  interface Check {
    void run(Scope scope) throws Exception;
  }

  private record Named(String name, Check check) {}

  void add(String name, Check check) {
    all.add(new Named(name, check));
  }

  /** Runs all checks and prints them in their order; returns how many failed. */
  int run(String prefix, Supplier<Scope> scopes, PrintStream out) throws InterruptedException {
    ExecutorService threads = Executors.newFixedThreadPool(AT_A_TIME);
    List<Future<?>> results = new ArrayList<>();
    for (Named named : all) {
      results.add(
          threads.submit(
              () -> {
                try (Scope scope = scopes.get()) {
                  named.check().run(scope);
                  return null;
                }
              }));
    }
    int failed = 0;
    for (int i = 0; i < results.size(); i++) {
      String label = prefix + ": " + all.get(i).name();
      try {
        results.get(i).get();
        out.println("ok - " + label);
      } catch (ExecutionException failure) {
        failed++;
        out.println("not ok - " + label);
        StringWriter trace = new StringWriter();
        failure.getCause().printStackTrace(new PrintWriter(trace));
        trace.toString().lines().forEach(line -> out.println("#   " + line));
      }
    }
    threads.shutdown();
    out.println("# " + prefix + ": " + results.size() + " checks, " + failed + " failed");
    return failed;
  }

  /** Fails unless both are the same JSON and the same bytes. */
  static void same(Object actual, Object expected) {
    String is = Json.text(actual);
    String wanted = Json.text(expected);
    if (!is.equals(wanted)) {
      throw new AssertionError("got " + shortened(is) + ", expected " + shortened(wanted));
    }
  }

  static void that(boolean holds, String otherwise) {
    if (!holds) {
      throw new AssertionError(otherwise);
    }
  }

  private static String shortened(String text) {
    return text.length() <= 500
        ? text
        : text.substring(0, 500) + "… (" + text.length() + " characters)";
  }
}

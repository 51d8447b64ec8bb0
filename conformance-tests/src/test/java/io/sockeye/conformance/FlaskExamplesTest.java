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
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** The examples rewritten from Flask-SocketIO, with the official client. */
class FlaskExamplesTest {
  @TestFactory
  Stream<DynamicTest> quickStart() throws IOException, InterruptedException {
    return run("QuickStart", "quick-start");
  }

  @TestFactory
  Stream<DynamicTest> sessions() throws IOException, InterruptedException {
    return run("Sessions", "sessions");
  }

  @TestFactory
  Stream<DynamicTest> chatNamespace() throws IOException, InterruptedException {
    return run("ChatNamespace", "chat-namespace");
  }

  @TestFactory
  Stream<DynamicTest> failures() throws IOException, InterruptedException {
    return run("Failures", "failures");
  }

  private static Stream<DynamicTest> run(String example, String checks)
      throws IOException, InterruptedException {
    try (ServerProcess server =
        ServerProcess.start(
            "io.sockeye.examples.fromflask." + example, Map.of("PERIOD", "PT0.2S"))) {
      return NodeSuite.run("flask-examples", server.url(), checks);
    }
  }
}

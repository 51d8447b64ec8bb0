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

import io.sockeye.brokers.Broker;
import io.sockeye.brokers.Brokers;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** This server and python-socketio: Debian's version as a node, newer ones by what they write. */
class PythonClusterTest {
  private static final Map<String, String> PATIENT = MixedClusterTest.PATIENT;

  /** Debian's version reads JSON whose data is bare, as those do that came long after it. */
  private static final Map<String, String> FOR_OLDER = with(PATIENT, "PYTHON_DIALECT", "5.14.0");

  private static Map<String, String> with(Map<String, String> some, String name, String value) {
    Map<String, String> all = new HashMap<>(some);
    all.put(name, value);
    return all;
  }

  @BeforeAll
  static void python() throws IOException, InterruptedException {
    TestCluster.requirePython();
  }

  @TestFactory
  Stream<DynamicTest> pythonHearsOverRedis() throws IOException, InterruptedException {
    try (TestCluster cluster =
        new TestCluster(Brokers.redis(), Dialect.PYTHON).java("java", FOR_OLDER).python("python")) {
      return hears(cluster);
    }
  }

  /** Whoever is first declares the exchange; the other must find that it is as it wants it. */
  @TestFactory
  Stream<DynamicTest> pythonHearsOverAmqpAfterJava() throws IOException, InterruptedException {
    try (TestCluster cluster =
        new TestCluster(Brokers.amqp(), Dialect.PYTHON).java("java", FOR_OLDER).python("python")) {
      return hears(cluster);
    }
  }

  @TestFactory
  Stream<DynamicTest> pythonHearsOverAmqpBeforeJava() throws IOException, InterruptedException {
    try (TestCluster cluster =
        new TestCluster(Brokers.amqp(), Dialect.PYTHON).python("python").java("java", FOR_OLDER)) {
      return hears(cluster);
    }
  }

  private static Stream<DynamicTest> hears(TestCluster cluster)
      throws IOException, InterruptedException {
    return cluster.check("cluster-python", List.of("java"));
  }

  @TestFactory
  Stream<DynamicTest> pythonWritesOverRedis() throws IOException, InterruptedException {
    return writes(Brokers.redis());
  }

  @TestFactory
  Stream<DynamicTest> pythonWritesOverAmqp() throws IOException, InterruptedException {
    return writes(Brokers.amqp());
  }

  private static Stream<DynamicTest> writes(Broker broker)
      throws IOException, InterruptedException {
    try (TestCluster cluster =
        new TestCluster(broker, Dialect.PYTHON).java("java", PATIENT).java("java2", PATIENT)) {
      return cluster.check("cluster-python-writer", List.of("java"));
    }
  }
}

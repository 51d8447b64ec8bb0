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

import io.sockeye.brokers.Brokers;
import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Clusters of official servers alone: what they do is right, so that these tests are of the checks
 * which {@link MixedClusterTest} and {@link PythonClusterTest} run.
 */
class ReferenceClusterTest {
  @TestFactory
  Stream<DynamicTest> nodeClassic() throws IOException, InterruptedException {
    return mixed(Dialect.NODE_CLASSIC);
  }

  @TestFactory
  Stream<DynamicTest> nodeSharded() throws IOException, InterruptedException {
    return mixed(Dialect.NODE_SHARDED_DYNAMIC);
  }

  @TestFactory
  Stream<DynamicTest> nodeStreams() throws IOException, InterruptedException {
    return mixed(Dialect.NODE_STREAMS);
  }

  private static Stream<DynamicTest> mixed(Dialect dialect)
      throws IOException, InterruptedException {
    try (TestCluster cluster = nodes(dialect, "")) {
      return cluster.check("cluster-mixed");
    }
  }

  @TestFactory
  Stream<DynamicTest> recovery() throws IOException, InterruptedException {
    try (TestCluster cluster = nodes(Dialect.NODE_STREAMS, "60000")) {
      return cluster.check("cluster-recovery");
    }
  }

  @TestFactory
  Stream<DynamicTest> emitter() throws IOException, InterruptedException {
    try (TestCluster cluster = nodes(Dialect.NODE_CLASSIC, "")) {
      return cluster.check("cluster-emitters");
    }
  }

  @TestFactory
  Stream<DynamicTest> emitterOfStreams() throws IOException, InterruptedException {
    try (TestCluster cluster = nodes(Dialect.NODE_STREAMS, "60000")) {
      return cluster.check("cluster-emitters");
    }
  }

  private static TestCluster nodes(Dialect dialect, String recovery)
      throws IOException, InterruptedException {
    return new TestCluster(Brokers.redis(), dialect)
        .official("one", recovery)
        .official("two", recovery);
  }

  @TestFactory
  Stream<DynamicTest> python() throws IOException, InterruptedException {
    return python("cluster-python");
  }

  @TestFactory
  Stream<DynamicTest> pythonWriter() throws IOException, InterruptedException {
    return python("cluster-python-writer");
  }

  private static Stream<DynamicTest> python(String suite) throws IOException, InterruptedException {
    try (TestCluster cluster =
        new TestCluster(Brokers.redis(), Dialect.PYTHON).python("one").python("two")) {
      return cluster.check(suite, List.of("python"));
    }
  }
}

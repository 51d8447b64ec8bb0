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
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** This server and the official one in a cluster, in each of the ways that the latter knows. */
class MixedClusterTest {
  /** Neither heartbeats nor the time to join give up anybody whose machine is busy for a moment. */
  static final Map<String, String> PATIENT =
      Map.of("FIXTURE_MODE", "steady", "CONNECT_TIMEOUT", "20000");

  /** A client may be away. */
  private static final Map<String, String> RECOVERING = Map.of("FIXTURE_MODE", "restricted");

  private static final String AWAY = "60000";
  private static final String NEVER_AWAY = "";

  @TestFactory
  Stream<DynamicTest> nodeClassic() throws IOException, InterruptedException {
    return pair(Dialect.NODE_CLASSIC);
  }

  @TestFactory
  Stream<DynamicTest> nodeShardedStatic() throws IOException, InterruptedException {
    return pair(Dialect.NODE_SHARDED_STATIC);
  }

  @TestFactory
  Stream<DynamicTest> nodeShardedDynamic() throws IOException, InterruptedException {
    return pair(Dialect.NODE_SHARDED_DYNAMIC);
  }

  @TestFactory
  Stream<DynamicTest> nodeShardedDynamicPrivate() throws IOException, InterruptedException {
    return pair(Dialect.NODE_SHARDED_DYNAMIC_PRIVATE);
  }

  @TestFactory
  Stream<DynamicTest> nodeStreams() throws IOException, InterruptedException {
    return pair(Dialect.NODE_STREAMS);
  }

  private static Stream<DynamicTest> pair(Dialect dialect)
      throws IOException, InterruptedException {
    try (TestCluster cluster =
        new TestCluster(Brokers.redis(), dialect)
            .java("java", PATIENT)
            .official("node", NEVER_AWAY)) {
      return cluster.check("cluster-mixed");
    }
  }

  @TestFactory
  Stream<DynamicTest> threeNodesClassic() throws IOException, InterruptedException {
    return three(Dialect.NODE_CLASSIC);
  }

  @TestFactory
  Stream<DynamicTest> threeNodesSharded() throws IOException, InterruptedException {
    return three(Dialect.NODE_SHARDED_DYNAMIC);
  }

  @TestFactory
  Stream<DynamicTest> threeNodesStreams() throws IOException, InterruptedException {
    return three(Dialect.NODE_STREAMS);
  }

  private static Stream<DynamicTest> three(Dialect dialect)
      throws IOException, InterruptedException {
    try (TestCluster cluster =
        new TestCluster(Brokers.redis(), dialect)
            .java("java", PATIENT)
            .java("java2", PATIENT)
            .official("node", NEVER_AWAY)) {
      return cluster.check("cluster-mixed");
    }
  }

  /** The official server keeps sessions, and adds offsets to events; this one does not. */
  @TestFactory
  Stream<DynamicTest> oneNodeAloneRecovers() throws IOException, InterruptedException {
    try (TestCluster cluster =
        new TestCluster(Brokers.redis(), Dialect.NODE_STREAMS)
            .java("java", PATIENT)
            .official("node", AWAY)) {
      return cluster.check("cluster-mixed");
    }
  }

  @TestFactory
  Stream<DynamicTest> recoveryOnAnotherNode() throws IOException, InterruptedException {
    try (TestCluster cluster =
        new TestCluster(Brokers.redis(), Dialect.NODE_STREAMS)
            .java("java", RECOVERING)
            .official("node", AWAY)) {
      return cluster.check("cluster-recovery");
    }
  }

  @TestFactory
  Stream<DynamicTest> emitter() throws IOException, InterruptedException {
    return emitter(Dialect.NODE_CLASSIC);
  }

  @TestFactory
  Stream<DynamicTest> emitterOfStreams() throws IOException, InterruptedException {
    return emitter(Dialect.NODE_STREAMS);
  }

  private static Stream<DynamicTest> emitter(Dialect dialect)
      throws IOException, InterruptedException {
    try (TestCluster cluster =
        new TestCluster(Brokers.redis(), dialect)
            .java("java", PATIENT)
            .official("node", NEVER_AWAY)) {
      return cluster.check("cluster-emitters");
    }
  }

  @TestFactory
  Stream<DynamicTest> pythonOverRedis() throws IOException, InterruptedException {
    return python(Brokers.redis());
  }

  @TestFactory
  Stream<DynamicTest> pythonOverAmqp() throws IOException, InterruptedException {
    return python(Brokers.amqp());
  }

  /** No other server does in that dialect what these checks ask for. */
  private static Stream<DynamicTest> python(Broker broker)
      throws IOException, InterruptedException {
    try (TestCluster cluster =
        new TestCluster(broker, Dialect.PYTHON).java("java", PATIENT).java("java2", PATIENT)) {
      return cluster.check("cluster-mixed", List.of("python"));
    }
  }
}

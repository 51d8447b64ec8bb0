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

import io.sockeye.socketio.server.ClusterDialect;
import io.sockeye.socketio.server.ClusterOptions;
import io.sockeye.socketio.server.ShardedSubscriptions;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How the nodes of a cluster talk to each other. */
enum Dialect {
  PYTHON("python", null),
  NODE_CLASSIC("node-classic", null),
  NODE_SHARDED_STATIC("node-sharded", "static"),
  NODE_SHARDED_DYNAMIC("node-sharded", "dynamic"),
  NODE_SHARDED_DYNAMIC_PRIVATE("node-sharded", "dynamic-private"),
  NODE_STREAMS("node-streams", null);

  private final String text;
  private final @Nullable String subscriptionMode;

  Dialect(String text, @Nullable String subscriptionMode) {
    this.text = text;
    this.subscriptionMode = subscriptionMode;
  }

  /** What a node is told in its environment; the official servers and this one have other names. */
  Map<String, String> environment() {
    Map<String, String> environment = new HashMap<>();
    environment.put("CLUSTER_DIALECT", text);
    environment.put("DIALECT", text);
    if (subscriptionMode != null) {
      environment.put("SUBSCRIPTION_MODE", subscriptionMode);
    }
    return environment;
  }

  /** Has a process speak it. */
  void configure(ClusterOptions.Builder options) {
    options.dialect(ClusterDialect.valueOf(constant(text)));
    if (subscriptionMode != null) {
      options.shardedSubscriptions(ShardedSubscriptions.valueOf(constant(subscriptionMode)));
    }
  }

  private static String constant(String name) {
    return name.toUpperCase(Locale.ROOT).replace('-', '_');
  }

  /** What the checks are told. */
  List<String> arguments() {
    return subscriptionMode == null ? List.of(text) : List.of(text, subscriptionMode);
  }
}

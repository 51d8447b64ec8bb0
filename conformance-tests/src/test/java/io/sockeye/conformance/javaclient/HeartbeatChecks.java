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

import static io.sockeye.conformance.javaclient.Checks.same;
import static io.sockeye.conformance.javaclient.Checks.that;
import static io.sockeye.conformance.javaclient.Json.array;

import java.util.List;

/** Short heartbeats, and little else to do. */
final class HeartbeatChecks {
  private HeartbeatChecks() {}

  static void addTo(Checks checks, List<String> transports) {
    for (String transport : transports) {
      checks.add(
          "a connection on " + transport + " outlives several heartbeats",
          scope -> {
            Client client = scope.connected("/", new Dial(transport));
            Inbox beats = client.hearsHeartbeats();
            for (int i = 0; i < 5; i++) {
              beats.next();
            }
            same(client.ask("echo", 1), 1);
          });
      checks.add(
          "a blocked handler does not stop the heartbeat of " + transport,
          scope -> {
            Client client = scope.connected("/", new Dial(transport));
            Inbox beats = client.hearsHeartbeats();
            same(client.asks("block", 2000).next(), array("ok"));
            that(beats.size() >= 3, beats.size() + " heartbeats in 2 s");
          });
    }
  }
}

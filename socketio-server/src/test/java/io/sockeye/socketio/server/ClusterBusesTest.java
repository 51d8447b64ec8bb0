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
package io.sockeye.socketio.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sockeye.socketio.server.spi.BusOptions;
import io.sockeye.socketio.server.spi.BusUrl;
import io.sockeye.socketio.server.spi.ClusterBus;
import io.sockeye.socketio.server.spi.ClusterBusProvider;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClusterBusesTest {
  private record Provider(String name, int preference, Set<String> schemes)
      implements ClusterBusProvider {
    @Override
    public ClusterBus connect(BusUrl url, BusOptions options) {
      throw new UnsupportedOperationException();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "redis, redis",
    "rediss, redis",
    "redis+sentinel, redis",
    "unix, redis",
    "valkey, redis",
    "redis-cluster, redis",
    "amqp, amqp",
    "amqps, amqp"
  })
  void aMissingModuleIsNamed(String scheme, String module) {
    assertThatThrownBy(() -> ClusterBuses.connect(scheme + "://:secret@localhost"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(
            "Message queue \"%s://\" is not served by anything on the class path: add"
                + " io.sockeye:sockeye-clientmanager-%s",
            scheme, module);
  }

  @Test
  void aSchemeThatNobodyKnowsIsRefusedWithThoseThatAre() {
    assertThatThrownBy(() -> ClusterBuses.connect("kafka://secret@localhost"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith(
            "Message queue \"kafka://\" is not known (expected: one of [amqp, amqps, ")
        .hasMessageContaining("redis+sentinel")
        .hasMessageNotContaining("secret");
  }

  @Test
  void theFirstInOrderThatServesASchemeIsTaken() {
    Provider first = new Provider("first", 1, Set.of("a", "b"));
    Provider second = new Provider("second", 2, Set.of("b", "redis"));
    assertThat(ClusterBuses.choose("b", List.of(first, second))).isSameAs(first);
    assertThat(ClusterBuses.choose("redis", List.of(first, second))).isSameAs(second);
    assertThatThrownBy(() -> ClusterBuses.choose("c", List.of(first, second)))
        .hasMessageContaining("[a, amqp, amqps, b, ");
  }
}

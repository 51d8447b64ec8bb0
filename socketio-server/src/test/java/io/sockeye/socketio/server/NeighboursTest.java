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

import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class NeighboursTest {
  private final Map<SocketIoCounter, Long> counted = new EnumMap<>(SocketIoCounter.class);
  private long now;
  private final Neighbours neighbours =
      new Neighbours(
          Duration.ofSeconds(12),
          () -> now,
          (counter, count) -> counted.merge(counter, count, Long::sum));

  private void seconds(long seconds) {
    now += Duration.ofSeconds(seconds).toNanos();
  }

  @Test
  void nobodyIsThereAtFirst() {
    assertThat(neighbours.alive()).isEmpty();
    assertThat(neighbours.expire()).isEmpty();
    assertThat(neighbours.hasHeardOthers()).isFalse();
  }

  @Test
  void whoSaysSoIsThere() {
    assertThat(neighbours.hear("a", 1, PythonForm.HELLO)).isTrue();
    assertThat(neighbours.hear("b", 1, PythonForm.ALIVE)).isTrue();
    assertThat(neighbours.hear("emitter", 1, PythonForm.WHO)).isTrue();
    assertThat(neighbours.hear("other", 1, null)).isTrue();

    assertThat(neighbours.alive()).containsExactlyInAnyOrder("a", "b");
  }

  @Test
  void whoGoesIsGone() {
    neighbours.hear("a", 1, PythonForm.HELLO);

    assertThat(neighbours.hear("a", 2, PythonForm.GONE)).isTrue();

    assertThat(neighbours.alive()).isEmpty();
    assertThat(neighbours.expire()).isEmpty();
  }

  @Test
  void theLeaseEndsAfterTheLastWord() {
    neighbours.hear("a", 1, PythonForm.HELLO);
    seconds(10);
    neighbours.hear("a", 2, null); // any word counts
    seconds(12);
    assertThat(neighbours.expire()).isEmpty();
    assertThat(neighbours.alive()).containsExactly("a");

    seconds(1);

    assertThat(neighbours.expire()).containsExactly("a");
    assertThat(neighbours.expire()).isEmpty();
    assertThat(neighbours.alive()).isEmpty();
  }

  @Test
  void whoIsHeardAgainIsThereAgainAndItsNumbersGoOn() {
    neighbours.hear("a", 5, PythonForm.HELLO);
    seconds(13);
    neighbours.expire();

    assertThat(neighbours.hear("a", 5, PythonForm.ALIVE)).isFalse();
    assertThat(neighbours.alive()).isEmpty();
    assertThat(neighbours.hear("a", 9, PythonForm.ALIVE)).isTrue();

    assertThat(neighbours.alive()).containsExactly("a");
    assertThat(counted)
        .containsEntry(SocketIoCounter.CLUSTER_REPEATED, 1L)
        .containsEntry(SocketIoCounter.CLUSTER_MISSED, 3L);
  }

  @Test
  void leasesDoNotEndWhileNothingCanBeHeard() {
    neighbours.hear("a", 1, PythonForm.HELLO);
    seconds(100);
    neighbours.pause();
    seconds(12);
    assertThat(neighbours.expire()).isEmpty();

    seconds(1);

    assertThat(neighbours.expire()).containsExactly("a");
  }

  @Test
  void repetitionsAreToldApartAndCounted() {
    assertThat(neighbours.hear("a", 7, PythonForm.HELLO)).isTrue(); // what came before is no loss
    assertThat(neighbours.hear("a", 7, null)).isFalse();
    assertThat(neighbours.hear("a", 6, null)).isFalse();
    assertThat(neighbours.hear("a", 8, null)).isTrue();
    assertThat(neighbours.hear("b", 1, null)).isTrue();

    assertThat(counted).containsOnlyKeys(SocketIoCounter.CLUSTER_REPEATED);
    assertThat(counted).containsEntry(SocketIoCounter.CLUSTER_REPEATED, 2L);
  }

  @Test
  void nodesOfAnotherKindAreForgottenAfterAWhile() {
    neighbours.hearOther();
    assertThat(neighbours.hasHeardOthers()).isTrue();
    seconds(599);
    assertThat(neighbours.hasHeardOthers()).isTrue();

    seconds(1);

    assertThat(neighbours.hasHeardOthers()).isFalse();
  }

  @Test
  void thoseWhoMakeUpNamesFillNoMemory() {
    for (int i = 0; i < 20_000; i++) {
      assertThat(neighbours.hear("made up " + i, 1, PythonForm.HELLO)).isTrue();
    }

    assertThat(neighbours.alive()).hasSize(10_000);
  }
}

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
package io.sockeye.clientmanager.amqp;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RedeliveriesTest {
  private final Redeliveries redeliveries = new Redeliveries();

  private boolean isRepeated(boolean redelivered, String id, String body) {
    return redeliveries.isRepeated(redelivered, "channel", id, body.getBytes(UTF_8));
  }

  @Test
  void whatWasHandedOnIsLeftOutWhenItComesAgain() {
    assertThat(isRepeated(false, "1", "a")).isFalse();
    assertThat(isRepeated(true, "1", "a")).isTrue();
    assertThat(isRepeated(true, "2", "a")).isFalse(); // sent before, but never read
  }

  @Test
  void withoutAnIdThereAreAsManyOfEqualOnesAsWereSent() {
    assertThat(isRepeated(false, null, "a")).isFalse();
    assertThat(isRepeated(false, null, "a")).isFalse();
    assertThat(isRepeated(true, null, "b")).isFalse();
    assertThat(isRepeated(true, null, "a")).isTrue();
    assertThat(isRepeated(true, null, "a")).isTrue();
    assertThat(isRepeated(true, null, "a")).isFalse();
  }

  @Test
  void equalMessagesThatAreNotRedeliveredAreNotLeftOut() {
    for (int i = 0; i < 3; i++) {
      assertThat(isRepeated(false, null, "a")).isFalse();
    }
  }

  @Test
  void onlyTheLastOnesAreRemembered() {
    isRepeated(false, "old", "a");
    for (int i = 0; i < Redeliveries.PREFETCH; i++) {
      isRepeated(false, "n" + i, "a");
    }
    assertThat(isRepeated(true, "old", "a")).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    ", true",
    "text/plain, true",
    "text/plain; charset=utf-8, true",
    "Application/JSON, true",
    "application/octet-stream, true",
    "application/x-python-serialize, false",
    "application/x-yaml, false"
  })
  void contentTypes(String contentType, boolean accepted) {
    assertThat(AmqpLink.isAccepted(contentType)).isEqualTo(accepted);
  }
}

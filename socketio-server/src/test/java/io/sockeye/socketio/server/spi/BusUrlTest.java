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
package io.sockeye.socketio.server.spi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BusUrlTest {
  @Test
  void allOfItsParts() {
    BusUrl url =
        BusUrl.parse("REDIS+Sentinel://me:p%40s%2Fs+x@one:1,[::1]:2,three/0/m?a=b%20c&d=#frag");
    assertThat(url)
        .isEqualTo(
            new BusUrl(
                "redis+sentinel",
                "me",
                "p@s/s+x",
                List.of(
                    new BusUrl.Host("one", 1),
                    new BusUrl.Host("::1", 2),
                    new BusUrl.Host("three", -1)),
                "/0/m",
                Map.of("a", "b c", "d", ""),
                "frag"));
    assertThat(url).hasToString("redis+sentinel://one:1,[::1]:2,three/0/m");
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      value = {
        "redis://h, -, -",
        "redis://secret@h, -, secret",
        "redis://:secret@h, -, secret",
        "redis://u:secret@h, u, secret",
        "redis://u:s:e@h, u, s:e",
        "redis://u:a@b@h, u, a@b"
      })
  void userAndPassword(String text, String user, String password) {
    BusUrl url = BusUrl.parse(text);
    assertThat(url.user()).isEqualTo(user);
    assertThat(url.password()).isEqualTo(password);
    assertThat(url).hasToString("redis://h");
  }

  @Test
  void aSocketHasNoHost() {
    BusUrl url = BusUrl.parse("unix:///run/redis.sock?db=2");
    assertThat(url.hosts()).isEmpty();
    assertThat(url.pathName()).isEqualTo("run/redis.sock");
    assertThat(url.query()).containsEntry("db", "2");
  }

  @Test
  void aVirtualHostIsDecoded() {
    assertThat(BusUrl.parse("amqp://h/%2Fa%20b").pathName()).isEqualTo("/a b");
    assertThat(BusUrl.parse("amqp://h").pathName()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "secret",
        "secret@host:6379",
        "redis:secret@host",
        "redis://u:secret/x@host",
        "redis://u:secret?x@host",
        "redis://u:secret%zz@host",
        "redis://host:secret",
        "redis://host:0",
        "redis://host:65536"
      })
  void whatIsNotUnderstoodIsRefusedWithoutShowingSecrets(String text) {
    assertThatThrownBy(() -> BusUrl.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("expected: ")
        .hasMessageNotContaining("secret")
        .hasNoCause();
  }
}

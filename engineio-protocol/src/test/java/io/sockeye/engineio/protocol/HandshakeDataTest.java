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
package io.sockeye.engineio.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HandshakeDataTest {
  private static HandshakeData handshake(String sid, List<String> upgrades) {
    return new HandshakeData(
        sid, upgrades, Duration.ofSeconds(25), Duration.ofSeconds(20), 1_000_000);
  }

  @Test
  void e17TheFiveKeysComeInTheOfficialOrder() {
    assertThat(handshake("lv_VI97HAXpY6yYWAAAC", List.of("websocket")).toJson())
        .isEqualTo(
            "{\"sid\":\"lv_VI97HAXpY6yYWAAAC\",\"upgrades\":[\"websocket\"],"
                + "\"pingInterval\":25000,\"pingTimeout\":20000,\"maxPayload\":1000000}");
  }

  @Test
  void theOpenPacketOfTheExampleHas118Characters() {
    Utf8Text open =
        FrameCodec.encodeText(
            new EnginePacket.Open(handshake("lv_VI97HAXpY6yYWAAAC", List.of("websocket"))));

    assertThat(open.toString()).startsWith("0{\"sid\":").hasSize(118);
  }

  @Test
  void e17WithoutUpgradesTheListIsEmpty() {
    assertThat(handshake("x", List.of()).toJson())
        .isEqualTo(
            "{\"sid\":\"x\",\"upgrades\":[],"
                + "\"pingInterval\":25000,\"pingTimeout\":20000,\"maxPayload\":1000000}");
  }

  @Test
  void upgradesKeepTheirOrder() {
    assertThat(handshake("x", List.of("websocket", "webtransport")).toJson())
        .contains("\"upgrades\":[\"websocket\",\"webtransport\"],");
  }

  @ParameterizedTest
  @CsvSource({
    "PT0.3S,       PT0.2S,  2147483647, 300,     200",
    "PT0S,         PT0S,    0,          0,       0",
    "PT0.0019999S, PT1H,    1,          1,       3600000",
  })
  void e19TimesAreMilliseconds(
      Duration pingInterval,
      Duration pingTimeout,
      int maxPayload,
      String interval,
      String timeout) {
    assertThat(new HandshakeData("x", List.of(), pingInterval, pingTimeout, maxPayload).toJson())
        .isEqualTo(
            "{\"sid\":\"x\",\"upgrades\":[],\"pingInterval\":"
                + interval
                + ",\"pingTimeout\":"
                + timeout
                + ",\"maxPayload\":"
                + maxPayload
                + "}");
  }

  @Test
  void stringsAreEscaped() {
    assertThat(handshake("a\"b\\\n", List.of("\"")).toJson())
        .startsWith("{\"sid\":\"a\\\"b\\\\\\n\",\"upgrades\":[\"\\\"\"],");
  }

  @Test
  void theListIsCopied() {
    List<String> upgrades = new ArrayList<>(List.of("websocket"));
    HandshakeData data = handshake("x", upgrades);
    upgrades.clear();

    assertThat(data.upgrades()).containsExactly("websocket");
  }

  @Test
  void upgradesAreNotNull() {
    assertThatNullPointerException().isThrownBy(() -> handshake("x", null));
  }
}

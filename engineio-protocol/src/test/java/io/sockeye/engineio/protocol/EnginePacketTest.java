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

import static io.sockeye.engineio.protocol.Wire.bytes;
import static io.sockeye.engineio.protocol.Wire.hex;
import static io.sockeye.engineio.protocol.Wire.message;
import static io.sockeye.engineio.protocol.Wire.show;
import static io.sockeye.engineio.protocol.Wire.toHex;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

class EnginePacketTest {
  @Test
  void aBinaryMessageIsWhatRemainsOfTheBuffer() {
    ByteBuffer buffer = ByteBuffer.wrap(hex("ff0102ff"), 1, 2);
    EnginePacket packet = new EnginePacket.BinaryMessage(buffer);

    buffer.position(3).limit(4);

    assertThat(show(packet)).isEqualTo("bytes(0102)");
  }

  @Test
  void readingTheDataOfABinaryMessageDoesNotUseItUp() {
    EnginePacket.BinaryMessage packet = bytes("0102");

    packet.data().get();

    assertThat(toHex(packet.data())).isEqualTo("0102");
    assertThat(packet.data().position()).isZero();
  }

  @Test
  void packetsWithTheSameContentAreEqual() {
    assertThat(bytes("0102")).isEqualTo(bytes("0102")).hasSameHashCodeAs(bytes("0102"));
    assertThat(bytes("0102")).isNotEqualTo(bytes("0103"));
    assertThat(message("a")).isEqualTo(message("a")).hasSameHashCodeAs(message("a"));
    assertThat(message("a")).isNotEqualTo(message("b"));
    assertThat(EnginePacket.PING).isNotEqualTo(EnginePacket.PING_PROBE);
    assertThat(new EnginePacket.Close()).isEqualTo(EnginePacket.CLOSE);
    assertThat(new EnginePacket.Noop()).isEqualTo(EnginePacket.NOOP);
  }

  @Test
  void aProbeCarriesTheWordProbe() {
    assertThat(show(EnginePacket.PING_PROBE)).isEqualTo("ping(probe)");
    assertThat(show(EnginePacket.PONG_PROBE)).isEqualTo("pong(probe)");
  }

  @Test
  void theRevisionsHaveTheirNumbers() {
    assertThat(EngineVersion.V3.number()).isEqualTo(3);
    assertThat(EngineVersion.V4.number()).isEqualTo(4);
  }
}

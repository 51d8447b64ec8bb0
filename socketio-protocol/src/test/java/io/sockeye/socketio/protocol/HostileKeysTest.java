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
package io.sockeye.socketio.protocol;

import static io.sockeye.socketio.protocol.Wire.argument;
import static io.sockeye.socketio.protocol.Wire.packet;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;

/** R28: keys chosen so that a hash table becomes a list. */
class HostileKeysTest {
  private static final int COUNT = 20_000;

  /** Few keys are read from an array of characters, many from a stream of them. */
  private static void assertRead(List<String> keys) {
    Assertions.assertTimeout(
        Duration.ofSeconds(10),
        () -> {
          assertAllRead(keys.subList(0, 800));
          assertAllRead(keys);
        });
  }

  private static void assertAllRead(List<String> keys) throws PacketFormatException {
    String json = "{\"" + String.join("\":1,\"", keys) + "\":1}";

    assertThat((Map<?, ?>) argument("2[\"a\"," + json + "]")).hasSize(keys.size());
    assertThat(((Packet.Connect) packet("0" + json)).payload()).hasSize(keys.size());
  }

  @Test
  void keysOfOneStringHash() {
    // "Aa" and "BB" have the same hash, and so has every sequence of them.
    assertRead(pairs("Aa", "BB"));
  }

  private static List<String> pairs(String zero, String one) {
    List<String> keys = new ArrayList<>();
    for (int i = 0; i < COUNT; i++) {
      StringBuilder key = new StringBuilder();
      for (int bit = 0; bit < 16; bit++) {
        key.append((i >> bit & 1) == 0 ? zero : one);
      }
      keys.add(key.toString());
    }
    return keys;
  }

  @Test
  void keysOfOneHashInASymbolTableOfCharacters() {
    // The same for 33 in the place of 31.
    assertRead(pairs("Ab", "BA"));
  }

  @Test
  void keysOfOneHashInASymbolTableOfBytes() {
    // The table adds its secret after it has mixed 8 bytes into mix(first 4) + 33 * (last 4). So
    // nearly every first 4 have last 4 that give a chosen hash, and some of these are text.
    int inverseOf33 = 1041204193;
    int hash = 0x5A5A5A5A;
    List<String> keys = new ArrayList<>();
    for (int i = 0; keys.size() < COUNT; i++) {
      int first =
          0x41414141
              + (i & 31)
              + (i >> 5 & 31) * 0x100
              + (i >> 10 & 31) * 0x10000
              + (i >> 15) * 0x1000000;
      int last = (hash - mixed(first)) * inverseOf33;
      if (isPlainText(first) && isPlainText(last)) {
        byte[] key = ByteBuffer.allocate(8).putInt(first).putInt(last).array();
        keys.add(new String(key, ISO_8859_1));
      }
    }

    assertRead(keys);
  }

  private static int mixed(int bytes) {
    int hash = bytes + (bytes >>> 15);
    return hash ^ (hash >>> 9);
  }

  private static boolean isPlainText(int bytes) {
    for (int shift = 0; shift < 32; shift += 8) {
      int c = bytes >>> shift & 0xFF;
      if (c < 0x20 || c >= 0x7F || c == '"' || c == '\\') {
        return false;
      }
    }
    return true;
  }

  @Test
  void aHundredThousandTimesOneKey() throws PacketFormatException {
    assertThat(argument("2[\"a\",{" + "\"k\":1,".repeat(100_000) + "\"k\":2}]"))
        .isEqualTo(Map.of("k", 2));
  }
}

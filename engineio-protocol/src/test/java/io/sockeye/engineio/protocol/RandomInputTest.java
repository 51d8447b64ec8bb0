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

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Whatever comes in, a decoder answers with packets or with its own exception. */
class RandomInputTest {
  private static final long SEED = 20_261_121;
  private static final String[] SEEDS = {
    "4hello\u001e2\u001ebAQIDBA==",
    "6:4hello10:b4AQIDBA==",
    "d=4%3A4a%5Cnb",
    "0{}",
    "4€𐍈",
    "0:",
    "\u0000\u0004\u00ff4abc"
  };

  @Test
  void decodersSurviveAnything() {
    Random random = new Random(SEED);
    for (int round = 0; round < 200_000; round++) {
      byte[] body = mutated(random);
      try {
        for (EngineVersion version : EngineVersion.values()) {
          PayloadCodec.decodeText(version, body, 16);
          attempt(() -> FrameCodec.decodeBinary(version, ByteBuffer.wrap(body)));
          if (Utf8.isValid(body, 0, body.length)) {
            attempt(() -> FrameCodec.decodeText(version, Utf8Text.wrap(body, 0, body.length)));
          }
        }
        PayloadCodec.decodeBinary(body, 16);
        attempt(() -> Jsonp.unwrapForm(body));
      } catch (RuntimeException | Error unexpected) {
        throw new AssertionError(
            "seed " + SEED + ", round " + round + ": " + java.util.HexFormat.of().formatHex(body),
            unexpected);
      }
    }
  }

  @Test
  void whatIsWrittenIsReadAgain() {
    Random random = new Random(SEED);
    for (int round = 0; round < 20_000; round++) {
      List<EnginePacket> packets = new ArrayList<>();
      for (int i = random.nextInt(4); i >= 0; i--) {
        packets.add(packet(random));
      }
      List<String> expected = Packets.describe(packets);
      for (EngineVersion version : EngineVersion.values()) {
        for (boolean base64 : new boolean[] {false, true}) {
          EncodedPayload body = PayloadCodec.encode(version, packets, base64);
          Payload read =
              body.binary()
                  ? PayloadCodec.decodeBinary(body.body(), 16)
                  : PayloadCodec.decodeText(version, body.body(), 16);
          assertThat(read.error()).as("seed %s, round %s", SEED, round).isNull();
          assertThat(Packets.describe(read.packets())).isEqualTo(expected);
        }
      }
    }
  }

  private static EnginePacket packet(Random random) {
    if (random.nextInt(3) == 0) {
      byte[] data = new byte[random.nextInt(40)];
      random.nextBytes(data);
      return new EnginePacket.BinaryMessage(ByteBuffer.wrap(data));
    }
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(20); i > 0; i--) {
      int point = random.nextInt(4) == 0 ? random.nextInt(0x10ffff) : 0x20 + random.nextInt(0x60);
      if (point < 0xd800 || point > 0xdfff) {
        text.appendCodePoint(point == 0x1e ? ' ' : point);
      }
    }
    return Packets.text(text.toString());
  }

  private static byte[] mutated(Random random) {
    byte[] body = SEEDS[random.nextInt(SEEDS.length)].getBytes(UTF_8);
    for (int i = random.nextInt(4); i > 0 && body.length > 0; i--) {
      body[random.nextInt(body.length)] = (byte) random.nextInt(256);
    }
    int length = random.nextInt(4) == 0 ? random.nextInt(body.length + 3) : body.length;
    return java.util.Arrays.copyOf(body, length);
  }

  private interface Decoding {
    Object run() throws EngineProtocolException;
  }

  private static void attempt(Decoding decoding) {
    try {
      decoding.run();
    } catch (EngineProtocolException expected) {
      assertThat(expected.getMessage()).isNotEmpty();
    }
  }
}

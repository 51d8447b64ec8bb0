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

import static io.sockeye.engineio.protocol.EngineVersion.V3;
import static io.sockeye.engineio.protocol.EngineVersion.V4;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.URLEncoder;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What is written is read again as it was, in every encoding. */
class RoundTripTest {
  private static final long SEED = 20261121;
  private static final int ROUNDS = 10_000;
  private static final int MAX_PACKETS = 8;

  /** Of one to four bytes in UTF-8, and such that mean something in one of the encodings. */
  private static final int[] CODE_POINTS = {
    'a', 'b', 'd', 'n', '0', '4', '9', ':', '=', '%', '&', '+', '\\', '"', '<', '/', ' ', '\n',
    '\r', 0, 0x1F, 0x7F, 0x80, 0xE9, 0x7FF, 0x800, 0x20AC, 0x2028, 0xFFFD, 0xFFFF, 0x10000, 0x10348,
    0x1F600, 0x10FFFF
  };

  @Test
  void bodiesOfRevision4() {
    Random random = new Random(SEED);
    for (int round = 0; round < ROUNDS; round++) {
      List<EnginePacket> packets = packets(random);

      byte[] body = PayloadCodec.encode(V4, packets, false).body();

      assertRead(round, PayloadCodec.decodeText(V4, body, MAX_PACKETS), packets);
    }
  }

  @Test
  void bodiesOfRevision3WithBase64() {
    Random random = new Random(SEED);
    for (int round = 0; round < ROUNDS; round++) {
      List<EnginePacket> packets = packets(random);

      byte[] body = PayloadCodec.encode(V3, packets, true).body();

      assertRead(round, PayloadCodec.decodeText(V3, body, MAX_PACKETS), packets);
    }
  }

  @Test
  void bodiesOfRevision3AsTextOrBinary() {
    Random random = new Random(SEED);
    for (int round = 0; round < ROUNDS; round++) {
      List<EnginePacket> packets = packets(random);

      EncodedPayload encoded = PayloadCodec.encode(V3, packets, false);

      Payload payload =
          encoded.binary()
              ? PayloadCodec.decodeBinary(encoded.body(), MAX_PACKETS)
              : PayloadCodec.decodeText(V3, encoded.body(), MAX_PACKETS);
      assertRead(round, payload, packets);
    }
  }

  @Test
  void framesOfBothRevisions() throws Exception {
    Random random = new Random(SEED);
    for (int round = 0; round < ROUNDS; round++) {
      EnginePacket packet = packet(random);
      for (EngineVersion version : EngineVersion.values()) {
        EnginePacket read;
        EnginePacket readFromText;
        if (packet instanceof EnginePacket.BinaryMessage message) {
          read = FrameCodec.decodeBinary(version, FrameCodec.encodeBinary(version, message));
          readFromText = FrameCodec.decodeText(version, FrameCodec.encodeBase64(version, message));
        } else {
          read = FrameCodec.decodeText(version, FrameCodec.encodeText(packet));
          readFromText = read;
        }
        assertThat(List.of(read, readFromText))
            .as("seed %d, round %d, %s", SEED, round, version)
            .containsExactly(packet, packet);
      }
    }
  }

  @Test
  void formsAsClientsWriteThem() throws Exception {
    Random random = new Random(SEED);
    for (int round = 0; round < ROUNDS; round++) {
      // A client's escapes cannot tell a backslash and a newline from a backslash and an n.
      String payload = text(random).replaceAll("\\\\+\n", "\n");

      String escaped = payload.replace("\\n", "\\\\n").replace("\n", "\\n");
      String form = "d=" + URLEncoder.encode(escaped, UTF_8);

      assertThat(new String(Jsonp.unwrapForm(form.getBytes(UTF_8)), UTF_8))
          .as("seed %d, round %d", SEED, round)
          .isEqualTo(payload);
    }
  }

  private static void assertRead(int round, Payload payload, List<EnginePacket> packets) {
    assertThat(payload.error()).as("seed %d, round %d: error", SEED, round).isNull();
    assertThat(payload.packets()).as("seed %d, round %d", SEED, round).isEqualTo(packets);
  }

  private static List<EnginePacket> packets(Random random) {
    List<EnginePacket> packets = new ArrayList<>();
    for (int left = 1 + random.nextInt(MAX_PACKETS); left > 0; left--) {
      packets.add(packet(random));
    }
    return packets;
  }

  private static EnginePacket packet(Random random) {
    return switch (random.nextInt(10)) {
      case 0 -> new EnginePacket.Open(Utf8Text.of(text(random)));
      case 1 -> EnginePacket.CLOSE;
      case 2 -> new EnginePacket.Ping(Utf8Text.of(text(random)));
      case 3 -> new EnginePacket.Pong(Utf8Text.of(text(random)));
      case 4 -> new EnginePacket.Upgrade(Utf8Text.of(text(random)));
      case 5 -> EnginePacket.NOOP;
      case 6 -> {
        byte[] bytes = new byte[random.nextInt(150)];
        random.nextBytes(bytes);
        int from = random.nextInt(bytes.length + 1);
        yield new EnginePacket.BinaryMessage(ByteBuffer.wrap(bytes, from, bytes.length - from));
      }
      default -> new EnginePacket.Message(Utf8Text.of(text(random)));
    };
  }

  private static String text(Random random) {
    StringBuilder text = new StringBuilder();
    for (int left = random.nextInt(random.nextInt(10) == 0 ? 150 : 12); left > 0; left--) {
      text.appendCodePoint(CODE_POINTS[random.nextInt(CODE_POINTS.length)]);
    }
    return text.toString();
  }
}

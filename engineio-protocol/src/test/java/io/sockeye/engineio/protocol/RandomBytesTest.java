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
import static io.sockeye.engineio.protocol.Wire.hex;
import static io.sockeye.engineio.protocol.Wire.outcome;
import static io.sockeye.engineio.protocol.Wire.toHex;
import static io.sockeye.engineio.protocol.Wire.utf8;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Whatever a peer sends, a decoder answers with packets or an {@link EngineProtocolException}. */
class RandomBytesTest {
  private static final long SEED = 20261121;
  private static final int BODIES = 200_000;
  private static final int MAX_PACKETS = 16;

  /** Bodies that are right; most of what is tried is one of them with a few changes. */
  private static final List<byte[]> RIGHT =
      List.of(
          utf8("4hello\u001e2\u001e4world"),
          utf8("4hello\u001ebAQIDBA=="),
          utf8("0{\"sid\":\"x\"}\u001e1\u001e2\u001e3\u001e4\u001e5\u001e6\u001eb"),
          utf8("4\u2028😀"),
          utf8("bAQIDBA=="),
          utf8("b4AQI="),
          utf8("2probe"),
          utf8("6:4test16:4test26:4test3"),
          utf8("6:4hello10:b4AQIDBA=="),
          utf8("4:4€𐍈0:1:2"),
          hex("0008ff34e282acf0908d880105ff0401020304"),
          hex("00010200ff34"),
          hex("0270726f6265"),
          utf8("d=4%3A4a%5Cnb"),
          utf8("x=1&d=5%3A4a%5C%5Cnb%2B+%E2%82%AC&y"));

  private static final byte[] SPECIAL =
      hex("00 01 04 09 0a 1e 25 26 2b 2d 30 39 3a 3d 5c 62 64 ff");

  private interface Decoder {
    void decode(byte[] body) throws EngineProtocolException;
  }

  private static final List<Decoder> DECODERS =
      List.of(
          body -> check(PayloadCodec.decodeText(V4, body, MAX_PACKETS)),
          body -> check(PayloadCodec.decodeText(V3, body, MAX_PACKETS)),
          body -> check(PayloadCodec.decodeBinary(body, MAX_PACKETS)),
          body -> FrameCodec.decodeText(V4, Utf8Text.of(new String(body, UTF_8))),
          body -> FrameCodec.decodeText(V3, Utf8Text.of(new String(body, UTF_8))),
          body -> FrameCodec.decodeBinary(V4, ByteBuffer.wrap(body)),
          body -> FrameCodec.decodeBinary(V3, ByteBuffer.wrap(body)),
          body -> Base64Text.decode(body, 0, body.length),
          Jsonp::unwrapForm);

  @Test
  void onlyProtocolExceptionsEverComeOut() {
    Random random = new Random(SEED);
    for (int i = 0; i < BODIES; i++) {
      byte[] body = random.nextInt(4) == 0 ? noise(random) : mutation(random);
      for (int decoder = 0; decoder < DECODERS.size(); decoder++) {
        try {
          DECODERS.get(decoder).decode(body.clone());
        } catch (EngineProtocolException expected) {
          // the right answer to most of this
        } catch (Throwable unexpected) { // an error of any kind is the finding
          throw new AssertionError(
              "seed " + SEED + ", body " + i + ", decoder " + decoder + ": " + toHex(body),
              unexpected);
        }
      }
    }
  }

  /** What was read fits the limit, can be shown, and is read again from what it is written as. */
  private static void check(Payload payload) {
    List<EnginePacket> packets = payload.packets();
    String shown = outcome(new Payload(packets, null));
    if (packets.size() > MAX_PACKETS) {
      throw new AssertionError("packets: " + packets.size());
    }
    if (!packets.isEmpty()) {
      byte[] again = PayloadCodec.encode(V3, packets, true).body();
      if (!outcome(PayloadCodec.decodeText(V3, again, MAX_PACKETS)).equals(shown)) {
        throw new AssertionError("read: " + shown + ", written: " + toHex(again));
      }
    }
  }

  private static byte[] noise(Random random) {
    byte[] bytes = new byte[random.nextInt(40)];
    random.nextBytes(bytes);
    return bytes;
  }

  private static byte[] mutation(Random random) {
    byte[] body = RIGHT.get(random.nextInt(RIGHT.size()));
    for (int changes = 1 + random.nextInt(3); changes > 0; changes--) {
      body = changed(random, body);
    }
    return body;
  }

  private static byte[] changed(Random random, byte[] body) {
    int at = random.nextInt(body.length + 1);
    int to = at + random.nextInt(body.length - at + 1);
    return switch (random.nextInt(6)) {
      case 0 -> Arrays.copyOf(body, at); // cut off
      case 1 -> joined(Arrays.copyOf(body, at), rest(body, to)); // cut out
      case 2 -> joined(Arrays.copyOf(body, to), rest(body, at)); // repeated
      case 3 -> joined(Arrays.copyOf(body, at), RIGHT.get(random.nextInt(RIGHT.size())));
      case 4 -> { // a byte more
        byte[] one = {SPECIAL[random.nextInt(SPECIAL.length)]};
        yield joined(joined(Arrays.copyOf(body, at), one), rest(body, at));
      }
      default -> { // a bit less or more
        byte[] flipped = body.clone();
        if (at < body.length) {
          flipped[at] ^= (byte) (1 << random.nextInt(8));
        }
        yield flipped;
      }
    };
  }

  private static byte[] rest(byte[] body, int from) {
    return Arrays.copyOfRange(body, from, body.length);
  }

  private static byte[] joined(byte[] first, byte[] second) {
    byte[] both = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, both, first.length, second.length);
    return both;
  }
}

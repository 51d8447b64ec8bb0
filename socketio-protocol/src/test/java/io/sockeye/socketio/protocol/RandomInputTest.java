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

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;

/** Random and mutated input: nothing but packets and the decoder's own exception comes out. */
class RandomInputTest {
  private static final long SEED = 20_261_121;
  private static final JsonFactory JACKSON =
      JsonFactory.builder()
          .streamReadConstraints(
              StreamReadConstraints.builder().maxNestingDepth(64).maxNumberLength(100).build())
          .build();
  private static final String[] TEXTS = {
    "2[\"a\",1,-2.5e3,{\"b\":[null,true,\"\\u0061\\n€😀\"]}]",
    "0/admin,{\"token\":\"1\",\"x\":[[],{}]}",
    "3/admin,13[\"bar\",0]",
    "52-/x,7[\"a\",{\"_placeholder\":true,\"num\":0},{\"_placeholder\":true,\"num\":1}]",
    "61-15[\"bar\",{\"_placeholder\":true,\"num\":0}]",
    "1/admin,",
    "2[1,\"n\"]"
  };
  private static final String ALPHABET = "[]{},:\"\\01289-+.eEu/abtfnul \t_é€";

  @Test
  void theDecoderSurvivesAnything() {
    Random random = new Random(SEED);
    PacketDecoder decoder = Wire.decoder();
    for (int round = 0; round < 200_000; round++) {
      byte[] text = mutated(TEXTS[random.nextInt(TEXTS.length)], random);
      if (!isUtf8(text)) {
        continue; // a binding lets no such text through
      }
      try {
        if (random.nextInt(4) == 0) {
          decoder.binary(ByteBuffer.allocate(random.nextInt(3)));
        } else {
          Packet packet = decoder.text(text, 0, text.length);
          if (packet instanceof Packet.Event event) {
            assertThat(event.arguments().values()).hasSize(event.arguments().size());
          }
        }
      } catch (PacketFormatException expected) {
        assertThat(decoder.pendingNamespace()).isNull();
      } catch (RuntimeException | Error unexpected) {
        throw new AssertionError(
            "seed " + SEED + ", round " + round + ": " + new String(text, UTF_8), unexpected);
      }
    }
    decoder.reset();
    assertThat(decoder.pendingNamespace()).isNull();
  }

  /** The scanner takes exactly the arrays that Jackson takes. */
  @Test
  void theScannerAgreesWithJackson() {
    Random random = new Random(SEED);
    JsonScanner scanner = new JsonScanner(DecoderLimits.DEFAULTS);
    int accepted = 0;
    for (int round = 0; round < 100_000; round++) {
      byte[] json =
          mutated("[\"a\",1,-2.5e3,{\"b\":[null,true,\"\\u0061\\n€😀\"],\"c\":{}}]", random);
      if (json.length == 0 || json[0] != '[' || !isUtf8(json)) {
        continue; // the decoder asks for an array
      }
      boolean expected = jacksonAccepts(json);
      boolean actual;
      try {
        scanner.array(json, 0, json.length);
        actual = true;
      } catch (PacketFormatException refused) {
        actual = false;
      }
      assertThat(actual)
          .as("seed %s, round %s: %s", SEED, round, new String(json, UTF_8))
          .isEqualTo(expected);
      accepted += actual ? 1 : 0;
    }
    assertThat(accepted).isGreaterThan(10_000);
  }

  @Test
  void whatIsWrittenIsReadAgain() throws PacketFormatException {
    Random random = new Random(SEED);
    PacketDecoder decoder = Wire.decoder();
    for (int round = 0; round < 20_000; round++) {
      List<Object> values = new ArrayList<>();
      for (int i = random.nextInt(4); i > 0; i--) {
        values.add(value(random, 3));
      }
      Packet.Event event =
          new Packet.Event("/n", random.nextInt(100) - 1, "name", Arguments.ofList(values));
      List<String> frames = Wire.encode(event);
      if (frames.size() > 11) {
        continue; // more attachments than a client may send
      }
      Packet read =
          Wire.decode(
              decoder, frames.get(0), frames.subList(1, frames.size()).toArray(String[]::new));
      assertThat(read).as("seed %s, round %s: %s", SEED, round, frames).isEqualTo(event);
    }
  }

  private static Object value(Random random, int depth) {
    return switch (random.nextInt(depth == 0 ? 6 : 8)) {
      case 0 -> null;
      case 1 -> random.nextBoolean();
      case 2 -> random.nextInt();
      case 3 -> random.nextDouble() * 1e6;
      case 4 -> text(random);
      case 5 -> {
        byte[] data = new byte[random.nextInt(5)];
        random.nextBytes(data);
        yield ByteBuffer.wrap(data);
      }
      case 6 -> {
        List<Object> list = new ArrayList<>();
        for (int i = random.nextInt(3); i > 0; i--) {
          list.add(value(random, depth - 1));
        }
        yield list;
      }
      default -> {
        Map<String, Object> map = new LinkedHashMap<>();
        for (int i = random.nextInt(3); i > 0; i--) {
          map.put("k" + i, value(random, depth - 1));
        }
        yield map;
      }
    };
  }

  private static String text(Random random) {
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(10); i > 0; i--) {
      int point = random.nextInt(3) == 0 ? random.nextInt(0x11000) : random.nextInt(0x80);
      text.appendCodePoint(point >= 0xd800 && point < 0xe000 ? 'x' : point);
    }
    return text.toString();
  }

  private static byte[] mutated(String text, Random random) {
    StringBuilder changed = new StringBuilder(text);
    for (int i = random.nextInt(4); i > 0; i--) {
      int at = random.nextInt(changed.length());
      char c = ALPHABET.charAt(random.nextInt(ALPHABET.length()));
      switch (random.nextInt(3)) {
        case 0 -> changed.setCharAt(at, c);
        case 1 -> changed.insert(at, c);
        default -> changed.deleteCharAt(at);
      }
    }
    byte[] bytes = changed.toString().getBytes(UTF_8);
    return random.nextInt(5) == 0 ? Arrays.copyOf(bytes, random.nextInt(bytes.length)) : bytes;
  }

  private static boolean isUtf8(byte[] bytes) {
    return Arrays.equals(new String(bytes, UTF_8).getBytes(UTF_8), bytes);
  }

  private static boolean jacksonAccepts(byte[] json) {
    try (JsonParser parser = JACKSON.createParser(ObjectReadContext.empty(), json)) {
      int depth = 0;
      do {
        JsonToken token = parser.nextToken();
        if (token == null) {
          return false;
        }
        depth += token.isStructStart() ? 1 : token.isStructEnd() ? -1 : 0;
        if (token.isScalarValue()) {
          parser.getString(); // Jackson reads lazily
        }
      } while (depth > 0);
      return parser.nextToken() == null;
    } catch (JacksonException refused) {
      return false;
    }
  }
}

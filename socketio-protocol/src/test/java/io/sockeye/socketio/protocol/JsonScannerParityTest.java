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

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;

/**
 * The scanner accepts exactly the texts that Jackson does. Where the two differ on purpose, a test
 * of its own says so: the length of a number, and a mark of byte order.
 */
class JsonScannerParityTest {
  private static final long SEED = 20260102;
  private static final int ROUNDS = 100_000;
  private static final int NOT_ACCEPTED = -1;

  // Small, so that texts by chance go beyond.
  private static final int MAX_DEPTH = 6;
  private static final int MAX_NUMBER_LENGTH = 20;

  private static final JsonFactory JACKSON =
      JsonFactory.builder()
          .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(MAX_DEPTH).build())
          .build();

  private final JsonScanner scanner =
      new JsonScanner(new DecoderLimits(1, 1, MAX_DEPTH, MAX_NUMBER_LENGTH, 1, 1));

  /** Returns the number of elements, or that the scanner does not accept the array. */
  private int scanned(String text) {
    byte[] bytes = text.getBytes(UTF_8);
    try {
      scanner.array(bytes, 0, bytes.length);
      return scanner.size;
    } catch (PacketFormatException refused) {
      return NOT_ACCEPTED;
    }
  }

  private boolean isScannedObject(String text) {
    byte[] bytes = text.getBytes(UTF_8);
    try {
      scanner.object(bytes, 0, bytes.length);
      return true;
    } catch (PacketFormatException refused) {
      return false;
    }
  }

  /** Returns the number of elements, or that it is no value of that kind for Jackson. */
  private static int parsed(String text, JsonToken start) {
    byte[] bytes = text.getBytes(UTF_8);
    try (JsonParser parser = JACKSON.createParser(ObjectReadContext.empty(), bytes)) {
      if (parser.nextToken() != start) {
        return NOT_ACCEPTED;
      }
      int depth = 1;
      int elements = 0;
      while (depth > 0) {
        JsonToken token = parser.nextToken();
        if (token.isStructEnd()) {
          depth--;
          continue;
        }
        if (depth == 1) {
          elements++;
        }
        if (token.isStructStart()) {
          depth++;
        } else if (token.isNumeric() && parser.getString().length() > MAX_NUMBER_LENGTH) {
          return NOT_ACCEPTED;
        } else {
          parser.getString(); // strings are decoded when they are asked for
        }
      }
      return parser.nextToken() == null ? elements : NOT_ACCEPTED;
    } catch (JacksonException refused) {
      return NOT_ACCEPTED;
    }
  }

  @Test
  void acceptsWhatJacksonAccepts() {
    int accepted = 0;
    for (long seed = SEED; seed < SEED + ROUNDS; seed++) {
      RandomJson random = new RandomJson(seed);
      String text =
          switch (random.below(8)) {
            case 0 -> random.text();
            case 1 -> random.pieces();
            case 2 -> "[" + random.pieces() + "]";
            default -> random.mutated(random.text());
          };
      if (text.startsWith("\ufeff")) {
        continue;
      }
      int expected = parsed(text, JsonToken.START_ARRAY);

      assertThat(scanned(text)).as("array, seed %d: %s", seed, text).isEqualTo(expected);
      assertThat(isScannedObject(text))
          .as("object, seed %d: %s", seed, text)
          .isEqualTo(parsed(text, JsonToken.START_OBJECT) != NOT_ACCEPTED);
      accepted += expected == NOT_ACCEPTED ? 0 : 1;
    }

    // Neither side of the question is rare.
    assertThat(accepted).isBetween(ROUNDS / 10, ROUNDS * 9 / 10);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[]",
        "[ ]",
        "[1]",
        "[1,2]",
        "[\"\"]",
        "[[],{}]",
        "[{\"a\":1}]",
        "[{\"a\":1,\"a\":2}]",
        "[\"\\ud800\"]",
        "[{\"\\ud800\":1}]",
        "[{\"\\ud800\\udc00\":1}]",
        "[{\"\\udc00\":1}]",
        "[1,]",
        "[,]",
        "[1 2]",
        "[",
        "]",
        "[]]",
        "[}",
        "[{]",
        "[{\"a\"}]",
        "[{\"a\":}]",
        "[{,}]",
        "[01]",
        "[-]",
        "[-01]",
        "[1.]",
        "[.1]",
        "[1e]",
        "[+1]",
        "[1e1.5]",
        "[0x1]",
        "[1_0]",
        "[NaN]",
        "[tru]",
        "[truee]",
        "[True]",
        "[nul",
        "[\"]",
        "[\"\\\"]",
        "[\"\\u12\"]",
        "[\"\\x\"]",
        "['a']",
        "[\"\n\"]",
        "[\"\u007f\"]",
        "[\f]",
        "[\u00a0]",
        "[\u2028]",
        "[1]//",
        "[/**/]",
        "[1]#",
        "[1]x",
        "[1]1",
        "[1]\0",
        "\0[1]",
        "[\0]",
        "[[[[[[]]]]]]",
        "[[[[[[[]]]]]]]",
        "[{\"a\":[[[[]]]]}]",
        "[12345678901234567890]",
        "[123456789012345678901]"
      })
  void acceptsOfTheseWhatJacksonAccepts(String text) {
    assertThat(scanned(text)).isEqualTo(parsed(text, JsonToken.START_ARRAY));
  }

  @Test
  void countsEveryCharacterOfANumber() {
    // Jackson counts digits only.
    JsonFactory jackson =
        JsonFactory.builder()
            .streamReadConstraints(
                StreamReadConstraints.builder().maxNumberLength(MAX_NUMBER_LENGTH).build())
            .build();
    String text = "[-0.0000000000000001e+100]";
    try (JsonParser parser =
        jackson.createParser(ObjectReadContext.empty(), text.getBytes(UTF_8))) {
      parser.nextToken();
      parser.nextToken();
      assertThat(parser.getDoubleValue()).isEqualTo(-1e84);
    }

    assertThat(scanned(text)).isEqualTo(NOT_ACCEPTED);
  }

  @Test
  void refusesAMarkOfByteOrder() {
    // RFC 8259 lets a parser ignore one; JSON.parse does not, and neither do we.
    assertThat(parsed("\ufeff[1]", JsonToken.START_ARRAY)).isEqualTo(1);
    assertThat(scanned("\ufeff[1]")).isEqualTo(NOT_ACCEPTED);
  }
}

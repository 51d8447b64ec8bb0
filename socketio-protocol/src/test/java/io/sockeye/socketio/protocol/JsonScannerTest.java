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
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the scanner finds in an array. */
class JsonScannerTest {
  private static String[] parts(JsonScanner scanner, String text) throws PacketFormatException {
    byte[] bytes = text.getBytes(UTF_8);
    scanner.array(bytes, 0, bytes.length);
    return new String[] {
      String.valueOf(scanner.size),
      text.substring(scanner.firstStart, scanner.firstEnd),
      scanner.secondStart < scanner.lastEnd
          ? text.substring(scanner.secondStart, scanner.lastEnd)
          : "",
      String.valueOf(scanner.firstEscaped)
    };
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '\'',
      value = {
        "[]|0|''|''|false",
        "' [ ] '|0|''|''|false",
        "[\"a\"]|1|\"a\"|''|false",
        "' [ \"a\" ] '|1|\"a\"|''|false",
        "[\"a\",1]|2|\"a\"|1|false",
        "'[ \"a\" , 1 , [2] ]'|3|\"a\"|1 , [2]|false",
        "[\"\\n\"]|1|\"\\n\"|''|true",
        "[\"a\",\"\\n\"]|2|\"a\"|\"\\n\"|false",
        "[{\"a\":[1,2]},{}]|2|{\"a\":[1,2]}|{}|false",
        "[[[]],[],[]]|3|[[]]|[],[]|false",
        "[-1.5e+3]|1|-1.5e+3|''|false",
        "[null,true,false]|3|null|true,false|false"
      })
  void findsElements(String text, String size, String first, String rest, String escaped)
      throws PacketFormatException {
    assertThat(parts(new JsonScanner(DecoderLimits.DEFAULTS), text))
        .containsExactly(size, first, rest, escaped);
  }

  @Test
  void forgetsWhatItFoundBefore() throws PacketFormatException {
    JsonScanner scanner = new JsonScanner(DecoderLimits.DEFAULTS);
    parts(scanner, "[\"\\n\",2,3]");
    assertThatThrownBy(() -> parts(scanner, "[\"\\n\",2,3"))
        .isInstanceOf(PacketFormatException.class);

    assertThat(parts(scanner, "[]")).containsExactly("0", "", "", "false");
    assertThat(parts(scanner, "[\"a\"]")).containsExactly("1", "\"a\"", "", "false");
  }

  @Test
  void saysWhereItStopped() {
    JsonScanner scanner = new JsonScanner(new DecoderLimits(1, 1, 2, 3, 1, 1));

    assertThatThrownBy(() -> parts(scanner, "[1,x]")).hasMessage("JSON at 3: malformed");
    assertThatThrownBy(() -> parts(scanner, "[1,"))
        .hasMessage("JSON: ends at 3 before it is complete");
    assertThatThrownBy(() -> parts(scanner, "[[[]]]")).hasMessage("JSON at 2: deeper than 2");
    assertThatThrownBy(() -> parts(scanner, "[1234]"))
        .hasMessage("JSON number at 1: longer than 3");
    assertThatThrownBy(() -> parts(scanner, "{}"))
        .hasMessage("payload at 0 (expected: a JSON array)");
  }
}

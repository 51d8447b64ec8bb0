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

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JsonTextTest {
  private static String quoted(String text) {
    StringBuilder json = new StringBuilder();
    JsonText.appendQuoted(json, text);
    return json.toString();
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          plain                         | hello            | "hello"
          empty                         | ``               | ""
          a quote                       | a"b              | "a\\"b"
          a backslash                   | a\\b             | "a\\\\b"
          a solidus stays               | a/b              | "a/b"
          an apostrophe stays           | a'b              | "a'b"
          a newline                     | `\n`             | "\\n"
          a carriage return             | `\r`             | "\\r"
          a tabulator                   | `\t`             | "\\t"
          a backspace                   | `\b`             | "\\u0008"
          a form feed                   | `\f`             | "\\u000c"
          the first control character   | `\u0000`         | "\\u0000"
          the last control character    | `\u001f`         | "\\u001f"
          a space stays                 | ` `              | " "
          DEL stays                     | `\u007f`         | "\u007f"
          not ASCII stays               | é€               | "é€"
          a pair stays                  | 𐍈               | "𐍈"
          two pairs stay                | 𐍈😀             | "𐍈😀"
          a high surrogate alone        | \ud800           | "\\ud800"
          a low surrogate alone         | \udfff           | "\\udfff"
          a high one before a letter    | \ud800a          | "\\ud800a"
          a low one after a letter      | a\udc00          | "a\\udc00"
          the wrong order               | \udc00\ud800     | "\\udc00\\ud800"
          a high one before a pair      | \ud800\ud800\udf48 | "\\ud800\ud800\udf48"
          a low one after a pair        | \ud800\udf48\udf48 | "\ud800\udf48\\udf48"
          """)
  void aStringIsQuotedAndEscapedAsJson(String rule, String text, String json) {
    assertThat(quoted(text)).isEqualTo(json);
  }

  @Test
  void lineSeparatorsStay() {
    assertThat(quoted("\u2028\u2029")).isEqualTo("\"\u2028\u2029\"");
  }

  @Test
  void everyControlCharacterIsEscaped() {
    for (char c = 0; c < 0x20; c++) {
      assertThat(quoted(String.valueOf(c))).as("U+%04X", (int) c).startsWith("\"\\").isASCII();
    }
  }

  @Test
  void aUnicodeEscapeHasFourDigits() {
    StringBuilder json = new StringBuilder("x");
    JsonText.appendUnicode(json, '<');
    JsonText.appendUnicode(json, '\uabcd');

    assertThat(json).hasToString("x\\u003c\\uabcd");
  }
}

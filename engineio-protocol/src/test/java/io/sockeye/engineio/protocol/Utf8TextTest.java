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

import static io.sockeye.engineio.protocol.Wire.hex;
import static io.sockeye.engineio.protocol.Wire.toHex;
import static io.sockeye.engineio.protocol.Wire.utf8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class Utf8TextTest {
  @ParameterizedTest
  @CsvSource({
    "'',     '',               0",
    "a,      61,               1",
    "hello,  68656c6c6f,       5",
    "é,      c3a9,             1",
    "€,      e282ac,           1",
    "𐍈,      f0908d88,         2",
    "4€𐍈,    34e282acf0908d88, 4",
    "'\u0000', 00,             1",
    "'\u007f', 7f,             1",
    "'\u0080', c280,           1",
    "'\u07ff', dfbf,           1",
    "'\u0800', e0a080,         1",
    "'\uffff', efbfbf,         1",
  })
  void aTextIsItsUtf8BytesAndCountsUtf16Units(String string, String bytes, int units) {
    Utf8Text text = Utf8Text.of(string);
    Utf8Text wrapped = Utf8Text.wrap(hex(bytes), 0, bytes.length() / 2);

    assertThat(toHex(text.array())).isEqualTo(bytes);
    assertThat(text.offset()).isZero();
    assertThat(text.length()).isEqualTo(bytes.length() / 2);
    assertThat(text.isEmpty()).isEqualTo(bytes.isEmpty());
    assertThat(text.utf16Length()).isEqualTo(units).isEqualTo(string.length());
    assertThat(text).hasToString(string);
    assertThat(wrapped).isEqualTo(text).hasSameHashCodeAs(text).hasToString(string);
    assertThat(wrapped.utf16Length()).isEqualTo(units);
  }

  @Test
  void theLastCodePointIsAPair() {
    assertThat(Utf8Text.wrap(hex("f48fbfbf"), 0, 4).utf16Length()).isEqualTo(2);
  }

  @Test
  void aTextMayBeAPartOfAnArray() {
    byte[] array = utf8("xx€𐍈xx");
    Utf8Text text = Utf8Text.wrap(array, 2, 7);

    assertThat(text.array()).isSameAs(array);
    assertThat(text.offset()).isEqualTo(2);
    assertThat(text.length()).isEqualTo(7);
    assertThat(text.utf16Length()).isEqualTo(3);
    assertThat(text).hasToString("€𐍈").isEqualTo(Utf8Text.of("€𐍈"));
    assertThat(text).hasSameHashCodeAs(Utf8Text.of("€𐍈"));
  }

  @ParameterizedTest
  @CsvSource({"-1, 1", "0, -1", "0, 4", "4, 0", "3, 1", "2147483647, 1", "1, 2147483647"})
  void aRangeOutsideTheArrayIsRefused(int offset, int length) {
    assertThatExceptionOfType(IndexOutOfBoundsException.class)
        .isThrownBy(() -> Utf8Text.wrap(new byte[3], offset, length));
  }

  @ParameterizedTest
  @CsvSource({"a, b", "a, ''", "a, aa", "aa, a", "é, e", "a, A"})
  void textsWithOtherBytesAreNotEqual(String one, String other) {
    assertThat(Utf8Text.of(one)).isNotEqualTo(Utf8Text.of(other));
  }

  @Test
  void aTextIsNotAString() {
    assertThat(Utf8Text.of("a")).isNotEqualTo("a").isNotEqualTo(null);
  }

  @Test
  void theEmptyTextIsEmpty() {
    assertThat(Utf8Text.EMPTY).isEqualTo(Utf8Text.of("")).hasToString("");
    assertThat(Utf8Text.EMPTY.isEmpty()).isTrue();
    assertThat(Utf8Text.EMPTY.utf16Length()).isZero();
  }

  @Test
  void theStringIsMadeOnce() {
    Utf8Text text = Utf8Text.wrap(utf8("hello"), 0, 5);

    assertThat(text.toString()).isSameAs(text.toString());
  }

  @ParameterizedTest
  @CsvSource({"'\ud800', ?", "'\udc00', ?", "'a\ud800b', a?b", "'\udc00\ud800', ??"})
  void aLoneSurrogateIsAQuestionMarkInTheBytesAndInTheString(String string, String expected) {
    Utf8Text text = Utf8Text.of(string);

    assertThat(text.array()).isEqualTo(utf8(expected));
    assertThat(text).hasToString(expected);
  }

  @Test
  void equalTextsHaveEqualHashesWhereverTheyStand() {
    for (int offset = 0; offset <= 9; offset++) {
      byte[] array = new byte[20];
      Arrays.fill(array, (byte) offset);
      System.arraycopy(utf8("hello"), 0, array, offset, 5);

      assertThat(Utf8Text.wrap(array, offset, 5))
          .isEqualTo(Utf8Text.of("hello"))
          .hasSameHashCodeAs(Utf8Text.of("hello"));
    }
  }
}

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
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class Utf8Test {
  private static boolean isValid(byte[] bytes) {
    return Utf8.isValid(bytes, 0, bytes.length);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "00",
        "7f",
        "c280",
        "dfbf",
        "e0a080",
        "ed9fbf",
        "ee8080",
        "efbfbd",
        "efbfbf",
        "f0908080",
        "f48fbfbf",
        "34 e282ac f0908d88"
      })
  void theFirstAndLastOfEachLengthAreValid(String bytes) {
    assertThat(isValid(hex(bytes))).isTrue();
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          a continuation alone         | 80
          the last continuation        | bf
          overlong, two bytes          | c080
          overlong, two bytes, last    | c1bf
          overlong, three bytes        | e080af
          overlong, three bytes, last  | e09fbf
          overlong, four bytes         | f0808080
          overlong, four bytes, last   | f08fbfbf
          the first surrogate          | eda080
          the last surrogate           | edbfbf
          a pair of surrogates         | eda080edb080
          above U+10FFFF               | f4908080
          a lead byte that never is    | f5808080
          five bytes                   | f888808080
          six bytes                    | fc8480808080
          FE                           | fe
          FF                           | ff
          cut, two bytes               | c2
          cut, three bytes             | e282
          cut, four bytes              | f0908d
          lead instead of second       | c2c2
          ASCII instead of second      | c241
          ASCII instead of third       | e28241
          ASCII instead of fourth      | f0908d41
          lead instead of third        | e282c3
          one continuation too many    | e282ac80
          """)
  void anythingElseIsInvalid(String rule, String bytes) {
    assertThat(isValid(hex(bytes))).isFalse();
  }

  @Test
  void anInvalidByteIsFoundWhereverItStands() {
    for (int length = 1; length <= 40; length++) {
      for (int at = 0; at < length; at++) {
        byte[] text = new byte[length];
        Arrays.fill(text, (byte) 'a');
        text[at] = (byte) 0x80;

        assertThat(isValid(text)).as("0x80 at %d of %d", at, length).isFalse();
      }
    }
  }

  @Test
  void aCharacterIsFoundValidWhereverItStands() {
    for (int before = 0; before <= 20; before++) {
      for (int after = 0; after <= 20; after++) {
        byte[] text = utf8("a".repeat(before) + "𐍈" + "a".repeat(after));

        assertThat(isValid(text)).as("%d before, %d after", before, after).isTrue();
      }
    }
  }

  @Test
  void onlyTheRangeCounts() {
    byte[] bytes = hex("ff 6162 e282ac ff");

    assertThat(Utf8.isValid(bytes, 1, 5)).isTrue();
    assertThat(Utf8.isValid(bytes, 1, 4)).isFalse();
    assertThat(Utf8.isValid(bytes, 0, 6)).isFalse();
    assertThat(Utf8.isValid(bytes, 1, 6)).isFalse();
    assertThat(Utf8.isValid(bytes, 7, 0)).isTrue();
  }

  @ParameterizedTest
  @CsvSource({"-1, 1", "0, -1", "0, 4", "4, 0", "3, 1", "2147483647, 1", "1, 2147483647"})
  void aRangeOutsideTheArrayIsRefused(int offset, int length) {
    assertThatExceptionOfType(IndexOutOfBoundsException.class)
        .isThrownBy(() -> Utf8.isValid(new byte[3], offset, length));
  }

  @Test
  void everyCodePointButSurrogatesIsValid() {
    for (int codePoint = 0; codePoint <= Character.MAX_CODE_POINT; codePoint++) {
      if (codePoint < Character.MIN_SURROGATE || codePoint > Character.MAX_SURROGATE) {
        byte[] bytes = utf8(Character.toString(codePoint));
        if (!isValid(bytes)) {
          throw new AssertionError("U+" + Integer.toHexString(codePoint));
        }
      }
    }
  }

  @Test
  void theJdkAgreesOnEverySequenceOfUpToThreeBytesThatBeginsOutsideAscii() {
    for (int lead = 0x80; lead <= 0xFF; lead++) {
      checkAgainstJdk((byte) lead);
      for (int second = 0; second <= 0xFF; second++) {
        checkAgainstJdk((byte) lead, (byte) second);
        for (int third : new int[] {0x00, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0, 0xFF}) {
          checkAgainstJdk((byte) lead, (byte) second, (byte) third);
          checkAgainstJdk((byte) lead, (byte) second, (byte) third, (byte) 0x80);
        }
      }
    }
  }

  private static void checkAgainstJdk(byte... bytes) {
    boolean expected;
    try {
      UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
      expected = true;
    } catch (CharacterCodingException malformed) {
      expected = false;
    }
    if (isValid(bytes) != expected) {
      throw new AssertionError(toHex(bytes) + ": " + !expected + ", for the JDK " + expected);
    }
  }
}

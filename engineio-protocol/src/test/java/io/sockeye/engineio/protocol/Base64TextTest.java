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

import static io.sockeye.engineio.protocol.Wire.bytes;
import static io.sockeye.engineio.protocol.Wire.hex;
import static io.sockeye.engineio.protocol.Wire.outcome;
import static io.sockeye.engineio.protocol.Wire.toHex;
import static io.sockeye.engineio.protocol.Wire.utf8;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class Base64TextTest {
  private static String decoded(byte[] text, int offset, int length) {
    return outcome(() -> new EnginePacket.BinaryMessage(Base64Text.decode(text, offset, length)));
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          empty                    | ''       | bytes()
          one byte                 | AQ==     | bytes(01)
          two bytes                | AQI=     | bytes(0102)
          three bytes              | AQID     | bytes(010203)
          four bytes               | AQIDBA== | bytes(01020304)
          one byte, no padding     | AQ       | bytes(01)
          two bytes, no padding    | AQI      | bytes(0102)
          four bytes, no padding   | AQIDBA   | bytes(01020304)
          standard alphabet        | +/+/     | bytes(fbffbf)
          URL-safe alphabet        | -_-_     | bytes(fbffbf)
          both alphabets           | +_-/     | bytes(fbffbf)
          """)
  void bothAlphabetsAreReadWithOrWithoutPadding(String rule, String text, String packet) {
    assertThat(decoded(utf8(text), 0, text.length())).isEqualTo(packet);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          a line feed at the end   | 'AQID\n'       | bytes(010203)
          after the padding        | 'AQ==\n'       | bytes(01)
          without padding          | 'AQ\n'         | bytes(01)
          a line break inside      | 'AQID\r\nBA==' | bytes(01020304)
          a line feed alone        | '\n'           | bytes()
          not a full group         | 'AQID\nB'      | !INVALID_BASE64
          other white space        | 'AQID\tBA=='   | !INVALID_BASE64
          """)
  void lineBreaksAreSkipped(String rule, String text, String packet) {
    assertThat(decoded(utf8(text), 0, text.length())).isEqualTo(packet);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          one character            | A
          one character too many   | AQIDB
          padding alone            | =
          four times padding       | ====
          half of the padding      | AQ=
          too much padding         | AQID=
          too much padding         | AQI==
          too much padding         | AQ===
          padding in the middle    | AQ==AQ==
          padding before the end   | A=QI
          other characters         | !!!!
          one other character      | AQ!D
          a space                  | AQ ID
          a space at the end       | 'AQID '
          a NUL                    | 'AQI\u0000'
          not ASCII                | AQI€
          escaped                  | AQI%3D
          a data URL               | data:;base64,AQID
          """)
  void anythingElseIsRefused(String rule, String text) {
    byte[] bytes = utf8(text);

    assertThat(decoded(bytes, 0, bytes.length)).isEqualTo("!INVALID_BASE64");
  }

  @Test
  void onlyTheRangeIsRead() {
    assertThat(decoded(utf8("!!AQID!!"), 2, 4)).isEqualTo("bytes(010203)");
  }

  @Test
  void readingLeavesTheTextAlone() {
    byte[] text = utf8("-_-_");

    assertThat(decoded(text, 0, 4)).isEqualTo("bytes(fbffbf)");
    assertThat(text).isEqualTo(utf8("-_-_"));
  }

  @ParameterizedTest
  @CsvSource({
    "'',       ''",
    "01,       AQ==",
    "0102,     AQI=",
    "010203,   AQID",
    "01020304, AQIDBA==",
    "fbffbf,   +/+/",
  })
  void writingIsPaddedAndOfTheStandardAlphabet(String bytes, String text) {
    assertThat(new String(Base64Text.encode(bytes(bytes).data()), US_ASCII)).isEqualTo(text);
  }

  @Test
  void writingTakesWhatRemainsAndLeavesThePositionAlone() {
    ByteBuffer data = ByteBuffer.allocateDirect(5).put(hex("ff010203ff")).position(1).limit(4);

    assertThat(new String(Base64Text.encode(data), US_ASCII)).isEqualTo("AQID");
    assertThat(toHex(data)).isEqualTo("010203");
  }
}

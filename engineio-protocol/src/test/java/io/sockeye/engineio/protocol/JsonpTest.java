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
import static io.sockeye.engineio.protocol.Wire.bytes;
import static io.sockeye.engineio.protocol.Wire.hex;
import static io.sockeye.engineio.protocol.Wire.message;
import static io.sockeye.engineio.protocol.Wire.outcome;
import static io.sockeye.engineio.protocol.Wire.utf8;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.sockeye.engineio.protocol.EngineProtocolException.Reason;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonpTest {
  private static final int MAX_PACKETS = 16;

  // ---- the index ----

  @ParameterizedTest
  @ValueSource(strings = {"0", "7", "42", "007", "123456789", "999999999"})
  void anIndexIsOneToNineDigits(String index) {
    assertThat(Jsonp.isValidIndex(index)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "1234567890",
        "-1",
        "+1",
        "1.0",
        "1e1",
        "0x1",
        "a",
        " 1",
        "1 ",
        "1\n",
        "alert(1)",
        "1](alert)//",
        "/",
        ":",
        "１",
        "٢"
      })
  void e59AnythingElseIsNoIndex(String index) {
    assertThat(Jsonp.isValidIndex(index)).isFalse();
  }

  // ---- answers ----

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          E59 the wrapper           | 6:4hello            | ___eio[0]("6:4hello");
          empty                     | ''                  | ___eio[0]("");
          the separator of v4       | 4a\u001e4b          | ___eio[0]("4a\\u001e4b");
          quotes                    | 4"a"                | ___eio[0]("4\\"a\\"");
          an apostrophe             | "4'"                | ___eio[0]("\\"4'\\"");
          a backslash               | 4\\                 | ___eio[0]("4\\\\");
          an escape as text         | 4\\n                | ___eio[0]("4\\\\n");
          a newline                 | '4\n'               | ___eio[0]("4\\n");
          a carriage return         | '4\r'               | ___eio[0]("4\\r");
          a control character       | '4\u0001'           | ___eio[0]("4\\u0001");
          the end of a script       | 4</script>          | ___eio[0]("4\\u003c/script>");
          the start of a comment    | 4<!--               | ___eio[0]("4\\u003c!--");
          another tag               | 4<b>                | ___eio[0]("4<b>");
          < at the end              | 4<                  | ___eio[0]("4<");
          < twice                   | 4<</                | ___eio[0]("4<\\u003c/");
          not ASCII                 | 4:4€𐍈              | ___eio[0]("4:4€𐍈");
          """)
  void anAnswerIsAScriptThatHandsAStringToTheCallback(String rule, String payload, String script) {
    assertThat(new String(Jsonp.wrap("0", utf8(payload)), UTF_8)).isEqualTo(script);
  }

  @Test
  void e59LineSeparatorsAreEscaped() {
    assertThat(new String(Jsonp.wrap("0", hex("34 e280a8 e280a9 e280aa")), UTF_8))
        .isEqualTo("___eio[0](\"4\\u2028\\u2029\u202a\");");
  }

  @Test
  void theIndexIsThatOfTheRequest() {
    assertThat(new String(Jsonp.wrap("123456789", utf8("1:6")), UTF_8))
        .isEqualTo("___eio[123456789](\"1:6\");");
  }

  @Test
  void e62BytesAreBase64() {
    EncodedPayload payload =
        PayloadCodec.encode(V3, List.of(message("hello"), bytes("01020304")), true);

    assertThat(new String(Jsonp.wrap("3", payload.body()), UTF_8))
        .isEqualTo("___eio[3](\"6:4hello10:b4AQIDBA==\");");
  }

  // ---- requests ----

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          as it is                     | d=6:4hello                     | 6:4hello
          E47 escaped                  | d=6%3A4hello                   | 6:4hello
          hexadecimal in both cases    | d=2%3a4%3A                     | 2:4:
          empty                        | d=                             | ''
          E60 a newline                | d=4%3A4a%5Cnb                  | '4:4a\nb'
          E60 a backslash and an n     | d=5%3A4a%5C%5Cnb               | 5:4a\\nb
          a backslash before that      | d=6%3A4a%5C%5C%5Cnb            | 6:4a\\\\nb
          four backslashes             | d=%5C%5C%5C%5Cn                | \\\\\\n
          another escape stays         | d=%5Ct%5C%5Ct                  | \\t\\\\t
          backslashes at the end       | d=a%5C%5C                      | a\\\\
          the same as they are         | d=a\\\\                        | a\\\\
          one backslash at the end     | d=a\\                          | a\\
          a newline at the end         | d=a%5Cn                        | 'a\n'
          a newline that was escaped   | d=a%0Ab                        | 'a\nb'
          not escaped backslashes      | d=a\\nb\\\\n                   | 'a\nb\\n'
          E61 + is a space             | d=4:4a+b                       | 4:4a b
          E61 %2B is a plus            | d=4:4a%2Bb                     | 4:4a+b
          E61 %2b is a plus            | d=4:4a%2bb                     | 4:4a+b
          %25 is a percent sign        | d=5:4%252B                     | 5:4%2B
          base64, escaped              | d=10%3Ab4%2B%2F8%3D            | 10:b4+/8=
          base64, as it is             | d=10:b4AQIDBA==                | 10:b4AQIDBA==
          %26 is not a delimiter       | d=4:4a%26b                     | 4:4a&b
          UTF-8, escaped               | d=4%3A4%E2%82%AC%F0%90%8D%88   | 4:4€𐍈
          UTF-8, as it is              | d=4:4€𐍈                       | 4:4€𐍈
          the separator of v4          | d=4a%1E4b                      | 4a\u001e4b
          another field before         | j=0&d=1:2                      | 1:2
          another field after          | d=1:2&j=0                      | 1:2
          an empty field               | &d=1:2&&                       | 1:2
          a longer name                | dd=1:3&xd=1:3&d=1:2            | 1:2
          a field without a value      | d&d=1:2                        | 1:2
          """)
  void thePayloadOfARequestIsTheFieldD(String rule, String form, String payload) throws Exception {
    assertThat(new String(Jsonp.unwrapForm(utf8(form)), UTF_8)).isEqualTo(payload);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          an empty body         | ''
          another field         | x=1:2
          no value              | d
          another case          | D=1:2
          the payload alone     | 1:2
          a longer name         | dd=1:2
          two fields            | d=1:2&d=1:2
          two empty fields      | d=&d=
          % at the end          | d=1:2%
          one digit             | d=1:2%4
          no digits             | d=%zz
          half a digit          | d=%4g
          a sign instead        | d=%+1
          minus zero            | d=%-0
          a space               | d=% 1
          digits that are wide  | d=%４１
          UTF-16                | d=%u0041
          cut by the delimiter  | d=%4&x=1
          """)
  void aFormWithoutExactlyOneWellEncodedFieldDIsRefused(String rule, String form) {
    assertThatExceptionOfType(EngineProtocolException.class)
        .isThrownBy(() -> Jsonp.unwrapForm(utf8(form)))
        .extracting(EngineProtocolException::reason)
        .isEqualTo(Reason.INVALID_FORM);
  }

  @ParameterizedTest
  @ValueSource(strings = {"643d 34ff", "643d 34 254646", "643d 34 254532 253832"})
  void aPayloadThatIsNotUtf8IsRefusedHoweverItIsEscaped(String form) throws Exception {
    byte[] payload = Jsonp.unwrapForm(hex(form));

    assertThat(outcome(PayloadCodec.decodeText(V4, payload, MAX_PACKETS)))
        .isEqualTo("!INVALID_UTF8");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          d=4%3A4a%5Cnb                  | 'message(a\nb)'
          d=5%3A4a%5C%5Cnb               | 'message(a\\nb)'
          d=6%3A4a%5Cnb                  | !INVALID_LENGTH
          d=10%3Ab4AQIDBA%3D%3D          | bytes(01020304)
          d=                             | !INVALID_LENGTH
          """)
  void e60LengthsCountTheUnescapedText(String form, String packets) throws Exception {
    byte[] payload = Jsonp.unwrapForm(utf8(form));

    assertThat(outcome(PayloadCodec.decodeText(V3, payload, MAX_PACKETS))).isEqualTo(packets);
  }
}

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

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sockeye.engineio.protocol.EngineProtocolException.Reason;
import java.util.Arrays;
import java.util.HexFormat;

/** Polling by script tags: answers are JavaScript, requests are forms with one field {@code d}. */
public final class Jsonp {
  private static final int MAX_INDEX_DIGITS = 9;

  private Jsonp() {}

  /** Returns whether a query parameter {@code j} is the index of a callback: 1 to 9 digits. */
  public static boolean isValidIndex(String index) {
    if (index.isEmpty() || index.length() > MAX_INDEX_DIGITS) {
      return false;
    }
    for (int i = 0; i < index.length(); i++) {
      if (index.charAt(i) < '0' || index.charAt(i) > '9') {
        return false;
      }
    }
    return true;
  }

  /**
   * Returns the script that hands a text payload to its callback. Beyond what JSON escapes, it
   * escapes what ends a line in older JavaScript (U+2028, U+2029) and what could end the script or
   * begin a comment in HTML.
   *
   * @param index a {@linkplain #isValidIndex valid} index
   * @param payload a text payload, in UTF-8
   */
  public static byte[] wrap(String index, byte[] payload) {
    StringBuilder quoted = new StringBuilder(payload.length + 16);
    JsonText.appendQuoted(quoted, new String(payload, UTF_8));
    StringBuilder script = new StringBuilder(quoted.length() + 32);
    script.append("___eio[").append(index).append("](");
    for (int i = 0; i < quoted.length(); i++) {
      char c = quoted.charAt(i);
      boolean tag =
          c == '<'
              && i + 1 < quoted.length()
              && (quoted.charAt(i + 1) == '/' || quoted.charAt(i + 1) == '!');
      if (tag || c == '\u2028' || c == '\u2029') {
        JsonText.appendUnicode(script, c);
      } else {
        script.append(c);
      }
    }
    return script.append(");").toString().getBytes(UTF_8);
  }

  /**
   * Returns the payload of a form body. Clients write a newline as a backslash and an {@code n},
   * and double a backslash before an {@code n} that was there before. Whether it is UTF-8 shows
   * when the payload is read, as with any other body.
   *
   * @throws EngineProtocolException unless there is exactly one field {@code d}, well encoded
   */
  public static byte[] unwrapForm(byte[] formBody) throws EngineProtocolException {
    byte[] value = null;
    int from = 0;
    while (from <= formBody.length) {
      int to = from;
      while (to < formBody.length && formBody[to] != '&') {
        to++;
      }
      if (to - from >= 2 && formBody[from] == 'd' && formBody[from + 1] == '=') {
        if (value != null) {
          throw invalid("two fields \"d\"");
        }
        value = Arrays.copyOfRange(formBody, from + 2, to);
      }
      from = to + 1;
    }
    if (value == null) {
      throw invalid("no field \"d\"");
    }
    int length = unescapeForm(value);
    length = unescapeNewlines(value, length);
    return Arrays.copyOf(value, length);
  }

  /** Undoes a form's escapes in place, and returns how many bytes are left. */
  private static int unescapeForm(byte[] value) throws EngineProtocolException {
    int length = 0;
    int i = 0;
    while (i < value.length) {
      byte b = value[i++];
      if (b == '+') {
        b = ' ';
      } else if (b == '%') {
        if (i + 2 > value.length
            || !HexFormat.isHexDigit(value[i])
            || !HexFormat.isHexDigit(value[i + 1])) {
          throw invalid("malformed percent escape");
        }
        b = (byte) (HexFormat.fromHexDigit(value[i]) << 4 | HexFormat.fromHexDigit(value[i + 1]));
        i += 2;
      }
      value[length++] = b;
    }
    return length;
  }

  /** Undoes a client's escapes in place, and returns how many bytes are left. */
  private static int unescapeNewlines(byte[] text, int textLength) {
    int length = 0;
    int i = 0;
    while (i < textLength) {
      byte b = text[i++];
      if (b == '\\' && i < textLength) {
        if (text[i] == 'n') {
          b = '\n';
          i++;
        } else if (text[i] == '\\' && i + 1 < textLength && text[i + 1] == 'n') {
          i++; // of the two backslashes one stays, and the n
        }
      }
      text[length++] = b;
    }
    return length;
  }

  private static EngineProtocolException invalid(String what) {
    return new EngineProtocolException(Reason.INVALID_FORM, "form: " + what);
  }
}

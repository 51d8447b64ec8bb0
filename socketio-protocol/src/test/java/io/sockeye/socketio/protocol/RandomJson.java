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

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Values, JSON texts and mutations of texts by chance; the same for the same seed. */
final class RandomJson {
  private static final String[] CHARACTERS = {
    "a", "Z", "0", " ", "/", "-", ",", ":", "[", "{", "\u007f", "é", "€", "😀", "\u2028", "\uffff"
  };
  private static final String[] ESCAPES = {
    "\\\"",
    "\\\\",
    "\\/",
    "\\b",
    "\\f",
    "\\n",
    "\\r",
    "\\t",
    "\\u0000",
    "\\u00e9",
    "\\uD83D\\uDE00",
    "\\ud83d",
    "\\uDE00",
    "\\u20AC"
  };
  private static final String[] NUMBERS = {
    "0",
    "-0",
    "1",
    "-1",
    "10",
    "2147483648",
    "9007199254740993",
    "123456789012345678901",
    "0.5",
    "-0.0",
    "1e5",
    "1E+5",
    "1.5e-5",
    "1e400",
    "1e-400",
    "1e999999999",
    "1234567890.1234567890"
  };
  private static final String[] SPACES = {"", "", "", "", " ", "\n", "\t\r", "  "};
  // What mutations put in: whatever means something in JSON or in a packet, and what does not.
  private static final String[] PIECES = {
    "[",
    "]",
    "{",
    "}",
    ",",
    ":",
    "\"",
    "\\",
    "/",
    "-",
    "+",
    ".",
    "0",
    "1",
    "9",
    "e",
    "E",
    "u",
    "t",
    "f",
    "n",
    "true",
    "false",
    "null",
    "tru",
    "NaN",
    "Infinity",
    "01",
    "1.",
    ".5",
    "-",
    "1e",
    "\\u",
    "\\u12",
    "\\ud800",
    "\\udc00",
    "'",
    "//",
    "/*",
    "*/",
    "#",
    " ",
    "\n",
    "\f",
    "\0",
    "\u001f",
    "é",
    "\u00a0",
    "\ufeff",
    "[[",
    "]]",
    "\"\"",
    "{}",
    "[]",
    "\"a\":",
    "_placeholder",
    "\"num\":0"
  };

  private final Random random;

  RandomJson(long seed) {
    random = new Random(seed);
  }

  int below(int bound) {
    return random.nextInt(bound);
  }

  <T> T any(T[] from) {
    return from[random.nextInt(from.length)];
  }

  /** Returns a JSON text, most often of an array, with white space. */
  String text() {
    return below(20) == 0 ? space() + element(4) + space() : space() + array(5) + space();
  }

  private String space() {
    return any(SPACES);
  }

  String element(int depth) {
    return switch (below(depth > 0 ? 8 : 6)) {
      case 0 -> any(NUMBERS);
      case 1 -> String.valueOf(random.nextInt());
      case 2 -> String.valueOf(random.nextGaussian());
      case 3 -> any(new String[] {"true", "false", "null"});
      case 4, 5 -> string();
      case 6 -> array(depth - 1);
      default -> object(depth - 1);
    };
  }

  String string() {
    StringBuilder text = new StringBuilder("\"");
    for (int i = below(6); i > 0; i--) {
      text.append(below(3) == 0 ? any(ESCAPES) : any(CHARACTERS));
    }
    return text.append('"').toString();
  }

  private String array(int depth) {
    StringBuilder text = new StringBuilder("[").append(space());
    for (int i = 0, size = below(5); i < size; i++) {
      text.append(i == 0 ? "" : ",").append(space()).append(element(depth)).append(space());
    }
    return text.append(']').toString();
  }

  String object(int depth) {
    StringBuilder text = new StringBuilder("{").append(space());
    for (int i = 0, size = below(4); i < size; i++) {
      text.append(i == 0 ? "" : ",").append(space()).append(string()).append(space());
      text.append(':').append(space()).append(element(depth)).append(space());
    }
    return text.append('}').toString();
  }

  /** Returns a text with a few changes. */
  String mutated(String original) {
    StringBuilder text = new StringBuilder(original);
    for (int i = 1 + below(3); i > 0; i--) {
      int at = below(text.length() + 1);
      int to = Math.min(text.length(), at + 1 + below(4));
      switch (below(6)) {
        case 0 -> text.delete(at, to);
        case 1 -> text.replace(at, to, any(PIECES));
        case 2 -> text.insert(below(text.length() + 1), text.substring(at, to));
        case 3 -> text.setLength(at);
        default -> text.insert(at, any(PIECES));
      }
    }
    return text.toString();
  }

  /** Returns pieces in a row. */
  String pieces() {
    StringBuilder text = new StringBuilder();
    for (int i = below(12); i > 0; i--) {
      text.append(any(PIECES));
    }
    return text.toString();
  }

  /** Returns a tree of Java values, without lone surrogates and what JSON does not have. */
  Object value(int depth) {
    return switch (below(depth > 0 ? 12 : 9)) {
      case 0 -> null;
      case 1 -> random.nextBoolean();
      case 2 -> random.nextInt();
      case 3 -> random.nextLong();
      case 4 -> Double.longBitsToDouble(random.nextLong() & ~(1L << 62));
      case 5 -> new BigInteger(200, random);
      case 6 -> new BigDecimal(new BigInteger(80, random), below(100) - 50);
      case 7, 8 -> characters();
      case 9 -> list(depth - 1).toArray();
      case 10 -> list(depth - 1);
      default -> {
        Map<String, Object> map = new LinkedHashMap<>();
        for (int i = below(5); i > 0; i--) {
          map.put(characters(), value(depth - 1));
        }
        yield map;
      }
    };
  }

  private List<Object> list(int depth) {
    List<Object> list = new ArrayList<>();
    for (int i = below(5); i > 0; i--) {
      list.add(value(depth));
    }
    return list;
  }

  private String characters() {
    StringBuilder text = new StringBuilder();
    for (int i = below(20); i > 0; i--) {
      int point =
          switch (below(4)) {
            case 0 -> below(0x20);
            case 1 -> below(0x10000);
            case 2 -> 0x10000 + below(0x100000);
            default -> 0x20 + below(0x60);
          };
      boolean isSurrogate = point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE;
      text.appendCodePoint(isSurrogate ? 'x' : point);
    }
    return text.toString();
  }
}

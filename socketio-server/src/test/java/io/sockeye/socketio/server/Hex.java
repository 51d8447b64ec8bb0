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
package io.sockeye.socketio.server;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Hexadecimal digits, in which text in quotes stands for its bytes and spaces for nothing. */
final class Hex {
  private static final Pattern QUOTED = Pattern.compile("'([^']*)'");

  private Hex() {}

  static byte[] bytes(String wire) {
    Matcher quoted = QUOTED.matcher(wire);
    String hex = quoted.replaceAll(text -> HexFormat.of().formatHex(text.group(1).getBytes(UTF_8)));
    return HexFormat.of().parseHex(hex.replaceAll("\\s", ""));
  }

  static String hex(String wire) {
    return HexFormat.of().formatHex(bytes(wire));
  }
}

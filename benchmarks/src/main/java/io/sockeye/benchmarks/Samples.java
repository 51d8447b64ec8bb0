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
package io.sockeye.benchmarks;

import io.sockeye.engineio.protocol.Utf8Text;
import java.util.Random;

/** What benchmarks and load send. */
final class Samples {
  private Samples() {}

  /** A Socket.IO packet as short as they usually are. */
  static Utf8Text echo() {
    return Utf8Text.of("21[\"echo\",\"hello\"]");
  }

  /** Returns bytes that are the same each time, and no text. */
  static byte[] bytes(int length) {
    byte[] bytes = new byte[length];
    new Random(length).nextBytes(bytes);
    return bytes;
  }

  /**
   * Returns a JSON object of nearly that many bytes, as applications send them: a few members of
   * each kind, and a list of records.
   */
  static String json(int length) {
    StringBuilder json = new StringBuilder(length);
    json.append("{\"id\":123456,\"room\":\"general\",\"at\":1712345678901,\"ok\":true,")
        .append("\"none\":null,\"note\":\"caf\u00e9 \\\"quoted\\\"\",\"items\":[");
    for (int i = 0; ; i++) {
      String item =
          (i == 0 ? "" : ",")
              + ("{\"n\":" + i + ",\"price\":" + (i * 3.25 + 0.5) + ",\"tags\":[\"a\",\"b\"],")
              + "\"title\":\"an item of the list\"}";
      if (json.length() + item.length() + 2 > length) {
        break;
      }
      json.append(item);
    }
    return json.append("]}").toString();
  }
}

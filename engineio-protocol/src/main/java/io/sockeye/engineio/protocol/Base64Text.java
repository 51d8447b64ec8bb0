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

import java.nio.ByteBuffer;
import java.util.Base64;

/**
 * Base64 as it travels in text packets. Reading takes the standard and the URL-safe alphabet, with
 * or without padding, as clients in use send both, and skips line breaks, which the official Java
 * client puts after every 76 characters and at the end; anything else is refused.
 */
final class Base64Text {
  private Base64Text() {}

  static ByteBuffer decode(byte[] array, int offset, int length) throws EngineProtocolException {
    byte[] text = new byte[length];
    int end = 0;
    for (int i = 0; i < length; i++) {
      byte c = array[offset + i];
      if (c != '\n' && c != '\r') {
        text[end++] = c == '-' ? (byte) '+' : c == '_' ? (byte) '/' : c;
      }
    }
    try {
      return Base64.getDecoder().decode(ByteBuffer.wrap(text, 0, end));
    } catch (IllegalArgumentException malformed) {
      throw new EngineProtocolException(
          EngineProtocolException.Reason.INVALID_BASE64,
          "binary packet: " + length + " characters that are not base64");
    }
  }

  static byte[] encode(ByteBuffer data) {
    ByteBuffer encoded = Base64.getEncoder().encode(data.duplicate());
    byte[] bytes = new byte[encoded.remaining()];
    encoded.get(bytes);
    return bytes;
  }
}

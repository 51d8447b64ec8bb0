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
package io.sockeye.transport.netty;

import io.netty.util.concurrent.FastThreadLocal;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.Locale;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;
import org.jspecify.annotations.Nullable;

/**
 * The extension permessage-deflate (RFC 7692) without context takeover in either direction: a
 * connection needs no compressor of its own, and a message compressed for one recipient is the same
 * for all.
 */
final class Deflate {
  /** What the server answers to an offer. */
  static final String ANSWER =
      "permessage-deflate; server_no_context_takeover; client_no_context_takeover";

  private static final byte[] TAIL = {0, 0, (byte) 0xFF, (byte) 0xFF};
  private static final FastThreadLocal<Deflater> DEFLATER =
      new FastThreadLocal<>() {
        @Override
        protected Deflater initialValue() {
          return new Deflater(Deflater.DEFAULT_COMPRESSION, true);
        }

        @Override
        protected void onRemoval(Deflater deflater) {
          deflater.end();
        }
      };
  private static final FastThreadLocal<Inflater> INFLATER =
      new FastThreadLocal<>() {
        @Override
        protected Inflater initialValue() {
          return new Inflater(true);
        }

        @Override
        protected void onRemoval(Inflater inflater) {
          inflater.end();
        }
      };

  private final int threshold;

  Deflate(int threshold) {
    this.threshold = threshold;
  }

  /**
   * Whether a client's Sec-WebSocket-Extensions offers the extension in a form that is kept here.
   */
  static boolean isOffered(@Nullable String extensions) {
    if (extensions == null) {
      return false;
    }
    for (String offer : extensions.toLowerCase(Locale.ROOT).split(",", 16)) {
      String[] parts = offer.split(";", 16);
      if (!parts[0].strip().equals("permessage-deflate")) {
        continue;
      }
      // A demand for a smaller window cannot be met with the JDK's compressor.
      boolean demandsWindow =
          Arrays.stream(parts).anyMatch(part -> part.strip().startsWith("server_max_window_bits"));
      if (!demandsWindow) {
        return true;
      }
    }
    return false;
  }

  boolean applies(int length) {
    return length >= threshold;
  }

  static byte[] deflate(byte[] array, int offset, int length) {
    Deflater deflater = DEFLATER.get();
    deflater.reset();
    deflater.setInput(array, offset, length);
    ByteArrayOutputStream out = new ByteArrayOutputStream(Math.max(64, length / 4));
    byte[] chunk = new byte[Math.min(8192, Math.max(64, length))];
    int n;
    while ((n = deflater.deflate(chunk, 0, chunk.length, Deflater.SYNC_FLUSH)) > 0) {
      out.write(chunk, 0, n);
    }
    byte[] bytes = out.toByteArray();
    return Arrays.copyOf(bytes, bytes.length - TAIL.length);
  }

  /** Inflates a message; null if it would be over the limit. Holds at most the limit. */
  static byte @Nullable [] inflate(byte[] message, int maxBytes) throws DataFormatException {
    Inflater inflater = INFLATER.get();
    inflater.reset();
    ByteArrayOutputStream out = new ByteArrayOutputStream(Math.min(maxBytes, message.length * 2));
    byte[] chunk = new byte[8192];
    for (byte[] input : new byte[][] {message, TAIL}) {
      inflater.setInput(input);
      while (!inflater.needsInput() && !inflater.finished()) {
        int n = inflater.inflate(chunk);
        if (out.size() + n > maxBytes) {
          return null;
        }
        out.write(chunk, 0, n);
        if (n == 0 && inflater.needsDictionary()) {
          throw new DataFormatException("needs a dictionary");
        }
      }
    }
    return out.toByteArray();
  }
}

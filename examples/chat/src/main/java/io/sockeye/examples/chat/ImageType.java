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
package io.sockeye.examples.chat;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** Tells the type of a picture by how its bytes begin, whatever its sender says that it is. */
final class ImageType {
  private ImageType() {}

  /** Returns the media type of a picture that browsers show; null for anything else. */
  static @Nullable String of(ByteBuffer picture) {
    byte[] start = new byte[Math.min(12, picture.remaining())];
    picture.duplicate().get(start);
    String magic = new String(start, ISO_8859_1);
    if (magic.startsWith("\u0089PNG\r\n\u001a\n")) {
      return "image/png";
    }
    if (magic.startsWith("\u00ff\u00d8\u00ff")) {
      return "image/jpeg";
    }
    if (magic.startsWith("GIF87a") || magic.startsWith("GIF89a")) {
      return "image/gif";
    }
    if (magic.startsWith("RIFF") && magic.startsWith("WEBP", 8)) {
      return "image/webp";
    }
    return null;
  }
}

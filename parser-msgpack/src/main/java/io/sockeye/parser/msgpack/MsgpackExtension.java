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
package io.sockeye.parser.msgpack;

import java.nio.ByteBuffer;

/**
 * A value of an extension type that an application or its client has made up. It passes as it is,
 * both ways.
 *
 * @param type which type, -128 to 127
 * @param data its bytes, read-only
 */
public record MsgpackExtension(int type, ByteBuffer data) {
  /**
   * Creates a value; the bytes are not copied and must not change any more.
   *
   * @throws IllegalArgumentException if the type is not one
   */
  public MsgpackExtension {
    if (type < Byte.MIN_VALUE || type > Byte.MAX_VALUE) {
      throw new IllegalArgumentException("extension type: " + type + " (expected: -128 to 127)");
    }
    data = data.slice().asReadOnlyBuffer();
  }

  /** Returns the bytes as a view with a position of its own. */
  @Override
  public ByteBuffer data() {
    return data.duplicate();
  }
}

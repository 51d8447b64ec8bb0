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

import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A packet as it travels: a text, and after it as many binary messages as it has attachments; or
 * one binary message and no text. Shared by all recipients of a broadcast, and so read-only by
 * contract.
 *
 * @param text as many free bytes as the encoder was asked for, then the packet in UTF-8 to the end;
 *     null if the packet is binary altogether
 * @param attachments the binary messages: what follows the text, or the packet itself
 */
@SuppressWarnings("ArrayRecordComponent") // handed on, never compared
public record EncodedPacket(byte @Nullable [] text, List<ByteBuffer> attachments) {
  /**
   * Creates a packet.
   *
   * @throws IllegalArgumentException if there is neither a text nor a binary message
   */
  public EncodedPacket {
    if (text == null && attachments.isEmpty()) {
      throw new IllegalArgumentException("encoded packet: empty (expected: text or bytes)");
    }
  }

  /** Returns a packet that is one binary message; its bytes must not change any more. */
  public static EncodedPacket binary(ByteBuffer message) {
    return new EncodedPacket(null, List.of(message));
  }
}

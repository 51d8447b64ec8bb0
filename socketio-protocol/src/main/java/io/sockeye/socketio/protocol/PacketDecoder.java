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
import org.jspecify.annotations.Nullable;

/**
 * Reads the packets of one connection. It keeps state between a packet and its attachments, and is
 * used by one thread at a time. After an exception it is as new.
 */
public interface PacketDecoder {
  /**
   * Reads a text message.
   *
   * @param bytes valid UTF-8; the array is given up by the caller, because the packet may refer to
   *     it
   * @return the packet, or null if attachments have to come first
   * @throws PacketFormatException if it is not a packet, or attachments were due
   */
  @Nullable Packet text(byte[] bytes, int offset, int length) throws PacketFormatException;

  /**
   * Reads a binary message.
   *
   * @param data given up by the caller
   * @return the packet, or null if more attachments have to come first
   * @throws PacketFormatException if none was due, or the packet is not one
   */
  @Nullable Packet binary(ByteBuffer data) throws PacketFormatException;

  /** Returns the namespace of the packet whose attachments are due, or null. */
  @Nullable String pendingNamespace();

  /** Forgets a packet whose attachments are due. */
  void reset();
}

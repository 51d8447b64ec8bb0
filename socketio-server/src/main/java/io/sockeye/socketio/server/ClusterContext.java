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

import io.sockeye.engineio.server.internal.TimerWheel;
import io.sockeye.socketio.protocol.DecoderLimits;
import io.sockeye.socketio.protocol.PacketFormatException;
import io.sockeye.socketio.server.spi.ClusterBus;
import java.nio.ByteBuffer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link ClusterWire} works with. Safe for any thread.
 *
 * @param bus carries the messages; the outbox publishes on it
 * @param outbox sends, and keeps what cannot be sent yet
 * @param options the options
 * @param timers the server's timers
 * @param converter turns values into trees of maps, lists, strings, numbers, booleans and bytes
 * @param limits what a message may hold
 * @param counts counts what is worth it
 * @param refusals hears of messages that were not understood
 */
record ClusterContext(
    ClusterBus bus,
    ClusterOutbox outbox,
    ClusterOptions options,
    TimerWheel timers,
    UnaryOperator<Object> converter,
    DecoderLimits limits,
    ClusterCounts counts,
    ClusterRefusals refusals) {
  /** Reads what a message holds. */
  interface Reading<T> {
    /** Returns it; null if it says nothing to this process. */
    @Nullable T read(byte[] message) throws PacketFormatException;
  }

  /** Returns what a message holds; null also if it is refused, which is told. */
  <T> @Nullable T read(String channel, ByteBuffer message, Reading<T> reading) {
    if (!isAcceptable(message.remaining(), channel)) {
      return null;
    }
    byte[] bytes = new byte[message.remaining()];
    message.duplicate().get(bytes);
    try {
      return reading.read(bytes);
    } catch (PacketFormatException malformed) {
      refusals.malformed(channel, malformed.getMessage());
      return null;
    }
  }

  /** Returns whether a message is not too long; that is told. */
  boolean isAcceptable(int length, String channel) {
    if (length > options.maxMessageBytes()) {
      refusals.malformed(channel, "a message of " + length + " bytes");
      return false;
    }
    return true;
  }

  /**
   * Returns what a message that wraps arguments may hold, of which a packet of a client may hold so
   * much.
   */
  static DecoderLimits around(DecoderLimits packets) {
    return packets
        .withMaxAttachments(Integer.MAX_VALUE) // values have none
        .withMaxAttachmentBytes(Long.MAX_VALUE)
        .withMaxDepth(packets.maxDepth() + 8);
  }
}

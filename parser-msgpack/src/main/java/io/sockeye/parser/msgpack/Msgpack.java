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

import io.sockeye.socketio.protocol.DecoderLimits;
import io.sockeye.socketio.protocol.PacketFormatException;
import java.nio.ByteBuffer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * MessagePack of single values: of maps, lists, strings, numbers, booleans, null, bytes, dates and
 * {@link MsgpackExtension}s. For what servers say to each other; packets are {@link
 * MsgpackParser}'s.
 */
public final class Msgpack {
  /** How a date is written. All forms are read. */
  public enum Dates {
    /** As extension type 0 with milliseconds, which notepack.io of all versions reads. */
    NOTEPACK,
    /** As the timestamp of the MessagePack specification, extension type -1. */
    TIMESTAMP
  }

  private Msgpack() {}

  /**
   * Writes a value, each part in its shortest form and the keys of maps in their order.
   *
   * @param converter asked for values of other types than those above; null to refuse them
   * @throws IllegalArgumentException if something in it cannot be written
   */
  public static ByteBuffer write(
      @Nullable Object value, Dates dates, @Nullable UnaryOperator<Object> converter) {
    MsgpackWriter writer = new MsgpackWriter(converter, dates);
    writer.value(value);
    return writer.bytes();
  }

  /**
   * Reads one value, which ends with the buffer. What is allocated is bounded by the length.
   *
   * @param message given up by the caller, because bytes in the value refer to it
   * @throws PacketFormatException if it is not MessagePack, or over a limit
   */
  public static @Nullable Object read(ByteBuffer message, DecoderLimits limits)
      throws PacketFormatException {
    MsgpackReader reader = new MsgpackReader(message, limits);
    Object value = reader.document();
    reader.end();
    return value;
  }
}

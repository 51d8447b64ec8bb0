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

import io.sockeye.socketio.protocol.Arguments;
import io.sockeye.socketio.protocol.DecoderLimits;
import io.sockeye.socketio.protocol.EncodedPacket;
import io.sockeye.socketio.protocol.Packet;
import io.sockeye.socketio.protocol.PacketDecoder;
import io.sockeye.socketio.protocol.PacketParser;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The form of the official {@code socket.io-msgpack-parser}: each packet is one binary message, a
 * MessagePack map of {@code type}, {@code nsp}, {@code data} and {@code id}. All clients of a
 * server must use it: those in JavaScript 3.x and 4.x with that package's 3.x, those 2.x with its
 * 2.x.
 *
 * <p>Values are what they are in the standard parser, and besides:
 *
 * <ul>
 *   <li>Bytes stand where they are, at any depth. {@code maxAttachments} and {@code
 *       maxAttachmentBytes} of the limits hold for them.
 *   <li>A {@code Date} of JavaScript is an {@link java.time.Instant}; that, and {@link
 *       java.util.Date}, becomes a {@code Date}, to the millisecond.
 *   <li>{@code undefined} arrives as null.
 *   <li>{@code NaN} and infinite numbers pass. A {@link java.math.BigInteger} of more than 64 bits
 *       and a {@link java.math.BigDecimal} are written as doubles, which is all that JavaScript
 *       has.
 *   <li>Extension types that are none of these are {@link MsgpackExtension}.
 * </ul>
 *
 * <p>Immutable, safe for use by any thread.
 */
public final class MsgpackParser implements PacketParser {
  private static final MsgpackParser PLAIN = new MsgpackParser(null);

  private final @Nullable UnaryOperator<Object> converter;

  private MsgpackParser(@Nullable UnaryOperator<Object> converter) {
    this.converter = converter;
  }

  /** Returns the parser; a server gives it its data binder as the converter. */
  public static MsgpackParser create() {
    return PLAIN;
  }

  /**
   * Returns the parser with a converter.
   *
   * @param converter asked for what the parser does not know how to write; returns what it does
   */
  public static MsgpackParser create(UnaryOperator<Object> converter) {
    return new MsgpackParser(converter);
  }

  @Override
  public PacketParser withConverter(UnaryOperator<Object> other) {
    return converter == null ? new MsgpackParser(other) : this;
  }

  @Override
  public PacketDecoder newDecoder(DecoderLimits limits, boolean legacy) {
    return new MsgpackDecoder(limits, legacy, false);
  }

  @Override
  public PacketDecoder newClientDecoder(DecoderLimits limits) {
    return new MsgpackDecoder(limits, false, true);
  }

  @Override
  public EncodedPacket encode(Packet packet, int headroom) {
    MsgpackWriter writer = new MsgpackWriter(converter);
    if (packet instanceof Packet.Event event) {
      head(writer, 2, packet, event.id(), true);
      array(writer, event.name(), event.arguments());
    } else if (packet instanceof Packet.Ack ack) {
      head(writer, 3, packet, ack.id(), true);
      array(writer, null, ack.arguments());
    } else if (packet instanceof Packet.Connect connect) {
      boolean hasPayload = !connect.payload().isEmpty();
      head(writer, 0, packet, Packet.NO_ID, hasPayload);
      if (hasPayload) {
        writer.value(connect.payload());
      }
    } else if (packet instanceof Packet.ConnectError error) {
      head(writer, 4, packet, Packet.NO_ID, error.payload() != null);
      if (error.payload() != null) {
        writer.value(error.payload());
      }
    } else {
      head(writer, 1, packet, Packet.NO_ID, false);
    }
    return EncodedPacket.binary(writer.bytes());
  }

  /** Writes all but the data, which comes last: absent data is not nil but not there. */
  private static void head(
      MsgpackWriter writer, int type, Packet packet, long id, boolean hasData) {
    writer.mapHeader(2 + (id >= 0 ? 1 : 0) + (hasData ? 1 : 0));
    writer.string("type");
    writer.integer(type);
    writer.string("nsp");
    writer.string(packet.namespace());
    if (id >= 0) {
      writer.string("id");
      writer.integer(id);
    }
    if (hasData) {
      writer.string("data");
    }
  }

  private static void array(MsgpackWriter writer, @Nullable String name, Arguments arguments) {
    List<@Nullable Object> values = arguments.values();
    writer.arrayHeader(values.size() + (name == null ? 0 : 1));
    if (name != null) {
      writer.string(name);
    }
    for (int i = 0; i < values.size(); i++) {
      try {
        writer.value(values.get(i));
      } catch (IllegalArgumentException unknown) {
        throw new IllegalArgumentException(
            "argument "
                + i
                + (name == null ? " of an acknowledgement: " : " of \"" + name + "\": ")
                + unknown.getMessage(),
            unknown);
      }
    }
  }
}

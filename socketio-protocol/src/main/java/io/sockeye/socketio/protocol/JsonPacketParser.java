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
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** The standard parser of the Socket.IO protocol. Immutable. */
final class JsonPacketParser implements PacketParser {
  /** Binary packets have their type and count before anything else; the rest is written first. */
  private static final int ROOM_FOR_BINARY_HEADER = 12;

  private final @Nullable UnaryOperator<Object> converter;

  JsonPacketParser(@Nullable UnaryOperator<Object> converter) {
    this.converter = converter;
  }

  @Override
  public PacketParser withConverter(UnaryOperator<Object> other) {
    return converter == null ? new JsonPacketParser(other) : this;
  }

  @Override
  public PacketDecoder newDecoder(DecoderLimits limits, boolean legacy) {
    return new JsonPacketDecoder(limits, legacy, false);
  }

  @Override
  public PacketDecoder newClientDecoder(DecoderLimits limits) {
    return new JsonPacketDecoder(limits, false, true);
  }

  @Override
  public EncodedPacket encode(Packet packet, int headroom) {
    if (packet instanceof Packet.Event event) {
      return encode(event.namespace(), event.id(), event.name(), event.arguments(), headroom);
    }
    if (packet instanceof Packet.Ack ack) {
      return encode(ack.namespace(), ack.id(), null, ack.arguments(), headroom);
    }
    JsonWriter writer = new JsonWriter(headroom, 96, converter);
    if (packet instanceof Packet.Connect connect) {
      head(writer, '0', packet.namespace(), Packet.NO_ID);
      if (!connect.payload().isEmpty()) {
        payload(writer, connect.payload());
      }
    } else if (packet instanceof Packet.ConnectError error) {
      head(writer, '4', packet.namespace(), Packet.NO_ID);
      if (error.payload() != null) {
        payload(writer, error.payload());
      }
    } else {
      head(writer, '1', packet.namespace(), Packet.NO_ID);
    }
    return new EncodedPacket(writer.toArray(), List.of());
  }

  /** Writes an event, or an acknowledgement when there is no name. */
  private EncodedPacket encode(
      String namespace, long id, @Nullable String name, Arguments arguments, int headroom) {
    JsonArray json = arguments.json();
    int expected =
        64 + namespace.length() + (json == null ? 64 : json.elementsEnd() - json.elementsStart());
    JsonWriter writer = new JsonWriter(headroom, expected, converter);
    head(writer, name == null ? '3' : '2', namespace, id);
    if (json != null) {
      writer.raw('[');
      if (name != null) {
        writer.string(name);
        if (json.size() > 0) {
          writer.raw(',');
        }
      }
      writer.raw(json.bytes(), json.elementsStart(), json.elementsEnd() - json.elementsStart());
      writer.raw(']');
      return new EncodedPacket(writer.toArray(), List.of());
    }
    array(writer, name, arguments.values());
    List<ByteBuffer> attachments = writer.attachments();
    if (attachments.isEmpty()) {
      return new EncodedPacket(writer.toArray(), List.of());
    }
    // The count stands before the rest and is known only now: written again, into an exact place.
    JsonWriter binary = new JsonWriter(headroom, expected + ROOM_FOR_BINARY_HEADER, converter);
    binary.raw(name == null ? '6' : '5');
    binary.number(attachments.size());
    binary.raw('-');
    byte[] plain = writer.toArray();
    binary.raw(plain, headroom + 1, plain.length - headroom - 1);
    return new EncodedPacket(binary.toArray(), List.copyOf(attachments));
  }

  private static void head(JsonWriter writer, char type, String namespace, long id) {
    writer.raw(type);
    if (!namespace.equals("/")) {
      writer.utf8(namespace);
      writer.raw(',');
    }
    if (id >= 0) {
      writer.number(id);
    }
  }

  /** Writes the payload of a packet that has no binary form. */
  private static void payload(JsonWriter writer, Object payload) {
    writer.value(payload);
    if (!writer.attachments().isEmpty()) {
      throw new IllegalArgumentException("bytes (expected: only in events and acknowledgements)");
    }
  }

  private static void array(
      JsonWriter writer, @Nullable String name, List<? extends @Nullable Object> values) {
    writer.raw('[');
    if (name != null) {
      writer.string(name);
    }
    for (int i = 0; i < values.size(); i++) {
      if (i > 0 || name != null) {
        writer.raw(',');
      }
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
    writer.raw(']');
  }
}

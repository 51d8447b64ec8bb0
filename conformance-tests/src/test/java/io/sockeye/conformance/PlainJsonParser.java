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
package io.sockeye.conformance;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sockeye.socketio.protocol.DecoderLimits;
import io.sockeye.socketio.protocol.EncodedPacket;
import io.sockeye.socketio.protocol.Packet;
import io.sockeye.socketio.protocol.PacketDecoder;
import io.sockeye.socketio.protocol.PacketFormatException;
import io.sockeye.socketio.protocol.PacketFormatException.Reason;
import io.sockeye.socketio.protocol.PacketParser;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Packets as objects, {@code {"type":2,"nsp":"/","data":["hello",1]}}: what a client makes with
 * {@code JSON.stringify(packet)}. Values, and their limits, are left to the standard parser: only
 * what stands before them is another. There is no place for bytes.
 */
final class PlainJsonParser implements PacketParser {
  private static final JsonMapper MAPPER = JsonMapper.shared();

  private final PacketParser standard;

  PlainJsonParser() {
    this(PacketParser.json());
  }

  private PlainJsonParser(PacketParser standard) {
    this.standard = standard;
  }

  @Override
  public PacketParser withConverter(UnaryOperator<Object> converter) {
    PacketParser converting = standard.withConverter(converter);
    return converting == standard ? this : new PlainJsonParser(converting);
  }

  @Override
  public EncodedPacket encode(Packet packet, int headroom) {
    EncodedPacket encoded = standard.encode(packet, 0);
    if (encoded.text() == null || !encoded.attachments().isEmpty()) {
      throw new IllegalArgumentException("bytes (expected: values that JSON has)");
    }
    String text = new String(encoded.text(), UTF_8);
    String namespace = packet.namespace();
    String id = id(packet);
    int head = 1 + (namespace.equals("/") ? 0 : namespace.length() + 1) + id.length();
    StringBuilder json = new StringBuilder(" ".repeat(headroom));
    json.append("{\"type\":").append(text.charAt(0));
    json.append(",\"nsp\":").append(MAPPER.writeValueAsString(namespace));
    if (!id.isEmpty()) {
      json.append(",\"id\":").append(id);
    }
    if (head < text.length()) {
      json.append(",\"data\":").append(text, head, text.length());
    }
    return new EncodedPacket(json.append('}').toString().getBytes(UTF_8), List.of());
  }

  private static String id(Packet packet) {
    long id = Packet.NO_ID;
    if (packet instanceof Packet.Event event) {
      id = event.id();
    } else if (packet instanceof Packet.Ack ack) {
      id = ack.id();
    }
    return id == Packet.NO_ID ? "" : String.valueOf(id);
  }

  @Override
  public PacketDecoder newDecoder(DecoderLimits limits, boolean legacy) {
    return new Decoder(standard.newDecoder(limits, legacy), 3);
  }

  @Override
  public PacketDecoder newClientDecoder(DecoderLimits limits) {
    return new Decoder(standard.newClientDecoder(limits), 4);
  }

  /** Has no state of its own, and the standard one gets nothing that would give it one. */
  private static final class Decoder implements PacketDecoder {
    private final PacketDecoder standard;
    private final int highestType;

    Decoder(PacketDecoder standard, int highestType) {
      this.standard = standard;
      this.highestType = highestType;
    }

    @Override
    public @Nullable Packet text(byte[] bytes, int offset, int length)
        throws PacketFormatException {
      JsonNode packet;
      try {
        packet = MAPPER.readTree(bytes, offset, length);
      } catch (RuntimeException malformed) { // Jackson's
        throw new PacketFormatException(Reason.SYNTAX, "packet (expected: JSON)");
      }
      JsonNode type = packet.path("type");
      if (!type.isInt() || type.intValue() < 0 || type.intValue() > highestType) {
        throw new PacketFormatException(
            Reason.TYPE, "packet type (expected: 0 to " + highestType + ")");
      }
      String namespace = packet.path("nsp").stringValue("");
      if (!namespace.startsWith("/") || namespace.indexOf(',') >= 0) {
        throw new PacketFormatException(
            Reason.NAMESPACE, "namespace (expected: a slash first, and no comma)");
      }
      JsonNode id = packet.path("id");
      if (!id.isMissingNode() && !id.isIntegralNumber()) {
        throw new PacketFormatException(Reason.ID, "id (expected: an integer)");
      }
      String digits = id.isMissingNode() ? "" : id.toString();
      String data = packet.path("data").isMissingNode() ? "" : packet.path("data").toString();
      byte[] text = (type + namespace + "," + digits + data).getBytes(UTF_8);
      return standard.text(text, 0, text.length);
    }

    @Override
    public Packet binary(ByteBuffer data) throws PacketFormatException {
      throw new PacketFormatException(Reason.ATTACHMENT, "bytes (expected: text)");
    }

    @Override
    public @Nullable String pendingNamespace() {
      return null;
    }

    @Override
    public void reset() {}
  }
}

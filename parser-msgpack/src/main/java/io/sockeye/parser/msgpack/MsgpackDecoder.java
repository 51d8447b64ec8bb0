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

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sockeye.socketio.protocol.Arguments;
import io.sockeye.socketio.protocol.DecoderLimits;
import io.sockeye.socketio.protocol.Packet;
import io.sockeye.socketio.protocol.PacketDecoder;
import io.sockeye.socketio.protocol.PacketFormatException;
import io.sockeye.socketio.protocol.PacketFormatException.Reason;
import io.sockeye.socketio.protocol.PacketParser;
import io.sockeye.socketio.protocol.ReservedEvents;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads packets that are maps. The order of the keys is free, unknown ones are ignored, and nil is
 * as good as absent: clients differ in that.
 *
 * <p>Clients of revision 4 write what carries no data as the same map in JSON, in a text message,
 * and number events and acknowledgements with bytes as the standard parser does.
 */
final class MsgpackDecoder implements PacketDecoder {
  private static final long MAX_ID = (1L << 53) - 1;
  private static final int CONNECT_ERROR = 4;

  private final DecoderLimits limits;
  private final boolean fromServer;
  // What reads the texts of revision 4; later ones have none.
  private final @Nullable PacketDecoder json;

  MsgpackDecoder(DecoderLimits limits, boolean legacy, boolean fromServer) {
    this.limits = limits;
    this.fromServer = fromServer;
    this.json = legacy ? PacketParser.json().newDecoder(limits, true) : null;
  }

  @Override
  public @Nullable String pendingNamespace() {
    return null;
  }

  @Override
  public void reset() {}

  @Override
  public Packet binary(ByteBuffer data) throws PacketFormatException {
    MsgpackReader reader = new MsgpackReader(data, limits);
    Object type = null;
    Object namespace = null;
    Object id = null;
    Object payload = null;
    for (int i = reader.begin(); i > 0; i--) {
      String key = reader.key();
      Object value = reader.entry();
      switch (key) {
        case "type" -> type = value;
        case "nsp" -> namespace = value;
        case "id" -> id = value;
        case "data" -> payload = value;
        default -> {}
      }
    }
    reader.end();
    return packet(type, namespace, id, payload);
  }

  @Override
  public Packet text(byte[] bytes, int offset, int length) throws PacketFormatException {
    if (json == null) {
      throw new PacketFormatException(Reason.TYPE, "text (expected: a binary message)");
    }
    if (length == 0 || bytes[offset] != '{') {
      throw new PacketFormatException(Reason.SYNTAX, "text (expected: an object in JSON)");
    }
    Map<String, @Nullable Object> map = connect(json, bytes, offset, length).payload();
    return packet(map.get("type"), map.get("nsp"), map.get("id"), map.get("data"));
  }

  /** Reads what stands after the type of a CONNECT in the standard form. */
  private static Packet.Connect connect(PacketDecoder json, byte[] bytes, int offset, int length)
      throws PacketFormatException {
    byte[] standard = new byte[1 + length];
    standard[0] = '0';
    System.arraycopy(bytes, offset, standard, 1, length);
    if (json.text(standard, 0, standard.length) instanceof Packet.Connect connect) {
      return connect;
    }
    throw new AssertionError("type 0 is CONNECT");
  }

  private Packet packet(
      @Nullable Object type, @Nullable Object nsp, @Nullable Object id, @Nullable Object payload)
      throws PacketFormatException {
    int number = type instanceof Integer known ? known : -1;
    if (json != null && (number == 5 || number == 6)) {
      number -= 3;
    }
    int highest = fromServer ? CONNECT_ERROR : CONNECT_ERROR - 1;
    if (number < 0 || number > highest) {
      throw new PacketFormatException(
          Reason.TYPE,
          "packet type (expected: 0 to "
              + highest
              + (fromServer ? " from a server)" : " from a client)"));
    }
    if (!(nsp instanceof String whole) || !whole.startsWith("/") || whole.indexOf(',') >= 0) {
      throw new PacketFormatException(
          Reason.NAMESPACE, "namespace (expected: a string, a slash first, and no comma)");
    }
    int mark = json == null ? -1 : whole.indexOf('?');
    String namespace = mark < 0 ? whole : whole.substring(0, mark);
    if (isLonger(namespace, limits.maxNamespaceLength())) {
      throw new PacketFormatException(
          Reason.NAMESPACE, "namespace: longer than " + limits.maxNamespaceLength());
    }
    return switch (number) {
      case 0 -> connect(whole, payload);
      case 1 -> {
        if (payload != null) {
          throw new PacketFormatException(Reason.PAYLOAD, "disconnect: a payload (expected: none)");
        }
        yield new Packet.Disconnect(namespace);
      }
      case 2 -> event(namespace, id(id), payload);
      case CONNECT_ERROR -> new Packet.ConnectError(namespace, payload);
      default -> new Packet.Ack(namespace, id(id), Arguments.ofList(array(payload)));
    };
  }

  private Packet connect(String namespace, @Nullable Object payload) throws PacketFormatException {
    if (payload == null) {
      if (json == null) {
        return new Packet.Connect(namespace, Map.of());
      }
      // A query after the namespace is for the standard form to take apart.
      byte[] rest = (namespace + ",").getBytes(UTF_8);
      return connect(json, rest, 0, rest.length);
    }
    if (payload instanceof Map<?, ?> map) {
      @SuppressWarnings("unchecked") // all maps of both readers have these types
      Map<String, @Nullable Object> auth = (Map<String, @Nullable Object>) map;
      return new Packet.Connect(namespace, auth);
    }
    throw new PacketFormatException(Reason.PAYLOAD, "connect: a payload (expected: a map)");
  }

  private Packet event(String namespace, long id, @Nullable Object payload)
      throws PacketFormatException {
    List<? extends @Nullable Object> array = array(payload);
    String name = array.isEmpty() ? null : MsgpackReader.name(array.get(0));
    if (name == null) {
      throw new PacketFormatException(
          Reason.EVENT_NAME, "event name (expected: a string or an integer)");
    }
    if (isLonger(name, limits.maxEventNameLength())) {
      throw new PacketFormatException(
          Reason.EVENT_NAME, "event name: longer than " + limits.maxEventNameLength());
    }
    if (ReservedEvents.isReserved(name)) {
      throw new PacketFormatException(Reason.EVENT_NAME, "event name: reserved");
    }
    return new Packet.Event(namespace, id, name, Arguments.ofList(array.subList(1, array.size())));
  }

  private static long id(@Nullable Object id) throws PacketFormatException {
    if (id == null) {
      return Packet.NO_ID;
    }
    long value = id instanceof Integer || id instanceof Long ? ((Number) id).longValue() : -1;
    if (value < 0 || value > MAX_ID) {
      throw new PacketFormatException(Reason.ID, "id (expected: an integer up to 2^53-1)");
    }
    return value;
  }

  private static List<? extends @Nullable Object> array(@Nullable Object payload)
      throws PacketFormatException {
    if (payload instanceof List<?> list) {
      return list;
    }
    throw new PacketFormatException(Reason.PAYLOAD, "arguments (expected: an array)");
  }

  /** Whether a text takes more bytes than that. */
  private static boolean isLonger(String text, int bytes) {
    return text.length() > bytes
        || (text.length() > bytes / 3 && text.getBytes(UTF_8).length > bytes);
  }
}

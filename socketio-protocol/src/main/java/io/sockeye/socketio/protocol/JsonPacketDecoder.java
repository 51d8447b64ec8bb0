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

import io.sockeye.socketio.protocol.PacketFormatException.Reason;
import java.net.URLDecoder;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads packets of the standard parser:
 *
 * <pre>{@code
 * packet = type [count "-"] [namespace ","] [id] [json]
 * }</pre>
 *
 * <p>Everything that can be wrong with a packet is found here, before anybody acts on it. Used by
 * one thread at a time.
 */
final class JsonPacketDecoder implements PacketDecoder {
  private static final long MAX_ID = (1L << 53) - 1;
  private static final int CONNECT_ERROR = 4;
  private static final int BINARY_EVENT = 5;
  private static final int BINARY_ACK = 6;

  private final DecoderLimits limits;
  private final boolean legacy;
  private final boolean fromServer;
  private final JsonScanner scanner;
  private @Nullable Pending pending;

  JsonPacketDecoder(DecoderLimits limits, boolean legacy, boolean fromServer) {
    this.limits = limits;
    this.legacy = legacy;
    this.fromServer = fromServer;
    this.scanner = new JsonScanner(limits);
  }

  /** A binary packet whose attachments are coming in. */
  private static final class Pending {
    final String namespace;
    final long id;
    final @Nullable String name;
    final JsonArray json;
    final int count;
    final List<ByteBuffer> attachments = new ArrayList<>();
    long bytes;

    Pending(String namespace, long id, @Nullable String name, JsonArray json, int count) {
      this.namespace = namespace;
      this.id = id;
      this.name = name;
      this.json = json;
      this.count = count;
    }
  }

  @Override
  public @Nullable String pendingNamespace() {
    return pending == null ? null : pending.namespace;
  }

  @Override
  public void reset() {
    pending = null;
  }

  @Override
  public @Nullable Packet text(byte[] bytes, int offset, int length) throws PacketFormatException {
    if (pending != null) {
      pending = null;
      throw new PacketFormatException(Reason.ATTACHMENT, "text (expected: an attachment)");
    }
    int end = offset + length;
    if (length == 0) {
      throw new PacketFormatException(Reason.TYPE, "packet: empty (expected: a type digit)");
    }
    int type = bytes[offset] - '0';
    if (type < 0 || type > BINARY_ACK || (type == CONNECT_ERROR && !fromServer)) {
      throw new PacketFormatException(
          Reason.TYPE,
          fromServer
              ? "packet type (expected: 0 to 6)"
              : "packet type (expected: 0 to 3, 5 or 6 from a client)");
    }
    int at = offset + 1;
    long count = 0;
    if (type >= BINARY_EVENT) {
      int from = at;
      while (at < end && bytes[at] >= '0' && bytes[at] <= '9' && count <= limits.maxAttachments()) {
        count = count * 10 + (bytes[at++] - '0');
      }
      if (at == from
          || at == end
          || bytes[at] != '-'
          || count < 1
          || count > limits.maxAttachments()) {
        throw new PacketFormatException(
            Reason.ATTACHMENT_COUNT,
            "number of attachments (expected: 1 to " + limits.maxAttachments() + ", then \"-\")");
      }
      at++;
    }
    String namespace = "/";
    String query = null;
    if (at < end && bytes[at] == '/') {
      int from = at;
      while (at < end && bytes[at] != ',' && !(legacy && bytes[at] == '?')) {
        at++;
      }
      if (at - from > limits.maxNamespaceLength()) {
        throw new PacketFormatException(
            Reason.NAMESPACE, "namespace: longer than " + limits.maxNamespaceLength());
      }
      namespace = JsonTree.plainString(bytes, from, at - from);
      if (at < end && bytes[at] == '?') {
        int mark = at;
        while (at < end && bytes[at] != ',') {
          at++;
        }
        query = JsonTree.plainString(bytes, mark + 1, at - mark - 1);
      }
      at = Math.min(end, at + 1);
    }
    long id = Packet.NO_ID;
    if (at < end && bytes[at] >= '0' && bytes[at] <= '9') {
      id = 0;
      while (at < end && bytes[at] >= '0' && bytes[at] <= '9') {
        id = id * 10 + (bytes[at++] - '0');
        if (id > MAX_ID) {
          throw new PacketFormatException(Reason.ID, "id (expected: at most 2^53-1)");
        }
      }
    }
    return switch (type) {
      case 0 -> connect(namespace, query, bytes, at, end);
      case 1 -> disconnect(namespace, at, end);
      case 2 -> event(namespace, id, bytes, at, end);
      case 3 -> ack(namespace, id, bytes, at, end);
      case CONNECT_ERROR -> connectError(namespace, bytes, at, end);
      default -> {
        begin(type, (int) count, namespace, id, bytes, at, end);
        yield null;
      }
    };
  }

  private Packet connect(String namespace, @Nullable String query, byte[] bytes, int at, int end)
      throws PacketFormatException {
    if (at == end) {
      return new Packet.Connect(namespace, query == null ? Map.of() : parseQuery(query));
    }
    scanner.object(bytes, at, end);
    return new Packet.Connect(namespace, JsonTree.readObject(bytes, at, end - at));
  }

  /** An object in revision 5, any value in earlier ones: read as the only element of an array. */
  private Packet connectError(String namespace, byte[] bytes, int at, int end)
      throws PacketFormatException {
    if (at == end) {
      return new Packet.ConnectError(namespace, null);
    }
    byte[] array = new byte[end - at + 2];
    array[0] = '[';
    System.arraycopy(bytes, at, array, 1, end - at);
    array[array.length - 1] = ']';
    scanner.array(array, 0, array.length);
    if (scanner.size != 1) {
      throw new PacketFormatException(
          Reason.PAYLOAD, "connect error: " + scanner.size + " values (expected: 1)");
    }
    return new Packet.ConnectError(
        namespace, JsonTree.readArray(scanned(array, 0, array.length, 0)).get(0));
  }

  private static Packet disconnect(String namespace, int at, int end) throws PacketFormatException {
    if (at != end) {
      throw new PacketFormatException(Reason.PAYLOAD, "disconnect: a payload (expected: none)");
    }
    return new Packet.Disconnect(namespace);
  }

  private Packet event(String namespace, long id, byte[] bytes, int at, int end)
      throws PacketFormatException {
    scanner.array(bytes, at, end);
    String name = eventName(bytes);
    return new Packet.Event(namespace, id, name, new Arguments(scanned(bytes, at, end, 1)));
  }

  private Packet ack(String namespace, long id, byte[] bytes, int at, int end)
      throws PacketFormatException {
    if (at == end && id == Packet.NO_ID) {
      return new Packet.Ack(namespace, id, Arguments.EMPTY);
    }
    scanner.array(bytes, at, end);
    return new Packet.Ack(namespace, id, new Arguments(scanned(bytes, at, end, 0)));
  }

  private void begin(int type, int count, String namespace, long id, byte[] bytes, int at, int end)
      throws PacketFormatException {
    scanner.array(bytes, at, end);
    boolean isEvent = type == BINARY_EVENT;
    String name = isEvent ? eventName(bytes) : null;
    pending = new Pending(namespace, id, name, scanned(bytes, at, end, isEvent ? 1 : 0), count);
  }

  private JsonArray scanned(byte[] bytes, int start, int end, int leading) {
    return new JsonArray(
        bytes,
        start,
        end,
        leading,
        leading == 0 ? scanner.firstStart : scanner.secondStart,
        scanner.lastEnd,
        scanner.size - leading);
  }

  /** The first element of the array just scanned: a string, or an integer that is taken as one. */
  private String eventName(byte[] bytes) throws PacketFormatException {
    int start = scanner.firstStart;
    int length = scanner.firstEnd - start;
    if (scanner.size == 0) {
      throw new PacketFormatException(Reason.EVENT_NAME, "event: no name");
    }
    byte first = bytes[start];
    int quotes = first == '"' ? 2 : 0;
    if (length - quotes > limits.maxEventNameLength()) {
      throw new PacketFormatException(
          Reason.EVENT_NAME, "event name: longer than " + limits.maxEventNameLength());
    }
    String name;
    if (first == '"') {
      name =
          scanner.firstEscaped
              ? JsonTree.readString(bytes, start, length)
              : JsonTree.plainString(bytes, start + 1, length - 2);
    } else if (isInteger(bytes, start, length)) {
      name = JsonTree.plainString(bytes, start, length);
    } else {
      throw new PacketFormatException(
          Reason.EVENT_NAME, "event name (expected: a string or an integer)");
    }
    if (ReservedEvents.isReserved(name)) {
      throw new PacketFormatException(Reason.EVENT_NAME, "event name: reserved");
    }
    return name;
  }

  private static boolean isInteger(byte[] bytes, int start, int length) {
    for (int i = start; i < start + length; i++) {
      if ((bytes[i] < '0' || bytes[i] > '9') && (bytes[i] != '-' || i > start)) {
        return false;
      }
    }
    return true;
  }

  @Override
  public @Nullable Packet binary(ByteBuffer data) throws PacketFormatException {
    Pending packet = pending;
    if (packet == null) {
      throw new PacketFormatException(
          Reason.ATTACHMENT, "attachment (expected: a packet that announces it)");
    }
    packet.bytes += data.remaining();
    if (packet.bytes > limits.maxAttachmentBytes()) {
      pending = null;
      throw new PacketFormatException(
          Reason.ATTACHMENT, "attachments: over " + limits.maxAttachmentBytes() + " bytes");
    }
    packet.attachments.add(data.asReadOnlyBuffer());
    if (packet.attachments.size() < packet.count) {
      return null;
    }
    pending = null;
    List<@Nullable Object> values =
        Collections.unmodifiableList(JsonTree.readArray(packet.json, packet.attachments));
    Arguments arguments = Arguments.ofList(values);
    return packet.name == null
        ? new Packet.Ack(packet.namespace, packet.id, arguments)
        : new Packet.Event(packet.namespace, packet.id, packet.name, arguments);
  }

  /** The pairs of a query, decoded; of several with one name the last. */
  private static Map<String, @Nullable Object> parseQuery(String query) {
    Map<String, @Nullable Object> pairs = new LinkedHashMap<>();
    for (String pair : query.split("&", -1)) {
      int equals = pair.indexOf('=');
      if (!pair.isEmpty()) {
        pairs.put(
            decode(equals < 0 ? pair : pair.substring(0, equals)),
            equals < 0 ? "" : decode(pair.substring(equals + 1)));
      }
    }
    return pairs;
  }

  private static String decode(String part) {
    try {
      return URLDecoder.decode(part, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException malformed) {
      return part;
    }
  }
}

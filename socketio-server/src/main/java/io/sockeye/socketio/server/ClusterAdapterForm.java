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

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sockeye.parser.msgpack.Msgpack;
import io.sockeye.socketio.protocol.Arguments;
import io.sockeye.socketio.protocol.DecoderLimits;
import io.sockeye.socketio.protocol.JsonBuilder;
import io.sockeye.socketio.protocol.JsonView;
import io.sockeye.socketio.protocol.Packet;
import io.sockeye.socketio.protocol.PacketFormatException;
import io.sockeye.socketio.protocol.PacketFormatException.Reason;
import io.sockeye.socketio.server.spi.BroadcastOptions;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The messages of {@code ClusterAdapter} of socket.io-adapter 2.5, which the adapters for sharded
 * Redis and for Redis streams send: an envelope with the members {@code type}, {@code data}, {@code
 * uid} and {@code nsp}, as JSON, as MessagePack, or as the fields of an entry of a stream.
 * Immutable.
 */
final class ClusterAdapterForm {
  private static final int BROADCAST = 3;
  private static final int SOCKETS_JOIN = 4;
  private static final int SOCKETS_LEAVE = 5;
  private static final int DISCONNECT_SOCKETS = 6;
  private static final int FETCH_SOCKETS = 7;
  private static final int FETCH_SOCKETS_RESPONSE = 8;
  private static final int SERVER_SIDE_EMIT = 9;
  private static final int SERVER_SIDE_EMIT_RESPONSE = 10;
  private static final int BROADCAST_CLIENT_COUNT = 11;
  private static final int BROADCAST_ACK = 12;

  // Types of packets.
  private static final int EVENT = 2;
  private static final int BINARY_EVENT = 5;

  /** How long clients are waited for if the asking node does not say. */
  private static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(60);

  private static final Duration MAX_TIMEOUT = Duration.ofDays(1);

  private final UnaryOperator<Object> converter;
  private final DecoderLimits limits;
  private final RemoteSocketForm sockets;
  private final Msgpack.Dates dates;

  /**
   * Creates it.
   *
   * @param dates how dates are written where there are bytes too, or MessagePack is asked for
   */
  ClusterAdapterForm(
      UnaryOperator<Object> converter,
      DecoderLimits limits,
      RemoteSocketForm sockets,
      Msgpack.Dates dates) {
    this.converter = converter;
    this.limits = ClusterContext.around(limits);
    this.sockets = sockets;
    this.dates = dates;
  }

  /**
   * A message or an answer.
   *
   * @param uid who has sent it; null if it does not say
   * @param requestId by which answers are known; null if none is wanted
   * @param message what it says; null for an answer
   * @param answer what it answers; null for a message
   */
  record Received(
      @Nullable String uid,
      String namespace,
      @Nullable String requestId,
      @Nullable ClusterMessage message,
      @Nullable ClusterAnswer answer) {}

  // ---- writing ----

  /** The members of an object, in their order. */
  private static final class Members {
    final Map<String, @Nullable Object> all = new LinkedHashMap<>();

    Members put(String name, @Nullable Object value) {
      all.put(name, value);
      return this;
    }
  }

  /** The array that an event is. */
  private record Call(String event, Arguments arguments) {}

  /** A message before it has a form. */
  private record Draft(int type, Members data) {}

  /** Writes a message as JSON; if there are bytes in it, as MessagePack. */
  byte[] write(ClusterMessage message, String uid) {
    return text(draft(message), uid, message.namespace());
  }

  /** Writes a message as MessagePack. */
  byte[] pack(ClusterMessage message, String uid) {
    return packed(draft(message), uid, message.namespace());
  }

  /** Writes an answer as JSON; if there are bytes in it, as MessagePack. */
  byte[] write(ClusterAnswer answer, String requestId, String uid, String namespace) {
    return text(draft(answer, requestId), uid, namespace);
  }

  /** Writes an answer as MessagePack. */
  byte[] pack(ClusterAnswer answer, String requestId, String uid, String namespace) {
    return packed(draft(answer, requestId), uid, namespace);
  }

  /** Writes a message as the fields of an entry. */
  Map<String, String> entry(ClusterMessage message, String uid) {
    Draft draft = draft(message);
    Map<String, String> fields = new LinkedHashMap<>();
    fields.put("uid", uid);
    fields.put("nsp", message.namespace());
    fields.put("type", Integer.toString(draft.type()));
    JsonBuilder json = builder();
    fields.put(
        "data",
        putAll(json, draft.data())
            ? Base64.getEncoder()
                .encodeToString(bytes(Msgpack.write(tree(draft.data()), dates, converter)))
            : new String(json.toBytes(), UTF_8));
    return fields;
  }

  private byte[] text(Draft draft, String uid, String namespace) {
    JsonBuilder json = builder();
    return putAll(json, envelope(draft, uid, namespace))
        ? packed(draft, uid, namespace)
        : json.toBytes();
  }

  private byte[] packed(Draft draft, String uid, String namespace) {
    return bytes(Msgpack.write(tree(envelope(draft, uid, namespace)), dates, converter));
  }

  private static Members envelope(Draft draft, String uid, String namespace) {
    return new Members()
        .put("type", draft.type())
        .put("data", draft.data())
        .put("uid", uid)
        .put("nsp", namespace);
  }

  /** Writes members; returns whether there are bytes in them. */
  private boolean putAll(JsonBuilder json, Members members) {
    boolean isBinary = false;
    for (Map.Entry<String, @Nullable Object> member : members.all.entrySet()) {
      Object value = member.getValue();
      if (value instanceof Members inner) {
        JsonBuilder object = builder();
        isBinary |= putAll(object, inner);
        json.put(member.getKey(), object);
      } else if (value instanceof Call call) {
        json.putEvent(member.getKey(), call.event(), call.arguments());
      } else {
        json.put(member.getKey(), value);
      }
    }
    return isBinary || !json.attachments().isEmpty();
  }

  private static Map<String, @Nullable Object> tree(Members members) {
    Map<String, @Nullable Object> tree = new LinkedHashMap<>(members.all);
    tree.replaceAll(
        (name, value) ->
            value instanceof Members inner
                ? tree(inner)
                : value instanceof Call call ? array(call) : value);
    return tree;
  }

  private static List<@Nullable Object> array(Call call) {
    List<@Nullable Object> array = new ArrayList<>(call.arguments().size() + 1);
    array.add(call.event());
    array.addAll(call.arguments().values());
    return array;
  }

  private static byte[] bytes(ByteBuffer buffer) {
    byte[] bytes = new byte[buffer.remaining()];
    buffer.get(bytes);
    return bytes;
  }

  private JsonBuilder builder() {
    return new JsonBuilder(converter);
  }

  private static Draft draft(ClusterMessage message) {
    if (message instanceof ClusterMessage.Broadcast broadcast) {
      return new Draft(
          BROADCAST,
          new Members()
              .put("packet", packet(broadcast.event()))
              .put("opts", options(broadcast.to(), flags(broadcast.to()))));
    }
    if (message instanceof ClusterMessage.Question question) {
      return new Draft(
          BROADCAST,
          new Members()
              .put("packet", packet(question.event()))
              .put("requestId", question.id())
              .put(
                  "opts",
                  options(
                      question.to(),
                      flags(question.to()).put("timeout", question.timeout().toMillis()))));
    }
    if (message instanceof ClusterMessage.Join join) {
      return new Draft(
          SOCKETS_JOIN,
          new Members().put("opts", options(join.to(), new Members())).put("rooms", join.rooms()));
    }
    if (message instanceof ClusterMessage.Leave leave) {
      return new Draft(
          SOCKETS_LEAVE,
          new Members()
              .put("opts", options(leave.to(), new Members()))
              .put("rooms", leave.rooms()));
    }
    if (message instanceof ClusterMessage.Disconnect disconnect) {
      return new Draft(
          DISCONNECT_SOCKETS,
          new Members()
              .put("opts", options(disconnect.to(), new Members()))
              .put("close", disconnect.close()));
    }
    if (message instanceof ClusterMessage.Fetch fetch) {
      return new Draft(
          FETCH_SOCKETS,
          new Members()
              .put("opts", options(fetch.to(), new Members()))
              .put("requestId", fetch.id()));
    }
    if (message instanceof ClusterMessage.ServerQuestion question) {
      return new Draft(
          SERVER_SIDE_EMIT,
          new Members()
              .put("requestId", question.id())
              .put("packet", new Call(question.name(), question.arguments())));
    }
    if (message instanceof ClusterMessage.ServerEvent event) {
      return new Draft(
          SERVER_SIDE_EMIT, new Members().put("packet", new Call(event.name(), event.arguments())));
    }
    throw new IllegalArgumentException(message.getClass() + ": not written here");
  }

  private static Members packet(Packet.Event event) {
    return new Members().put("type", EVENT).put("data", new Call(event.name(), event.arguments()));
  }

  private static Members options(BroadcastOptions to, Members flags) {
    return new Members().put("rooms", to.rooms()).put("except", to.except()).put("flags", flags);
  }

  private static Members flags(BroadcastOptions to) {
    Members flags = new Members();
    if (to.isVolatile()) {
      flags.put("volatile", true);
    }
    if (!to.compress()) {
      flags.put("compress", false);
    }
    return flags;
  }

  private Draft draft(ClusterAnswer answer, String requestId) {
    Members data = new Members().put("requestId", requestId);
    if (answer instanceof ClusterAnswer.Sockets found) {
      return new Draft(
          FETCH_SOCKETS_RESPONSE,
          data.put("sockets", found.sockets().stream().map(sockets::write).toList()));
    }
    if (answer instanceof ClusterAnswer.ServerAnswered server) {
      return new Draft(SERVER_SIDE_EMIT_RESPONSE, data.put("packet", server.value()));
    }
    if (answer instanceof ClusterAnswer.Reached reached) {
      return new Draft(BROADCAST_CLIENT_COUNT, data.put("clientCount", reached.count()));
    }
    if (answer instanceof ClusterAnswer.ClientAnswered one) {
      // The dialect has room for one argument; without any there is no member, as of undefined.
      return new Draft(
          BROADCAST_ACK,
          one.arguments().size() == 0 ? data : data.put("packet", one.arguments().values().get(0)));
    }
    throw new IllegalArgumentException(answer.getClass() + ": not written here");
  }

  // ---- reading ----

  /**
   * Reads what has come on a channel.
   *
   * @param bytes given up by the caller
   * @return null if it is of a type that means nothing here
   */
  @Nullable Received read(byte[] bytes) throws PacketFormatException {
    boolean isJson = bytes.length > 0 && bytes[0] == '{';
    Map<String, Part> members =
        (isJson
                ? Part.of(JsonView.read(bytes, limits))
                : Part.of(Msgpack.read(ByteBuffer.wrap(bytes), limits)))
            .members();
    String namespace = text(members, "nsp");
    if (namespace == null) {
      throw malformed("no namespace");
    }
    long type = integer(members, "type");
    Part data = members.get("data");
    return read(type, text(members, "uid"), namespace, data == null ? Map.of() : data.members());
  }

  /**
   * Reads an entry of a stream.
   *
   * @return null if it is of a type that means nothing here, or no message at all
   */
  @Nullable Received readEntry(Map<String, String> fields) throws PacketFormatException {
    String namespace = fields.get("nsp");
    String type = fields.get("type");
    if (namespace == null || type == null) {
      return null;
    }
    return read(number(type), fields.get("uid"), namespace, data(fields.get("data")));
  }

  /** Returns whether an entry is one that clients are sent. */
  static boolean isBroadcast(Map<String, String> fields) {
    return "3".equals(fields.get("type"));
  }

  private static long number(String text) throws PacketFormatException {
    try {
      return Long.parseLong(text);
    } catch (NumberFormatException malformed) {
      throw malformed("a type that is no number");
    }
  }

  private Map<String, Part> data(@Nullable String text) throws PacketFormatException {
    if (text == null || text.isEmpty()) {
      return Map.of();
    }
    if (text.charAt(0) == '{') {
      return Part.of(JsonView.read(text.getBytes(UTF_8), limits)).members();
    }
    byte[] packed;
    try {
      packed = Base64.getDecoder().decode(text);
    } catch (IllegalArgumentException malformed) {
      throw malformed("data that is neither JSON nor Base64");
    }
    return Part.of(Msgpack.read(ByteBuffer.wrap(packed), limits)).members();
  }

  private static @Nullable Received read(
      long type, @Nullable String uid, String namespace, Map<String, Part> data)
      throws PacketFormatException {
    String requestId = text(data, "requestId");
    if (type >= BROADCAST && type <= SERVER_SIDE_EMIT && type != FETCH_SOCKETS_RESPONSE) {
      ClusterMessage message = message((int) type, namespace, requestId, data);
      return new Received(uid, namespace, requestId, message, null);
    }
    ClusterAnswer answer = answer(type, data);
    if (answer == null) {
      return null;
    }
    if (requestId == null) {
      throw malformed("an answer to nothing");
    }
    return new Received(uid, namespace, requestId, null, answer);
  }

  private static ClusterMessage message(
      int type, String namespace, @Nullable String requestId, Map<String, Part> data)
      throws PacketFormatException {
    if (type == SERVER_SIDE_EMIT) {
      Call call = call(data.get("packet"));
      return requestId == null
          ? new ClusterMessage.ServerEvent(namespace, call.event(), call.arguments())
          : new ClusterMessage.ServerQuestion(requestId, namespace, call.event(), call.arguments());
    }
    Part opts = data.get("opts");
    if (opts == null || !opts.isObject()) {
      throw malformed("no options"); // which would mean everybody
    }
    Map<String, Part> options = opts.members();
    BroadcastOptions to =
        BroadcastOptions.all(namespace)
            .withRooms(names(options, "rooms"))
            .withExcept(names(options, "except"));
    return switch (type) {
      case BROADCAST -> broadcast(to, requestId, data.get("packet"), options.get("flags"));
      case SOCKETS_JOIN -> new ClusterMessage.Join(to, List.copyOf(names(data, "rooms")), false);
      case SOCKETS_LEAVE -> new ClusterMessage.Leave(to, List.copyOf(names(data, "rooms")), false);
      case DISCONNECT_SOCKETS ->
          new ClusterMessage.Disconnect(to, Boolean.TRUE.equals(value(data, "close")), false);
      default -> {
        if (requestId == null) {
          throw malformed("a request without an id");
        }
        yield new ClusterMessage.Fetch(requestId, to);
      }
    };
  }

  private static ClusterMessage broadcast(
      BroadcastOptions to, @Nullable String requestId, @Nullable Part packet, @Nullable Part flags)
      throws PacketFormatException {
    Map<String, Part> members = packet == null ? Map.of() : packet.members();
    long type = integer(members, "type");
    if (type != EVENT && type != BINARY_EVENT) {
      throw malformed("a broadcast that is no event");
    }
    Call call = call(members.get("data"));
    Packet.Event event =
        new Packet.Event(to.namespace(), Packet.NO_ID, call.event(), call.arguments());
    Map<String, Part> how = flags == null ? Map.of() : flags.members();
    BroadcastOptions options =
        to.withVolatile(Boolean.TRUE.equals(value(how, "volatile")))
            .withCompress(!Boolean.FALSE.equals(value(how, "compress")));
    if (requestId == null) {
      return new ClusterMessage.Broadcast(event, options);
    }
    Duration timeout =
        value(how, "timeout") instanceof Number millis
            ? Duration.ofMillis(Math.max(1, millis.longValue()))
            : DEFAULT_TIMEOUT;
    return new ClusterMessage.Question(
        requestId, event, options, timeout.compareTo(MAX_TIMEOUT) > 0 ? MAX_TIMEOUT : timeout);
  }

  private static Call call(@Nullable Part array) throws PacketFormatException {
    if (array == null || !(array.first() instanceof String event)) {
      throw malformed("an event without a name");
    }
    return new Call(event, array.rest());
  }

  private static @Nullable ClusterAnswer answer(long type, Map<String, Part> data)
      throws PacketFormatException {
    if (type == FETCH_SOCKETS_RESPONSE) {
      List<RemoteSocket> found = new ArrayList<>();
      if (value(data, "sockets") instanceof List<?> all) {
        for (Object each : all) {
          RemoteSocket socket = RemoteSocketForm.read(each);
          if (socket != null) {
            found.add(socket);
          }
        }
      }
      return new ClusterAnswer.Sockets(found);
    }
    if (type == SERVER_SIDE_EMIT_RESPONSE) {
      return new ClusterAnswer.ServerAnswered(value(data, "packet"));
    }
    if (type == BROADCAST_CLIENT_COUNT) {
      long count = integer(data, "clientCount");
      if (count < 0 || count > Integer.MAX_VALUE) {
        throw malformed("a number of clients that cannot be");
      }
      return new ClusterAnswer.Reached((int) count, null);
    }
    if (type == BROADCAST_ACK) {
      Part packet = data.get("packet");
      return new ClusterAnswer.ClientAnswered(
          null,
          packet == null ? Arguments.EMPTY : Arguments.of(new @Nullable Object[] {packet.value()}));
    }
    return null; // heartbeats of others, or of a later version
  }

  /** A value of JSON, of which nothing is decoded yet, or of MessagePack. */
  private record Part(@Nullable JsonView json, @Nullable Object tree) {
    static Part of(JsonView json) {
      return new Part(json, null);
    }

    static Part of(@Nullable Object tree) {
      return new Part(null, tree);
    }

    boolean isObject() {
      return json == null ? tree instanceof Map : json.isObject();
    }

    /** Returns the members of an object; nothing if it is none. */
    Map<String, Part> members() {
      Map<String, Part> members = new LinkedHashMap<>();
      if (json != null) {
        if (json.isObject()) {
          json.members().forEach((name, value) -> members.put(name, of(value)));
        }
      } else if (tree instanceof Map<?, ?> map) {
        map.forEach((name, value) -> members.put(String.valueOf(name), of(value)));
      }
      return members;
    }

    @Nullable Object value() {
      return json == null ? tree : json.value();
    }

    /** Returns the first element of an array; null if there is none. */
    @Nullable Object first() {
      if (json != null) {
        List<JsonView> elements = json.isArray() ? json.elements() : List.of();
        return elements.isEmpty() ? null : elements.get(0).value();
      }
      return tree instanceof List<?> list && !list.isEmpty() ? list.get(0) : null;
    }

    /** Returns an array without its first element. */
    Arguments rest() throws PacketFormatException {
      if (json != null) {
        return json.arguments(List.of(), 1);
      }
      return tree instanceof List<?> list
          ? Arguments.ofList(list.subList(1, list.size()))
          : Arguments.EMPTY;
    }
  }

  private static @Nullable Object value(Map<String, Part> members, String name) {
    Part member = members.get(name);
    return member == null ? null : member.value();
  }

  private static @Nullable String text(Map<String, Part> members, String name) {
    return value(members, name) instanceof String text ? text : null;
  }

  private static long integer(Map<String, Part> members, String name) {
    return value(members, name) instanceof Number number ? number.longValue() : -1;
  }

  /** Reads an array of names; what is missing is empty. */
  private static Set<String> names(Map<String, Part> members, String name) {
    Set<String> names = new LinkedHashSet<>();
    if (value(members, name) instanceof List<?> all) {
      all.forEach(each -> names.add(String.valueOf(each)));
    }
    return names;
  }

  private static PacketFormatException malformed(String what) {
    return new PacketFormatException(Reason.PAYLOAD, what);
  }
}

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
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The messages of {@code @socket.io/redis-adapter} (7 and 8): broadcasts in MessagePack, requests
 * and answers in JSON where that can say it. What of it cannot, for there are bytes in it, is
 * MessagePack too, which the adapter reads on all channels. Immutable.
 *
 * <p>Node.js may name a room by a number; here it is named by the digits.
 */
final class ClassicForm {
  /** Who sends that is no node. */
  static final String EMITTER = "emitter";

  private static final int SOCKETS = 0;
  private static final int ALL_ROOMS = 1;
  private static final int JOIN = 2;
  private static final int LEAVE = 3;
  private static final int DISCONNECT = 4;
  private static final int FETCH = 5;
  private static final int SERVER_EVENT = 6;
  private static final int QUESTION = 7;
  private static final int CLIENT_COUNT = 8;
  private static final int CLIENT_ANSWER = 9;

  private static final int EVENT = 2;
  private static final int BINARY_EVENT = 5;

  private final String uid;
  private final boolean isNode;
  private final UnaryOperator<Object> converter;
  private final DecoderLimits limits;
  private final Duration defaultTimeout;
  private final RemoteSocketForm sockets;
  private final byte[] ownBroadcast;

  /**
   * Creates it.
   *
   * @param uid who writes
   * @param isNode whether it is a node, and no emitter
   * @param converter turns values into trees
   * @param limits of the packets in messages
   * @param defaultTimeout for questions that do not say how long they wait
   */
  ClassicForm(
      String uid,
      boolean isNode,
      UnaryOperator<Object> converter,
      DecoderLimits limits,
      Duration defaultTimeout,
      RemoteSocketForm sockets) {
    this.uid = uid;
    this.isNode = isNode;
    this.converter = converter;
    this.limits = ClusterContext.around(limits);
    this.defaultTimeout = defaultTimeout;
    this.sockets = sockets;
    // A list of three that begins with a short text.
    byte[] name = uid.getBytes(UTF_8);
    this.ownBroadcast =
        ByteBuffer.allocate(2 + name.length)
            .put((byte) 0x93)
            .put((byte) (0xA0 | name.length))
            .put(name)
            .array();
  }

  /** In which form a request is answered. */
  enum Reply {
    NONE,
    /** The ids of sockets. */
    IDS,
    /** The rooms that sockets are in. */
    ROOMS,
    /** Sockets as they are. */
    SOCKETS,
    /** One value of the node. */
    VALUE,
    /** How many clients are asked, and what each answers. */
    CLIENTS,
    /** That it is done, if the one socket is here. */
    DONE
  }

  /**
   * A request of another node.
   *
   * @param from who asks; null if it does not say
   * @param message what it asks for
   * @param requestId by which answers are known; empty if none is wanted
   */
  record Asked(@Nullable String from, ClusterMessage message, String requestId, Reply reply) {}

  /** An answer to a request of this node. */
  record Answered(String requestId, ClusterAnswer answer) {}

  // ---- writing ----

  /** Writes an event to clients. */
  ByteBuffer broadcast(ClusterMessage.Broadcast broadcast) {
    return packed(
        List.of(
            isNode ? uid : EMITTER,
            packet(broadcast.event()),
            options(broadcast.to(), flags(broadcast.to()))));
  }

  /** Writes anything else. */
  ByteBuffer request(ClusterMessage message) {
    if (message instanceof ClusterMessage.Join join) {
      return text(change(JOIN, join.to()).put("rooms", join.rooms()));
    }
    if (message instanceof ClusterMessage.Leave leave) {
      return text(change(LEAVE, leave.to()).put("rooms", leave.rooms()));
    }
    if (message instanceof ClusterMessage.Disconnect disconnect) {
      return text(change(DISCONNECT, disconnect.to()).put("close", disconnect.close()));
    }
    if (message instanceof ClusterMessage.Fetch fetch) {
      return text(
          json()
              .put("uid", uid)
              .put("requestId", fetch.id())
              .put("type", FETCH)
              .put("opts", options(fetch.to(), null)));
    }
    if (message instanceof ClusterMessage.ServerEvent event) {
      return serverEvent(isNode ? uid : EMITTER, null, event.name(), event.arguments());
    }
    if (message instanceof ClusterMessage.ServerQuestion question) {
      return serverEvent(uid, question.id(), question.name(), question.arguments());
    }
    if (message instanceof ClusterMessage.Question question) {
      Map<String, @Nullable Object> flags = flags(question.to());
      flags.put("timeout", question.timeout().toMillis());
      Map<String, @Nullable Object> form = new LinkedHashMap<>();
      form.put("uid", uid);
      form.put("requestId", question.id());
      form.put("type", QUESTION);
      form.put("packet", packet(question.event()));
      form.put("opts", options(question.to(), flags));
      return packed(form);
    }
    throw new IllegalArgumentException(message.getClass() + ": not written here");
  }

  private JsonBuilder change(int type, BroadcastOptions to) {
    JsonBuilder json = json();
    if (isNode) {
      json.put("uid", uid);
    }
    return json.put("type", type).put("opts", options(to, null));
  }

  private ByteBuffer serverEvent(
      String from, @Nullable String requestId, String name, Arguments arguments) {
    JsonBuilder json = json().put("uid", from);
    if (requestId != null) {
      json.put("requestId", requestId);
    }
    json.put("type", SERVER_EVENT).putEvent("data", name, arguments);
    if (json.attachments().isEmpty()) {
      return text(json);
    }
    Map<String, @Nullable Object> form = new LinkedHashMap<>();
    form.put("uid", from);
    if (requestId != null) {
      form.put("requestId", requestId);
    }
    form.put("type", SERVER_EVENT);
    form.put("data", data(name, arguments));
    return packed(form);
  }

  /**
   * Writes the answer to a request.
   *
   * @return null if this kind of request has no such answer
   */
  @Nullable ByteBuffer answer(Asked asked, ClusterAnswer answer) {
    String request = asked.requestId();
    return switch (asked.reply()) {
      case IDS ->
          answer instanceof ClusterAnswer.Sockets found
              ? text(
                  json()
                      .put("requestId", request)
                      .put("sockets", found.sockets().stream().map(RemoteSocket::id).toList()))
              : null;
      case ROOMS ->
          answer instanceof ClusterAnswer.Sockets found
              ? text(json().put("requestId", request).put("rooms", rooms(found.sockets())))
              : null;
      case SOCKETS ->
          answer instanceof ClusterAnswer.Sockets found
              ? value(
                  json().put("requestId", request),
                  Map.of("requestId", request),
                  "sockets",
                  found.sockets().stream().map(sockets::write).toList())
              : null;
      case VALUE ->
          answer instanceof ClusterAnswer.ServerAnswered one
              ? value(
                  json().put("type", SERVER_EVENT).put("requestId", request),
                  typed(SERVER_EVENT, request),
                  "data",
                  one.value())
              : null;
      case CLIENTS -> clients(request, answer);
      case DONE -> text(json().put("requestId", request));
      case NONE -> null;
    };
  }

  private @Nullable ByteBuffer clients(String request, ClusterAnswer answer) {
    if (answer instanceof ClusterAnswer.Reached reached) {
      return text(
          json()
              .put("type", CLIENT_COUNT)
              .put("requestId", request)
              .put("clientCount", reached.count()));
    }
    if (answer instanceof ClusterAnswer.ClientAnswered one) {
      Map<String, @Nullable Object> form = typed(CLIENT_ANSWER, request);
      if (one.arguments().size() > 0) {
        form.put("packet", one.arguments().values().get(0));
      }
      return packed(form);
    }
    return null;
  }

  private static Set<String> rooms(List<RemoteSocket> sockets) {
    Set<String> rooms = new LinkedHashSet<>();
    sockets.forEach(socket -> rooms.addAll(socket.rooms()));
    return rooms;
  }

  private static Map<String, @Nullable Object> typed(int type, String request) {
    Map<String, @Nullable Object> form = new LinkedHashMap<>();
    form.put("type", type);
    form.put("requestId", request);
    return form;
  }

  /** Writes a message whose last member may hold bytes. */
  private ByteBuffer value(
      JsonBuilder json, Map<String, ?> head, String name, @Nullable Object value) {
    json.put(name, value);
    if (json.attachments().isEmpty()) {
      return text(json);
    }
    Map<String, @Nullable Object> form = new LinkedHashMap<>(head);
    form.put(name, value);
    return packed(form);
  }

  private static Map<String, Object> packet(Packet.Event event) {
    Map<String, Object> packet = new LinkedHashMap<>();
    packet.put("type", EVENT);
    packet.put("data", data(event.name(), event.arguments()));
    packet.put("nsp", event.namespace());
    return packet;
  }

  private static List<@Nullable Object> data(String name, Arguments arguments) {
    List<@Nullable Object> data = new ArrayList<>(1 + arguments.size());
    data.add(name);
    data.addAll(arguments.values());
    return data;
  }

  private static Map<String, Object> options(BroadcastOptions to, @Nullable Map<String, ?> flags) {
    Map<String, Object> options = new LinkedHashMap<>();
    options.put("rooms", to.rooms());
    options.put("except", to.except());
    if (flags != null) {
      options.put("flags", flags);
    }
    return options;
  }

  private static Map<String, @Nullable Object> flags(BroadcastOptions to) {
    Map<String, @Nullable Object> flags = new LinkedHashMap<>();
    if (to.isVolatile()) {
      flags.put("volatile", true);
    }
    if (!to.compress()) {
      flags.put("compress", false);
    }
    return flags;
  }

  private JsonBuilder json() {
    return new JsonBuilder(converter);
  }

  private static ByteBuffer text(JsonBuilder json) {
    return ByteBuffer.wrap(json.toBytes());
  }

  private ByteBuffer packed(Object value) {
    // The timestamps of the specification are not read by version 7, which has notepack.io 2.
    return Msgpack.write(value, Msgpack.Dates.NOTEPACK, converter);
  }

  // ---- reading ----

  /**
   * Reads an event to clients.
   *
   * @return null if this node has sent it, or it is for another namespace
   */
  ClusterMessage.@Nullable Broadcast readBroadcast(String namespace, byte[] bytes)
      throws PacketFormatException {
    if (isOwn(bytes)) {
      return null;
    }
    if (!(Msgpack.read(ByteBuffer.wrap(bytes), limits) instanceof List<?> parts)
        || parts.size() < 3
        || !(parts.get(1) instanceof Map<?, ?> packet)) {
      throw malformed("not a list of sender, packet and options");
    }
    Object target = packet.get("nsp");
    if (uid.equals(parts.get(0)) || !namespace.equals(target == null ? "/" : target)) {
      return null;
    }
    return new ClusterMessage.Broadcast(event(namespace, packet), options(namespace, parts.get(2)));
  }

  private boolean isOwn(byte[] bytes) {
    if (bytes.length < ownBroadcast.length) {
      return false;
    }
    for (int i = 0; i < ownBroadcast.length; i++) {
      if (bytes[i] != ownBroadcast[i]) {
        return false;
      }
    }
    return true;
  }

  /**
   * Reads a request.
   *
   * @return null if this node has sent it, or it is of a kind that is not known
   */
  @Nullable Asked readRequest(String namespace, byte[] bytes) throws PacketFormatException {
    Map<?, ?> request = object(isJson(bytes) ? view(bytes).value() : read(bytes));
    String from = text(request, "uid");
    if (uid.equals(from)) {
      return null; // what is to be done here has been done
    }
    if (!(request.get("type") instanceof Integer type)) {
      throw malformed("a request without a type");
    }
    return switch (type) {
      case SOCKETS ->
          fetch(from, request, toRooms(namespace, names(request.get("rooms"))), Reply.IDS);
      case ALL_ROOMS -> fetch(from, request, BroadcastOptions.all(namespace), Reply.ROOMS);
      case FETCH -> fetch(from, request, options(namespace, request.get("opts")), Reply.SOCKETS);
      case JOIN, LEAVE, DISCONNECT -> readChange(namespace, type, from, request);
      case SERVER_EVENT -> readServerEvent(namespace, from, request);
      case QUESTION -> readQuestion(namespace, from, request);
      default -> null;
    };
  }

  private static Asked fetch(
      @Nullable String from, Map<?, ?> request, BroadcastOptions to, Reply reply)
      throws PacketFormatException {
    String id = requestId(request);
    return new Asked(from, new ClusterMessage.Fetch(id, to), id, reply);
  }

  /** Reads a change of the sockets in rooms, or in the earlier form of one socket. */
  private static Asked readChange(
      String namespace, int type, @Nullable String from, Map<?, ?> request)
      throws PacketFormatException {
    boolean isOfOne = request.get("opts") == null;
    BroadcastOptions to;
    List<String> rooms;
    if (isOfOne) {
      to = toRooms(namespace, Set.of(name(request.get("sid"))));
      rooms = type == DISCONNECT ? List.of() : List.of(name(request.get("room")));
    } else {
      to = options(namespace, request.get("opts"));
      rooms = List.copyOf(names(request.get("rooms")));
    }
    ClusterMessage change =
        switch (type) {
          case JOIN -> new ClusterMessage.Join(to, rooms, isOfOne);
          case LEAVE -> new ClusterMessage.Leave(to, rooms, isOfOne);
          default ->
              new ClusterMessage.Disconnect(to, Boolean.TRUE.equals(request.get("close")), isOfOne);
        };
    String id = text(request, "requestId");
    return id == null || !isOfOne
        ? new Asked(from, change, "", Reply.NONE)
        : new Asked(from, change, id, Reply.DONE);
  }

  private static Asked readServerEvent(String namespace, @Nullable String from, Map<?, ?> request)
      throws PacketFormatException {
    Packet.Event event = event(namespace, request.get("data"));
    if (request.get("requestId") == null) {
      return new Asked(
          from,
          new ClusterMessage.ServerEvent(namespace, event.name(), event.arguments()),
          "",
          Reply.NONE);
    }
    String id = requestId(request);
    return new Asked(
        from,
        new ClusterMessage.ServerQuestion(id, namespace, event.name(), event.arguments()),
        id,
        Reply.VALUE);
  }

  private Asked readQuestion(String namespace, @Nullable String from, Map<?, ?> request)
      throws PacketFormatException {
    String id = requestId(request);
    if (!(request.get("packet") instanceof Map<?, ?> packet)) {
      throw malformed("a question without a packet");
    }
    Object options = request.get("opts");
    Duration timeout = defaultTimeout;
    if (options instanceof Map<?, ?> map
        && map.get("flags") instanceof Map<?, ?> flags
        && flags.get("timeout") instanceof Number millis) {
      timeout = Duration.ofMillis(Math.max(1, Math.min(millis.longValue(), Integer.MAX_VALUE)));
    }
    return new Asked(
        from,
        new ClusterMessage.Question(
            id, event(namespace, packet), options(namespace, options), timeout),
        id,
        Reply.CLIENTS);
  }

  /**
   * Reads an answer.
   *
   * @param isAwaited whether a request of this node waits for answers
   * @return null if it is for another node, or of a kind that is not known
   */
  @Nullable Answered readAnswer(byte[] bytes, Predicate<String> isAwaited)
      throws PacketFormatException {
    Map<?, ?> answer;
    if (isJson(bytes)) {
      JsonView view = view(bytes);
      JsonView request = view.members().get("requestId");
      if (request == null || !(request.value() instanceof String id) || !isAwaited.test(id)) {
        return null; // most are for others, and some hold a lot
      }
      answer = object(view.value());
    } else {
      answer = object(read(bytes));
    }
    String id = requestId(answer);
    ClusterAnswer body = isAwaited.test(id) ? answer(answer) : null;
    return body == null ? null : new Answered(id, body);
  }

  private static @Nullable ClusterAnswer answer(Map<?, ?> answer) throws PacketFormatException {
    Object type = answer.get("type");
    if (type == null) {
      return answer.get("sockets") instanceof List<?> all ? sockets(all) : null;
    }
    return switch (type instanceof Integer number ? number : -1) {
      case SERVER_EVENT -> new ClusterAnswer.ServerAnswered(answer.get("data"));
      case CLIENT_COUNT -> {
        if (!(answer.get("clientCount") instanceof Integer count) || count < 0) {
          throw malformed("a number of clients that is none");
        }
        yield new ClusterAnswer.Reached(count, null);
      }
      case CLIENT_ANSWER ->
          new ClusterAnswer.ClientAnswered(
              null,
              answer.containsKey("packet")
                  ? Arguments.of(new @Nullable Object[] {answer.get("packet")})
                  : Arguments.EMPTY);
      default -> null;
    };
  }

  private static ClusterAnswer sockets(List<?> all) {
    List<RemoteSocket> sockets = new ArrayList<>();
    for (Object each : all) {
      RemoteSocket socket = RemoteSocketForm.read(each);
      if (socket != null) {
        sockets.add(socket);
      }
    }
    return new ClusterAnswer.Sockets(sockets);
  }

  private static boolean isJson(byte[] bytes) {
    return bytes.length > 0 && bytes[0] == '{';
  }

  private JsonView view(byte[] bytes) throws PacketFormatException {
    return JsonView.read(bytes, limits);
  }

  private @Nullable Object read(byte[] bytes) throws PacketFormatException {
    return Msgpack.read(ByteBuffer.wrap(bytes), limits);
  }

  private static Map<?, ?> object(@Nullable Object value) throws PacketFormatException {
    if (value instanceof Map<?, ?> map) {
      return map;
    }
    throw malformed("not an object");
  }

  private static Packet.Event event(String namespace, Map<?, ?> packet)
      throws PacketFormatException {
    // The parser of Node.js tells bytes apart later.
    if (!(packet.get("type") instanceof Integer type) || (type != EVENT && type != BINARY_EVENT)) {
      throw malformed("a packet that is no event");
    }
    return event(namespace, packet.get("data"));
  }

  private static Packet.Event event(String namespace, @Nullable Object data)
      throws PacketFormatException {
    if (!(data instanceof List<?> list) || list.isEmpty()) {
      throw malformed("an event without a name");
    }
    return new Packet.Event(
        namespace, Packet.NO_ID, name(list.get(0)), Arguments.ofList(list.subList(1, list.size())));
  }

  private static BroadcastOptions options(String namespace, @Nullable Object options)
      throws PacketFormatException {
    if (!(options instanceof Map<?, ?> map)) {
      throw malformed("a message without options");
    }
    Map<?, ?> flags = map.get("flags") instanceof Map<?, ?> some ? some : Map.of();
    return new BroadcastOptions(
        namespace,
        names(map.get("rooms")),
        names(map.get("except")),
        Boolean.TRUE.equals(flags.get("volatile")),
        !Boolean.FALSE.equals(flags.get("compress")),
        false);
  }

  private static BroadcastOptions toRooms(String namespace, Set<String> rooms) {
    return BroadcastOptions.all(namespace).withRooms(rooms);
  }

  private static Set<String> names(@Nullable Object value) throws PacketFormatException {
    if (value == null) {
      return Set.of();
    }
    // Not to be taken for none, which would mean everybody.
    if (!(value instanceof Collection<?> all)) {
      throw malformed("rooms that are no list");
    }
    Set<String> names = new LinkedHashSet<>();
    for (Object each : all) {
      names.add(name(each));
    }
    return names;
  }

  private static String name(@Nullable Object value) throws PacketFormatException {
    if (value instanceof String name) {
      return name;
    }
    if (value instanceof Integer || value instanceof Long || value instanceof BigInteger) {
      return value.toString();
    }
    if (value instanceof Double number && Double.isFinite(number)) {
      return new BigDecimal(number.toString()).stripTrailingZeros().toPlainString();
    }
    throw malformed("a name that is neither a text nor a number");
  }

  private static String requestId(Map<?, ?> message) throws PacketFormatException {
    String id = text(message, "requestId");
    if (id == null) {
      throw malformed("a request or an answer without an id");
    }
    return id;
  }

  private static @Nullable String text(Map<?, ?> members, String name) {
    return members.get(name) instanceof String text ? text : null;
  }

  private static PacketFormatException malformed(String what) {
    return new PacketFormatException(Reason.PAYLOAD, what);
  }
}

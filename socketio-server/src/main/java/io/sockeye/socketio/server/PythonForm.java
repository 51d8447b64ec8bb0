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

import static java.nio.charset.StandardCharsets.US_ASCII;

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
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The messages of python-socketio's pub/sub managers (5.14 and later), and what nodes of this
 * project say besides. Each of ours has the member {@code sockeye}, which Python does not look at:
 * the number of the message, and what Python has no word for. Messages of no use to Python have the
 * method {@code sockeye}, which it ignores. Immutable.
 */
final class PythonForm {
  /** A node has come, and asks the others to say that they are there. */
  static final String HELLO = "hello";

  /** A process that is no node asks the nodes to say that they are there. */
  static final String WHO = "who";

  /** A node is there. */
  static final String ALIVE = "alive";

  /** A node goes. */
  static final String GONE = "gone";

  private static final String OWN = "sockeye";

  /** Python asks without a time-out; this is how long its clients are waited for. */
  private static final Duration CALLBACK_TIMEOUT = Duration.ofSeconds(60);

  /** Over so many pairs of a target and a room only nodes of this project are told. */
  private static final int MAX_PAIRS = 64;

  private static final byte[] END = "}}".getBytes(US_ASCII);

  private final String hostId;
  private final PythonVersion version;
  private final UnaryOperator<Object> converter;
  private final DecoderLimits limits;
  private final RemoteSocketForm sockets;

  PythonForm(
      String hostId,
      PythonVersion version,
      UnaryOperator<Object> converter,
      DecoderLimits limits,
      RemoteSocketForm sockets) {
    this.hostId = hostId;
    this.version = version;
    this.converter = converter;
    this.limits = ClusterContext.around(limits);
    this.sockets = sockets;
  }

  /** A message without its number, which is known when it is published. */
  @SuppressWarnings("ArrayRecordComponent") // handed on, never compared
  record Numbered(byte[] head) {
    int length() {
      return head.length + 8;
    }

    ByteBuffer with(long number) {
      byte[] digits = Long.toString(number).getBytes(US_ASCII);
      return ByteBuffer.allocate(head.length + digits.length + END.length)
          .put(head)
          .put(digits)
          .put(END)
          .flip();
    }
  }

  /**
   * How an emitter is called back.
   *
   * @param sid what it calls the socket: the room that it has named
   * @param namespace the namespace
   * @param id its number for it
   */
  record Callback(String sid, String namespace, long id) {}

  /**
   * A message.
   *
   * @param hostId who has sent it; empty if it does not say
   * @param number its number; 0 if it has none
   * @param life what it says of its sender itself, null for nothing
   * @param body what it says of clients, null for nothing
   * @param requestId by which answers are known; empty if none is wanted in our way
   * @param callback how it is answered in Python's way, or what is called back; null for neither
   * @param callbackArguments what a callback brings
   */
  record Received(
      String hostId,
      long number,
      @Nullable String life,
      @Nullable ClusterMessage body,
      String requestId,
      @Nullable Callback callback,
      @Nullable Arguments callbackArguments) {}

  /**
   * An answer to a request of this node.
   *
   * @param answer null if it only says that its sender is there
   */
  record Answered(String requestId, String from, @Nullable ClusterAnswer answer) {}

  // ---- writing ----

  /** Writes what a node says of itself. */
  Numbered life(String what) {
    return numbered(
        builder().put("method", OWN).put("type", what).put("host_id", hostId), builder());
  }

  /**
   * Writes an event that clients answer.
   *
   * @param callback by which Python's answers are known
   */
  Numbered question(ClusterMessage.Question question, long callback) {
    JsonBuilder own = builder();
    own.put("request", question.id()).put("timeout", question.timeout().toMillis());
    Set<String> rooms = question.to().rooms();
    String room = rooms.isEmpty() ? "" : rooms.iterator().next();
    return emit(
        question.event(), question.to(), List.of(room, question.namespace(), callback), own);
  }

  /** Writes a message, in as many parts as Python needs for it. */
  List<Numbered> write(ClusterMessage message) {
    if (message instanceof ClusterMessage.Broadcast broadcast) {
      return List.of(emit(broadcast.event(), broadcast.to(), null, builder()));
    }
    if (message instanceof ClusterMessage.Join join) {
      return rooms("enter_room", "join", join.to(), join.rooms());
    }
    if (message instanceof ClusterMessage.Leave leave) {
      return leave(leave);
    }
    if (message instanceof ClusterMessage.Disconnect disconnect) {
      return disconnect(disconnect);
    }
    if (message instanceof ClusterMessage.Fetch fetch) {
      return List.of(own(ours("fetch", fetch.to()).put("request", fetch.id())));
    }
    if (message instanceof ClusterMessage.ServerQuestion question) {
      return List.of(
          serverEvent(question.namespace(), question.name(), question.arguments(), question.id()));
    }
    if (message instanceof ClusterMessage.ServerEvent event) {
      return List.of(serverEvent(event.namespace(), event.name(), event.arguments(), null));
    }
    throw new IllegalArgumentException(message.getClass() + ": not written here");
  }

  private Numbered emit(
      Packet.Event event, BroadcastOptions to, @Nullable List<Object> callback, JsonBuilder own) {
    JsonBuilder json = builder().put("method", "emit").put("event", event.name());
    boolean wasOnlyNull = event.arguments().size() == 1 && isNull(event.arguments());
    boolean isBinary = putData(json, own, event.arguments(), wasOnlyNull);
    json.put("binary", isBinary)
        .put("namespace", event.namespace())
        .put("room", oneOrAll(to.rooms()))
        .put("skip_sid", oneOrAll(to.except()))
        .put("callback", callback)
        .put("host_id", hostId);
    if (to.isVolatile()) {
      own.put("volatile", true);
    }
    if (!to.compress()) {
      own.put("compress", false);
    }
    return numbered(json, own);
  }

  /** Python takes a single null for no argument, which only our own member tells apart. */
  private static boolean isNull(Arguments arguments) {
    return arguments.json() == null
        ? arguments.values().get(0) == null
        : arguments.json().elementsEnd() - arguments.json().elementsStart() == 4
            && arguments.values().get(0) == null;
  }

  private boolean putData(
      JsonBuilder json, JsonBuilder own, Arguments arguments, boolean onlyNull) {
    if (version == PythonVersion.V5_15_1) {
      if (onlyNull) {
        own.put("null", true);
      }
      return json.putArguments("data", arguments, PythonForm::base64);
    }
    own.put("args", arguments.size());
    Object bare =
        arguments.size() == 0
            ? null
            : arguments.size() == 1 ? arguments.values().get(0) : arguments.values();
    return json.putValue("data", bare, PythonForm::base64);
  }

  private static String base64(ByteBuffer bytes) {
    byte[] copy = new byte[bytes.remaining()];
    bytes.duplicate().get(copy);
    return Base64.getEncoder().encodeToString(copy);
  }

  private static @Nullable Object oneOrAll(Set<String> names) {
    return names.isEmpty()
        ? null
        : names.size() == 1 ? names.iterator().next() : new TreeSet<>(names);
  }

  private List<Numbered> leave(ClusterMessage.Leave leave) {
    Set<String> of = leave.to().rooms();
    if (leave.to().except().isEmpty() && of.size() == 1 && leave.rooms().equals(List.copyOf(of))) {
      return List.of(
          numbered(
              builder()
                  .put("method", "close_room")
                  .put("room", leave.rooms().get(0))
                  .put("namespace", leave.namespace())
                  .put("host_id", hostId),
              builder()));
    }
    return rooms("leave_room", "leave", leave.to(), leave.rooms());
  }

  /** Python knows one socket and one room at a time; we take its socket for a room. */
  private List<Numbered> rooms(
      String method, String type, BroadcastOptions to, List<String> rooms) {
    if (!isForPython(to, rooms.size())) {
      return List.of(own(ours(type, to).put("room", rooms)));
    }
    List<Numbered> all = new ArrayList<>();
    for (String target : to.rooms()) {
      for (String room : rooms) {
        all.add(
            numbered(
                builder()
                    .put("method", method)
                    .put("sid", target)
                    .put("room", room)
                    .put("namespace", to.namespace())
                    .put("host_id", hostId),
                builder()));
      }
    }
    return all;
  }

  private List<Numbered> disconnect(ClusterMessage.Disconnect disconnect) {
    BroadcastOptions to = disconnect.to();
    if (!isForPython(to, 1)) {
      return List.of(own(ours("disconnect", to).put("close", disconnect.close())));
    }
    List<Numbered> all = new ArrayList<>();
    for (String target : to.rooms()) {
      JsonBuilder own = builder();
      if (disconnect.close()) {
        own.put("close", true);
      }
      all.add(
          numbered(
              builder()
                  .put("method", "disconnect")
                  .put("sid", target)
                  .put("namespace", to.namespace())
                  .put("host_id", hostId),
              own));
    }
    return all;
  }

  private static boolean isForPython(BroadcastOptions to, int rooms) {
    return to.except().isEmpty()
        && !to.rooms().isEmpty()
        && to.rooms().size() * Math.max(1, rooms) <= MAX_PAIRS;
  }

  private JsonBuilder ours(String type, BroadcastOptions to) {
    return builder()
        .put("method", OWN)
        .put("type", type)
        .put("namespace", to.namespace())
        .put("rooms", to.rooms())
        .put("except", to.except());
  }

  private Numbered serverEvent(
      String namespace, String name, Arguments arguments, @Nullable String request) {
    JsonBuilder json =
        builder()
            .put("method", OWN)
            .put("type", "event")
            .put("namespace", namespace)
            .put("event", name);
    json.put("binary", json.putArguments("data", arguments, PythonForm::base64));
    return own(request == null ? json : json.put("request", request));
  }

  private Numbered own(JsonBuilder json) {
    return numbered(json.put("host_id", hostId), builder());
  }

  private JsonBuilder builder() {
    return new JsonBuilder(converter);
  }

  /** Writes the end of a message, up to its number. */
  private static Numbered numbered(JsonBuilder json, JsonBuilder own) {
    boolean isEmpty = own.isEmpty();
    json.put(OWN, own);
    byte[] text = json.toBytes();
    byte[] name = (isEmpty ? "\"n\":" : ",\"n\":").getBytes(US_ASCII);
    // In the place of the two closing braces.
    byte[] head = new byte[text.length - END.length + name.length];
    System.arraycopy(text, 0, head, 0, text.length - END.length);
    System.arraycopy(name, 0, head, text.length - END.length, name.length);
    return new Numbered(head);
  }

  /** Writes for a process that is no node that this one is there. */
  byte[] alive(String to) {
    return builder().put("to", to).put("from", hostId).put("answer", ALIVE).toBytes();
  }

  /** Writes an answer that goes to a node of this project. */
  byte[] answer(String to, String request, ClusterAnswer answer) {
    JsonBuilder json = builder().put("to", to).put("from", hostId).put("request", request);
    if (answer instanceof ClusterAnswer.Reached reached) {
      json.put("answer", "reached").put("ids", reached.ids());
    } else if (answer instanceof ClusterAnswer.ClientAnswered one) {
      json.put("answer", "client").put("id", one.socketId());
      json.put("binary", json.putArguments("data", one.arguments(), PythonForm::base64));
    } else if (answer instanceof ClusterAnswer.ClientLost lost) {
      json.put("answer", "lost").put("id", lost.socketId());
    } else if (answer instanceof ClusterAnswer.Sockets found) {
      json.put("answer", "sockets");
      Arguments all = Arguments.ofList(found.sockets().stream().map(sockets::write).toList());
      json.put("binary", json.putArguments("data", all, PythonForm::base64));
    } else if (answer instanceof ClusterAnswer.ServerAnswered server) {
      json.put("answer", "server");
      Arguments value = Arguments.of(new @Nullable Object[] {server.value()});
      json.put("binary", json.putArguments("data", value, PythonForm::base64));
    }
    return json.toBytes();
  }

  /**
   * Writes an answer in Python's way.
   *
   * @return null if there are bytes in it, which cannot be written
   */
  byte @Nullable [] callback(String to, Callback callback, Arguments arguments) {
    JsonBuilder json =
        builder()
            .put("method", "callback")
            .put("host_id", to)
            .put("sid", callback.sid())
            .put("namespace", callback.namespace())
            .put("id", callback.id());
    return json.putArguments("args", arguments, PythonForm::base64) ? null : json.toBytes();
  }

  // ---- reading ----

  /**
   * Reads a message.
   *
   * @return null if it is of a kind that is ignored
   */
  @Nullable Received read(byte[] bytes) throws PacketFormatException {
    JsonView view = JsonView.read(bytes, limits);
    if (!view.isObject()) {
      throw malformed("not an object");
    }
    Map<String, JsonView> members = view.members();
    String method = text(members, "method");
    String host = text(members, "host_id");
    JsonView extra = members.get(OWN);
    Map<String, JsonView> own = extra == null || !extra.isObject() ? Map.of() : extra.members();
    long number = integer(own, "n");
    if (method == null) {
      throw malformed("no method");
    }
    String hostId = host == null ? "" : host;
    return switch (method) {
      case "emit" -> emitted(members, own, hostId, number);
      case "callback" -> calledBack(members, hostId);
      case "disconnect", "enter_room", "leave_room", "close_room" ->
          new Received(hostId, number, null, change(method, members, own), "", null, null);
      case OWN -> ours(members, hostId, number);
      default -> throw malformed("an unknown method");
    };
  }

  private static Received emitted(
      Map<String, JsonView> members, Map<String, JsonView> own, String host, long number)
      throws PacketFormatException {
    String name = text(members, "event");
    JsonView data = members.get("data");
    if (name == null || data == null) {
      throw malformed("an event without a name or data");
    }
    String namespace = namespace(members);
    Arguments arguments = data(data, isTrue(members, "binary"), own.containsKey("n"), own);
    BroadcastOptions to =
        new BroadcastOptions(
            namespace,
            names(members, "room"),
            names(members, "skip_sid"),
            isTrue(own, "volatile"),
            !own.containsKey("compress"),
            false);
    Packet.Event event = new Packet.Event(namespace, Packet.NO_ID, name, arguments);
    String request = text(own, "request");
    if (request != null) {
      Duration timeout = Duration.ofMillis(Math.max(1, integer(own, "timeout")));
      return new Received(
          host,
          number,
          null,
          new ClusterMessage.Question(request, event, to, timeout),
          request,
          null,
          null);
    }
    Callback callback = callback(members.get("callback"));
    ClusterMessage body =
        callback == null
            ? new ClusterMessage.Broadcast(event, to)
            : new ClusterMessage.Question("", event, to, CALLBACK_TIMEOUT);
    return new Received(host, number, null, body, "", callback, null);
  }

  /**
   * Reads the arguments of an event.
   *
   * @param exact whether our own kind has written them: then a single null is an argument
   */
  private static Arguments data(
      JsonView data, boolean isBinary, boolean exact, Map<String, JsonView> own)
      throws PacketFormatException {
    if (own.containsKey("null")) {
      return Arguments.of(new @Nullable Object[] {null});
    }
    if (own.containsKey("args")) {
      return counted(data, isBinary, integer(own, "args"));
    }
    if (isBinary) {
      List<JsonView> elements = data.elements();
      if (elements.isEmpty()) {
        throw malformed("binary data that is empty");
      }
      List<ByteBuffer> attachments = attachments(elements);
      JsonView first = elements.get(0);
      return first.isArray()
          ? first.arguments(attachments)
          : Arguments.of(data.arguments(attachments).values().get(0)); // before 5.15.1
    }
    if (!data.isArray()) { // before 5.15.1
      Object value = data.value();
      return value == null ? Arguments.EMPTY : Arguments.of(value);
    }
    Arguments arguments = data.arguments(List.of());
    return !exact && arguments.size() == 1 && isNull(arguments) ? Arguments.EMPTY : arguments;
  }

  /** Reads arguments of a version before 5.15.1, of which our own kind says how many they are. */
  private static Arguments counted(JsonView data, boolean isBinary, long count)
      throws PacketFormatException {
    Object value =
        isBinary ? data.arguments(attachments(data.elements())).values().get(0) : data.value();
    if (count == 1) {
      return Arguments.of(new @Nullable Object[] {value});
    }
    return value instanceof List<?> all ? Arguments.ofList(all) : Arguments.EMPTY;
  }

  private static List<ByteBuffer> attachments(List<JsonView> elements)
      throws PacketFormatException {
    List<ByteBuffer> attachments = new ArrayList<>();
    for (JsonView element : elements.subList(Math.min(1, elements.size()), elements.size())) {
      try {
        attachments.add(
            ByteBuffer.wrap(Base64.getDecoder().decode(String.valueOf(element.value())))
                .asReadOnlyBuffer());
      } catch (IllegalArgumentException malformed) {
        throw malformed("an attachment that is not Base64");
      }
    }
    return attachments;
  }

  private static @Nullable Callback callback(@Nullable JsonView callback) {
    if (callback == null || !callback.isArray()) {
      return null;
    }
    List<JsonView> parts = callback.elements();
    return parts.size() == 3
            && parts.get(0).value() instanceof String room
            && parts.get(1).value() instanceof String namespace
            && parts.get(2).value() instanceof Number id
        ? new Callback(room, namespace, id.longValue())
        : null;
  }

  private static @Nullable Received calledBack(Map<String, JsonView> members, String host)
      throws PacketFormatException {
    String sid = text(members, "sid");
    JsonView args = members.get("args");
    if (args == null || !args.isArray()) {
      throw malformed("a callback without arguments");
    }
    return new Received(
        host,
        0,
        null,
        null,
        "",
        new Callback(sid == null ? "" : sid, namespace(members), integer(members, "id")),
        args.arguments(List.of()));
  }

  private static ClusterMessage change(
      String method, Map<String, JsonView> members, Map<String, JsonView> own)
      throws PacketFormatException {
    String namespace = namespace(members);
    String room = text(members, "room");
    String sid = text(members, "sid");
    boolean isRoomless = method.equals("disconnect");
    boolean isSidless = method.equals("close_room");
    if ((room == null && !isRoomless) || (sid == null && !isSidless)) {
      throw malformed(method + " without sid or room");
    }
    List<String> rooms = room == null ? List.of() : List.of(room);
    BroadcastOptions to =
        BroadcastOptions.all(namespace).withRooms(Set.of(sid == null ? rooms.get(0) : sid));
    boolean byId = !isSidless && !own.containsKey("n"); // ours means a room
    return switch (method) {
      case "disconnect" -> new ClusterMessage.Disconnect(to, isTrue(own, "close"), byId);
      case "enter_room" -> new ClusterMessage.Join(to, rooms, byId);
      default -> new ClusterMessage.Leave(to, rooms, byId);
    };
  }

  private static @Nullable Received ours(Map<String, JsonView> members, String host, long number)
      throws PacketFormatException {
    String type = text(members, "type");
    if (type == null) {
      throw malformed("a message of this project without a type");
    }
    String request = text(members, "request");
    String requestId = request == null ? "" : request;
    BroadcastOptions to =
        BroadcastOptions.all(namespace(members))
            .withRooms(names(members, "rooms"))
            .withExcept(names(members, "except"));
    ClusterMessage body;
    switch (type) {
      case HELLO, WHO, ALIVE, GONE -> {
        return new Received(host, number, type, null, "", null, null);
      }
      case "join" -> body = new ClusterMessage.Join(to, List.copyOf(names(members, "room")), false);
      case "leave" ->
          body = new ClusterMessage.Leave(to, List.copyOf(names(members, "room")), false);
      case "disconnect" ->
          body = new ClusterMessage.Disconnect(to, isTrue(members, "close"), false);
      case "fetch" -> body = new ClusterMessage.Fetch(requestId, to);
      case "event" -> {
        String name = text(members, "event");
        JsonView data = members.get("data");
        if (name == null || data == null) {
          throw malformed("a server-side event without a name or data");
        }
        Arguments arguments = data(data, isTrue(members, "binary"), true, Map.of());
        body =
            request == null
                ? new ClusterMessage.ServerEvent(to.namespace(), name, arguments)
                : new ClusterMessage.ServerQuestion(requestId, to.namespace(), name, arguments);
      }
      default -> {
        return null; // of a later version
      }
    }
    return new Received(host, number, null, body, requestId, null, null);
  }

  /**
   * Reads an answer.
   *
   * @return null if it is for another node, or of a kind that is not known
   */
  @Nullable Answered readAnswer(byte[] bytes) throws PacketFormatException {
    Map<String, JsonView> members = JsonView.read(bytes, limits).members();
    if (!hostId.equals(text(members, "to"))) {
      return null;
    }
    String from = text(members, "from");
    String request = text(members, "request");
    String kind = text(members, "answer");
    if (from != null && ALIVE.equals(kind)) {
      return new Answered("", from, null);
    }
    if (from == null || request == null || kind == null) {
      throw malformed("an answer without sender, request or kind");
    }
    if (kind.equals("reached")) {
      Set<String> ids = names(members, "ids");
      return new Answered(request, from, new ClusterAnswer.Reached(ids.size(), ids));
    }
    if (kind.equals("lost")) {
      String id = text(members, "id");
      return id == null ? null : new Answered(request, from, new ClusterAnswer.ClientLost(id));
    }
    JsonView data = members.get("data");
    if (data == null) {
      throw malformed("an answer without data");
    }
    Arguments arguments = data(data, isTrue(members, "binary"), true, Map.of());
    ClusterAnswer answer =
        switch (kind) {
          case "client" -> new ClusterAnswer.ClientAnswered(text(members, "id"), arguments);
          case "sockets" -> new ClusterAnswer.Sockets(sockets(arguments));
          case "server" ->
              new ClusterAnswer.ServerAnswered(
                  arguments.size() == 0 ? null : arguments.values().get(0));
          default -> null;
        };
    return answer == null ? null : new Answered(request, from, answer);
  }

  private static List<RemoteSocket> sockets(Arguments arguments) {
    List<RemoteSocket> sockets = new ArrayList<>();
    for (Object each : arguments.values()) {
      RemoteSocket socket = RemoteSocketForm.read(each);
      if (socket != null) {
        sockets.add(socket);
      }
    }
    return sockets;
  }

  private static @Nullable String text(Map<String, JsonView> members, String name) {
    JsonView member = members.get(name);
    return member != null && member.value() instanceof String text ? text : null;
  }

  private static long integer(Map<String, JsonView> members, String name) {
    JsonView member = members.get(name);
    return member != null && member.value() instanceof Number number ? number.longValue() : 0;
  }

  private static boolean isTrue(Map<String, JsonView> members, String name) {
    JsonView member = members.get(name);
    return member != null && Boolean.TRUE.equals(member.value());
  }

  private static String namespace(Map<String, JsonView> members) {
    String namespace = text(members, "namespace");
    return namespace == null ? "/" : namespace;
  }

  /** Reads names that are one text, a list of them, or nothing. */
  private static Set<String> names(Map<String, JsonView> members, String name) {
    JsonView member = members.get(name);
    Object value = member == null ? null : member.value();
    if (value instanceof Collection<?> several) {
      Set<String> names = new LinkedHashSet<>();
      several.forEach(each -> names.add(String.valueOf(each)));
      return names;
    }
    return value == null ? Set.of() : Set.of(String.valueOf(value));
  }

  private static PacketFormatException malformed(String what) {
    return new PacketFormatException(Reason.PAYLOAD, what);
  }
}

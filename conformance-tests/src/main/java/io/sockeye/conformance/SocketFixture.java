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

import io.sockeye.socketio.server.Ack;
import io.sockeye.socketio.server.Args;
import io.sockeye.socketio.server.BroadcastAnswers;
import io.sockeye.socketio.server.BroadcastOperator;
import io.sockeye.socketio.server.ConnectionRefusedException;
import io.sockeye.socketio.server.DisconnectReason;
import io.sockeye.socketio.server.EventRefusedException;
import io.sockeye.socketio.server.Handlers;
import io.sockeye.socketio.server.Handshake;
import io.sockeye.socketio.server.RemoteSocket;
import io.sockeye.socketio.server.Socket;
import io.sockeye.socketio.server.SocketIoServer;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The Socket.IO endpoint: the same events in every namespace, which differ in who is let in. */
// An answer that never comes ends in its time-out; nobody is left to tell.
@SuppressWarnings("FutureReturnValueIgnored")
final class SocketFixture {
  // Who wants to hear when the socket of an id goes.
  private final Map<String, List<Socket>> watchers = new ConcurrentHashMap<>();

  private final ClusterFixture cluster;

  private SocketFixture(ClusterFixture cluster) {
    this.cluster = cluster;
  }

  /**
   * Adds everything to a server.
   *
   * @param nodeName what other nodes of a cluster are told
   * @param more namespaces like {@code /chat}
   */
  static void install(SocketIoServer io, String nodeName, List<String> more) {
    SocketFixture fixture = new SocketFixture(new ClusterFixture(nodeName));
    ClusterFixture cluster = fixture.cluster;
    List.of("/", "/custom", "/admin", "/slow").forEach(name -> cluster.hear(io.of(name)));
    for (String name : List.of("/", "/custom")) {
      fixture
          .events(io.of(name))
          .onConnect(socket -> socket.emit("auth", socket.handshake().auth()));
    }
    Set<String> plain = new TreeSet<>(more);
    plain.add("/chat");
    plain.forEach(name -> fixture.events(io.of(name)));
    plain.forEach(name -> cluster.hear(io.of(name)));
    fixture.events(io.of(Pattern.compile("/dyn-[0-9]+"))).onNamespace(cluster::hear);
    fixture.events(io.of("/admin")).use(SocketFixture::requireToken);
    fixture
        .events(io.of("/slow"))
        .useAsync(socket -> CompletableFuture.runAsync(() -> {}, after(Duration.ofMillis(200))));
  }

  private static void requireToken(Socket socket) {
    Handshake handshake = socket.handshake();
    if (!"sesame".equals(handshake.auth().get("token"))
        && !"sesame".equals(handshake.query().get("token"))) {
      throw new ConnectionRefusedException(
          "not authorized", mapOf("code", "E_AUTH", "retry", false));
    }
  }

  private <H extends Handlers<H>> H events(H target) {
    messages(target);
    acknowledgements(target);
    rooms(target);
    broadcasts(target);
    inspection(target);
    volume(target);
    failures(target);
    interception(target);
    goodbyes(target);
    cluster.events(target);
    return target;
  }

  private static void messages(Handlers<?> target) {
    target.on("message", (socket, args) -> socket.emit("message-back", args));
    target.on("message-with-ack", (socket, args, ack) -> ack.send(args));
    target.on(
        "echo",
        (socket, args, ack) -> {
          if (ack.isRequested()) {
            ack.send(args);
          } else {
            socket.emit("echo", args);
          }
        });
    target.on("json", (socket, args) -> socket.emit("json-back", args.get(0)));
    target.on("say", (socket, args) -> socket.send(args.get(0)));
    target.on(
        "nested-bin",
        (socket, args, ack) ->
            ack.send(
                mapOf(
                    "a",
                    List.of(new byte[] {1, 2}, mapOf("b", new byte[] {3}, "c", "t")),
                    "n",
                    null)));
    target.on(
        "many-args",
        (socket, args, ack) -> {
          Object[] values = new Object[args.require(0, Integer.class)];
          Arrays.setAll(values, i -> i);
          ack.send(values);
        });
  }

  private static void acknowledgements(Handlers<?> target) {
    target.on("never-ack", (socket, args, ack) -> {});
    target.on(
        "double-ack",
        (socket, args, ack) -> {
          ack.send("first");
          ack.send("second");
        });
    target.on(
        "late-ack",
        (socket, args, ack) -> {
          Object value = args.get(1);
          after(Duration.ofMillis(args.require(0, Integer.class))).execute(() -> ack.send(value));
        });
    target.on(
        "ask-me",
        (socket, args, ack) -> {
          Duration timeout = Duration.ofMillis(args.require(0, Question.class).timeout());
          Object[] question = args.list().subList(1, args.size()).toArray();
          socket
              .timeout(timeout)
              .emitWithAck("ask", question)
              .handle(
                  (answer, failure) ->
                      failure == null
                          ? mapOf("ok", true, "values", answer.list())
                          : mapOf("ok", false, "error", "timeout"))
              .thenAccept(result -> answer(socket, ack, "ask-result", result));
        });
  }

  private static void rooms(Handlers<?> target) {
    target.on(
        "join",
        (socket, args, ack) -> {
          socket.join(names(args.get(0)));
          ack.send(roomsOf(socket));
        });
    target.on(
        "leave",
        (socket, args, ack) -> {
          socket.leave(names(args.get(0)));
          ack.send(roomsOf(socket));
        });
    target.on("rooms", (socket, args, ack) -> ack.send((Object) sorted(socket.rooms())));
    target.on(
        "members",
        (socket, args, ack) ->
            ClusterFixture.fetch(socket.namespace().to(args.require(0, String.class)))
                .thenAccept(
                    sockets -> ack.send(sockets.stream().map(RemoteSocket::id).sorted().toList())));
    target.on(
        "room-clear",
        (socket, args, ack) ->
            socket
                .namespace()
                .closeRoom(args.require(0, String.class))
                .whenComplete((done, unreachable) -> ack.send("ok")));
    target.on(
        "room-kick",
        (socket, args, ack) -> {
          BroadcastOperator room = socket.namespace().to(args.require(0, String.class));
          ack.send("ok");
          room.disconnectSockets(isTrue(args, 1));
        });
  }

  private static void broadcasts(Handlers<?> target) {
    target.on(
        "bcast",
        (socket, args, ack) -> {
          Broadcast request = args.require(0, Broadcast.class);
          BroadcastOperator reached =
              socket
                  .namespace()
                  .everybody()
                  .to(orEmpty(request.to()))
                  .except(orEmpty(request.except()));
          if (!Boolean.TRUE.equals(request.self())) {
            reached = reached.except(socket.id());
          }
          if (Boolean.TRUE.equals(request.isVolatile())) {
            reached = reached.asVolatile();
          }
          List<?> values = request.args() == null ? List.of() : request.args();
          reached.emit(request.event(), values.toArray());
          ack.send("ok");
        });
    target.on(
        "bcast-ask",
        (socket, args, ack) -> {
          Inquiry request = args.require(0, Inquiry.class);
          List<?> values = request.args() == null ? List.of() : request.args();
          socket
              .namespace()
              .to(orEmpty(request.to()))
              .timeout(Duration.ofMillis(request.timeout()))
              .emitWithAck("ask", values.toArray())
              .thenAccept(
                  result ->
                      ack.send(
                          mapOf(
                              "timedOut",
                              !result.isComplete(),
                              "values",
                              firstValues(result.answers()))));
        });
    target.on(
        "bcast-big",
        (socket, args, ack) -> {
          BroadcastOperator room = socket.namespace().to(args.require(0, String.class));
          String text = "x".repeat(args.require(1, Integer.class));
          for (int i = 0; i < args.require(2, Integer.class); i++) {
            room.emit("big-part", i, text);
          }
          ack.send("ok");
        });
  }

  private static void inspection(Handlers<?> target) {
    target.on("id", (socket, args, ack) -> ack.send(socket.id()));
    target.on("transport", (socket, args, ack) -> ack.send(socket.transport().wireName()));
    target.on("handshake", (socket, args, ack) -> ack.send(describe(socket.handshake())));
    target.on(
        "session-set",
        (socket, args, ack) -> {
          Object value = args.get(1);
          if (value == null) {
            socket.attributes().remove(args.require(0, String.class));
          } else {
            socket.attributes().put(args.require(0, String.class), value);
          }
          ack.send("ok");
        });
    target.on(
        "session-get",
        (socket, args, ack) ->
            ack.send(new Object[] {socket.attributes().get(args.require(0, String.class))}));
    target.on(
        "recovery",
        (socket, args, ack) ->
            ack.send(
                mapOf(
                    "recovered",
                    socket.recovered(),
                    "rooms",
                    roomsOf(socket),
                    "session",
                    socket.attributes())));
  }

  private static void volume(Handlers<?> target) {
    target.on(
        "volatile-burst",
        (socket, args) -> {
          int count = args.require(0, Integer.class);
          for (int i = 0; i < count; i++) {
            socket.asVolatile().emit("v", i);
          }
          socket.emit("v-done", count);
        });
    target.on(
        "burst",
        (socket, args) -> {
          int count = args.require(0, Integer.class);
          for (int i = 0; i < count; i++) {
            socket.emit("b", i);
          }
          socket.emit("b-done", count);
        });
    target.on("big", (socket, args, ack) -> ack.send("x".repeat(args.require(0, Integer.class))));
    target.on(
        "bin",
        (socket, args, ack) -> {
          List<Object> all = new ArrayList<>();
          int k = 0;
          for (Object size : (List<?>) args.require(0, List.class)) {
            all.add(ByteBuffer.wrap(EngineFixture.bytes(((Number) size).intValue(), k++)));
          }
          ack.send((Object) all);
        });
  }

  private static void failures(Handlers<?> target) {
    target.onError(
        (socket, error) -> {
          socket.emit(
              error.cause() instanceof EventRefusedException ? "packet-error" : "handler-error",
              mapOf(
                  "event",
                  error.event().name(),
                  "message",
                  String.valueOf(error.cause().getMessage())));
          return null;
        });
    target.on(
        "fail",
        (socket, args) -> {
          throw new IllegalStateException(args.require(0, String.class));
        });
    target.onRequest(
        "fail-async",
        String.class,
        (socket, message) -> {
          return CompletableFuture.runAsync(
              () -> {
                throw new IllegalStateException(message);
              });
        });
    target.on(
        "block",
        (socket, args, ack) -> {
          Thread.sleep(args.require(0, Integer.class));
          ack.send("ok");
        });
  }

  private static void interception(Handlers<?> target) {
    target.useEvent(
        (socket, event, next) -> {
          if (event.name().equals("blocked")) {
            throw new EventRefusedException("blocked by middleware");
          }
          next.proceed();
        });
    target.onAny(
        (socket, event) -> {
          if (event.name().startsWith("any:")) {
            List<@Nullable Object> values = new ArrayList<>();
            values.add(event.name());
            values.addAll(event.args().list());
            socket.emit("any", values.toArray());
          }
        });
  }

  private void goodbyes(Handlers<?> target) {
    target.on("bye", (socket, args) -> socket.disconnect(isTrue(args, 0)));
    target.on(
        "say-then-bye",
        (socket, args) -> {
          for (int i = 0; i < args.require(0, Integer.class); i++) {
            socket.emit("b", i);
          }
          socket.disconnect(isTrue(args, 1));
        });
    target.on(
        "watch",
        (socket, args, ack) -> {
          watchers
              .computeIfAbsent(args.require(0, String.class), id -> new CopyOnWriteArrayList<>())
              .add(socket);
          ack.send("ok");
        });
    target.onDisconnecting(this::tellWatchers);
  }

  private void tellWatchers(Socket gone, DisconnectReason reason) {
    List<Socket> interested = watchers.remove(gone.id());
    if (interested != null) {
      Map<String, @Nullable Object> news =
          mapOf("id", gone.id(), "reason", reason.text(), "rooms", roomsOf(gone));
      interested.forEach(watcher -> watcher.emit("peer-gone", news));
    }
  }

  // ---- helpers ----

  /**
   * What a client asks to be asked.
   *
   * @param timeout in milliseconds
   */
  record Question(long timeout) {}

  /** A broadcast as a client describes it. */
  record Broadcast(
      @Nullable List<String> to,
      @Nullable List<String> except,
      @Nullable Boolean self,
      @com.fasterxml.jackson.annotation.JsonProperty("volatile") @Nullable Boolean isVolatile,
      String event,
      @Nullable List<@Nullable Object> args) {}

  /**
   * A question to many as a client describes it.
   *
   * @param timeout in milliseconds
   */
  record Inquiry(@Nullable List<String> to, long timeout, @Nullable List<@Nullable Object> args) {}

  /** Returns the first value of each answer, null where there is none. */
  private static List<@Nullable Object> firstValues(List<BroadcastAnswers.Answer> answers) {
    List<@Nullable Object> values = new ArrayList<>();
    answers.forEach(one -> values.add(one.args().size() == 0 ? null : one.args().get(0)));
    return values;
  }

  static Map<String, @Nullable Object> describe(Handshake handshake) {
    return mapOf(
        "headers",
        handshake.headers().toMap(),
        "query",
        handshake.query(),
        "auth",
        handshake.auth(),
        "address",
        handshake.address(),
        "secure",
        handshake.secure(),
        "url",
        handshake.url(),
        "time",
        handshake.issued().toString(),
        "issued",
        handshake.issued().toEpochMilli());
  }

  /** A map of keys and values in turn, in that order; values may be null. */
  static Map<String, @Nullable Object> mapOf(@Nullable Object... keysAndValues) {
    Map<String, @Nullable Object> map = new LinkedHashMap<>();
    for (int i = 0; i < keysAndValues.length; i += 2) {
      map.put(String.valueOf(keysAndValues[i]), keysAndValues[i + 1]);
    }
    return map;
  }

  private static void answer(Socket socket, Ack ack, String event, Object result) {
    if (ack.isRequested()) {
      ack.send(result);
    } else {
      socket.emit(event, result);
    }
  }

  private static boolean isTrue(Args args, int index) {
    return index < args.size() && Boolean.TRUE.equals(args.get(index));
  }

  private static String[] names(@Nullable Object oneOrMore) {
    return oneOrMore instanceof List<?> list
        ? list.stream().map(String::valueOf).toArray(String[]::new)
        : new String[] {(String) java.util.Objects.requireNonNull(oneOrMore, "room")};
  }

  private static String[] orEmpty(@Nullable List<String> names) {
    return names == null ? new String[0] : names.toArray(new String[0]);
  }

  static List<String> roomsOf(Socket socket) {
    Set<String> others = new TreeSet<>(socket.rooms());
    others.remove(socket.id());
    return List.copyOf(others);
  }

  private static List<String> sorted(Set<String> rooms) {
    return List.copyOf(new TreeSet<>(rooms));
  }

  private static Executor after(Duration delay) {
    return CompletableFuture.delayedExecutor(delay.toMillis(), TimeUnit.MILLISECONDS);
  }
}

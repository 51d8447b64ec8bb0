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

import io.sockeye.engineio.server.HttpRequest;
import java.security.Principal;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;

/**
 * The socket whose handler runs in this thread, for code that is called by a handler, however far
 * down, and has no socket at hand. Everything here works within handlers and middleware, on any
 * kind of thread, and nowhere else: not in other threads, nor in the later part of an asynchronous
 * answer. There each method throws an {@link IllegalStateException} that says what to call instead.
 */
public final class SocketContext {
  private static final ThreadLocal<@Nullable SocketContext> CURRENT = new ThreadLocal<>();

  private final Socket socket;
  private final Event event;

  private SocketContext(Socket socket, Event event) {
    this.socket = socket;
    this.event = event;
  }

  /** A handler begins; returns what {@link #leave} puts back. */
  static @Nullable SocketContext enter(Socket socket, Event event) {
    SocketContext outer = CURRENT.get();
    CURRENT.set(new SocketContext(socket, event));
    return outer;
  }

  static void leave(@Nullable SocketContext outer) {
    if (outer == null) {
      CURRENT.remove();
    } else {
      CURRENT.set(outer);
    }
  }

  private static SocketContext require(String method, String instead) {
    SocketContext context = CURRENT.get();
    if (context == null) {
      throw new IllegalStateException(
          "SocketContext."
              + method
              + ": no handler runs in this thread (expected: within a handler; elsewhere "
              + instead
              + ")");
    }
    return context;
  }

  private static Socket socket(String method, String instead) {
    return require(method, instead).socket;
  }

  /** Whether a handler of the socket runs in this thread. */
  static boolean isOf(Socket socket) {
    SocketContext context = CURRENT.get();
    return context != null && context.socket == socket;
  }

  /** Returns whether a handler runs in this thread. */
  public static boolean isActive() {
    return CURRENT.get() != null;
  }

  /** Returns the socket. */
  public static Socket socket() {
    return socket("socket", "keep the Socket that the handler got");
  }

  /** Returns the namespace. */
  public static Namespace namespace() {
    return socket("namespace", "call io.of(\"/name\")").namespace();
  }

  /** Returns the event that is handled; see {@link HandlerError#event} for other handlers. */
  public static Event event() {
    return require("event", "pass on what the handler got").event;
  }

  /** Returns how the client came. */
  public static Handshake handshake() {
    return socket("handshake", "call socket.handshake()").handshake();
  }

  /** Returns the request that began the connection. */
  public static HttpRequest request() {
    return socket("request", "call socket.handshake().request()").handshake().request();
  }

  /** Returns who the web server says the client is, or null. */
  public static @Nullable Principal principal() {
    return socket("principal", "call socket.principal()").principal();
  }

  /** Returns the data kept with the socket. */
  public static ConcurrentMap<String, Object> session() {
    return socket("session", "call socket.attributes()").attributes();
  }

  /** Sends an event to the client. */
  public static void emit(String event, @Nullable Object... args) {
    socket("emit", "call io.of(\"/name\").emit(..) for everybody, or socket.emit(..)")
        .emit(event, args);
  }

  /** Sends the event {@code message} to the client. */
  public static void send(@Nullable Object... args) {
    socket("send", "call io.of(\"/name\").send(..) for everybody, or socket.send(..)").send(args);
  }

  /** Sends the event {@code json} to the client. */
  public static void sendJson(Object value) {
    socket("sendJson", "call io.of(\"/name\").sendJson(..) for everybody, or socket.sendJson(..)")
        .sendJson(value);
  }

  /** Sends an event to the client, which is to answer; see {@link Socket#emitWithAck}. */
  public static CompletableFuture<Args> emitWithAck(String event, @Nullable Object... args) {
    return socket("emitWithAck", "call socket.emitWithAck(..)").emitWithAck(event, args);
  }

  /** Returns an operator that reaches everybody in the namespace but the client. */
  public static BroadcastOperator broadcast() {
    return socket("broadcast", "call io.of(\"/name\").emit(..)").broadcast();
  }

  /** Returns an operator that reaches the rooms, but not the client. */
  public static BroadcastOperator to(String... rooms) {
    return socket("to", "call io.of(\"/name\").to(..)").to(rooms);
  }

  /** Puts the client into rooms. */
  public static void joinRoom(String... rooms) {
    socket("joinRoom", "call socket.join(..), or io.of(\"/name\").to(id).socketsJoin(..)")
        .join(rooms);
  }

  /** Takes the client out of rooms. */
  public static void leaveRoom(String... rooms) {
    socket("leaveRoom", "call socket.leave(..), or io.of(\"/name\").to(id).socketsLeave(..)")
        .leave(rooms);
  }

  /** Returns the client's rooms, its own included. */
  public static Set<String> rooms() {
    return socket("rooms", "call socket.rooms()").rooms();
  }

  /** Takes everybody out of a room of the namespace. */
  public static void closeRoom(String room) {
    socket("closeRoom", "call io.of(\"/name\").closeRoom(..)").namespace().closeRoom(room);
  }

  /** Takes the client out of the namespace. */
  public static void disconnect() {
    socket(
            "disconnect",
            "call socket.disconnect(), or io.of(\"/name\").to(id).disconnectSockets(..)")
        .disconnect();
  }
}

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
package io.sockeye.examples.chat;

import io.sockeye.socketio.server.BroadcastOperator;
import io.sockeye.socketio.server.DisconnectReason;
import io.sockeye.socketio.server.Socket;
import io.sockeye.socketio.server.SocketIoServer;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What the chat does with its events. One socket is one person in at most one room. */
final class Chat {
  private static final int MAX_TEXT = 2000;
  private static final int MAX_PICTURE = 3 * 1024 * 1024;
  private static final Set<String> PICTURES =
      Set.of("image/png", "image/jpeg", "image/gif", "image/webp");

  private final Presence presence = new Presence();

  private Chat() {}

  static void install(SocketIoServer io) {
    Chat chat = new Chat();
    io.onRequest("join", Join.class, chat::join);
    io.onRequest("message", String.class, chat::message);
    io.onRequest("picture", Picture.class, chat::picture);
    io.on("typing", Boolean.class, chat::typing);
    io.onDisconnect(chat::gone);
    // What a handler throws is told to its sender; the others never notice.
    io.onError((socket, event, args, error) -> socket.emit("problem", error.getMessage()));
  }

  /** A person asks to be in a room; who is somewhere else leaves that first. */
  record Join(String name, String room) {}

  /** A picture as the page sends it: the bytes travel as a binary attachment. */
  record Picture(String type, ByteBuffer data) {}

  private Map<String, Object> join(Socket socket, Join join) {
    String name = checked("name", join.name(), 24);
    String room = checked("room", join.room(), 24);
    leave(socket);
    if (!presence.enter(room, name)) {
      return Map.of("error", "There is a " + name + " in " + room + " already");
    }
    socket.attributes().put("name", name);
    socket.attributes().put("room", room);
    socket.join("room:" + room);
    others(socket).emit("joined", name, presence.in(room));
    return Map.of("name", name, "room", room, "people", presence.in(room));
  }

  private String message(Socket socket, String text) {
    others(socket).emit("message", name(socket), checked("message", text, MAX_TEXT));
    return "sent";
  }

  private String picture(Socket socket, Picture picture) {
    if (!PICTURES.contains(picture.type()) || picture.data().remaining() > MAX_PICTURE) {
      throw new IllegalArgumentException("A picture is a PNG, JPEG, GIF or WebP of at most 3 MB");
    }
    others(socket).emit("picture", name(socket), picture.type(), picture.data());
    return "sent";
  }

  private void typing(Socket socket, Boolean isTyping) {
    // Volatile: news of the moment, not worth waiting for a slow connection.
    others(socket).asVolatile().emit("typing", name(socket), isTyping);
  }

  private void gone(Socket socket, DisconnectReason reason) {
    leave(socket);
  }

  private void leave(Socket socket) {
    Object room = socket.attributes().remove("room");
    Object name = socket.attributes().remove("name");
    if (room instanceof String from && name instanceof String who) {
      presence.leave(from, who);
      socket.leave("room:" + from);
      socket.to("room:" + from).emit("left", who, presence.in(from));
    }
  }

  private static BroadcastOperator others(Socket socket) {
    return socket.to("room:" + attribute(socket, "room"));
  }

  private static String name(Socket socket) {
    return attribute(socket, "name");
  }

  private static String attribute(Socket socket, String key) {
    if (socket.attributes().get(key) instanceof String value) {
      return value;
    }
    throw new IllegalStateException("Join a room first");
  }

  private static String checked(String what, @Nullable String value, int max) {
    if (value == null || value.isBlank() || value.length() > max) {
      throw new IllegalArgumentException("A " + what + " has 1 to " + max + " characters");
    }
    return value.strip();
  }
}

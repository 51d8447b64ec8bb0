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

import io.sockeye.socketio.server.Args;
import io.sockeye.socketio.server.Socket;
import io.sockeye.socketio.server.SocketIoServer;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** What the chat does with its events. One socket is one person, in one room at a time. */
final class Chat {
  private static final int MAX_NAME = 24;
  private static final int MAX_TEXT = 2_000;
  private static final int MAX_PICTURE = 3_000_000;
  private static final List<String> ALWAYS_OPEN = List.of("lobby", "pictures", "random");
  private static final Map<String, Object> OK = Map.of("ok", true);

  /** What the page sends to join a room; bound from JSON. The key tells who comes back. */
  record Wish(@Nullable String name, @Nullable String room, @Nullable String key) {}

  /** A name in a room, which only one person can have. */
  record Seat(String room, String name) {}

  /** Who sits there. */
  record Member(Seat seat, String name, String key, Socket socket) {
    /** The Socket.IO room; the prefix keeps it apart from socket ids, which are rooms, too. */
    String channel() {
      return "chat:" + seat.room();
    }

    boolean isSamePersonAs(Member other) {
      return !key.isEmpty() && key.equals(other.key);
    }
  }

  private final Map<Seat, Member> members = new ConcurrentHashMap<>();
  private final SocketIoServer io;

  Chat(SocketIoServer io) {
    this.io = io;
  }

  void addHandlers() {
    io.onConnect(socket -> socket.emit("rooms", rooms()));
    // What a request's handler returns is the acknowledgement.
    io.onRequest("join", Wish.class, this::join);
    io.onRequest("message", String.class, this::message);
    io.onRequest("picture", this::picture);
    io.on("typing", Boolean.class, this::typing);
    io.onDisconnect((socket, reason) -> leave(socket));
  }

  private Object join(Socket socket, Wish wish) {
    String name = tidy(wish.name());
    String room = tidy(wish.room()).toLowerCase(Locale.ROOT);
    if (name.isEmpty() || name.length() > MAX_NAME) {
      return refusal("Please choose a name of 1 to " + MAX_NAME + " characters.");
    }
    if (room.isEmpty() || room.length() > MAX_NAME) {
      return refusal("Please choose a room of 1 to " + MAX_NAME + " characters.");
    }
    Seat seat = new Seat(room, name.toLowerCase(Locale.ROOT));
    Member me = new Member(seat, name, tidy(wish.key()), socket);
    Member before = members.get(seat);
    Member holder =
        members.merge(seat, me, (there, mine) -> mine.isSamePersonAs(there) ? mine : there);
    if (!holder.equals(me)) {
      return refusal("Somebody called " + holder.name() + " is in #" + room + " already.");
    }
    if (me.equals(before)) {
      return OK;
    }
    leave(socket);
    socket.attributes().put("member", me);
    socket.join(me.channel());
    if (before == null) {
      socket.to(me.channel()).emit("joined", name);
    } else if (!before.socket().equals(socket)) {
      before.socket().disconnect(); // the same person's lost connection: nobody needs to know
    }
    announce(me);
    return OK;
  }

  private Object message(Socket socket, String text) {
    Member me = member(socket);
    if (me == null) {
      return refusal("Please join a room first.");
    }
    if (text.isBlank() || text.length() > MAX_TEXT) {
      return refusal("A message has 1 to " + MAX_TEXT + " characters.");
    }
    socket.to(me.channel()).emit("message", me.name(), text.strip());
    return OK;
  }

  private Object picture(Socket socket, Args args) {
    Member me = member(socket);
    if (me == null) {
      return refusal("Please join a room first.");
    }
    if (args.size() == 0 || !(args.get(0) instanceof ByteBuffer bytes)) {
      return refusal("A picture is sent as binary data.");
    }
    String type = ImageType.of(bytes);
    if (type == null || bytes.remaining() > MAX_PICTURE) {
      return refusal("A picture is a PNG, JPEG, GIF or WebP file of up to 3 MB.");
    }
    socket.to(me.channel()).emit("picture", me.name(), type, bytes);
    return OK;
  }

  private void typing(Socket socket, boolean isTyping) {
    Member me = member(socket);
    if (me != null) {
      socket.to(me.channel()).emit("typing", me.name(), isTyping);
    }
  }

  private void leave(Socket socket) {
    Member me = member(socket);
    if (me != null) {
      socket.attributes().remove("member");
      socket.leave(me.channel());
      if (members.remove(me.seat(), me)) {
        io.to(me.channel()).emit("left", me.name());
        announce(me);
      }
    }
  }

  /** Tells who is there. One at a time, so that the last list that goes out is the newest. */
  private synchronized void announce(Member changed) {
    List<String> people =
        members.values().stream()
            .filter(member -> member.seat().room().equals(changed.seat().room()))
            .map(Member::name)
            .sorted(String.CASE_INSENSITIVE_ORDER)
            .toList();
    io.to(changed.channel()).emit("people", people);
    io.emit("rooms", rooms());
  }

  /** Returns how many people are in each room. */
  private Map<String, Integer> rooms() {
    Map<String, Integer> rooms = new TreeMap<>();
    ALWAYS_OPEN.forEach(room -> rooms.put(room, 0));
    members.keySet().forEach(seat -> rooms.merge(seat.room(), 1, Integer::sum));
    return rooms;
  }

  private static @Nullable Member member(Socket socket) {
    return (Member) socket.attributes().get("member");
  }

  private static String tidy(@Nullable String text) {
    return text == null ? "" : text.strip();
  }

  private static Map<String, Object> refusal(String reason) {
    return Map.of("error", reason);
  }
}

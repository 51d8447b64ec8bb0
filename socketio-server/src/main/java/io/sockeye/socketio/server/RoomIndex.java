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

import io.sockeye.socketio.server.spi.BroadcastOptions;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Who is in which room of one namespace. A socket's own room is not stored: its id is looked up
 * instead, which spares a set per connection.
 *
 * <p><b>Concurrency.</b> The monitor guards the rooms and each socket's set of them; it is held to
 * change or copy a set. The sockets are in a concurrent map, so that a broadcast to all takes no
 * lock.
 *
 * <p>Where clients may recover, the monitor also guards the retained events and each socket's
 * {@link Attendance}, and senders hold it, see {@link LocalRecovery}.
 */
final class RoomIndex {
  private final Map<String, Socket> sockets = new ConcurrentHashMap<>();
  private final Map<String, Set<Socket>> rooms = new HashMap<>();
  private final @Nullable RetainedEvents events;
  private final @Nullable Watch watch;

  /**
   * Hears which rooms have somebody in them, those of single sockets included. Called under the
   * monitor; must not block.
   */
  interface Watch {
    /** Somebody is in a room that was empty. */
    void occupied(String room);

    /** Nobody is in a room any more. */
    void emptied(String room);
  }

  /**
   * Creates an index without sockets.
   *
   * @param events those that are retained for clients that come back; null if none can
   * @param watch hears which rooms have somebody in them; null if nobody does
   */
  RoomIndex(@Nullable RetainedEvents events, @Nullable Watch watch) {
    this.events = events;
    this.watch = watch;
  }

  /** The retained events, where clients may recover. Guarded by the monitor. */
  RetainedEvents events() {
    return Objects.requireNonNull(events, "events");
  }

  void add(Socket socket) {
    if (!socket.hasPid() && watch == null) {
      sockets.put(socket.id(), socket);
      return;
    }
    synchronized (this) {
      Socket before = sockets.put(socket.id(), socket);
      if (socket.hasPid()) {
        socket.attendance().arrived(events());
      }
      if (watch != null && before == null && !rooms.containsKey(socket.id())) {
        watch.occupied(socket.id());
      }
    }
  }

  /** Takes a socket out of everything. */
  synchronized void remove(Socket socket) {
    boolean wasHere = sockets.remove(socket.id(), socket);
    if (wasHere && socket.hasPid()) {
      socket.attendance().departed(events());
    }
    if (wasHere && watch != null && !rooms.containsKey(socket.id())) {
      watch.emptied(socket.id());
    }
    Set<String> joined = socket.rooms;
    socket.rooms = null;
    if (joined != null) {
      joined.forEach(room -> removeMember(room, socket));
    }
  }

  synchronized void join(Socket socket, Collection<String> names) {
    if (socket.isDisconnected()) {
      return; // whoever disconnects removes it from what it has joined, once
    }
    for (String room : names) {
      if (room.equals(socket.id())) {
        continue;
      }
      Set<String> joined = socket.rooms;
      if (joined == null) {
        joined = new HashSet<>(4);
        socket.rooms = joined;
      }
      if (joined.add(room)) {
        rooms.computeIfAbsent(room, this::begin).add(socket);
        if (socket.hasPid()) {
          socket.attendance().joined(room, events());
        }
      }
    }
  }

  synchronized void leave(Socket socket, Collection<String> names) {
    Set<String> joined = socket.rooms;
    if (joined == null) {
      return;
    }
    for (String room : names) {
      if (joined.remove(room)) {
        removeMember(room, socket);
        if (socket.hasPid()) {
          socket.attendance().left(room, events());
        }
      }
    }
    if (joined.isEmpty()) {
      socket.rooms = null;
    }
  }

  synchronized Set<String> rooms(Socket socket) {
    Set<String> all = new LinkedHashSet<>();
    if (sockets.get(socket.id()) == socket || !socket.isDisconnected()) {
      all.add(socket.id());
    }
    if (socket.rooms != null) {
      all.addAll(socket.rooms);
    }
    return all;
  }

  /** Returns the sockets that options reach, each once. */
  Collection<Socket> select(BroadcastOptions options) {
    if (options.rooms().isEmpty() && options.except().isEmpty()) {
      return sockets.values();
    }
    Set<Socket> left = options.except().isEmpty() ? Set.of() : members(options.except());
    if (options.rooms().isEmpty()) {
      List<Socket> all = new ArrayList<>(sockets.values());
      all.removeIf(left::contains);
      return all;
    }
    Set<Socket> chosen = members(options.rooms());
    if (!left.isEmpty()) {
      chosen.removeAll(left);
    }
    return chosen;
  }

  /** Returns whether there is a socket of that id. */
  boolean has(String id) {
    return sockets.containsKey(id);
  }

  /** Returns whether somebody is in a room. */
  boolean hasRoom(String name) {
    if (has(name)) {
      return true;
    }
    synchronized (this) {
      return rooms.containsKey(name);
    }
  }

  Collection<Socket> all() {
    return sockets.values();
  }

  private Set<Socket> members(Set<String> names) {
    Set<Socket> members = new HashSet<>();
    for (String name : names) {
      Socket own = sockets.get(name);
      if (own != null) {
        members.add(own);
      }
    }
    synchronized (this) {
      for (String name : names) {
        Set<Socket> inRoom = rooms.get(name);
        if (inRoom != null) {
          members.addAll(inRoom);
        }
      }
    }
    return members;
  }

  private void removeMember(String room, Socket socket) {
    @Nullable Set<Socket> members = rooms.get(room);
    if (members != null && members.remove(socket) && members.isEmpty()) {
      rooms.remove(room);
      if (watch != null && !sockets.containsKey(room)) {
        watch.emptied(room);
      }
    }
  }

  /** Begins a room that nobody has joined. */
  private Set<Socket> begin(String room) {
    if (watch != null && !sockets.containsKey(room)) {
      watch.occupied(room);
    }
    return new HashSet<>(4);
  }
}

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

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;

/** Who is in which room. A name is in a room once, whatever its case. */
final class Presence {
  private final Map<String, SortedSet<String>> rooms = new HashMap<>();

  /** Returns false if the name is in the room already. */
  synchronized boolean enter(String room, String name) {
    return rooms
        .computeIfAbsent(room, key -> new TreeSet<>(String.CASE_INSENSITIVE_ORDER))
        .add(name);
  }

  synchronized void leave(String room, String name) {
    SortedSet<String> names = rooms.get(room);
    if (names != null && names.remove(name) && names.isEmpty()) {
      rooms.remove(room);
    }
  }

  synchronized List<String> in(String room) {
    return List.copyOf(rooms.getOrDefault(room, new TreeSet<>()));
  }
}

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

import java.util.Map;
import java.util.Set;

/**
 * What is known of a socket that may be in another process.
 *
 * @param id its id
 * @param handshake its handshake
 * @param rooms its rooms, its own included
 * @param attributes its attributes; of a socket in another process those that can be written, as
 *     maps, lists, strings, numbers, booleans and bytes
 */
public record RemoteSocket(
    String id, Handshake handshake, Set<String> rooms, Map<String, Object> attributes) {
  /** Creates the description; the collections are copied. */
  public RemoteSocket {
    rooms = Set.copyOf(rooms);
    attributes = Map.copyOf(attributes);
  }
}

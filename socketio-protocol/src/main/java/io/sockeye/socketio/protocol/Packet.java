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
package io.sockeye.socketio.protocol;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A Socket.IO packet. Immutable. The binary forms of the wire (types 5 and 6) are not types of
 * their own: an encoder chooses them when it meets bytes.
 */
public sealed interface Packet {
  /** The id of a packet that asks for no acknowledgement. */
  long NO_ID = -1;

  /** Returns the namespace, which begins with a slash. */
  String namespace();

  /**
   * Type 0: a client joins a namespace, or the server confirms it.
   *
   * @param namespace the namespace
   * @param payload the client's credentials, or the server's answer; empty for none
   */
  record Connect(String namespace, Map<String, @Nullable Object> payload) implements Packet {
    /** Creates the packet; the map is copied and keeps its order. */
    public Connect {
      payload =
          payload.isEmpty() ? Map.of() : Collections.unmodifiableMap(new LinkedHashMap<>(payload));
    }
  }

  /**
   * Type 1: a client leaves a namespace, or the server takes it out.
   *
   * @param namespace the namespace
   */
  record Disconnect(String namespace) implements Packet {}

  /**
   * Type 2, or 5 with bytes: an event.
   *
   * @param namespace the namespace
   * @param id the id under which an acknowledgement is expected, or {@link #NO_ID}
   * @param name the event's name
   * @param arguments its arguments
   */
  record Event(String namespace, long id, String name, Arguments arguments) implements Packet {}

  /**
   * Type 3, or 6 with bytes: the acknowledgement of an event.
   *
   * @param namespace the namespace
   * @param id the event's id; {@link #NO_ID} if the peer sent none, and then it means nothing
   * @param arguments what the event's handler answered
   */
  record Ack(String namespace, long id, Arguments arguments) implements Packet {}

  /**
   * Type 4: the server refuses a client. In revision 5 the payload is an object with a message; in
   * earlier ones it is any value.
   *
   * @param namespace the namespace
   * @param payload why; null for nothing
   */
  record ConnectError(String namespace, @Nullable Object payload) implements Packet {}
}

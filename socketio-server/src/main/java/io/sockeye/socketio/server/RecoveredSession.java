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
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a socket was when its connection was lost, and what it is again if its client comes back.
 * Immutable.
 */
public final class RecoveredSession {
  private final String id;
  private final String namespace;
  private final @Nullable Handshake handshake; // not known yet, of those that are kept elsewhere
  private final Set<String> rooms;
  private final Map<String, Object> attributes;
  private final @Nullable Attendance attendance;

  /**
   * Creates a description; the collections are copied.
   *
   * @param id the id of the socket
   * @param namespace the name of its namespace
   * @param handshake how it had come
   * @param rooms its rooms, its own included
   * @param attributes its attributes
   */
  public RecoveredSession(
      String id,
      String namespace,
      Handshake handshake,
      Set<String> rooms,
      Map<String, Object> attributes) {
    this(id, namespace, handshake, rooms, attributes, null);
  }

  RecoveredSession(
      String id,
      String namespace,
      @Nullable Handshake handshake,
      Set<String> rooms,
      Map<String, Object> attributes,
      @Nullable Attendance attendance) {
    this.id = id;
    this.namespace = namespace;
    this.handshake = handshake;
    this.rooms = Set.copyOf(rooms);
    this.attributes = Map.copyOf(attributes);
    this.attendance = attendance;
  }

  /** Returns the id of the socket. */
  public String id() {
    return id;
  }

  /** Returns the name of the namespace. */
  public String namespace() {
    return namespace;
  }

  /**
   * Returns how the socket had come; where the nodes of a cluster keep sessions for each other, how
   * its client comes back.
   */
  public Handshake handshake() {
    return Objects.requireNonNull(handshake, "handshake");
  }

  /** Returns this session with a handshake, unless it has one. */
  RecoveredSession orComingAs(Handshake now) {
    return handshake != null
        ? this
        : new RecoveredSession(id, namespace, now, rooms, attributes, attendance);
  }

  /** Returns its rooms, its own included. */
  public Set<String> rooms() {
    return rooms;
  }

  /** Returns its attributes. */
  public Map<String, Object> attributes() {
    return attributes;
  }

  /** What the client manager of this process knows besides. */
  @Nullable Attendance attendance() {
    return attendance;
  }

  /** Returns id and namespace. */
  @Override
  public String toString() {
    return "session of socket " + id + " in " + namespace;
  }
}

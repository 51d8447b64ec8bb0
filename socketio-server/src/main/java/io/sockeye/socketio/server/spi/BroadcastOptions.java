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
package io.sockeye.socketio.server.spi;

import java.util.Set;

/**
 * Whom an operation reaches, and how. Immutable; the same on every node of a cluster.
 *
 * @param namespace the namespace
 * @param rooms the rooms of which a socket must be in at least one; empty for all of the namespace.
 *     A socket's id is a room of its own
 * @param except the rooms of which it must be in none
 * @param isVolatile whether sockets that cannot be written to at once are left out
 * @param compress whether messages may be compressed on the way
 * @param local whether other nodes are left out
 */
public record BroadcastOptions(
    String namespace,
    Set<String> rooms,
    Set<String> except,
    boolean isVolatile,
    boolean compress,
    boolean local) {
  /** Creates options; the sets are copied. */
  public BroadcastOptions {
    rooms = Set.copyOf(rooms);
    except = Set.copyOf(except);
  }

  /** Returns options that reach all of a namespace. */
  public static BroadcastOptions all(String namespace) {
    return new BroadcastOptions(namespace, Set.of(), Set.of(), false, true, false);
  }

  /** Returns these options in another namespace. */
  public BroadcastOptions withNamespace(String other) {
    return other.equals(namespace)
        ? this
        : new BroadcastOptions(other, rooms, except, isVolatile, compress, local);
  }

  /** Returns these options with other rooms. */
  public BroadcastOptions withRooms(Set<String> others) {
    return new BroadcastOptions(namespace, others, except, isVolatile, compress, local);
  }

  /** Returns these options with other exceptions. */
  public BroadcastOptions withExcept(Set<String> others) {
    return new BroadcastOptions(namespace, rooms, others, isVolatile, compress, local);
  }

  /** Returns these options, volatile or not. */
  public BroadcastOptions withVolatile(boolean flag) {
    return new BroadcastOptions(namespace, rooms, except, flag, compress, local);
  }

  /** Returns these options, compressed or not. */
  public BroadcastOptions withCompress(boolean flag) {
    return new BroadcastOptions(namespace, rooms, except, isVolatile, flag, local);
  }

  /** Returns these options, for this process only or not. */
  public BroadcastOptions withLocal(boolean flag) {
    return new BroadcastOptions(namespace, rooms, except, isVolatile, compress, flag);
  }
}

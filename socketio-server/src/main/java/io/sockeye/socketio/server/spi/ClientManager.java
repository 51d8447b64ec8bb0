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

import io.sockeye.socketio.protocol.Arguments;
import io.sockeye.socketio.protocol.Packet;
import io.sockeye.socketio.server.RecoveredSession;
import io.sockeye.socketio.server.Socket;
import java.util.Collection;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Knows which sockets are in which rooms and carries out what may cross processes. Socket.IO calls
 * this an adapter.
 *
 * <p>All methods are safe for use by any thread, and do not block but as {@link ClusterOperations}
 * says.
 */
public interface ClientManager extends ClusterOperations {
  /** A socket of this process has joined its namespace. */
  void add(Socket socket);

  /** A socket of this process has left its namespace: it is in no room any more. */
  void remove(Socket socket);

  /** A namespace has come to be in this process. */
  void addNamespace(String namespace);

  /**
   * A namespace that had come to be for clients is gone in this process: nobody is in it any more,
   * and nobody comes back to it. It may come to be again later.
   */
  void removeNamespace(String namespace);

  /** Puts a socket of this process into rooms; nothing happens if it has left. */
  void join(Socket socket, Collection<String> rooms);

  /** Takes a socket of this process out of rooms. */
  void leave(Socket socket, Collection<String> rooms);

  /** Returns the rooms of a socket of this process, its own included. */
  Set<String> rooms(Socket socket);

  /**
   * Hands an event of another node to the handlers of this one, for managers of several processes.
   *
   * @return completes with what the handler answers; never if there is none
   */
  CompletionStage<@Nullable Object> receive(String namespace, String event, Arguments arguments);

  // ---- connection state recovery: called only where the option is on ----

  /**
   * Sends an event to one socket of this process, and retains it: as a {@link #broadcast} to its
   * room would, but it may be called before {@link #add}, and for a socket that was lost.
   *
   * <p>Where recovery is on, this method and {@code broadcast} add an offset to each event that is
   * not volatile and asks for no acknowledgement, as its last argument: a text by which {@link
   * #restore} and {@link #resume} know what a client has had. What they send must reach each socket
   * in the order of the offsets.
   */
  CompletionStage<Void> emit(Socket socket, Packet.Event event, boolean compress);

  /**
   * Keeps what a socket of this process was when its connection was lost, for as long as {@link
   * io.sockeye.socketio.server.ConnectionStateRecovery#maxDisconnectionDuration} says. Called after
   * {@link #remove}, when the handlers of the loss have run; called again if a client is lost while
   * it comes back.
   *
   * @param pid the private id of the session: a secret, which must not be logged
   */
  CompletionStage<Void> persist(String pid, RecoveredSession session);

  /**
   * Takes a session that was kept; it is kept no longer, whatever becomes of it.
   *
   * @param offset that of the last event that the client has had; null if it has had none since its
   *     session began. It comes from the client and can be any text of at most 64 letters, digits
   *     and the signs {@code - . _ ~}
   * @return the session; null if none is kept under the id in that namespace, or what was sent
   *     after the offset is not known completely
   */
  CompletionStage<@Nullable RecoveredSession> restore(
      String namespace, String pid, @Nullable String offset);

  /**
   * A socket of this process comes back to its namespace, instead of {@link #add}; {@link #join}
   * was called for its rooms. It is sent what it has missed, in order and each with its offset, and
   * from then on it is one of the sockets of this process: no event may be lost or doubled between
   * the two.
   *
   * @param replay sends one event to the client, for managers that have no means of their own
   * @return false if what was missed is not known any more; then nothing was sent, and the socket
   *     was not added
   */
  CompletionStage<Boolean> resume(
      Socket socket, @Nullable String offset, Consumer<Packet.Event> replay);

  /** Lets go of what it holds. */
  void close();

  /** Returns the sockets of this process in a namespace. */
  Collection<Socket> localSockets(String namespace);
}

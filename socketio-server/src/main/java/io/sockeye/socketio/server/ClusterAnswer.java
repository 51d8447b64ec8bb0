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

import io.sockeye.socketio.protocol.Arguments;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a node answers to a {@link ClusterMessage.Request}. Immutable. */
sealed interface ClusterAnswer {
  /**
   * To a question: how many sockets of the node it has reached.
   *
   * @param ids their ids, null if the dialect does not say
   */
  record Reached(int count, @Nullable Set<String> ids) implements ClusterAnswer {}

  /**
   * To a question, after {@link Reached}: a socket has answered.
   *
   * @param socketId its id, null if the dialect does not say
   */
  record ClientAnswered(@Nullable String socketId, Arguments arguments) implements ClusterAnswer {}

  /**
   * To a question, after {@link Reached}: a socket has gone without an answer. Only dialects that
   * name sockets carry it; in the others its time runs out.
   */
  record ClientLost(String socketId) implements ClusterAnswer {}

  /** To a fetch. */
  record Sockets(List<RemoteSocket> sockets) implements ClusterAnswer {}

  /** To a server question. */
  record ServerAnswered(@Nullable Object value) implements ClusterAnswer {}
}

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

/** What a Socket.IO server counts since it was made, besides what its Engine.IO server counts. */
public enum SocketIoCounter {
  /** Events that had no handler. */
  EVENTS_UNHANDLED,
  /**
   * Events that middleware or a handler refused with {@link EventRefusedException}, or whose
   * arguments did not fit ({@link ArgumentException}).
   */
  EVENTS_REFUSED,
  /** Handlers that failed in any other way. */
  EVENTS_FAILED,
  /** Clients that were refused a namespace, by middleware or because there is none. */
  CONNECTIONS_REFUSED,
  /** Clients that were refused a namespace because there were too many. */
  NAMESPACES_REFUSED,
  /** Sockets that have come back with their id, rooms, attributes and missed events. */
  SESSIONS_RECOVERED,
  /** Clients that asked to come back and got a new session instead. */
  RECOVERIES_REJECTED,
  /** Messages to other nodes that the broker has taken. */
  CLUSTER_SENT,
  /** Those of them that had waited because the broker was not there. */
  CLUSTER_LATE,
  /**
   * Messages to other nodes that were dropped because the broker was not there, or of which it is
   * not known whether it has taken them.
   */
  CLUSTER_DROPPED,
  /** Messages of other nodes. */
  CLUSTER_RECEIVED,
  /** Messages of other nodes that never came here, where the dialect has numbers for them. */
  CLUSTER_MISSED,
  /** Messages of other nodes that came again, and were dropped. */
  CLUSTER_REPEATED,
  /** Messages on the channels of the cluster that were not understood, pickles included. */
  CLUSTER_REFUSED
}

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
package io.sockeye.engineio.server;

/** What an Engine.IO server counts since it was made. */
public enum Counter {
  /** Sessions opened. */
  SESSIONS_OPENED,
  /** Sessions ended, for whatever reason. */
  SESSIONS_CLOSED,
  /** Requests refused with one of the protocol's errors, or for their origin. */
  REQUESTS_REFUSED,
  /** Requests refused because their session is not here, or not any more. */
  UNKNOWN_SESSIONS,
  /**
   * Those of {@link #UNKNOWN_SESSIONS} whose session seems to be in another process: its id looks
   * like a server's, and it did not end here lately. Many of them mean several processes behind a
   * proxy that does not send all requests of a session to the same one.
   */
  FOREIGN_SESSIONS,
  /** Sessions closed because the peer sent something that is not a packet. */
  PARSE_ERRORS,
  /** Sessions closed because the peer broke a rule of its transport. */
  TRANSPORT_ERRORS,
  /** Sessions closed because no sign of life came in time. */
  PING_TIMEOUTS,
  /** Sessions closed because the outbound queue went over its bound. */
  SLOW_CONSUMERS,
  /** Messages over the limit. */
  MESSAGES_TOO_LARGE,
  /** Upgrades completed. */
  UPGRADES,
  /** Probing connections that were closed without an upgrade. */
  UPGRADES_FAILED,
  /** Volatile messages dropped because the transport was not writable. */
  VOLATILE_DROPPED
}

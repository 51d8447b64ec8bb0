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

/** What becomes of messages to other nodes while the broker is not there. */
public enum OutagePolicy {
  /**
   * They wait, in order, and are sent when it is back; over {@link
   * ClusterOptions.Builder#maxOutboxBytes} they are dropped, and so are volatile events.
   */
  HOLD,
  /** They are dropped, and counted. */
  DROP
}

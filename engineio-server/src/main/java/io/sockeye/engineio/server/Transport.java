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

/**
 * Carries a session's packets. One that has been replaced by an upgrade is told with {@link
 * #discard}. All methods are called on the session lane.
 */
abstract class Transport {
  abstract TransportType type();

  /** Returns whether the web server could carry the session on WebSocket instead. */
  abstract boolean isUpgradable();

  /** Sends what waits in the session's queue, if this transport can write now. */
  abstract void flush();

  /** The session closes: once the queue is empty the peer is told and the session ended. */
  abstract void closeWhenDrained();

  /** The session has ended: tell the peer and let go of everything. */
  abstract void end(CloseReason reason);

  /** Another transport has taken over. */
  abstract void discard();

  /** Brings no more packets until {@link #resumeReading}. */
  abstract void pauseReading();

  abstract void resumeReading();
}

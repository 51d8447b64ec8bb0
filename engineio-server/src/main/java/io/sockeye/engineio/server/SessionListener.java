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

import java.nio.ByteBuffer;

/**
 * An application's view of one session that carries raw messages. Methods are called on the handler
 * executor: one at a time, in order, and they may block. What they throw is logged and the session
 * goes on.
 */
public interface SessionListener {
  /** A text message. */
  default void onMessage(Session session, String text) throws Exception {}

  /**
   * A text message, with the HTTP request that carried it: over polling the POST, over WebSocket
   * the handshake.
   */
  default void onMessage(Session session, String text, HttpRequest carrier) throws Exception {
    onMessage(session, text);
  }

  /** A binary message. */
  default void onMessage(Session session, ByteBuffer data) throws Exception {}

  /** The session has ended; the last call. */
  default void onClose(Session session, CloseReason reason) throws Exception {}

  /** Makes the listener of each new session. */
  @FunctionalInterface
  interface Factory {
    /** A session is open; what is sent to it now follows its open packet. */
    SessionListener open(Session session) throws Exception;
  }
}

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

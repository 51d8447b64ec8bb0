package io.sockeye.engineio.server;

/**
 * Carries a session's packets. One that has been replaced by an upgrade is told with {@link
 * #discard}. All methods are called on the session lane.
 */
abstract class Transport {
  abstract TransportType type();

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

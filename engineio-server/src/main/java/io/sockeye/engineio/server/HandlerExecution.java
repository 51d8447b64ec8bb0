package io.sockeye.engineio.server;

/** Which threads run application code. */
public enum HandlerExecution {
  /** {@link #VIRTUAL} where the JDK has virtual threads (21 and later), else {@link #POOL}. */
  DEFAULT,
  /** A virtual thread per run of a lane; needs JDK 21. */
  VIRTUAL,
  /**
   * A pool that has as many workers as there are processors, and more as soon as queued work stands
   * still because they block.
   */
  POOL,
  /** The I/O thread itself: the fastest, for code that never blocks. */
  INLINE
}

package io.sockeye.engineio.server.spi;

import java.util.concurrent.Executor;

/**
 * The one thread that owns a connection, where the web server has such a thread (an event loop).
 *
 * <p>Tasks run one at a time, in order. {@link #execute} may be called from any thread, never runs
 * the task before it returns, and drops the task silently once the executor has shut down.
 */
public interface IoExecutor extends Executor {
  /** Returns whether the calling thread is the one that runs this executor's tasks. */
  boolean inThread();
}

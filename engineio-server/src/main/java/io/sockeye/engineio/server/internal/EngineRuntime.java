package io.sockeye.engineio.server.internal;

import io.sockeye.engineio.server.HandlerExecution;
import java.time.Duration;

/**
 * The threads of one server: its timers and its handler executor. Safe for use by any thread.
 *
 * @param timers the timers
 * @param handlers runs application code
 */
public record EngineRuntime(TimerWheel timers, HandlerExecutor handlers) {
  /** Starts the threads. */
  public static EngineRuntime start(HandlerExecution execution, int maxHandlerThreads) {
    return of(TimerWheel.start(), execution, maxHandlerThreads);
  }

  /** Starts the handler executor on given timers. */
  public static EngineRuntime of(
      TimerWheel timers, HandlerExecution execution, int maxHandlerThreads) {
    return new EngineRuntime(
        timers, HandlerExecutor.create(execution, timers, maxHandlerThreads));
  }

  /** Ends the threads; handlers have until the deadline. */
  public void close(Duration deadline) {
    handlers.close(deadline);
    timers.close();
  }
}

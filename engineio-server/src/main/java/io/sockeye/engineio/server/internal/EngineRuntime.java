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
    return new EngineRuntime(timers, HandlerExecutor.create(execution, timers, maxHandlerThreads));
  }

  /** Ends the threads; handlers have until the deadline. */
  public void close(Duration deadline) {
    handlers.close(deadline);
    timers.close();
  }
}

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
package io.sockeye.transport.netty;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.FastThreadLocal;
import io.sockeye.engineio.server.spi.IoExecutor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/** An event loop as the engine sees it: one object per loop, so that broadcasts group by it. */
final class LoopExecutor implements IoExecutor {
  private static final FastThreadLocal<@Nullable LoopExecutor> CURRENT = new FastThreadLocal<>();

  private final EventLoop loop;

  private LoopExecutor(EventLoop loop) {
    this.loop = loop;
  }

  /** Returns the executor of a loop; called on its thread. */
  static LoopExecutor of(EventLoop loop) {
    LoopExecutor executor = CURRENT.get();
    if (executor == null || executor.loop != loop) {
      executor = new LoopExecutor(loop);
      CURRENT.set(executor);
    }
    return executor;
  }

  @Override
  public boolean inThread() {
    return loop.inEventLoop();
  }

  @Override
  public void execute(Runnable task) {
    try {
      loop.execute(task);
    } catch (RejectedExecutionException shutDown) {
      // The loop's connections are gone.
    }
  }
}

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

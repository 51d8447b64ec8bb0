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

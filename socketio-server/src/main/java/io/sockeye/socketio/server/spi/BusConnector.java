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
package io.sockeye.socketio.server.spi;

import java.util.concurrent.CompletionStage;

/** Connects to one broker, as often as that is needed. */
public interface BusConnector {
  /**
   * Begins to connect; does not block. Called by one thread at a time, and not before the last link
   * is closed.
   *
   * @param events told what happens on the link, from now on
   */
  CompletionStage<? extends BusLink> connect(BusLink.Events events);

  /** Returns whether links take topics that are prefixes. */
  boolean supportsPrefix();

  /** Returns whether links have {@link BusLink#streams}. */
  default boolean supportsStreams() {
    return false;
  }

  /** Lets go of what all links share, after the last one; completes when its threads have ended. */
  CompletionStage<Void> close();
}

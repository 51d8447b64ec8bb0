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

import org.jspecify.annotations.Nullable;

/** Says that a bus cannot reach its broker, or that the broker did not take a message. */
public final class BusUnavailableException extends RuntimeException {
  private static final long serialVersionUID = 1;

  /** Whether the message may have been taken. */
  private final boolean mayHaveBeenTaken;

  /** Creates one about a message that was not sent, or about no message. */
  public BusUnavailableException(String message, @Nullable Throwable cause) {
    this(message, cause, false);
  }

  /** Creates one about a message. */
  public BusUnavailableException(
      String message, @Nullable Throwable cause, boolean mayHaveBeenTaken) {
    super(message, cause);
    this.mayHaveBeenTaken = mayHaveBeenTaken;
  }

  /**
   * Returns whether the broker may have taken the message all the same, so that publishing it again
   * may make it arrive twice.
   */
  public boolean mayHaveBeenTaken() {
    return mayHaveBeenTaken;
  }
}

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
package io.sockeye.socketio.server;

import org.jspecify.annotations.Nullable;

/**
 * Thrown by middleware or a connect handler to refuse a client, which gets the message and the
 * data.
 */
public class ConnectionRefusedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient @Nullable Object data;

  /** Refuses with a message. */
  public ConnectionRefusedException(String message) {
    this(message, null);
  }

  /**
   * Refuses with a message and data.
   *
   * @param data a value as an event's argument; null for none
   */
  public ConnectionRefusedException(String message, @Nullable Object data) {
    super(message, null, false, false);
    this.data = data;
  }

  /** Returns the data, or null. */
  public @Nullable Object data() {
    return data;
  }
}

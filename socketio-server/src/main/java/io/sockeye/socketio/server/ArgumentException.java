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

/**
 * Says that an argument of a peer is absent or does not fit its type. It is the peer's mistake, not
 * the application's: without an error handler it is logged at DEBUG only.
 */
public final class ArgumentException extends IllegalArgumentException {
  private static final long serialVersionUID = 1;

  private final int index;
  private final String expected;

  ArgumentException(int index, String expected, String message, Throwable cause) {
    super(message, cause);
    this.index = index;
    this.expected = expected;
  }

  ArgumentException(int index, String expected, String message) {
    super(message);
    this.index = index;
    this.expected = expected;
  }

  /** Returns which argument, counted from 0. */
  public int index() {
    return index;
  }

  /** Returns the type that was expected, by its simple name. */
  public String expected() {
    return expected;
  }

  /**
   * Returns what the client may be told: which argument, and what it should have been. The message
   * may have details that are nobody's business, such as names of classes.
   */
  public String clientMessage() {
    return "argument " + index + " (expected: " + expected + ")";
  }
}

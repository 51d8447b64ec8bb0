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
package io.sockeye.transport.contract;

/**
 * Rules that a web server breaks by itself, with no switch for it, where the engine can live with
 * that. A binding names those of its web server, and the tests then expect no more than is promised
 * here.
 */
public enum Leeway {
  /**
   * A client that goes while its request waits for an answer is not noticed; its session ends with
   * its heartbeat, or when the answer is written.
   */
  ABORTS_GO_UNNOTICED,

  /** Listening with TLS is left to the user of the web server; asked for, it is refused. */
  NO_TLS,

  /** The connection is closed after some answers, such as one with status 400. */
  CLOSES_AFTER_ERRORS,

  /** A WebSocket frame is judged when its payload is there, and not by the length in its header. */
  JUDGES_PAYLOAD,

  /**
   * A WebSocket that breaks a rule may be closed with 1003 where 1002, 1007 or 1009 are due, and
   * its session may end as one that its client closed.
   */
  OTHER_CLOSE_STATUS,

  /** A close frame without a status is told as 1000, and not as 1005. */
  EMPTY_CLOSE_IS_NORMAL
}

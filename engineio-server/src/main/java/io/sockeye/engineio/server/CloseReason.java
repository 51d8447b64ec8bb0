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

/** Why a session ended. The texts are those of the official server, which applications log. */
public enum CloseReason {
  /** The peer closed, or its connection was lost. */
  TRANSPORT_CLOSE("transport close"),
  /** The connection failed, or the peer broke a rule of its transport. */
  TRANSPORT_ERROR("transport error"),
  /** No sign of life within the heartbeat's time. */
  PING_TIMEOUT("ping timeout"),
  /** The peer sent something that is not a packet. */
  PARSE_ERROR("parse error"),
  /** This side closed the session. */
  FORCED_CLOSE("forced close"),
  /** The peer took its messages too slowly: the outbound queue went over its bound. */
  SLOW_CONSUMER("slow consumer"),
  /** The server is shutting down. */
  SERVER_SHUTDOWN("server shutting down");

  private final String text;

  CloseReason(String text) {
    this.text = text;
  }

  /** Returns the reason as a text, such as {@code ping timeout}. */
  public String text() {
    return text;
  }
}

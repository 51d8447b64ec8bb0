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

import io.sockeye.engineio.server.CloseReason;

/** Why a socket was disconnected. The texts are those of the official server. */
public enum DisconnectReason {
  /** The client left the namespace. */
  CLIENT_NAMESPACE_DISCONNECT("client namespace disconnect"),
  /** The server took the socket out. */
  SERVER_NAMESPACE_DISCONNECT("server namespace disconnect"),
  /** The connection was closed by the client, or lost. */
  TRANSPORT_CLOSE("transport close"),
  /** The connection failed. */
  TRANSPORT_ERROR("transport error"),
  /** The client gave no sign of life in time. */
  PING_TIMEOUT("ping timeout"),
  /** The client sent something that is not a packet. */
  PARSE_ERROR("parse error"),
  /** The connection was closed by the server. */
  FORCED_CLOSE("forced close"),
  /** The client took its messages too slowly. */
  SLOW_CONSUMER("slow consumer"),
  /** The server is shutting down. */
  SERVER_SHUTTING_DOWN("server shutting down");

  private final String text;

  DisconnectReason(String text) {
    this.text = text;
  }

  /** Returns the reason as a text, such as {@code transport close}. */
  public String text() {
    return text;
  }

  static DisconnectReason of(CloseReason reason) {
    return switch (reason) {
      case TRANSPORT_CLOSE -> TRANSPORT_CLOSE;
      case TRANSPORT_ERROR -> TRANSPORT_ERROR;
      case PING_TIMEOUT -> PING_TIMEOUT;
      case PARSE_ERROR -> PARSE_ERROR;
      case FORCED_CLOSE -> FORCED_CLOSE;
      case SLOW_CONSUMER -> SLOW_CONSUMER;
      case SERVER_SHUTDOWN -> SERVER_SHUTTING_DOWN;
    };
  }
}

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
package io.sockeye.engineio.protocol;

import java.time.Duration;
import java.util.List;

/**
 * What the server tells a client when it opens a session.
 *
 * @param sid the session's id
 * @param upgrades the transports that the client may upgrade to
 * @param pingInterval the time between pings
 * @param pingTimeout how long the answer to a ping may take
 * @param maxPayload the largest message, and the largest body of a POST, in bytes
 */
public record HandshakeData(
    String sid,
    List<String> upgrades,
    Duration pingInterval,
    Duration pingTimeout,
    int maxPayload) {
  /** Creates handshake data; the list is copied. */
  public HandshakeData {
    upgrades = List.copyOf(upgrades);
  }

  /** Returns the JSON object of the open packet, its keys in the official server's order. */
  public String toJson() {
    StringBuilder json = new StringBuilder(128);
    json.append("{\"sid\":");
    JsonText.appendQuoted(json, sid);
    json.append(",\"upgrades\":[");
    for (int i = 0; i < upgrades.size(); i++) {
      if (i > 0) {
        json.append(',');
      }
      JsonText.appendQuoted(json, upgrades.get(i));
    }
    return json.append("],\"pingInterval\":")
        .append(pingInterval.toMillis())
        .append(",\"pingTimeout\":")
        .append(pingTimeout.toMillis())
        .append(",\"maxPayload\":")
        .append(maxPayload)
        .append('}')
        .toString();
  }
}

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
package io.sockeye.conformance.javaclient;

import io.socket.client.IO;
import io.socket.client.Manager;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** How a check connects. */
final class Dial {
  private final String transport;
  private final Map<String, String> credentials = new HashMap<>();
  private final Map<String, String> headers = new HashMap<>();
  private String query = "";
  private boolean reconnection;

  Dial(String transport) {
    this.transport = transport;
  }

  /** The revision of Engine.IO that the client of this process speaks. */
  static int revision() {
    return IO.protocol == 5 ? 4 : 3;
  }

  /** What the client shows to a namespace: its auth object, or its query at revision 3. */
  Dial credential(String key, String value) {
    credentials.put(key, value);
    return this;
  }

  /** The query of the connection, encoded. */
  Dial query(String text) {
    query = text;
    return this;
  }

  Dial header(String name, String value) {
    headers.put(name, value);
    return this;
  }

  Dial reconnecting() {
    reconnection = true;
    return this;
  }

  boolean upgrades() {
    return transport.equals("upgrade");
  }

  /** What a client without an upgrade in progress has in the end. */
  String finalTransport() {
    return upgrades() ? "websocket" : transport;
  }

  @SuppressWarnings("unchecked")
  void addHeaders(Object... args) {
    Map<String, List<String>> request = (Map<String, List<String>>) args[0];
    headers.forEach((name, value) -> request.put(name, List.of(value)));
  }

  Manager.Options ofConnection() {
    Manager.Options options = new Manager.Options();
    options.transports =
        upgrades() ? new String[] {"polling", "websocket"} : new String[] {transport};
    options.query = query;
    options.reconnection = reconnection;
    options.reconnectionDelay = 10;
    options.reconnectionDelayMax = 100;
    return options;
  }

  Manager.Options ofSocket() {
    Manager.Options options = new Manager.Options();
    if (credentials.isEmpty()) {
      return options;
    }
    if (revision() == 4) {
      // The field is not there in the other client, which never comes here.
      options.auth = credentials;
    } else {
      StringBuilder all = new StringBuilder();
      credentials.forEach((key, value) -> all.append('&').append(key).append('=').append(value));
      options.query = all.substring(1);
    }
    return options;
  }
}

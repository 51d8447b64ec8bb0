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

import io.sockeye.engineio.server.Headers;
import io.sockeye.engineio.server.HttpRequest;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How a socket came: the first request of its connection, and what the client said when it joined
 * the namespace. Immutable.
 *
 * @param request the first HTTP request of the connection
 * @param auth what the client sent when it joined; empty if nothing
 * @param issued when the connection was made
 */
public record Handshake(HttpRequest request, Map<String, @Nullable Object> auth, Instant issued) {
  /** Returns the headers of the request. */
  public Headers headers() {
    return request.headers();
  }

  /** Returns the query parameters of the request. */
  public Map<String, String> query() {
    return request.query();
  }

  /** Returns the request target: path and query. */
  public String url() {
    return request.uri();
  }

  /** Returns the address of the peer; empty for a unix domain socket. */
  public String address() {
    InetSocketAddress address = request.remoteAddress();
    return address == null || address.getAddress() == null
        ? ""
        : address.getAddress().getHostAddress();
  }

  /** Returns whether the connection is encrypted. */
  public boolean secure() {
    return request.secure();
  }
}

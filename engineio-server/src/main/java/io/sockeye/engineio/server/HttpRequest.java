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

import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.security.Principal;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The request line and headers of an HTTP request; for a session, those of its handshake.
 * Immutable, safe for use by any thread.
 */
public final class HttpRequest {
  /** More query parameters than this are not a Socket.IO client's. */
  private static final int MAX_QUERY_PARAMETERS = 64;

  private final String method;
  private final String uri;
  private final int queryStart;
  private final Headers headers;
  private final @Nullable SocketAddress remoteAddress;
  private final boolean secure;
  private final List<Object> attachments;
  // Racy on purpose: parsed when first asked for; equal each time.
  private @Nullable Map<String, String> query;

  /**
   * Creates a request.
   *
   * @param method the method, in upper case
   * @param uri the request target as it was sent: path, and query if there is one
   * @param headers the headers
   * @param remoteAddress the address of the peer, null if it has none (a unix domain socket)
   * @param secure whether the connection is encrypted
   */
  public HttpRequest(
      String method,
      String uri,
      Headers headers,
      @Nullable SocketAddress remoteAddress,
      boolean secure) {
    this(method, uri, headers, remoteAddress, secure, List.of());
  }

  /**
   * Creates a request that carries what the web server knows of it besides HTTP.
   *
   * @param method the method, in upper case
   * @param uri the request target as it was sent: path, and query if there is one
   * @param headers the headers
   * @param remoteAddress the address of the peer, null if it has none (a unix domain socket)
   * @param secure whether the connection is encrypted
   * @param attachments objects that stay valid after the request, for {@link #attachment}
   */
  public HttpRequest(
      String method,
      String uri,
      Headers headers,
      @Nullable SocketAddress remoteAddress,
      boolean secure,
      List<?> attachments) {
    this.method = Objects.requireNonNull(method, "method");
    this.uri = Objects.requireNonNull(uri, "uri");
    this.headers = Objects.requireNonNull(headers, "headers");
    this.remoteAddress = remoteAddress;
    this.secure = secure;
    this.attachments = List.copyOf(attachments);
    this.queryStart = uri.indexOf('?');
  }

  /** Returns the method, such as {@code GET}. */
  public String method() {
    return method;
  }

  /** Returns the request target as it was sent: path and query. */
  public String uri() {
    return uri;
  }

  /**
   * Returns the path, percent-decoded once; as it was sent if its escapes are malformed, which then
   * matches no handler's path.
   */
  public String path() {
    String raw = queryStart < 0 ? uri : uri.substring(0, queryStart);
    if (raw.indexOf('%') < 0) {
      return raw;
    }
    try {
      // A plus sign is itself in a path; only forms make it a space.
      return URLDecoder.decode(raw.replace("+", "%2B"), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException malformed) {
      return raw;
    }
  }

  /** Returns the headers. */
  public Headers headers() {
    return headers;
  }

  /** Returns the first value of a header, or null. */
  public @Nullable String header(String name) {
    return headers.get(name);
  }

  /**
   * Returns the query parameters, decoded, in order; of several with one name the last one. Those
   * with malformed escapes are kept as they were sent, and those beyond the 64th are dropped.
   */
  public Map<String, String> query() {
    Map<String, String> known = query;
    if (known == null) {
      known = Collections.unmodifiableMap(parseQuery());
      query = known;
    }
    return known;
  }

  /** Returns a query parameter, or null. */
  public @Nullable String query(String name) {
    return query().get(name);
  }

  /** Forgets what can be made again: a session keeps its handshake for life. */
  void trim() {
    query = null;
  }

  /** Returns the address of the peer; null if it has none (a unix domain socket). */
  public @Nullable InetSocketAddress remoteAddress() {
    return remoteAddress instanceof InetSocketAddress address ? address : null;
  }

  /** Returns whether the connection is encrypted. */
  public boolean secure() {
    return secure;
  }

  /** Returns the user whom the web server has authenticated, or null. */
  public @Nullable Principal principal() {
    return attachment(Principal.class);
  }

  /**
   * Returns what the web server attached to the request, such as the {@code HttpSession} of a
   * servlet container, or null.
   *
   * @param type the type to look for; the first attachment of that type is returned
   */
  public <T> @Nullable T attachment(Class<T> type) {
    for (Object attachment : attachments) {
      if (type.isInstance(attachment)) {
        return type.cast(attachment);
      }
    }
    return null;
  }

  /** Returns method and path, without the query, in which session ids travel. */
  @Override
  public String toString() {
    return method + " " + path();
  }

  private Map<String, String> parseQuery() {
    Map<String, String> parameters = new LinkedHashMap<>();
    if (queryStart < 0) {
      return parameters;
    }
    int from = queryStart + 1;
    while (from < uri.length() && parameters.size() < MAX_QUERY_PARAMETERS) {
      int end = uri.indexOf('&', from);
      if (end < 0) {
        end = uri.length();
      }
      if (end > from) {
        int equals = uri.indexOf('=', from);
        if (equals < 0 || equals > end) {
          parameters.put(decode(uri.substring(from, end)), "");
        } else {
          parameters.put(
              decode(uri.substring(from, equals)), decode(uri.substring(equals + 1, end)));
        }
      }
      from = end + 1;
    }
    return parameters;
  }

  private static String decode(String part) {
    if (part.indexOf('%') < 0 && part.indexOf('+') < 0) {
      return part;
    }
    try {
      return URLDecoder.decode(part, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException malformed) {
      return part;
    }
  }
}

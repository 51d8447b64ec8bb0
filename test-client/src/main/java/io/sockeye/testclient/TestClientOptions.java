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
package io.sockeye.testclient;

import io.sockeye.engineio.server.Headers;
import io.sockeye.engineio.server.TransportType;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How a test client comes: immutable. Each option is documented at its setter in {@link Builder}.
 */
public final class TestClientOptions {
  private final String namespace;
  private final Map<String, @Nullable Object> auth;
  private final String query;
  private final Headers headers;
  private final TransportType transport;
  private final Duration deadline;
  private final InetSocketAddress remoteAddress;
  private final boolean secure;
  private final List<Object> attachments;

  private TestClientOptions(Builder builder) {
    namespace = builder.namespace;
    auth = Collections.unmodifiableMap(new LinkedHashMap<>(builder.auth));
    query = builder.query.toString();
    Headers.Builder all = Headers.builder();
    builder.headers.forEach((name, values) -> values.forEach(value -> all.add(name, value)));
    if (builder.headers.keySet().stream().noneMatch("Host"::equalsIgnoreCase)) {
      all.add("Host", "localhost");
    }
    if (!builder.cookies.isEmpty()) {
      all.add("Cookie", String.join("; ", builder.cookies));
    }
    headers = all.build();
    transport = builder.transport;
    deadline = builder.deadline;
    remoteAddress = builder.remoteAddress;
    secure = builder.secure;
    attachments = List.copyOf(builder.attachments);
  }

  /** Returns a builder with the defaults. */
  public static Builder builder() {
    return new Builder();
  }

  /** Returns the defaults. */
  public static TestClientOptions defaults() {
    return builder().build();
  }

  /** See {@link Builder#namespace}. */
  public String namespace() {
    return namespace;
  }

  /** See {@link Builder#auth}. */
  public Map<String, @Nullable Object> auth() {
    return auth;
  }

  /**
   * Returns the query parameters as they are appended to the URL: empty, or from an ampersand on.
   */
  String query() {
    return query;
  }

  /** Returns the headers, those that were not set included. */
  public Headers headers() {
    return headers;
  }

  /** See {@link Builder#transport}. */
  public TransportType transport() {
    return transport;
  }

  /** See {@link Builder#deadline}. */
  public Duration deadline() {
    return deadline;
  }

  /** See {@link Builder#remoteAddress}. */
  public InetSocketAddress remoteAddress() {
    return remoteAddress;
  }

  /** See {@link Builder#secure}. */
  public boolean secure() {
    return secure;
  }

  List<Object> attachments() {
    return attachments;
  }

  /** Collects options. Not safe for use by several threads. */
  public static final class Builder {
    private String namespace = "/";
    private Map<String, ? extends @Nullable Object> auth = Map.of();
    private final StringBuilder query = new StringBuilder();
    private final Map<String, List<String>> headers = new LinkedHashMap<>();
    private final List<String> cookies = new ArrayList<>();
    private TransportType transport = TransportType.WEBSOCKET;
    private Duration deadline = Duration.ofSeconds(5);
    private InetSocketAddress remoteAddress =
        new InetSocketAddress(InetAddress.getLoopbackAddress(), 50_000);
    private boolean secure;
    private final List<Object> attachments = new ArrayList<>();

    private Builder() {}

    /**
     * The namespace that the client joins first, and that its own methods are about. Default {@code
     * /}.
     *
     * @throws IllegalArgumentException if it does not begin with a slash
     */
    public Builder namespace(String namespace) {
      this.namespace = TestSocket.requireNamespace(namespace);
      return this;
    }

    /** What the client says of itself when it joins a namespace. Default nothing. */
    public Builder auth(Map<String, ? extends @Nullable Object> auth) {
      this.auth = Objects.requireNonNull(auth, "auth");
      return this;
    }

    /** Adds a query parameter to the client's requests. */
    public Builder query(String name, String value) {
      query.append('&').append(encoded(name)).append('=').append(encoded(value));
      return this;
    }

    /**
     * Adds a header to the client's requests. {@code Host} is {@code localhost} unless it is set.
     */
    public Builder header(String name, String value) {
      headers.computeIfAbsent(name, key -> new ArrayList<>()).add(value);
      return this;
    }

    /** Adds a cookie to the client's requests. */
    public Builder cookie(String name, String value) {
      cookies.add(name + "=" + value);
      return this;
    }

    /**
     * The transport to begin with; from polling {@link SocketIoTestClient#upgrade} leads to
     * WebSocket. Default WebSocket.
     */
    public Builder transport(TransportType transport) {
      this.transport = Objects.requireNonNull(transport, "transport");
      return this;
    }

    /**
     * How long, in real time, the client waits for what does not come, where nothing else is said.
     * What comes is never waited for longer than it takes. Default 5 s.
     */
    public Builder deadline(Duration deadline) {
      if (deadline.isNegative() || deadline.isZero()) {
        throw new IllegalArgumentException("deadline: " + deadline + " (expected: > 0)");
      }
      this.deadline = deadline;
      return this;
    }

    /** Where the client comes from. Default port 50000 of the loopback address. */
    public Builder remoteAddress(InetSocketAddress remoteAddress) {
      this.remoteAddress = Objects.requireNonNull(remoteAddress, "remoteAddress");
      return this;
    }

    /** Whether the client comes over TLS. Default false. */
    public Builder secure(boolean secure) {
      this.secure = secure;
      return this;
    }

    /**
     * Adds what a web server would know of the request besides HTTP, such as a {@link
     * java.security.Principal}: what {@link io.sockeye.engineio.server.HttpRequest#attachment}
     * returns.
     */
    public Builder attachment(Object attachment) {
      attachments.add(Objects.requireNonNull(attachment, "attachment"));
      return this;
    }

    /** Returns the options. */
    public TestClientOptions build() {
      return new TestClientOptions(this);
    }

    private static String encoded(String part) {
      return URLEncoder.encode(part, StandardCharsets.UTF_8);
    }
  }
}

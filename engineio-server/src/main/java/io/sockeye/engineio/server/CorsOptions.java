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

import io.sockeye.engineio.server.internal.Checks;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.function.BiPredicate;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Which origins may use the server, and what it tells browsers about it. Immutable.
 *
 * <p>An origin that is not allowed is refused on every transport, WebSocket included: browsers do
 * not apply CORS to WebSocket, so answering without CORS headers would keep nobody out. A request
 * without an {@code Origin} header does not come from a page and passes.
 */
public final class CorsOptions {
  private static final Pattern TOKEN = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]+");
  private static final Pattern ORIGIN = Pattern.compile("[a-z][a-z0-9+.-]*://[^/?#@*\\s\\p{Lu}]*");

  private final @Nullable BiPredicate<String, HttpRequest> allowed;
  private final Kind kind;
  private final boolean credentials;
  private final String methods;
  private final String allowedHeaders;
  private final String exposedHeaders;
  private final @Nullable Duration maxAge;

  private enum Kind {
    UNCHECKED,
    SAME_ORIGIN,
    ANY,
    CHOSEN
  }

  private CorsOptions(Builder builder) {
    kind = builder.kind;
    allowed = builder.allowed;
    credentials = builder.credentials;
    methods = String.join(",", builder.methods);
    allowedHeaders = String.join(",", builder.allowedHeaders);
    exposedHeaders = String.join(",", builder.exposedHeaders);
    maxAge = builder.maxAge;
    if (credentials && kind != Kind.CHOSEN) {
      throw new IllegalArgumentException(
          "cors.credentials: true with " + kind + " (expected: a list of origins or a predicate)");
    }
  }

  /** The default: pages of the server's own host may use it; no CORS headers. */
  public static CorsOptions sameOrigin() {
    return new Builder(Kind.SAME_ORIGIN, null).build();
  }

  /**
   * No origin is checked and no CORS headers are sent: browsers keep foreign pages from polling.
   */
  public static CorsOptions unchecked() {
    return new Builder(Kind.UNCHECKED, null).build();
  }

  /** Pages of any origin may use the server, without credentials. */
  public static Builder anyOrigin() {
    return new Builder(Kind.ANY, null);
  }

  /**
   * Pages of the given origins may use the server, such as {@code https://example.com} or {@code
   * http://localhost:5173}: as browsers send them, in lower case and without the port that is the
   * scheme's own. {@code null} is what browsers send for local files and sandboxes.
   */
  public static Builder origins(String... origins) {
    if (origins.length == 0) {
      throw new IllegalArgumentException("cors.origins: [] (expected: at least one)");
    }
    for (String origin : origins) {
      checkOrigin(origin);
    }
    Set<String> set = Set.copyOf(List.of(origins));
    return new Builder(Kind.CHOSEN, (origin, request) -> set.contains(origin));
  }

  /** Pages of the origins that a predicate admits may use the server. It must not block. */
  public static Builder originsMatching(BiPredicate<String, HttpRequest> predicate) {
    return new Builder(Kind.CHOSEN, Objects.requireNonNull(predicate, "predicate"));
  }

  /**
   * For development: pages of this machine, whichever server has sent them, and those of the
   * server's own host may use it, with credentials.
   */
  public static CorsOptions localhost() {
    return originsMatching(
            (origin, request) -> isOfLocalhost(origin) || isSameOrigin(origin, request))
        .credentials(true)
        .build();
  }

  private static boolean isOfLocalhost(String origin) {
    try {
      String host = new URI(origin).getHost();
      return host != null
          && (host.equalsIgnoreCase("localhost")
              || host.equals("127.0.0.1")
              || host.equals("[::1]"));
    } catch (URISyntaxException malformed) {
      return false;
    }
  }

  /** Refuses what no browser sends, and what therefore would silently admit nobody. */
  private static void checkOrigin(String origin) {
    boolean plausible =
        origin.equals("null")
            || (ORIGIN.matcher(origin).matches()
                && !(origin.startsWith("http://") && origin.endsWith(":80"))
                && !(origin.startsWith("https://") && origin.endsWith(":443")));
    if (!plausible) {
      throw new IllegalArgumentException(
          "cors.origins: \""
              + origin
              + "\" (expected: scheme, host and other than standard port, such as"
              + " https://example.com, in lower case"
              + (origin.contains("*") ? "; anyOrigin() for all" : "")
              + ")");
    }
  }

  /** Whether a request with this origin may be served. */
  boolean admits(HttpRequest request) {
    String origin = request.header("Origin");
    if (origin == null) {
      return true;
    }
    return switch (kind) {
      case UNCHECKED, ANY -> true;
      case SAME_ORIGIN -> isSameOrigin(origin, request);
      case CHOSEN -> allowed != null && allowed.test(origin, request);
    };
  }

  /** Whether preflight requests are answered. */
  boolean sendsHeaders() {
    return kind == Kind.ANY || kind == Kind.CHOSEN;
  }

  /** The headers of an answer, whether the request is admitted or refused. */
  Headers headers(HttpRequest request) {
    if (!sendsHeaders()) {
      return Headers.EMPTY;
    }
    String origin = request.header("Origin");
    Headers.Builder headers = Headers.builder();
    if (kind == Kind.ANY) {
      headers.add("Access-Control-Allow-Origin", "*");
    } else {
      headers.add("Vary", "Origin");
      if (origin == null || !admits(request)) {
        return headers.build();
      }
      headers.add("Access-Control-Allow-Origin", origin);
    }
    if (credentials) {
      headers.add("Access-Control-Allow-Credentials", "true");
    }
    if (!exposedHeaders.isEmpty()) {
      headers.add("Access-Control-Expose-Headers", exposedHeaders);
    }
    return headers.build();
  }

  /** What a preflight answer says beyond {@link #headers}. */
  Headers preflightHeaders() {
    Headers.Builder headers = Headers.builder();
    headers.add("Access-Control-Allow-Methods", methods);
    if (!allowedHeaders.isEmpty()) {
      headers.add("Access-Control-Allow-Headers", allowedHeaders);
    }
    if (maxAge != null) {
      headers.add("Access-Control-Max-Age", Long.toString(maxAge.toSeconds()));
    }
    return headers.build();
  }

  /**
   * Compares host and port only: behind a proxy that ends TLS the server cannot know the scheme.
   */
  private static boolean isSameOrigin(String origin, HttpRequest request) {
    String host = request.header("Host");
    if (host == null) {
      return false;
    }
    try {
      URI uri = new URI(origin);
      if (uri.getHost() == null || uri.getScheme() == null) {
        return false;
      }
      int standard = uri.getScheme().equals("https") ? 443 : 80;
      String wanted = uri.getHost().toLowerCase(Locale.ROOT);
      int port = uri.getPort() < 0 ? standard : uri.getPort();
      String given = host.toLowerCase(Locale.ROOT);
      return given.equals(wanted + ":" + port) || (port == standard && given.equals(wanted));
    } catch (URISyntaxException malformed) {
      return false;
    }
  }

  /** Collects options. Not safe for use by several threads. */
  public static final class Builder {
    private final Kind kind;
    private final @Nullable BiPredicate<String, HttpRequest> allowed;
    private boolean credentials;
    private List<String> methods = List.of("GET", "POST");
    private List<String> allowedHeaders = List.of();
    private List<String> exposedHeaders = List.of();
    private @Nullable Duration maxAge;

    private Builder(Kind kind, @Nullable BiPredicate<String, HttpRequest> allowed) {
      this.kind = kind;
      this.allowed = allowed;
    }

    /** Whether pages may send cookies; only with chosen origins. Default false. */
    public Builder credentials(boolean credentials) {
      this.credentials = credentials;
      return this;
    }

    /** The methods that a preflight answer names; GET and POST by default. */
    public Builder methods(String... methods) {
      this.methods = tokens(methods, "cors.methods");
      return this;
    }

    /** The request headers that a preflight answer names; none by default. */
    public Builder allowedHeaders(String... headers) {
      this.allowedHeaders = tokens(headers, "cors.allowedHeaders");
      return this;
    }

    /** The response headers that pages may read; none by default. */
    public Builder exposedHeaders(String... headers) {
      this.exposedHeaders = tokens(headers, "cors.exposedHeaders");
      return this;
    }

    /** How long browsers may keep a preflight answer; not said by default. */
    public Builder maxAge(Duration maxAge) {
      this.maxAge = Checks.notNegative(maxAge, "cors.maxAge");
      return this;
    }

    private static List<String> tokens(String[] names, String subject) {
      for (String name : names) {
        if (!TOKEN.matcher(name).matches()) {
          throw new IllegalArgumentException(subject + ": \"" + name + "\" (expected: a token)");
        }
      }
      return List.of(names);
    }

    /**
     * Returns the options.
     *
     * @throws IllegalArgumentException if credentials are asked for with any origin
     */
    public CorsOptions build() {
      return new CorsOptions(this);
    }
  }
}

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

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The cookie that the handshake answer sets to the session id, for load balancers that route by it.
 * It is never read by the server. Immutable.
 */
public final class CookieOptions {
  /** The {@code SameSite} attribute. */
  public enum SameSite {
    /** Sent with requests of the same site only. */
    STRICT("Strict"),
    /** Sent also when a link from another site is followed. */
    LAX("Lax"),
    /** Sent always; browsers then want {@link Builder#secure}. */
    NONE("None");

    private final String text;

    SameSite(String text) {
      this.text = text;
    }
  }

  private final String name;
  private final String attributes;

  private CookieOptions(Builder builder) {
    name = builder.name;
    if (builder.sameSite == SameSite.NONE && !builder.secure) {
      throw new IllegalArgumentException(
          "cookie.sameSite: NONE without secure (expected: secure; browsers drop it otherwise)");
    }
    if (name.startsWith("__Secure-") && !builder.secure) {
      throw new IllegalArgumentException(
          "cookie.name: \"" + name + "\" without secure (expected: secure, which it promises)");
    }
    if (name.startsWith("__Host-")
        && !(builder.secure && builder.domain == null && "/".equals(builder.path))) {
      throw new IllegalArgumentException(
          "cookie.name: \""
              + name
              + "\" (expected: secure, the path / and no domain, which it promises)");
    }
    StringBuilder text = new StringBuilder();
    if (builder.path != null) {
      text.append("; Path=").append(builder.path);
    }
    if (builder.domain != null) {
      text.append("; Domain=").append(builder.domain);
    }
    if (builder.maxAge != null) {
      text.append("; Max-Age=").append(builder.maxAge.toSeconds());
    }
    if (builder.httpOnly) {
      text.append("; HttpOnly");
    }
    if (builder.secure) {
      text.append("; Secure");
    }
    if (builder.sameSite != null) {
      text.append("; SameSite=").append(builder.sameSite.text);
    }
    attributes = text.toString();
  }

  /** Returns a builder for a cookie of the given name: {@code Path=/; HttpOnly; SameSite=Lax}. */
  public static Builder named(String name) {
    return new Builder(name);
  }

  /** The value of the Set-Cookie header. */
  String header(String sid) {
    return name + "=" + sid + attributes;
  }

  /** Collects options. Not safe for use by several threads. */
  public static final class Builder {
    private final String name;
    private @Nullable String path = "/";
    private @Nullable String domain;
    private @Nullable Duration maxAge;
    private boolean httpOnly = true;
    private boolean secure;
    private @Nullable SameSite sameSite = SameSite.LAX;

    private Builder(String name) {
      this.name = token(name, "cookie.name");
    }

    /** The path; {@code /} by default, null for none. */
    public Builder path(@Nullable String path) {
      this.path = path == null ? null : attribute(path, "cookie.path");
      return this;
    }

    /** The domain; none by default. */
    public Builder domain(String domain) {
      this.domain = attribute(domain, "cookie.domain");
      return this;
    }

    /** How long browsers keep it; the browser's session by default. */
    public Builder maxAge(Duration maxAge) {
      if (maxAge.toSeconds() < 1) {
        throw new IllegalArgumentException("cookie.maxAge: " + maxAge + " (expected: >= PT1S)");
      }
      this.maxAge = maxAge;
      return this;
    }

    /** Whether scripts cannot read it; true by default. */
    public Builder httpOnly(boolean httpOnly) {
      this.httpOnly = httpOnly;
      return this;
    }

    /** Whether it is sent over TLS only; false by default. */
    public Builder secure(boolean secure) {
      this.secure = secure;
      return this;
    }

    /** Which foreign requests carry it; {@link SameSite#LAX} by default, null says nothing. */
    public Builder sameSite(@Nullable SameSite sameSite) {
      this.sameSite = sameSite;
      return this;
    }

    /**
     * Returns the options.
     *
     * @throws IllegalArgumentException if {@link SameSite#NONE}, or a prefix of the name, is
     *     without what browsers want with it
     */
    public CookieOptions build() {
      return new CookieOptions(this);
    }

    private static String token(String value, String subject) {
      if (value.isEmpty()
          || !value
              .chars()
              .allMatch(c -> c > 32 && c < 127 && "()<>@,;:\\\"/[]?={}".indexOf(c) < 0)) {
        throw new IllegalArgumentException(subject + ": \"" + value + "\" (expected: a token)");
      }
      return value;
    }

    private static String attribute(String value, String subject) {
      if (!value.chars().allMatch(c -> c >= 32 && c < 127 && c != ';')) {
        throw new IllegalArgumentException(
            subject + ": \"" + value + "\" (expected: visible ASCII without semicolon)");
      }
      return value;
    }
  }
}

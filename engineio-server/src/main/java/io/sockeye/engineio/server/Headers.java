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

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * HTTP headers: names and values in order, names without regard to case, several values of one name
 * allowed. Immutable.
 */
public final class Headers {
  /** No headers. */
  public static final Headers EMPTY = new Headers(new String[0]);

  /** What most handshakes say, kept once for all of them. */
  private static final Map<String, String> COMMON = new HashMap<>();

  static {
    for (String text :
        List.of(
            "Host",
            "Connection",
            "Upgrade",
            "User-Agent",
            "Origin",
            "Accept",
            "Accept-Encoding",
            "Accept-Language",
            "Cache-Control",
            "Pragma",
            "Cookie",
            "Referer",
            "Content-Type",
            "Content-Length",
            "Sec-WebSocket-Key",
            "Sec-WebSocket-Version",
            "Sec-WebSocket-Extensions",
            "Sec-Fetch-Site",
            "Sec-Fetch-Mode",
            "Sec-Fetch-Dest")) {
      COMMON.put(text, text);
      COMMON.put(text.toLowerCase(Locale.ROOT), text.toLowerCase(Locale.ROOT));
    }
    for (String text :
        List.of(
            "websocket",
            "13",
            "keep-alive",
            "keep-alive, Upgrade",
            "no-cache",
            "*/*",
            "gzip, deflate",
            "gzip, deflate, br",
            "gzip, deflate, br, zstd",
            "permessage-deflate; client_max_window_bits")) {
      COMMON.put(text, text);
    }
  }

  // name, value, name, value: a connection keeps the headers of its handshake for life.
  private final String[] pairs;

  private Headers(String[] pairs) {
    this.pairs = pairs;
  }

  /**
   * Returns headers made of names and values in turn.
   *
   * @throws IllegalArgumentException if a name has no value, or a name or value has a character
   *     that would end its line
   */
  public static Headers of(String... namesAndValues) {
    if (namesAndValues.length % 2 != 0) {
      throw new IllegalArgumentException(
          "namesAndValues: " + namesAndValues.length + " strings (expected: an even number)");
    }
    Builder builder = builder();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      builder.add(namesAndValues[i], namesAndValues[i + 1]);
    }
    return builder.build();
  }

  /** Returns a builder without headers. */
  public static Builder builder() {
    return new Builder();
  }

  /** Returns the first value of a header, or null if it is absent. */
  public @Nullable String get(String name) {
    for (int i = 0; i < pairs.length; i += 2) {
      if (pairs[i].equalsIgnoreCase(name)) {
        return pairs[i + 1];
      }
    }
    return null;
  }

  /** Returns all values of a header, in order. */
  public List<String> all(String name) {
    List<String> values = new ArrayList<>(1);
    for (int i = 0; i < pairs.length; i += 2) {
      if (pairs[i].equalsIgnoreCase(name)) {
        values.add(pairs[i + 1]);
      }
    }
    return values;
  }

  /** Returns whether there are no headers. */
  public boolean isEmpty() {
    return pairs.length == 0;
  }

  /** Calls the consumer with each name, as it was given, and value, in order. */
  public void forEach(BiConsumer<String, String> consumer) {
    for (int i = 0; i < pairs.length; i += 2) {
      consumer.accept(pairs[i], pairs[i + 1]);
    }
  }

  /** Returns a map from names in lower case to values; several values are joined with ", ". */
  public Map<String, String> toMap() {
    Map<String, String> map = new TreeMap<>();
    forEach(
        (name, value) ->
            map.merge(name.toLowerCase(Locale.ROOT), value, (one, other) -> one + ", " + other));
    return Collections.unmodifiableMap(map);
  }

  /** Returns these headers followed by others. */
  public Headers plus(Headers others) {
    if (others.isEmpty()) {
      return this;
    }
    if (isEmpty()) {
      return others;
    }
    String[] both = new String[pairs.length + others.pairs.length];
    System.arraycopy(pairs, 0, both, 0, pairs.length);
    System.arraycopy(others.pairs, 0, both, pairs.length, others.pairs.length);
    return new Headers(both);
  }

  /** Returns the headers, a line each. Values may be secret: not for logs. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    forEach((name, value) -> text.append(name).append(": ").append(value).append('\n'));
    return text.toString();
  }

  /** Collects headers. Not safe for use by several threads. */
  public static final class Builder {
    private final List<String> pairs = new ArrayList<>();

    private Builder() {}

    /**
     * Adds a header.
     *
     * @throws IllegalArgumentException if the name or value has a character that would end its line
     */
    public Builder add(String name, String value) {
      pairs.add(shared(name));
      pairs.add(shared(value));
      return this;
    }

    /** Returns the headers. */
    public Headers build() {
      return pairs.isEmpty() ? EMPTY : new Headers(pairs.toArray(new String[0]));
    }

    private static String shared(String part) {
      String common = COMMON.get(part);
      return common != null ? common : checked(part);
    }

    private static String checked(String part) {
      for (int i = 0; i < part.length(); i++) {
        char c = part.charAt(i);
        if (c == '\r' || c == '\n' || c == 0) {
          throw new IllegalArgumentException(
              "header: character " + (int) c + " at " + i + " (expected: no CR, LF or NUL)");
        }
      }
      return part;
    }
  }
}

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
package io.sockeye.socketio.server.spi;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URLDecoder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The URL of a broker: {@code scheme://user:password@host:port,host:port/path?key=value#fragment}.
 * User and password are percent-encoded. {@link #toString} shows no secrets, and no message of an
 * error does.
 *
 * @param scheme the scheme, in lower case
 * @param user the user; null if there is none
 * @param password the password; null if there is none
 * @param hosts the hosts, in order; empty if there is none
 * @param path the path with its slash, as it was written; may be empty
 * @param query the parameters, decoded
 * @param fragment what follows the number sign; null if there is none
 */
public record BusUrl(
    String scheme,
    @Nullable String user,
    @Nullable String password,
    List<Host> hosts,
    String path,
    Map<String, String> query,
    @Nullable String fragment) {
  private static final Pattern FORM =
      Pattern.compile(
          "([a-zA-Z][a-zA-Z0-9+.-]*)://([^/?#]*)([^?#]*)(?:\\?([^#]*))?(?:#(.*))?", Pattern.DOTALL);

  /**
   * A host.
   *
   * @param name its name or address; an IPv6 address has no brackets
   * @param port its port; -1 if none is given
   */
  public record Host(String name, int port) {
    /** Returns the port, or another one if none is given. */
    public int portOr(int other) {
      return port < 0 ? other : port;
    }

    @Override
    public String toString() {
      String host = name.contains(":") ? "[" + name + "]" : name;
      return port < 0 ? host : host + ":" + port;
    }
  }

  /** Creates a URL; the collections are copied. */
  public BusUrl {
    hosts = List.copyOf(hosts);
    query = Map.copyOf(query);
  }

  /**
   * Reads a URL. A single word before the host is a password: {@code redis://secret@host}.
   *
   * @throws IllegalArgumentException if it is none; the message shows no more than its scheme
   */
  public static BusUrl parse(String url) {
    Matcher form = FORM.matcher(url.strip());
    if (!form.matches()) {
      throw new IllegalArgumentException(
          "The URL of a message queue has no scheme (expected: such as redis://host:6379/0 or"
              + " amqp://host:5672)");
    }
    String scheme = form.group(1).toLowerCase(Locale.ROOT);
    String authority = form.group(2);
    int at = authority.lastIndexOf('@');
    String user = null;
    String password = null;
    if (at >= 0) {
      String info = authority.substring(0, at);
      int colon = info.indexOf(':');
      user = colon <= 0 ? null : decode(scheme, info.substring(0, colon));
      password = decode(scheme, info.substring(colon + 1));
    }
    List<Host> hosts = new ArrayList<>();
    for (String host : authority.substring(at + 1).split(",", -1)) {
      if (!host.isEmpty()) {
        hosts.add(host(scheme, host));
      }
    }
    Map<String, String> query = new LinkedHashMap<>();
    if (form.group(4) != null) {
      for (String pair : form.group(4).split("&", -1)) {
        int equals = pair.indexOf('=');
        if (equals > 0) {
          query.put(
              decode(scheme, pair.substring(0, equals)),
              decode(scheme, pair.substring(equals + 1)));
        }
      }
    }
    String fragment = form.group(5) == null ? null : decode(scheme, form.group(5));
    return new BusUrl(scheme, user, password, hosts, form.group(3), query, fragment);
  }

  private static Host host(String scheme, String text) {
    int end = text.startsWith("[") ? text.indexOf(']') : -1;
    int colon = text.indexOf(':', Math.max(end, 0));
    String name = end > 0 ? text.substring(1, end) : colon < 0 ? text : text.substring(0, colon);
    int port = -1;
    if (colon >= 0) {
      try {
        port = Integer.parseInt(text.substring(colon + 1));
      } catch (NumberFormatException notANumber) {
        port = 0;
      }
      if (port < 1 || port > 65_535) {
        // What stands there may be the end of a password with an @ that is not encoded.
        throw new IllegalArgumentException(
            scheme
                + "://: the port of a host is not a number (expected: 1 to 65535; a / ? # or @ in a"
                + " password is written as %2F %3F %23 %40)");
      }
    }
    return new Host(name, port);
  }

  private static String decode(String scheme, String text) {
    try {
      return URLDecoder.decode(text.replace("+", "%2B"), UTF_8);
    } catch (IllegalArgumentException malformed) {
      // Without its cause, whose message may quote a password.
      throw new IllegalArgumentException(
          scheme + "://: a % is not followed by two digits (expected: %25 for the sign itself)");
    }
  }

  /** Returns the path without its slash and decoded: a virtual host, say. */
  public String pathName() {
    return decode(scheme, path.isEmpty() ? "" : path.substring(1));
  }

  /** Returns the URL without user, password, parameters and fragment. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder(scheme).append("://");
    for (int i = 0; i < hosts.size(); i++) {
      text.append(i == 0 ? "" : ",").append(hosts.get(i));
    }
    return text.append(path).toString();
  }
}

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
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Describes sockets to other nodes, and reads their descriptions: as Node.js does, with the members
 * {@code id}, {@code handshake}, {@code rooms} and {@code data}. Immutable.
 */
final class RemoteSocketForm {
  private static final String MASK = "***";

  // What a look-up by name is never needed for.
  private static final Pattern ADDRESS =
      Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}|[0-9a-fA-F:.]*:[0-9a-fA-F:.]*");

  // As JavaScript's Date.toString, in UTC.
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern(
              "EEE MMM dd yyyy HH:mm:ss 'GMT+0000 (Coordinated Universal Time)'")
          .withLocale(Locale.ENGLISH)
          .withZone(ZoneOffset.UTC);

  private final Set<String> masked;

  /**
   * Creates it.
   *
   * @param masked names of headers, query parameters and credentials that are not told
   */
  RemoteSocketForm(Set<String> masked) {
    this.masked = masked;
  }

  /** Describes a socket, with its attributes as they are. */
  Map<String, @Nullable Object> write(RemoteSocket socket) {
    Map<String, @Nullable Object> form = new LinkedHashMap<>();
    form.put("id", socket.id());
    form.put("handshake", write(socket.handshake()));
    form.put("rooms", List.copyOf(socket.rooms()));
    form.put("data", socket.attributes());
    return form;
  }

  private Map<String, @Nullable Object> write(Handshake handshake) {
    Map<String, @Nullable Object> form = new LinkedHashMap<>();
    Map<String, @Nullable Object> headers = new LinkedHashMap<>();
    handshake
        .headers()
        .toMap()
        .forEach((name, value) -> headers.put(name.toLowerCase(Locale.ROOT), value));
    Map<String, @Nullable Object> query = new LinkedHashMap<>(handshake.query());
    boolean hidesQuery = query.keySet().stream().anyMatch(this::isMasked);
    form.put("headers", mask(headers));
    form.put("time", TIME.format(handshake.issued()));
    form.put("address", handshake.address());
    form.put("xdomain", handshake.headers().get("origin") != null);
    form.put("secure", handshake.secure());
    form.put("issued", handshake.issued().toEpochMilli());
    form.put("url", hidesQuery ? handshake.request().path() : handshake.url());
    form.put("query", mask(query));
    form.put("auth", mask(handshake.auth()));
    return form;
  }

  private Map<String, @Nullable Object> mask(Map<String, @Nullable Object> plain) {
    Map<String, @Nullable Object> shown = new LinkedHashMap<>(plain);
    shown.replaceAll((name, value) -> isMasked(name) ? MASK : value);
    return shown;
  }

  private boolean isMasked(String name) {
    return !masked.isEmpty() && masked.contains(name.toLowerCase(Locale.ROOT));
  }

  /**
   * Reads a description.
   *
   * @return the socket; null if it has no id
   */
  static @Nullable RemoteSocket read(@Nullable Object form) {
    if (!(form instanceof Map<?, ?> socket) || !(socket.get("id") instanceof String id)) {
      return null;
    }
    return new RemoteSocket(
        id,
        readHandshake(socket.get("handshake")),
        readRooms(socket.get("rooms")),
        readAttributes(socket.get("data")));
  }

  /** Reads in which rooms a socket is; what is missing is empty. */
  static Set<String> readRooms(@Nullable Object form) {
    Set<String> rooms = new LinkedHashSet<>();
    if (form instanceof Collection<?> names) {
      names.forEach(name -> rooms.add(String.valueOf(name)));
    }
    return rooms;
  }

  /** Reads what a socket has been given; what is missing is empty. */
  static Map<String, Object> readAttributes(@Nullable Object form) {
    Map<String, Object> attributes = new LinkedHashMap<>();
    if (form instanceof Map<?, ?> data) {
      data.forEach(
          (name, value) -> {
            if (value != null) {
              attributes.put(String.valueOf(name), value);
            }
          });
    }
    return attributes;
  }

  /** Reads how a socket came; what is missing is empty. */
  static Handshake readHandshake(@Nullable Object form) {
    Map<?, ?> handshake = form instanceof Map<?, ?> map ? map : Map.of();
    Headers.Builder headers = Headers.builder();
    if (handshake.get("headers") instanceof Map<?, ?> fields) {
      fields.forEach(
          (name, value) -> {
            if (value instanceof Collection<?> several) {
              several.forEach(each -> headers.add(String.valueOf(name), String.valueOf(each)));
            } else if (value != null) {
              headers.add(String.valueOf(name), String.valueOf(value));
            }
          });
    }
    Map<String, @Nullable Object> auth = new LinkedHashMap<>();
    if (handshake.get("auth") instanceof Map<?, ?> credentials) {
      credentials.forEach((name, value) -> auth.put(String.valueOf(name), value));
    }
    HttpRequest request =
        new HttpRequest(
            "GET",
            handshake.get("url") instanceof String url ? url : "",
            headers.build(),
            address(handshake.get("address")),
            Boolean.TRUE.equals(handshake.get("secure")));
    Instant issued =
        Instant.ofEpochMilli(
            handshake.get("issued") instanceof Number millis ? millis.longValue() : 0);
    return new Handshake(request, auth, issued);
  }

  private static @Nullable InetSocketAddress address(@Nullable Object text) {
    if (text instanceof String address && ADDRESS.matcher(address).matches()) {
      try {
        return new InetSocketAddress(InetAddress.getByName(address), 0);
      } catch (UnknownHostException malformed) {
        return null;
      }
    }
    return null;
  }
}

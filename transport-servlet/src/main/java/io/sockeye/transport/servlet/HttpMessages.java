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
package io.sockeye.transport.servlet;

import io.sockeye.engineio.server.Headers;
import io.sockeye.engineio.server.HttpRequest;
import io.sockeye.engineio.server.spi.HttpResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpSession;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.security.Principal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Requests and answers, as the servlet API and as the engine see them. */
final class HttpMessages {
  private static final Logger log = LoggerFactory.getLogger(HttpMessages.class);

  private HttpMessages() {}

  /**
   * Returns a request as the engine sees it: its path is the one within the web application.
   *
   * @param sessions what a connection has to do with HTTP sessions
   * @param live knows connections of live sessions; null if nobody hears of their end
   * @throws IllegalArgumentException if a header has characters that no header has
   */
  static HttpRequest convert(
      HttpServletRequest request, HttpSessionMode sessions, @Nullable LiveSessions live) {
    Headers.Builder headers = Headers.builder();
    for (String name : Collections.list(request.getHeaderNames())) {
      for (String value : Collections.list(request.getHeaders(name))) {
        headers.add(name, value);
      }
    }
    List<Object> attachments = new ArrayList<>(4);
    Principal user = request.getUserPrincipal();
    if (user != null) {
      attachments.add(user);
    }
    attachSession(request, sessions, live, attachments);
    String path = request.getRequestURI().substring(request.getContextPath().length());
    String query = request.getQueryString();
    return new HttpRequest(
        request.getMethod(),
        query == null ? path : path + "?" + query,
        headers.build(),
        remoteAddress(request),
        request.isSecure(),
        attachments);
  }

  private static void attachSession(
      HttpServletRequest request,
      HttpSessionMode mode,
      @Nullable LiveSessions live,
      List<Object> attachments) {
    // Asking for the session is what keeps it from expiring, in some containers.
    HttpSession session =
        mode == HttpSessionMode.LIVE || (mode == HttpSessionMode.SNAPSHOT && isHandshake(request))
            ? request.getSession(false)
            : null;
    if (session == null) {
      return;
    }
    try {
      if (mode == HttpSessionMode.SNAPSHOT) {
        attachments.add(HttpSessionView.snapshot(session));
        return;
      }
      attachments.add(HttpSessionView.live(session));
      attachments.add(session);
      if (live != null) {
        attachments.add(live.scope(session));
      }
    } catch (IllegalStateException ended) {
      log.debug("A session ended while its request came");
    }
  }

  /** Requests of a connection that there is have its id. */
  private static boolean isHandshake(HttpServletRequest request) {
    String query = request.getQueryString();
    return query == null || !(query.startsWith("sid=") || query.contains("&sid="));
  }

  private static @Nullable InetSocketAddress remoteAddress(HttpServletRequest request) {
    String address = request.getRemoteAddr();
    if (address == null || address.isEmpty()) {
      return null; // a unix domain socket
    }
    int port = Math.max(0, request.getRemotePort());
    if (Character.digit(address.charAt(0), 16) < 0 && address.indexOf(':') < 0) {
      // Not a literal, which only a filter or valve sets: nobody is to ask a name server for it.
      return InetSocketAddress.createUnresolved(address, port);
    }
    try {
      return new InetSocketAddress(InetAddress.getByName(address), port);
    } catch (UnknownHostException noLiteral) {
      return InetSocketAddress.createUnresolved(address, port);
    }
  }

  /** Returns whether a request asks for WebSocket (RFC 6455, section 4.2.1). */
  static boolean isUpgrade(HttpRequest request) {
    return request.method().equals("GET")
        && contains(request.headers().all("Upgrade"), "websocket")
        && contains(request.headers().all("Connection"), "upgrade");
  }

  private static boolean contains(List<String> values, String token) {
    for (String value : values) {
      for (String part : value.split(",", -1)) {
        if (part.strip().equalsIgnoreCase(token)) {
          return true;
        }
      }
    }
    return false;
  }

  /** Sets status and headers of an answer, {@code Content-Length} included. */
  static void head(HttpResponse answer, boolean close, HttpServletResponse response) {
    response.setStatus(answer.status());
    writable(answer.headers(), response::addHeader);
    if (answer.status() != 204) {
      response.setContentLength(answer.body().remaining());
    }
    if (close) {
      response.setHeader("Connection", "close");
    }
  }

  /** Writes a whole answer; for short ones, on a thread of the container's that may wait. */
  static void write(HttpResponse answer, boolean close, HttpServletResponse response)
      throws IOException {
    head(answer, close, response);
    byte[] body = new byte[answer.body().remaining()];
    ByteBuffer source = answer.body().duplicate();
    source.get(body);
    response.getOutputStream().write(body);
    response.flushBuffer();
  }

  /** Hands on an application's headers, without those that cannot be written. */
  static void writable(Headers headers, BiConsumer<String, String> to) {
    headers.forEach(
        (name, value) -> {
          if (isToken(name)) {
            to.accept(name, value);
          } else {
            log.error("A header of the application is left out: \"{}\" is no header name", name);
          }
        });
  }

  private static boolean isToken(String name) {
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      if (c <= ' ' || c >= 0x7F || "\"(),/:;<=>?@[\\]{}".indexOf(c) >= 0) {
        return false;
      }
    }
    return !name.isEmpty();
  }
}

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

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sockeye.engineio.protocol.EngineError;
import io.sockeye.engineio.server.spi.HttpExchange;
import io.sockeye.engineio.server.spi.HttpResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.Locale;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Builds every HTTP answer of an engine: headers, CORS, compression. Safe for any thread. */
final class HttpAnswers {
  private static final Logger log = LoggerFactory.getLogger(HttpAnswers.class);

  static final Headers TEXT = poll("text/plain; charset=UTF-8");
  static final Headers OCTETS = poll("application/octet-stream");
  static final Headers JAVASCRIPT =
      poll("text/javascript; charset=UTF-8").plus(Headers.of("X-Content-Type-Options", "nosniff"));
  // Not text/plain: some browsers offered such an answer to a form as a download.
  private static final Headers HTML = content("text/html");
  private static final Headers JSON = content("application/json");
  private static final Headers NO_CONTENT = common().build();
  private static final byte[] OK = "ok".getBytes(UTF_8);
  private static final byte[] NOTHING = new byte[0];

  private final EngineIoOptions options;

  HttpAnswers(EngineIoOptions options) {
    this.options = options;
  }

  /** Session ids travel in URLs and answers: neither is to be kept or passed on. */
  private static Headers.Builder common() {
    return Headers.builder().add("Cache-Control", "no-store").add("Referrer-Policy", "no-referrer");
  }

  private static Headers content(String type) {
    return Headers.of("Content-Type", type).plus(common().build());
  }

  /** An answer to a poll is late enough: a proxy such as nginx is not to collect it first. */
  private static Headers poll(String type) {
    return content(type).plus(Headers.of("X-Accel-Buffering", "no"));
  }

  /**
   * The headers that every answer to a request carries: CORS and those of the application. If its
   * hook fails there are none: whoever answers is in the middle of something.
   */
  Headers extra(HttpRequest request) {
    try {
      return options.cors().headers(request).plus(options.responseHeaders().apply(request));
    } catch (RuntimeException | Error failure) {
      log.error("A hook for headers failed; the answer goes without them", failure);
      return Headers.EMPTY;
    }
  }

  /** The headers that only the answer to a session's handshake carries. */
  Headers handshake(Session session, Headers initial) {
    CookieOptions cookie = options.cookie();
    return cookie == null
        ? initial
        : Headers.of("Set-Cookie", cookie.header(session.id())).plus(initial);
  }

  /** Answers a poll, compressed if that pays and the client takes it. */
  void poll(HttpExchange exchange, Headers content, byte[] body, boolean compressible) {
    HttpRequest request = exchange.request();
    Headers headers = content.plus(extra(request));
    if (compressible
        && options.httpCompression()
        && body.length >= options.httpCompressionThreshold()) {
      headers = headers.plus(Headers.of("Vary", "Accept-Encoding"));
      String coding = coding(request.header("Accept-Encoding"));
      if (coding != null) {
        exchange.respond(
            HttpResponse.of(
                200, headers.plus(Headers.of("Content-Encoding", coding)), compress(coding, body)));
        return;
      }
    }
    exchange.respond(HttpResponse.of(200, headers, body));
  }

  /** Confirms a POST. */
  void ok(HttpExchange exchange) {
    exchange.respond(HttpResponse.of(200, HTML.plus(extra(exchange.request())), OK));
  }

  /** Answers a body that is not read to its end: with a status, and nothing else. */
  void unread(HttpExchange exchange, int status) {
    exchange.respond(
        HttpResponse.of(status, NO_CONTENT.plus(extra(exchange.request())), NOTHING).closing());
  }

  /** Answers with one of the protocol's errors. */
  void error(HttpExchange exchange, EngineError error) {
    exchange.respond(error(exchange.request(), error, error.message(), error.httpStatus()));
  }

  /** One of the protocol's errors with a message and status of its own. */
  HttpResponse error(HttpRequest request, EngineError error, String message, int status) {
    return HttpResponse.of(
        status, JSON.plus(extra(request)), error.toJson(message).getBytes(UTF_8));
  }

  /** Answers a preflight request. */
  HttpResponse preflight(HttpRequest request) {
    return HttpResponse.empty(
        204, NO_CONTENT.plus(extra(request)).plus(options.cors().preflightHeaders()));
  }

  /** The coding to use, gzip before deflate; null for none. */
  static @Nullable String coding(@Nullable String acceptEncoding) {
    if (acceptEncoding == null) {
      return null;
    }
    String best = null;
    for (String item : acceptEncoding.toLowerCase(Locale.ROOT).split(",", 16)) {
      int semicolon = item.indexOf(';');
      String coding = (semicolon < 0 ? item : item.substring(0, semicolon)).strip();
      boolean refused = semicolon >= 0 && isZero(item.substring(semicolon + 1).strip());
      if (refused) {
        continue;
      }
      if (coding.equals("gzip")) {
        return coding;
      }
      if (coding.equals("deflate")) {
        best = coding;
      }
    }
    return best;
  }

  /** Whether a quality parameter says "not at all": q=0, q=0.0 and so on. */
  private static boolean isZero(String parameter) {
    if (!parameter.startsWith("q=0")) {
      return false;
    }
    for (int i = 3; i < parameter.length(); i++) {
      char c = parameter.charAt(i);
      if (c != '0' && c != '.') {
        return false;
      }
    }
    return true;
  }

  private static byte[] compress(String coding, byte[] body) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(Math.max(64, body.length / 4));
    try (OutputStream out =
        coding.equals("gzip") ? new GZIPOutputStream(bytes) : new DeflaterOutputStream(bytes)) {
      out.write(body);
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
    return bytes.toByteArray();
  }
}

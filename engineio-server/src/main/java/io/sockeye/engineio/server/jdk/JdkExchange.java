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
package io.sockeye.engineio.server.jdk;

import io.sockeye.engineio.server.Headers;
import io.sockeye.engineio.server.HttpRequest;
import io.sockeye.engineio.server.spi.HttpExchange;
import io.sockeye.engineio.server.spi.HttpResponse;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.URI;
import java.nio.ByteBuffer;
import java.util.Locale;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One request, read and answered with blocking calls on the server's own threads.
 *
 * <p><b>Concurrency.</b> {@code lock} guards the state; listeners and I/O run outside of it.
 */
final class JdkExchange implements HttpExchange {
  private static final Logger log = LoggerFactory.getLogger(JdkExchange.class);

  private static final int PIECE = 8192;

  private enum State {
    OPEN,
    ANSWERED,
    ABORTED
  }

  private final com.sun.net.httpserver.HttpExchange exchange;
  private final HttpRequest request;
  private final Executor io;
  private final long contentLength;
  private final Object lock = new Object();
  private State state = State.OPEN;
  private boolean bodyRead;
  private @Nullable Runnable abortListener;

  JdkExchange(com.sun.net.httpserver.HttpExchange exchange, boolean secure, Executor io) {
    this.exchange = exchange;
    this.io = io;
    Headers.Builder headers = Headers.builder();
    exchange
        .getRequestHeaders()
        .forEach((name, values) -> values.forEach(value -> headers.add(name, value)));
    URI uri = exchange.getRequestURI();
    String path = uri.getRawPath();
    String query = uri.getRawQuery();
    this.request =
        new HttpRequest(
            exchange.getRequestMethod().toUpperCase(Locale.ROOT),
            (path == null ? "/" : path) + (query == null ? "" : "?" + query),
            headers.build(),
            exchange.getRemoteAddress(),
            secure);
    this.contentLength = contentLength(request);
    this.bodyRead = contentLength == 0;
  }

  /** Bytes, or -1 if the body comes in chunks. */
  private static long contentLength(HttpRequest request) {
    if (request.header("Transfer-Encoding") != null) {
      return -1;
    }
    String declared = request.header("Content-Length");
    return declared == null ? 0 : Long.parseLong(declared.strip()); // checked by the server
  }

  @Override
  public HttpRequest request() {
    return request;
  }

  @Override
  public boolean carriesWebSocket() {
    return false;
  }

  // ---- in ----

  @Override
  public void readBody(int maxBytes, BodyListener listener) {
    if (contentLength > maxBytes) {
      listener.onTooLarge();
    } else {
      execute(() -> read(maxBytes, listener));
    }
  }

  private void read(int maxBytes, BodyListener listener) {
    byte[] body;
    boolean complete;
    try {
      InputStream in = exchange.getRequestBody();
      body = in.readNBytes(maxBytes);
      complete = body.length == contentLength || in.read() < 0;
    } catch (IOException gone) {
      log.debug("A body was not read to its end: {}", gone.toString());
      lost();
      return;
    }
    if (contentLength > body.length) { // ended before its length
      lost();
    } else if (complete) {
      synchronized (lock) {
        bodyRead = true;
      }
      listener.onBody(body);
    } else {
      listener.onTooLarge();
    }
  }

  // ---- out ----

  @Override
  public void respond(HttpResponse response) {
    boolean keepAlive;
    synchronized (lock) {
      if (state != State.OPEN) {
        return;
      }
      state = State.ANSWERED;
      abortListener = null;
      keepAlive = bodyRead && !response.close();
    }
    execute(() -> write(response, keepAlive));
  }

  private void write(HttpResponse response, boolean keepAlive) {
    try (exchange) {
      response.headers().forEach(this::addHeader);
      if (!keepAlive || "close".equalsIgnoreCase(request.header("Connection"))) {
        exchange.getResponseHeaders().set("Connection", "close");
      }
      ByteBuffer body = response.body().duplicate();
      boolean bodyless = !body.hasRemaining() || request.method().equals("HEAD");
      exchange.sendResponseHeaders(response.status(), bodyless ? -1 : body.remaining());
      if (!bodyless) {
        OutputStream out = exchange.getResponseBody();
        // In pieces: the server keeps a buffer of twice the longest one with the connection.
        byte[] piece = new byte[Math.min(PIECE, body.remaining())];
        while (body.hasRemaining()) {
          int length = Math.min(piece.length, body.remaining());
          body.get(piece, 0, length);
          out.write(piece, 0, length);
        }
        out.flush();
      }
    } catch (IOException gone) {
      log.debug("An answer was not written: {}", gone.toString());
    }
  }

  private void addHeader(String name, String value) {
    if (name.isEmpty() || !name.chars().allMatch(JdkExchange::isTokenCharacter)) {
      log.error("A header of the application is left out: its name \"{}\" is no token", name);
      return;
    }
    try {
      exchange.getResponseHeaders().add(name, value);
    } catch (IllegalArgumentException malformed) {
      log.error("A header of the application is left out", malformed);
    }
  }

  private static boolean isTokenCharacter(int c) {
    return c > ' ' && c < 0x7f && "\"(),/:;<=>?@[\\]{}".indexOf(c) < 0;
  }

  @Override
  public void abort() {
    lost();
  }

  @Override
  public void onAbort(Runnable listener) {
    synchronized (lock) {
      if (state != State.ABORTED) {
        abortListener = state == State.OPEN ? listener : null;
        return;
      }
    }
    listener.run();
  }

  private void lost() {
    Runnable listener;
    synchronized (lock) {
      if (state != State.OPEN) {
        return;
      }
      state = State.ABORTED;
      listener = abortListener;
      abortListener = null;
    }
    execute(exchange::close); // which may read what is left of the body
    if (listener != null) {
      listener.run();
    }
  }

  private void execute(Runnable task) {
    try {
      io.execute(task);
    } catch (RejectedExecutionException full) {
      log.debug("Closing a connection: the server stops, or all its threads are busy");
      exchange.close();
    }
  }
}

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
package io.sockeye.engineio.server.internal;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sockeye.engineio.server.Headers;
import io.sockeye.engineio.server.HttpRequest;
import io.sockeye.engineio.server.spi.HttpExchange;
import io.sockeye.engineio.server.spi.HttpResponse;
import java.io.ByteArrayOutputStream;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/** One request of a test, and its answer. Not for use by several threads. */
public final class MemoryExchange implements HttpExchange {
  private final HttpRequest request;
  private final ByteArrayOutputStream body = new ByteArrayOutputStream();
  private boolean bodyComplete;
  private int maxBytes;
  private @Nullable BodyListener bodyListener;
  private @Nullable HttpResponse response;
  private @Nullable Runnable abortListener;
  private boolean aborted;

  MemoryExchange(HttpRequest request) {
    this.request = request;
  }

  // ---- the test's side ----

  /** The whole body is here before the request is handled, or now. */
  MemoryExchange body(byte[] bytes) {
    chunk(bytes);
    bodyComplete = true;
    tell();
    return this;
  }

  /** A part of the body comes. */
  public void chunk(byte[] bytes) {
    body.writeBytes(bytes);
    BodyListener listener = bodyListener;
    if (listener != null && body.size() > maxBytes) {
      bodyListener = null;
      listener.onTooLarge();
    }
  }

  /** The body is at its end. */
  public void endBody() {
    bodyComplete = true;
    tell();
  }

  /** The peer goes away. */
  public void drop() {
    aborted = true;
    if (response == null && abortListener != null) {
      abortListener.run();
    }
  }

  /** Returns whether the answer is there. */
  public boolean isAnswered() {
    return response != null;
  }

  /** Returns the status of the answer. */
  public int status() {
    return answer().status();
  }

  /** Returns a header of the answer, or null. */
  public @Nullable String header(String name) {
    return answer().headers().get(name);
  }

  /** Returns the headers of the answer. */
  public Headers headers() {
    return answer().headers();
  }

  /** Returns the body of the answer as text. */
  public String text() {
    return new String(bytes(), UTF_8);
  }

  /** Returns the body of the answer as hexadecimal digits. */
  public String hex() {
    return HexFormat.of().formatHex(bytes());
  }

  /** Returns the body of the answer. */
  public byte[] bytes() {
    byte[] bytes = new byte[answer().body().remaining()];
    answer().body().duplicate().get(bytes);
    return bytes;
  }

  /** Returns whether the server wants the connection closed after the answer. */
  public boolean closes() {
    return answer().close();
  }

  private HttpResponse answer() {
    HttpResponse answer = response;
    if (answer == null) {
      throw new AssertionError("no answer yet to " + request.method() + " " + request.uri());
    }
    return answer;
  }

  private void tell() {
    BodyListener listener = bodyListener;
    if (listener != null && bodyComplete) {
      bodyListener = null;
      listener.onBody(body.toByteArray());
    }
  }

  // ---- the server's side ----

  @Override
  public HttpRequest request() {
    return request;
  }

  @Override
  public void readBody(int limit, BodyListener listener) {
    maxBytes = limit;
    String length = request.header("Content-Length");
    if (body.size() > limit || (length != null && Long.parseLong(length) > limit)) {
      listener.onTooLarge();
      return;
    }
    bodyListener = listener;
    tell();
  }

  @Override
  public void respond(HttpResponse answer) {
    if (response == null && !aborted) {
      response = answer;
    }
  }

  @Override
  public void abort() {
    aborted = true;
  }

  @Override
  public void onAbort(Runnable listener) {
    abortListener = listener;
    if (aborted) {
      listener.run();
    }
  }
}

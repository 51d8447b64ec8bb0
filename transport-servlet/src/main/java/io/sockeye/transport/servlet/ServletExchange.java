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

import io.sockeye.engineio.server.HttpRequest;
import io.sockeye.engineio.server.spi.HttpExchange;
import io.sockeye.engineio.server.spi.HttpResponse;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One asynchronous request. The body comes through a {@link ReadListener} and the answer leaves
 * through a {@link WriteListener}, so that no thread waits for a slow peer.
 *
 * <p><b>Concurrency.</b> The servlet API is not made for several threads. While {@link
 * EngineIoServlet#service} runs, an answer is only kept; {@link #served} or {@link #respond},
 * whichever comes last, starts to write it. The container calls the listeners one at a time.
 */
final class ServletExchange implements HttpExchange, ReadListener, WriteListener, AsyncListener {
  private static final Logger log = LoggerFactory.getLogger(ServletExchange.class);

  private static final int FIRST_CHUNK = 1024;
  private static final int WRITE_AT_MOST = 64 * 1024;

  private enum State {
    OPEN,
    ANSWERED,
    ABORTED
  }

  private final HttpRequest request;
  private final HttpServletRequest servletRequest;
  private final HttpServletResponse servletResponse;
  private final boolean carriesWebSocket;
  private final OpenConnections open;
  private final AsyncContext context;
  private final AtomicReference<State> state = new AtomicReference<>(State.OPEN);
  private final AtomicReference<@Nullable Runnable> abortListener = new AtomicReference<>();
  // The end of service() and the answer: two steps, and the second one writes.
  private final AtomicInteger steps = new AtomicInteger();
  private final long contentLength;
  private volatile boolean bodyComplete;
  // In; by the thread that the container calls the read listener on.
  private @Nullable BodyListener bodyListener;
  private @Nullable ServletInputStream in;
  private int maxBytes;
  private byte[] body = new byte[0];
  private int bodyLength;
  // Out; written before the second step. A null answer closes the connection.
  private @Nullable HttpResponse answer;
  private @Nullable ServletOutputStream out;
  private byte[] left = new byte[0];
  private int leftFrom;
  private int leftTo;
  private boolean flushed;

  private ServletExchange(
      HttpRequest request,
      HttpServletRequest servletRequest,
      HttpServletResponse servletResponse,
      boolean carriesWebSocket,
      OpenConnections open,
      AsyncContext context) {
    this.request = request;
    this.servletRequest = servletRequest;
    this.servletResponse = servletResponse;
    this.carriesWebSocket = carriesWebSocket;
    this.open = open;
    this.context = context;
    this.contentLength = servletRequest.getContentLengthLong();
    this.bodyComplete =
        contentLength == 0
            || (contentLength < 0 && servletRequest.getHeader("Transfer-Encoding") == null);
  }

  /** Makes a request asynchronous. */
  static ServletExchange start(
      HttpRequest request,
      HttpServletRequest servletRequest,
      HttpServletResponse servletResponse,
      boolean carriesWebSocket,
      OpenConnections open) {
    AsyncContext context = servletRequest.startAsync(servletRequest, servletResponse);
    context.setTimeout(0); // the engine ends a poll; a container's time-out would only disturb it
    ServletExchange exchange =
        new ServletExchange(
            request, servletRequest, servletResponse, carriesWebSocket, open, context);
    open.begin(exchange);
    context.addListener(exchange);
    return exchange;
  }

  /** The thread of {@code service()} does no more with the request. */
  void served() {
    if (steps.incrementAndGet() == 2) {
      startWriting();
    }
  }

  @Override
  public HttpRequest request() {
    return request;
  }

  @Override
  public boolean carriesWebSocket() {
    return carriesWebSocket;
  }

  // ---- in ----

  @Override
  public void readBody(int limit, BodyListener listener) {
    if (contentLength > limit) {
      listener.onTooLarge();
    } else if (contentLength == 0) {
      listener.onBody(body);
    } else {
      maxBytes = limit;
      bodyListener = listener;
      try {
        ServletInputStream stream = servletRequest.getInputStream();
        in = stream;
        stream.setReadListener(this);
      } catch (IOException | IllegalStateException failure) {
        onError(failure);
      }
    }
  }

  @Override
  public void onDataAvailable() throws IOException {
    ServletInputStream stream = in;
    while (stream != null && bodyListener != null && stream.isReady()) {
      int room = room();
      int read = stream.read(body, bodyLength, room);
      if (read < 0) {
        return; // onAllDataRead follows
      }
      bodyLength += read;
      if (bodyLength > maxBytes) {
        BodyListener listener = bodyListener;
        bodyListener = null;
        body = new byte[0];
        listener.onTooLarge();
      }
    }
  }

  /** Returns how much may be read, one byte over the limit included; at least one. */
  private int room() {
    if (bodyLength == body.length) {
      long known = contentLength < 0 ? FIRST_CHUNK : contentLength;
      // Grown by halves and more, so that a dribbled body costs linear time.
      long grown = Math.max(known, body.length * 2L);
      body = Arrays.copyOf(body, (int) Math.min(grown, maxBytes + 1L));
    }
    return body.length - bodyLength;
  }

  @Override
  public void onAllDataRead() {
    bodyComplete = true;
    BodyListener listener = bodyListener;
    if (listener != null) {
      bodyListener = null;
      byte[] whole = body.length == bodyLength ? body : Arrays.copyOf(body, bodyLength);
      body = new byte[0];
      listener.onBody(whole);
    }
  }

  // ---- out ----

  @Override
  public void respond(HttpResponse response) {
    end(response);
  }

  @Override
  public void abort() {
    end(null);
  }

  private void end(@Nullable HttpResponse response) {
    if (state.compareAndSet(State.OPEN, State.ANSWERED)) {
      answer = response;
      if (steps.incrementAndGet() == 2) {
        startWriting();
      }
    }
  }

  private void startWriting() {
    HttpResponse response = answer;
    if (response == null) {
      ContainerAccess.disconnect(servletRequest, servletResponse);
      complete();
      return;
    }
    ByteBuffer source = response.body().duplicate();
    if (source.hasArray()) {
      left = source.array();
      leftFrom = source.arrayOffset() + source.position();
      leftTo = leftFrom + source.remaining();
    } else {
      left = new byte[source.remaining()];
      source.get(left);
      leftTo = left.length;
    }
    try {
      // What is unread of a body stands before the next request.
      HttpMessages.head(response, response.close() || !bodyComplete, servletResponse);
      ServletOutputStream stream = servletResponse.getOutputStream();
      out = stream;
      stream.setWriteListener(this);
    } catch (IOException | RuntimeException failure) {
      onError(failure);
    }
  }

  @Override
  public void onWritePossible() {
    try {
      write();
    } catch (IOException gone) {
      onError(gone);
    }
  }

  private void write() throws IOException {
    ServletOutputStream stream = out;
    while (stream != null && stream.isReady()) {
      if (leftFrom < leftTo) {
        int length = Math.min(leftTo - leftFrom, WRITE_AT_MOST);
        leftFrom += length;
        stream.write(left, leftFrom - length, length);
      } else if (!flushed) {
        flushed = true; // or complete() would wait for it
        stream.flush();
      } else {
        out = null;
        complete();
        return;
      }
    }
  }

  private void complete() {
    try {
      context.complete();
    } catch (IllegalStateException completed) {
      // By the container, after an error.
    }
    ended();
  }

  // ---- the end ----

  @Override
  public void onAbort(Runnable listener) {
    abortListener.set(listener);
    if (state.get() == State.ABORTED) {
      tellAborted();
    }
  }

  private void aborted() {
    if (state.compareAndSet(State.OPEN, State.ABORTED)) {
      tellAborted();
    }
  }

  private void tellAborted() {
    Runnable listener = abortListener.getAndSet(null);
    if (listener != null) {
      listener.run();
    }
  }

  @Override
  public void onError(Throwable failure) {
    log.debug("An HTTP request failed: {}", failure.toString());
    out = null;
    aborted();
    complete();
  }

  @Override
  public void onError(AsyncEvent event) {
    onError(event.getThrowable() == null ? new IOException("unknown") : event.getThrowable());
  }

  @Override
  public void onTimeout(AsyncEvent event) {
    aborted();
    complete();
  }

  @Override
  public void onComplete(AsyncEvent event) {
    aborted();
    ended();
  }

  /** Not every container tells of the completion when the connection is gone. */
  private void ended() {
    out = null;
    left = new byte[0];
    open.end(this);
  }

  @Override
  public void onStartAsync(AsyncEvent event) {
    // Nobody starts it again.
  }
}

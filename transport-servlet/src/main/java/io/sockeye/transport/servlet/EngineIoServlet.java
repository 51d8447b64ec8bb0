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

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sockeye.engineio.server.Headers;
import io.sockeye.engineio.server.HttpRequest;
import io.sockeye.engineio.server.spi.HttpHandler;
import io.sockeye.engineio.server.spi.HttpResponse;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves handlers, such as an Engine.IO or Socket.IO server, in any container of Servlet 6.0 and,
 * for WebSocket, Jakarta WebSocket 2.1. {@link ServletTransport#install} registers it as it must
 * be; by hand it is registered with {@code asyncSupported} set to true, and so is every filter in
 * front of it.
 *
 * <p>What the container lacks is logged once: without asynchronous requests nothing can be served,
 * and clients get 500, because each waiting poll would hold a thread of the container's for as long
 * as half a minute; without a WebSocket container clients are offered long-polling only.
 *
 * <p>Over HTTP/1.1 no container reads from a connection whose request waits for its answer. That a
 * client has gone is noticed when the next answer is written, or by the heartbeat, and not at once.
 *
 * <p>Jakarta WebSocket leaves some matters to the container. Messages are compressed or not
 * together, whatever the threshold, once permessage-deflate is negotiated. Where reading cannot be
 * paused (it can in Tomcat and Undertow), messages of one full message's size are held back, and
 * then the thread that delivers waits up to 30 seconds with the next.
 */
public final class EngineIoServlet extends HttpServlet {
  private static final long serialVersionUID = 1L;
  private static final Logger log = LoggerFactory.getLogger(EngineIoServlet.class);

  private static final int MAX_URI = 8 * 1024;
  private static final String SERVER_CONTAINER = "jakarta.websocket.server.ServerContainer";

  @SuppressWarnings("serial") // a servlet is not serialized
  private final List<HttpHandler> handlers;

  private final HttpSessionMode sessions;

  @SuppressWarnings("serial")
  private final @Nullable LiveSessions live;

  @SuppressWarnings("serial")
  private final OpenConnections open = new OpenConnections();

  private final AtomicBoolean warnedOfAsync = new AtomicBoolean();
  private transient @Nullable ScheduledThreadPoolExecutor timer;
  private transient boolean webSocket;

  /**
   * Creates a servlet with live HTTP sessions.
   *
   * @param handlers asked in order for each request; 404 when none wants it
   */
  public EngineIoServlet(HttpHandler... handlers) {
    this(HttpSessionMode.LIVE, handlers);
  }

  /**
   * Creates a servlet. Registered by hand it does not hear of the end of sessions, whose
   * connections then go on; {@link ServletTransport#install} sees to that.
   *
   * @param sessions what connections have to do with HTTP sessions
   * @param handlers asked in order for each request; 404 when none wants it
   */
  public EngineIoServlet(HttpSessionMode sessions, HttpHandler... handlers) {
    this(List.of(handlers), sessions, null);
  }

  EngineIoServlet(
      List<HttpHandler> handlers, HttpSessionMode sessions, @Nullable LiveSessions live) {
    this.handlers = List.copyOf(handlers);
    this.sessions = Objects.requireNonNull(sessions, "sessions");
    this.live = live;
  }

  /** Waits until nothing is open any more, and cuts off the WebSockets that are left. */
  void close(Duration deadline) {
    open.awaitNone(deadline);
    open.abortWebSockets();
  }

  @Override
  public void init() {
    ScheduledThreadPoolExecutor created =
        new ScheduledThreadPoolExecutor(
            1,
            task -> {
              Thread thread = new Thread(task, "sockeye-servlet-timer");
              thread.setDaemon(true);
              return thread;
            });
    created.setKeepAliveTime(10, TimeUnit.SECONDS);
    created.allowCoreThreadTimeOut(true);
    created.setRemoveOnCancelPolicy(true);
    timer = created;
    webSocket = getServletContext().getAttribute(SERVER_CONTAINER) != null;
    if (!webSocket) {
      log.warn(
          "No WebSocket container: the servlet context attribute \"{}\" is missing; clients are"
              + " offered long-polling only (expected: the container's Jakarta WebSocket 2.1"
              + " module, such as tomcat-embed-websocket, added and initialized)",
          SERVER_CONTAINER);
    }
  }

  @Override
  public void destroy() {
    ScheduledThreadPoolExecutor running = timer;
    if (running != null) {
      running.shutdownNow();
    }
    open.abortWebSockets();
    if (running != null) {
      try {
        // A container takes a thread that has not quite ended for one that was forgotten.
        boolean ended = running.awaitTermination(1, TimeUnit.SECONDS);
        log.debug("The timer has ended: {}", ended);
      } catch (InterruptedException interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  @Override
  protected void service(HttpServletRequest servletRequest, HttpServletResponse response)
      throws IOException {
    if (servletRequest.getDispatcherType() == DispatcherType.ASYNC
        && webSocket
        && ServletUpgrade.resume(servletRequest, response)) {
      return;
    }
    HttpRequest request;
    try {
      request = HttpMessages.convert(servletRequest, sessions, live);
    } catch (IllegalArgumentException malformed) {
      log.debug("Refusing a malformed request: {}", malformed.getMessage());
      HttpMessages.write(HttpResponse.empty(400, Headers.EMPTY), true, response);
      return;
    }
    String encoding = request.header("Transfer-Encoding");
    if (encoding != null && !encoding.equalsIgnoreCase("chunked")) {
      // Undertow lets it pass, and would read what follows as a request of its own.
      HttpMessages.write(HttpResponse.empty(400, Headers.EMPTY), true, response);
      return;
    }
    if (request.uri().length() > MAX_URI) {
      HttpMessages.write(HttpResponse.empty(414, Headers.EMPTY), true, response);
      return;
    }
    HttpHandler handler = handler(request.path());
    if (handler == null) {
      HttpMessages.write(text(404, "Not Found", Headers.EMPTY), false, response);
    } else if (webSocket && HttpMessages.isUpgrade(request)) {
      upgrade(handler, request, servletRequest, response);
    } else if (isAsyncSupported(servletRequest)) {
      ServletExchange exchange =
          ServletExchange.start(request, servletRequest, response, webSocket, open);
      try {
        handler.handle(exchange);
      } catch (RuntimeException failure) {
        log.error("A handler failed", failure);
        exchange.respond(HttpResponse.empty(500, Headers.EMPTY).closing());
      }
      exchange.served();
    } else {
      HttpMessages.write(HttpResponse.empty(500, Headers.EMPTY), true, response);
    }
  }

  private ScheduledThreadPoolExecutor timer() {
    ScheduledThreadPoolExecutor running = timer;
    if (running == null) {
      throw new IllegalStateException("the servlet is not initialized");
    }
    return running;
  }

  private @Nullable HttpHandler handler(String path) {
    for (HttpHandler candidate : handlers) {
      if (candidate.matches(path)) {
        return candidate;
      }
    }
    return null;
  }

  private void upgrade(
      HttpHandler handler,
      HttpRequest request,
      HttpServletRequest servletRequest,
      HttpServletResponse response)
      throws IOException {
    String key = request.header("Sec-WebSocket-Key");
    if (!"13".equals(request.header("Sec-WebSocket-Version"))
        || key == null
        || key.length() != 24) {
      HttpMessages.write(
          text(400, "Bad WebSocket handshake", Headers.of("Sec-WebSocket-Version", "13")),
          true,
          response);
    } else if (isAsyncSupported(servletRequest)) {
      new ServletUpgrade(request, getServletContext().getAttribute(SERVER_CONTAINER), timer(), open)
          .handle(handler, servletRequest, response);
    } else {
      HttpMessages.write(HttpResponse.empty(500, Headers.EMPTY), true, response);
    }
  }

  private boolean isAsyncSupported(HttpServletRequest request) {
    if (request.isAsyncSupported()) {
      return true;
    }
    if (warnedOfAsync.compareAndSet(false, true)) {
      log.warn(
          "Asynchronous requests are not supported for {}: clients get 500 (expected:"
              + " asyncSupported=true for the servlet \"{}\" and for each filter in front of it)",
          request.getServletPath(),
          getServletName());
    }
    return false;
  }

  private static HttpResponse text(int status, String text, Headers headers) {
    return HttpResponse.of(
        status, Headers.of("Content-Type", "text/plain").plus(headers), text.getBytes(UTF_8));
  }
}

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
import io.sockeye.engineio.server.spi.HttpHandler;
import io.sockeye.engineio.server.spi.HttpResponse;
import io.sockeye.engineio.server.spi.WebSocketUpgrade;
import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.websocket.server.ServerContainer;
import java.io.IOException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * A request to upgrade. The engine mostly decides while {@link HttpHandler#handle} runs, and then
 * the request never becomes asynchronous; otherwise it waits, and is dispatched to the servlet
 * again when the decision is there, because only a thread of the container's can upgrade it.
 *
 * <p><b>Concurrency.</b> {@link #state} moves once from undecided (null) to waiting (the context),
 * or at once to decided; whoever comes second dispatches.
 */
final class ServletUpgrade implements WebSocketUpgrade, AsyncListener {
  private static final String ATTRIBUTE = ServletUpgrade.class.getName();

  private final HttpRequest request;
  private final ServerContainer container;
  private final ScheduledExecutorService timer;
  private final OpenConnections open;
  // null, an AsyncContext, or the decision: an HttpResponse or a WebSocketEndpoint.
  private final AtomicReference<@Nullable Object> state = new AtomicReference<>();

  /**
   * @param container the {@link ServerContainer}, whose type a servlet without WebSocket cannot
   *     name
   */
  ServletUpgrade(
      HttpRequest request, Object container, ScheduledExecutorService timer, OpenConnections open) {
    this.request = request;
    this.container = (ServerContainer) container;
    this.timer = timer;
    this.open = open;
  }

  /** Finishes the upgrade that a request was dispatched for; returns false if it was for none. */
  static boolean resume(HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    if (!(request.getAttribute(ATTRIBUTE) instanceof ServletUpgrade upgrade)) {
      return false;
    }
    request.removeAttribute(ATTRIBUTE);
    upgrade.finish(request, response);
    return true;
  }

  void handle(HttpHandler handler, HttpServletRequest servletRequest, HttpServletResponse response)
      throws IOException {
    handler.handle(this);
    if (state.get() != null) {
      finish(servletRequest, response);
      return;
    }
    servletRequest.setAttribute(ATTRIBUTE, this);
    AsyncContext context = servletRequest.startAsync(servletRequest, response);
    context.setTimeout(0);
    context.addListener(this);
    if (!state.compareAndSet(null, context)) {
      context.dispatch();
    }
  }

  private void finish(HttpServletRequest servletRequest, HttpServletResponse response)
      throws IOException {
    Object decision = state.get();
    if (decision instanceof WebSocketEndpoint endpoint) {
      endpoint.upgrade(container, servletRequest, response);
    } else if (decision instanceof HttpResponse refusal) {
      HttpMessages.write(refusal, true, response);
    }
  }

  @Override
  public HttpRequest request() {
    return request;
  }

  @Override
  public void accept(Headers headers, Settings settings, Acceptor acceptor) {
    decide(new WebSocketEndpoint(headers, settings, acceptor, timer, open));
  }

  @Override
  public void refuse(HttpResponse response) {
    decide(response);
  }

  private void decide(Object decision) {
    Object before = state.getAndSet(decision);
    if (before instanceof AsyncContext context) {
      try {
        context.dispatch();
      } catch (IllegalStateException gone) {
        lost();
      }
    }
  }

  /** The peer has gone while the decision was made. */
  private void lost() {
    if (state.get() instanceof WebSocketEndpoint endpoint) {
      endpoint.lost();
    }
  }

  @Override
  public void onComplete(AsyncEvent event) {
    // Dispatched, or failed before.
  }

  @Override
  public void onTimeout(AsyncEvent event) {
    onError(event);
  }

  @Override
  public void onError(AsyncEvent event) {
    lost();
    event.getAsyncContext().complete();
  }

  @Override
  public void onStartAsync(AsyncEvent event) {
    // Nobody starts it again.
  }
}

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
package io.sockeye.transport.jetty;

import io.sockeye.engineio.server.Headers;
import io.sockeye.engineio.server.HttpRequest;
import io.sockeye.engineio.server.spi.HttpResponse;
import io.sockeye.engineio.server.spi.WebSocketUpgrade;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.Invocable.InvocationType;
import org.eclipse.jetty.websocket.core.Configuration;
import org.eclipse.jetty.websocket.core.ExtensionConfig;
import org.eclipse.jetty.websocket.core.FrameHandler;
import org.eclipse.jetty.websocket.core.server.ServerUpgradeRequest;
import org.eclipse.jetty.websocket.core.server.ServerUpgradeResponse;
import org.eclipse.jetty.websocket.core.server.WebSocketMappings;
import org.eclipse.jetty.websocket.core.server.WebSocketNegotiator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A request to upgrade, over HTTP/1.1 or as an extended CONNECT over HTTP/2.
 *
 * <p><b>Concurrency.</b> Stateless: the exchange decides which answer is the first.
 */
final class JettyUpgrade implements WebSocketUpgrade {
  private static final Logger log = LoggerFactory.getLogger(JettyUpgrade.class);

  private static final String DEFLATE = "permessage-deflate";

  private final JettyExchange exchange;
  private final WebSocketMappings mappings;

  JettyUpgrade(JettyExchange exchange, WebSocketMappings mappings) {
    this.exchange = exchange;
    this.mappings = mappings;
  }

  @Override
  public HttpRequest request() {
    return exchange.request();
  }

  @Override
  public void refuse(HttpResponse response) {
    exchange.respond(response.closing());
  }

  @Override
  public void accept(Headers headers, Settings settings, Acceptor acceptor) {
    Request request = exchange.jettyRequest();
    JettyWebSocket webSocket =
        new JettyWebSocket(
            settings, acceptor, request.getComponents().getScheduler(), exchange.ended());
    Callback callback = exchange.upgrade();
    if (callback == null) {
      webSocket.gone();
      return;
    }
    exchange.addHeaders(headers);
    // Whatever way the answer fails, the engine hears of it; what has opened ends on its own.
    Request.addCompletionListener(
        request,
        failure -> {
          if (failure != null) {
            webSocket.gone();
          }
        });
    Callback answered =
        Callback.from(
            InvocationType.NON_BLOCKING,
            callback::succeeded,
            failure -> {
              webSocket.gone();
              callback.failed(failure);
            });
    try {
      boolean upgraded =
          mappings.upgrade(
              new Negotiator(settings, webSocket),
              FrameGuard.guarded(request, settings.maxMessageBytes()),
              exchange.jettyResponse(),
              answered,
              null);
      if (!upgraded) {
        answered.failed(new IllegalStateException("not a WebSocket request"));
      }
    } catch (RuntimeException malformed) {
      log.debug("A WebSocket handshake failed: {}", malformed.toString());
      answered.failed(malformed);
    }
  }

  /** Chooses the extension and sets the limits. */
  private record Negotiator(Settings settings, FrameHandler handler)
      implements WebSocketNegotiator {
    @Override
    public FrameHandler negotiate(
        ServerUpgradeRequest request, ServerUpgradeResponse response, Callback callback) {
      List<ExtensionConfig> accepted = new ArrayList<>();
      if (settings.deflate()) {
        for (ExtensionConfig offer : request.getExtensions()) {
          // A demand for a smaller window cannot be met with the JDK's compressor.
          if (accepted.isEmpty()
              && offer.getName().equals(DEFLATE)
              && !offer.getParameterKeys().contains("server_max_window_bits")) {
            ExtensionConfig answer = new ExtensionConfig(DEFLATE);
            // Without context takeover an idle connection owns no compressor.
            answer.setParameter("server_no_context_takeover");
            answer.setParameter("client_no_context_takeover");
            accepted.add(answer);
          }
        }
      }
      response.setExtensions(accepted);
      return handler;
    }

    @Override
    public void customize(Configuration connection) {
      // Parts of a frame are handed on as they come, so that a peer makes nobody reserve memory for
      // what it merely announces. The limits are kept by the guard and by the handler.
      connection.setAutoFragment(true);
      connection.setMaxFrameSize(0);
      connection.setIdleTimeout(Duration.ZERO);
    }
  }
}

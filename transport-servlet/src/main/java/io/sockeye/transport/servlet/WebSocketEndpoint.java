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
import io.sockeye.engineio.server.spi.WebSocketUpgrade.Acceptor;
import io.sockeye.engineio.server.spi.WebSocketUpgrade.Settings;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.websocket.CloseReason;
import jakarta.websocket.DeploymentException;
import jakarta.websocket.Endpoint;
import jakarta.websocket.EndpointConfig;
import jakarta.websocket.Extension;
import jakarta.websocket.HandshakeResponse;
import jakarta.websocket.MessageHandler;
import jakarta.websocket.Session;
import jakarta.websocket.server.HandshakeRequest;
import jakarta.websocket.server.ServerContainer;
import jakarta.websocket.server.ServerEndpointConfig;
import java.io.EOFException;
import java.io.IOException;
import java.io.UnsupportedEncodingException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One accepted upgrade: made before the 101 answer, and what the container calls after it. Public
 * only because containers insist on it.
 */
public final class WebSocketEndpoint extends Endpoint {
  private static final Logger log = LoggerFactory.getLogger(WebSocketEndpoint.class);

  private static final long OPEN_SECONDS = 10;

  private final Headers headers;
  private final Settings settings;
  private final Acceptor acceptor;
  private final ScheduledExecutorService timer;
  private final OpenConnections open;
  private final AtomicBoolean opened = new AtomicBoolean();
  private volatile @Nullable ServletWebSocket socket;
  private volatile @Nullable Throwable failure;
  private volatile @Nullable ScheduledFuture<?> openTimeout;

  WebSocketEndpoint(
      Headers headers,
      Settings settings,
      Acceptor acceptor,
      ScheduledExecutorService timer,
      OpenConnections open) {
    this.headers = headers;
    this.settings = settings;
    this.acceptor = acceptor;
    this.timer = timer;
    this.open = open;
  }

  /** Lets the container make a WebSocket of a request; on the request's own thread. */
  void upgrade(ServerContainer container, HttpServletRequest request, HttpServletResponse response)
      throws IOException {
    ServerEndpointConfig config =
        ServerEndpointConfig.Builder.create(WebSocketEndpoint.class, "/")
            .configurator(new Configurator())
            .build();
    try {
      container.upgradeHttpToWebSocket(new WithoutParameters(request), response, config, Map.of());
      // A peer that goes between the 101 answer and the first frame is not always reported.
      ScheduledFuture<?> timeout = timer.schedule(this::lost, OPEN_SECONDS, TimeUnit.SECONDS);
      openTimeout = timeout;
      if (opened.get()) {
        timeout.cancel(false);
      }
    } catch (DeploymentException | IOException | RuntimeException refused) {
      log.debug("An upgrade failed: {}", refused.toString());
      if (!(refused instanceof RejectedExecutionException) && !response.isCommitted()) {
        response.sendError(400);
      }
      lost();
    }
  }

  /** The connection will not open. */
  void lost() {
    if (opened.compareAndSet(false, true)) {
      ServletWebSocket.openGone(settings, acceptor, timer, open);
    }
  }

  @Override
  public void onOpen(Session session, EndpointConfig config) {
    if (!opened.compareAndSet(false, true)) {
      SessionControl.of(session).abort(session);
      return;
    }
    ScheduledFuture<?> timeout = openTimeout;
    if (timeout != null) {
      timeout.cancel(false);
    }
    ServletWebSocket connection = ServletWebSocket.open(session, settings, acceptor, timer, open);
    socket = connection;
    session.addMessageHandler(String.class, (MessageHandler.Partial<String>) connection::onText);
    session.addMessageHandler(
        ByteBuffer.class, (MessageHandler.Partial<ByteBuffer>) connection::onBinary);
  }

  @Override
  public void onError(Session session, Throwable thrown) {
    log.debug("A WebSocket failed: {}", thrown.toString());
    failure = thrown; // onClose follows
  }

  @Override
  public void onClose(Session session, CloseReason reason) {
    ServletWebSocket connection = socket;
    if (connection != null) {
      connection.onClose(reason, isLoss(failure) ? null : failure);
    }
  }

  /** Returns whether a failure is only that the peer has gone. */
  private static boolean isLoss(@Nullable Throwable thrown) {
    return thrown instanceof EOFException
        || (thrown instanceof IOException
            && !(thrown instanceof UnsupportedEncodingException) // Undertow: invalid UTF-8
            && thrown.getClass().getName().startsWith("java."));
  }

  /**
   * The request without its query as parameters, which Tomcat would parse, and refuse where they
   * have no name; the engine has read the query itself.
   */
  private static final class WithoutParameters extends HttpServletRequestWrapper {
    WithoutParameters(HttpServletRequest request) {
      super(request);
    }

    @Override
    public Map<String, String[]> getParameterMap() {
      return Map.of();
    }
  }

  /** Answers the container's questions about this handshake. */
  private final class Configurator extends ServerEndpointConfig.Configurator {
    @Override
    public <T> T getEndpointInstance(Class<T> type) {
      return type.cast(WebSocketEndpoint.this);
    }

    @Override
    public boolean checkOrigin(String origin) {
      return true; // the engine has checked it
    }

    @Override
    public String getNegotiatedSubprotocol(List<String> supported, List<String> requested) {
      return "";
    }

    @Override
    public List<Extension> getNegotiatedExtensions(
        List<Extension> installed, List<Extension> requested) {
      List<Extension> negotiated = new ArrayList<>(1);
      // Undertow names none here, and drops what it does not have.
      boolean has =
          settings.deflate()
              && (installed.isEmpty()
                  || installed.stream().anyMatch(e -> e.getName().equals("permessage-deflate")));
      for (Extension extension : requested) {
        if (has && extension.getName().equals("permessage-deflate")) {
          negotiated.add(extension);
        }
      }
      return negotiated;
    }

    @Override
    public void modifyHandshake(
        ServerEndpointConfig config, HandshakeRequest request, HandshakeResponse response) {
      HttpMessages.writable(
          headers,
          (name, value) ->
              response.getHeaders().computeIfAbsent(name, none -> new ArrayList<>(1)).add(value));
    }
  }
}

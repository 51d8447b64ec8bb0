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

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sockeye.engineio.server.Headers;
import io.sockeye.engineio.server.HttpRequest;
import io.sockeye.engineio.server.spi.HttpHandler;
import io.sockeye.engineio.server.spi.HttpResponse;
import java.net.SocketAddress;
import java.security.Principal;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.http.HttpURI;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.TunnelSupport;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.websocket.core.WebSocketComponents;
import org.eclipse.jetty.websocket.core.server.WebSocketMappings;
import org.eclipse.jetty.websocket.core.server.WebSocketServerComponents;
import org.jspecify.annotations.Nullable;

/**
 * Hands each request to the handler that wants its path.
 *
 * <p><b>Concurrency.</b> Jetty calls it on any of its threads; nothing here blocks.
 */
final class JettyHandler extends Handler.Wrapper {
  private static final int MAX_REQUEST_LINE = 8 * 1024;
  private static final long LINGER_MILLIS = 1000;

  private final List<HttpHandler> handlers;
  private final boolean passOn;
  private final Map<EndPoint, Integer> busy = new ConcurrentHashMap<>();
  private @Nullable WebSocketMappings webSockets;
  private volatile boolean stopping;

  /**
   * @param passOn whether requests that nobody wants are another handler's; else they are answered
   */
  JettyHandler(List<HttpHandler> handlers, boolean passOn) {
    this.handlers = handlers;
    this.passOn = passOn;
  }

  @Override
  protected void doStart() throws Exception {
    WebSocketComponents components =
        WebSocketServerComponents.ensureWebSocketComponents(getServer());
    webSockets = new WebSocketMappings(components);
    super.doStart();
  }

  @Override
  public InvocationType getInvocationType() {
    Handler next = getHandler();
    return next == null ? InvocationType.NON_BLOCKING : next.getInvocationType();
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) throws Exception {
    boolean tunnel = isWebSocketTunnel(request);
    HttpRequest converted = convert(request, tunnel);
    HttpHandler handler = handlerOf(converted.path());
    if (handler == null && passOn) {
      return super.handle(request, response, callback);
    }
    EndPoint connection = beneathTls(request);
    busy.merge(connection, 1, Integer::sum);
    JettyExchange exchange =
        new JettyExchange(converted, request, response, callback, () -> ended(connection));
    try {
      dispatch(handler, exchange, request, tunnel);
      exchange.watchPeer();
    } catch (RuntimeException failure) {
      exchange.handlerFailed(failure);
    }
    return true;
  }

  private void dispatch(
      @Nullable HttpHandler handler, JettyExchange exchange, Request request, boolean tunnel) {
    if (exchange.request().uri().length() > MAX_REQUEST_LINE && !passOn) {
      exchange.respond(HttpResponse.empty(414, Headers.EMPTY).closing());
    } else if (handler == null) {
      exchange.respond(
          HttpResponse.of(
              404, Headers.of("Content-Type", "text/plain"), "Not Found".getBytes(UTF_8)));
    } else if (tunnel || isWebSocketRequest(request)) {
      upgrade(handler, exchange, tunnel);
    } else {
      handler.handle(exchange);
    }
  }

  private @Nullable HttpHandler handlerOf(String path) {
    for (HttpHandler handler : handlers) {
      if (handler.matches(path)) {
        return handler;
      }
    }
    return null;
  }

  private void upgrade(HttpHandler handler, JettyExchange exchange, boolean tunnel) {
    String version = exchange.request().header("Sec-WebSocket-Version");
    String key = exchange.request().header("Sec-WebSocket-Key");
    WebSocketMappings mappings = webSockets;
    if (mappings == null || !"13".equals(version) || (!tunnel && !isKey(key))) {
      exchange.respond(
          HttpResponse.of(
                  400,
                  Headers.of("Sec-WebSocket-Version", "13"),
                  "Bad WebSocket handshake".getBytes(UTF_8))
              .closing());
    } else {
      handler.handle(new JettyUpgrade(exchange, mappings));
    }
  }

  private static boolean isKey(@Nullable String key) {
    return key != null && key.length() == 24;
  }

  private static boolean isWebSocketRequest(Request request) {
    return HttpMethod.GET.is(request.getMethod())
        && request.getConnectionMetaData().getHttpVersion() == HttpVersion.HTTP_1_1
        && request.getHeaders().contains(HttpHeader.UPGRADE, "websocket")
        && request.getHeaders().contains(HttpHeader.CONNECTION, "upgrade");
  }

  /** An extended CONNECT of HTTP/2 (RFC 8441). */
  private static boolean isWebSocketTunnel(Request request) {
    if (!HttpMethod.CONNECT.is(request.getMethod())) {
      return false;
    }
    TunnelSupport tunnel = request.getTunnelSupport();
    return tunnel != null && "websocket".equals(tunnel.getProtocol());
  }

  private static HttpRequest convert(Request request, boolean tunnel) {
    Headers.Builder headers = Headers.builder();
    for (HttpField field : request.getHeaders()) {
      String value = field.getValue();
      headers.add(field.getName(), value == null ? "" : value);
    }
    HttpURI uri = request.getHttpURI();
    if (!request.getHeaders().contains(HttpHeader.HOST) && uri.getAuthority() != null) {
      headers.add("Host", uri.getAuthority()); // the :authority of HTTP/2
    }
    Principal user = Request.getAuthenticationState(request).getUserPrincipal();
    SocketAddress remote = request.getConnectionMetaData().getRemoteSocketAddress();
    return new HttpRequest(
        tunnel ? "GET" : request.getMethod(),
        uriInContext(request, uri),
        headers.build(),
        remote,
        request.isSecure(),
        user == null ? List.of() : List.of(user));
  }

  /** The request target as it was sent, without the context path. */
  private static String uriInContext(Request request, HttpURI uri) {
    String sent = uri.getPathQuery();
    String context = request.getContext().getContextPath();
    if (sent == null) {
      return "/";
    }
    if (context == null || context.length() <= 1) {
      return sent;
    }
    if (sent.startsWith(context + "/")) {
      return sent.substring(context.length());
    }
    // The context was matched in another spelling, say with escapes.
    String path = Request.getPathInContext(request);
    return uri.getQuery() == null ? path : path + "?" + uri.getQuery();
  }

  /** The connection itself, beneath TLS. */
  private static EndPoint beneathTls(Request request) {
    EndPoint endPoint = request.getConnectionMetaData().getConnection().getEndPoint();
    while (endPoint instanceof EndPoint.Wrapper wrapper) {
      endPoint = wrapper.unwrap();
    }
    return endPoint;
  }

  private void ended(EndPoint connection) {
    busy.computeIfPresent(connection, (key, open) -> open == 1 ? null : open - 1);
    if (stopping) {
      // The answer closes the connection; this bounds how long the client may take to do so, too.
      connection.setIdleTimeout(LINGER_MILLIS);
    }
  }

  /** The server stops: what ends from now on does not keep its connection. */
  void stopping() {
    stopping = true;
  }

  /** Returns whether a request of a connection waits for its answer, or it is a WebSocket. */
  boolean isBusy(EndPoint connection) {
    return busy.containsKey(connection);
  }
}

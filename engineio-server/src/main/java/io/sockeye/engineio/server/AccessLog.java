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

import io.sockeye.engineio.server.spi.HttpExchange;
import io.sockeye.engineio.server.spi.HttpResponse;
import io.sockeye.engineio.server.spi.WebSocketUpgrade;
import java.net.InetSocketAddress;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.slf4j.LoggerFactory;

/**
 * A line for each request that is answered, and for each session that opens or closes. The query is
 * left out: session ids and credentials travel in it. Safe for any thread.
 */
final class AccessLog {
  private final Consumer<String> lines;
  private final LongSupplier nanoTime;

  AccessLog(Consumer<String> lines, LongSupplier nanoTime) {
    this.lines = lines;
    this.nanoTime = nanoTime;
  }

  static AccessLog create(LongSupplier nanoTime) {
    return new AccessLog(LoggerFactory.getLogger("io.sockeye.access")::info, nanoTime);
  }

  void opened(Session session) {
    lines.accept(remote(session.request()) + " opened a " + session);
  }

  void closed(Session session, CloseReason reason) {
    lines.accept(remote(session.request()) + " closed a " + session + ": " + reason.text());
  }

  HttpExchange watch(HttpExchange exchange) {
    return new Watched(exchange, nanoTime.getAsLong());
  }

  WebSocketUpgrade watch(WebSocketUpgrade upgrade) {
    return new WatchedUpgrade(upgrade, nanoTime.getAsLong());
  }

  private void answered(HttpRequest request, String answer, long begin) {
    long millis = TimeUnit.NANOSECONDS.toMillis(nanoTime.getAsLong() - begin);
    lines.accept(remote(request) + " " + request + " " + answer + " in " + millis + " ms");
  }

  /** The status; for one of the protocol's errors also its JSON, which says why. */
  private static String text(HttpResponse response) {
    boolean saysWhy =
        response.status() >= 400
            && "application/json".equals(response.headers().get("Content-Type"));
    return saysWhy
        ? response.status() + " " + UTF_8.decode(response.body().duplicate())
        : String.valueOf(response.status());
  }

  private static String remote(HttpRequest request) {
    InetSocketAddress address = request.remoteAddress();
    if (address == null) {
      return "-";
    }
    return address.isUnresolved() ? address.getHostString() : address.getAddress().getHostAddress();
  }

  private final class Watched implements HttpExchange {
    private final HttpExchange exchange;
    private final long begin;
    private final AtomicBoolean ended = new AtomicBoolean();

    Watched(HttpExchange exchange, long begin) {
      this.exchange = exchange;
      this.begin = begin;
    }

    private void end(String answer) {
      if (ended.compareAndSet(false, true)) {
        answered(exchange.request(), answer, begin);
      }
    }

    @Override
    public HttpRequest request() {
      return exchange.request();
    }

    @Override
    public boolean carriesWebSocket() {
      return exchange.carriesWebSocket();
    }

    @Override
    public void readBody(int maxBytes, BodyListener listener) {
      exchange.readBody(maxBytes, listener);
    }

    @Override
    public void respond(HttpResponse response) {
      end(text(response));
      exchange.respond(response);
    }

    @Override
    public void abort() {
      end("aborted");
      exchange.abort();
    }

    @Override
    public void onAbort(Runnable listener) {
      exchange.onAbort(
          () -> {
            end("left by its client");
            listener.run();
          });
    }
  }

  private final class WatchedUpgrade implements WebSocketUpgrade {
    private final WebSocketUpgrade upgrade;
    private final long begin;

    WatchedUpgrade(WebSocketUpgrade upgrade, long begin) {
      this.upgrade = upgrade;
      this.begin = begin;
    }

    @Override
    public HttpRequest request() {
      return upgrade.request();
    }

    @Override
    public void accept(Headers headers, Settings settings, Acceptor acceptor) {
      answered(request(), "101", begin);
      upgrade.accept(headers, settings, acceptor);
    }

    @Override
    public void refuse(HttpResponse response) {
      answered(request(), text(response), begin);
      upgrade.refuse(response);
    }
  }
}

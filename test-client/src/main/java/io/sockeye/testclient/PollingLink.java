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
package io.sockeye.testclient;

import io.sockeye.engineio.protocol.EnginePacket;
import io.sockeye.engineio.protocol.EngineVersion;
import io.sockeye.engineio.protocol.Payload;
import io.sockeye.engineio.protocol.PayloadCodec;
import io.sockeye.engineio.server.HttpRequest;
import io.sockeye.engineio.server.TransportType;
import io.sockeye.engineio.server.spi.HttpExchange;
import io.sockeye.engineio.server.spi.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Long-polling: a GET that always waits, and a POST at a time for what the client sends. */
final class PollingLink extends Link {
  private static final int OK = 200;

  private @Nullable Exchange poll;
  private @Nullable Exchange post;
  private boolean leaving;
  private boolean gone;
  private @Nullable Runnable paused;

  PollingLink(EngineClient client) {
    super(client);
  }

  @Override
  TransportType type() {
    return TransportType.POLLING;
  }

  @Override
  void open() {
    poll();
  }

  private void poll() {
    Exchange exchange = new Exchange("GET", List.of());
    poll = exchange;
    client.engine().handle(exchange);
  }

  @Override
  void pump() {
    if (gone || client.isStalled()) {
      giveUp();
    } else if (post == null && paused == null && !waiting.isEmpty()) {
      Exchange exchange = new Exchange("POST", nextPayload());
      post = exchange;
      client.engine().handle(exchange);
    }
  }

  /** As much as the server takes at once, but one packet at least. */
  private List<EnginePacket> nextPayload() {
    List<EnginePacket> packets = new ArrayList<>();
    long size = 0;
    for (EnginePacket packet = waiting.peek(); packet != null; packet = waiting.peek()) {
      size += 1 + encode(List.of(packet)).length;
      if (!packets.isEmpty() && size > client.maxPayload()) {
        break;
      }
      packets.add(waiting.remove());
    }
    return packets;
  }

  private static byte[] encode(List<EnginePacket> packets) {
    return PayloadCodec.encode(EngineVersion.V4, packets, true).body();
  }

  @Override
  void leave() {
    leaving = true;
    send(List.of(EnginePacket.CLOSE));
  }

  @Override
  void drop() {
    gone = true;
    giveUp();
    Exchange openPoll = poll;
    Exchange openPost = post;
    poll = null;
    post = null;
    if (openPoll != null) {
      openPoll.drop();
    }
    if (openPost != null) {
      openPost.drop();
    }
  }

  /** Sends no more requests; runs the task as soon as none is open. */
  void pause(Runnable whenPaused) {
    paused = whenPaused;
    continueIfPaused();
  }

  /** What has not been sent goes another way. */
  void handOver(Link next) {
    List<EnginePacket> left = new ArrayList<>(waiting);
    next.send(left);
    giveUp();
  }

  private void continueIfPaused() {
    Runnable next = paused;
    if (next != null && poll == null && post == null && !gone) {
      gone = true;
      next.run();
    }
  }

  private void onAnswer(Exchange exchange, @Nullable HttpResponse answer) {
    if (exchange == post) {
      post = null;
      exchange.sent();
      onPosted(answer);
    } else if (exchange == poll) {
      poll = null;
      onPolled(answer);
    }
  }

  private void onPosted(@Nullable HttpResponse answer) {
    if (answer == null || answer.status() != OK) {
      fail();
    } else {
      pump();
      continueIfPaused();
    }
  }

  private void onPolled(@Nullable HttpResponse answer) {
    if (gone || client.isStalled()) {
      return;
    }
    if (answer != null && answer.status() != OK && !client.isOpened()) {
      gone = true;
      client.onRefused(this, answer);
      return;
    }
    if (answer == null || answer.status() != OK) {
      fail();
      return;
    }
    byte[] body = new byte[answer.body().remaining()];
    answer.body().duplicate().get(body);
    Payload payload = PayloadCodec.decodeText(EngineVersion.V4, body, Integer.MAX_VALUE);
    if (payload.error() != null) {
      throw new IllegalStateException("the server has sent what is no payload", payload.error());
    }
    payload.packets().forEach(packet -> client.onPacket(this, packet));
    if (paused != null) {
      continueIfPaused();
    } else if (!gone && !client.isClosed()) {
      poll();
    }
  }

  private void fail() {
    if (!gone && !leaving) {
      client.onClosed(this, EngineClient.TRANSPORT_ERROR);
    }
    gone = true;
    giveUp();
  }

  /** One request, and what becomes of it. */
  private final class Exchange implements HttpExchange {
    private final HttpRequest request;
    private final List<EnginePacket> packets;
    // The monitor guards both: whoever comes second runs the listener.
    private @Nullable Runnable abortListener;
    private boolean dropped;

    Exchange(String method, List<EnginePacket> packets) {
      this.request = client.request(method, TransportType.POLLING);
      this.packets = packets;
    }

    void sent() {
      packets.forEach(packet -> client.packets().end());
    }

    void drop() {
      Runnable listener;
      synchronized (this) {
        dropped = true;
        listener = abortListener;
      }
      sent();
      if (listener != null) {
        listener.run();
      }
    }

    @Override
    public HttpRequest request() {
      return request;
    }

    @Override
    public void readBody(int maxBytes, BodyListener listener) {
      byte[] body = encode(packets);
      if (body.length > maxBytes) {
        listener.onTooLarge();
      } else {
        listener.onBody(body);
      }
    }

    @Override
    public void respond(HttpResponse response) {
      client.execute(() -> answered(response));
    }

    @Override
    public void abort() {
      client.execute(() -> answered(null));
    }

    private void answered(@Nullable HttpResponse response) {
      if (!isDropped()) {
        onAnswer(this, response);
      }
    }

    private synchronized boolean isDropped() {
      return dropped;
    }

    @Override
    public void onAbort(Runnable listener) {
      synchronized (this) {
        abortListener = listener;
        if (!dropped) {
          return;
        }
      }
      listener.run();
    }
  }
}

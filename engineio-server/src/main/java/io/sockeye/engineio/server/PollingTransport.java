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

import io.sockeye.engineio.protocol.EncodedPayload;
import io.sockeye.engineio.protocol.EngineError;
import io.sockeye.engineio.protocol.EnginePacket;
import io.sockeye.engineio.protocol.EngineProtocolException;
import io.sockeye.engineio.protocol.EngineVersion;
import io.sockeye.engineio.protocol.Jsonp;
import io.sockeye.engineio.protocol.Payload;
import io.sockeye.engineio.protocol.PayloadCodec;
import io.sockeye.engineio.server.internal.TimerWheel;
import io.sockeye.engineio.server.spi.HttpExchange;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries a session over HTTP requests: the peer's GET waits until there is something to send, its
 * POST brings packets. At most one of each at a time; a second one ends the session.
 *
 * <p><b>Concurrency.</b> Session lane only; exchanges call back on other threads, which post to it.
 */
final class PollingTransport extends Transport {
  private static final Logger log = LoggerFactory.getLogger(PollingTransport.class);

  private final Session session;
  private final HttpAnswers answers;
  // Null unless the peer polls with script tags; fixed by the handshake.
  private final @Nullable String jsonpIndex;
  private final boolean upgradable;
  private final boolean legacyUtf8;
  // Added to the first answer, which is that of the handshake.
  private Headers firstHeaders;
  private @Nullable HttpExchange poll;
  private boolean pollCompressible;
  private @Nullable HttpExchange post;
  private TimerWheel.@Nullable Entry postTimer;
  private boolean readingPaused;
  private @Nullable HttpExchange unconfirmedPost;

  PollingTransport(
      Session session,
      HttpAnswers answers,
      Headers initialHeaders,
      HttpExchange handshake,
      @Nullable String jsonpIndex,
      boolean legacyUtf8) {
    this.session = session;
    this.answers = answers;
    this.jsonpIndex = jsonpIndex;
    this.upgradable = handshake.carriesWebSocket();
    this.legacyUtf8 = legacyUtf8;
    this.firstHeaders = answers.handshake(session, initialHeaders);
    park(handshake);
  }

  @Override
  TransportType type() {
    return TransportType.POLLING;
  }

  @Override
  boolean isUpgradable() {
    return upgradable;
  }

  // ---- GET ----

  void onPoll(HttpExchange exchange) {
    if (session.isEnded()) {
      answers.error(exchange, EngineError.UNKNOWN_SID);
      return;
    }
    if (poll != null) {
      refuse(exchange, "a second poll while one waits");
      return;
    }
    park(exchange);
    flush();
    if (poll != null && session.isClosing()) {
      answer(List.of(EnginePacket.NOOP, EnginePacket.CLOSE));
      session.end(session.closeReason());
    }
  }

  private void park(HttpExchange exchange) {
    poll = exchange;
    exchange.onAbort(
        () ->
            session
                .lane()
                .execute(
                    () -> {
                      if (poll == exchange) {
                        poll = null;
                        log.debug("Closing a {}: its poll was aborted", session);
                        session.end(CloseReason.TRANSPORT_ERROR);
                      }
                    }));
  }

  @Override
  void flush() {
    if (poll == null) {
      return;
    }
    OutboundQueue.Node node = session.queue().take(session.server().options().maxPayload());
    if (node == null) {
      if (session.isUpgrading() && !session.isClosing()) {
        answer(List.of(EnginePacket.NOOP));
      }
      return;
    }
    List<EnginePacket> packets = new ArrayList<>();
    pollCompressible = false;
    do {
      packets.add(node.message.packet());
      pollCompressible |= node.message.isCompressible();
      node = node.next;
    } while (node != null);
    answer(packets);
  }

  /** Answers the waiting poll. */
  private void answer(List<EnginePacket> packets) {
    HttpExchange exchange = poll;
    if (exchange == null) {
      return;
    }
    poll = null;
    session.queue().notReady();
    EncodedPayload payload =
        legacyUtf8
            ? PayloadCodec.encodeLegacy(packets, session.base64())
            : PayloadCodec.encode(session.version(), packets, session.base64());
    Headers content =
        jsonpIndex != null
            ? HttpAnswers.JAVASCRIPT
            : payload.binary() ? HttpAnswers.OCTETS : HttpAnswers.TEXT;
    byte[] body = jsonpIndex != null ? Jsonp.wrap(jsonpIndex, payload.body()) : payload.body();
    answers.poll(exchange, content.plus(firstHeaders), body, pollCompressible);
    firstHeaders = Headers.EMPTY;
    pollCompressible = false;
  }

  /** The peer broke a rule of polling: its request is refused, and its session ends. */
  private void refuse(HttpExchange exchange, String what) {
    answers.error(exchange, EngineError.BAD_REQUEST);
    log.debug("Closing a {}: {}", session, what);
    session.end(CloseReason.TRANSPORT_ERROR);
  }

  // ---- POST ----

  void onPost(HttpExchange exchange) {
    if (session.isEnded()) {
      answers.error(exchange, EngineError.UNKNOWN_SID);
      return;
    }
    if (post != null) {
      refuse(exchange, "a second POST while one is read");
      return;
    }
    boolean octets = isOctetStream(exchange);
    if (octets && session.version() == EngineVersion.V4) {
      refuse(exchange, "binary payload in revision 4");
      return;
    }
    post = exchange;
    exchange.onAbort(
        () ->
            session
                .lane()
                .execute(
                    () -> {
                      if (forgetPost(exchange)) {
                        log.debug("Closing a {}: its POST was aborted", session);
                        session.end(CloseReason.TRANSPORT_ERROR);
                      }
                    }));
    exchange.readBody(
        session.server().options().maxPayload(),
        new HttpExchange.BodyListener() {
          @Override
          public void onBody(byte[] body) {
            session.lane().execute(() -> PollingTransport.this.onBody(exchange, body, octets));
          }

          @Override
          public void onTooLarge() {
            session.lane().execute(() -> PollingTransport.this.onTooLarge(exchange));
          }
        });
    // Whatever the listener queued runs after this; a body that is here already needs no timer.
    session.lane().execute(() -> startPostTimer(exchange));
  }

  private void startPostTimer(HttpExchange exchange) {
    if (post != exchange || unconfirmedPost == exchange) {
      return;
    }
    postTimer =
        session
            .server()
            .timers()
            .schedule(
                session.server().options().bodyTimeout(),
                () ->
                    session
                        .lane()
                        .execute(
                            () -> {
                              if (unconfirmedPost != exchange && forgetPost(exchange)) {
                                log.debug("Closing a {}: its POST took too long", session);
                                answers.unread(exchange, 408);
                                session.end(CloseReason.TRANSPORT_ERROR);
                              }
                            }));
  }

  private void onTooLarge(HttpExchange exchange) {
    if (forgetPost(exchange)) {
      session.server().count(Counter.MESSAGES_TOO_LARGE);
      log.debug(
          "Closing a {}: POST body over {} bytes",
          session,
          session.server().options().maxPayload());
      answers.unread(exchange, 413);
      session.end(CloseReason.TRANSPORT_ERROR);
    }
  }

  private void onBody(HttpExchange exchange, byte[] body, boolean octets) {
    if (post != exchange) {
      return; // the session ended while the body was read, and answered
    }
    if (postTimer != null) {
      session.server().timers().cancel(postTimer);
      postTimer = null;
    }
    EngineProtocolException error = null;
    try {
      Payload payload = decode(body, octets);
      session.carrier(exchange.request());
      for (EnginePacket packet : payload.packets()) {
        if (!session.isEnded()) {
          deliver(packet, exchange);
        }
      }
      error = payload.error();
    } catch (EngineProtocolException malformed) {
      error = malformed;
    }
    if (!session.isEnded() && error != null) {
      if (forgetPost(exchange)) {
        answers.error(exchange, EngineError.BAD_REQUEST);
      }
      session.onProtocolError(error);
    } else if (readingPaused && !session.isEnded()) {
      unconfirmedPost = exchange; // the peer sends no more until this is answered
    } else {
      confirm(exchange);
    }
  }

  private Payload decode(byte[] body, boolean octets) throws EngineProtocolException {
    int maxPackets = session.server().options().maxPacketsPerPayload();
    if (octets) {
      return PayloadCodec.decodeBinary(body, maxPackets);
    }
    byte[] text = jsonpIndex == null ? body : Jsonp.unwrapForm(body);
    return legacyUtf8
        ? PayloadCodec.decodeLegacyText(text, maxPackets)
        : PayloadCodec.decodeText(session.version(), text, maxPackets);
  }

  private void deliver(EnginePacket packet, HttpExchange exchange) {
    if (packet instanceof EnginePacket.Close) {
      // The peer leaves properly: its poll is released with nothing, its POST confirmed.
      if (poll != null) {
        answer(List.of(EnginePacket.NOOP));
      }
      confirm(exchange);
    }
    session.onPacket(packet);
  }

  private void confirm(HttpExchange exchange) {
    if (forgetPost(exchange)) {
      answers.ok(exchange);
    }
  }

  private boolean forgetPost(HttpExchange exchange) {
    if (post != exchange) {
      return false;
    }
    post = null;
    unconfirmedPost = null;
    if (postTimer != null) {
      session.server().timers().cancel(postTimer);
      postTimer = null;
    }
    return true;
  }

  private static boolean isOctetStream(HttpExchange exchange) {
    String type = exchange.request().header("Content-Type");
    return type != null && type.toLowerCase(Locale.ROOT).startsWith("application/octet-stream");
  }

  // ---- life ----

  @Override
  void closeWhenDrained() {
    flush();
    if (poll != null) {
      answer(List.of(EnginePacket.CLOSE));
      session.end(session.closeReason());
    }
  }

  @Override
  void end(CloseReason reason) {
    if (poll != null) {
      answer(List.of(EnginePacket.CLOSE));
    }
    HttpExchange open = post;
    if (open != null) {
      forgetPost(open);
      answers.error(open, EngineError.BAD_REQUEST);
    }
  }

  @Override
  void discard() {
    if (poll != null) {
      answer(List.of(EnginePacket.NOOP));
    }
    // A POST that is still being read is delivered: it was sent before the upgrade. None is held
    // back any more: from here on reading pauses on the new transport.
    resumeReading();
  }

  @Override
  void pauseReading() {
    readingPaused = true;
  }

  @Override
  void resumeReading() {
    readingPaused = false;
    if (unconfirmedPost != null) {
      confirm(unconfirmedPost);
    }
  }
}

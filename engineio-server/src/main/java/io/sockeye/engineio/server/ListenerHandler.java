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

import io.sockeye.engineio.protocol.Utf8Text;
import io.sockeye.engineio.server.internal.HandlerLane;
import io.sockeye.engineio.server.spi.SessionHandler;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings a session's raw messages to an application's listener.
 *
 * <p><b>Concurrency.</b> Called on the session lane; the listener is of the handler lane.
 */
final class ListenerHandler implements SessionHandler {
  private static final Logger log = LoggerFactory.getLogger(ListenerHandler.class);

  private final Session session;
  private final HandlerLane lane;
  private @Nullable SessionListener listener;
  // Session lane.
  private boolean stopping;

  ListenerHandler(
      Session session, SessionListener.Factory listeners, Executor executor, int capacity) {
    this.session = session;
    this.lane = new HandlerLane(executor, capacity, session::resumeReading);
    lane.execute(
        () -> {
          try {
            listener = listeners.open(session);
          } catch (Exception failure) {
            log.error("The listener of a new session failed; the session is closed", failure);
            session.close();
          }
        });
  }

  /** A call of the listener. */
  private interface Call {
    void on(SessionListener listener) throws Exception;
  }

  @Override
  public void onText(Utf8Text text) {
    HttpRequest carrier = session.carrier();
    offer(receiver -> receiver.onMessage(session, text.toString(), carrier));
  }

  @Override
  public void onBinary(ByteBuffer data) {
    offer(receiver -> receiver.onMessage(session, data));
  }

  @Override
  public CompletionStage<Void> onStopping() {
    stopping = true;
    CompletableFuture<Void> done = new CompletableFuture<>();
    lane.execute(() -> done.complete(null)); // behind all that is there
    return done;
  }

  @Override
  public void onClose(CloseReason reason) {
    lane.execute(() -> run(receiver -> receiver.onClose(session, reason)));
  }

  private void offer(Call call) {
    if (!stopping && lane.offer(() -> run(call))) {
      session.pauseReading();
    }
  }

  private void run(Call call) {
    SessionListener receiver = listener;
    if (receiver == null) {
      return;
    }
    try {
      call.on(receiver);
    } catch (Exception failure) {
      log.error("A session's listener failed; the session goes on", failure);
    }
  }
}

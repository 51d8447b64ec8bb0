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
package io.sockeye.engineio.server.spi;

import io.sockeye.engineio.protocol.Utf8Text;
import io.sockeye.engineio.server.CloseReason;
import io.sockeye.engineio.server.Session;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * A protocol on top of one Engine.IO session. All methods are called on the session lane: one at a
 * time, in order, never blocking, often on an I/O thread. Applications use {@link
 * io.sockeye.engineio.server.SessionListener}, which may block.
 */
public interface SessionHandler {
  /** A text message. */
  void onText(Utf8Text text);

  /** A binary message; the buffer is not used by the engine afterwards. */
  void onBinary(ByteBuffer data);

  /**
   * The server stops: what the peer sends from here on need not be taken. The session is closed
   * when the stage is complete, or when the server has no more time.
   *
   * @return completes, on any thread, when the application has done with what was taken before, so
   *     that its answers still go out
   */
  default CompletionStage<Void> onStopping() {
    return CompletableFuture.completedFuture(null);
  }

  /** The session has ended; the last call. */
  void onClose(CloseReason reason);

  /** Makes the handler of each new session. */
  @FunctionalInterface
  interface Factory {
    /**
     * A session is open: its open packet is queued, and what is sent now follows it. Called on the
     * session lane.
     */
    SessionHandler open(Session session);
  }
}

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
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * What the engine hears of one WebSocket connection. A binding calls the methods one at a time, in
 * order, on the connection's {@link WebSocketConnection#ioExecutor() executor} if it has one. None
 * of them blocks or throws.
 *
 * <p>The binding keeps the rules of RFC 6455: masked frames only, control frames of at most 125
 * bytes, fragments put together up to the limits of {@link WebSocketUpgrade.Settings}, text that is
 * valid UTF-8; it answers pings, and it closes with 1002, 1007 or 1009 on its own where a peer
 * breaks them.
 */
public interface WebSocketListener {
  /**
   * A text message.
   *
   * @param text valid UTF-8, in an array that the binding does not touch again
   */
  void onText(Utf8Text text);

  /**
   * A binary message.
   *
   * @param data its bytes, which the binding does not touch again
   */
  void onBinary(ByteBuffer data);

  /** The connection may be written to again, after a {@link WebSocketConnection#flush} said no. */
  void onWritable();

  /**
   * The connection is closed; nothing follows.
   *
   * @param status the peer's close status, or the one that the binding sent because the peer broke
   *     a rule; 1005 for none, 1006 for a connection that ended without a close frame
   * @param cause the failure, if that was the reason
   */
  void onClosed(int status, @Nullable Throwable cause);
}

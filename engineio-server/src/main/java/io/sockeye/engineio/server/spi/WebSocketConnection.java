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

import org.jspecify.annotations.Nullable;

/**
 * An open WebSocket connection, offered by a web server binding.
 *
 * <p>The engine calls {@link #write} and {@link #flush} on the {@link #ioExecutor() executor}, or
 * from one thread at a time where there is none; {@link #close}, {@link #abort} and the two reading
 * switches from any thread. No method blocks, and after the connection has closed all of them do
 * nothing.
 */
public interface WebSocketConnection {
  /**
   * Returns the executor that owns this connection; null when the web server has none, and then the
   * engine runs its work on whichever thread brings it.
   */
  @Nullable IoExecutor ioExecutor();

  /**
   * Adds a frame to the batch that the next {@link #flush} sends. The frame may be shared with
   * other connections.
   */
  void write(OutboundFrame frame);

  /**
   * Sends the frames written since the last flush, in order.
   *
   * @return whether more may be written at once. After false the binding calls {@link
   *     WebSocketListener#onWritable} as soon as its buffers have drained; that call may come
   *     before this method has returned.
   */
  boolean flush();

  /**
   * Sends a close frame after everything flushed so far, then closes the connection when the peer
   * has answered or after a short time.
   *
   * @param status a close status that may be sent (RFC 6455, section 7.4)
   * @param reason at most 123 bytes of UTF-8; may be empty
   */
  void close(int status, String reason);

  /** Closes the TCP connection at once. */
  void abort();

  /** Stops reading from the connection. Frames that were read before may still be delivered. */
  void pauseReading();

  /** Reads again. */
  void resumeReading();
}

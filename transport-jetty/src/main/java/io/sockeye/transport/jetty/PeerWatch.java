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

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.function.Consumer;
import org.eclipse.jetty.io.AbstractEndPoint;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.EofException;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.util.BufferUtil;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/**
 * Notices that the client of an HTTP/1.1 request has gone while the request waits for its answer.
 *
 * <p>Jetty does not read from a connection between a request and its answer, and so does not see
 * its end. This reads instead. What comes is a request that the client has sent ahead, or the first
 * frames of a WebSocket; it is kept, up to the size of the connection's buffer, and given back
 * before the answer is written.
 *
 * <p><b>Concurrency.</b> The monitor guards all state, so that nobody reads once {@link #stop} has
 * returned. Reading does not block.
 */
final class PeerWatch implements Callback {
  private final AbstractEndPoint endPoint;
  private final Connection connection;
  private final int capacity;
  private final Consumer<Throwable> gone;
  private @Nullable ByteBuffer ahead;
  private boolean stopped;

  private PeerWatch(
      AbstractEndPoint endPoint, Connection connection, int capacity, Consumer<Throwable> gone) {
    this.endPoint = endPoint;
    this.connection = connection;
    this.capacity = capacity;
    this.gone = gone;
  }

  /**
   * Returns a watch, or null if the connection has no end that could be watched.
   *
   * @param request a request of HTTP/1.1 whose body has been read to its end
   * @param gone called when the client has gone
   */
  static @Nullable PeerWatch of(Request request, Consumer<Throwable> gone) {
    Connection connection = request.getConnectionMetaData().getConnection();
    EndPoint endPoint = connection.getEndPoint();
    while (endPoint instanceof EndPoint.Wrapper wrapper
        && !(endPoint instanceof AbstractEndPoint)) {
      endPoint = wrapper.unwrap();
    }
    if (!(endPoint instanceof AbstractEndPoint watched)
        || !(connection instanceof Connection.UpgradeFrom)
        || !(connection instanceof Connection.UpgradeTo)) {
      return null;
    }
    request.read(); // past the end of the message, before which nothing may be taken
    int capacity = request.getConnectionMetaData().getHttpConfiguration().getInputBufferSize();
    return new PeerWatch(watched, connection, capacity, gone);
  }

  synchronized void start() {
    ByteBuffer early = ((Connection.UpgradeFrom) connection).onUpgradeFrom();
    if (early != null) {
      BufferUtil.append(ahead(), early);
    }
    await();
  }

  private void await() {
    ByteBuffer kept = ahead;
    // What does not fit waits in the kernel; a client that sends that much ahead is there.
    if (!stopped && (kept == null || kept.remaining() < capacity)) {
      endPoint.tryFillInterested(this);
    }
  }

  private ByteBuffer ahead() {
    ByteBuffer kept = ahead;
    if (kept == null) {
      kept = BufferUtil.allocate(capacity);
      ahead = kept;
    }
    return kept;
  }

  /** There is something to read, or the end. */
  @Override
  public void succeeded() {
    Throwable end = null;
    synchronized (this) {
      if (stopped) {
        return;
      }
      try {
        if (endPoint.fill(ahead()) < 0) {
          end = new EofException("the client has gone");
        } else {
          await();
        }
      } catch (IOException failure) {
        end = failure;
      }
    }
    if (end != null) {
      gone.accept(end);
    }
  }

  /** The connection was closed on this side. */
  @Override
  public void failed(Throwable cause) {
    synchronized (this) {
      if (stopped) {
        return;
      }
    }
    gone.accept(cause);
  }

  @Override
  public InvocationType getInvocationType() {
    return InvocationType.NON_BLOCKING;
  }

  /** Ends the watch and gives back what was read. Idempotent. */
  synchronized void stop() {
    if (stopped) {
      return;
    }
    stopped = true;
    endPoint.getFillInterest().fillable(); // takes the callback out, which does nothing any more
    ByteBuffer kept = ahead;
    if (kept != null && kept.hasRemaining()) {
      ((Connection.UpgradeTo) connection).onUpgradeTo(kept);
    }
  }
}

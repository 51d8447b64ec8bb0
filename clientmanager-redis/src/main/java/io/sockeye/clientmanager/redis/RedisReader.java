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
package io.sockeye.clientmanager.redis;

import io.lettuce.core.RedisChannelHandler;
import io.lettuce.core.RedisConnectionStateListener;
import io.lettuce.core.XReadArgs;
import io.sockeye.socketio.server.spi.BusStreams;
import io.sockeye.socketio.server.spi.StreamLink;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * Reads a stream with {@code XREAD BLOCK}. When the connection is lost or closed, no read stays
 * open: Lettuce would wait, if an application's client reconnects.
 */
final class RedisReader implements StreamLink.Reader {
  private final DedicatedConnection connection;
  private final String stream;
  private final Consumer<Throwable> onFailure;
  private volatile CompletableFuture<List<BusStreams.Entry>> last =
      CompletableFuture.completedFuture(List.of());
  private volatile boolean isLost;
  private final AtomicBoolean isClosed = new AtomicBoolean();
  private final CompletableFuture<Void> closed = new CompletableFuture<>();

  /**
   * Creates one.
   *
   * @param onFailure told what Redis answers instead of entries
   */
  RedisReader(DedicatedConnection connection, String stream, Consumer<Throwable> onFailure) {
    this.connection = connection;
    this.stream = stream;
    this.onFailure = onFailure;
    connection
        .commands()
        .addListener(
            new RedisConnectionStateListener() {
              @Override
              public void onRedisDisconnected(RedisChannelHandler<?, ?> handler) {
                lose();
              }
            });
    if (!connection.commands().isOpen()) { // it was lost before the listener was there
      lose();
    }
  }

  private void lose() {
    isLost = true; // first: a read that is not seen here sees it
    last.completeExceptionally(new IllegalStateException("connection to Redis lost"));
  }

  @Override
  @SuppressWarnings("unchecked") // the array of one that Lettuce wants is only read
  public CompletionStage<List<BusStreams.Entry>> read(String after, int limit, Duration wait) {
    CompletableFuture<List<BusStreams.Entry>> answer = new CompletableFuture<>();
    last = answer;
    if (isLost) {
      lose();
      return answer;
    }
    connection
        .commands()
        .async()
        .xread(
            XReadArgs.Builder.count(limit).block(wait), XReadArgs.StreamOffset.from(stream, after))
        .whenComplete(
            (messages, failure) -> {
              if (failure == null) {
                answer.complete(RedisStreams.entries(messages));
              } else {
                onFailure.accept(failure);
                answer.completeExceptionally(failure);
              }
            });
    return answer;
  }

  @Override
  public CompletionStage<Void> close() {
    lose();
    if (isClosed.compareAndSet(false, true)) {
      var unused =
          connection.root().closeAsync().whenComplete((ok, failure) -> closed.complete(null));
    }
    return closed.minimalCompletionStage();
  }
}

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

import io.lettuce.core.RedisCommandExecutionException;
import io.sockeye.socketio.server.spi.BusConnector;
import io.sockeye.socketio.server.spi.BusLink;
import io.sockeye.socketio.server.spi.BusOptions;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/** Connects on a thread of its own, since Lettuce does it all at once only where it may block. */
record RedisConnector(RedisSource source, BusOptions options) implements BusConnector {
  @Override
  public CompletionStage<RedisLink> connect(BusLink.Events events) {
    return connecting(() -> source.connect(events, options.sharded()));
  }

  /** Connects something on a thread of its own. */
  static <T> CompletionStage<T> connecting(Supplier<T> connect) {
    CompletableFuture<T> connected = new CompletableFuture<>();
    Thread thread =
        new Thread(
            () -> {
              try {
                connected.complete(connect.get());
              } catch (Throwable failure) { // also Errors: of a native library, say
                connected.completeExceptionally(explained(failure));
              }
            },
            "sockeye-redis-connect");
    thread.setDaemon(true);
    thread.start();
    return connected;
  }

  /** Says what to do about the reasons that people meet. */
  private static Throwable explained(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      String text = String.valueOf(cause.getMessage());
      if (text.contains("unix domain socket")) {
        return new IllegalStateException(
            "a unix domain socket needs io.netty:netty-transport-native-epoll (or -kqueue) on the"
                + " class path",
            failure);
      }
      if (cause instanceof RedisCommandExecutionException) {
        return cause; // what Redis says: a wrong password, say
      }
    }
    return failure;
  }

  @Override
  public boolean supportsPrefix() {
    return !options.sharded();
  }

  @Override
  public boolean supportsStreams() {
    return true;
  }

  @Override
  public CompletionStage<Void> close() {
    return source.close();
  }
}

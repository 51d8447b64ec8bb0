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

import io.lettuce.core.AbstractRedisClient;
import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisClient;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.SslOptions;
import io.lettuce.core.cluster.ClusterClientOptions;
import io.lettuce.core.cluster.RedisClusterClient;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.DefaultClientResources;
import io.sockeye.socketio.server.spi.BusLink;
import io.sockeye.socketio.server.spi.BusOptions;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

/** A client that was made for a bus, and ends with it. */
record OwnClient(RedisSource source, AbstractRedisClient client, ClientResources resources)
    implements RedisSource {
  static OwnClient of(RedisAddress address, BusOptions options) {
    // The least that Lettuce takes: one bus has few connections.
    ClientResources resources =
        DefaultClientResources.builder().ioThreadPoolSize(2).computationThreadPoolSize(2).build();
    if (address.isCluster()) {
      RedisClusterClient client = RedisClusterClient.create(resources, address.uris());
      client.setOptions(
          apply(ClusterClientOptions.builder(), options)
              .validateClusterNodeMembership(false)
              .build());
      return new OwnClient(new ClusterSource(client), client, resources);
    }
    RedisClient client = RedisClient.create(resources, address.uris().get(0));
    client.setOptions(apply(ClientOptions.builder(), options).build());
    return new OwnClient(new StandaloneSource(client), client, resources);
  }

  private static <B extends ClientOptions.Builder> B apply(B builder, BusOptions options) {
    SslOptions.Builder ssl = SslOptions.builder().jdkSslProvider();
    if (options.trust() != null) {
      ssl.trustManager(options.trust());
    }
    if (options.identity() != null) {
      ssl.keyManager(options.identity());
    }
    builder
        .autoReconnect(false) // the bus does, and knows when all of it is there again
        .disconnectedBehavior(ClientOptions.DisconnectedBehavior.REJECT_COMMANDS)
        .socketOptions(
            SocketOptions.builder()
                .connectTimeout(options.connectTimeout())
                .keepAlive(true)
                .tcpNoDelay(true)
                .build())
        .sslOptions(ssl.build());
    return builder;
  }

  @Override
  public RedisLink connect(BusLink.Events events, boolean sharded) {
    return source.connect(events, sharded);
  }

  @Override
  public CompletionStage<Void> close() {
    return client
        .shutdownAsync(0, 2, TimeUnit.SECONDS)
        .exceptionally(failure -> null)
        .thenCompose(
            ok -> {
              CompletableFuture<Void> ended = new CompletableFuture<>();
              resources.shutdown(0, 2, TimeUnit.SECONDS).addListener(done -> ended.complete(null));
              return ended;
            });
  }
}

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

import io.lettuce.core.RedisClient;
import io.lettuce.core.cluster.RedisClusterClient;
import io.sockeye.socketio.server.spi.BusOptions;
import io.sockeye.socketio.server.spi.BusUnavailableException;
import io.sockeye.socketio.server.spi.BusUrl;
import io.sockeye.socketio.server.spi.ClusterBus;
import io.sockeye.socketio.server.spi.ReconnectingBus;
import java.util.Objects;

/**
 * Connects to Redis or Valkey: {@code PUBLISH} and {@code SUBSCRIBE} on channels of the same names,
 * or {@code SPUBLISH} and {@code SSUBSCRIBE} with {@link BusOptions#sharded}. A bus has one
 * connection that publishes and one that listens; of a Redis Cluster, one of each for each master.
 *
 * <p>What is published while a subscriber is away passes it by: Redis keeps nothing. Streams are
 * there for what must not: {@code XADD MAXLEN ~}, and {@code XREAD BLOCK} on one more connection
 * for each follow. {@link io.sockeye.socketio.server.spi.BusStreams#take} is {@code GETDEL}, of
 * Redis 6.2; before Redis 7 the number of entries that were lost is not known.
 */
public final class RedisBus {
  private RedisBus() {}

  /**
   * Connects with a client of its own; waits as {@link ReconnectingBus#connect} does.
   *
   * @throws IllegalArgumentException if something in the URL is not understood
   * @throws BusUnavailableException if Redis is not there and the options ask for it
   */
  public static ClusterBus connect(BusUrl url, BusOptions options) {
    RedisAddress address = RedisAddress.of(url, options);
    return ReconnectingBus.connect(
        url.toString(), new RedisConnector(OwnClient.of(address, options), options), options);
  }

  /** Connects with the default options. See {@link #create(RedisClient, BusOptions)}. */
  public static ClusterBus create(RedisClient client) {
    return create(client, BusOptions.defaults());
  }

  /**
   * Connects with a client that an application has; it is not shut down with the bus.
   *
   * @param client one that was made with a URI, which is used; so are its options and resources,
   *     but for reconnecting, which the bus does by itself. A time-out of commands must be longer
   *     than the five seconds for which a stream is read
   */
  public static ClusterBus create(RedisClient client, BusOptions options) {
    Objects.requireNonNull(client, "client");
    return ReconnectingBus.connect(
        "redis", new RedisConnector(new StandaloneSource(client), options), options);
  }

  /**
   * Connects to a Redis Cluster with a client that an application has; it is not shut down with the
   * bus. See {@link #create(RedisClient, BusOptions)}.
   */
  public static ClusterBus create(RedisClusterClient client, BusOptions options) {
    Objects.requireNonNull(client, "client");
    return ReconnectingBus.connect(
        "redis-cluster", new RedisConnector(new ClusterSource(client), options), options);
  }
}

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

import io.sockeye.brokers.Broker;
import io.sockeye.brokers.Brokers;
import io.sockeye.clientmanager.contract.ClusterContract;
import io.sockeye.clientmanager.contract.TcpProxy;
import io.sockeye.socketio.server.ClusterBuses;
import io.sockeye.socketio.server.ClusterDialect;
import io.sockeye.socketio.server.ClusterOptions;
import io.sockeye.socketio.server.ShardedSubscriptions;
import io.sockeye.socketio.server.spi.BusOptions;
import io.sockeye.socketio.server.spi.ClusterBus;
import org.junit.jupiter.api.AfterAll;

/**
 * The rules of a cluster in the dialect of sharded Redis, over Redis. All events are on one
 * channel: where rooms have channels of their own, what is sent to one is not in order with joins.
 */
class RedisShardedDialectTest extends ClusterContract {
  private static final Broker REDIS = Brokers.redis();
  private static final TcpProxy PROXY = new TcpProxy(REDIS.host(), REDIS.port());

  @AfterAll
  static void end() {
    PROXY.close();
  }

  @Override
  protected ClusterBus connect(BusOptions options) {
    return ClusterBuses.connect(REDIS.urlOn(PROXY.port()), options);
  }

  @Override
  protected ClusterDialect dialect() {
    return ClusterDialect.NODE_SHARDED;
  }

  @Override
  protected void cluster(ClusterOptions.Builder cluster) {
    cluster.shardedSubscriptions(ShardedSubscriptions.STATIC);
  }

  @Override
  protected TcpProxy proxy() {
    return PROXY;
  }
}

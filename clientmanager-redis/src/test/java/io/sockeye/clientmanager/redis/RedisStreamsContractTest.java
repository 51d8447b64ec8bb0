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
import io.lettuce.core.XAddArgs;
import io.lettuce.core.api.StatefulRedisConnection;
import io.sockeye.brokers.Broker;
import io.sockeye.brokers.Brokers;
import io.sockeye.clientmanager.contract.BusStreamsContract;
import io.sockeye.clientmanager.contract.TcpProxy;
import io.sockeye.socketio.server.ClusterBuses;
import io.sockeye.socketio.server.spi.BusOptions;
import io.sockeye.socketio.server.spi.ClusterBus;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;

/** The rules of streams, kept by this bus. */
class RedisStreamsContractTest extends BusStreamsContract {
  private static final Broker REDIS = Brokers.redis();
  private static final TcpProxy PROXY = new TcpProxy(REDIS.host(), REDIS.port());
  private static final RedisClient CLIENT = RedisClient.create(REDIS.url().toString());
  private static final StatefulRedisConnection<String, String> ADMIN = CLIENT.connect();

  @AfterAll
  static void end() {
    PROXY.close();
    CLIENT.shutdown(0, 2, TimeUnit.SECONDS);
  }

  @Override
  protected ClusterBus connect(BusOptions options) {
    return ClusterBuses.connect(REDIS.urlOn(PROXY.port()), options);
  }

  @Override
  protected ClusterBus connectAside(BusOptions options) {
    return ClusterBuses.connect(REDIS.url().toString(), options);
  }

  @Override
  protected TcpProxy proxy() {
    return PROXY;
  }

  @Override
  protected void delete(String stream) {
    ADMIN.sync().del(stream);
  }

  @Override
  protected void append(String stream, String id, Map<String, String> fields) {
    ADMIN.sync().xadd(stream, new XAddArgs().id(id), fields);
  }
}

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
package io.sockeye.clientmanager.amqp;

import io.sockeye.socketio.server.spi.BusOptions;
import io.sockeye.socketio.server.spi.BusUrl;
import io.sockeye.socketio.server.spi.ClusterBus;
import io.sockeye.socketio.server.spi.ClusterBusProvider;
import java.util.Set;

/** Offers RabbitMQ as the second choice. Found with {@link java.util.ServiceLoader}. */
public final class AmqpBusProvider implements ClusterBusProvider {
  /** Called by {@link java.util.ServiceLoader}. */
  public AmqpBusProvider() {}

  @Override
  public String name() {
    return "amqp";
  }

  @Override
  public int preference() {
    return 200;
  }

  @Override
  public Set<String> schemes() {
    return Set.of("amqp", "amqps");
  }

  @Override
  public ClusterBus connect(BusUrl url, BusOptions options) {
    return AmqpBus.connect(url, options);
  }
}

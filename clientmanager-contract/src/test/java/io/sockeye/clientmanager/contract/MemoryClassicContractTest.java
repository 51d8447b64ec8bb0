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
package io.sockeye.clientmanager.contract;

import io.sockeye.socketio.server.ClusterDialect;
import io.sockeye.socketio.server.spi.BusOptions;
import io.sockeye.socketio.server.spi.ClusterBus;
import io.sockeye.socketio.server.spi.MemoryBroker;

/** The rules of a cluster in the classic dialect of Node.js, over the broker for tests. */
class MemoryClassicContractTest extends ClusterContract {
  private final MemoryBroker broker = new MemoryBroker();

  @Override
  protected ClusterBus connect(BusOptions options) {
    return broker.connect(options);
  }

  @Override
  protected ClusterDialect dialect() {
    return ClusterDialect.NODE_CLASSIC;
  }

  @Override
  protected void cut() {
    broker.stop();
  }

  @Override
  protected void restore() {
    broker.start();
  }
}

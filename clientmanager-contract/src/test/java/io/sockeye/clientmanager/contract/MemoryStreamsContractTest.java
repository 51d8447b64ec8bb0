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

import io.sockeye.socketio.server.spi.BusOptions;
import io.sockeye.socketio.server.spi.ClusterBus;
import io.sockeye.socketio.server.spi.MemoryBroker;
import java.util.Map;

/** The rules of streams, kept by the broker for tests. */
class MemoryStreamsContractTest extends BusStreamsContract {
  private final MemoryBroker broker = new MemoryBroker();
  private final MemoryBroker aside = broker.anotherWay();

  @Override
  protected ClusterBus connect(BusOptions options) {
    return broker.connect(options);
  }

  @Override
  protected ClusterBus connectAside(BusOptions options) {
    return aside.connect(options);
  }

  @Override
  protected void cut() {
    broker.stop();
  }

  @Override
  protected void stall() {
    broker.stall();
  }

  @Override
  protected void restore() {
    broker.start();
  }

  @Override
  protected void delete(String stream) {
    aside.delete(stream);
  }

  @Override
  protected void append(String stream, String id, Map<String, String> fields) {
    aside.append(stream, id, fields);
  }
}

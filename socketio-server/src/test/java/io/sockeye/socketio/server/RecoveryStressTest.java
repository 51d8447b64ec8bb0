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
package io.sockeye.socketio.server;

import io.sockeye.engineio.server.HandlerExecution;
import io.sockeye.engineio.server.internal.EngineRuntime;
import java.util.List;

/** Recovery in one process, from memory. */
class RecoveryStressTest extends RecoveryStress {
  RecoveryStressTest() {
    super(3, 60, 0);
  }

  @Override
  List<SocketIoServer> start() {
    SocketIoServer server =
        SocketIoServer.create(
            SocketIoOptions.builder()
                .connectionStateRecovery(
                    ConnectionStateRecovery.builder().maxEvents(1_000_000).build())
                .build(),
            EngineRuntime.start(HandlerExecution.POOL, 64));
    server.onDisconnecting((socket, reason) -> lost(socket.id()));
    return List.of(server);
  }
}

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
import io.sockeye.socketio.server.spi.ClientManager;
import io.sockeye.socketio.server.spi.MemoryBroker;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.concurrent.CompletionStage;

/** Recovery on any of two nodes, from a stream. */
class StreamRecoveryStressTest extends RecoveryStress {
  private final MemoryBroker broker = new MemoryBroker();

  StreamRecoveryStressTest() {
    super(2, 30, 1); // whoever has had no event cannot be found in the stream
  }

  @Override
  List<SocketIoServer> start() {
    return List.of(server(), server());
  }

  private SocketIoServer server() {
    return SocketIoServer.create(
        SocketIoOptions.builder()
            .connectionStateRecovery(ConnectionStateRecovery.defaults())
            .cluster(
                cluster ->
                    cluster
                        .bus(broker::connect)
                        .dialect(ClusterDialect.NODE_STREAMS)
                        .streamMaxLength(1_000_000))
            .clientManager(this::noting)
            .build(),
        EngineRuntime.start(HandlerExecution.POOL, 64));
  }

  /** Tells clients that their sessions are kept. */
  private ClientManager noting(ClientManager manager) {
    return (ClientManager)
        Proxy.newProxyInstance(
            ClientManager.class.getClassLoader(),
            new Class<?>[] {ClientManager.class},
            (proxy, method, arguments) -> {
              Object result;
              try {
                result = method.invoke(manager, arguments);
              } catch (InvocationTargetException failure) {
                throw failure.getCause();
              }
              if (method.getName().equals("persist")) {
                String id = ((RecoveredSession) arguments[1]).id();
                return ((CompletionStage<?>) result)
                    .thenApply(
                        done -> {
                          lost(id);
                          return done;
                        });
              }
              return result;
            });
  }
}

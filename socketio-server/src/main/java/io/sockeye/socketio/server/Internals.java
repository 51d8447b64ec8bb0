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

import io.sockeye.engineio.server.Session;
import io.sockeye.engineio.server.internal.EngineRuntime;
import io.sockeye.socketio.protocol.Arguments;
import io.sockeye.socketio.protocol.PacketParser;
import io.sockeye.socketio.server.internal.ServerInternals;
import java.util.HashSet;
import java.util.Set;

/** Opens this package to the test client. */
final class Internals extends ServerInternals {
  @Override
  public SocketIoServer create(SocketIoOptions options, EngineRuntime runtime) {
    return SocketIoServer.create(options, runtime);
  }

  @Override
  public EngineRuntime runtime(SocketIoServer server) {
    return server.runtime();
  }

  @Override
  public PacketParser parser(SocketIoServer server) {
    return server.parser();
  }

  @Override
  public Args args(SocketIoServer server, Arguments arguments) {
    return new Args(arguments, server.binder());
  }

  @Override
  public Arguments arguments(Args args) {
    return args.arguments();
  }

  @Override
  public Set<Session> sessions(SocketIoServer server) {
    Set<Session> sessions = new HashSet<>();
    for (Namespace namespace : server.namespaces()) {
      for (Socket socket : server.manager().localSockets(namespace.name())) {
        sessions.add(socket.client().session());
      }
    }
    return sessions;
  }
}

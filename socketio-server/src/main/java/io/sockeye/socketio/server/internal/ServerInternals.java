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
package io.sockeye.socketio.server.internal;

import io.sockeye.engineio.server.Session;
import io.sockeye.engineio.server.internal.EngineRuntime;
import io.sockeye.socketio.protocol.Arguments;
import io.sockeye.socketio.protocol.PacketParser;
import io.sockeye.socketio.server.Args;
import io.sockeye.socketio.server.SocketIoOptions;
import io.sockeye.socketio.server.SocketIoServer;
import java.lang.invoke.MethodHandles;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A way to what is package-private in the server, for the test client alone: the server's package
 * installs the one implementation when {@link SocketIoServer} is loaded. Safe for any thread.
 */
public abstract class ServerInternals {
  private static volatile @Nullable ServerInternals installed;

  /** For the server's package. */
  protected ServerInternals() {}

  /** Returns the implementation. */
  public static ServerInternals get() {
    if (installed == null) {
      try {
        MethodHandles.lookup().ensureInitialized(SocketIoServer.class);
      } catch (IllegalAccessException impossible) {
        throw new LinkageError("SocketIoServer is public", impossible);
      }
    }
    return Objects.requireNonNull(installed, "installed");
  }

  /** Called once, by the server's package. */
  public static void install(ServerInternals implementation) {
    installed = implementation;
  }

  /** Returns a server on given timers and threads, which it ends with itself. */
  public abstract SocketIoServer create(SocketIoOptions options, EngineRuntime runtime);

  /** Returns a server's timers and threads. */
  public abstract EngineRuntime runtime(SocketIoServer server);

  /** Returns the form of a server's packets. */
  public abstract PacketParser parser(SocketIoServer server);

  /** Returns arguments that are bound to types as the server's own are. */
  public abstract Args args(SocketIoServer server, Arguments arguments);

  /** Returns arguments as they are, decoded or not. */
  public abstract Arguments arguments(Args args);

  /** Returns the sessions that have joined a namespace. */
  public abstract Set<Session> sessions(SocketIoServer server);
}

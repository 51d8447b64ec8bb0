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
package io.sockeye.testclient;

import io.sockeye.socketio.server.SocketIoOptions;
import io.sockeye.socketio.server.SocketIoServer;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolutionException;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Gives each JUnit test (5.8 or later, and 6) a server of its own, and closes it and its clients
 * after the test:
 *
 * <pre>{@code
 * @RegisterExtension
 * static final SocketIoTestExtension sockeye = SocketIoTestExtension.of(io -> Chat.register(io));
 *
 * @Test
 * void greets(SocketIoTestClient ann) { ... }
 * }</pre>
 *
 * <p>Methods of the test class, those for before and after each test too, may have parameters of
 * these types:
 *
 * <ul>
 *   <li>{@link SocketIoTestClient}: a new client in the main namespace, for each parameter
 *   <li>{@link SocketIoTestServer}: the test's server, which makes clients with other options
 *   <li>{@link SocketIoServer}: the same server, as handlers know it
 *   <li>{@link VirtualClock}: its time
 * </ul>
 *
 * <p>Tests may run in parallel: the extension keeps nothing outside of JUnit's stores.
 */
public final class SocketIoTestExtension
    implements BeforeEachCallback, AfterEachCallback, ParameterResolver {
  private static final Namespace NAMESPACE = Namespace.create(SocketIoTestExtension.class);
  private static final Set<Class<?>> TYPES =
      Set.of(
          SocketIoTestClient.class,
          SocketIoTestServer.class,
          SocketIoServer.class,
          VirtualClock.class);

  private final Supplier<SocketIoTestServer> servers;

  /**
   * For {@code @ExtendWith(SocketIoTestExtension.class)}: servers with default options and in
   * virtual time, to which the test adds handlers.
   */
  public SocketIoTestExtension() {
    this(SocketIoTestServer::create);
  }

  private SocketIoTestExtension(Supplier<SocketIoTestServer> servers) {
    this.servers = servers;
  }

  /**
   * Returns an extension for servers with default options and in virtual time.
   *
   * @param application adds the handlers under test to each new server
   */
  public static SocketIoTestExtension of(Consumer<SocketIoServer> application) {
    return of(SocketIoOptions.defaults(), application);
  }

  /**
   * Returns an extension for servers in virtual time; see {@link
   * SocketIoTestServer#create(SocketIoOptions)}.
   *
   * @param application adds the handlers under test to each new server
   */
  public static SocketIoTestExtension of(
      SocketIoOptions options, Consumer<SocketIoServer> application) {
    Objects.requireNonNull(options, "options");
    Objects.requireNonNull(application, "application");
    return new SocketIoTestExtension(
        () -> {
          SocketIoTestServer server = SocketIoTestServer.create(options);
          try {
            application.accept(server.server());
          } catch (RuntimeException | Error failure) {
            server.close();
            throw failure;
          }
          return server;
        });
  }

  /**
   * Returns an extension for servers that the application makes itself, in real time.
   *
   * @param application makes a server for each test, which the extension stops
   */
  public static SocketIoTestExtension serving(Supplier<SocketIoServer> application) {
    Objects.requireNonNull(application, "application");
    return new SocketIoTestExtension(() -> SocketIoTestServer.of(application.get()));
  }

  @Override
  public void beforeEach(ExtensionContext context) {
    context.getStore(NAMESPACE).put(this, newServer());
  }

  @Override
  public void afterEach(ExtensionContext context) {
    SocketIoTestServer server = context.getStore(NAMESPACE).remove(this, SocketIoTestServer.class);
    if (server != null) {
      server.close();
    }
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return TYPES.contains(parameter.getParameter().getType());
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    return resolve(
        context.getStore(NAMESPACE).get(this, SocketIoTestServer.class),
        parameter.getParameter().getType());
  }

  SocketIoTestServer newServer() {
    return servers.get();
  }

  static Object resolve(@Nullable SocketIoTestServer server, Class<?> type) {
    if (server == null) {
      throw new ParameterResolutionException(
          type.getSimpleName()
              + ": there is none before a test begins (expected: a parameter of a test, or of a"
              + " method for before or after each)");
    }
    if (type == VirtualClock.class) {
      if (!server.hasClock()) {
        throw new ParameterResolutionException(
            "VirtualClock: the application's server is in real time (expected: an extension made"
                + " with SocketIoTestExtension.of)");
      }
      return server.clock();
    }
    if (type == SocketIoServer.class) {
      return server.server();
    }
    return type == SocketIoTestServer.class ? server : server.connect();
  }
}

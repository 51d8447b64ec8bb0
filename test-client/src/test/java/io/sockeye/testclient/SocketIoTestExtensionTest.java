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

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sockeye.engineio.server.HandlerExecution;
import io.sockeye.socketio.server.SocketIoOptions;
import io.sockeye.socketio.server.SocketIoServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ParameterResolutionException;
import org.junit.jupiter.api.extension.RegisterExtension;

class SocketIoTestExtensionTest {
  private static final List<SocketIoTestClient> clients = new ArrayList<>();
  private static final List<SocketIoServer> servers = new ArrayList<>();

  @AfterAll
  static void everythingIsClosedAndEachTestHadItsOwn() {
    assertThat(clients).isNotEmpty().noneMatch(SocketIoTestClient::isOpen);
    assertThat(servers).doesNotHaveDuplicates().hasSizeGreaterThan(3);
    assertThat(servers).allMatch(server -> server.engine().sessionCount() == 0);
  }

  @Nested
  @ExtendWith(SocketIoTestExtension.class)
  class Declared {
    @BeforeEach
    void addHandlers(SocketIoServer io) {
      io.onRequest("hello", (socket, args) -> "world");
      servers.add(io);
    }

    @Test
    void givesClients(SocketIoTestClient ann, SocketIoTestClient ben) {
      clients.add(ann);
      clients.add(ben);
      assertThat(ann).isNotSameAs(ben);
      assertThat(ann.call("hello").get(0)).isEqualTo("world");
    }

    @Test
    void givesTheServerAndItsTime(
        SocketIoServer io, SocketIoTestServer test, VirtualClock clock, SocketIoTestClient ann) {
      clients.add(ann);
      assertThat(test.server()).isSameAs(io);
      assertThat(test.clock()).isSameAs(clock);
      clock.advance(Duration.ofMinutes(5));
      assertThat(ann.isConnected()).isTrue();
      assertThat(test.connect().call("hello").get(0)).isEqualTo("world");
    }

    @AfterEach
    void theServerIsStillThere(SocketIoTestServer test) {
      assertThat(test.connect().isConnected()).isTrue();
    }
  }

  @Nested
  class Registered {
    @RegisterExtension
    final SocketIoTestExtension sockeye =
        SocketIoTestExtension.of(
            SocketIoOptions.builder()
                .engine(engine -> engine.handlerExecution(HandlerExecution.POOL))
                .build(),
            io -> io.onRequest("thread", (socket, args) -> Thread.currentThread().getName()));

    @Test
    void hasTheApplicationsHandlersAndOptions(SocketIoTestClient ann, SocketIoServer io) {
      clients.add(ann);
      servers.add(io);
      assertThat((String) ann.call("thread").get(0)).startsWith("sockeye-handler-");
    }
  }

  @Nested
  class Serving {
    @RegisterExtension
    final SocketIoTestExtension sockeye =
        SocketIoTestExtension.serving(
            () -> SocketIoServer.create().onRequest("hello", (socket, args) -> "world"));

    @Test
    void takesTheApplicationsServer(SocketIoTestClient ann, SocketIoServer io) {
      clients.add(ann);
      servers.add(io);
      assertThat(ann.call("hello").get(0)).isEqualTo("world");
    }
  }

  @Nested
  class Failing {
    @Test
    void anApplicationThatFailsFailsTheTest() {
      SocketIoTestExtension extension =
          SocketIoTestExtension.of(
              io -> {
                throw new IllegalStateException("no database");
              });
      assertThatThrownBy(extension::newServer).hasMessage("no database");
    }

    @Test
    void aServerInRealTimeHasNoClock() {
      try (SocketIoTestServer test = SocketIoTestServer.of(SocketIoServer.create())) {
        assertThatThrownBy(() -> SocketIoTestExtension.resolve(test, VirtualClock.class))
            .isInstanceOf(ParameterResolutionException.class)
            .hasMessageStartingWith("VirtualClock: the application's server is in real time");
      }
    }

    @Test
    void beforeATestThereIsNothing() {
      assertThatThrownBy(() -> SocketIoTestExtension.resolve(null, SocketIoTestClient.class))
          .isInstanceOf(ParameterResolutionException.class)
          .hasMessageStartingWith("SocketIoTestClient: there is none before a test begins");
    }
  }
}

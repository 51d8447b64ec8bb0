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
package io.sockeye.engineio.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sockeye.engineio.server.spi.BindFailures;
import io.sockeye.engineio.server.spi.HttpHandler;
import io.sockeye.engineio.server.spi.WebServer;
import io.sockeye.engineio.server.spi.WebServerProvider;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.UnresolvedAddressException;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which web server is taken. Real class paths are tried by the conformance tests. */
class WebServersTest {
  private record Provider(String name, int preference, boolean isAvailable)
      implements WebServerProvider {
    @Override
    public Set<TransportType> transports() {
      return Set.of();
    }

    @Override
    public WebServer start(WebServerOptions options, List<HttpHandler> handlers) {
      throw new UnsupportedOperationException("only chosen");
    }
  }

  private static final Provider NETTY = new Provider("netty", 100, false);
  private static final Provider JETTY = new Provider("jetty", 200, true);
  private static final Provider JDK = new Provider("jdk", 1000, true);

  @Test
  void theFirstThatIsAvailable() {
    assertThat(WebServers.choose(null, List.of(NETTY, JETTY, JDK))).isSameAs(JETTY);
  }

  @Test
  void anExplicitChoiceWins() {
    assertThat(WebServers.choose("jdk", List.of(NETTY, JETTY, JDK))).isSameAs(JDK);
  }

  @ParameterizedTest
  @CsvSource({
    "netty, 'Async mode \"netty\" lacks its libraries: add io.sockeye:sockeye-transport-netty'",
    "servlet, 'Async mode \"servlet\" is not on the class path: add"
        + " io.sockeye:sockeye-transport-servlet and"
        + " org.apache.tomcat.embed:tomcat-embed-websocket; available: [jetty, jdk]'",
    "nety, 'Async mode \"nety\" is not on the class path: add the artifact whose"
        + " WebServerProvider has that name (expected: netty, jetty, servlet, jdk, or one of your"
        + " own); available: [jetty, jdk]'"
  })
  void aWrongChoiceNamesWhatIsMissing(String name, String message) {
    assertThatThrownBy(() -> WebServers.choose(name, List.of(NETTY, JETTY, JDK)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(message);
  }

  @Test
  void noneAtAll() {
    assertThatThrownBy(() -> WebServers.choose(null, List.of(NETTY)))
        .hasMessage("No web server on the class path: add io.sockeye:sockeye-transport-netty");
  }

  @Test
  void theJdksOwnIsAlwaysFound() throws Exception {
    WebServerOptions options = WebServerOptions.builder().port(0).asyncMode("jdk").build();
    try (WebServer server = WebServers.start(options)) {
      assertThat(server.address().toString()).contains("127.0.0.1");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "80 | Permission denied | a port from 1024 on: those below are root's",
        "5000 | Address already in use | a free port: another process listens there, or 0 for any",
        "5000 | Cannot assign requested address | a name or address of this machine; 0.0.0.0 for all",
        "5000 | Permission denied | a free port that this user may use"
      })
  void whatCannotBeBoundIsExplained(int port, String reason, String expected) {
    InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    IOException thrown = new IOException("wrapped", new BindException(reason));

    assertThat(BindFailures.of(address, thrown))
        .hasMessage("Cannot listen on %s: %s (expected: %s)", address, reason, expected)
        .hasCause(thrown);
  }

  @Test
  void aHostThatNobodyKnowsAndASocketThatCannotBeMadeAreExplainedToo() {
    SocketAddress unknown = InetSocketAddress.createUnresolved("nowhere.invalid", 80);
    SocketAddress local = UnixDomainSocketAddress.of("/nowhere/s");

    assertThat(BindFailures.of(unknown, new UnresolvedAddressException()))
        .hasMessage(
            "Cannot listen on %s: unknown host (expected: a name or address of this machine;"
                + " 0.0.0.0 for all)",
            unknown);
    assertThat(BindFailures.of(local, new BindException("No such file or directory")))
        .hasMessage(
            "Cannot listen on /nowhere/s: No such file or directory (expected: a path that does not"
                + " exist, in a directory that this user may write to)");
  }
}

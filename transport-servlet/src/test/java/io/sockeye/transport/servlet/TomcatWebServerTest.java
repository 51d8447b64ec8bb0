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
package io.sockeye.transport.servlet;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sockeye.engineio.server.EngineIoOptions;
import io.sockeye.engineio.server.EngineIoServer;
import io.sockeye.engineio.server.Session;
import io.sockeye.engineio.server.SessionListener;
import io.sockeye.engineio.server.WebServerOptions;
import io.sockeye.engineio.server.spi.WebServer;
import io.sockeye.transport.contract.RawPeer;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the embedded Tomcat has besides the contract: ways to listen, and no traces. */
class TomcatWebServerTest {
  private static final String POLLING = "/engine.io/?EIO=4&transport=polling";
  private static final String WEBSOCKET = "/engine.io/?EIO=4&transport=websocket";

  private final EngineIoServer engine =
      EngineIoServer.create(
          EngineIoOptions.builder().build(),
          session ->
              new SessionListener() {
                @Override
                public void onMessage(Session from, String text) {
                  from.send(text);
                }
              });

  @AfterEach
  void stop() {
    engine.stop(Duration.ofMillis(20));
  }

  private WebServer start(WebServerOptions options) throws IOException {
    return new ServletWebServerProvider().start(options, List.of(engine));
  }

  private static Path resource(String name) throws Exception {
    return Path.of(TomcatWebServerTest.class.getResource(name).toURI());
  }

  @Test
  void tlsFromPemFiles() throws Exception {
    KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
    trusted.load(null);
    trusted.setCertificateEntry(
        "test",
        CertificateFactory.getInstance("X.509")
            .generateCertificate(getClass().getResourceAsStream("certificate.pem")));
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(trusted);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    try (WebServer secure =
            start(
                WebServerOptions.builder()
                    .port(0)
                    .tls(resource("certificate.pem"), resource("key.pem"))
                    .build());
        RawPeer peer =
            new RawPeer(
                context
                    .getSocketFactory()
                    .createSocket("localhost", ((InetSocketAddress) secure.address()).getPort()))) {
      assertThat(peer.get("/nobody").status()).isEqualTo(404);
      peer.upgrade(WEBSOCKET);
      peer.frame();
      assertThat(peer.text("4hello").frame()).isEqualTo("4hello");
      engine.stop(Duration.ofMillis(20));
    }
  }

  @Test
  void aUnixDomainSocket(@TempDir Path folder) throws IOException {
    Path path = folder.resolve("engine.sock");
    try (WebServer local = start(WebServerOptions.builder().unixDomainSocket(path).build());
        SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      assertThat(local.address()).isEqualTo(UnixDomainSocketAddress.of(path));
      channel.connect(UnixDomainSocketAddress.of(path));
      channel.write(
          ByteBuffer.wrap(("GET " + POLLING + " HTTP/1.1\r\nHost: h\r\n\r\n").getBytes(UTF_8)));
      ByteBuffer answer = ByteBuffer.allocate(4096);
      channel.read(answer);
      assertThat(new String(answer.array(), 0, answer.position(), UTF_8))
          .startsWith("HTTP/1.1 200");
    }
    assertThat(path).doesNotExist();
  }

  @Test
  void nothingIsLeftInTheTemporaryFolder() throws IOException {
    Set<Path> before = workDirectories();
    WebServer server = start(WebServerOptions.builder().port(0).build());
    int port = ((InetSocketAddress) server.address()).getPort();
    assertThatThrownBy(() -> start(WebServerOptions.builder().port(port).build()))
        .isInstanceOf(BindException.class)
        .hasMessageContaining(String.valueOf(port));
    server.close(Duration.ofMillis(20));
    server.close(Duration.ofMillis(20));
    assertThat(workDirectories()).isEqualTo(before);
  }

  private static Set<Path> workDirectories() throws IOException {
    try (Stream<Path> files = Files.list(Path.of(System.getProperty("java.io.tmpdir")))) {
      return files
          .filter(file -> file.getFileName().toString().startsWith("sockeye-tomcat"))
          .collect(Collectors.toSet());
    }
  }

  @Test
  void noAnswerNamesTheServer() throws IOException {
    try (WebServer server = start(WebServerOptions.builder().port(0).build());
        RawPeer peer = RawPeer.connect(((InetSocketAddress) server.address()).getPort())) {
      assertThat(peer.get(POLLING).headers()).doesNotContainKey("server");
      peer.send("nonsense\r\n\r\n");
      assertThat(peer.readToEnd()).doesNotContainIgnoringCase("tomcat");
      engine.stop(Duration.ofMillis(20));
    }
  }
}

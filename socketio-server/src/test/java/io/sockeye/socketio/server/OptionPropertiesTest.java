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

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sockeye.engineio.server.HandlerExecution;
import io.sockeye.engineio.server.TransportType;
import io.sockeye.engineio.server.WebServerOptions;
import io.sockeye.socketio.protocol.DecoderLimits;
import java.net.InetSocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Options from a map of properties. */
class OptionPropertiesTest {
  private static SocketIoOptions options(String... keysAndValues) {
    return SocketIoOptions.fromProperties(map(keysAndValues));
  }

  private static Map<String, String> map(String... keysAndValues) {
    Map<String, String> map = new java.util.HashMap<>();
    for (int i = 0; i < keysAndValues.length; i += 2) {
      map.put(keysAndValues[i], keysAndValues[i + 1]);
    }
    return map;
  }

  @Test
  void optionsOfEachLayer() {
    SocketIoOptions options =
        options(
            "sockeye.path", "/live",
            "sockeye.transports", "websocket",
            "sockeye.ping-interval", "10s",
            "sockeye.ping-grace", "PT2S",
            "sockeye.max-payload", "2MB",
            "sockeye.handler-execution", "pool",
            "sockeye.connect-timeout", "500ms",
            "sockeye.serve-client", "TRUE",
            "sockeye.max-attachments", " 3 ",
            "sockeye.max-attachment-bytes", "1MiB",
            "sockeye.host", "0.0.0.0",
            "server.port", "of somebody else");

    assertThat(options.engine().path()).isEqualTo("/live/");
    assertThat(options.engine().transports()).containsExactly(TransportType.WEBSOCKET);
    assertThat(options.engine().pingInterval()).isEqualTo(Duration.ofSeconds(10));
    assertThat(options.engine().pingGrace()).isEqualTo(Duration.ofSeconds(2));
    assertThat(options.engine().maxPayload()).isEqualTo(2_000_000);
    assertThat(options.engine().handlerExecution()).isEqualTo(HandlerExecution.POOL);
    assertThat(options.connectTimeout()).isEqualTo(Duration.ofMillis(500));
    assertThat(options.serveClient()).isTrue();
    assertThat(options.decoderLimits())
        .isEqualTo(new DecoderLimits(3, 1_048_576, 64, 100, 256, 256));
  }

  @Test
  void codeMayGoOnFromThere() {
    SocketIoOptions options =
        SocketIoOptions.builder()
            .ackTimeout(Duration.ofSeconds(5))
            .decoderLimits(DecoderLimits.DEFAULTS.withMaxDepth(8))
            .properties(map("sockeye.max-attachments", "3", "sockeye.jsonp", "true"))
            .engine(engine -> engine.jsonp(false))
            .build();

    assertThat(options.ackTimeout()).isEqualTo(Duration.ofSeconds(5));
    assertThat(options.decoderLimits().maxDepth()).isEqualTo(8);
    assertThat(options.decoderLimits().maxAttachments()).isEqualTo(3);
    assertThat(options.engine().jsonp()).isFalse();
  }

  @Test
  void recoveryMayBeginInCodeAndBeChangedByKeys() {
    ConnectionStateRecovery coded =
        ConnectionStateRecovery.builder()
            .allowRecovery((handshake, session) -> true)
            .maxEvents(7)
            .build();
    SocketIoOptions changed =
        SocketIoOptions.builder()
            .connectionStateRecovery(coded)
            .properties(map("sockeye.connection-state-recovery.max-disconnection-duration", "30s"))
            .build();
    SocketIoOptions off =
        SocketIoOptions.builder()
            .connectionStateRecovery(coded)
            .properties(map("sockeye.connection-state-recovery", "false"))
            .build();

    assertThat(changed.connectionStateRecovery().maxDisconnectionDuration())
        .isEqualTo(Duration.ofSeconds(30));
    assertThat(changed.connectionStateRecovery().maxEvents()).isEqualTo(7);
    assertThat(changed.connectionStateRecovery().check()).isSameAs(coded.check());
    assertThat(off.connectionStateRecovery()).isNull();
    assertThat(options("sockeye.connection-state-recovery", "true").connectionStateRecovery())
        .usingRecursiveComparison()
        .isEqualTo(ConnectionStateRecovery.defaults());
  }

  @Test
  void theWebServerReadsItsOwnKeys() {
    WebServerOptions where =
        WebServerOptions.fromProperties(
            map(
                "sockeye.host", "0.0.0.0",
                "sockeye.port", "8443",
                "sockeye.async-mode", "jetty",
                "sockeye.tls.certificate-chain", "chain.pem",
                "sockeye.tls.private-key", "key.pem",
                "sockeye.tls.key-password", "secret",
                "sockeye.ping-interval", "1s"));

    assertThat(where.address()).isEqualTo(new InetSocketAddress("0.0.0.0", 8443));
    assertThat(where.asyncMode()).isEqualTo("jetty");
    assertThat(where.tls())
        .isEqualTo(new WebServerOptions.Tls(Path.of("chain.pem"), Path.of("key.pem"), "secret"));
    assertThat(where.tls().toString()).doesNotContain("secret");
    assertThat(
            WebServerOptions.fromProperties(map("sockeye.unix-domain-socket", "/tmp/s")).address())
        .isEqualTo(UnixDomainSocketAddress.of("/tmp/s"));
  }

  @Test
  void developmentIsLoudAndOpenToLocalhost() {
    SocketIoOptions dev = options("sockeye.dev", "true");

    assertThat(dev.engine().isDev()).isTrue();
    assertThat(dev.engine().accessLog()).isTrue();
    assertThat(options("sockeye.dev", "true", "sockeye.access-log", "false").engine().accessLog())
        .isFalse();
    assertThat(options("sockeye.dev", "false").engine().isDev()).isFalse();
    assertThat(options().engine().accessLog()).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "sockeye.ping-intervall, sockeye.ping-interval",
    "sockeye.pingInterval, sockeye.ping-interval",
    "sockeye.prot, sockeye.port",
    "sockeye.cors.allowed-origin, sockeye.cors.allowed-origins",
    "sockeye.tls.certificate, sockeye.tls.certificate-chain"
  })
  void anUnknownKeyIsRefusedWithTheNearestKnownOne(String key, String nearest) {
    assertThatThrownBy(() -> options(key, "1"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            key + ": no such option (expected: one of docs/options.md; nearest: " + nearest + ")");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "ping-interval | 25 | a duration such as 25s, 500ms, 2m or PT25S",
        "ping-interval | P1X | a duration such as 25s, 500ms, 2m or PT25S",
        "ping-interval | 999999999999999999d | a duration such as 25s, 500ms, 2m or PT25S",
        "ping-interval | 0s | >= PT0.001S, at most PT8760H",
        "ping-timeout | 400d | >= PT0.001S, at most PT8760H",
        "max-payload | 1XB | a size such as 1000000, 1MB or 16MiB, below 2GiB",
        "max-payload | 3GB | a size such as 1000000, 1MB or 16MiB, below 2GiB",
        "max-payload | -1 | a size such as 1000000, 1MB or 16MiB, below 2GiB",
        "max-payload | 0 | >= 1",
        "jsonp | yes | true or false",
        "max-sessions | many | a whole number",
        "transports | polling,webtransport | a list of: one of polling, websocket",
        "transports | '' | at least one",
        "handler-execution | eventlet | one of default, virtual, pool, inline",
        "path | socket.io | a path that begins with a slash",
        "max-attachments | 0 | >= 1",
        "cors.credentials | true | together with sockeye.cors.allowed-origins, which names origins"
            + " or *",
        "cookie.secure | true | together with sockeye.cookie.name",
        "connection-state-recovery.max-bytes | 1MB | together with"
            + " sockeye.connection-state-recovery=true"
      })
  void aValueIsRefusedWithKeyValueAndExpectation(String key, String value, String expected) {
    assertThatThrownBy(() -> options("sockeye." + key, value))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("sockeye." + key + ": \"" + value + "\" (expected: " + expected + ")");
  }

  @Test
  void valuesOfTheWebServerToo() {
    assertThatThrownBy(() -> WebServerOptions.fromProperties(map("sockeye.port", "70000")))
        .hasMessage("sockeye.port: \"70000\" (expected: 0 to 65535)");
    assertThatThrownBy(
            () -> WebServerOptions.fromProperties(map("sockeye.tls.private-key", "key.pem")))
        .hasMessage(
            "sockeye.tls: without certificate-chain (expected: sockeye.tls.certificate-chain and"
                + " sockeye.tls.private-key)");
  }

  @Test
  void contradictionsAreRefusedAtTheEnd() {
    assertThatThrownBy(
            () ->
                options(
                    "sockeye.cors.allowed-origins", "*",
                    "sockeye.cors.credentials", "true"))
        .hasMessage("cors.credentials: true with ANY (expected: a list of origins or a predicate)");
    assertThatThrownBy(
            () -> options("sockeye.cookie.name", "io", "sockeye.cookie.same-site", "none"))
        .hasMessageContaining("cookie.sameSite: NONE without secure");
    assertThatThrownBy(() -> options("sockeye.legacy-utf8-payload", "true"))
        .hasMessageContaining("allowEio3");
  }
}

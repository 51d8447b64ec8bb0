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
package io.sockeye.engineio.server.internal;

import static io.sockeye.engineio.server.internal.OptionTable.NONE;
import static io.sockeye.engineio.server.internal.OptionType.INTEGER;
import static io.sockeye.engineio.server.internal.OptionType.TEXT;

import io.sockeye.engineio.server.WebServerOptions;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The options of a web server by their keys; TLS is one of them that has several. */
public final class WebServerKeys {
  /** The table. */
  public static final OptionTable<WebServerKeys> TABLE =
      new OptionTable<WebServerKeys>()
          .add(
              "host",
              TEXT,
              "127.0.0.1",
              (keys, host) -> keys.options.host(host),
              "Host name or address to listen on; `0.0.0.0` for all",
              "`host` of `run`",
              "of `http.Server`")
          .add(
              "port",
              INTEGER,
              "5000",
              (keys, port) -> keys.options.port(port),
              "Port; 0 for any free one",
              "`port` of `run`",
              "of `http.Server`")
          .add(
              "unix-domain-socket",
              TEXT,
              NONE,
              (keys, path) -> keys.options.unixDomainSocket(Path.of(path)),
              "File of a unix domain socket, instead of host and port",
              NONE,
              "of `http.Server`")
          .add(
              "async-mode",
              TEXT,
              NONE,
              (keys, name) -> keys.options.asyncMode(name),
              "Web server: `netty`, `jetty`, `servlet`, `jdk`, or one of your own; the first one"
                  + " found by default, in this order",
              "`async_mode`",
              "`wsEngine`")
          .add(
              "tls.certificate-chain",
              TEXT,
              NONE,
              (keys, file) -> keys.certificateChain = Path.of(file),
              "PEM file with the server's certificate and those that sign it: turns TLS on",
              "`certfile` of `run`",
              "of `https.Server`")
          .add(
              "tls.private-key",
              TEXT,
              NONE,
              (keys, file) -> keys.privateKey = Path.of(file),
              "PEM file with its key in PKCS#8 form",
              "`keyfile` of `run`",
              "of `https.Server`")
          .add(
              "tls.key-password",
              TEXT,
              NONE,
              (keys, password) -> keys.keyPassword = password,
              "The key's password",
              NONE,
              "of `https.Server`");

  private final WebServerOptions.Builder options;
  private @Nullable Path certificateChain;
  private @Nullable Path privateKey;
  private @Nullable String keyPassword;

  private WebServerKeys(WebServerOptions.Builder options) {
    this.options = options;
  }

  /**
   * Sets the options that a map has; it may have keys of others too.
   *
   * @throws IllegalArgumentException if a value is refused; the message says key, value and
   *     expectation
   */
  public static void apply(Map<String, String> properties, WebServerOptions.Builder options) {
    WebServerKeys keys = new WebServerKeys(options);
    TABLE.apply(properties, keys);
    keys.finish();
  }

  private void finish() {
    if (certificateChain != null && privateKey != null) {
      if (keyPassword == null) {
        options.tls(certificateChain, privateKey);
      } else {
        options.tls(certificateChain, privateKey, keyPassword);
      }
    } else if (certificateChain != null || privateKey != null || keyPassword != null) {
      throw new IllegalArgumentException(
          "sockeye.tls: without "
              + (certificateChain == null ? "certificate-chain" : "private-key")
              + " (expected: sockeye.tls.certificate-chain and sockeye.tls.private-key)");
    }
  }
}

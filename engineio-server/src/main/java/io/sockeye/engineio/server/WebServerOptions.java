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

import io.sockeye.engineio.server.internal.WebServerKeys;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * Where and how a web server listens. Immutable.
 *
 * <p>The default is 127.0.0.1, port 5000, without TLS, with the first web server found.
 */
public final class WebServerOptions {
  private final SocketAddress address;
  private final @Nullable String asyncMode;
  private final @Nullable Tls tls;

  private WebServerOptions(Builder builder) {
    if (builder.unixDomainSocket != null && (builder.host != null || builder.port != null)) {
      throw new IllegalArgumentException(
          "unixDomainSocket: "
              + builder.unixDomainSocket
              + " with host or port (expected: either of them)");
    }
    this.address =
        builder.unixDomainSocket != null
            ? UnixDomainSocketAddress.of(builder.unixDomainSocket)
            : new InetSocketAddress(
                Objects.requireNonNullElse(builder.host, "127.0.0.1"),
                Objects.requireNonNullElse(builder.port, 5000));
    this.asyncMode = builder.asyncMode;
    this.tls = builder.tls;
  }

  /** Returns a builder with the defaults. */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * Returns options from a map: {@code sockeye.host}, {@code sockeye.port}, {@code
   * sockeye.unix-domain-socket}, {@code sockeye.async-mode}, {@code sockeye.tls.certificate-chain},
   * {@code sockeye.tls.private-key} and {@code sockeye.tls.key-password}. Other keys are not looked
   * at: the options of the server that is started find those that nobody knows.
   *
   * @throws IllegalArgumentException if a value is refused; the message names the key
   */
  public static WebServerOptions fromProperties(Map<String, String> properties) {
    Builder builder = builder();
    WebServerKeys.apply(properties, builder);
    return builder.build();
  }

  /** Returns the address to listen on. */
  public SocketAddress address() {
    return address;
  }

  /** Returns the name of the web server to use, or null for the first one found. */
  public @Nullable String asyncMode() {
    return asyncMode;
  }

  /** Returns the certificate and key, or null for plain HTTP. */
  public @Nullable Tls tls() {
    return tls;
  }

  /**
   * A certificate chain and its private key, both PEM files.
   *
   * @param certificateChain the server's certificate, followed by the ones that sign it
   * @param privateKey the key in PKCS#8 form
   * @param password the key's password, or null
   */
  public record Tls(Path certificateChain, Path privateKey, @Nullable String password) {
    /** Returns the files, without the password. */
    @Override
    public String toString() {
      return "Tls[certificateChain=" + certificateChain + ", privateKey=" + privateKey + "]";
    }

    /**
     * Reads both files.
     *
     * @throws IOException if they cannot be read, or do not hold what they should; the message
     *     names the file
     */
    public SSLContext sslContext() throws IOException {
      return PemFiles.sslContext(this);
    }
  }

  /** Collects options. Not safe for use by several threads. */
  public static final class Builder {
    private @Nullable String host;
    private @Nullable Integer port;
    private @Nullable Path unixDomainSocket;
    private @Nullable String asyncMode;
    private @Nullable Tls tls;

    private Builder() {}

    /** The host name or address to listen on; 127.0.0.1 by default, 0.0.0.0 for all. */
    public Builder host(String host) {
      if (host.isBlank()) {
        throw new IllegalArgumentException(
            "host: \"" + host + "\" (expected: a name or an address; 0.0.0.0 for all)");
      }
      this.host = host;
      return this;
    }

    /**
     * The port to listen on; 5000 by default, 0 for any free one.
     *
     * @throws IllegalArgumentException if it is not a port
     */
    public Builder port(int port) {
      if (port < 0 || port > 65535) {
        throw new IllegalArgumentException("port: " + port + " (expected: 0 to 65535)");
      }
      this.port = port;
      return this;
    }

    /** Listens on a unix domain socket, instead of host and port. */
    public Builder unixDomainSocket(Path path) {
      this.unixDomainSocket = Objects.requireNonNull(path, "path");
      return this;
    }

    /** The web server to use, such as {@code netty}; by default the first one found. */
    public Builder asyncMode(String name) {
      this.asyncMode = Objects.requireNonNull(name, "name");
      return this;
    }

    /** Listens with TLS. */
    public Builder tls(Path certificateChain, Path privateKey) {
      this.tls = new Tls(certificateChain, privateKey, null);
      return this;
    }

    /** Listens with TLS, with a key that has a password. */
    public Builder tls(Path certificateChain, Path privateKey, String password) {
      this.tls = new Tls(certificateChain, privateKey, password);
      return this;
    }

    /**
     * Returns the options.
     *
     * @throws IllegalArgumentException if there is a unix domain socket, and a host or a port too
     */
    public WebServerOptions build() {
      return new WebServerOptions(this);
    }
  }
}

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
package io.sockeye.socketio.server.spi;

import io.sockeye.engineio.server.internal.Checks;
import java.time.Duration;
import java.util.Objects;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/** How a bus connects, and what it bears. Immutable. */
public final class BusOptions {
  private final boolean sharded;
  private final String clientName;
  private final boolean brokerRequired;
  private final Duration connectTimeout;
  private final Duration maxReconnectDelay;
  private final Duration publishTimeout;
  private final Duration heartbeat;
  private final int maxPendingBytes;
  private final @Nullable TrustManagerFactory trust;
  private final @Nullable KeyManagerFactory identity;

  private BusOptions(Builder builder) {
    sharded = builder.sharded;
    clientName = builder.clientName;
    brokerRequired = builder.brokerRequired;
    connectTimeout = builder.connectTimeout;
    maxReconnectDelay = builder.maxReconnectDelay;
    publishTimeout = builder.publishTimeout;
    heartbeat = builder.heartbeat;
    maxPendingBytes = builder.maxPendingBytes;
    trust = builder.trust;
    identity = builder.identity;
  }

  /** Returns a builder with the defaults. */
  public static Builder builder() {
    return new Builder();
  }

  /** Returns the defaults. */
  public static BusOptions defaults() {
    return builder().build();
  }

  /** See {@link Builder#sharded}. */
  public boolean sharded() {
    return sharded;
  }

  /** See {@link Builder#clientName}. */
  public String clientName() {
    return clientName;
  }

  /** See {@link Builder#brokerRequired}. */
  public boolean brokerRequired() {
    return brokerRequired;
  }

  /** See {@link Builder#connectTimeout}. */
  public Duration connectTimeout() {
    return connectTimeout;
  }

  /** See {@link Builder#maxReconnectDelay}. */
  public Duration maxReconnectDelay() {
    return maxReconnectDelay;
  }

  /** See {@link Builder#publishTimeout}. */
  public Duration publishTimeout() {
    return publishTimeout;
  }

  /** See {@link Builder#heartbeat}. */
  public Duration heartbeat() {
    return heartbeat;
  }

  /** See {@link Builder#maxPendingBytes}. */
  public int maxPendingBytes() {
    return maxPendingBytes;
  }

  /** See {@link Builder#trust}; null for what the JDK trusts. */
  public @Nullable TrustManagerFactory trust() {
    return trust;
  }

  /** See {@link Builder#identity}; null for none. */
  public @Nullable KeyManagerFactory identity() {
    return identity;
  }

  /** Collects options. Not safe for use by several threads. */
  public static final class Builder {
    private boolean sharded = false;
    private String clientName = "sockeye";
    private boolean brokerRequired = false;
    private Duration connectTimeout = Duration.ofSeconds(5);
    private Duration maxReconnectDelay = Duration.ofSeconds(5);
    private Duration publishTimeout = Duration.ofSeconds(5);
    private Duration heartbeat = Duration.ofSeconds(10);
    private int maxPendingBytes = 64 << 20;
    private @Nullable TrustManagerFactory trust;
    private @Nullable KeyManagerFactory identity;

    private Builder() {}

    /**
     * Whether channels are sharded: {@code SPUBLISH} and {@code SSUBSCRIBE} of Redis 7. Brokers
     * that have no such thing refuse it. Default false.
     */
    public Builder sharded(boolean sharded) {
      this.sharded = sharded;
      return this;
    }

    /** What the broker shows as the name of the connections; no spaces. Default {@code sockeye}. */
    public Builder clientName(String clientName) {
      if (!clientName.matches("[!-~]+")) {
        throw new IllegalArgumentException(
            "clientName: \"" + clientName + "\" (expected: visible ASCII without spaces)");
      }
      this.clientName = clientName;
      return this;
    }

    /**
     * Whether connecting fails when the broker is not there, with the reason. Else the bus is
     * handed out all the same, and goes on trying. Default false.
     */
    public Builder brokerRequired(boolean brokerRequired) {
      this.brokerRequired = brokerRequired;
      return this;
    }

    /** How long one attempt to connect may take. Default 5 s. */
    public Builder connectTimeout(Duration connectTimeout) {
      this.connectTimeout = Checks.atLeastOneMilli(connectTimeout, "connectTimeout");
      return this;
    }

    /**
     * The longest time between two attempts to connect; it begins with 100 ms and doubles. Default
     * 5 s.
     */
    public Builder maxReconnectDelay(Duration maxReconnectDelay) {
      this.maxReconnectDelay = Checks.atLeastOneMilli(maxReconnectDelay, "maxReconnectDelay");
      return this;
    }

    /** How long the broker may take to take a message. Default 5 s. */
    public Builder publishTimeout(Duration publishTimeout) {
      this.publishTimeout = Checks.atLeastOneMilli(publishTimeout, "publishTimeout");
      return this;
    }

    /**
     * The time between questions whether the broker is still there; with neither an answer nor
     * anything else until the next one is due, the connection is given up. AMQP knows seconds only.
     * Default 10 s.
     */
    public Builder heartbeat(Duration heartbeat) {
      this.heartbeat = Checks.atLeastOneMilli(heartbeat, "heartbeat");
      return this;
    }

    /**
     * The most bytes of messages that wait for the broker; over it, publishing fails at once.
     * Default 64 MiB.
     */
    public Builder maxPendingBytes(int maxPendingBytes) {
      this.maxPendingBytes = Checks.positive(maxPendingBytes, "maxPendingBytes");
      return this;
    }

    /** What certificates of brokers are trusted, with TLS. Default: those that the JDK trusts. */
    public Builder trust(TrustManagerFactory trust) {
      this.trust = Objects.requireNonNull(trust, "trust");
      return this;
    }

    /** The certificate that is shown to brokers, with TLS. Default none. */
    public Builder identity(KeyManagerFactory identity) {
      this.identity = Objects.requireNonNull(identity, "identity");
      return this;
    }

    /** Returns the options. */
    public BusOptions build() {
      return new BusOptions(this);
    }
  }
}

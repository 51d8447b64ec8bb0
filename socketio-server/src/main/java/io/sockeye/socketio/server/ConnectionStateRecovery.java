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

import io.sockeye.engineio.server.internal.Checks;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How clients that lost their connection come back as who they were: with their id, rooms and
 * attributes, and with the events that they have missed. Immutable, checked when it is built. Each
 * option is documented at its setter in {@link Builder}.
 *
 * <p>What is retained for it is in memory, and bounded: over a bound the oldest go first, and who
 * would need them gets a new session.
 */
public final class ConnectionStateRecovery {
  private final Duration maxDisconnectionDuration;
  private final boolean skipMiddlewares;
  private final int maxEvents;
  private final long maxBytes;
  private final long maxTotalBytes;
  private final int maxSessions;
  private final @Nullable RecoveryCheck check;

  private ConnectionStateRecovery(Builder builder) {
    maxDisconnectionDuration = builder.maxDisconnectionDuration;
    skipMiddlewares = builder.skipMiddlewares;
    maxEvents = builder.maxEvents;
    maxBytes = builder.maxBytes;
    maxTotalBytes = builder.maxTotalBytes;
    maxSessions = builder.maxSessions;
    check = builder.check;
  }

  /** Returns a builder with the defaults. */
  public static Builder builder() {
    return new Builder();
  }

  /** Returns the defaults. */
  public static ConnectionStateRecovery defaults() {
    return builder().build();
  }

  /** Returns a builder that starts from these options. */
  public Builder toBuilder() {
    Builder builder = new Builder();
    builder.maxDisconnectionDuration = maxDisconnectionDuration;
    builder.skipMiddlewares = skipMiddlewares;
    builder.maxEvents = maxEvents;
    builder.maxBytes = maxBytes;
    builder.maxTotalBytes = maxTotalBytes;
    builder.maxSessions = maxSessions;
    builder.check = check;
    return builder;
  }

  /** See {@link Builder#maxDisconnectionDuration}. */
  public Duration maxDisconnectionDuration() {
    return maxDisconnectionDuration;
  }

  /** See {@link Builder#skipMiddlewares}. */
  public boolean skipMiddlewares() {
    return skipMiddlewares;
  }

  /** See {@link Builder#maxEvents}. */
  public int maxEvents() {
    return maxEvents;
  }

  /** See {@link Builder#maxBytes}. */
  public long maxBytes() {
    return maxBytes;
  }

  /** See {@link Builder#maxTotalBytes}. */
  public long maxTotalBytes() {
    return maxTotalBytes;
  }

  /** See {@link Builder#maxSessions}. */
  public int maxSessions() {
    return maxSessions;
  }

  /** See {@link Builder#allowRecovery}; null for everybody. */
  public @Nullable RecoveryCheck check() {
    return check;
  }

  /** Collects options. Not safe for use by several threads. */
  public static final class Builder {
    private Duration maxDisconnectionDuration = Duration.ofMinutes(2);
    private boolean skipMiddlewares = true;
    private int maxEvents = 10_000;
    private long maxBytes = 16 * 1024 * 1024;
    private long maxTotalBytes = 64 * 1024 * 1024;
    private int maxSessions = 50_000;
    private @Nullable RecoveryCheck check;

    private Builder() {}

    /** How long a client may be away. Default 2 min. */
    public Builder maxDisconnectionDuration(Duration maxDisconnectionDuration) {
      this.maxDisconnectionDuration =
          Checks.positive(maxDisconnectionDuration, "maxDisconnectionDuration");
      return this;
    }

    /** Whether who comes back need not pass the middleware of its namespace again. Default true. */
    public Builder skipMiddlewares(boolean skipMiddlewares) {
      this.skipMiddlewares = skipMiddlewares;
      return this;
    }

    /** The most events that are retained for one namespace. Default 10,000. */
    public Builder maxEvents(int maxEvents) {
      this.maxEvents = Checks.positive(maxEvents, "maxEvents");
      return this;
    }

    /** The most bytes of events that are retained for one namespace. Default 16 MiB. */
    public Builder maxBytes(long maxBytes) {
      this.maxBytes = Checks.positive(maxBytes, "maxBytes");
      return this;
    }

    /**
     * The most bytes of events that are retained for all namespaces together; a namespace that goes
     * over it forgets its own. Default 64 MiB.
     */
    public Builder maxTotalBytes(long maxTotalBytes) {
      this.maxTotalBytes = Checks.positive(maxTotalBytes, "maxTotalBytes");
      return this;
    }

    /** The most lost sockets that are remembered. Default 50,000. */
    public Builder maxSessions(int maxSessions) {
      this.maxSessions = Checks.positive(maxSessions, "maxSessions");
      return this;
    }

    /**
     * Decides whether a client may come back, such as by comparing the user of both handshakes. Who
     * may not gets a new session, which passes the middleware. Default: everybody may who knows the
     * private id of the session.
     */
    public Builder allowRecovery(RecoveryCheck check) {
      this.check = Objects.requireNonNull(check, "check");
      return this;
    }

    /** Returns the options. */
    public ConnectionStateRecovery build() {
      return new ConnectionStateRecovery(this);
    }
  }
}

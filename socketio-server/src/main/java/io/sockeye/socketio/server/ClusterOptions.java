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
import io.sockeye.socketio.server.spi.BusOptions;
import io.sockeye.socketio.server.spi.BusUrl;
import io.sockeye.socketio.server.spi.ClusterBus;
import java.time.Duration;
import java.util.Collection;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** How a process takes part in a cluster. Immutable. */
public final class ClusterOptions {
  private final @Nullable String messageQueue;
  private final @Nullable Supplier<ClusterBus> bus;
  private final BusOptions busOptions;
  private final ClusterDialect dialect;
  private final @Nullable String channel;
  private final PythonVersion pythonVersion;
  private final ShardedSubscriptions shardedSubscriptions;
  private final boolean specificResponseChannel;
  private final int streamCount;
  private final long streamMaxLength;
  private final String sessionKeyPrefix;
  private final Duration requestTimeout;
  private final Duration heartbeat;
  private final Duration lease;
  private final int maxPendingRequests;
  private final int maxMessageBytes;
  private final OutagePolicy outagePolicy;
  private final int maxOutboxBytes;
  private final Set<String> maskedHandshakeKeys;

  private ClusterOptions(Builder builder) {
    messageQueue = builder.messageQueue;
    bus = builder.bus;
    dialect = builder.dialect;
    busOptions =
        dialect == ClusterDialect.NODE_SHARDED
            ? builder.busOptions.sharded(true).build()
            : builder.busOptions.build();
    channel = builder.channel;
    pythonVersion = builder.pythonVersion;
    shardedSubscriptions = builder.shardedSubscriptions;
    specificResponseChannel = builder.specificResponseChannel;
    streamCount = builder.streamCount;
    streamMaxLength = builder.streamMaxLength;
    sessionKeyPrefix = builder.sessionKeyPrefix;
    requestTimeout = builder.requestTimeout;
    heartbeat = builder.heartbeat;
    lease = builder.lease;
    maxPendingRequests = builder.maxPendingRequests;
    maxMessageBytes = builder.maxMessageBytes;
    outagePolicy = builder.outagePolicy;
    maxOutboxBytes = builder.maxOutboxBytes;
    maskedHandshakeKeys = builder.maskedHandshakeKeys;
    if (lease.compareTo(heartbeat) <= 0) {
      throw new IllegalArgumentException(
          "lease: " + lease + " (expected: longer than the heartbeat, " + heartbeat + ")");
    }
    if (messageQueue != null && dialect != ClusterDialect.PYTHON) {
      String scheme = BusUrl.parse(messageQueue).scheme();
      if (scheme.startsWith("amqp")) {
        throw new IllegalArgumentException(
            "dialect: " + dialect + " over " + scheme + " (expected: python, or Redis)");
      }
    }
  }

  /** Returns a builder with the defaults. */
  public static Builder builder() {
    return new Builder();
  }

  /** Returns whether there is a cluster: a URL, or a bus. */
  public boolean isEnabled() {
    return messageQueue != null || bus != null;
  }

  /** See {@link Builder#messageQueue}; null for none. May hold a password. */
  public @Nullable String messageQueue() {
    return messageQueue;
  }

  /** See {@link Builder#dialect}. */
  public ClusterDialect dialect() {
    return dialect;
  }

  /** See {@link Builder#channel}. */
  public String channel() {
    return channel == null ? dialect.defaultChannel() : channel;
  }

  /** See {@link Builder#busOptions}. */
  public BusOptions busOptions() {
    return busOptions;
  }

  /** See {@link Builder#pythonVersion}. */
  public PythonVersion pythonVersion() {
    return pythonVersion;
  }

  /** See {@link Builder#shardedSubscriptions}. */
  public ShardedSubscriptions shardedSubscriptions() {
    return shardedSubscriptions;
  }

  /** See {@link Builder#specificResponseChannel}. */
  public boolean specificResponseChannel() {
    return specificResponseChannel;
  }

  /** See {@link Builder#streamCount}. */
  public int streamCount() {
    return streamCount;
  }

  /** See {@link Builder#streamMaxLength}. */
  public long streamMaxLength() {
    return streamMaxLength;
  }

  /** See {@link Builder#sessionKeyPrefix}. */
  public String sessionKeyPrefix() {
    return sessionKeyPrefix;
  }

  /** See {@link Builder#requestTimeout}. */
  public Duration requestTimeout() {
    return requestTimeout;
  }

  /** See {@link Builder#heartbeat}. */
  public Duration heartbeat() {
    return heartbeat;
  }

  /** See {@link Builder#lease}. */
  public Duration lease() {
    return lease;
  }

  /** See {@link Builder#maxPendingRequests}. */
  public int maxPendingRequests() {
    return maxPendingRequests;
  }

  /** See {@link Builder#maxMessageBytes}. */
  public int maxMessageBytes() {
    return maxMessageBytes;
  }

  /** See {@link Builder#outagePolicy}. */
  public OutagePolicy outagePolicy() {
    return outagePolicy;
  }

  /** See {@link Builder#maxOutboxBytes}. */
  public int maxOutboxBytes() {
    return maxOutboxBytes;
  }

  /** See {@link Builder#maskedHandshakeKeys}; in lower case. */
  public Set<String> maskedHandshakeKeys() {
    return maskedHandshakeKeys;
  }

  /** Connects to the broker. */
  ClusterBus connect() {
    return bus == null
        ? ClusterBuses.connect(Objects.requireNonNull(messageQueue, "messageQueue"), busOptions)
        : bus.get();
  }

  /** Collects options. Not safe for use by several threads. */
  public static final class Builder {
    private @Nullable String messageQueue;
    private @Nullable Supplier<ClusterBus> bus;
    private final BusOptions.Builder busOptions = BusOptions.builder();
    private ClusterDialect dialect = ClusterDialect.PYTHON;
    private @Nullable String channel;
    private PythonVersion pythonVersion = PythonVersion.V5_15_1;
    private ShardedSubscriptions shardedSubscriptions = ShardedSubscriptions.DYNAMIC;
    private boolean specificResponseChannel = false;
    private int streamCount = 1;
    private long streamMaxLength = 10_000;
    private String sessionKeyPrefix = "sio:session:";
    private Duration requestTimeout = Duration.ofSeconds(5);
    private Duration heartbeat = Duration.ofSeconds(5);
    private Duration lease = Duration.ofSeconds(12);
    private int maxPendingRequests = 10_000;
    private int maxMessageBytes = 16 << 20;
    private OutagePolicy outagePolicy = OutagePolicy.HOLD;
    private int maxOutboxBytes = 16 << 20;
    private Set<String> maskedHandshakeKeys = Set.of();

    Builder() {}

    /**
     * The URL of the broker that the nodes share, such as {@code redis://:password@host:6379/0} or
     * {@code amqp://user:password@host}; see {@link ClusterBuses}. Default null: no cluster.
     */
    public Builder messageQueue(@Nullable String url) {
      if (url != null) {
        BusUrl.parse(url);
      }
      this.messageQueue = url;
      return this;
    }

    /** Takes a bus of the application's own instead of a URL; it is closed with the server. */
    public Builder bus(Supplier<ClusterBus> bus) {
      this.bus = Objects.requireNonNull(bus, "bus");
      return this;
    }

    /** Changes how the process connects to the broker. */
    public Builder busOptions(Consumer<BusOptions.Builder> change) {
      change.accept(busOptions);
      return this;
    }

    /** The form of messages, the same on all nodes. Default {@link ClusterDialect#PYTHON}. */
    public Builder dialect(ClusterDialect dialect) {
      this.dialect = Objects.requireNonNull(dialect, "dialect");
      return this;
    }

    /**
     * The channel of the cluster, or how the names of its channels begin; clusters with different
     * ones do not hear each other on one broker. Default {@code socketio} for the Python dialect
     * (Flask-SocketIO's is {@code flask-socketio}), {@code socket.io} for the others.
     */
    public Builder channel(String channel) {
      if (channel.isEmpty()) {
        throw new IllegalArgumentException("channel: \"\" (expected: a name)");
      }
      this.channel = channel;
      return this;
    }

    /** What the oldest of the Python nodes understands. Default 5.15.1 and later. */
    public Builder pythonVersion(PythonVersion pythonVersion) {
      this.pythonVersion = Objects.requireNonNull(pythonVersion, "pythonVersion");
      return this;
    }

    /** For {@link ClusterDialect#NODE_SHARDED}. Default {@link ShardedSubscriptions#DYNAMIC}. */
    public Builder shardedSubscriptions(ShardedSubscriptions shardedSubscriptions) {
      this.shardedSubscriptions =
          Objects.requireNonNull(shardedSubscriptions, "shardedSubscriptions");
      return this;
    }

    /**
     * Whether answers go to the asking node alone, as the option {@code
     * publishOnSpecificResponseChannel} of {@link ClusterDialect#NODE_CLASSIC} says. Answers of
     * both kinds are heard. Default false.
     */
    public Builder specificResponseChannel(boolean specificResponseChannel) {
      this.specificResponseChannel = specificResponseChannel;
      return this;
    }

    /**
     * Over how many streams {@link ClusterDialect#NODE_STREAMS} spreads its namespaces. With more
     * than one, Node.js nodes lose namespaces whose name has a negative hash. Default 1.
     */
    public Builder streamCount(int streamCount) {
      this.streamCount = Checks.positive(streamCount, "streamCount");
      return this;
    }

    /** How many entries a stream keeps, about. Default 10,000. */
    public Builder streamMaxLength(long streamMaxLength) {
      this.streamMaxLength = Checks.positive(streamMaxLength, "streamMaxLength");
      return this;
    }

    /** How the keys of sessions that may be recovered begin. Default {@code sio:session:}. */
    public Builder sessionKeyPrefix(String sessionKeyPrefix) {
      this.sessionKeyPrefix = Objects.requireNonNull(sessionKeyPrefix, "sessionKeyPrefix");
      return this;
    }

    /** How long answers of other nodes are waited for. Default 5 s. */
    public Builder requestTimeout(Duration requestTimeout) {
      this.requestTimeout = Checks.atLeastOneMilli(requestTimeout, "requestTimeout");
      return this;
    }

    /** How often a node says that it is there, in the Python dialect. Default 5 s. */
    public Builder heartbeat(Duration heartbeat) {
      this.heartbeat = Checks.atLeastOneMilli(heartbeat, "heartbeat");
      return this;
    }

    /**
     * After how long without a word a node is taken for gone, in the Python dialect. Requests wait
     * for it no longer. Default 12 s.
     */
    public Builder lease(Duration lease) {
      this.lease = Checks.atLeastOneMilli(lease, "lease");
      return this;
    }

    /**
     * The most requests that wait for answers of other nodes; over it they fail. Default 10,000.
     */
    public Builder maxPendingRequests(int maxPendingRequests) {
      this.maxPendingRequests = Checks.positive(maxPendingRequests, "maxPendingRequests");
      return this;
    }

    /** The most bytes of a message that is read; a longer one is refused. Default 16 MiB. */
    public Builder maxMessageBytes(int maxMessageBytes) {
      this.maxMessageBytes = Checks.positive(maxMessageBytes, "maxMessageBytes");
      return this;
    }

    /** What becomes of messages while the broker is not there. Default they wait. */
    public Builder outagePolicy(OutagePolicy outagePolicy) {
      this.outagePolicy = Objects.requireNonNull(outagePolicy, "outagePolicy");
      return this;
    }

    /** The most bytes of messages that wait for the broker to be back. Default 16 MiB. */
    public Builder maxOutboxBytes(int maxOutboxBytes) {
      this.maxOutboxBytes = Checks.positive(maxOutboxBytes, "maxOutboxBytes");
      return this;
    }

    /**
     * Headers, query parameters and credentials that other nodes are not told when they fetch
     * sockets, by their names, in any case: {@code cookie}, {@code authorization}, {@code token}.
     * They get three asterisks instead. Default none.
     */
    public Builder maskedHandshakeKeys(Collection<String> names) {
      this.maskedHandshakeKeys =
          names.stream()
              .map(name -> name.toLowerCase(Locale.ROOT))
              .collect(Collectors.toUnmodifiableSet());
      return this;
    }

    /**
     * Returns the options.
     *
     * @throws IllegalArgumentException if options contradict each other
     */
    public ClusterOptions build() {
      return new ClusterOptions(this);
    }
  }
}

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

import io.sockeye.engineio.server.EngineIoOptions;
import io.sockeye.engineio.server.WebServerOptions;
import io.sockeye.engineio.server.internal.Checks;
import io.sockeye.socketio.protocol.DecoderLimits;
import io.sockeye.socketio.protocol.PacketParser;
import io.sockeye.socketio.server.spi.ClientManager;
import io.sockeye.socketio.server.spi.DataBinder;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The options of a Socket.IO server: immutable, checked when they are built. Each is documented at
 * its setter in {@link Builder}.
 */
public final class SocketIoOptions {
  private final EngineIoOptions engine;
  private final Duration connectTimeout;
  private final Duration ackTimeout;
  private final Duration attachmentTimeout;
  private final int maxNamespaces;
  private final int maxDynamicNamespaces;
  private final boolean cleanupEmptyChildNamespaces;
  private final int maxPendingAcks;
  private final DecoderLimits decoderLimits;
  private final boolean serveClient;
  private final boolean alwaysConnect;
  private final UnaryOperator<ClientManager> clientManager;
  private final @Nullable DataBinder dataBinder;
  private final PacketParser packetParser;
  private final @Nullable ConnectionStateRecovery connectionStateRecovery;
  private final ClusterOptions cluster;

  private SocketIoOptions(Builder builder) {
    engine = builder.engine.build();
    connectTimeout = builder.connectTimeout;
    ackTimeout = builder.ackTimeout;
    attachmentTimeout = builder.attachmentTimeout;
    maxNamespaces = builder.maxNamespaces;
    maxDynamicNamespaces = builder.maxDynamicNamespaces;
    cleanupEmptyChildNamespaces = builder.cleanupEmptyChildNamespaces;
    maxPendingAcks = builder.maxPendingAcks;
    decoderLimits = builder.decoderLimits;
    serveClient = builder.serveClient;
    alwaysConnect = builder.alwaysConnect;
    clientManager = builder.clientManager;
    dataBinder = builder.dataBinder;
    packetParser = builder.packetParser;
    connectionStateRecovery = builder.connectionStateRecovery;
    cluster = builder.cluster.build();
  }

  /** Returns a builder with the defaults. */
  public static Builder builder() {
    return new Builder();
  }

  /** Returns the defaults. */
  public static SocketIoOptions defaults() {
    return builder().build();
  }

  /**
   * Returns options from a map; see {@link Builder#properties}.
   *
   * @throws IllegalArgumentException if a key is unknown, a value is refused, or options contradict
   *     each other
   */
  public static SocketIoOptions fromProperties(Map<String, String> properties) {
    return builder().properties(properties).build();
  }

  /** See {@link Builder#engine}. */
  public EngineIoOptions engine() {
    return engine;
  }

  /** See {@link Builder#connectTimeout}. */
  public Duration connectTimeout() {
    return connectTimeout;
  }

  /** See {@link Builder#ackTimeout}. */
  public Duration ackTimeout() {
    return ackTimeout;
  }

  /** See {@link Builder#attachmentTimeout}. */
  public Duration attachmentTimeout() {
    return attachmentTimeout;
  }

  /** See {@link Builder#maxNamespaces}. */
  public int maxNamespaces() {
    return maxNamespaces;
  }

  /** See {@link Builder#maxDynamicNamespaces}. */
  public int maxDynamicNamespaces() {
    return maxDynamicNamespaces;
  }

  /** See {@link Builder#cleanupEmptyChildNamespaces}. */
  public boolean cleanupEmptyChildNamespaces() {
    return cleanupEmptyChildNamespaces;
  }

  /** See {@link Builder#maxPendingAcks}. */
  public int maxPendingAcks() {
    return maxPendingAcks;
  }

  /** See {@link Builder#decoderLimits}. */
  public DecoderLimits decoderLimits() {
    return decoderLimits;
  }

  /** See {@link Builder#serveClient}. */
  public boolean serveClient() {
    return serveClient;
  }

  /** See {@link Builder#alwaysConnect}. */
  public boolean alwaysConnect() {
    return alwaysConnect;
  }

  /** See {@link Builder#clientManager}. */
  public UnaryOperator<ClientManager> clientManager() {
    return clientManager;
  }

  /** See {@link Builder#dataBinder}; null for the default. */
  public @Nullable DataBinder dataBinder() {
    return dataBinder;
  }

  /** See {@link Builder#packetParser}. */
  public PacketParser packetParser() {
    return packetParser;
  }

  /** See {@link Builder#connectionStateRecovery}; null if it is off. */
  public @Nullable ConnectionStateRecovery connectionStateRecovery() {
    return connectionStateRecovery;
  }

  /** See {@link Builder#cluster}. */
  public ClusterOptions cluster() {
    return cluster;
  }

  /** Collects options. Not safe for use by several threads. */
  public static final class Builder {
    private final EngineIoOptions.Builder engine = EngineIoOptions.builder().path("/socket.io/");
    private Duration connectTimeout = Duration.ofSeconds(45);
    private Duration ackTimeout = Duration.ofSeconds(60);
    private Duration attachmentTimeout = Duration.ofSeconds(30);
    private int maxNamespaces = 32;
    private int maxDynamicNamespaces = 10_000;
    private boolean cleanupEmptyChildNamespaces = true;
    private int maxPendingAcks = 1000;
    private DecoderLimits decoderLimits = DecoderLimits.DEFAULTS;
    private boolean serveClient = false;
    private boolean alwaysConnect = false;
    private UnaryOperator<ClientManager> clientManager = UnaryOperator.identity();
    private @Nullable DataBinder dataBinder;
    private PacketParser packetParser = PacketParser.json();
    private @Nullable ConnectionStateRecovery connectionStateRecovery;
    private final ClusterOptions.Builder cluster = ClusterOptions.builder();

    private Builder() {}

    /**
     * Sets options by their keys, such as {@code sockeye.ping-interval=25s}, those of the engine
     * among them. The keys of web servers may be there too, for {@link
     * WebServerOptions#fromProperties}; keys without {@code sockeye.} are not looked at.
     *
     * @throws IllegalArgumentException if a key is unknown or a value is refused; the message says
     *     key, value and what was expected
     */
    public Builder properties(Map<String, String> properties) {
      SocketIoKeys.apply(properties, this, decoderLimits, connectionStateRecovery);
      return this;
    }

    /** Begins with options for development; see {@link EngineIoOptions.Builder#dev}. */
    public Builder dev() {
      engine.dev();
      return this;
    }

    /**
     * Changes the options of the Engine.IO server beneath: {@code engine(e ->
     * e.maxPayload(4_000_000))}. By default they are its defaults, under {@code /socket.io/}.
     */
    public Builder engine(Consumer<EngineIoOptions.Builder> change) {
      change.accept(engine);
      return this;
    }

    /** How long a connection may be in no namespace. Default 45 s. */
    public Builder connectTimeout(Duration connectTimeout) {
      this.connectTimeout = Checks.positive(connectTimeout, "connectTimeout");
      return this;
    }

    /** How long an acknowledgement is waited for where nothing else is said. Default 60 s. */
    public Builder ackTimeout(Duration ackTimeout) {
      this.ackTimeout = Checks.positive(ackTimeout, "ackTimeout");
      return this;
    }

    /** How long the attachments of a packet may take. Default 30 s. */
    public Builder attachmentTimeout(Duration attachmentTimeout) {
      this.attachmentTimeout = Checks.positive(attachmentTimeout, "attachmentTimeout");
      return this;
    }

    /** The most namespaces that one connection may be in. Default 32. */
    public Builder maxNamespaces(int maxNamespaces) {
      this.maxNamespaces = Checks.positive(maxNamespaces, "maxNamespaces");
      return this;
    }

    /**
     * The most namespaces of {@linkplain ParentNamespace parents}, which clients name; over it
     * clients are refused those that do not exist yet. Default 10,000.
     */
    public Builder maxDynamicNamespaces(int maxDynamicNamespaces) {
      this.maxDynamicNamespaces = Checks.positive(maxDynamicNamespaces, "maxDynamicNamespaces");
      return this;
    }

    /**
     * Whether a namespace of a parent goes when nobody is left in it, or may come back to it.
     * Default true: otherwise clients fill the memory with names.
     */
    public Builder cleanupEmptyChildNamespaces(boolean cleanupEmptyChildNamespaces) {
      this.cleanupEmptyChildNamespaces = cleanupEmptyChildNamespaces;
      return this;
    }

    /**
     * The most acknowledgements that one socket waits for; over it the oldest times out. Default
     * 1,000.
     */
    public Builder maxPendingAcks(int maxPendingAcks) {
      this.maxPendingAcks = Checks.positive(maxPendingAcks, "maxPendingAcks");
      return this;
    }

    /** What a packet may hold at the most. Default {@link DecoderLimits#DEFAULTS}. */
    public Builder decoderLimits(DecoderLimits decoderLimits) {
      this.decoderLimits = Objects.requireNonNull(decoderLimits, "decoderLimits");
      return this;
    }

    /**
     * Whether the official JavaScript client is served below the path, such as {@code
     * /socket.io/socket.io.js}. Default false.
     */
    public Builder serveClient(boolean serveClient) {
      this.serveClient = serveClient;
      return this;
    }

    /**
     * Whether a client is told that it is connected before connect handlers run, and not only when
     * they have let it in. Then they can wait for answers of the client, and one that they refuse
     * is disconnected instead, without message and data. Default false.
     */
    public Builder alwaysConnect(boolean alwaysConnect) {
      this.alwaysConnect = alwaysConnect;
      return this;
    }

    /**
     * Replaces the client manager. The function gets the one of this process, to which a manager of
     * several processes hands what concerns its own sockets. Default: that one alone.
     */
    public Builder clientManager(UnaryOperator<ClientManager> clientManager) {
      this.clientManager = Objects.requireNonNull(clientManager, "clientManager");
      return this;
    }

    /**
     * What turns arguments into the types of handlers, and back. Default Jackson's databind; with a
     * mapper of the application's {@link JacksonBinder#of}.
     */
    public Builder dataBinder(DataBinder dataBinder) {
      this.dataBinder = Objects.requireNonNull(dataBinder, "dataBinder");
      return this;
    }

    /**
     * The form of packets, which all clients must use too. The server hands it the data binder as
     * its {@linkplain PacketParser#withConverter converter}. Default JSON.
     */
    public Builder packetParser(PacketParser packetParser) {
      this.packetParser = Objects.requireNonNull(packetParser, "packetParser");
      return this;
    }

    /**
     * Lets clients that lost their connection come back as who they were, with what they missed.
     * Events then carry an offset as their last argument, which clients hand back. Default null:
     * off.
     */
    public Builder connectionStateRecovery(
        @Nullable ConnectionStateRecovery connectionStateRecovery) {
      this.connectionStateRecovery = connectionStateRecovery;
      return this;
    }

    /**
     * The URL of the broker that the processes of a cluster share, such as {@code
     * redis://host:6379} or {@code amqp://host}: everything that is sent to rooms or to everybody
     * then reaches the clients of all of them. Needs the module {@code clientmanager-redis} or
     * {@code clientmanager-amqp}. Default null: this process is alone.
     */
    public Builder messageQueue(@Nullable String url) {
      cluster.messageQueue(url);
      return this;
    }

    /**
     * Changes how this process takes part in a cluster: {@code cluster(c ->
     * c.dialect(ClusterDialect.NODE_CLASSIC))}.
     */
    public Builder cluster(Consumer<ClusterOptions.Builder> change) {
      change.accept(cluster);
      return this;
    }

    /** Returns the options. */
    public SocketIoOptions build() {
      return new SocketIoOptions(this);
    }
  }
}

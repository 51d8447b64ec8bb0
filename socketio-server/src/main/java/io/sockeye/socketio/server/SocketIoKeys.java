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

import static io.sockeye.engineio.server.internal.OptionTable.NONE;
import static io.sockeye.engineio.server.internal.OptionType.BOOLEAN;
import static io.sockeye.engineio.server.internal.OptionType.DURATION;
import static io.sockeye.engineio.server.internal.OptionType.INTEGER;
import static io.sockeye.engineio.server.internal.OptionType.INT_SIZE;
import static io.sockeye.engineio.server.internal.OptionType.LIST;
import static io.sockeye.engineio.server.internal.OptionType.SIZE;
import static io.sockeye.engineio.server.internal.OptionType.TEXT;
import static io.sockeye.engineio.server.internal.OptionType.oneOf;

import io.sockeye.engineio.server.internal.EngineIoKeys;
import io.sockeye.engineio.server.internal.OptionTable;
import io.sockeye.engineio.server.internal.WebServerKeys;
import io.sockeye.socketio.protocol.DecoderLimits;
import io.sockeye.socketio.server.spi.BusOptions;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/** The options of a Socket.IO server by their keys; the decoder's limits are one of them. */
final class SocketIoKeys {
  static final OptionTable<SocketIoKeys> TABLE =
      new OptionTable<SocketIoKeys>()
          .add(
              "connect-timeout",
              DURATION,
              "45s",
              on(SocketIoOptions.Builder::connectTimeout),
              "How long a connection may be in no namespace",
              NONE,
              "`connectTimeout`")
          .add(
              "ack-timeout",
              DURATION,
              "60s",
              on(SocketIoOptions.Builder::ackTimeout),
              "How long an acknowledgement is waited for where the call does not say",
              "`timeout` of `call`",
              "`timeout` of each emit")
          .add(
              "attachment-timeout",
              DURATION,
              "30s",
              on(SocketIoOptions.Builder::attachmentTimeout),
              "How long the attachments of a packet may take",
              NONE,
              NONE)
          .add(
              "max-namespaces",
              INTEGER,
              "32",
              on(SocketIoOptions.Builder::maxNamespaces),
              "Most namespaces of one connection",
              NONE,
              NONE)
          .add(
              "max-dynamic-namespaces",
              INTEGER,
              "10000",
              on(SocketIoOptions.Builder::maxDynamicNamespaces),
              "Most namespaces that exist because clients named them",
              NONE,
              NONE)
          .add(
              "cleanup-empty-child-namespaces",
              BOOLEAN,
              "true",
              on(SocketIoOptions.Builder::cleanupEmptyChildNamespaces),
              "Whether such a namespace goes when nobody is left in it",
              NONE,
              "`cleanupEmptyChildNamespaces`, off")
          .add(
              "max-pending-acks",
              INTEGER,
              "1000",
              on(SocketIoOptions.Builder::maxPendingAcks),
              "Most acknowledgements that one socket is waited for; over it the oldest times out",
              NONE,
              NONE)
          .add(
              "serve-client",
              BOOLEAN,
              "false",
              on(SocketIoOptions.Builder::serveClient),
              "Whether the JavaScript client is served below the path, as `socket.io.js`",
              NONE,
              "`serveClient`")
          .add(
              "always-connect",
              BOOLEAN,
              "false",
              on(SocketIoOptions.Builder::alwaysConnect),
              "Whether clients are told that they are connected before connect handlers run; who is refused is then disconnected",
              "`always_connect` of python-socketio",
              NONE)
          .add(
              "max-attachments",
              INTEGER,
              "10",
              limit(DecoderLimits::withMaxAttachments),
              "Most attachments of one packet",
              NONE,
              "`maxAttachments` of `socket.io-parser`")
          .add(
              "max-attachment-bytes",
              SIZE,
              "4MB",
              limit(DecoderLimits::withMaxAttachmentBytes),
              "Most bytes of all attachments of one packet",
              NONE,
              NONE)
          .add(
              "max-json-depth",
              INTEGER,
              "64",
              limit(DecoderLimits::withMaxDepth),
              "Deepest nesting of a packet's JSON",
              NONE,
              NONE)
          .add(
              "max-number-length",
              INTEGER,
              "100",
              limit(DecoderLimits::withMaxNumberLength),
              "Longest number in JSON, in characters",
              NONE,
              NONE)
          .add(
              "max-event-name-length",
              INTEGER,
              "256",
              limit(DecoderLimits::withMaxEventNameLength),
              "Longest event name, in bytes",
              NONE,
              NONE)
          .add(
              "max-namespace-length",
              INTEGER,
              "256",
              limit(DecoderLimits::withMaxNamespaceLength),
              "Longest name of a namespace, in bytes",
              NONE,
              NONE)
          .add(
              "connection-state-recovery",
              BOOLEAN,
              "false",
              (keys, on) -> keys.recovery = on ? keys.recoveryBuilder() : null,
              "Whether clients that lost their connection come back as who they were, with what they"
                  + " have missed: [recovery](recovery.md)",
              NONE,
              "`connectionStateRecovery`")
          .add(
              "connection-state-recovery.max-disconnection-duration",
              DURATION,
              "2m",
              recovery(ConnectionStateRecovery.Builder::maxDisconnectionDuration),
              "How long a client may be away",
              NONE,
              "`connectionStateRecovery.maxDisconnectionDuration`")
          .add(
              "connection-state-recovery.skip-middlewares",
              BOOLEAN,
              "true",
              recovery(ConnectionStateRecovery.Builder::skipMiddlewares),
              "Whether who comes back need not pass the middleware again",
              NONE,
              "`connectionStateRecovery.skipMiddlewares`")
          .add(
              "connection-state-recovery.max-events",
              INTEGER,
              "10000",
              recovery(ConnectionStateRecovery.Builder::maxEvents),
              "Most events that are retained for one namespace",
              NONE,
              NONE)
          .add(
              "connection-state-recovery.max-bytes",
              SIZE,
              "16MiB",
              recovery(ConnectionStateRecovery.Builder::maxBytes),
              "Most bytes of events that are retained for one namespace",
              NONE,
              NONE)
          .add(
              "connection-state-recovery.max-total-bytes",
              SIZE,
              "64MiB",
              recovery(ConnectionStateRecovery.Builder::maxTotalBytes),
              "Most bytes of events that are retained for all namespaces; one that goes over it forgets its own",
              NONE,
              NONE)
          .add(
              "connection-state-recovery.max-sessions",
              INTEGER,
              "50000",
              recovery(ConnectionStateRecovery.Builder::maxSessions),
              "Most lost sockets that are remembered",
              NONE,
              NONE)
          .add(
              "message-queue",
              TEXT,
              NONE,
              on(SocketIoOptions.Builder::messageQueue),
              "URL of the broker that the processes of a cluster share: `redis://`, `rediss://`, `amqp://`, `amqps://` and others of [clusters](clusters.md). None by default",
              "`message_queue`",
              "`adapter`")
          .add(
              "cluster.dialect",
              oneOf(ClusterDialect.class),
              "python",
              cluster(ClusterOptions.Builder::dialect),
              "Form of the messages between nodes: whose servers can be nodes too",
              NONE,
              "the adapter's package")
          .add(
              "cluster.channel",
              TEXT,
              NONE,
              cluster(ClusterOptions.Builder::channel),
              "Channel, or how the names of channels begin: `socketio` for `python`, `socket.io` for the others",
              "`channel`, `flask-socketio`",
              "`key`, `channelPrefix`, `streamName`")
          .add(
              "cluster.python-version",
              oneOf(PythonVersion.class),
              "v5-15-1",
              cluster(ClusterOptions.Builder::pythonVersion),
              "What the oldest Python node understands: arguments as of 5.15.1, 5.14.2 or 5.14.0",
              NONE,
              NONE)
          .add(
              "cluster.sharded-subscriptions",
              oneOf(ShardedSubscriptions.class),
              "dynamic",
              cluster(ClusterOptions.Builder::shardedSubscriptions),
              "Which rooms have a channel of their own in `node-sharded`",
              NONE,
              "`subscriptionMode`")
          .add(
              "cluster.specific-response-channel",
              BOOLEAN,
              "false",
              cluster(ClusterOptions.Builder::specificResponseChannel),
              "Whether answers go to the asking node alone in `node-classic`",
              NONE,
              "`publishOnSpecificResponseChannel`")
          .add(
              "cluster.stream-count",
              INTEGER,
              "1",
              cluster(ClusterOptions.Builder::streamCount),
              "Number of streams in `node-streams`",
              NONE,
              "`streamCount`")
          .add(
              "cluster.stream-max-length",
              SIZE,
              "10000",
              cluster(ClusterOptions.Builder::streamMaxLength),
              "How many entries a stream keeps, about",
              NONE,
              "`maxLen`")
          .add(
              "cluster.session-key-prefix",
              TEXT,
              "sio:session:",
              cluster(ClusterOptions.Builder::sessionKeyPrefix),
              "How the keys of sessions begin that may be recovered, in `node-streams`",
              NONE,
              "`sessionKeyPrefix`")
          .add(
              "cluster.request-timeout",
              DURATION,
              "5s",
              cluster(ClusterOptions.Builder::requestTimeout),
              "How long answers of other nodes are waited for",
              NONE,
              "`requestsTimeout`")
          .add(
              "cluster.heartbeat",
              DURATION,
              "5s",
              cluster(ClusterOptions.Builder::heartbeat),
              "How often a node says that it is there, in `python`",
              NONE,
              "`heartbeatInterval`")
          .add(
              "cluster.lease",
              DURATION,
              "12s",
              cluster(ClusterOptions.Builder::lease),
              "After how long without a word it is taken for gone",
              NONE,
              "`heartbeatTimeout`")
          .add(
              "cluster.max-pending-requests",
              INTEGER,
              "10000",
              cluster(ClusterOptions.Builder::maxPendingRequests),
              "Most requests that wait for other nodes; over it they fail",
              NONE,
              NONE)
          .add(
              "cluster.max-message-bytes",
              INT_SIZE,
              "16MiB",
              cluster(ClusterOptions.Builder::maxMessageBytes),
              "Largest message of another node that is read",
              NONE,
              NONE)
          .add(
              "cluster.outage-policy",
              oneOf(OutagePolicy.class),
              "hold",
              cluster(ClusterOptions.Builder::outagePolicy),
              "What becomes of messages while the broker is not there: `hold` or `drop`",
              NONE,
              NONE)
          .add(
              "cluster.max-outbox-bytes",
              INT_SIZE,
              "16MiB",
              cluster(ClusterOptions.Builder::maxOutboxBytes),
              "Most bytes of messages that wait for the broker",
              NONE,
              NONE)
          .add(
              "cluster.masked-handshake-keys",
              LIST,
              NONE,
              cluster(ClusterOptions.Builder::maskedHandshakeKeys),
              "Headers, query parameters and credentials that other nodes are not told",
              NONE,
              NONE)
          .add(
              "cluster.broker-required",
              BOOLEAN,
              "false",
              bus(BusOptions.Builder::brokerRequired),
              "Whether starting fails when the broker is not there, instead of waiting for it",
              NONE,
              NONE);

  private final SocketIoOptions.Builder options;
  private final @Nullable ConnectionStateRecovery recoveryBefore;
  private DecoderLimits limits;
  private ConnectionStateRecovery.@Nullable Builder recovery;

  private SocketIoKeys(
      SocketIoOptions.Builder options,
      DecoderLimits limits,
      @Nullable ConnectionStateRecovery recovery) {
    this.options = options;
    this.limits = limits;
    this.recoveryBefore = recovery;
    this.recovery = recovery == null ? null : recovery.toBuilder();
  }

  /**
   * Sets the options that a map has.
   *
   * @param limits those that are set, of which a map may change some
   * @param recovery likewise
   */
  static void apply(
      Map<String, String> properties,
      SocketIoOptions.Builder options,
      DecoderLimits limits,
      @Nullable ConnectionStateRecovery recovery) {
    OptionTable.checkKeys(properties, EngineIoKeys.TABLE, TABLE, WebServerKeys.TABLE);
    options.engine(engine -> EngineIoKeys.apply(properties, engine));
    SocketIoKeys keys = new SocketIoKeys(options, limits, recovery);
    TABLE.apply(properties, keys);
    options.decoderLimits(keys.limits);
    options.connectionStateRecovery(keys.recovery == null ? null : keys.recovery.build());
  }

  private ConnectionStateRecovery.Builder recoveryBuilder() {
    return recoveryBefore == null ? ConnectionStateRecovery.builder() : recoveryBefore.toBuilder();
  }

  private static <V> BiConsumer<SocketIoKeys, V> recovery(
      BiConsumer<ConnectionStateRecovery.Builder, V> setter) {
    return (keys, value) -> {
      if (keys.recovery == null) {
        throw new IllegalArgumentException(
            "(expected: together with sockeye.connection-state-recovery=true)");
      }
      setter.accept(keys.recovery, value);
    };
  }

  private static <V> BiConsumer<SocketIoKeys, V> on(BiConsumer<SocketIoOptions.Builder, V> setter) {
    return (keys, value) -> setter.accept(keys.options, value);
  }

  private static <V> BiConsumer<SocketIoKeys, V> cluster(
      BiConsumer<ClusterOptions.Builder, V> setter) {
    return (keys, value) -> keys.options.cluster(cluster -> setter.accept(cluster, value));
  }

  private static <V> BiConsumer<SocketIoKeys, V> bus(BiConsumer<BusOptions.Builder, V> setter) {
    return cluster((cluster, value) -> cluster.busOptions(bus -> setter.accept(bus, value)));
  }

  private static <V> BiConsumer<SocketIoKeys, V> limit(
      BiFunction<DecoderLimits, V, DecoderLimits> wither) {
    return (keys, value) -> keys.limits = wither.apply(keys.limits, value);
  }
}

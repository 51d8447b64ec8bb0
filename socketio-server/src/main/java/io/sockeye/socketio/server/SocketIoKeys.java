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
import static io.sockeye.engineio.server.internal.OptionType.SIZE;

import io.sockeye.engineio.server.internal.EngineIoKeys;
import io.sockeye.engineio.server.internal.OptionTable;
import io.sockeye.engineio.server.internal.WebServerKeys;
import io.sockeye.socketio.protocol.DecoderLimits;
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

  private static <V> BiConsumer<SocketIoKeys, V> limit(
      BiFunction<DecoderLimits, V, DecoderLimits> wither) {
    return (keys, value) -> keys.limits = wither.apply(keys.limits, value);
  }
}

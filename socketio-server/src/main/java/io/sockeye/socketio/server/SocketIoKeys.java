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
              NONE);

  private final SocketIoOptions.Builder options;
  private DecoderLimits limits;

  private SocketIoKeys(SocketIoOptions.Builder options, DecoderLimits limits) {
    this.options = options;
    this.limits = limits;
  }

  /** Sets the options that a map has, on top of what is set. */
  static void apply(
      Map<String, String> properties, SocketIoOptions.Builder options, DecoderLimits limits) {
    OptionTable.checkKeys(properties, EngineIoKeys.TABLE, TABLE, WebServerKeys.TABLE);
    options.engine(engine -> EngineIoKeys.apply(properties, engine));
    SocketIoKeys keys = new SocketIoKeys(options, limits);
    TABLE.apply(properties, keys);
    options.decoderLimits(keys.limits);
  }

  private static <V> BiConsumer<SocketIoKeys, V> on(BiConsumer<SocketIoOptions.Builder, V> setter) {
    return (keys, value) -> setter.accept(keys.options, value);
  }

  private static <V> BiConsumer<SocketIoKeys, V> limit(
      BiFunction<DecoderLimits, V, DecoderLimits> wither) {
    return (keys, value) -> keys.limits = wither.apply(keys.limits, value);
  }
}

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

import io.sockeye.parser.msgpack.Msgpack;
import io.sockeye.socketio.protocol.PacketFormatException;
import io.sockeye.socketio.server.spi.BusStreams;
import io.sockeye.socketio.server.spi.ClusterBus;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * The dialect of {@code @socket.io/redis-streams-adapter} 0.3: what changes something for clients
 * is appended to a stream that all nodes read; what is asked and answered, and what concerns the
 * nodes themselves, is published as MessagePack.
 */
final class StreamsWire extends ClusterAdapterWire {
  /**
   * A field of entries of this project that others do not look at: by what their sender knows them
   * again.
   */
  private static final String MARK = "sockeye";

  /** Hears entries instead of the {@link ClusterWire.Inbox}. */
  interface Reader {
    /**
     * An entry says something to clients.
     *
     * @param id the id of the entry
     * @param isOwn whether this process has appended it
     * @param mark what it was marked with, null for nothing
     */
    void onEntry(String id, ClusterMessage message, boolean isOwn, @Nullable String mark);

    /** The reading of a stream has come to an entry, whatever it says; told first. */
    void onPosition(String stream, String id);
  }

  private final BusStreams streams;
  private final List<ClusterBus.Subscription> follows = new ArrayList<>();
  private volatile @Nullable Reader reader;

  StreamsWire(ClusterContext context) {
    super(context, Msgpack.Dates.TIMESTAMP);
    this.streams =
        context
            .bus()
            .streams()
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "dialect: "
                            + context.options().dialect()
                            + " over a broker without streams (expected: Redis)"));
  }

  @Override
  public void open(Inbox inbox, boolean asNode) {
    super.open(inbox, asNode);
    if (asNode) {
      int count = context.options().streamCount();
      for (int i = 0; i < count; i++) {
        follows.add(streams.follow(stream(i), this::received));
      }
    }
  }

  /** Has entries that say something to clients read by somebody; called before {@link #open}. */
  void readBy(Reader other) {
    reader = other;
  }

  @Override
  public void close() {
    follows.forEach(ClusterBus.Subscription::cancel);
    super.close();
  }

  BusStreams streams() {
    return streams;
  }

  /** Returns the stream of a namespace. */
  String stream(String namespace) {
    // The official adapter has no stream for negative hashes, and loses these namespaces.
    return stream(Math.floorMod(namespace.hashCode(), context.options().streamCount()));
  }

  private String stream(int index) {
    String name = context.options().channel();
    return context.options().streamCount() == 1 ? name : name + "-" + index;
  }

  // ---- sending ----

  @Override
  CompletionStage<Void> publish(ClusterMessage message, String uid, boolean keep) {
    return isDurable(message)
        ? append(message, uid, null, keep, () -> {})
        : publish(channel(message.namespace()), form.pack(message, uid), keep);
  }

  private static boolean isDurable(ClusterMessage message) {
    return message instanceof ClusterMessage.Broadcast
        || message instanceof ClusterMessage.Join
        || message instanceof ClusterMessage.Leave
        || message instanceof ClusterMessage.Disconnect;
  }

  /**
   * Appends what says something to clients.
   *
   * @param mark what the entry is marked with
   * @param refused runs each time that the broker is not there to take it
   * @return completes when the broker has it; fails if it is dropped
   */
  CompletionStage<Void> append(ClusterMessage message, String mark, Runnable refused) {
    return append(message, uid(message.namespace()), mark, true, refused);
  }

  private CompletionStage<Void> append(
      ClusterMessage message, String uid, @Nullable String mark, boolean keep, Runnable refused) {
    Map<String, String> fields = form.entry(message, uid);
    if (mark != null) {
      fields.put(MARK, mark);
    }
    int length = 0;
    for (String value : fields.values()) {
      length += value.length();
    }
    String stream = stream(message.namespace());
    return context
        .outbox()
        .send(
            () -> {
              CompletionStage<String> taken =
                  streams.append(stream, fields, context.options().streamMaxLength());
              if (ClusterOutbox.isRefused(taken)) {
                refused.run();
              }
              return taken;
            },
            length,
            keep);
  }

  @Override
  byte[] write(ClusterAnswer answer, String requestId, String uid, String namespace) {
    return form.pack(answer, requestId, uid, namespace);
  }

  // ---- receiving ----

  private void received(String stream, BusStreams.Entry entry) {
    Reader other = reader;
    if (other != null) {
      other.onPosition(stream, entry.id());
    }
    ClusterAdapterForm.Received received = isClosed() ? null : read(stream, entry.fields());
    if (received == null) {
      return;
    }
    ClusterMessage message = received.message();
    if (other != null && message != null && isDurable(message)) {
      other.onEntry(entry.id(), message, isOwn(received), entry.fields().get(MARK));
    } else {
      handOn(received);
    }
  }

  /** Reads an entry; null if it says nothing. */
  ClusterAdapterForm.@Nullable Received read(String stream, Map<String, String> fields) {
    String data = fields.get("data");
    if (data != null && !context.isAcceptable(data.length(), stream)) {
      return null;
    }
    try {
      return form.readEntry(fields);
    } catch (PacketFormatException malformed) {
      context.refusals().malformed(stream, malformed.getMessage());
      return null;
    }
  }
}

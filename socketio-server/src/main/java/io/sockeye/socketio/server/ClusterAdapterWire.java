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

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sockeye.parser.msgpack.Msgpack;
import io.sockeye.socketio.server.spi.ClusterBus;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * What the dialects of {@code ClusterAdapter} have in common: in each namespace a node has an id, a
 * channel on which all nodes hear, and one on which it is answered. Nodes are counted by who hears
 * the first, and so a process that is no node hears only the second, when it first asks.
 *
 * <p><b>Concurrency.</b> Safe for any thread. The monitor of a {@link Presence} guards its rooms;
 * it is held while the bus is told of subscriptions, and nothing else.
 */
abstract class ClusterAdapterWire implements ClusterWire {
  /** Of a sender that is no node and cannot be answered. */
  private static final String EMITTER = "emitter";

  private static final int ID_BYTES = 8;
  private static final SecureRandom RANDOM = new SecureRandom();

  final ClusterContext context;
  final ClusterAdapterForm form;
  private final byte[] seed = random(32);
  private final Map<String, Presence> presences = new ConcurrentHashMap<>();
  private @Nullable Inbox inbox; // from the beginning
  private boolean asNode;
  private volatile boolean closed;

  ClusterAdapterWire(ClusterContext context, Msgpack.Dates dates) {
    this.context = context;
    this.form =
        new ClusterAdapterForm(
            context.converter(),
            context.limits(),
            new RemoteSocketForm(context.options().maskedHandshakeKeys()),
            dates);
  }

  private static byte[] random(int count) {
    byte[] bytes = new byte[count];
    RANDOM.nextBytes(bytes);
    return bytes;
  }

  /** This process in one namespace. */
  final class Presence {
    final String uid;
    private final ClusterBus.@Nullable Subscription all;
    private final ClusterBus.Subscription answers;
    // Guarded by this.
    private final Map<String, ClusterBus.Subscription> rooms = new HashMap<>();
    private boolean left;

    Presence(String namespace) {
      this.uid = uidIn(namespace);
      this.all = asNode ? hear(channel(namespace), namespace) : null;
      this.answers = hear(answerChannel(namespace, uid), namespace);
    }

    private ClusterBus.Subscription hear(String channel, String namespace) {
      return context
          .bus()
          .subscribe(channel, (name, message) -> received(name, namespace, message));
    }

    /** Hears a channel for one room besides. */
    synchronized void enter(String channel, String namespace) {
      if (!left) {
        rooms.computeIfAbsent(channel, name -> hear(name, namespace));
      }
    }

    synchronized void leave(String channel) {
      ClusterBus.Subscription subscription = rooms.remove(channel);
      if (subscription != null) {
        subscription.cancel();
      }
    }

    synchronized void end() {
      left = true;
      if (all != null) {
        all.cancel();
      }
      answers.cancel();
      rooms.values().forEach(ClusterBus.Subscription::cancel);
      rooms.clear();
    }
  }

  // ---- life ----

  @Override
  public void open(Inbox opened, boolean isNode) {
    inbox = opened;
    asNode = isNode;
  }

  final boolean isClosed() {
    return closed;
  }

  @Override
  public final void enter(String namespace) {
    if (asNode) {
      presence(namespace);
    }
  }

  @Override
  public final void leave(String namespace) {
    Presence presence = presences.remove(namespace);
    if (presence != null) {
      presence.end();
    }
  }

  @Override
  public void close() {
    closed = true;
    presences.keySet().forEach(this::leave);
  }

  private Presence presence(String namespace) {
    return presences.computeIfAbsent(namespace, Presence::new);
  }

  final @Nullable Presence knownPresence(String namespace) {
    return presences.get(namespace);
  }

  // ---- names ----

  /** Returns the channel on which all nodes of a namespace hear. */
  final String channel(String namespace) {
    return context.options().channel() + "#" + namespace + "#";
  }

  private String answerChannel(String namespace, String uid) {
    return channel(namespace) + uid + "#";
  }

  @Override
  public final String newRequestId() {
    return HexFormat.of().formatHex(random(ID_BYTES));
  }

  /** The id of this process in a namespace: always the same, and nobody else's. */
  private String uidIn(String namespace) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      digest.update(seed);
      byte[] hash = digest.digest(namespace.getBytes(UTF_8));
      return HexFormat.of().formatHex(Arrays.copyOf(hash, ID_BYTES));
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException("SHA-256 is part of every Java", impossible);
    }
  }

  /** Returns the id of this process in a namespace, as a node. */
  final String uid(String namespace) {
    Presence known = presences.get(namespace);
    return known == null ? uidIn(namespace) : known.uid;
  }

  // ---- sending ----

  @Override
  public final CompletionStage<Void> send(ClusterMessage message, boolean keep) {
    if (!(message instanceof ClusterMessage.Request)) {
      return publish(message, asNode ? uid(message.namespace()) : EMITTER, keep);
    }
    Presence presence = presence(message.namespace());
    CompletionStage<Void> listening = presence.answers.established();
    return context.bus().state() != ClusterBus.State.UP || listening.toCompletableFuture().isDone()
        ? publish(message, presence.uid, keep)
        : listening.thenCompose(now -> publish(message, presence.uid, keep));
  }

  /** Sends a message of this process to all nodes. */
  abstract CompletionStage<Void> publish(ClusterMessage message, String uid, boolean keep);

  /** Writes an answer in the form in which answers go. */
  abstract byte[] write(ClusterAnswer answer, String requestId, String uid, String namespace);

  /** Publishes on a channel. */
  final CompletionStage<Void> publish(String channel, byte[] message, boolean keep) {
    return context
        .outbox()
        .send(() -> context.bus().publish(channel, ByteBuffer.wrap(message)), message.length, keep);
  }

  // ---- receiving ----

  private void received(String channel, String namespace, ByteBuffer message) {
    ClusterAdapterForm.Received received =
        closed ? null : context.read(channel, message, form::read);
    // Names of rooms and namespaces may be such that two have one channel.
    if (received != null && received.namespace().equals(namespace)) {
      handOn(received);
    }
  }

  /** Returns whether this process has sent something. */
  final boolean isOwn(ClusterAdapterForm.Received received) {
    return uid(received.namespace()).equals(received.uid());
  }

  final void handOn(ClusterAdapterForm.Received received) {
    Inbox to = inbox;
    String requestId = received.requestId();
    if (to == null) {
      return;
    }
    if (received.answer() != null && requestId != null) {
      to.onAnswer(requestId, received.uid(), received.answer());
    } else if (received.message() != null && asNode && !isOwn(received)) {
      to.onMessage(received.message(), answer -> reply(received, answer));
    }
  }

  private void reply(ClusterAdapterForm.Received request, ClusterAnswer answer) {
    String asker = request.uid();
    String requestId = request.requestId();
    if (asker != null
        && requestId != null
        && !asker.equals(EMITTER)
        && !(answer instanceof ClusterAnswer.ClientLost)) { // the dialect has no word for it
      String namespace = request.namespace();
      publish(
          answerChannel(namespace, asker),
          write(answer, requestId, uid(namespace), namespace),
          false);
    }
  }

  // ---- who is there ----

  @Override
  public final CompletionStage<Expected> expected(String namespace) {
    String channel = channel(namespace);
    Presence own = presences.get(namespace);
    ClusterBus.Subscription hearing = own == null ? null : own.all;
    if (hearing == null) {
      return context.bus().subscribers(channel).thenApply(count -> expected(count, 0));
    }
    return context.bus().state() == ClusterBus.State.UP
        ? hearing
            .established() // from then on this node is one of those that are counted
            .thenCompose(now -> context.bus().subscribers(channel))
            .thenApply(count -> expected(count, 1))
        : context.bus().subscribers(channel).thenApply(count -> expected(count, 1));
  }

  private static Expected expected(OptionalInt count, int own) {
    if (count.isEmpty()) {
      throw new IllegalStateException("the nodes cannot be counted");
    }
    return new Expected(Math.max(0, count.getAsInt() - own), null, false);
  }

  @Override
  public final CompletionStage<OptionalInt> serverCount(String namespace) {
    return context
        .bus()
        .subscribers(channel(namespace))
        .exceptionally(unknown -> OptionalInt.empty());
  }
}

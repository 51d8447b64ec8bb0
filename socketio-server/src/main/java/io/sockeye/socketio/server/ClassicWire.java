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

import io.sockeye.socketio.server.spi.ClusterBus;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The dialect of {@code createAdapter} of {@code @socket.io/redis-adapter} 7 and 8, which {@link
 * ClassicForm} writes and reads. Each namespace has a channel for events, below which each room has
 * one of its own, one for requests, one for the answers of all nodes, and one per node for those to
 * it alone. How many nodes there are is how many connections hear the channel of requests: who
 * hears it must answer.
 *
 * <p>Whoever asks is not answered by itself, as it drops what it reads back of its own; a node of
 * Node.js that asks counts its own answer, and gets one of each other node.
 *
 * <p><b>Concurrency.</b> Safe for any thread. {@code form} and {@code inbox} are set before
 * anything is subscribed to.
 */
final class ClassicWire implements ClusterWire {
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final String DIGITS =
      "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz_-";
  private static final int ID_LENGTH = 6;

  private final ClusterContext context;
  private final ClusterBus bus;
  private final String key;
  private final String uid = id(RANDOM.nextLong());
  // An odd step comes back to a number only after all others, so that no two ids here are the same.
  private final AtomicLong nextId = new AtomicLong(RANDOM.nextLong());
  private final long step = RANDOM.nextLong() | 1;
  private final Map<String, Membership> memberships = new ConcurrentHashMap<>();
  private final Map<String, Answers> answers = new ConcurrentHashMap<>();
  private @Nullable ClassicForm form;
  private @Nullable Inbox inbox;
  private boolean asNode;
  private volatile boolean closed;

  ClassicWire(ClusterContext context) {
    this.context = context;
    this.bus = context.bus();
    this.key = context.options().channel();
  }

  /** Returns 36 bits of a number as text. */
  private static String id(long number) {
    StringBuilder text = new StringBuilder(ID_LENGTH);
    for (int i = 0; i < ID_LENGTH; i++) {
      text.append(DIGITS.charAt((int) (number >>> (6 * i)) & 63));
    }
    return text.toString();
  }

  /** The subscriptions by which a node is one of a namespace. */
  private record Membership(ClusterBus.Subscription events, ClusterBus.Subscription requests) {
    void cancel() {
      requests.cancel(); // first, so that nobody waits for answers that do not come
      events.cancel();
    }
  }

  /** The subscriptions by which a process hears answers. */
  private record Answers(ClusterBus.Subscription ofAll, ClusterBus.Subscription own) {
    CompletableFuture<Void> established() {
      return CompletableFuture.allOf(
          ofAll.established().toCompletableFuture(), own.established().toCompletableFuture());
    }

    void cancel() {
      ofAll.cancel();
      own.cancel();
    }
  }

  private String events(String namespace) {
    return key + "#" + namespace + "#";
  }

  private String requests(String namespace) {
    return key + "-request#" + namespace + "#";
  }

  private String answers(String namespace) {
    return key + "-response#" + namespace + "#";
  }

  private ClassicForm form() {
    return Objects.requireNonNull(form, "form");
  }

  private Inbox inbox() {
    return Objects.requireNonNull(inbox, "inbox");
  }

  // ---- life ----

  @Override
  public void open(Inbox newInbox, boolean isNode) {
    inbox = newInbox;
    asNode = isNode;
    form =
        new ClassicForm(
            uid,
            isNode,
            context.converter(),
            context.limits(),
            context.options().requestTimeout(),
            new RemoteSocketForm(context.options().maskedHandshakeKeys()));
  }

  @Override
  public void enter(String namespace) {
    if (asNode && !closed) {
      hearAnswers(namespace);
      memberships.computeIfAbsent(namespace, this::join);
    }
  }

  /** Subscribes to requests last: who hears them is counted, and must hear the rest. */
  private Membership join(String namespace) {
    String events = events(namespace);
    return new Membership(
        bus.subscribePrefix(
            events, (channel, message) -> onEvent(namespace, events, channel, message)),
        bus.subscribe(
            requests(namespace), (channel, message) -> onRequest(namespace, channel, message)));
  }

  private Answers hearAnswers(String namespace) {
    ClusterBus.Listener listener = this::onAnswer;
    return answers.computeIfAbsent(
        namespace,
        name ->
            new Answers(
                bus.subscribe(answers(name), listener),
                bus.subscribe(answers(name) + uid + "#", listener)));
  }

  @Override
  public void leave(String namespace) {
    Membership membership = memberships.remove(namespace);
    if (membership != null) {
      membership.cancel();
    }
    Answers heard = answers.remove(namespace);
    if (heard != null) {
      heard.cancel();
    }
  }

  @Override
  public void close() {
    closed = true;
    memberships.values().forEach(Membership::cancel);
    memberships.clear();
    answers.values().forEach(Answers::cancel);
    answers.clear();
  }

  // ---- sending ----

  @Override
  public String newRequestId() {
    return id(nextId.getAndAdd(step));
  }

  @Override
  public CompletionStage<Void> send(ClusterMessage message, boolean keep) {
    String namespace = message.namespace();
    if (message instanceof ClusterMessage.Broadcast broadcast) {
      String channel = events(namespace);
      if (broadcast.to().rooms().size() == 1) {
        channel += broadcast.to().rooms().iterator().next() + "#";
      }
      return publish(channel, form().broadcast(broadcast), keep);
    }
    ByteBuffer bytes = form().request(message);
    if (message instanceof ClusterMessage.Request) {
      CompletableFuture<Void> heard = hearAnswers(namespace).established();
      // While the bus is down it refuses at once, which is better than to ask when nobody waits.
      if (!heard.isDone() && bus.state() == ClusterBus.State.UP) {
        return heard.thenCompose(ok -> publish(requests(namespace), bytes, keep));
      }
    }
    return publish(requests(namespace), bytes, keep);
  }

  private CompletionStage<Void> publish(String channel, ByteBuffer bytes, boolean keep) {
    return context
        .outbox()
        .send(() -> bus.publish(channel, bytes.duplicate()), bytes.remaining(), keep);
  }

  private void reply(String namespace, ClassicForm.Asked asked, ClusterAnswer answer) {
    ByteBuffer bytes = form().answer(asked, answer);
    if (bytes == null || closed) {
      return;
    }
    String channel = answers(namespace);
    if (asked.from() != null && context.options().specificResponseChannel()) {
      channel += asked.from() + "#";
    }
    publish(channel, bytes, false);
  }

  // ---- receiving ----

  private void onEvent(String namespace, String prefix, String channel, ByteBuffer message) {
    if (closed) {
      return;
    }
    if (channel.length() > prefix.length()) {
      String room = channel.substring(prefix.length(), channel.length() - 1);
      // Of a number the message may have another spelling.
      if (!isLikeNumber(room) && !inbox().mayConcern(namespace, room)) {
        return;
      }
    }
    ClusterMessage.Broadcast broadcast =
        context.read(channel, message, bytes -> form().readBroadcast(namespace, bytes));
    if (broadcast != null) {
      inbox().onMessage(broadcast, answer -> {});
    }
  }

  private static boolean isLikeNumber(String room) {
    char first = room.isEmpty() ? '0' : room.charAt(0);
    return (first >= '0' && first <= '9') || first == '-';
  }

  private void onRequest(String namespace, String channel, ByteBuffer message) {
    ClassicForm.Asked asked =
        closed
            ? null
            : context.read(channel, message, bytes -> form().readRequest(namespace, bytes));
    if (asked == null) {
      return;
    }
    // A change of one socket is said to be done by the node that has it, and no other.
    boolean isDone = asked.reply() == ClassicForm.Reply.DONE && isOfSocketHere(asked.message());
    inbox().onMessage(asked.message(), answer -> reply(namespace, asked, answer));
    if (isDone) {
      reply(namespace, asked, new ClusterAnswer.Reached(1, null));
    }
  }

  private boolean isOfSocketHere(ClusterMessage change) {
    return change instanceof ClusterMessage.Targeted one
        && one.to().rooms().stream().anyMatch(id -> inbox().has(one.namespace(), id));
  }

  private void onAnswer(String channel, ByteBuffer message) {
    ClassicForm.Answered answered =
        closed
            ? null
            : context.read(channel, message, bytes -> form().readAnswer(bytes, inbox()::awaits));
    if (answered != null) {
      inbox().onAnswer(answered.requestId(), null, answered.answer());
    }
  }

  // ---- who is there ----

  @Override
  public CompletionStage<Expected> expected(String namespace) {
    int own = memberships.containsKey(namespace) ? 1 : 0;
    return counted(namespace)
        .thenApply(
            count ->
                new Expected(
                    Math.max(
                        0,
                        count.orElseThrow(
                                () ->
                                    new IllegalStateException(
                                        "how many nodes there are is not known (expected: a"
                                            + " message queue that is there and counts who"
                                            + " listens)"))
                            - own),
                    null,
                    false));
  }

  /** Returns how many nodes a namespace has; empty if that cannot be known. */
  private CompletionStage<OptionalInt> counted(String namespace) {
    if (bus.state() != ClusterBus.State.UP) {
      return CompletableFuture.completedStage(OptionalInt.empty());
    }
    Membership own = memberships.get(namespace);
    CompletionStage<Void> joined =
        own == null ? CompletableFuture.completedStage(null) : own.requests().established();
    return joined
        .thenCompose(ok -> bus.subscribers(requests(namespace)))
        .exceptionally(unknown -> OptionalInt.empty());
  }

  @Override
  public CompletionStage<OptionalInt> serverCount(String namespace) {
    return counted(namespace);
  }
}

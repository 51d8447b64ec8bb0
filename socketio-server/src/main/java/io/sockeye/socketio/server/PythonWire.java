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

import io.sockeye.engineio.server.internal.TimerWheel;
import io.sockeye.socketio.protocol.Arguments;
import io.sockeye.socketio.server.spi.ClusterBus;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The dialect of python-socketio: everything is JSON on one channel, which {@link PythonForm}
 * writes and reads. Nodes of this project number what they send, know of each other by what they
 * say at least once per heartbeat, and answer each other on a channel that Python does not hear.
 *
 * <p><b>Concurrency.</b> Safe for any thread. {@code sent} is changed by the outbox alone, which
 * publishes one message at a time; what is received comes on one thread of the bus at a time.
 */
final class PythonWire implements ClusterWire {
  private static final Logger log = LoggerFactory.getLogger(PythonWire.class);
  private static final SecureRandom RANDOM = new SecureRandom();

  /** How long a node that has just come waits for the others to say that they are there. */
  private static final Duration ACQUAINTANCE = Duration.ofMillis(500);

  /** How long a node waits for the others after an outage, before it sends what has waited. */
  private static final Duration REUNION = Duration.ofSeconds(2);

  private static final Duration LOOK_AGAIN = Duration.ofMillis(20);

  /** How long it takes at the most to say that this node goes. */
  private static final Duration FAREWELL = Duration.ofSeconds(2);

  /** Until it is opened. */
  private static final Inbox NOBODY =
      new Inbox() {
        @Override
        public void onMessage(ClusterMessage message, Consumer<ClusterAnswer> reply) {}

        @Override
        public void onAnswer(String requestId, @Nullable String node, ClusterAnswer answer) {}

        @Override
        public void onGone(String node) {}
      };

  private final ClusterContext context;
  private final String hostId = hex(32);
  private final String channel;
  private final String answers;
  private final PythonForm form;
  private final Neighbours neighbours;
  private final AtomicLong requestIds = new AtomicLong();
  private final AtomicBoolean warnedOfCallback = new AtomicBoolean();
  private final CompletableFuture<Void> acquainted = new CompletableFuture<>();
  private final List<ClusterBus.Subscription> subscriptions = new CopyOnWriteArrayList<>();
  private final AtomicBoolean acquainting = new AtomicBoolean();
  private volatile TimerWheel.@Nullable Entry beat;
  private volatile boolean closed;
  private Inbox inbox = NOBODY;
  private boolean asNode;
  private @Nullable CompletableFuture<Void> asked; // this; of a process that is no node
  private long askedAt; // this
  private long sent; // by the outbox only

  PythonWire(ClusterContext context) {
    this.context = context;
    this.channel = context.options().channel();
    this.answers = channel + "#answers";
    this.form =
        new PythonForm(
            hostId,
            context.options().pythonVersion(),
            context.converter(),
            context.limits(),
            new RemoteSocketForm(context.options().maskedHandshakeKeys()));
    this.neighbours =
        new Neighbours(context.options().lease(), context.timers()::nanoTime, context.counts());
  }

  private static String hex(int digits) {
    String text = new BigInteger(digits * 4, RANDOM).toString(16);
    return "0".repeat(digits - text.length()) + text;
  }

  // ---- life ----

  @Override
  public void open(Inbox to, boolean isNode) {
    inbox = to;
    asNode = isNode;
    if (!isNode) {
      return; // it listens when it asks for the first time
    }
    context.outbox().awaitOthers(this::awaitOthers);
    subscriptions.add(context.bus().subscribe(channel, (name, message) -> received(message)));
    subscriptions.add(context.bus().subscribe(answers, (name, message) -> answered(message)));
    context
        .bus()
        .onStateChange(
            state -> {
              if (state == ClusterBus.State.UP) {
                greet();
              }
            });
    if (context.bus().state() == ClusterBus.State.UP) {
      // The other channel is in effect then too: the broker is told of them in order.
      subscriptions.get(1).established().thenRun(this::greet);
    }
    nextBeat();
  }

  /** Tells the others that this process is there, and asks them to say the same. */
  private void greet() {
    if (!closed) {
      say(PythonForm.HELLO);
      awaitGreetings();
    }
  }

  /** Completes when as many hear the channel as did before an outage, or did not come back. */
  private CompletionStage<Void> awaitOthers() {
    CompletableFuture<Void> there = new CompletableFuture<>();
    lookForOthers(there, context.timers().nanoTime() + REUNION.toNanos());
    return there;
  }

  private void lookForOthers(CompletableFuture<Void> there, long deadline) {
    context
        .bus()
        .subscribers(channel)
        .whenComplete(
            (count, failure) -> {
              if (failure != null
                  || count.isEmpty() // then it keeps for them what they do not hear
                  || count.getAsInt() > neighbours.alive().size()
                  || context.timers().nanoTime() - deadline > 0) {
                there.complete(null);
              } else {
                context.timers().schedule(LOOK_AGAIN, () -> lookForOthers(there, deadline));
              }
            });
  }

  private void awaitGreetings() {
    if (acquainting.compareAndSet(false, true)) {
      context.timers().schedule(ACQUAINTANCE, () -> acquainted.complete(null));
    }
  }

  /** A process that is no node asks for them, and listens to what they say to it alone. */
  private synchronized CompletionStage<Void> askForNodes() {
    if (subscriptions.isEmpty()) {
      subscriptions.add(context.bus().subscribe(answers, (name, message) -> answered(message)));
    }
    long now = context.timers().nanoTime();
    if (asked == null || now - askedAt > context.options().heartbeat().toNanos()) {
      askedAt = now;
      neighbours.expire();
      CompletableFuture<Void> greeted = new CompletableFuture<>();
      asked = greeted;
      subscriptions
          .get(0)
          .established()
          .thenRun(
              () -> {
                say(PythonForm.WHO);
                context.timers().schedule(ACQUAINTANCE, () -> greeted.complete(null));
              });
    }
    return asked;
  }

  private void nextBeat() {
    beat =
        context
            .timers()
            .schedule(
                context.options().heartbeat(),
                () -> {
                  if (closed) {
                    return;
                  }
                  if (context.bus().state() == ClusterBus.State.UP) {
                    say(PythonForm.ALIVE);
                    neighbours.expire().forEach(inbox::onGone);
                  } else {
                    neighbours.pause(); // while nothing can be heard, nobody is silent
                  }
                  nextBeat();
                });
  }

  private CompletionStage<Void> say(String what) {
    PythonForm.Numbered message = form.life(what);
    return context.outbox().sendAtOnce(() -> publishNumbered(message));
  }

  @Override
  public void enter(String namespace) {}

  @Override
  public void leave(String namespace) {}

  @Override
  public void close() {
    if (asNode && context.bus().state() == ClusterBus.State.UP) {
      sayGoodbye();
    }
    closed = true;
    TimerWheel.Entry next = beat;
    if (next != null) {
      context.timers().cancel(next);
    }
    subscriptions.forEach(ClusterBus.Subscription::cancel);
    acquainted.complete(null);
  }

  /** Waits for the broker to have it: what is closed next is the connection. */
  private void sayGoodbye() {
    try {
      say(PythonForm.GONE).toCompletableFuture().get(FAREWELL.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException | TimeoutException unheard) {
      log.debug("The other nodes are not told that this one goes", unheard);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  // ---- sending ----

  @Override
  public String newRequestId() {
    return requestId(requestIds.incrementAndGet());
  }

  @Override
  public CompletionStage<Void> send(ClusterMessage message, boolean keep) {
    List<PythonForm.Numbered> all =
        message instanceof ClusterMessage.Question question
            ? List.of(form.question(question, callbackId(question.id())))
            : form.write(message);
    CompletionStage<Void> last = CompletableFuture.completedStage(null);
    for (PythonForm.Numbered each : all) {
      last = publish(each, keep);
    }
    return last;
  }

  /** What Python calls back by is the number that the id of a request is. */
  private static long callbackId(String requestId) {
    return Long.parseLong(requestId, Character.MAX_RADIX);
  }

  private static String requestId(long number) {
    return Long.toString(number, Character.MAX_RADIX);
  }

  private CompletionStage<Void> publish(PythonForm.Numbered message, boolean keep) {
    return context.outbox().send(() -> publishNumbered(message), message.length(), keep);
  }

  /** Called by the outbox only. */
  private CompletionStage<Void> publishNumbered(PythonForm.Numbered message) {
    CompletionStage<Void> taken = context.bus().publish(channel, message.with(sent + 1));
    if (!ClusterOutbox.isRefused(taken)) {
      sent++; // what was refused at once comes again, and nobody has missed it
    }
    return taken;
  }

  private void answer(byte[] message) {
    context
        .outbox()
        .send(
            () -> context.bus().publish(answers, ByteBuffer.wrap(message)), message.length, false);
  }

  // ---- receiving ----

  private void received(ByteBuffer frame) {
    PythonForm.Received message = read(channel, frame, form::read);
    if (message == null) {
      return;
    }
    PythonForm.Callback callback = message.callback();
    Arguments called = message.callbackArguments();
    if (callback != null && called != null) {
      callback(message.hostId(), callback, called);
      return;
    }
    String from = message.hostId();
    if (from.equals(hostId)) {
      return;
    }
    if (message.number() > 0) {
      if (!neighbours.hear(from, message.number(), message.life())) {
        return; // a repetition
      }
    } else if (!from.isEmpty()) {
      neighbours.hearOther();
    }
    String life = message.life();
    if (life != null) {
      if (life.equals(PythonForm.GONE)) {
        inbox.onGone(from);
      } else if (life.equals(PythonForm.HELLO)) {
        say(PythonForm.ALIVE);
      } else if (life.equals(PythonForm.WHO)) {
        answer(form.alive(from));
      }
    } else if (message.body() != null) {
      inbox.onMessage(message.body(), answer -> reply(message, answer));
    }
  }

  private <T> @Nullable T read(String from, ByteBuffer frame, ClusterContext.Reading<T> reading) {
    if (closed) {
      return null;
    }
    if (ClusterRefusals.isPickle(frame)) {
      context.refusals().pickle(from);
      neighbours.hearOther();
      return null;
    }
    return context.read(from, frame, reading);
  }

  /** Sends the answer to a request: Python's only kind of it, or one of our own. */
  private void reply(PythonForm.Received request, ClusterAnswer answer) {
    PythonForm.Callback callback = request.callback();
    if (callback == null) {
      answer(form.answer(request.hostId(), request.requestId(), answer));
    } else if (answer instanceof ClusterAnswer.ClientAnswered one) {
      byte[] message = form.callback(request.hostId(), callback, one.arguments());
      if (message != null) {
        // Not numbered: Python's own messages are not either.
        context
            .outbox()
            .send(
                () -> context.bus().publish(channel, ByteBuffer.wrap(message)),
                message.length,
                false);
      } else if (warnedOfCallback.compareAndSet(false, true)) {
        log.warn(
            "A client has acknowledged an event of another host with bytes, which cannot be"
                + " sent back in this dialect: its sender times out. This is said once");
      }
    }
  }

  /** A client has answered, at a node of Python, which does not say who. */
  private void callback(String to, PythonForm.Callback callback, Arguments arguments) {
    if (to.equals(hostId)) {
      inbox.onAnswer(
          requestId(callback.id()), null, new ClusterAnswer.ClientAnswered(null, arguments));
    }
  }

  private void answered(ByteBuffer frame) {
    PythonForm.Answered answer = read(answers, frame, form::readAnswer);
    if (answer != null && answer.answer() != null) {
      inbox.onAnswer(answer.requestId(), answer.from(), answer.answer());
    } else if (answer != null && !asNode) {
      neighbours.greeted(answer.from());
    }
  }

  // ---- who is there ----

  @Override
  public CompletionStage<Expected> expected(String namespace) {
    return counted()
        .thenApply(
            count -> {
              Set<String> alive = neighbours.alive();
              boolean others =
                  count.isPresent()
                      ? count.getAsInt() > alive.size() + self()
                      : neighbours.hasHeardOthers();
              return new Expected(alive.size(), alive, others);
            });
  }

  private int self() {
    return asNode ? 1 : 0;
  }

  /** How many processes hear the channel, when it has been found out who the others are. */
  private CompletionStage<OptionalInt> counted() {
    if (context.bus().state() != ClusterBus.State.UP) {
      return CompletableFuture.completedStage(OptionalInt.empty());
    }
    CompletionStage<Void> known = asNode ? acquainted : askForNodes();
    return context
        .bus()
        .subscribers(channel)
        .exceptionally(unknown -> OptionalInt.empty())
        .thenCompose(
            count ->
                count.isPresent() && neighbours.alive().size() + self() >= count.getAsInt()
                    ? CompletableFuture.completedStage(count)
                    : known.thenApply(now -> count));
  }

  @Override
  public CompletionStage<OptionalInt> serverCount(String namespace) {
    return counted()
        .thenApply(
            count ->
                count.isPresent() ? count : OptionalInt.of(neighbours.alive().size() + self()));
  }
}

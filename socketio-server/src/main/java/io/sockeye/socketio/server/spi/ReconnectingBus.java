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
package io.sockeye.socketio.server.spi;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A bus over links to a broker: what all buses do in the same way. It connects again when a link is
 * lost, subscribes anew, refuses messages while there is no link, and bounds what waits.
 *
 * <p><b>Concurrency.</b> All changes of the state happen on {@code control}, a thread of this bus,
 * and so do the calls of state listeners. {@code current} is the one thing that publishing reads.
 * {@code lock} guards the topics and {@code wired}, and is held while a link is told of them, which
 * fixes the order in which the broker hears; links do not block, and no listener is called under
 * it. Messages are handed on by the threads of the links.
 */
public final class ReconnectingBus implements ClusterBus {
  private static final Logger log = LoggerFactory.getLogger(ReconnectingBus.class);

  private static final Duration FIRST_DELAY = Duration.ofMillis(100);
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(10);

  /** How many heartbeats may be late while something else comes. */
  private static final int MAX_MISSED_BEATS = 3;

  /** What a message that waits costs besides its bytes, roughly. */
  private static final int MESSAGE_OVERHEAD = 100;

  private final String name;
  private final BusConnector connector;
  private final BusOptions options;
  private final ScheduledThreadPoolExecutor control;

  private final Object lock = new Object();
  private final Map<BusTopic, Topic> topics = new ConcurrentHashMap<>(); // changed under the lock
  private @Nullable Side wired; // lock; the link that topics are told to

  private volatile @Nullable Side current; // the link that messages go to; null unless up
  private volatile State state = State.CONNECTING;
  private volatile String reason = "connecting";
  private volatile @Nullable Throwable cause;
  private final AtomicBoolean closing = new AtomicBoolean();
  private final CompletableFuture<Void> closed = new CompletableFuture<>();
  private final CompletableFuture<Void> firstUp = new CompletableFuture<>();
  private final List<Consumer<State>> stateListeners = new CopyOnWriteArrayList<>();

  private final Queue<Pending<?>> pending = new ConcurrentLinkedQueue<>(); // oldest first
  private final AtomicLong pendingBytes = new AtomicLong();

  private final LongAdder published = new LongAdder();
  private final LongAdder failed = new LongAdder();
  private final LongAdder received = new LongAdder();
  private final LongAdder refused = new LongAdder();
  private final LongAdder repeated = new LongAdder();
  private final LongAdder outages = new LongAdder();
  private final LongAdder lost = new LongAdder();

  private final @Nullable ReconnectingStreams streams;

  // control only
  private @Nullable Side side; // the link that is there or being made
  private int failures;
  private @Nullable ScheduledFuture<?> nextAttempt;

  private ReconnectingBus(String name, BusConnector connector, BusOptions options) {
    this.name = name;
    this.connector = connector;
    this.options = options;
    streams = connector.supportsStreams() ? new ReconnectingStreams(new Home()) : null;
    control =
        new ScheduledThreadPoolExecutor(
            1,
            task -> {
              Thread thread = new Thread(task, "sockeye-bus");
              thread.setDaemon(true);
              return thread;
            });
    control.setRemoveOnCancelPolicy(true);
    control.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    control.setContinueExistingPeriodicTasksAfterShutdownPolicy(false);
  }

  /**
   * Connects; waits for the broker, as long as {@link BusOptions#connectTimeout} says.
   *
   * @param name what logs and errors call the broker; no secrets
   * @param connector makes the links; closed with the bus
   * @throws BusUnavailableException if the broker is not there and the options ask for it
   */
  public static ClusterBus connect(String name, BusConnector connector, BusOptions options) {
    ReconnectingBus bus = new ReconnectingBus(name, connector, options);
    bus.start();
    try {
      bus.firstUp.get();
    } catch (ExecutionException unavailable) {
      if (options.brokerRequired()) {
        String why = bus.text();
        bus.close();
        throw new BusUnavailableException(why, unavailable.getCause());
      }
    } catch (InterruptedException interrupted) {
      bus.close();
      Thread.currentThread().interrupt();
      throw new BusUnavailableException(name + ": interrupted while connecting", interrupted);
    }
    return bus;
  }

  private void start() {
    post(this::attempt);
    every(options.publishTimeout().dividedBy(4), this::expire);
    every(options.heartbeat(), this::beat);
  }

  // ---- publishing ----

  @Override
  public CompletionStage<Void> publish(String channel, ByteBuffer message) {
    Objects.requireNonNull(channel, "channel");
    int size = message.remaining();
    return ask(
        size,
        true,
        to -> {
          byte[] bytes = new byte[size];
          message.duplicate().get(bytes);
          return to.publish(channel, bytes);
        });
  }

  /**
   * Asks the link that is up, and bounds how much waits and how long.
   *
   * @param size how many bytes wait
   * @param counts whether it is a message, for the statistics
   */
  private <T> CompletionStage<T> ask(
      long size, boolean counts, Function<BusLink, CompletionStage<T>> question) {
    Side to = current;
    if (to == null) {
      return refuse(counts, unavailable());
    }
    long cost = size + MESSAGE_OVERHEAD;
    if (pendingBytes.addAndGet(cost) > options.maxPendingBytes() + (long) MESSAGE_OVERHEAD) {
      pendingBytes.addAndGet(-cost);
      return refuse(
          counts,
          new BusUnavailableException(
              name
                  + ": too much waits for the broker (expected: maxPendingBytes "
                  + options.maxPendingBytes()
                  + " at the most)",
              null));
    }
    Pending<T> waiting = new Pending<>(to, counts);
    pending.add(waiting);
    for (Pending<?> head; (head = pending.peek()) != null && head.isDone(); ) {
      pending.remove(head);
    }
    CompletionStage<T> taken;
    try {
      taken = question.apply(to.link());
    } catch (RuntimeException failure) {
      taken = CompletableFuture.failedFuture(failure);
    }
    taken.whenComplete(
        (answer, failure) -> {
          pendingBytes.addAndGet(-cost);
          if (failure == null) {
            to.isHeard = true;
            waiting.taken(answer);
          } else {
            waiting.fail(
                (counts ? "the broker did not take a message: " : "") + brief(failure), failure);
          }
        });
    if (to.isLost) { // after its loss nobody else looks for what waits on it
      waiting.fail(reason, cause);
    }
    return waiting;
  }

  private BusUnavailableException unavailable() {
    return new BusUnavailableException(text(), cause);
  }

  private <T> CompletionStage<T> refuse(boolean counts, BusUnavailableException why) {
    if (counts) {
      failed.increment();
    }
    return CompletableFuture.failedFuture(why);
  }

  private void expire() {
    long now = System.nanoTime();
    for (Pending<?> head; (head = pending.peek()) != null; ) {
      if (!head.isDone()) {
        if (now - head.since < options.publishTimeout().toNanos()) {
          return;
        }
        head.fail("no answer of the broker within " + options.publishTimeout(), null);
      }
      pending.remove(head);
    }
  }

  // ---- subscribing ----

  @Override
  public Subscription subscribe(String channel, Listener listener) {
    return subscribe(new BusTopic(channel, false), listener);
  }

  @Override
  public boolean supportsPrefix() {
    return connector.supportsPrefix();
  }

  @Override
  public Subscription subscribePrefix(String prefix, Listener listener) {
    if (!supportsPrefix()) {
      throw new UnsupportedOperationException(
          name + ": prefix \"" + prefix + "\" (expected: a channel; this broker has no prefixes)");
    }
    return subscribe(new BusTopic(prefix, true), listener);
  }

  private Subscription subscribe(BusTopic topic, Listener listener) {
    Subscriber subscriber = new Subscriber(topic, Objects.requireNonNull(listener, "listener"));
    Side told = null;
    Topic entry;
    CompletionStage<Void> taken = null;
    synchronized (lock) {
      if (closing.get()) {
        subscriber.refuse(new BusUnavailableException(name + ": closed", null));
        return subscriber;
      }
      entry = topics.get(topic);
      if (entry == null) {
        entry = new Topic(topic);
        topics.put(topic, entry);
        told = wired;
        if (told != null) {
          taken = tell(told, entry);
        }
      }
      entry.subscribers.add(subscriber);
      if (entry.isInEffect) {
        subscriber.establish();
      }
    }
    if (told != null && taken != null) {
      listen(told, entry, taken);
    }
    return subscriber;
  }

  private CompletionStage<Void> cancel(Subscriber subscriber) {
    synchronized (lock) {
      Topic entry = topics.get(subscriber.topic);
      if (entry == null || !entry.subscribers.remove(subscriber) || !entry.subscribers.isEmpty()) {
        return CompletableFuture.completedFuture(null);
      }
      topics.remove(subscriber.topic);
      Side told = wired;
      if (told == null) {
        return CompletableFuture.completedFuture(null);
      }
      try {
        // A link that is lost has no subscriptions any more, which is what is asked for.
        return told.link().unsubscribe(subscriber.topic).exceptionally(lost -> null);
      } catch (RuntimeException failure) {
        return CompletableFuture.failedFuture(failure);
      }
    }
  }

  /** Tells a link of a topic; under the lock. */
  private static CompletionStage<Void> tell(Side told, Topic entry) {
    try {
      return told.link().subscribe(entry.topic);
    } catch (RuntimeException failure) {
      return CompletableFuture.failedFuture(failure);
    }
  }

  private void listen(Side told, Topic entry, CompletionStage<Void> taken) {
    taken.whenComplete((ok, failure) -> post(() -> taken(told, entry, failure)));
  }

  /** A link has taken a topic, or refused it. */
  private void taken(Side told, Topic entry, @Nullable Throwable failure) {
    if (told.isLost) {
      return; // the next link is told again
    }
    told.awaited.remove(entry);
    if (failure != null && entry.wasInEffect) {
      told.onLost(failure);
      return;
    }
    synchronized (lock) {
      if (failure == null) {
        entry.isInEffect = true;
        entry.wasInEffect = true;
      } else {
        topics.remove(entry.topic, entry);
      }
    }
    if (failure != null) {
      log.warn("{}: the broker refuses {}: {}", name, entry.topic, brief(failure));
    }
    for (Subscriber subscriber : entry.subscribers) {
      if (failure == null) {
        subscriber.establish();
      } else {
        subscriber.refuse(unwrap(failure));
      }
    }
    becomeUpIfReady(told);
  }

  private void deliver(BusTopic topic, String channel, ByteBuffer message) {
    Topic entry = topics.get(topic);
    if (entry == null) {
      return; // cancelled meanwhile
    }
    received.increment();
    for (Subscriber subscriber : entry.subscribers) {
      subscriber.hear(channel, message);
    }
  }

  @Override
  public CompletionStage<OptionalInt> subscribers(String channel) {
    return ask(0, false, asked -> asked.subscribers(channel));
  }

  @Override
  public Optional<BusStreams> streams() {
    return Optional.ofNullable(streams);
  }

  // ---- connecting; on the control thread ----

  private void attempt() {
    if (closing.get()) {
      return;
    }
    Side next = new Side();
    side = next;
    next.deadline = control.schedule(() -> next.onLost(late()), nanos(), TimeUnit.NANOSECONDS);
    CompletionStage<? extends BusLink> connecting;
    try {
      connecting = connector.connect(next);
    } catch (RuntimeException failure) {
      connecting = CompletableFuture.failedFuture(failure);
    }
    next.connecting = connecting;
    connecting.whenComplete(
        (link, failure) ->
            post(
                () -> {
                  if (failure != null) {
                    lost(next, failure);
                  } else {
                    connected(next, link);
                  }
                }));
  }

  private long nanos() {
    return options.connectTimeout().toNanos();
  }

  private TimeoutException late() {
    return new TimeoutException("not connected within " + options.connectTimeout());
  }

  private void connected(Side next, BusLink link) {
    next.link = link;
    if (next.isLost) {
      return; // whoever found that closes it
    }
    List<Topic> told;
    List<CompletionStage<Void>> taken = new ArrayList<>();
    synchronized (lock) {
      wired = next;
      told = new ArrayList<>(topics.values());
      for (Topic entry : told) {
        taken.add(tell(next, entry));
      }
    }
    next.awaited.addAll(told);
    if (streams != null) {
      next.unplaced.addAll(streams.attach(link.streams()));
    }
    next.isWired = true;
    for (int i = 0; i < told.size(); i++) {
      listen(next, told.get(i), taken.get(i));
    }
    becomeUpIfReady(next);
  }

  private void becomeUpIfReady(Side next) {
    if (next != side
        || next.isLost
        || !next.isWired
        || next.isReady
        || !next.awaited.isEmpty()
        || !next.unplaced.isEmpty()) {
      return;
    }
    next.isReady = true;
    failures = 0;
    cancelDeadline(next);
    open(next);
  }

  private void open(Side next) {
    if (next != side || next.isLost || !next.isReady || current == next) {
      return;
    }
    if (next.isBlocked) {
      firstUp.completeExceptionally(new IllegalStateException(reason));
      return;
    }
    current = next;
    become(State.UP, "up", null);
    log.info("{}: up", name);
    firstUp.complete(null);
  }

  private void blocked(Side where, @Nullable String why) {
    if (where != side || where.isLost) {
      return;
    }
    where.isBlocked = why != null;
    if (why == null) {
      open(where);
      return;
    }
    String text = "the broker takes no messages for now: " + why;
    log.warn("{}: {}", name, text);
    if (current == where) {
      current = null;
      outages.increment();
      become(State.DOWN, text, null);
    } else {
      reason = text;
    }
  }

  private void lost(Side which, Throwable failure) {
    if (which.isHandled) {
      return;
    }
    which.isHandled = true;
    which.isLost = true;
    cancelDeadline(which);
    String why = brief(failure);
    boolean wasReady = which.isReady;
    current = null;
    synchronized (lock) {
      wired = null;
      for (Topic entry : topics.values()) {
        entry.isInEffect = false;
      }
    }
    if (wasReady && !which.isBlocked) {
      outages.increment();
    }
    if (wasReady || failures == 0) {
      log.warn("{}: {}: {}", name, wasReady ? "down" : "cannot connect; trying on", why);
    } else {
      log.debug("{}: still cannot connect: {}", name, why);
    }
    if (state == State.UP || state == State.DOWN) {
      become(State.DOWN, "down: " + why, unwrap(failure));
    } else {
      reason = "cannot connect: " + why;
      cause = unwrap(failure);
    }
    failPending(which);
    if (streams != null) {
      streams.detach();
    }
    firstUp.completeExceptionally(unwrap(failure));
    long delay = delay(failures++);
    // No link begins before the last one has ended, so that messages keep their order.
    end(which, false)
        .whenComplete(
            (ok, ignored) ->
                post(
                    () -> {
                      nextAttempt = control.schedule(this::attempt, delay, TimeUnit.MILLISECONDS);
                    }));
  }

  /** Half of it is by chance, lest all nodes of a cluster come back at the same moment. */
  private long delay(int failures) {
    long longest = options.maxReconnectDelay().toMillis();
    long full = Math.min(longest, FIRST_DELAY.toMillis() << Math.min(failures, 20));
    return full / 2 + ThreadLocalRandom.current().nextLong(full / 2 + 1);
  }

  /** Ends a link, whether it is there or yet to come. */
  private CompletionStage<Void> end(Side which, boolean forGood) {
    CompletionStage<? extends BusLink> connecting = which.connecting;
    if (connecting == null) {
      return CompletableFuture.completedFuture(null);
    }
    return connecting
        .handle((link, failure) -> link)
        .thenCompose(
            link ->
                link == null ? CompletableFuture.<Void>completedFuture(null) : link.close(forGood))
        .toCompletableFuture()
        .copy()
        .orTimeout(CLOSE_TIMEOUT.toMillis() / 2, TimeUnit.MILLISECONDS);
  }

  private void failPending(Side of) {
    for (Pending<?> waiting : pending) {
      if (waiting.side == of) {
        waiting.fail(reason, cause);
      }
    }
  }

  private void beat() {
    Side asked = side;
    if (asked == null || !asked.isReady || asked.isLost) {
      return;
    }
    CompletionStage<Void> last = asked.ping;
    if (last != null && !last.toCompletableFuture().isDone()) {
      // Behind much traffic an answer may take its time; but one of several connections may be
      // dead.
      asked.missedBeats++;
      if (!asked.isHeard || asked.missedBeats >= MAX_MISSED_BEATS) {
        lost(asked, new TimeoutException("no answer to a heartbeat within " + options.heartbeat()));
      }
      asked.isHeard = false;
      return;
    }
    asked.missedBeats = 0;
    asked.isHeard = false;
    CompletionStage<Void> ping = asked.link().ping();
    asked.ping = ping;
    ping.whenComplete(
        (ok, failure) -> {
          if (failure != null) {
            asked.onLost(failure);
          }
        });
  }

  private void become(State next, String why, @Nullable Throwable because) {
    reason = why;
    cause = because;
    if (state == next) {
      return;
    }
    state = next;
    for (Consumer<State> listener : stateListeners) {
      try {
        listener.accept(next);
      } catch (RuntimeException failure) {
        log.error("{}: a listener of states failed", name, failure);
      }
    }
  }

  private static void cancelDeadline(Side of) {
    ScheduledFuture<?> deadline = of.deadline;
    if (deadline != null) {
      deadline.cancel(false);
    }
  }

  // ---- the rest ----

  @Override
  public State state() {
    return state;
  }

  @Override
  public void onStateChange(Consumer<State> listener) {
    stateListeners.add(Objects.requireNonNull(listener, "listener"));
  }

  @Override
  public BusStats stats() {
    return new BusStats(
        published.sum(),
        failed.sum(),
        received.sum(),
        refused.sum(),
        repeated.sum(),
        outages.sum(),
        lost.sum());
  }

  @Override
  public void close() {
    if (closing.compareAndSet(false, true)) {
      control.execute(this::end);
    }
    try {
      closed.get(CLOSE_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException | TimeoutException late) {
      log.warn("{}: not closed in order: {}", name, brief(late));
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void end() {
    Side last = side;
    current = null;
    become(State.CLOSED, "closed", null);
    firstUp.completeExceptionally(new CancellationException("closed"));
    List<Topic> left;
    synchronized (lock) {
      left = new ArrayList<>(topics.values());
      topics.clear();
      wired = null;
    }
    for (Topic entry : left) {
      for (Subscriber subscriber : entry.subscribers) {
        subscriber.refuse(new BusUnavailableException(text(), null));
      }
    }
    CompletionStage<Void> followed =
        streams == null ? CompletableFuture.completedFuture(null) : streams.end(unavailable());
    CompletionStage<Void> ended = CompletableFuture.completedFuture(null);
    if (last != null) {
      cancelDeadline(last);
      last.isLost = true;
      last.isHandled = true;
      failPending(last);
      ended = end(last, true);
    }
    ended
        .runAfterBoth(followed, () -> {})
        .handle((ok, ignored) -> connector.close())
        .thenCompose(stage -> stage)
        .whenComplete(
            (ok, failure) -> {
              control.shutdown();
              if (failure == null) {
                closed.complete(null);
              } else {
                closed.completeExceptionally(failure);
              }
            });
  }

  private String text() {
    return name + ": " + reason;
  }

  private static Throwable unwrap(Throwable failure) {
    Throwable inner = failure;
    while ((inner instanceof CompletionException || inner instanceof ExecutionException)
        && inner.getCause() != null) {
      inner = inner.getCause();
    }
    return inner;
  }

  /** Returns the first reason of all, and the last if it says something else. */
  static String brief(Throwable failure) {
    Throwable last = unwrap(failure);
    Throwable first = last;
    while (first.getCause() != null && first.getCause() != first) {
      first = first.getCause();
    }
    String text = last.getMessage() == null ? last.getClass().getSimpleName() : last.getMessage();
    String root = first.getMessage();
    return root == null || text.contains(root) ? text : text + ": " + root;
  }

  private void post(Runnable task) {
    try {
      control.execute(
          () -> {
            try {
              task.run();
            } catch (RejectedExecutionException closedMeanwhile) {
              log.debug("{}: closed meanwhile", name);
            } catch (RuntimeException failure) {
              log.error("{}: a task of the bus failed; the bus goes on", name, failure);
            }
          });
    } catch (RejectedExecutionException closedMeanwhile) {
      log.debug("{}: closed meanwhile", name);
    }
  }

  private void every(Duration period, Runnable task) {
    long nanos = Math.max(period.toNanos(), 1_000_000);
    var unused =
        control.scheduleWithFixedDelay(() -> post(task), nanos, nanos, TimeUnit.NANOSECONDS);
  }

  /** A link and what is known of it. Fields that are not volatile: control only. */
  private final class Side implements BusLink.Events {
    private volatile boolean isLost;
    private volatile boolean isHeard; // since the last heartbeat
    private volatile @Nullable BusLink link;
    private @Nullable CompletionStage<? extends BusLink> connecting;
    private @Nullable ScheduledFuture<?> deadline;
    private @Nullable CompletionStage<Void> ping;
    private final Set<Topic> awaited = new HashSet<>();
    private final Set<Follow> unplaced = new HashSet<>();
    private boolean isWired;
    private boolean isReady;
    private boolean isBlocked;
    private boolean isHandled;
    private int missedBeats;

    BusLink link() {
      return Objects.requireNonNull(link, "link");
    }

    @Override
    public void onMessage(BusTopic topic, String channel, ByteBuffer message) {
      if (!isLost) {
        isHeard = true;
        deliver(topic, channel, message);
      }
    }

    @Override
    public void onRefused() {
      refused.increment();
    }

    @Override
    public void onRepeated() {
      repeated.increment();
    }

    @Override
    public void onBlocked(@Nullable String why) {
      post(() -> blocked(this, why));
    }

    @Override
    public void onLost(Throwable failure) {
      post(() -> lost(this, failure));
    }
  }

  /** A topic and who hears it. */
  private static final class Topic {
    private final BusTopic topic;
    private final List<Subscriber> subscribers = new CopyOnWriteArrayList<>();
    private boolean isInEffect; // lock; on the present link
    private volatile boolean wasInEffect; // on some link

    Topic(BusTopic topic) {
      this.topic = topic;
    }
  }

  private final class Subscriber implements Subscription {
    private final BusTopic topic;
    private final Listener listener;
    private final CompletableFuture<Void> established = new CompletableFuture<>();
    private final AtomicBoolean isCancelled = new AtomicBoolean();
    private volatile CompletionStage<Void> cancelled = CompletableFuture.completedFuture(null);

    Subscriber(BusTopic topic, Listener listener) {
      this.topic = topic;
      this.listener = listener;
    }

    void hear(String channel, ByteBuffer message) {
      if (isCancelled.get()) {
        return;
      }
      try {
        listener.onMessage(channel, message.asReadOnlyBuffer());
      } catch (RuntimeException failure) {
        log.error("{}: a listener of {} failed; it goes on", name, topic, failure);
      }
    }

    void establish() {
      established.complete(null);
    }

    void refuse(Throwable why) {
      established.completeExceptionally(why);
    }

    @Override
    public CompletionStage<Void> established() {
      return established.minimalCompletionStage();
    }

    @Override
    public CompletionStage<Void> cancel() {
      if (isCancelled.compareAndSet(false, true)) {
        cancelled = ReconnectingBus.this.cancel(this);
        refuse(new CancellationException("cancelled before it was in effect"));
      }
      return cancelled;
    }
  }

  /** A message that was handed to a link, or a question. */
  private final class Pending<T> extends CompletableFuture<T> {
    private final Side side;
    private final boolean counts;
    private final long since = System.nanoTime();

    Pending(Side side, boolean counts) {
      this.side = side;
      this.counts = counts;
    }

    void taken(T answer) {
      if (complete(answer) && counts) {
        published.increment();
      }
    }

    void fail(String why, @Nullable Throwable failure) {
      Throwable because = failure == null ? null : unwrap(failure);
      boolean perhaps =
          !(because instanceof BusUnavailableException unavailable)
              || unavailable.mayHaveBeenTaken();
      if (completeExceptionally(new BusUnavailableException(name + ": " + why, because, perhaps))
          && counts) {
        failed.increment();
      }
    }
  }

  /** What the streams need of this bus. */
  private final class Home implements ReconnectingStreams.Bus {
    @Override
    public <T> CompletionStage<T> ask(
        long size, boolean counts, Function<BusLink, CompletionStage<T>> question) {
      return ReconnectingBus.this.ask(size, counts, question);
    }

    @Override
    public String name() {
      return name;
    }

    @Override
    public BusOptions options() {
      return options;
    }

    @Override
    public void post(Runnable task) {
      ReconnectingBus.this.post(task);
    }

    @Override
    public void schedule(Runnable task, Duration delay) {
      try {
        var unused = control.schedule(() -> post(task), delay.toNanos(), TimeUnit.NANOSECONDS);
      } catch (RejectedExecutionException closedMeanwhile) {
        log.debug("{}: closed meanwhile", name);
      }
    }

    @Override
    public Duration pause(int failures) {
      return Duration.ofMillis(delay(failures));
    }

    @Override
    public void onEntry() {
      received.increment();
    }

    @Override
    public void onLost(long entries) {
      lost.add(entries);
    }

    @Override
    public void settled(Follow follow) {
      post(
          () -> {
            Side present = side;
            if (present != null && present.unplaced.remove(follow)) {
              becomeUpIfReady(present);
            }
          });
    }
  }
}

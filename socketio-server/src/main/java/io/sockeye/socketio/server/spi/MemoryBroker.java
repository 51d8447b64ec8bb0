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

import io.sockeye.socketio.server.spi.BusStreams.Entry;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A broker inside of one process, for tests: nodes of a cluster side by side, with outages at will.
 * Messages are handed on by the threads that publish, and entries of streams by those that append.
 *
 * <p>The lock is {@code core}; it is not held while messages are handed on.
 */
public final class MemoryBroker {
  /** What all ways lead to; it is the lock. */
  private static final class Core {
    private final Set<Link> links = new LinkedHashSet<>();
    private final List<Held<?>> held = new ArrayList<>(); // oldest first
    private final List<Waiting> waiting = new ArrayList<>(); // in the order of their questions
    private final MemoryStreams streams = new MemoryStreams();

    /** Forgets a link, under the lock; returns what tells those who wait on it. */
    private List<Runnable> remove(Link link) {
      List<Runnable> failures = new ArrayList<>();
      links.remove(link);
      held.removeIf(each -> each.link() == link && failures.add(each::fail));
      waiting.removeIf(each -> each.link() == link && failures.add(each::fail));
      return failures;
    }

    /** Gives readers what has come for them, under the lock; returns their links. */
    private List<Link> wake(String stream) {
      List<Link> hearing = new ArrayList<>();
      waiting.removeIf(
          each -> {
            if (!each.stream().equals(stream)) {
              return false;
            }
            if (each.answer().isDone()) { // its time is over
              return true;
            }
            List<Entry> entries = streams.after(stream, each.after(), each.limit());
            if (entries.isEmpty()) {
              return false;
            }
            each.link().deliveries.add(() -> each.answer().complete(entries));
            hearing.add(each.link());
            return true;
          });
      return hearing;
    }
  }

  private final Core core;
  private volatile boolean isRunning = true; // changed under the lock
  private volatile boolean isStalled = false; // changed under the lock

  /** What a link asked for while the broker was stalled. */
  private record Held<T>(Link link, Supplier<T> action, CompletableFuture<T> done) {
    /** Does it; returns what tells who asked. */
    Runnable run() {
      T answer = action.get();
      return () -> done.complete(answer);
    }

    void fail() {
      done.completeExceptionally(stopped());
    }
  }

  /** A reader of a stream that has no entries for it yet. */
  private record Waiting(
      Link link, String stream, StreamId after, int limit, CompletableFuture<List<Entry>> answer) {
    void fail() {
      answer.completeExceptionally(stopped());
    }
  }

  /** Creates one that runs. */
  public MemoryBroker() {
    this(new Core());
  }

  private MemoryBroker(Core core) {
    this.core = core;
  }

  /** Connects a bus with the default options. */
  public ClusterBus connect() {
    return connect(BusOptions.defaults());
  }

  /** Connects a bus. */
  public ClusterBus connect(BusOptions options) {
    return ReconnectingBus.connect("memory", new Connector(), options);
  }

  /**
   * Returns another way to this broker, with outages of its own: {@link #stop}, {@link #stall} and
   * {@link #start} concern the buses that came the same way.
   */
  public MemoryBroker anotherWay() {
    return new MemoryBroker(core);
  }

  /** Deletes a stream or a value, as {@code DEL} does: ids of the stream begin anew. */
  public void delete(String key) {
    synchronized (core) {
      core.streams.delete(key);
    }
  }

  /**
   * Appends an entry with an id, as {@code XADD} does.
   *
   * @throws IllegalArgumentException if the id is not greater than the last one
   */
  public void append(String stream, String id, Map<String, String> fields) {
    List<Link> hearing;
    synchronized (core) {
      core.streams.append(stream, StreamId.parse(id), fields, Long.MAX_VALUE);
      hearing = core.wake(stream);
    }
    hearing.forEach(Link::deliver);
  }

  /** Breaks all connections, and refuses others until {@link #start}. */
  public void stop() {
    List<Link> lost;
    List<Runnable> failures = new ArrayList<>();
    synchronized (core) {
      isRunning = false;
      isStalled = false;
      lost = core.links.stream().filter(link -> link.way() == this).toList();
      lost.forEach(link -> failures.addAll(core.remove(link)));
    }
    failures.forEach(Runnable::run);
    lost.forEach(link -> link.events.onLost(stopped()));
  }

  /** Keeps the connections, but answers nothing and hands on nothing until {@link #start}. */
  public void stall() {
    synchronized (core) {
      isStalled = true;
    }
  }

  /** Runs again. */
  public void start() {
    List<Runnable> answers = new ArrayList<>();
    List<Link> hearing;
    synchronized (core) {
      isRunning = true;
      isStalled = false;
      core.held.removeIf(each -> each.link().way() == this && answers.add(each.run()));
      hearing = new ArrayList<>(core.links);
    }
    hearing.forEach(Link::deliver);
    answers.forEach(Runnable::run);
  }

  private static IllegalStateException stopped() {
    return new IllegalStateException("the broker is stopped");
  }

  private final class Connector implements BusConnector {
    @Override
    public CompletionStage<BusLink> connect(BusLink.Events events) {
      synchronized (core) {
        if (!isRunning) {
          return CompletableFuture.failedFuture(stopped());
        }
        Link link = new Link(events);
        core.links.add(link);
        return CompletableFuture.completedFuture(link);
      }
    }

    @Override
    public boolean supportsPrefix() {
      return true;
    }

    @Override
    public boolean supportsStreams() {
      return true;
    }

    @Override
    public CompletionStage<Void> close() {
      return CompletableFuture.completedFuture(null);
    }
  }

  private final class Link implements BusLink {
    private final BusLink.Events events;
    private final Set<BusTopic> topics = new HashSet<>(); // under the lock
    private final Queue<Runnable> deliveries = new ConcurrentLinkedQueue<>();
    private final AtomicInteger delivering = new AtomicInteger();

    Link(BusLink.Events events) {
      this.events = events;
    }

    private CompletionStage<Void> tell(Runnable action) {
      return ask(
          () -> {
            action.run();
            return null;
          });
    }

    MemoryBroker way() {
      return MemoryBroker.this;
    }

    private <T> CompletionStage<T> ask(Supplier<T> action) {
      synchronized (core) {
        if (!core.links.contains(this)) {
          return CompletableFuture.failedFuture(stopped());
        }
        if (isStalled) {
          Held<T> later = new Held<>(this, action, new CompletableFuture<>());
          core.held.add(later);
          return later.done();
        }
        return CompletableFuture.completedFuture(action.get());
      }
    }

    @Override
    public CompletionStage<Void> publish(String channel, byte[] message) {
      List<Link> hearing = new ArrayList<>();
      CompletionStage<Void> taken =
          tell(
              () -> {
                for (Link link : core.links) {
                  for (BusTopic topic : link.topics) {
                    if (topic.isPrefix()
                        ? channel.startsWith(topic.name())
                        : channel.equals(topic.name())) {
                      link.deliveries.add(
                          () -> link.events.onMessage(topic, channel, ByteBuffer.wrap(message)));
                      hearing.add(link);
                    }
                  }
                }
              });
      hearing.forEach(Link::deliver);
      return taken;
    }

    /** Makes the deliveries that are due, unless somebody does so already: he sees these too. */
    private void deliver() {
      if (isStalled) {
        return; // until the start
      }
      if (delivering.getAndIncrement() == 0) {
        int seen = 1;
        do {
          for (Runnable delivery; (delivery = deliveries.poll()) != null; ) {
            delivery.run();
          }
          seen = delivering.addAndGet(-seen);
        } while (seen != 0);
      }
    }

    @Override
    public CompletionStage<Void> subscribe(BusTopic topic) {
      return tell(() -> topics.add(topic));
    }

    @Override
    public CompletionStage<Void> unsubscribe(BusTopic topic) {
      return tell(() -> topics.remove(topic));
    }

    @Override
    public CompletionStage<OptionalInt> subscribers(String channel) {
      BusTopic topic = new BusTopic(channel, false);
      return ask(
          () ->
              OptionalInt.of(
                  (int) core.links.stream().filter(link -> link.topics.contains(topic)).count()));
    }

    @Override
    public CompletionStage<Void> ping() {
      return tell(() -> {});
    }

    @Override
    public CompletionStage<Void> close(boolean forGood) {
      List<Runnable> failures;
      synchronized (core) {
        failures = core.remove(this);
      }
      failures.forEach(Runnable::run);
      return CompletableFuture.completedFuture(null);
    }

    @Override
    public StreamLink streams() {
      return new Streams(this);
    }
  }

  private final class Streams implements StreamLink {
    private final Link link;

    Streams(Link link) {
      this.link = link;
    }

    @Override
    public CompletionStage<String> append(
        String stream, Map<String, String> fields, long maxLength) {
      List<Link> hearing = new ArrayList<>();
      CompletionStage<String> id =
          link.ask(
              () -> {
                StreamId next = core.streams.append(stream, null, fields, maxLength);
                hearing.addAll(core.wake(stream));
                return next.toString();
              });
      hearing.forEach(Link::deliver);
      return id;
    }

    @Override
    public CompletionStage<List<Entry>> range(String stream, String from, String to, int limit) {
      return link.ask(() -> core.streams.range(stream, from, to, limit));
    }

    @Override
    public CompletionStage<List<Entry>> newest(String stream, String upTo, int limit) {
      return link.ask(() -> core.streams.newest(stream, upTo, limit));
    }

    @Override
    public CompletionStage<Condition> condition(String stream) {
      return link.ask(() -> core.streams.condition(stream));
    }

    @Override
    public CompletionStage<Void> put(String key, String value, Duration timeToLive) {
      return link.tell(() -> core.streams.put(key, value, timeToLive));
    }

    @Override
    public CompletionStage<@Nullable String> take(String key) {
      return link.ask(() -> core.streams.take(key));
    }

    @Override
    public CompletionStage<? extends Reader> reader(String stream) {
      return link.ask(() -> new MemoryReader(link, stream));
    }
  }

  private final class MemoryReader implements StreamLink.Reader {
    private final Link link;
    private final String stream;
    private @Nullable CompletableFuture<List<Entry>> last; // under the lock; what was read last

    MemoryReader(Link link, String stream) {
      this.link = link;
      this.stream = stream;
    }

    @Override
    public CompletionStage<List<Entry>> read(String after, int limit, Duration wait) {
      CompletableFuture<List<Entry>> answer = new CompletableFuture<>();
      return link.ask(
              () -> {
                last = answer;
                StreamId id = StreamId.parse(after);
                List<Entry> entries = core.streams.after(stream, id, limit);
                if (entries.isEmpty()) {
                  core.waiting.add(new Waiting(link, stream, id, limit, answer));
                  answer.completeOnTimeout(List.of(), wait.toNanos(), TimeUnit.NANOSECONDS);
                } else {
                  answer.complete(entries);
                }
                return answer;
              })
          .thenCompose(later -> later);
    }

    @Override
    public CompletionStage<Void> close() {
      CompletableFuture<List<Entry>> open;
      synchronized (core) {
        open = last;
        core.waiting.removeIf(each -> each.answer() == open);
      }
      if (open != null) {
        open.completeExceptionally(stopped());
      }
      return CompletableFuture.completedFuture(null);
    }
  }
}

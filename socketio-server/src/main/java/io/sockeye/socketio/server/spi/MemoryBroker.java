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
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A broker inside of one process, for tests: nodes of a cluster side by side, with outages at will.
 * Messages are handed on by the threads that publish.
 *
 * <p>{@code lock} guards links and topics; it is not held while messages are handed on.
 */
public final class MemoryBroker {
  private final Object lock = new Object();
  private final Set<Link> links = new LinkedHashSet<>(); // lock
  private final List<Held> held = new ArrayList<>(); // lock; oldest first
  private boolean isRunning = true; // lock
  private boolean isStalled = false; // lock

  /** What a link asked for while the broker was stalled. */
  private record Held(Link link, Runnable action, CompletableFuture<Void> done) {}

  /** Creates one that runs. */
  public MemoryBroker() {}

  /** Connects a bus with the default options. */
  public ClusterBus connect() {
    return connect(BusOptions.defaults());
  }

  /** Connects a bus. */
  public ClusterBus connect(BusOptions options) {
    return ReconnectingBus.connect("memory", new Connector(), options);
  }

  /** Breaks all connections, and refuses others until {@link #start}. */
  public void stop() {
    List<Link> lost;
    List<Held> dropped;
    synchronized (lock) {
      isRunning = false;
      isStalled = false;
      lost = new ArrayList<>(links);
      links.clear();
      dropped = new ArrayList<>(held);
      held.clear();
    }
    dropped.forEach(each -> each.done().completeExceptionally(stopped()));
    lost.forEach(link -> link.events.onLost(stopped()));
  }

  /** Keeps the connections, but answers nothing and hands on nothing until {@link #start}. */
  public void stall() {
    synchronized (lock) {
      isStalled = true;
    }
  }

  /** Runs again. */
  public void start() {
    List<Held> resumed;
    List<Link> hearing;
    synchronized (lock) {
      isRunning = true;
      isStalled = false;
      resumed = new ArrayList<>(held);
      held.clear();
      resumed.forEach(each -> each.action().run());
      hearing = new ArrayList<>(links);
    }
    hearing.forEach(Link::deliver);
    resumed.forEach(each -> each.done().complete(null));
  }

  private static IllegalStateException stopped() {
    return new IllegalStateException("the broker is stopped");
  }

  private final class Connector implements BusConnector {
    @Override
    public CompletionStage<BusLink> connect(BusLink.Events events) {
      synchronized (lock) {
        if (!isRunning) {
          return CompletableFuture.failedFuture(stopped());
        }
        Link link = new Link(events);
        links.add(link);
        return CompletableFuture.completedFuture(link);
      }
    }

    @Override
    public boolean supportsPrefix() {
      return true;
    }

    @Override
    public CompletionStage<Void> close() {
      return CompletableFuture.completedFuture(null);
    }
  }

  private final class Link implements BusLink {
    private final BusLink.Events events;
    private final Set<BusTopic> topics = new HashSet<>(); // lock
    private final Queue<Runnable> deliveries = new ConcurrentLinkedQueue<>();
    private final AtomicInteger delivering = new AtomicInteger();

    Link(BusLink.Events events) {
      this.events = events;
    }

    private CompletionStage<Void> ask(Runnable action) {
      synchronized (lock) {
        if (!links.contains(this)) {
          return CompletableFuture.failedFuture(stopped());
        }
        if (isStalled) {
          Held later = new Held(this, action, new CompletableFuture<>());
          held.add(later);
          return later.done();
        }
        action.run();
      }
      return CompletableFuture.completedFuture(null);
    }

    @Override
    public CompletionStage<Void> publish(String channel, byte[] message) {
      List<Link> hearing = new ArrayList<>();
      CompletionStage<Void> taken =
          ask(
              () -> {
                for (Link link : links) {
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
      return ask(() -> topics.add(topic));
    }

    @Override
    public CompletionStage<Void> unsubscribe(BusTopic topic) {
      return ask(() -> topics.remove(topic));
    }

    @Override
    public CompletionStage<OptionalInt> subscribers(String channel) {
      BusTopic topic = new BusTopic(channel, false);
      AtomicInteger count = new AtomicInteger();
      return ask(() -> links.forEach(link -> count.addAndGet(link.topics.contains(topic) ? 1 : 0)))
          .thenApply(ok -> OptionalInt.of(count.get()));
    }

    @Override
    public CompletionStage<Void> ping() {
      return ask(() -> {});
    }

    @Override
    public CompletionStage<Void> close(boolean forGood) {
      List<Held> dropped;
      synchronized (lock) {
        links.remove(this);
        dropped = held.stream().filter(each -> each.link() == this).toList();
        held.removeAll(dropped);
      }
      dropped.forEach(each -> each.done().completeExceptionally(stopped()));
      return CompletableFuture.completedFuture(null);
    }
  }
}

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
  private boolean isRunning = true; // lock

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
    synchronized (lock) {
      isRunning = false;
      lost = new ArrayList<>(links);
      links.clear();
    }
    for (Link link : lost) {
      link.events.onLost(new IllegalStateException("the broker was stopped"));
    }
  }

  /** Runs again. */
  public void start() {
    synchronized (lock) {
      isRunning = true;
    }
  }

  private final class Connector implements BusConnector {
    @Override
    public CompletionStage<BusLink> connect(BusLink.Events events) {
      synchronized (lock) {
        if (!isRunning) {
          return CompletableFuture.failedFuture(new IllegalStateException("the broker is stopped"));
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
    private final AtomicInteger undelivered = new AtomicInteger();

    Link(BusLink.Events events) {
      this.events = events;
    }

    private CompletionStage<Void> ifThere(Runnable action) {
      synchronized (lock) {
        if (!links.contains(this)) {
          return CompletableFuture.failedFuture(
              new BusUnavailableException("the broker is stopped", null));
        }
        action.run();
      }
      return CompletableFuture.completedFuture(null);
    }

    @Override
    public CompletionStage<Void> publish(String channel, byte[] message) {
      List<Link> hearing = new ArrayList<>();
      CompletionStage<Void> taken =
          ifThere(
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
      hearing.forEach(Link::deliverOne);
      return taken;
    }

    /** Counts one delivery; who counts the first makes them, until none is left. */
    private void deliverOne() {
      if (undelivered.getAndIncrement() == 0) {
        do {
          Runnable delivery = deliveries.poll();
          if (delivery != null) { // always: queued before it is counted
            delivery.run();
          }
        } while (undelivered.decrementAndGet() != 0);
      }
    }

    @Override
    public CompletionStage<Void> subscribe(BusTopic topic) {
      return ifThere(() -> topics.add(topic));
    }

    @Override
    public CompletionStage<Void> unsubscribe(BusTopic topic) {
      return ifThere(() -> topics.remove(topic));
    }

    @Override
    public CompletionStage<OptionalInt> subscribers(String channel) {
      BusTopic topic = new BusTopic(channel, false);
      AtomicInteger count = new AtomicInteger();
      return ifThere(
              () -> links.forEach(link -> count.addAndGet(link.topics.contains(topic) ? 1 : 0)))
          .thenApply(ok -> OptionalInt.of(count.get()));
    }

    @Override
    public CompletionStage<Void> ping() {
      return ifThere(() -> {});
    }

    @Override
    public CompletionStage<Void> close() {
      synchronized (lock) {
        links.remove(this);
      }
      return CompletableFuture.completedFuture(null);
    }
  }
}

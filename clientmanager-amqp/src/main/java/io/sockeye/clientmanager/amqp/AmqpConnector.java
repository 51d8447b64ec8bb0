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
package io.sockeye.clientmanager.amqp;

import com.rabbitmq.client.Address;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.impl.ForgivingExceptionHandler;
import io.sockeye.socketio.server.spi.BusConnector;
import io.sockeye.socketio.server.spi.BusLink;
import io.sockeye.socketio.server.spi.BusOptions;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Connects to an AMQP broker, and keeps what belongs to the queue and outlives a link. Everything
 * that may block runs on {@code setup}, one task at a time; messages are handed on by {@code
 * inbound}.
 */
final class AmqpConnector implements BusConnector {
  private static final Logger log = LoggerFactory.getLogger(AmqpConnector.class);

  private final ConnectionFactory factory;
  private final List<Address> addresses;
  private final BusOptions options;
  private final String id = UUID.randomUUID().toString();
  private final AtomicLong messages = new AtomicLong();
  private final Set<String> bound = ConcurrentHashMap.newKeySet();
  private final Redeliveries redeliveries = new Redeliveries();
  private final ExecutorService setup;
  private final ExecutorService inbound;

  AmqpConnector(ConnectionFactory factory, List<Address> addresses, BusOptions options) {
    this.factory = factory;
    this.addresses = addresses;
    this.options = options;
    factory.setExceptionHandler(new QuietHandler());
    factory.setThreadFactory(task -> daemon(task, "sockeye-amqp"));
    setup = Executors.newSingleThreadExecutor(task -> daemon(task, "sockeye-amqp-setup"));
    inbound = Executors.newSingleThreadExecutor(task -> daemon(task, "sockeye-amqp-inbound"));
  }

  static Thread daemon(Runnable task, String name) {
    Thread thread = new Thread(task, name);
    thread.setDaemon(true);
    return thread;
  }

  /** Returns the name of the queue, which is the same after an outage. */
  String queue() {
    return "sockeye." + id;
  }

  /** Returns an id that no other message has. */
  String newMessageId() {
    return id + "-" + messages.incrementAndGet();
  }

  /** Returns the exchanges that the queue is bound to, as far as known. Setup only. */
  Set<String> bound() {
    return bound;
  }

  /** Returns what was handed on last. Inbound only. */
  Redeliveries redeliveries() {
    return redeliveries;
  }

  ExecutorService setup() {
    return setup;
  }

  @Override
  public CompletionStage<AmqpLink> connect(BusLink.Events events) {
    return CompletableFuture.supplyAsync(() -> open(events), setup);
  }

  private AmqpLink open(BusLink.Events events) {
    Connection listening = null;
    Connection publishing = null;
    try {
      listening = factory.newConnection(inbound, addresses, options.clientName() + " (listens)");
      publishing = factory.newConnection(inbound, addresses, options.clientName() + " (publishes)");
      return new AmqpLink(this, events, publishing, listening);
    } catch (IOException | TimeoutException | RuntimeException failure) {
      for (Connection connection : new Connection[] {listening, publishing}) {
        if (connection != null) {
          connection.abort(AmqpLink.CLOSE_MILLIS);
        }
      }
      throw new IllegalStateException(AmqpLink.explain(failure), failure);
    }
  }

  @Override
  public boolean supportsPrefix() {
    return false;
  }

  @Override
  public CompletionStage<Void> close() {
    return CompletableFuture.runAsync(
        () -> {
          inbound.shutdown();
          setup.shutdown();
        },
        setup);
  }

  /** Leaves it to the bus to speak of outages. */
  private static final class QuietHandler extends ForgivingExceptionHandler {
    @Override
    protected void log(String message, Throwable failure) {
      log.debug("{}", message, failure);
    }
  }
}

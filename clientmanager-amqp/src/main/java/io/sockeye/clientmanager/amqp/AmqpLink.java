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

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.AlreadyClosedException;
import com.rabbitmq.client.BlockedListener;
import com.rabbitmq.client.BuiltinExchangeType;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.ConfirmListener;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.DefaultConsumer;
import com.rabbitmq.client.Envelope;
import com.rabbitmq.client.ShutdownSignalException;
import io.sockeye.socketio.server.spi.BusLink;
import io.sockeye.socketio.server.spi.BusTopic;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.HashSet;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentNavigableMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Two connections to an AMQP broker until the first of them is lost.
 *
 * <p><b>Concurrency.</b> The client of RabbitMQ blocks. So {@code writer}, a thread of the link, is
 * the only one that publishes; exchanges, queue and bindings are the business of the connector's
 * setup thread. Confirms come on the thread of the publishing connection.
 */
final class AmqpLink implements BusLink {
  static final int CLOSE_MILLIS = 1_000;

  private static final Logger log = LoggerFactory.getLogger(AmqpLink.class);

  private static final Map<String, Object> QUEUE_ARGUMENTS = Map.of("x-expires", 300_000);

  /** How many exchanges are remembered as declared. */
  private static final int MAX_DECLARED = 10_000;

  /** Those of kombu's messages that hold no program. */
  private static final Set<String> CONTENT_TYPES =
      Set.of("text/plain", "application/json", "application/octet-stream", "application/data");

  private static final AtomicBoolean warned = new AtomicBoolean();

  private final AmqpConnector connector;
  private final Events events;
  private final Connection publishing;
  private final Connection listening;
  private final Channel outbound;
  private final Channel inbound;
  private final BlockingQueue<Outgoing> outgoing = new LinkedBlockingQueue<>();
  private final ConcurrentNavigableMap<Long, CompletableFuture<Void>> unconfirmed =
      new ConcurrentSkipListMap<>();
  private final Set<String> wanted = ConcurrentHashMap.newKeySet();
  private volatile boolean isEnded;

  // setup only
  private @Nullable Channel topics;

  // writer only
  private @Nullable Channel declaring;
  private final Set<String> declared = new HashSet<>();

  /** A message for the writer. */
  private static final class Outgoing {
    private static final Outgoing END = new Outgoing("", new byte[0]);

    private final String channel;
    private final byte[] message;
    private final CompletableFuture<Void> taken = new CompletableFuture<>();

    Outgoing(String channel, byte[] message) {
      this.channel = channel;
      this.message = message;
    }
  }

  /** Creates one; on the setup thread. */
  AmqpLink(AmqpConnector connector, Events events, Connection publishing, Connection listening)
      throws IOException {
    this.connector = connector;
    this.events = events;
    this.publishing = publishing;
    this.listening = listening;
    watch(publishing);
    watch(listening);
    publishing.addBlockedListener(
        new BlockedListener() {
          @Override
          public void handleBlocked(String reason) {
            events.onBlocked(reason);
          }

          @Override
          public void handleUnblocked() {
            events.onBlocked(null);
          }
        });
    outbound = publishing.createChannel();
    outbound.addShutdownListener(this::lost);
    outbound.confirmSelect();
    outbound.addConfirmListener(new Confirms());
    inbound = listening.createChannel();
    inbound.addShutdownListener(this::lost);
    inbound.basicQos(Redeliveries.PREFETCH);
    String queue = connector.queue();
    inbound.queueDeclare(queue, false, false, false, QUEUE_ARGUMENTS);
    inbound.basicConsume(queue, false, new Inbound(inbound));
    AmqpConnector.daemon(this::write, "sockeye-amqp-outbound").start();
  }

  private void watch(Connection connection) {
    connection.addShutdownListener(this::lost);
  }

  private void lost(ShutdownSignalException cause) {
    if (!isEnded) {
      events.onLost(new IllegalStateException(explain(cause), cause));
    }
  }

  /** Returns what the broker or the network says, in one line. */
  static String explain(Throwable failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof ShutdownSignalException signal) {
        if (signal.getReason() instanceof AMQP.Connection.Close close) {
          return close.getReplyText();
        }
        if (signal.getReason() instanceof AMQP.Channel.Close close) {
          return close.getReplyText();
        }
      }
      if (cause.getCause() == null) {
        return cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
      }
    }
    return "unknown";
  }

  // ---- publishing ----

  @Override
  public CompletionStage<Void> publish(String channel, byte[] message) {
    Outgoing next = new Outgoing(channel, message);
    outgoing.add(next);
    if (isEnded) { // the writer may be gone
      failAll();
    }
    return next.taken;
  }

  private void write() {
    try {
      while (true) {
        Outgoing next = outgoing.take();
        if (next == Outgoing.END) {
          return;
        }
        write(next);
      }
    } catch (InterruptedException nobodyDoesThat) {
      Thread.currentThread().interrupt();
    }
  }

  private void write(Outgoing next) {
    try {
      declareOnce(next.channel);
    } catch (IOException | RuntimeException refused) {
      next.taken.completeExceptionally(refused);
      return;
    }
    long number = outbound.getNextPublishSeqNo();
    unconfirmed.put(number, next.taken);
    try {
      outbound.basicPublish(next.channel, "", properties(), next.message);
    } catch (IOException | RuntimeException failure) {
      unconfirmed.remove(number);
      next.taken.completeExceptionally(failure);
      if (!isEnded) {
        events.onLost(new IllegalStateException(explain(failure), failure));
      }
    }
    if (isEnded) { // after its end nobody else looks
      failAll();
    }
  }

  /** As kombu has them, with an id by which a repeated message is known. */
  private AMQP.BasicProperties properties() {
    return new AMQP.BasicProperties.Builder()
        .contentType("text/plain")
        .contentEncoding("utf-8")
        .deliveryMode(2)
        .priority(0)
        .messageId(connector.newMessageId())
        .build();
  }

  private void declareOnce(String channel) throws IOException {
    if (declared.contains(channel)) {
      return;
    }
    Channel open = declaring;
    if (open == null || !open.isOpen()) {
      open = publishing.createChannel();
      declaring = open;
    }
    declare(open, channel);
    if (declared.size() >= MAX_DECLARED) {
      declared.clear();
    }
    declared.add(channel);
  }

  private static void declare(Channel open, String exchange) throws IOException {
    try {
      open.exchangeDeclare(exchange, BuiltinExchangeType.FANOUT, false, false, null);
    } catch (IOException refused) {
      if (refused.getCause() instanceof ShutdownSignalException signal && !signal.isHardError()) {
        throw new IllegalStateException(
            "exchange \""
                + exchange
                + "\" is refused (expected: none, or one of type fanout that is neither durable nor"
                + " auto-delete): "
                + explain(refused),
            refused);
      }
      throw refused;
    }
  }

  private final class Confirms implements ConfirmListener {
    @Override
    public void handleAck(long number, boolean multiple) {
      settle(number, multiple, null);
    }

    @Override
    public void handleNack(long number, boolean multiple) {
      settle(number, multiple, new IllegalStateException("the broker refused a message"));
    }

    private void settle(long number, boolean multiple, @Nullable Exception failure) {
      if (!multiple) {
        settle(unconfirmed.remove(number), failure);
        return;
      }
      for (Map.Entry<Long, CompletableFuture<Void>> first;
          (first = unconfirmed.firstEntry()) != null && first.getKey() <= number; ) {
        settle(unconfirmed.remove(first.getKey()), failure);
      }
    }

    private static void settle(
        @Nullable CompletableFuture<Void> taken, @Nullable Exception failure) {
      if (taken == null) {
        return;
      }
      if (failure == null) {
        taken.complete(null);
      } else {
        taken.completeExceptionally(failure);
      }
    }
  }

  // ---- listening ----

  @Override
  public CompletionStage<Void> subscribe(BusTopic topic) {
    wanted.add(topic.name());
    return setUp(
        channel -> {
          declare(channel, topic.name());
          channel.queueBind(connector.queue(), topic.name(), "");
          connector.bound().add(topic.name());
        });
  }

  @Override
  public CompletionStage<Void> unsubscribe(BusTopic topic) {
    wanted.remove(topic.name());
    return unbind(topic.name());
  }

  private CompletionStage<Void> unbind(String exchange) {
    return setUp(
        channel -> {
          channel.queueUnbind(connector.queue(), exchange, "");
          connector.bound().remove(exchange);
        });
  }

  private interface Setup {
    void on(Channel channel) throws IOException;
  }

  private CompletionStage<Void> setUp(Setup task) {
    CompletableFuture<Void> done = new CompletableFuture<>();
    try {
      connector
          .setup()
          .execute(
              () -> {
                try {
                  Channel open = topics;
                  if (open == null || !open.isOpen()) { // what is refused closes it
                    open = listening.createChannel();
                    topics = open;
                  }
                  task.on(open);
                  done.complete(null);
                } catch (IOException | RuntimeException failure) {
                  done.completeExceptionally(failure);
                }
              });
    } catch (RejectedExecutionException closed) {
      done.completeExceptionally(closed);
    }
    return done;
  }

  private final class Inbound extends DefaultConsumer {
    Inbound(Channel channel) {
      super(channel);
    }

    @Override
    public void handleDelivery(
        String tag, Envelope envelope, AMQP.BasicProperties properties, byte[] body) {
      try {
        // First: what is handed on twice is worse than what is lost when the process dies just now.
        getChannel().basicAck(envelope.getDeliveryTag(), false);
      } catch (IOException | AlreadyClosedException lost) {
        return; // it comes again
      }
      String channel = envelope.getExchange();
      if (!isAccepted(properties.getContentType())) {
        refuse(properties.getContentType());
      } else if (connector
          .redeliveries()
          .isRepeated(envelope.isRedeliver(), channel, properties.getMessageId(), body)) {
        events.onRepeated();
      } else {
        events.onMessage(new BusTopic(channel, false), channel, ByteBuffer.wrap(body));
      }
    }

    private void refuse(@Nullable String contentType) {
      events.onRefused();
      if (warned.compareAndSet(false, true)) {
        log.warn(
            "Messages with content type \"{}\" are refused (expected: one of {}). Said once",
            contentType,
            CONTENT_TYPES);
      }
    }

    @Override
    public void handleCancel(String tag) {
      events.onLost(new IllegalStateException("the broker has deleted the queue of this bus"));
    }
  }

  /** Returns whether a message may be handed on, by its content type. */
  static boolean isAccepted(@Nullable String contentType) {
    if (contentType == null || contentType.isEmpty()) {
      return true;
    }
    int end = contentType.indexOf(';');
    String type = (end < 0 ? contentType : contentType.substring(0, end)).strip();
    return CONTENT_TYPES.contains(type.toLowerCase(Locale.ROOT));
  }

  @Override
  public CompletionStage<OptionalInt> subscribers(String channel) {
    return CompletableFuture.completedFuture(OptionalInt.empty());
  }

  /** The protocol has heartbeats. This is the time to give up what was cancelled while down. */
  @Override
  public CompletionStage<Void> ping() {
    for (String exchange : connector.bound()) {
      if (!wanted.contains(exchange)) {
        var unused = unbind(exchange);
      }
    }
    return CompletableFuture.completedFuture(null);
  }

  // ---- the end ----

  @Override
  public CompletionStage<Void> close(boolean forGood) {
    isEnded = true;
    failAll();
    return CompletableFuture.runAsync(
        () -> {
          if (forGood) { // else the queue goes on collecting until it expires
            try {
              inbound.queueDeleteNoWait(connector.queue(), false, false);
            } catch (IOException | AlreadyClosedException lost) {
              log.debug("The queue of a bus is left to expire", lost);
            }
          }
          publishing.abort(CLOSE_MILLIS);
          listening.abort(CLOSE_MILLIS);
          outgoing.add(Outgoing.END);
          failAll();
        },
        connector.setup());
  }

  private void failAll() {
    IllegalStateException lost = new IllegalStateException("connection to the broker lost");
    for (Outgoing next : outgoing) {
      if (next != Outgoing.END && outgoing.remove(next)) {
        next.taken.completeExceptionally(lost);
      }
    }
    for (Long number : unconfirmed.keySet()) {
      CompletableFuture<Void> taken = unconfirmed.remove(number);
      if (taken != null) {
        taken.completeExceptionally(lost);
      }
    }
  }
}

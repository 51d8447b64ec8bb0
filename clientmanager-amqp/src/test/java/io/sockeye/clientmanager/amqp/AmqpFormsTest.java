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

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.abort;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.BuiltinExchangeType;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.Delivery;
import io.sockeye.brokers.Broker;
import io.sockeye.brokers.Brokers;
import io.sockeye.brokers.RabbitProcess;
import io.sockeye.brokers.TestCertificate;
import io.sockeye.socketio.server.ClusterBuses;
import io.sockeye.socketio.server.spi.BusOptions;
import io.sockeye.socketio.server.spi.BusUnavailableException;
import io.sockeye.socketio.server.spi.ClusterBus;
import io.sockeye.socketio.server.spi.ClusterBus.State;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What goes over the wire, seen from the other side with RabbitMQ's own client. */
class AmqpFormsTest {
  private static final BusOptions REQUIRED = BusOptions.builder().brokerRequired(true).build();

  private final Broker broker = Brokers.amqp();
  private final String exchange = "sockeye-forms-" + UUID.randomUUID();
  private Connection connection;
  private Channel peer;

  @BeforeEach
  void connectPeer() throws Exception {
    connection = factory().newConnection();
    peer = connection.createChannel();
  }

  @AfterEach
  void closePeer() {
    connection.abort(1_000);
  }

  private ConnectionFactory factory() throws Exception {
    ConnectionFactory factory = new ConnectionFactory();
    factory.setUri(broker.url());
    return factory;
  }

  private ClusterBus bus() {
    return ClusterBuses.connect(broker.url().toString(), REQUIRED);
  }

  private static <T> T get(CompletionStage<T> stage) throws Exception {
    return stage.toCompletableFuture().get(20, SECONDS);
  }

  private static ByteBuffer bytes(String text) {
    return ByteBuffer.wrap(text.getBytes(UTF_8));
  }

  private static BlockingQueue<String> listen(ClusterBus bus, String channel) throws Exception {
    BlockingQueue<String> heard = new LinkedBlockingQueue<>();
    get(
        bus.subscribe(channel, (name, message) -> heard.add(UTF_8.decode(message).toString()))
            .established());
    return heard;
  }

  @Test
  void exchangesAndMessagesAreThoseOfKombu() throws Exception {
    // Declared as kombu does: a mismatch would be 406 here or there.
    peer.exchangeDeclare(exchange, BuiltinExchangeType.FANOUT, false, false, null);
    String queue = "python-socketio." + UUID.randomUUID();
    peer.queueDeclare(queue, false, false, false, Map.of("x-expires", 300_000));
    peer.queueBind(queue, exchange, "");
    BlockingQueue<Delivery> deliveries = new LinkedBlockingQueue<>();
    peer.basicConsume(queue, true, (tag, delivery) -> deliveries.add(delivery), tag -> {});
    try (ClusterBus bus = bus()) {
      BlockingQueue<String> heard = listen(bus, exchange);

      get(bus.publish(exchange, bytes("{\"method\": \"emit\"}")));

      Delivery delivery = deliveries.poll(20, SECONDS);
      assertThat(delivery.getBody()).asString().isEqualTo("{\"method\": \"emit\"}");
      assertThat(delivery.getEnvelope().getRoutingKey()).isEmpty();
      AMQP.BasicProperties properties = delivery.getProperties();
      assertThat(properties.getContentType()).isEqualTo("text/plain");
      assertThat(properties.getContentEncoding()).isEqualTo("utf-8");
      assertThat(properties.getDeliveryMode()).isEqualTo(2);
      assertThat(properties.getPriority()).isEqualTo(0);
      assertThat(heard.poll(20, SECONDS)).isEqualTo("{\"method\": \"emit\"}");
      peer.exchangeDeclare(exchange, BuiltinExchangeType.FANOUT, false, false, null);
    }
    peer.queueDelete(queue);
  }

  @Test
  void picklesAreRefusedAndCountedAndOtherFormsPass() throws Exception {
    try (ClusterBus bus = bus()) {
      BlockingQueue<String> heard = listen(bus, exchange);
      for (String type :
          new String[] {
            "application/x-python-serialize",
            "text/plain",
            "application/json",
            null,
            "application/octet-stream"
          }) {
        // aio_pika publishes with a routing key, and without a content type.
        peer.basicPublish(
            exchange,
            "*",
            new AMQP.BasicProperties.Builder().contentType(type).build(),
            String.valueOf(type).getBytes(UTF_8));
      }
      for (String type :
          List.of("text/plain", "application/json", "null", "application/octet-stream")) {
        assertThat(heard.poll(20, SECONDS)).isEqualTo(type);
      }
      assertThat(bus.stats().refused()).isEqualTo(1);
    }
  }

  @Test
  void anExchangeOfAnotherKindIsNamed() throws Exception {
    if (broker.how().contains("Qpid")) {
      abort("Qpid takes an exchange that is durable for one that is not");
    }
    peer.exchangeDeclare(exchange, BuiltinExchangeType.FANOUT, true, false, null);
    try (ClusterBus bus = bus()) {
      String expected =
          "exchange \"" + exchange + "\" is refused (expected: none, or one of type fanout";
      assertThatThrownBy(() -> get(bus.subscribe(exchange, (name, message) -> {}).established()))
          .hasMessageContaining(expected);
      assertThatThrownBy(() -> get(bus.publish(exchange, bytes("x"))))
          .hasMessageContaining(expected);
      assertThat(bus.state()).isEqualTo(State.UP);
      BlockingQueue<String> heard = listen(bus, exchange + "-other");
      get(bus.publish(exchange + "-other", bytes("x")));
      assertThat(heard.poll(20, SECONDS)).isEqualTo("x");
    } finally {
      peer.exchangeDelete(exchange);
    }
  }

  @Test
  void anExchangeThatIsDeletedIsMadeAnew() throws Exception {
    BusOptions quick = BusOptions.builder().maxReconnectDelay(Duration.ofMillis(100)).build();
    try (ClusterBus bus = ClusterBuses.connect(broker.url().toString(), quick)) {
      BlockingQueue<State> states = new LinkedBlockingQueue<>();
      bus.onStateChange(states::add);
      BlockingQueue<String> heard = listen(bus, exchange);
      get(bus.publish(exchange, bytes("1")));
      peer.exchangeDelete(exchange);

      assertThatThrownBy(() -> get(bus.publish(exchange, bytes("2"))))
          .hasCauseInstanceOf(BusUnavailableException.class);
      assertThat(states.poll(20, SECONDS)).isEqualTo(State.DOWN);
      assertThat(states.poll(20, SECONDS)).isEqualTo(State.UP);
      get(bus.publish(exchange, bytes("3")));

      assertThat(heard.poll(20, SECONDS)).isEqualTo("1");
      assertThat(heard.poll(20, SECONDS)).isEqualTo("3");
    }
  }

  @Test
  void aFactoryOfTheApplicationIsUsed() throws Exception {
    ConnectionFactory factory = factory();
    try (ClusterBus bus = AmqpBus.create(factory, REQUIRED)) {
      BlockingQueue<String> heard = listen(bus, exchange);
      get(bus.publish(exchange, bytes("x")));
      assertThat(heard.poll(20, SECONDS)).isEqualTo("x");
    }
    assertThat(factory.isAutomaticRecoveryEnabled()).isTrue(); // left as it was
  }

  @Test
  void aWrongPasswordIsSaidAndNotShown() {
    String url = "amqp://nobody:secret@" + broker.host() + ":" + broker.port();
    assertThatThrownBy(() -> ClusterBuses.connect(url, REQUIRED).close())
        .isInstanceOf(BusUnavailableException.class)
        .hasMessageContaining("cannot connect: ")
        .hasMessageNotContaining("secret");
  }

  @Test
  void parametersThatAreNotKnownAreRefused() {
    assertThatThrownBy(() -> ClusterBuses.connect("amqp://localhost?heartbeat=7"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("parameter \"heartbeat\"");
  }

  private static RabbitProcess process() throws Exception {
    if (RabbitProcess.program() == null) {
      abort("rabbitmq-server is not on the PATH (Debian: apt-get install rabbitmq-server)");
    }
    return RabbitProcess.shared();
  }

  @Test
  void tls() throws Exception {
    int port = process().tlsPort();
    BusOptions trusting =
        BusOptions.builder().brokerRequired(true).trust(TestCertificate.trust()).build();
    try (ClusterBus bus = ClusterBuses.connect("amqps://guest:guest@localhost:" + port, trusting)) {
      BlockingQueue<String> heard = listen(bus, exchange);
      get(bus.publish(exchange, bytes("x")));
      assertThat(heard.poll(20, SECONDS)).isEqualTo("x");
    }
    assertThatThrownBy(() -> ClusterBuses.connect("amqps://localhost:" + port, REQUIRED).close())
        .isInstanceOf(BusUnavailableException.class)
        .hasMessageContaining("unable to find valid certification path");
  }

  @Test
  void theQueueGoesWithTheBus() throws Exception {
    RabbitProcess rabbit = process();
    Set<String> before = queues(rabbit);
    Set<String> during;
    try (ClusterBus bus =
        ClusterBuses.connect("amqp://guest:guest@127.0.0.1:" + rabbit.port(), REQUIRED)) {
      during = queues(rabbit);
    }
    during.removeAll(before);
    assertThat(during).hasSize(1);
    assertThat(queues(rabbit)).doesNotContainAnyElementsOf(during);
  }

  private static Set<String> queues(RabbitProcess rabbit) throws Exception {
    String names = rabbit.control("-q", "list_queues", "name");
    return names
        .lines()
        .filter(name -> name.startsWith("sockeye."))
        .collect(Collectors.toCollection(HashSet::new));
  }

  @Test
  void aBrokerShortOfMemoryIsDownButIsHeard() throws Exception {
    RabbitProcess rabbit = process();
    String url = "amqp://guest:guest@127.0.0.1:" + rabbit.port();
    BusOptions options = BusOptions.builder().publishTimeout(Duration.ofSeconds(1)).build();
    try (ClusterBus bus = ClusterBuses.connect(url, options)) {
      BlockingQueue<State> states = new LinkedBlockingQueue<>();
      bus.onStateChange(states::add);
      BlockingQueue<String> heard = listen(bus, exchange);
      get(bus.publish(exchange, bytes("before")));
      assertThat(heard.poll(20, SECONDS)).isEqualTo("before");
      rabbit.control("set_vm_memory_high_watermark", "absolute", "1");

      CompletionStage<Void> blocked =
          bus.publish(exchange, bytes("x")); // tells the broker that we publish
      assertThat(states.poll(20, SECONDS)).isEqualTo(State.DOWN);
      assertThatThrownBy(() -> get(blocked)).hasCauseInstanceOf(BusUnavailableException.class);
      CompletionStage<Void> refused = bus.publish(exchange, bytes("y"));
      assertThat(refused.toCompletableFuture()).isCompletedExceptionally();
      assertThatThrownBy(() -> get(refused))
          .hasMessageContaining("the broker takes no messages for now");

      rabbit.control("set_vm_memory_high_watermark", "0.4");
      assertThat(states.poll(20, SECONDS)).isEqualTo(State.UP);
      get(bus.publish(exchange, bytes("after")));
      assertThat(heard.poll(20, SECONDS)).isIn("x", "after");
    } finally {
      rabbit.control("set_vm_memory_high_watermark", "0.4");
    }
  }
}

/** A message queue on RabbitMQ, by AMQP 0-9-1. */
module io.sockeye.clientmanager.amqp {
  requires static org.jspecify;
  requires transitive com.rabbitmq.client;
  requires transitive io.sockeye.socketio.server;
  requires org.slf4j;

  exports io.sockeye.clientmanager.amqp;

  provides io.sockeye.socketio.server.spi.ClusterBusProvider with
      io.sockeye.clientmanager.amqp.AmqpBusProvider;
}

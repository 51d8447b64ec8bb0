/**
 * A message queue on RabbitMQ, by AMQP 0-9-1: {@link io.sockeye.clientmanager.amqp.AmqpBus} over a
 * connection factory that an application has; else found by the scheme of a URL.
 */
@NullMarked
package io.sockeye.clientmanager.amqp;

import org.jspecify.annotations.NullMarked;

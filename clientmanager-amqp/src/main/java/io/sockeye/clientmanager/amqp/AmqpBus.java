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
import com.rabbitmq.client.ConnectionFactory;
import io.sockeye.socketio.server.spi.BusOptions;
import io.sockeye.socketio.server.spi.BusUnavailableException;
import io.sockeye.socketio.server.spi.BusUrl;
import io.sockeye.socketio.server.spi.ClusterBus;
import io.sockeye.socketio.server.spi.ReconnectingBus;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;

/**
 * Connects to RabbitMQ, or another broker of AMQP 0-9-1. A channel is a fanout exchange of that
 * name, neither durable nor deleted by itself, as the {@code KombuManager} of python-socketio has
 * it; a bus has one queue, which goes with it, or five minutes after a process that just stops.
 *
 * <p>What is published during an outage of a subscriber is heard when it is back, unless the broker
 * itself was restarted. There are no prefixes, and nobody counts subscribers. Messages whose
 * content type is neither text nor JSON nor plain bytes, such as Python's pickles, are refused and
 * counted.
 *
 * <p>A bus has two connections, since a broker that is short of memory stops reading from those
 * that publish: it is then {@link ClusterBus.State#DOWN}, but goes on hearing.
 */
public final class AmqpBus {
  private AmqpBus() {}

  /**
   * Connects; waits as {@link ReconnectingBus#connect} does.
   *
   * @throws IllegalArgumentException if something in the URL is not understood
   * @throws BusUnavailableException if the broker is not there and the options ask for it
   */
  public static ClusterBus connect(BusUrl url, BusOptions options) {
    ConnectionFactory factory = new ConnectionFactory();
    boolean tls = url.scheme().equals("amqps");
    String user = url.user();
    String password = url.password();
    if (user != null) {
      factory.setUsername(user);
    }
    if (password != null) {
      factory.setPassword(password);
    }
    String host = url.pathName();
    factory.setVirtualHost(host.isEmpty() ? "/" : host);
    for (String parameter : url.query().keySet()) {
      if (!parameter.equals("verifyPeer")) {
        throw new IllegalArgumentException(
            url + ": parameter \"" + parameter + "\" (expected: verifyPeer, or none)");
      }
    }
    if (tls) {
      secure(factory, url, options);
    }
    int port =
        tls ? ConnectionFactory.DEFAULT_AMQP_OVER_SSL_PORT : ConnectionFactory.DEFAULT_AMQP_PORT;
    List<Address> addresses =
        url.hosts().stream().map(each -> new Address(each.name(), each.portOr(port))).toList();
    if (addresses.isEmpty()) {
      throw new IllegalArgumentException(url + " (expected: a host)");
    }
    return connect(url.toString(), factory, addresses, options);
  }

  private static void secure(ConnectionFactory factory, BusUrl url, BusOptions options) {
    String verify = url.query().getOrDefault("verifyPeer", "full").toLowerCase(Locale.ROOT);
    try {
      if (verify.equals("none") || verify.equals("false")) {
        factory.useSslProtocol(); // trusts everybody
        return;
      }
      if (!verify.equals("full") && !verify.equals("true")) {
        throw new IllegalArgumentException(
            url + ": verifyPeer \"" + verify + "\" (expected: FULL or NONE)");
      }
      TrustManager[] trust = options.trust() == null ? null : options.trust().getTrustManagers();
      KeyManager[] identity =
          options.identity() == null ? null : options.identity().getKeyManagers();
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(identity, trust, null);
      factory.useSslProtocol(context);
      factory.enableHostnameVerification();
    } catch (GeneralSecurityException failure) {
      throw new IllegalStateException(url + ": no TLS: " + failure.getMessage(), failure);
    }
  }

  /** Connects with the default options. See {@link #create(ConnectionFactory, BusOptions)}. */
  public static ClusterBus create(ConnectionFactory factory) {
    return create(factory, BusOptions.defaults());
  }

  /**
   * Connects by a factory that an application has set up: with its address, credentials and TLS.
   * Reconnecting, heartbeats and time-outs are those of the bus.
   */
  public static ClusterBus create(ConnectionFactory factory, BusOptions options) {
    Objects.requireNonNull(factory, "factory");
    return connect(
        "amqp",
        factory.clone(),
        List.of(new Address(factory.getHost(), factory.getPort())),
        options);
  }

  private static ClusterBus connect(
      String name, ConnectionFactory factory, List<Address> addresses, BusOptions options) {
    int millis = (int) Math.min(options.connectTimeout().toMillis(), Integer.MAX_VALUE);
    factory.setAutomaticRecoveryEnabled(false); // the bus does, and knows when all is there again
    factory.setTopologyRecoveryEnabled(false);
    factory.setConnectionTimeout(millis);
    factory.setHandshakeTimeout(millis);
    factory.setChannelRpcTimeout(millis);
    factory.setRequestedHeartbeat(
        (int) Math.max(1, Math.min(options.heartbeat().toSeconds(), 600)));
    return ReconnectingBus.connect(name, new AmqpConnector(factory, addresses, options), options);
  }
}

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
package io.sockeye.socketio.server;

import io.sockeye.socketio.server.spi.BusOptions;
import io.sockeye.socketio.server.spi.BusUnavailableException;
import io.sockeye.socketio.server.spi.BusUrl;
import io.sockeye.socketio.server.spi.ClusterBus;
import io.sockeye.socketio.server.spi.ClusterBusProvider;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Connects to the message queue that a URL names, with what is on the class path: {@code redis},
 * then {@code amqp}, then those of third parties, which are found in the same way, with {@link
 * ServiceLoader}.
 */
public final class ClusterBuses {
  private static final Logger log = LoggerFactory.getLogger(ClusterBuses.class);

  /** A loader that fails may do so again and again. */
  private static final int MAX_PROVIDERS = 100;

  /** The schemes of the modules of this project, which may be missing. */
  private static final Set<String> REDIS =
      Set.of(
          "redis",
          "rediss",
          "redis+ssl",
          "redis+tls",
          "redis-cluster",
          "rediss-cluster",
          "redis-sentinel",
          "rediss-sentinel",
          "redis+sentinel",
          "rediss+sentinel",
          "redis-socket",
          "redis+socket",
          "unix",
          "valkey",
          "valkeys",
          "valkey-cluster",
          "valkeys-cluster",
          "valkey+sentinel",
          "valkeys+sentinel");

  private static final Set<String> AMQP = Set.of("amqp", "amqps");

  private ClusterBuses() {}

  /** Connects with the default options. See {@link #connect(String, BusOptions)}. */
  public static ClusterBus connect(String url) {
    return connect(url, BusOptions.defaults());
  }

  /**
   * Connects; waits for the broker, as long as {@link BusOptions#connectTimeout} says.
   *
   * @param url such as {@code redis://:password@host:6379/0} or {@code amqp://user:password@host};
   *     neither logs nor errors show its user and password
   * @throws IllegalArgumentException if the URL is not understood
   * @throws IllegalStateException if nothing on the class path serves its scheme; the message names
   *     the artifact to add
   * @throws BusUnavailableException if the broker is not there and the options ask for it
   */
  public static ClusterBus connect(String url, BusOptions options) {
    BusUrl parsed = BusUrl.parse(url);
    return choose(parsed.scheme(), providers()).connect(parsed, options);
  }

  static ClusterBusProvider choose(String scheme, List<ClusterBusProvider> inOrder) {
    for (ClusterBusProvider provider : inOrder) {
      if (provider.schemes().contains(scheme)) {
        return provider;
      }
    }
    if (REDIS.contains(scheme)) {
      throw missing(scheme, "redis");
    }
    if (AMQP.contains(scheme)) {
      throw missing(scheme, "amqp");
    }
    Set<String> known = new TreeSet<>(REDIS);
    known.addAll(AMQP);
    inOrder.stream().map(ClusterBusProvider::schemes).forEach(known::addAll);
    throw new IllegalArgumentException(
        "Message queue \"" + scheme + "://\" is not known (expected: one of " + known + ")");
  }

  private static IllegalStateException missing(String scheme, String module) {
    return new IllegalStateException(
        "Message queue \""
            + scheme
            + "://\" is not served by anything on the class path: add"
            + " io.sockeye:sockeye-clientmanager-"
            + module);
  }

  private static List<ClusterBusProvider> providers() {
    List<ClusterBusProvider> found = new ArrayList<>();
    Collection<String> names = new HashSet<>();
    // An application's class loader may be another than this module's, and may see more or less.
    List<ServiceLoader<ClusterBusProvider>> loaders =
        List.of(
            ServiceLoader.load(ClusterBusProvider.class),
            ServiceLoader.load(ClusterBusProvider.class, ClusterBuses.class.getClassLoader()));
    for (ServiceLoader<ClusterBusProvider> loader : loaders) {
      Iterator<ClusterBusProvider> providers = loader.iterator();
      for (int i = 0; i < MAX_PROVIDERS; i++) {
        try {
          if (!providers.hasNext()) {
            break;
          }
          ClusterBusProvider provider = providers.next();
          if (names.add(provider.name())) {
            found.add(provider);
          }
        } catch (ServiceConfigurationError unloadable) {
          log.debug("Passing over a message queue whose libraries are missing", unloadable);
        }
      }
    }
    found.sort(Comparator.comparingInt(ClusterBusProvider::preference));
    return found;
  }
}

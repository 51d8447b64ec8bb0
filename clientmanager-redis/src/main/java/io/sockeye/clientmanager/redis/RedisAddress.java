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
package io.sockeye.clientmanager.redis;

import io.lettuce.core.RedisURI;
import io.lettuce.core.SslVerifyMode;
import io.sockeye.socketio.server.spi.BusOptions;
import io.sockeye.socketio.server.spi.BusUrl;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a URL says of Redis. The forms are those of Lettuce, of python-socketio ({@code
 * redis+sentinel://host:port/db/master}, {@code unix:///path?db=0}), and hosts with commas between
 * them for a Redis Cluster.
 *
 * @param uris one; or several nodes of a Redis Cluster, any of which will do
 * @param isCluster whether it is a Redis Cluster
 */
record RedisAddress(List<RedisURI> uris, boolean isCluster) {
  static final Set<String> SCHEMES =
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

  private static final Set<String> PARAMETERS =
      Set.of("db", "database", "verifyPeer", "sentinelMasterId");

  static RedisAddress of(BusUrl url, BusOptions options) {
    for (String parameter : url.query().keySet()) {
      if (!PARAMETERS.contains(parameter)) {
        throw new IllegalArgumentException(
            url + ": parameter \"" + parameter + "\" (expected: one of " + PARAMETERS + ")");
      }
    }
    String scheme = url.scheme();
    boolean tls =
        scheme.matches("(rediss|valkeys)([-+].*)?") || scheme.matches("redis\\+(ssl|tls)");
    if (scheme.endsWith("sentinel")) {
      return new RedisAddress(List.of(sentinel(url, options, tls)), false);
    }
    if (scheme.equals("unix") || scheme.endsWith("socket")) {
      if (url.path().length() < 2) {
        throw new IllegalArgumentException(url + " (expected: unix:///path/of/the/socket)");
      }
      RedisURI uri = RedisURI.Builder.socket("/" + url.pathName()).build();
      return new RedisAddress(List.of(fill(uri, url, options, url.query().get("db"))), false);
    }
    if (url.hosts().isEmpty()) {
      throw new IllegalArgumentException(url + " (expected: a host)");
    }
    boolean isCluster = scheme.endsWith("-cluster") || url.hosts().size() > 1;
    String database = url.pathName();
    if (isCluster && !database.isEmpty() && !database.equals("0")) {
      throw new IllegalArgumentException(
          url + ": database " + database + " (expected: 0; a Redis Cluster has no other)");
    }
    List<RedisURI> uris =
        url.hosts().stream()
            .map(
                host -> {
                  RedisURI uri = RedisURI.create(host.name(), host.portOr(6379));
                  secure(uri, url, tls);
                  return fill(uri, url, options, database);
                })
            .toList();
    return new RedisAddress(uris, isCluster);
  }

  /** {@code //hosts/db/master}, {@code //hosts/db#master}, {@code //hosts/master}. */
  private static RedisURI sentinel(BusUrl url, BusOptions options, boolean tls) {
    String database = "";
    String master = url.fragment();
    if (master == null) {
      master = url.query().get("sentinelMasterId");
    }
    for (String part : url.pathName().split("/", -1)) {
      if (part.matches("[0-9]+") && database.isEmpty()) {
        database = part;
      } else if (!part.isEmpty()) {
        master = part;
      }
    }
    if (master == null || master.isEmpty() || url.hosts().isEmpty()) {
      throw new IllegalArgumentException(
          url
              + " (expected: hosts of sentinels and the name of a master, such as"
              + " redis-sentinel://host1,host2/0#mymaster)");
    }
    RedisURI.Builder builder = RedisURI.builder().withSentinelMasterId(master);
    for (BusUrl.Host host : url.hosts()) {
      RedisURI sentinel = RedisURI.create(host.name(), host.portOr(RedisURI.DEFAULT_SENTINEL_PORT));
      sentinel.setTimeout(options.connectTimeout());
      secure(sentinel, url, tls);
      builder.withSentinel(sentinel);
    }
    RedisURI uri = builder.build();
    secure(uri, url, tls);
    return fill(uri, url, options, database);
  }

  private static void secure(RedisURI uri, BusUrl url, boolean tls) {
    if (!tls) {
      return;
    }
    uri.setSsl(true);
    String verify = url.query().get("verifyPeer");
    if (verify != null) {
      Map<String, SslVerifyMode> modes =
          Map.of(
              "full", SslVerifyMode.FULL,
              "true", SslVerifyMode.FULL,
              "ca", SslVerifyMode.CA,
              "none", SslVerifyMode.NONE,
              "false", SslVerifyMode.NONE);
      SslVerifyMode mode = modes.get(verify.toLowerCase(Locale.ROOT));
      if (mode == null) {
        throw new IllegalArgumentException(
            url + ": verifyPeer \"" + verify + "\" (expected: FULL, CA or NONE)");
      }
      uri.setVerifyPeer(mode);
    }
  }

  private static RedisURI fill(
      RedisURI uri, BusUrl url, BusOptions options, @Nullable String database) {
    String number = database == null || database.isEmpty() ? url.query().get("database") : database;
    if (number == null) {
      number = url.query().getOrDefault("db", "0");
    }
    if (!number.matches("[0-9]{1,6}")) {
      throw new IllegalArgumentException(
          url + ": database \"" + number + "\" (expected: a number)");
    }
    uri.setDatabase(Integer.parseInt(number));
    uri.setTimeout(options.connectTimeout());
    uri.setClientName(options.clientName());
    String password = url.password();
    if (password != null && !password.isEmpty()) {
      String user = url.user();
      if (user == null) {
        uri.setAuthentication(password.toCharArray());
      } else {
        uri.setAuthentication(user, password.toCharArray());
      }
    }
    return uri;
  }
}

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

import io.lettuce.core.RedisChannelHandler;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.RedisConnectionStateListener;
import io.lettuce.core.api.AsyncCloseable;
import io.lettuce.core.api.StatefulConnection;
import io.lettuce.core.api.async.RedisAsyncCommands;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.codec.RedisCodec;
import io.lettuce.core.codec.StringCodec;
import io.lettuce.core.pubsub.RedisPubSubAdapter;
import io.lettuce.core.pubsub.api.async.RedisPubSubAsyncCommands;
import io.sockeye.socketio.server.spi.BusLink;
import io.sockeye.socketio.server.spi.BusTopic;
import io.sockeye.socketio.server.spi.StreamLink;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/**
 * Connections to Redis until the first of them is lost. Lettuce keeps the order of commands on
 * each, and calls the listener on the connection's event loop.
 */
final class RedisLink implements BusLink {
  /** Names are UTF-8, messages are bytes. */
  static final RedisCodec<String, byte[]> CODEC =
      RedisCodec.of(StringCodec.UTF8, ByteArrayCodec.INSTANCE);

  private final Events events;
  private final boolean sharded;
  private final List<RedisNode> nodes;
  private final Function<String, RedisNode> nodeOf;
  private final List<? extends AsyncCloseable> roots;
  private final RedisStreams streams;

  /** The topics, by the patterns that they are to Redis. */
  private final Map<String, BusTopic> patterns = new ConcurrentHashMap<>();

  /** How many answers to SUNSUBSCRIBE are due, by channel; others mean that its slot has moved. */
  private final Map<String, Integer> leaving = new ConcurrentHashMap<>();

  /**
   * Creates one.
   *
   * @param nodes all nodes
   * @param nodeOf the node of a channel
   * @param roots what to close so that all is closed
   * @param dedicated makes a connection for a stream; blocks
   */
  RedisLink(
      Events events,
      boolean sharded,
      List<RedisNode> nodes,
      Function<String, RedisNode> nodeOf,
      List<? extends AsyncCloseable> roots,
      Function<String, DedicatedConnection> dedicated) {
    this.events = events;
    this.sharded = sharded;
    this.nodes = nodes;
    this.nodeOf = nodeOf;
    this.roots = roots;
    streams =
        new RedisStreams(
            key -> nodeOf.apply(key).publishing().async(), dedicated, this::checkMoved);
    for (RedisNode node : nodes) {
      node.listening().addListener(new Inbound());
      watch(node.publishing());
      watch(node.listening());
    }
  }

  private void watch(StatefulConnection<String, byte[]> connection) {
    connection.addListener(
        new RedisConnectionStateListener() {
          @Override
          public void onRedisDisconnected(RedisChannelHandler<?, ?> handler) {
            events.onLost(new IllegalStateException("connection to Redis lost"));
          }
        });
    if (!connection.isOpen()) { // it was lost before the listener was there
      events.onLost(new IllegalStateException("connection to Redis lost"));
    }
  }

  @Override
  public CompletionStage<Void> publish(String channel, byte[] message) {
    RedisAsyncCommands<String, byte[]> commands = nodeOf.apply(channel).publishing().async();
    return (sharded ? commands.spublish(channel, message) : commands.publish(channel, message))
        .handle(
            (count, failure) -> {
              if (failure == null) {
                return null;
              }
              checkMoved(failure);
              throw failure instanceof RuntimeException unchecked
                  ? unchecked
                  : new IllegalStateException(failure);
            });
  }

  /** Gives the link up if the answer is that another node has a slot now. */
  private void checkMoved(Throwable failure) {
    if (failure instanceof RedisCommandExecutionException
        && String.valueOf(failure.getMessage()).startsWith("MOVED ")) {
      events.onLost(new IllegalStateException("a slot has moved", failure));
    }
  }

  @Override
  public StreamLink streams() {
    return streams;
  }

  @Override
  public CompletionStage<Void> subscribe(BusTopic topic) {
    RedisPubSubAsyncCommands<String, byte[]> commands = listening(topic);
    if (topic.isPrefix()) {
      String pattern = pattern(topic.name());
      patterns.put(pattern, topic);
      return commands.psubscribe(pattern);
    }
    return sharded ? commands.ssubscribe(topic.name()) : commands.subscribe(topic.name());
  }

  @Override
  public CompletionStage<Void> unsubscribe(BusTopic topic) {
    RedisPubSubAsyncCommands<String, byte[]> commands = listening(topic);
    if (topic.isPrefix()) {
      return commands.punsubscribe(pattern(topic.name()));
    }
    if (!sharded) {
      return commands.unsubscribe(topic.name());
    }
    leaving.merge(topic.name(), 1, Integer::sum);
    return commands.sunsubscribe(topic.name());
  }

  private RedisPubSubAsyncCommands<String, byte[]> listening(BusTopic topic) {
    return nodeOf.apply(topic.name()).listening().async();
  }

  /** Returns the pattern that matches what begins with a prefix, and nothing else. */
  static String pattern(String prefix) {
    return prefix.replaceAll("[*?\\[\\]\\\\^]", "\\\\$0") + "*";
  }

  @Override
  public CompletionStage<OptionalInt> subscribers(String channel) {
    List<CompletableFuture<Integer>> counts = new ArrayList<>();
    for (RedisNode node : nodes) {
      RedisAsyncCommands<String, byte[]> commands = node.publishing().async();
      counts.add(
          (sharded ? commands.pubsubShardNumsub(channel) : commands.pubsubNumsub(channel))
              .thenApply(RedisLink::total)
              .toCompletableFuture());
    }
    return all(counts)
        .thenApply(ok -> OptionalInt.of(counts.stream().mapToInt(CompletableFuture::join).sum()));
  }

  private static int total(Map<String, Long> counts) {
    return (int) counts.values().stream().mapToLong(Long::longValue).sum();
  }

  @Override
  public CompletionStage<Void> ping() {
    List<CompletableFuture<?>> answers = new ArrayList<>();
    for (RedisNode node : nodes) {
      answers.add(node.publishing().async().ping().toCompletableFuture());
      answers.add(node.listening().async().ping().toCompletableFuture());
    }
    return all(answers);
  }

  @Override
  public CompletionStage<Void> close(boolean forGood) {
    return all(roots.stream().map(AsyncCloseable::closeAsync).toList());
  }

  private static CompletableFuture<Void> all(List<? extends CompletableFuture<?>> futures) {
    return CompletableFuture.allOf(futures.toArray(new CompletableFuture<?>[0]));
  }

  private final class Inbound extends RedisPubSubAdapter<String, byte[]> {
    @Override
    public void message(String channel, byte[] message) {
      events.onMessage(new BusTopic(channel, false), channel, ByteBuffer.wrap(message));
    }

    @Override
    public void message(String pattern, String channel, byte[] message) {
      BusTopic topic = patterns.get(pattern);
      if (topic != null) {
        events.onMessage(topic, channel, ByteBuffer.wrap(message));
      }
    }

    @Override
    public void smessage(String channel, byte[] message) {
      message(channel, message);
    }

    @Override
    public void sunsubscribed(String channel, long count) {
      boolean[] asked = new boolean[1];
      leaving.computeIfPresent(
          channel,
          (name, due) -> {
            asked[0] = true;
            return due == 1 ? null : due - 1;
          });
      if (!asked[0]) {
        events.onLost(new IllegalStateException("the slot of a channel has moved"));
      }
    }
  }
}

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

import static java.nio.charset.StandardCharsets.UTF_8;

import io.lettuce.core.Limit;
import io.lettuce.core.Range;
import io.lettuce.core.RedisCommandExecutionException;
import io.lettuce.core.SetArgs;
import io.lettuce.core.StreamMessage;
import io.lettuce.core.XAddArgs;
import io.lettuce.core.api.async.RedisAsyncCommands;
import io.sockeye.socketio.server.spi.BusStreams;
import io.sockeye.socketio.server.spi.StreamLink;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Streams and values over the connections of a link that publish, so that all of it keeps one
 * order; each reader has a connection of its own.
 */
final class RedisStreams implements StreamLink {
  private final Function<String, RedisAsyncCommands<String, byte[]>> commandsOf;
  private final Function<String, DedicatedConnection> dedicated;
  private final Consumer<Throwable> onFailure;

  /**
   * Creates them.
   *
   * @param commandsOf where a key is
   * @param dedicated makes a connection for a stream; blocks
   * @param onFailure told each error that Redis answers with
   */
  RedisStreams(
      Function<String, RedisAsyncCommands<String, byte[]>> commandsOf,
      Function<String, DedicatedConnection> dedicated,
      Consumer<Throwable> onFailure) {
    this.commandsOf = commandsOf;
    this.dedicated = dedicated;
    this.onFailure = onFailure;
  }

  @Override
  public CompletionStage<String> append(String stream, Map<String, String> fields, long maxLength) {
    Map<String, byte[]> body = new LinkedHashMap<>();
    fields.forEach((name, value) -> body.put(name, value.getBytes(UTF_8)));
    XAddArgs arguments = new XAddArgs().maxlen(maxLength).approximateTrimming();
    return watched(commandsOf.apply(stream).xadd(stream, arguments, body));
  }

  @Override
  public CompletionStage<List<BusStreams.Entry>> range(
      String stream, String from, String to, int limit) {
    return watched(
            commandsOf.apply(stream).xrange(stream, Range.create(from, to), Limit.from(limit)))
        .thenApply(RedisStreams::entries);
  }

  @Override
  public CompletionStage<List<BusStreams.Entry>> newest(String stream, String upTo, int limit) {
    return watched(
            commandsOf.apply(stream).xrevrange(stream, Range.create("-", upTo), Limit.from(limit)))
        .thenApply(RedisStreams::entries);
  }

  static List<BusStreams.Entry> entries(List<StreamMessage<String, byte[]>> messages) {
    return messages.stream()
        .map(
            message -> {
              Map<String, String> fields = new LinkedHashMap<>();
              message.getBody().forEach((name, value) -> fields.put(name, text(value)));
              return new BusStreams.Entry(message.getId(), fields);
            })
        .toList();
  }

  @Override
  public CompletionStage<Condition> condition(String stream) {
    return watched(commandsOf.apply(stream).xinfoStream(stream))
        .handle(
            (info, failure) -> {
              if (failure == null) {
                return condition(info);
              }
              Throwable cause =
                  failure instanceof CompletionException && failure.getCause() != null
                      ? failure.getCause()
                      : failure;
              if (cause instanceof RedisCommandExecutionException
                  && String.valueOf(cause.getMessage()).contains("no such key")) {
                return new Condition("0-0", null, 0, 0);
              }
              throw new CompletionException(cause);
            });
  }

  /** Reads names and values by turns. */
  private static Condition condition(List<Object> info) {
    String lastId = "0-0";
    String firstId = null;
    long length = 0;
    long appended = -1;
    for (int i = 0; i + 1 < info.size(); i += 2) {
      Object value = info.get(i + 1);
      switch (text(info.get(i))) {
        case "last-generated-id" -> lastId = text(value);
        case "length" -> length = (Long) value;
        case "entries-added" -> appended = (Long) value;
        case "first-entry" -> firstId = value instanceof List<?> entry ? text(entry.get(0)) : null;
        default -> {} // radix trees and groups
      }
    }
    return new Condition(lastId, firstId, length, appended);
  }

  private static String text(Object value) {
    return value instanceof byte[] bytes ? new String(bytes, UTF_8) : String.valueOf(value);
  }

  @Override
  public CompletionStage<Void> put(String key, String value, Duration timeToLive) {
    return watched(
            commandsOf
                .apply(key)
                .set(key, value.getBytes(UTF_8), SetArgs.Builder.px(timeToLive.toMillis())))
        .thenApply(ok -> null);
  }

  @Override
  public CompletionStage<@Nullable String> take(String key) {
    return watched(commandsOf.apply(key).getdel(key))
        .thenApply(value -> value == null ? null : text(value));
  }

  @Override
  public CompletionStage<RedisReader> reader(String stream) {
    return RedisConnector.connecting(
        () -> new RedisReader(dedicated.apply(stream), stream, onFailure));
  }

  private <T> CompletionStage<T> watched(CompletionStage<T> answer) {
    return answer.whenComplete(
        (ok, failure) -> {
          if (failure != null) {
            onFailure.accept(failure);
          }
        });
  }
}

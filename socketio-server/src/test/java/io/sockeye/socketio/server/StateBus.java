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

import io.sockeye.socketio.server.spi.BusStats;
import io.sockeye.socketio.server.spi.ClusterBus;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** A bus that carries nothing, and is up or down as a test says. */
final class StateBus implements ClusterBus {
  private final List<Consumer<State>> listeners = new CopyOnWriteArrayList<>();
  private volatile State state = State.UP;

  void become(State next) {
    state = next;
    listeners.forEach(listener -> listener.accept(next));
  }

  @Override
  public CompletionStage<Void> publish(String channel, ByteBuffer message) {
    return CompletableFuture.completedFuture(null);
  }

  @Override
  public Subscription subscribe(String channel, Listener listener) {
    throw new UnsupportedOperationException();
  }

  @Override
  public boolean supportsPrefix() {
    return false;
  }

  @Override
  public Subscription subscribePrefix(String prefix, Listener listener) {
    throw new UnsupportedOperationException();
  }

  @Override
  public CompletionStage<OptionalInt> subscribers(String channel) {
    return CompletableFuture.completedFuture(OptionalInt.empty());
  }

  @Override
  public State state() {
    return state;
  }

  @Override
  public void onStateChange(Consumer<State> listener) {
    listeners.add(listener);
  }

  @Override
  public BusStats stats() {
    return new BusStats(0, 0, 0, 0, 0, 0, 0);
  }

  @Override
  public void close() {}
}

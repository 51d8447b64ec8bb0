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
package io.sockeye.clientmanager.contract;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.sockeye.socketio.server.spi.BusOptions;
import io.sockeye.socketio.server.spi.ClusterBus;
import io.sockeye.socketio.server.spi.ClusterBus.State;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterEach;

/** What the contracts of buses have in common: buses that are closed, and outages that end. */
abstract class BusContract {
  private final List<ClusterBus> open = new ArrayList<>();

  /** Connects a bus to the broker, through what has the outages. */
  protected abstract ClusterBus connect(BusOptions options);

  /**
   * Returns what stands between {@link #connect} and the broker; the same in all of a test. Not
   * needed if {@link #cut}, {@link #stall} and {@link #restore} are overridden.
   */
  protected TcpProxy proxy() {
    throw new UnsupportedOperationException("proxy, or cut, stall and restore, must be overridden");
  }

  /** Breaks the connections of {@link #connect} and refuses others; by default with the proxy. */
  protected void cut() {
    proxy().cut();
  }

  /** Leaves the connections in place with nothing coming through; by default with the proxy. */
  protected void stall() {
    proxy().stall();
  }

  /** Ends what {@link #cut} and {@link #stall} began; by default with the proxy. */
  protected void restore() {
    proxy().restore();
  }

  /** Options that make outages short. */
  static BusOptions.Builder quick() {
    return BusOptions.builder()
        .clientName("sockeye-contract")
        .maxReconnectDelay(Duration.ofMillis(200));
  }

  final ClusterBus bus() {
    return bus(quick().build());
  }

  final ClusterBus bus(BusOptions options) {
    return kept(connect(options));
  }

  final ClusterBus kept(ClusterBus bus) {
    open.add(bus);
    return bus;
  }

  @AfterEach
  void close() {
    restore();
    open.forEach(ClusterBus::close);
  }

  static <T> T get(CompletionStage<T> stage) throws Exception {
    return stage.toCompletableFuture().get(30, SECONDS);
  }

  static Throwable failure(CompletionStage<?> stage) {
    try {
      get(stage);
    } catch (ExecutionException failed) {
      return Objects.requireNonNull(failed.getCause());
    } catch (Exception other) {
      return other;
    }
    throw new AssertionError("the stage did not fail");
  }

  static BlockingQueue<State> states(ClusterBus bus) {
    BlockingQueue<State> states = new LinkedBlockingQueue<>();
    bus.onStateChange(states::add);
    return states;
  }

  static void await(BlockingQueue<State> states, State wanted) throws Exception {
    assertThat(states.poll(30, SECONDS)).isEqualTo(wanted);
  }
}

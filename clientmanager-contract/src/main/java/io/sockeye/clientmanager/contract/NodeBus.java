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

import io.sockeye.socketio.server.spi.BusStats;
import io.sockeye.socketio.server.spi.BusStreams;
import io.sockeye.socketio.server.spi.BusUnavailableException;
import io.sockeye.socketio.server.spi.ClusterBus;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The bus of one node, which can be cut off from the others while the broker goes on for them. */
final class NodeBus implements ClusterBus {
  private enum Mode {
    OPEN,
    CUT_OFF,
    DEAD
  }

  private final ClusterBus bus;
  private final List<Consumer<State>> listeners = new CopyOnWriteArrayList<>();
  private final List<Runnable> restored = new CopyOnWriteArrayList<>();
  private volatile Mode mode = Mode.OPEN;

  NodeBus(ClusterBus bus) {
    this.bus = bus;
    bus.onStateChange(
        state -> {
          if (mode == Mode.OPEN) {
            tell(state);
          }
        });
  }

  private void tell(State state) {
    listeners.forEach(listener -> listener.accept(state));
  }

  /** The node finds that there is no broker any more. */
  void cutOff() {
    mode = Mode.CUT_OFF;
    tell(State.DOWN);
  }

  /** The node finds the broker again. */
  void restore() {
    mode = Mode.OPEN;
    tell(State.UP);
    restored.forEach(Runnable::run);
  }

  /** The node says and hears nothing more, and takes no leave: as if its process had ended. */
  void die() {
    mode = Mode.DEAD;
    bus.close();
  }

  @Override
  public CompletionStage<Void> publish(String channel, ByteBuffer message) {
    return switch (mode) {
      case OPEN -> bus.publish(channel, message);
      case CUT_OFF ->
          CompletableFuture.failedFuture(new BusUnavailableException("cut off by the test", null));
      case DEAD -> CompletableFuture.completedFuture(null);
    };
  }

  private Listener whileOpen(Listener listener) {
    return (channel, message) -> {
      if (mode == Mode.OPEN) {
        listener.onMessage(channel, message);
      }
    };
  }

  @Override
  public Subscription subscribe(String channel, Listener listener) {
    return bus.subscribe(channel, whileOpen(listener));
  }

  @Override
  public boolean supportsPrefix() {
    return bus.supportsPrefix();
  }

  @Override
  public Subscription subscribePrefix(String prefix, Listener listener) {
    return bus.subscribePrefix(prefix, whileOpen(listener));
  }

  @Override
  public CompletionStage<OptionalInt> subscribers(String channel) {
    return bus.subscribers(channel);
  }

  @Override
  public State state() {
    return switch (mode) {
      case OPEN -> bus.state();
      case CUT_OFF -> State.DOWN;
      case DEAD -> State.UP;
    };
  }

  @Override
  public void onStateChange(Consumer<State> listener) {
    listeners.add(listener);
  }

  @Override
  public Optional<BusStreams> streams() {
    return bus.streams().map(NodeStreams::new);
  }

  @Override
  public BusStats stats() {
    return bus.stats();
  }

  @Override
  public void close() {
    bus.close();
  }

  private <T> CompletionStage<T> ask(Supplier<CompletionStage<T>> question) {
    return switch (mode) {
      case OPEN -> question.get();
      case CUT_OFF ->
          CompletableFuture.failedFuture(new BusUnavailableException("cut off by the test", null));
      case DEAD -> new CompletableFuture<>();
    };
  }

  /** The broker's streams, as far as the node can reach them. */
  private final class NodeStreams implements BusStreams {
    private final BusStreams streams;

    NodeStreams(BusStreams streams) {
      this.streams = streams;
    }

    @Override
    public CompletionStage<String> append(
        String stream, Map<String, String> fields, long maxLength) {
      return ask(() -> streams.append(stream, fields, maxLength));
    }

    /** What is appended while the node is cut off it reads when it is back. */
    @Override
    public Subscription follow(String stream, EntryListener listener) {
      Queue<Runnable> unread = new ArrayDeque<>();
      restored.add(() -> readAll(unread));
      return streams.follow(
          stream,
          (name, entry) -> {
            synchronized (unread) {
              unread.add(() -> listener.onEntry(name, entry));
            }
            readAll(unread);
          });
    }

    private void readAll(Queue<Runnable> unread) {
      synchronized (unread) {
        while (mode == Mode.OPEN && !unread.isEmpty()) {
          unread.remove().run();
        }
      }
    }

    @Override
    public CompletionStage<List<Entry>> range(String stream, String from, String to, int limit) {
      return ask(() -> streams.range(stream, from, to, limit));
    }

    @Override
    public CompletionStage<Void> put(String key, String value, Duration timeToLive) {
      return ask(() -> streams.put(key, value, timeToLive));
    }

    @Override
    public CompletionStage<@Nullable String> take(String key) {
      return ask(() -> streams.take(key));
    }
  }
}

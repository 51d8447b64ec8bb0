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
package io.sockeye.socketio.server.spi;

import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/**
 * Carries bytes between the nodes of a cluster, over a broker. It knows channels and nothing of
 * Socket.IO.
 *
 * <p>All methods are safe for use by any thread, and none but {@link #close} blocks. Stages
 * complete on threads of the bus, which must not be blocked either.
 *
 * <p><b>Order.</b> What one thread publishes on one channel arrives in that order. A subscriber
 * gets each message once, those of its own bus too. While a bus is not {@link State#UP} messages
 * may pass it by; it does not say which.
 *
 * <p>{@link ReconnectingBus} keeps these rules over anything that can be connected to.
 */
public interface ClusterBus extends AutoCloseable {
  /** How a bus stands to its broker. */
  enum State {
    /** Not connected yet; connecting goes on. */
    CONNECTING,
    /** Connected, with every subscription in effect. */
    UP,
    /** Not connected any more, or refused by the broker for now; connecting goes on. */
    DOWN,
    /** Closed for good. */
    CLOSED
  }

  /** Hears what is published on a channel. */
  interface Listener {
    /**
     * Called on a thread of the bus, by one at a time for each subscription; must not block. What
     * it throws is logged and goes no further.
     *
     * @param channel the channel that the message was published on
     * @param message the message, read-only; may be kept
     */
    void onMessage(String channel, ByteBuffer message);
  }

  /** A listener on a channel, until it is cancelled. */
  interface Subscription {
    /**
     * Completes when the broker has taken the subscription: what is published from then on is
     * heard, as long as the bus is up. Stays open while the bus is down, and fails if the broker
     * refuses the channel, or the bus is closed first.
     */
    CompletionStage<Void> established();

    /**
     * Ends the subscription; no call of the listener begins after this returns. Completes when the
     * broker knows. Calls after the first do nothing.
     */
    CompletionStage<Void> cancel();
  }

  /**
   * Publishes a message; its bytes are copied before this returns.
   *
   * @return completes when the broker has taken the message, and fails with a {@link
   *     BusUnavailableException} if it does not: at once while the bus is not up or too many bytes
   *     wait, or later if there is no answer in time
   */
  CompletionStage<Void> publish(String channel, ByteBuffer message);

  /** Subscribes to a channel; while the bus is down, this takes effect when it is up. */
  Subscription subscribe(String channel, Listener listener);

  /** Returns whether {@link #subscribePrefix} can be used. */
  boolean supportsPrefix();

  /**
   * Subscribes to all channels whose names begin with a prefix, with no character that means
   * anything else. A message that comes by a channel and by its prefix is heard once by each.
   *
   * @throws UnsupportedOperationException if the broker has no such thing
   */
  Subscription subscribePrefix(String prefix, Listener listener);

  /**
   * Returns how many connections to the broker are subscribed to a channel by its name, those of
   * other programs and this bus included; empty where that cannot be known.
   */
  CompletionStage<OptionalInt> subscribers(String channel);

  /**
   * Returns the streams of the broker; empty if it has none. The same in all of the bus's life,
   * also while it is down.
   */
  default Optional<BusStreams> streams() {
    return Optional.empty();
  }

  /** Returns the state. */
  State state();

  /**
   * Adds a listener that is told each state after the present one, in order and one at a time, on a
   * thread of the bus; it must not block.
   */
  void onStateChange(Consumer<State> listener);

  /** Returns what this bus has counted so far. */
  BusStats stats();

  /**
   * Ends all subscriptions and connections, and waits for that, ten seconds at the most. Not to be
   * called on a thread of the bus.
   */
  @Override
  void close();
}

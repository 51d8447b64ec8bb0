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
import java.util.OptionalInt;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * One connection to a broker, from when it is there until it is lost: the part of a bus that
 * differs from broker to broker. A link never reconnects; {@link ReconnectingBus} asks its {@link
 * BusConnector} for another.
 *
 * <p>No method blocks. Calls of {@link #subscribe} and {@link #unsubscribe} come one at a time, and
 * the last one for a topic counts. When the link is lost or closed, all stages that are still open
 * fail.
 */
public interface BusLink {
  /** What a link reports. Safe for use by any thread. */
  interface Events {
    /**
     * A message has come; called by one thread at a time for each topic.
     *
     * @param topic the topic that was subscribed to
     * @param channel the channel that it was published on
     * @param message the message, which nobody changes any more
     */
    void onMessage(BusTopic topic, String channel, ByteBuffer message);

    /** A message has come that nobody may see. */
    void onRefused();

    /** A message has come once more, which was handed on before. */
    void onRepeated();

    /**
     * The broker takes no messages for now, or takes them again.
     *
     * @param reason why it takes none; null if it takes them again
     */
    void onBlocked(@Nullable String reason);

    /** The link is of no use any more. Calls after the first do nothing. */
    void onLost(Throwable reason);
  }

  /**
   * Publishes a message, after those for which this was called before on the same thread.
   *
   * @return completes when the broker has taken it
   */
  CompletionStage<Void> publish(String channel, byte[] message);

  /** Completes when the subscription is in effect; fails if the broker refuses it. */
  CompletionStage<Void> subscribe(BusTopic topic);

  /** Completes when no message of the topic will come any more. */
  CompletionStage<Void> unsubscribe(BusTopic topic);

  /** See {@link ClusterBus#subscribers}. */
  CompletionStage<OptionalInt> subscribers(String channel);

  /** Returns its streams; called only if {@link BusConnector#supportsStreams}. */
  default StreamLink streams() {
    throw new UnsupportedOperationException("no streams (expected: supportsStreams to say so)");
  }

  /** Completes if the broker answers, on every connection of the link. */
  CompletionStage<Void> ping();

  /**
   * Ends the link; completes when no event will come any more.
   *
   * @param forGood whether no other link follows, so that the broker need not keep anything for it
   */
  CompletionStage<Void> close(boolean forGood);
}

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

import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One dialect at work: its channels, its messages, and how its nodes know of each other. There is
 * one implementation per {@link ClusterDialect}.
 *
 * <p>Methods are safe for any thread and do not block. What one thread sends arrives in that order
 * where the dialect has one channel for it.
 */
interface ClusterWire {
  /** Hears what comes from other nodes, on threads of the bus; must not block. */
  interface Inbox {
    /**
     * Another node has sent something.
     *
     * @param reply takes the answers to a request, from any thread; does nothing for others
     */
    void onMessage(ClusterMessage message, Consumer<ClusterAnswer> reply);

    /**
     * An answer to a request of this node.
     *
     * @param node who answers; null if the dialect does not say
     */
    void onAnswer(String requestId, @Nullable String node, ClusterAnswer answer);

    /** A node is gone, and answers nothing any more. */
    void onGone(String node);

    /**
     * Returns whether an event to one room may concern anybody here; what does not need not be
     * read.
     */
    default boolean mayConcern(String namespace, String room) {
      return true;
    }

    /** Returns whether this process has a socket. */
    default boolean has(String namespace, String socketId) {
      return false;
    }

    /** Returns whether a request waits for answers; those to others need not be read. */
    default boolean awaits(String requestId) {
      return true;
    }
  }

  /**
   * Which other nodes will answer a request.
   *
   * @param count how many
   * @param nodes who they are; null if the dialect only counts them, and then it may be asked again
   *     whether there are fewer
   * @param others whether there may be more that answer questions without saying how many sockets
   *     they have reached
   */
  record Expected(int count, @Nullable Set<String> nodes, boolean others) {}

  /**
   * Begins to listen; called once, before anything else.
   *
   * @param asNode whether this process is a node, to which others send, and not one that has no
   *     clients and only hears answers
   */
  void open(Inbox inbox, boolean asNode);

  /** Returns a new id for a request, in the dialect's form. */
  String newRequestId();

  /** This node has a namespace from now on. */
  void enter(String namespace);

  /** This node does not have a namespace any more. */
  void leave(String namespace);

  /**
   * Sends to all other nodes.
   *
   * @param keep whether it may wait while the broker is not there
   * @return completes when the broker has it; fails if it is dropped
   */
  CompletionStage<Void> send(ClusterMessage message, boolean keep);

  /** Returns who will answer a request that is sent now. */
  CompletionStage<Expected> expected(String namespace);

  /**
   * Returns the number of nodes that have a namespace, this one included; empty where it cannot be
   * known.
   */
  CompletionStage<OptionalInt> serverCount(String namespace);

  /**
   * Returns who hears which rooms of this process in a namespace have somebody in them; null if
   * nobody wants to.
   */
  default RoomIndex.@Nullable Watch watch(String namespace) {
    return null;
  }

  /** Tells the others that this node goes, and stops listening. The bus is closed afterwards. */
  void close();
}

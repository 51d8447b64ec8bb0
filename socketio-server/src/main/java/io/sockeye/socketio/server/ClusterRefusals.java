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

import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Messages of other nodes that were not understood: counted, said once at WARN, and otherwise at
 * DEBUG. Never shows what they hold. Safe for any thread.
 */
final class ClusterRefusals {
  private static final Logger log = LoggerFactory.getLogger(ClusterRefusals.class);
  private static final byte PICKLE = (byte) 0x80;

  private final ClusterCounts counts;
  private final AtomicBoolean warned = new AtomicBoolean();
  private final AtomicBoolean warnedOfPickle = new AtomicBoolean();

  ClusterRefusals(ClusterCounts counts) {
    this.counts = counts;
  }

  /** Returns whether a message is one of Python's pickles, which only its own kind may read. */
  static boolean isPickle(ByteBuffer message) {
    return message.hasRemaining() && message.get(message.position()) == PICKLE;
  }

  /** A pickle has come. */
  void pickle(String channel) {
    counts.add(SocketIoCounter.CLUSTER_REFUSED, 1);
    if (warnedOfPickle.compareAndSet(false, true)) {
      log.warn(
          "Channel \"{}\" carries pickles of python-socketio before 5.14, which can run any code"
              + " and are not read (expected: python-socketio 5.14 or later on every node). This is"
              + " said once; clusterRefused counts them",
          channel);
    }
  }

  /** Something else has come that is not a message of the dialect. */
  void malformed(String channel, @Nullable String why) {
    counts.add(SocketIoCounter.CLUSTER_REFUSED, 1);
    if (warned.compareAndSet(false, true)) {
      log.warn(
          "Channel \"{}\" carries something that is not understood and ignored: {} (expected: all"
              + " on it speak one dialect). This is said once; clusterRefused counts them",
          channel,
          why);
    } else {
      log.debug("Ignored on channel \"{}\": {}", channel, why);
    }
  }
}

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

import java.util.Locale;

/**
 * The form of the messages between the nodes of a cluster: that of another Socket.IO server, whose
 * processes can be nodes too. All nodes of a cluster use the same one.
 */
public enum ClusterDialect {
  /**
   * That of python-socketio 5.14 and later, and of Flask-SocketIO: JSON on one channel. What Python
   * does not have (fetching sockets, server-side events, acknowledged broadcasts and others) is
   * said between nodes of this project, and ignored by Python. The only one for RabbitMQ.
   */
  PYTHON("socketio"),
  /** That of {@code createAdapter} of {@code @socket.io/redis-adapter} 7 and 8. */
  NODE_CLASSIC("socket.io"),
  /** That of {@code createShardedAdapter} of {@code @socket.io/redis-adapter} 8.2 and later. */
  NODE_SHARDED("socket.io"),
  /**
   * That of {@code @socket.io/redis-streams-adapter} 0.3: broadcasts are kept in a stream, so that
   * clients may recover on another node.
   */
  NODE_STREAMS("socket.io");

  private final String defaultChannel;

  ClusterDialect(String defaultChannel) {
    this.defaultChannel = defaultChannel;
  }

  /** Returns what the channel is called, or how its name begins, unless an option says so. */
  public String defaultChannel() {
    return defaultChannel;
  }

  /** Returns the name, such as {@code node-classic}. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}

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
package io.sockeye.testclient;

import io.sockeye.socketio.protocol.Arguments;
import io.sockeye.socketio.protocol.Packet;
import io.sockeye.socketio.server.Args;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** An event that a test client got. Safe for use by any thread. */
public final class ReceivedEvent {
  private final TestSocket socket;
  private final String name;
  private final Args args;
  private final long ackId;
  private final AtomicBoolean acked = new AtomicBoolean();

  ReceivedEvent(TestSocket socket, String name, Args args, long ackId) {
    this.socket = socket;
    this.name = name;
    this.args = args;
    this.ackId = ackId;
  }

  /** Returns the event's name. */
  public String name() {
    return name;
  }

  /** Returns its arguments. */
  public Args args() {
    return args;
  }

  /**
   * Returns an argument as it is; see {@link Args#get(int)}.
   *
   * @throws IndexOutOfBoundsException if there is none of that index
   */
  public @Nullable Object get(int index) {
    return args.get(index);
  }

  /**
   * Returns an argument as a type, such as a record; null if it is null or there is none.
   *
   * @throws IllegalArgumentException if it does not fit; the message says why
   */
  public <T> @Nullable T get(int index, Class<T> type) {
    return args.get(index, type);
  }

  /** Returns whether the server waits for an acknowledgement. */
  public boolean wantsAck() {
    return ackId != Packet.NO_ID;
  }

  /**
   * Sends the acknowledgement; a list within the values is one argument.
   *
   * @throws IllegalStateException if the server wants none, or has got one
   */
  public void ack(@Nullable Object... values) {
    ack(Arguments.of(values));
  }

  void ack(Arguments values) {
    if (!wantsAck() || !acked.compareAndSet(false, true)) {
      throw new IllegalStateException(
          "event \""
              + name
              + "\" in "
              + socket.namespace()
              + (wantsAck()
                  ? ": acknowledged already (expected: one acknowledgement)"
                  : ": the server wants no acknowledgement"));
    }
    socket.sendAck(ackId, values);
  }

  /** Returns name and arguments, such as {@code said[hello, 3]}. */
  @Override
  public String toString() {
    return name + args.list();
  }
}

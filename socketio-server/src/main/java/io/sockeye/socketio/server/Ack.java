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

import io.sockeye.socketio.protocol.Arguments;
import io.sockeye.socketio.protocol.Packet;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Answers one event. Only the first answer goes out; nothing happens if the client asked for none,
 * or has gone. Safe for use by any thread, also after the handler has returned.
 */
public final class Ack {
  private final Socket socket;
  private final long id;
  private final AtomicBoolean sent = new AtomicBoolean();

  Ack(Socket socket, long id) {
    this.socket = socket;
    this.id = id;
  }

  /** Returns what answers an event to which nobody waits for an answer. */
  static Ack unrequested(Socket socket) {
    return new Ack(socket, Packet.NO_ID);
  }

  /** Returns several values as one answer, for a handler to return. */
  public static Args of(@Nullable Object... values) {
    return Args.of(values);
  }

  /** Returns whether the client asked for an answer. */
  public boolean isRequested() {
    return id != Packet.NO_ID;
  }

  /** Answers with values; a list within them is one argument. */
  public void send(@Nullable Object... values) {
    send(Arguments.of(values));
  }

  /** Answers with arguments as they are. */
  public void send(Args args) {
    send(args.arguments());
  }

  /** Answers without arguments, if somebody waits. */
  void sendEmpty() {
    if (isRequested()) {
      send(Arguments.of());
    }
  }

  private void send(Arguments arguments) {
    if (isRequested() && sent.compareAndSet(false, true)) {
      socket.send(new Packet.Ack(socket.namespace().name(), id, arguments), true, false);
    }
  }
}

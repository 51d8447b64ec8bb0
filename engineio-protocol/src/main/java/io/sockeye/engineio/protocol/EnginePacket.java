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
package io.sockeye.engineio.protocol;

import java.nio.ByteBuffer;

/** An Engine.IO packet of revision 3 or 4. Immutable. */
public sealed interface EnginePacket {
  /** A ping without data. */
  Ping PING = new Ping(Utf8Text.EMPTY);

  /** A pong without data. */
  Pong PONG = new Pong(Utf8Text.EMPTY);

  /** The ping with which a client probes a transport that it wants to upgrade to. */
  Ping PING_PROBE = new Ping(Utf8Text.of("probe"));

  /** The answer to {@link #PING_PROBE}. */
  Pong PONG_PROBE = new Pong(Utf8Text.of("probe"));

  /** The close packet. */
  Close CLOSE = new Close();

  /** The noop packet. */
  Noop NOOP = new Noop();

  /** An upgrade packet without data. */
  Upgrade UPGRADE = new Upgrade(Utf8Text.EMPTY);

  /**
   * Type 0: the server opens a session.
   *
   * @param json the handshake data as JSON, see {@link HandshakeData}
   */
  record Open(Utf8Text json) implements EnginePacket {
    /** Creates the packet of a handshake. */
    public Open(HandshakeData data) {
      this(Utf8Text.of(data.toJson()));
    }
  }

  /** Type 1: the session ends. */
  record Close() implements EnginePacket {}

  /**
   * Type 2: is the other side alive?
   *
   * @param data usually empty
   */
  record Ping(Utf8Text data) implements EnginePacket {}

  /**
   * Type 3: the answer to a ping.
   *
   * @param data the data of the ping
   */
  record Pong(Utf8Text data) implements EnginePacket {}

  /**
   * Type 4 with text.
   *
   * @param data the message
   */
  record Message(Utf8Text data) implements EnginePacket {}

  /**
   * Type 4 with bytes.
   *
   * @param data the message; a view of the caller's buffer with its own position, not a copy, so
   *     the bytes must not change any more
   */
  record BinaryMessage(ByteBuffer data) implements EnginePacket {
    /** Creates a message over the remaining bytes of a buffer. */
    public BinaryMessage {
      data = data.slice();
    }

    /** Returns the message as a view with a position of its own. */
    @Override
    public ByteBuffer data() {
      return data.duplicate();
    }
  }

  /**
   * Type 5: the client moves to the transport that carries this packet.
   *
   * @param data normally empty
   */
  record Upgrade(Utf8Text data) implements EnginePacket {}

  /** Type 6: nothing; releases a waiting poll. */
  record Noop() implements EnginePacket {}
}

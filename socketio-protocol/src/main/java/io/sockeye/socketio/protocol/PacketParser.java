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
package io.sockeye.socketio.protocol;

import java.util.function.UnaryOperator;

/**
 * A form in which packets travel. The standard one is JSON with binary attachments; both sides of a
 * connection must use the same. Implementations are safe for use by any thread.
 */
public interface PacketParser {
  /**
   * Writes a packet. The packet is not changed, and the same packet always gives the same bytes.
   *
   * @param packet the packet
   * @param headroom how many bytes to leave free at the beginning of the text, for the header of
   *     the protocol beneath, so that nothing need be copied; binary messages have none
   * @throws IllegalArgumentException if an argument cannot be written; the message says which
   */
  EncodedPacket encode(Packet packet, int headroom);

  /**
   * Returns a decoder for one connection.
   *
   * @param legacy whether the client speaks revision 4 or 3, where a namespace may carry a query
   */
  PacketDecoder newDecoder(DecoderLimits limits, boolean legacy);

  /**
   * Returns this parser with a converter of the values that it would refuse to write; itself if it
   * has one already, or, as by default, no use for any. A server calls it once, so that arguments
   * may be of any type that its data binder knows.
   *
   * @param converter returns maps, lists, strings, numbers, booleans, bytes
   */
  default PacketParser withConverter(UnaryOperator<Object> converter) {
    return this;
  }

  /**
   * Returns a decoder for the client's end of one connection, which is also sent what only a server
   * sends: {@link Packet.ConnectError}. By default the same decoder, for a parser that does not
   * mind.
   */
  default PacketDecoder newClientDecoder(DecoderLimits limits) {
    return newDecoder(limits, false);
  }

  /** Returns the standard parser, which refuses to write values that JSON does not have. */
  static PacketParser json() {
    return new JsonPacketParser(null);
  }

  /**
   * Returns the standard parser.
   *
   * @param converter asked for what it does not know how to write; returns maps, lists, strings,
   *     numbers, booleans, bytes
   */
  static PacketParser json(UnaryOperator<Object> converter) {
    return new JsonPacketParser(converter);
  }
}

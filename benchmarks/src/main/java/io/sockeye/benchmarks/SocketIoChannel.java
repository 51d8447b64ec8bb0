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
package io.sockeye.benchmarks;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;

/** A Socket.IO client of revision 5 over WebSocket, in the default namespace. */
abstract class SocketIoChannel extends WebSocketChannel {
  private static final ByteBuffer CONNECT = textFrame("40");
  private static final ByteBuffer PONG = textFrame("3");

  private int attachments;
  private boolean ackIsBinary;

  SocketIoChannel(LoadLoop loop, String path) throws IOException {
    this(loop, loop.target, path);
  }

  SocketIoChannel(LoadLoop loop, InetSocketAddress target, String path) throws IOException {
    super(loop, target, path);
  }

  /** The client is in the namespace. */
  abstract void joined() throws IOException;

  /** An acknowledgement has come, with all its attachments. */
  void acknowledged() throws IOException {}

  /** An event has come, with all its attachments. */
  void event() throws IOException {}

  @Override
  void upgraded() throws IOException {}

  @Override
  void finished() throws IOException {}

  @Override
  void text(byte[] bytes, int from, int length) throws IOException {
    byte engine = length > 0 ? bytes[from] : 0;
    byte socket = length > 1 ? bytes[from + 1] : 0;
    if (engine == '4' && socket == '3') {
      acknowledged();
    } else if (engine == '4' && socket == '2') {
      event();
    } else if (engine == '4' && (socket == '5' || socket == '6')) {
      if (length < 4 || bytes[from + 2] != '1' || bytes[from + 3] != '-') {
        throw unexpected(bytes, from, length);
      }
      attachments = 1;
      ackIsBinary = socket == '6';
    } else if (engine == '2') {
      send(PONG.duplicate());
    } else if (engine == '0') {
      send(CONNECT.duplicate());
    } else if (engine == '4' && socket == '0') {
      joined();
    } else if (engine != '6') {
      throw unexpected(bytes, from, length);
    }
  }

  @Override
  void binary(int length) throws IOException {
    if (attachments == 0) {
      throw new IOException("binary message without a packet before it");
    }
    attachments = 0;
    if (ackIsBinary) {
      acknowledged();
    } else {
      event();
    }
  }

  static IOException unexpected(byte[] bytes, int from, int length) {
    return new IOException("unexpected: " + new String(bytes, from, Math.min(length, 200), UTF_8));
  }
}

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

/** A WebSocket connection, whose frames are written by hand and can be prepared beforehand. */
abstract class WebSocketChannel extends LoadChannel {
  private static final int CONTINUATION = 0;
  private static final int TEXT = 1;
  private static final int BINARY = 2;
  private static final int CLOSE = 8;
  private static final int PING = 9;
  private static final int PONG = 10;

  private final String path;
  private boolean upgraded;
  private boolean closing;

  WebSocketChannel(LoadLoop loop, InetSocketAddress target, String path) throws IOException {
    super(loop, target);
    this.path = path;
  }

  /** The server has accepted the upgrade. */
  abstract void upgraded() throws IOException;

  abstract void text(byte[] bytes, int from, int length) throws IOException;

  abstract void binary(int length) throws IOException;

  /** The connection has ended as {@link #finish} asked for. */
  abstract void finished() throws IOException;

  /** Closes the connection as the protocol wants it. */
  final void finish() throws IOException {
    closing = true;
    send(frame(CLOSE, new byte[] {0x03, (byte) 0xE8}));
  }

  static ByteBuffer textFrame(String text) {
    return frame(TEXT, text.getBytes(UTF_8));
  }

  static ByteBuffer binaryFrame(byte[] bytes) {
    return frame(BINARY, bytes);
  }

  /** Frames from clients are masked; the key needs to be unforeseeable only in browsers. */
  private static ByteBuffer frame(int opcode, byte[] payload) {
    byte[] key = {0x37, (byte) 0xFA, 0x21, 0x3D};
    ByteBuffer frame = ByteBuffer.allocateDirect(payload.length + 14);
    frame.put((byte) (0x80 | opcode));
    if (payload.length < 126) {
      frame.put((byte) (0x80 | payload.length));
    } else if (payload.length < 65_536) {
      frame.put((byte) (0x80 | 126)).putShort((short) payload.length);
    } else {
      frame.put((byte) (0x80 | 127)).putLong(payload.length);
    }
    frame.put(key);
    for (int i = 0; i < payload.length; i++) {
      frame.put((byte) (payload[i] ^ key[i & 3]));
    }
    return frame.flip();
  }

  @Override
  void connected() throws IOException {
    send(
        ByteBuffer.wrap(
            ("GET "
                    + path
                    + " HTTP/1.1\r\nHost: "
                    + LoadLoop.host(target)
                    + "\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                    + "Sec-WebSocket-Version: 13\r\n"
                    + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n")
                .getBytes(UTF_8)));
  }

  @Override
  void lost() throws IOException {
    if (!closing) {
      throw new IOException("connection lost");
    }
    finished();
  }

  @Override
  int received(byte[] bytes, int from, int to) throws IOException {
    int at = from;
    if (!upgraded) {
      at = HttpClient.endOfHead(bytes, from, to);
      if (at < 0) {
        return from;
      }
      String head = new String(bytes, from, at - from, UTF_8);
      if (!head.startsWith("HTTP/1.1 101 ")) {
        throw new IOException("upgrade refused: " + head);
      }
      upgraded = true;
      upgraded();
    }
    while (to - at >= 2) {
      int first = bytes[at] & 0xFF;
      long length = bytes[at + 1] & 0x7F;
      int data = at + 2;
      if (length >= 126) {
        int size = length == 126 ? 2 : 8;
        if (to - data < size) {
          break;
        }
        length = 0;
        for (int i = 0; i < size; i++) {
          length = (length << 8) | (bytes[data++] & 0xFF);
        }
      }
      if (to - data < length) {
        break;
      }
      at = data + (int) length;
      if (closing && (first & 0x0F) != CLOSE) {
        continue;
      }
      frame(first, bytes, data, (int) length);
    }
    return at;
  }

  private void frame(int first, byte[] bytes, int from, int length) throws IOException {
    if (first < 0x80) {
      throw new IOException("a message in several frames (expected: one)");
    }
    switch (first & 0x0F) {
      case TEXT -> text(bytes, from, length);
      case BINARY -> binary(length);
      case PING -> {
        byte[] payload = new byte[length];
        System.arraycopy(bytes, from, payload, 0, length);
        send(frame(PONG, payload));
      }
      case CLOSE -> {
        close();
        lost();
      }
      case PONG -> {}
      case CONTINUATION -> throw new IOException("continuation of nothing");
      default -> throw new IOException("frame of unknown type: " + first);
    }
  }
}

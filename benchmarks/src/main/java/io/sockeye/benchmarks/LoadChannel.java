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

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Queue;

/** One connection of the load. It opens with {@link #open} and belongs to the loop's thread. */
abstract class LoadChannel {
  private static final byte[] NOTHING = {};

  final LoadLoop loop;
  final InetSocketAddress target;
  private final SocketChannel channel;
  private final SelectionKey key;
  private final Queue<ByteBuffer> unsent = new ArrayDeque<>(2);
  private byte[] unread = NOTHING;

  LoadChannel(LoadLoop loop) throws IOException {
    this(loop, loop.target);
  }

  LoadChannel(LoadLoop loop, InetSocketAddress target) throws IOException {
    this.loop = loop;
    this.target = target;
    this.channel = SocketChannel.open();
    channel.configureBlocking(false);
    channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
    channel.setOption(StandardSocketOptions.SO_REUSEADDR, true);
    this.key = channel.register(loop.selector, 0, this);
  }

  /** Connects. */
  final void open() throws IOException {
    InetSocketAddress source = loop.nextSource(target);
    if (source != null) {
      channel.bind(source);
    }
    if (channel.connect(target)) {
      key.interestOps(SelectionKey.OP_READ);
      connected();
    } else {
      key.interestOps(SelectionKey.OP_CONNECT);
    }
  }

  /** The connection is there. */
  abstract void connected() throws IOException;

  /**
   * Takes what has arrived.
   *
   * @return the index of the first byte that was not taken, which comes again with what follows it
   */
  abstract int received(byte[] bytes, int from, int to) throws IOException;

  /** All that had arrived has been taken. */
  void drained() throws IOException {}

  /** The other side has closed the connection, or it broke. */
  abstract void lost() throws IOException;

  /** Sends the remaining bytes, which must not change any more. */
  final void send(ByteBuffer bytes) throws IOException {
    if (unsent.isEmpty()) {
      write(bytes);
      if (!bytes.hasRemaining()) {
        return;
      }
      key.interestOpsOr(SelectionKey.OP_WRITE);
    }
    unsent.add(bytes);
  }

  /** Closes the connection without a word. */
  final void close() throws IOException {
    channel.close();
  }

  final void serve() {
    try {
      if (!key.isValid()) {
        return;
      }
      if (key.isConnectable()) {
        channel.finishConnect();
        key.interestOps(SelectionKey.OP_READ);
        connected();
      }
      if (key.isValid() && key.isWritable()) {
        flush();
      }
      if (key.isValid() && key.isReadable()) {
        read();
      }
    } catch (IOException broken) {
      loop.fail(String.valueOf(broken.getMessage()));
    }
  }

  private void flush() throws IOException {
    ByteBuffer next;
    while ((next = unsent.peek()) != null) {
      write(next);
      if (next.hasRemaining()) {
        return;
      }
      unsent.remove();
    }
    key.interestOpsAnd(~SelectionKey.OP_WRITE);
  }

  private void write(ByteBuffer bytes) {
    try {
      channel.write(bytes);
    } catch (IOException reset) {
      bytes.position(bytes.limit()); // reading finds the end of the connection too
    }
  }

  private void read() throws IOException {
    byte[] buffer = loop.buffer;
    int had = unread.length;
    System.arraycopy(unread, 0, buffer, 0, had);
    int read;
    try {
      read = channel.read(ByteBuffer.wrap(buffer, had, buffer.length - had));
    } catch (IOException reset) {
      read = -1;
    }
    if (read < 0) {
      channel.close();
      lost();
      return;
    }
    int end = had + read;
    int taken = received(buffer, 0, end);
    if (taken == 0 && end == buffer.length) {
      throw new IOException("a message over " + buffer.length + " bytes");
    }
    unread = taken == end ? NOTHING : Arrays.copyOfRange(buffer, taken, end);
    if (channel.isOpen()) {
      drained();
    }
  }
}

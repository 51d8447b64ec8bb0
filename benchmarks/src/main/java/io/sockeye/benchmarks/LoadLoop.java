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
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The one thread that drives all connections of the load: nothing is shared, nothing is locked, and
 * at most one processor is taken from the server.
 */
final class LoadLoop implements AutoCloseable {
  /** The largest message, and what one read takes at the most. */
  private static final int BUFFER_BYTES = 1 << 20;

  /** A loopback address has about 28,000 ports; with this many there are half a million. */
  private static final int LOOPBACK_SOURCES = 20;

  final Selector selector;
  final InetSocketAddress target;
  final byte[] buffer = new byte[BUFFER_BYTES];

  private int opened;
  private @Nullable String failure;

  LoadLoop(InetSocketAddress target) throws IOException {
    this.target = target;
    this.selector = Selector.open();
  }

  /** Returns the target as the header {@code Host} names it. */
  String host() {
    return host(target);
  }

  /** Returns an address as the header {@code Host} names it. */
  static String host(InetSocketAddress target) {
    return target.getHostString() + ":" + target.getPort();
  }

  /** Returns where the next connection to it comes from, or null to leave it to the system. */
  @Nullable InetSocketAddress nextSource(InetSocketAddress target) throws IOException {
    byte[] address = target.getAddress().getAddress();
    if (address.length != 4 || address[0] != 127) {
      return null;
    }
    byte last = (byte) (2 + opened++ % LOOPBACK_SOURCES);
    return new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, last}), 0);
  }

  /** Ends the run: what is measured would not be what was asked for. */
  void fail(String reason) {
    if (failure == null) {
      failure = reason;
    }
  }

  /** Serves connections for a time. */
  void run(double seconds) throws IOException {
    long end = System.nanoTime() + (long) (seconds * TimeUnit.SECONDS.toNanos(1));
    while (System.nanoTime() - end < 0) {
      step(20);
    }
  }

  /** Serves connections until a condition holds, which is given a minute. */
  void await(String what, BooleanSupplier condition) throws IOException {
    long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(1);
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - end > 0) {
        throw new IOException("no " + what + " within a minute");
      }
      step(20);
    }
  }

  /** Serves what is ready, waiting for it some milliseconds. */
  void step(long millis) throws IOException {
    selector.select(LoadLoop::serve, millis);
    if (failure != null) {
      throw new IOException(failure);
    }
  }

  private static void serve(SelectionKey key) {
    ((LoadChannel) key.attachment()).serve();
  }

  @Override
  public void close() throws IOException {
    for (SelectionKey key : selector.keys()) {
      key.channel().close();
    }
    selector.close();
  }
}

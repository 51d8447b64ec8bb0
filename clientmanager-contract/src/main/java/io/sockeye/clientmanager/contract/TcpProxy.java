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
package io.sockeye.clientmanager.contract;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.HashSet;
import java.util.Set;

/**
 * Stands between a bus and its broker, so that a test can have outages without touching the broker.
 *
 * <p>{@code this} guards the mode and the connections. There are two threads for each connection.
 */
public final class TcpProxy implements AutoCloseable {
  private enum Mode {
    OPEN,
    CUT,
    STALLED
  }

  private final String host;
  private final int port;
  private final ServerSocket server;
  private final Set<Socket> sockets = new HashSet<>();
  private Mode mode = Mode.OPEN;

  /**
   * Listens on a free port of this machine.
   *
   * @param host where connections are carried to
   * @param port the port there
   */
  public TcpProxy(String host, int port) {
    this.host = host;
    this.port = port;
    try {
      server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
    start("test-proxy", this::accept);
  }

  /** Returns the port that it listens on, at 127.0.0.1. */
  public int port() {
    return server.getLocalPort();
  }

  /** Breaks all connections, and at once each that comes, until {@link #restore}. */
  public synchronized void cut() {
    sockets.forEach(TcpProxy::close); // first, so that nothing that stands still goes through now
    sockets.clear();
    become(Mode.CUT);
  }

  /** Leaves the connections as they are, but carries nothing, until {@link #restore}. */
  public void stall() {
    become(Mode.STALLED);
  }

  /** Carries everything again. */
  public void restore() {
    become(Mode.OPEN);
  }

  private synchronized void become(Mode next) {
    mode = next;
    notifyAll();
  }

  private static void start(String name, Runnable body) {
    Thread thread = new Thread(body, name);
    thread.setDaemon(true);
    thread.start();
  }

  private void accept() {
    while (true) {
      try {
        Socket near = server.accept();
        Socket far;
        synchronized (this) {
          if (mode == Mode.CUT) {
            close(near);
            continue;
          }
          far = new Socket(host, port);
          sockets.add(near);
          sockets.add(far);
        }
        start("test-proxy-out", () -> carry(near, far));
        start("test-proxy-in", () -> carry(far, near));
      } catch (IOException failure) {
        if (server.isClosed()) {
          return;
        }
      }
    }
  }

  private void carry(Socket from, Socket to) {
    byte[] bytes = new byte[65_536];
    try (from;
        to) {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      for (int count; (count = in.read(bytes)) >= 0; ) {
        awaitFlow();
        out.write(bytes, 0, count);
      }
    } catch (IOException | InterruptedException ended) {
      // Closing both is what is left to do, and done.
    }
    synchronized (this) {
      sockets.remove(from);
      sockets.remove(to);
    }
  }

  private synchronized void awaitFlow() throws InterruptedException {
    while (mode == Mode.STALLED) {
      wait();
    }
  }

  private static void close(Socket socket) {
    try {
      socket.close();
    } catch (IOException ignored) {
      // Nothing more can be done.
    }
  }

  @Override
  public void close() {
    try {
      server.close();
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
    cut();
  }
}

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
package io.sockeye.transport.netty;

import io.netty.channel.IoHandlerFactory;
import io.netty.channel.ServerChannel;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.kqueue.KQueue;
import io.netty.channel.kqueue.KQueueIoHandler;
import io.netty.channel.kqueue.KQueueServerSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerDomainSocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.uring.IoUring;
import io.netty.channel.uring.IoUringIoHandler;
import io.netty.channel.uring.IoUringServerSocketChannel;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.util.function.Supplier;

/**
 * How Netty talks to the kernel: a native transport where its libraries are on the class path and
 * the system has it, else NIO.
 *
 * @param name for the log
 * @param ioHandlers makes the event loops' selectors
 * @param channels makes the listening channel
 */
record IoTransport(
    String name, IoHandlerFactory ioHandlers, Supplier<? extends ServerChannel> channels) {

  /** Chooses for an address: unix domain sockets are served by NIO, which has them everywhere. */
  static IoTransport forAddress(SocketAddress address) {
    if (address instanceof UnixDomainSocketAddress) {
      return new IoTransport("nio", NioIoHandler.newFactory(), NioServerDomainSocketChannel::new);
    }
    if (has("io.netty.channel.epoll.Epoll") && Epoll.isAvailable()) {
      return new IoTransport("epoll", EpollIoHandler.newFactory(), EpollServerSocketChannel::new);
    }
    if (has("io.netty.channel.kqueue.KQueue") && KQueue.isAvailable()) {
      return new IoTransport(
          "kqueue", KQueueIoHandler.newFactory(), KQueueServerSocketChannel::new);
    }
    if (has("io.netty.channel.uring.IoUring") && IoUring.isAvailable()) {
      return new IoTransport(
          "io_uring", IoUringIoHandler.newFactory(), IoUringServerSocketChannel::new);
    }
    return new IoTransport("nio", NioIoHandler.newFactory(), NioServerSocketChannel::new);
  }

  private static boolean has(String className) {
    try {
      Class.forName(className, false, IoTransport.class.getClassLoader());
      return true;
    } catch (ClassNotFoundException | LinkageError absent) {
      return false;
    }
  }
}

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

import io.netty.channel.ChannelHandler;
import io.sockeye.engineio.server.spi.HttpHandler;
import java.util.List;

/**
 * Attaches handlers, such as an Engine.IO or Socket.IO server, to a Netty pipeline that an
 * application already has.
 */
public final class NettyTransport {
  private NettyTransport() {}

  /**
   * Returns a channel handler for one channel's pipeline, to be placed behind its {@link
   * io.netty.handler.codec.http.HttpServerCodec}, before or behind an aggregator. Requests that no
   * handler wants are passed on to the next channel handler.
   *
   * <p>When a connection becomes a WebSocket, HTTP handlers of Netty are removed from the pipeline.
   *
   * @param handlers asked in order for each request
   */
  public static ChannelHandler channelHandler(HttpHandler... handlers) {
    return new HttpConnection(List.of(handlers), true);
  }
}

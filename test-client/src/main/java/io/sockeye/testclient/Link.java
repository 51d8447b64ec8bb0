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
package io.sockeye.testclient;

import io.sockeye.engineio.protocol.EnginePacket;
import io.sockeye.engineio.server.TransportType;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;

/**
 * What carries a client's session: the far end of what a web server binding offers the engine.
 *
 * <p><b>Concurrency.</b> All methods and state are of the client's lane, except what the engine
 * calls, which only posts to it. Packets that wait to be sent are counted.
 */
abstract class Link {
  final EngineClient client;
  final Queue<EnginePacket> waiting = new ArrayDeque<>();

  Link(EngineClient client) {
    this.client = client;
  }

  abstract TransportType type();

  /** Sends the first request. */
  abstract void open();

  /** Sends packets as soon as the server takes them, in order. */
  final void send(List<? extends EnginePacket> packets) {
    for (EnginePacket packet : packets) {
      client.packets().begin();
      waiting.add(packet);
    }
    pump();
  }

  /** Sends what waits, unless the server does not read. */
  abstract void pump();

  /** Says goodbye, after everything sent so far. */
  abstract void leave();

  /** The connection is lost. */
  abstract void drop();

  /** Gives up what has not been sent. */
  final void giveUp() {
    while (waiting.poll() != null) {
      client.packets().end();
    }
  }
}

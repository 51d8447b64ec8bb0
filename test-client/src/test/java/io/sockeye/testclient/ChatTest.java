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

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.sockeye.socketio.server.SocketIoServer;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class ChatTest {
  @RegisterExtension
  static final SocketIoTestExtension sockeye = SocketIoTestExtension.of(ChatTest::chat);

  static void chat(SocketIoServer io) { // the application under test
    io.onRequest("join", String.class, (socket, name) -> "welcome, " + name);
    io.onConnect(socket -> socket.broadcast().emit("came", socket.id()));
    io.onDisconnect((socket, reason) -> io.emit("left", socket.id(), reason.text()));
  }

  @Test
  void tellsWhoIsLost(SocketIoTestClient ann, SocketIoTestClient ben, VirtualClock clock) {
    assertEquals("welcome, Ben", ben.call("join", "Ben").get(0)); // a real acknowledgement
    assertEquals(ben.id(), ann.await("came").get(0));
    ben.stall(); // the network goes silent
    clock.advance(Duration.ofSeconds(45)); // takes no time
    assertEquals("ping timeout", ann.await("left").get(1));
    assertEquals("ping timeout", ben.awaitDisconnect());
  }
}

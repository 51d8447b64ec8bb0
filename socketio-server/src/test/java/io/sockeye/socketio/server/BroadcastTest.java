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
package io.sockeye.socketio.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.sockeye.engineio.server.internal.MemorySocket;
import io.sockeye.socketio.server.spi.BroadcastOptions;
import io.sockeye.socketio.server.spi.ClientManager;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whom an event reaches, and with what. */
class BroadcastTest {
  @Test
  void aServerReachesTheSenderAndASocketDoesNot() {
    Io io = Io.start();
    io.server.onConnect(socket -> socket.join("room"));
    io.server
        .on("all", socket -> io.server.emit("n", 1))
        .on("room", socket -> io.server.to("room").emit("n", 2))
        .on("others", socket -> socket.broadcast().emit("n", 3))
        .on("others in the room", socket -> socket.to("room").emit("n", 4));
    MemorySocket other = io.connect();
    MemorySocket sender = io.connect();
    for (String event : List.of("all", "room", "others", "others in the room")) {
      sender.send("42[\"" + event + "\"]");
    }

    assertThat(sender.take()).containsExactly("42[\"n\",1]", "42[\"n\",2]");
    assertThat(other.take())
        .containsExactly("42[\"n\",1]", "42[\"n\",2]", "42[\"n\",3]", "42[\"n\",4]");
  }

  @Test
  void unnamedEventsNeedNoSocketAtHand() {
    Io io = Io.start();
    io.server.of("/chat").onConnect(socket -> socket.join("room"));
    MemorySocket main = io.connect();
    MemorySocket chat = io.connect("/chat");
    io.server.send("a", 1);
    io.server.sendJson(List.of(1));
    io.server.of("/chat").send("b");
    io.server.of("/chat").sendJson(List.of(2));
    io.server.of("/chat").to("room").send("c");
    io.server.of("/chat").except("room").send("nobody");

    assertThat(main.take()).containsExactly("42[\"message\",\"a\",1]", "42[\"json\",[1]]");
    assertThat(chat.take())
        .containsExactly(
            "42/chat,[\"message\",\"b\"]", "42/chat,[\"json\",[2]]", "42/chat,[\"message\",\"c\"]");
  }

  @Test
  void aListIsOneArgumentAndAnArrayOfObjectsIsTheArguments() {
    Io io = Io.start();
    MemorySocket socket = io.connect();
    io.server.emit("two", "a", "b");
    io.server.emit("one", List.of("a", "b"));
    io.server.emit("two", new Object[] {"a", "b"});
    io.server.emit("one", (Object) new String[] {"a", "b"});
    io.server.emit("none");

    assertThat(socket.take())
        .containsExactly(
            "42[\"two\",\"a\",\"b\"]",
            "42[\"one\",[\"a\",\"b\"]]",
            "42[\"two\",\"a\",\"b\"]",
            "42[\"one\",[\"a\",\"b\"]]",
            "42[\"none\"]");
  }

  @Test
  void aBroadcastMayBeForThisProcessAlone() {
    List<Boolean> local = new ArrayList<>();
    Io io = Io.start(options -> options.clientManager(manager -> noting(manager, local)));
    io.server.onConnect(socket -> socket.join("room"));
    MemorySocket socket = io.connect();
    io.server.emit("n", 1);
    io.server.of("/").everybody().local().emit("n", 2);
    io.server.to("room").local().emit("n", 3);

    assertThat(local).containsExactly(false, true, true);
    assertThat(socket.take()).containsExactly("42[\"n\",1]", "42[\"n\",2]", "42[\"n\",3]");
  }

  private static ClientManager noting(ClientManager manager, List<Boolean> local) {
    return (ClientManager)
        Proxy.newProxyInstance(
            ClientManager.class.getClassLoader(),
            new Class<?>[] {ClientManager.class},
            (proxy, method, args) -> {
              if (method.getName().equals("broadcast")) {
                Arrays.stream(args)
                    .filter(BroadcastOptions.class::isInstance)
                    .map(BroadcastOptions.class::cast)
                    .forEach(options -> local.add(options.local()));
              }
              try {
                return method.invoke(manager, args);
              } catch (InvocationTargetException thrown) {
                throw thrown.getCause();
              }
            });
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "/", "a,b", "*", "Räume 漢 😀", "__proto__"})
  void aRoomHasAnyName(String room) {
    Io io = Io.start();
    io.server.onConnect(socket -> socket.join(room));
    MemorySocket socket = io.connect();
    io.server.to(room).emit("n", 1);
    io.server.of("/").closeRoom(room);
    io.server.to(room).emit("n", 2);

    assertThat(socket.take()).containsExactly("42[\"n\",1]");
  }
}

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
package io.sockeye.examples.fromflask;

import io.sockeye.socketio.server.Auth;
import io.sockeye.socketio.server.ConnectionRefusedException;
import io.sockeye.socketio.server.DisconnectReason;
import io.sockeye.socketio.server.Event;
import io.sockeye.socketio.server.Namespace;
import io.sockeye.socketio.server.OnConnect;
import io.sockeye.socketio.server.OnDisconnect;
import io.sockeye.socketio.server.OnError;
import io.sockeye.socketio.server.OnEvent;
import io.sockeye.socketio.server.OnUnhandled;
import io.sockeye.socketio.server.Socket;
import io.sockeye.socketio.server.SocketIoNamespace;
import io.sockeye.socketio.server.SocketIoServer;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The handlers of a namespace as a class. Its methods ask for what they need by type. */
@SocketIoNamespace("/chat")
public final class ChatNamespace {
  private final String greeting;

  /** What a client says when it joins. */
  record Login(@Nullable String name) {}

  /** A text for a room. */
  record Message(String room, String text) {}

  ChatNamespace(String greeting) {
    this.greeting = greeting;
  }

  /** Serves until the process is told to end. */
  public static void main(String[] args) {
    SocketIoServer io = SocketIoServer.create();
    io.register(new ChatNamespace("Welcome")); // an object: it has what it was made with
    io.run(Where.options());
  }

  @OnConnect
  void connected(Socket socket, @Auth Login login) {
    String name = login.name();
    if (name == null || name.isBlank()) {
      throw new ConnectionRefusedException("no name");
    }
    socket.attributes().put("name", name);
    socket.emit("my_response", greeting + ", " + name);
  }

  @OnEvent
  Set<String> join(Socket socket, String room) {
    socket.join(room);
    return socket.rooms();
  }

  @OnEvent
  Set<String> leave(Socket socket, String room) {
    socket.leave(room);
    return socket.rooms();
  }

  /** The namespace that comes as an argument is the class's own. */
  @OnEvent("close room") // a name may be what no method can be called
  void close(Namespace chat, String room) {
    chat.to(room).emit("my_response", "Room " + room + " is closing.");
    chat.closeRoom(room);
  }

  @OnEvent("my room event")
  void say(Socket socket, Message message) {
    if (!socket.rooms().contains(message.room())) {
      throw new IllegalArgumentException("not in room " + message.room());
    }
    socket.to(message.room()).emit("my_response", name(socket) + ": " + message.text());
  }

  @OnUnhandled
  void rest(Socket socket, Event event) {
    socket.emit("my_response", "What is " + event.name() + "?");
  }

  /** For this type of failure alone; what it returns is the acknowledgement. */
  @OnError
  String failed(Event event, IllegalArgumentException failure) {
    return event.name() + ": " + failure.getMessage();
  }

  @OnDisconnect
  void left(Socket socket, Namespace chat, DisconnectReason reason) {
    chat.emit("my_response", name(socket) + " has left: " + reason.text());
  }

  private static Object name(Socket socket) {
    return socket.attributes().getOrDefault("name", "somebody");
  }
}

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

import io.sockeye.socketio.server.Socket;
import io.sockeye.socketio.server.SocketIoOptions;
import io.sockeye.socketio.server.SocketIoServer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The quick-start: echo, broadcast, rooms, a background task, and a page to try them on
 * http://127.0.0.1:5000/.
 */
public final class QuickStart {
  /** What the page sends with most events. */
  record Text(String data) {}

  /** What it sends to join, leave or close a room. */
  record Room(String room) {}

  /** What it sends to a room. */
  record RoomText(String room, String data) {}

  /** What it gets: {@code my_response}. */
  record Response(Object data, int count) {}

  private final SocketIoServer io;
  private final Duration period;
  private final AtomicBoolean started = new AtomicBoolean();
  private final AtomicInteger generated = new AtomicInteger();

  QuickStart(SocketIoServer io, Duration period) {
    this.io = io;
    this.period = period;
  }

  /** Serves until the process is told to end. */
  public static void main(String[] args) {
    SocketIoServer io = SocketIoServer.create(SocketIoOptions.builder().serveClient(true).build());
    String period = System.getenv().getOrDefault("PERIOD", "PT10S");
    new QuickStart(io, Duration.parse(period)).addHandlers();
    io.run(Where.options(), new Page());
  }

  void addHandlers() {
    // To the sender alone.
    io.on("my_event", Text.class, (socket, text) -> respond(socket, text.data()));

    // To everybody, the sender included. To everybody else: socket.broadcast().emit(..).
    io.on(
        "my_broadcast_event",
        Text.class,
        (socket, text) -> io.emit("my_response", new Response(text.data(), count(socket))));

    io.on(
        "join",
        Room.class,
        (socket, join) -> {
          socket.join(join.room());
          respond(socket, "In rooms: " + rooms(socket));
        });
    io.on(
        "leave",
        Room.class,
        (socket, leave) -> {
          socket.leave(leave.room());
          respond(socket, "In rooms: " + rooms(socket));
        });
    io.on(
        "close_room",
        Room.class,
        (socket, close) -> {
          String farewell = "Room " + close.room() + " is closing.";
          io.to(close.room()).emit("my_response", new Response(farewell, count(socket)));
          io.of("/").closeRoom(close.room());
        });
    // To everybody in the room; without the sender: socket.to(..).
    io.on(
        "my_room_event",
        RoomText.class,
        (socket, text) ->
            io.to(text.room()).emit("my_response", new Response(text.data(), count(socket))));

    // The client is disconnected once it has acknowledged that it was told.
    io.on(
        "disconnect_request",
        socket -> {
          socket.call("my_response", new Response("Disconnected!", count(socket)));
          socket.disconnect();
        });
    io.on("my_ping", socket -> socket.emit("my_pong"));
    io.onUnhandled((socket, event) -> respond(socket, List.of(event.name(), event.args().list())));

    io.onConnect(
        socket -> {
          if (started.compareAndSet(false, true)) {
            io.scheduleEvery(period, this::generate);
          }
          socket.emit("my_response", new Response("Connected", 0));
        });
    io.onDisconnect(
        (socket, reason) ->
            System.out.println("Client " + socket.id() + " disconnected: " + reason.text()));
  }

  /** The background task: no handler runs here, so it says whom it means, as any thread may. */
  private void generate() {
    int number = generated.incrementAndGet();
    io.emit("my_response", new Response("Server generated event", number));
  }

  private static void respond(Socket socket, Object data) {
    socket.emit("my_response", new Response(data, count(socket)));
  }

  /** Counts a client's events. */
  private static int count(Socket socket) {
    return (int) socket.attributes().merge("receive_count", 1, (a, b) -> (int) a + (int) b);
  }

  private static String rooms(Socket socket) {
    return String.join(", ", socket.rooms());
  }
}

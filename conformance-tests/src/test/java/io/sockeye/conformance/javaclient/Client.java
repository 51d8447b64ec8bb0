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
package io.sockeye.conformance.javaclient;

import io.socket.client.Ack;
import io.socket.client.Manager;
import io.socket.client.Socket;
import io.socket.emitter.Emitter;
import io.socket.engineio.parser.Packet;
import java.lang.reflect.Field;
import java.util.Arrays;

/**
 * A socket of the official client: one namespace of a connection.
 *
 * <p><b>Concurrency.</b> The client calls back on one thread, which must not wait; what it brings
 * is kept in an {@link Inbox}, where the check waits for it.
 */
final class Client {
  private final Dial dial;
  private final Manager manager;
  private final Socket socket;
  private final Inbox upgrades;

  private Client(Dial dial, Manager manager, String namespace, Inbox upgrades) {
    this.dial = dial;
    this.manager = manager;
    this.socket = manager.socket(namespace, dial.ofSocket());
    this.upgrades = upgrades;
  }

  /** A connection that is not open yet. */
  static Client on(Manager manager, String namespace, Dial dial) {
    Inbox upgrades = new Inbox("upgrade");
    manager.on(
        Manager.EVENT_TRANSPORT,
        args -> {
          io.socket.engineio.client.Transport transport =
              (io.socket.engineio.client.Transport) args[0];
          transport.on(io.socket.engineio.client.Transport.EVENT_REQUEST_HEADERS, dial::addHeaders);
          if (transport.name.equals("polling")) {
            engine(manager).once(io.socket.engineio.client.Socket.EVENT_UPGRADE, upgrades::add);
          }
        });
    return new Client(dial, manager, namespace, upgrades);
  }

  // The client does not let its connection out, and no other way leads to its events.
  static io.socket.engineio.client.Socket engine(Manager manager) {
    try {
      Field field = Manager.class.getDeclaredField("engine");
      field.setAccessible(true);
      return (io.socket.engineio.client.Socket) field.get(manager);
    } catch (ReflectiveOperationException changed) {
      throw new LinkageError("Manager of the client: no field \"engine\" (expected: one)", changed);
    }
  }

  io.socket.engineio.client.Socket engine() {
    return engine(manager);
  }

  Manager manager() {
    return manager;
  }

  /** One more namespace on the same connection, not joined yet. */
  Client also(String namespace) {
    return also(namespace, dial);
  }

  Client also(String namespace, Dial credentials) {
    return new Client(credentials, manager, namespace, upgrades);
  }

  /** Collects an event from now on. */
  Inbox hears(String event) {
    return hears(socket, event);
  }

  /** Collects an event of the manager from now on. */
  Inbox managerHears(String event) {
    return hears(manager, event);
  }

  /** Collects what the connection brings from now on, before the client reads it. */
  Inbox hearsFrames() {
    return hears(engine(), io.socket.engineio.client.Socket.EVENT_MESSAGE);
  }

  /** Collects heartbeats from now on: at revision 4 the server asks, at revision 3 it answers. */
  Inbox hearsHeartbeats() {
    String type = Dial.revision() == 4 ? Packet.PING : Packet.PONG;
    Inbox inbox = new Inbox("heartbeat");
    engine()
        .on(
            io.socket.engineio.client.Socket.EVENT_PACKET,
            args -> {
              if (((Packet<?>) args[0]).type.equals(type)) {
                inbox.add(args);
              }
            });
    return inbox;
  }

  private static Inbox hears(Emitter source, String event) {
    Inbox inbox = new Inbox("\"" + event + "\"");
    source.on(event, inbox::add);
    return inbox;
  }

  /** Hears how the server refuses it: revision 3 has its own event for that. */
  Inbox hearsRefusal() {
    return hears(Dial.revision() == 4 ? Socket.EVENT_CONNECT_ERROR : "error");
  }

  /** Answers what the server asks. */
  void answers(String event, Emitter.Listener answer) {
    socket.on(event, answer);
  }

  /** Begins to connect, and does not wait. */
  Client connect() {
    socket.connect();
    return this;
  }

  /** Connects, and waits until it has, on the transport where it will stay. */
  Client connected() throws InterruptedException {
    Inbox connected = hears(Socket.EVENT_CONNECT);
    Inbox refused = hearsRefusal();
    socket.connect();
    connected.next();
    Checks.that(refused.size() == 0, "refused as well");
    return this;
  }

  /** Waits for the upgrade, where one is to come. */
  Client settled() throws InterruptedException {
    if (dial.upgrades()) {
      upgrades.next();
    }
    return this;
  }

  void disconnect() {
    socket.disconnect();
  }

  boolean isConnected() {
    return socket.connected();
  }

  String id() {
    return socket.id();
  }

  void emit(String event, Object... args) {
    socket.emit(event, args);
  }

  /** Sends the unnamed event. */
  void send(Object... args) {
    socket.send(args);
  }

  /** Emits with an acknowledgement, which is to come. */
  Inbox asks(String event, Object... args) {
    Inbox answer = new Inbox("acknowledgement of \"" + event + "\"");
    Object[] all = Arrays.copyOf(args, args.length + 1);
    all[args.length] = (Ack) answer::add;
    socket.emit(event, all);
    return answer;
  }

  /** Emits, and returns the one value that it is acknowledged with. */
  Object ask(String event, Object... args) throws InterruptedException {
    Object[] answer = asks(event, args).next();
    Checks.same(answer.length, 1);
    return answer[0];
  }
}

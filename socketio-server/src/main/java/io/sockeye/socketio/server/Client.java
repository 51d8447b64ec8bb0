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

import io.sockeye.engineio.protocol.EngineVersion;
import io.sockeye.engineio.protocol.Utf8Text;
import io.sockeye.engineio.server.CloseReason;
import io.sockeye.engineio.server.Message;
import io.sockeye.engineio.server.Session;
import io.sockeye.engineio.server.SessionIds;
import io.sockeye.engineio.server.internal.TimerWheel;
import io.sockeye.engineio.server.spi.SessionHandler;
import io.sockeye.socketio.protocol.Packet;
import io.sockeye.socketio.protocol.PacketDecoder;
import io.sockeye.socketio.protocol.PacketFormatException;
import io.sockeye.socketio.server.spi.ClientManager;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One Engine.IO session as Socket.IO sees it: reads its packets and hands them to its sockets, one
 * per namespace that it has joined.
 *
 * <p><b>Concurrency.</b> All state is of the session lane, except what is said to be for any
 * thread.
 */
final class Client implements SessionHandler {
  private static final Logger log = LoggerFactory.getLogger(Client.class);

  private final SocketIoServer server;
  private final Session session;
  private final PacketDecoder decoder;
  private final Instant issued = Instant.now();
  // A client is most often in one namespace: kept without a map as long as that is so.
  private @Nullable Socket onlySocket;
  private @Nullable Map<String, Socket> sockets;
  // Namespaces that this side has ended: the client may have sent more before it knew.
  private @Nullable Set<String> takenOut;
  private TimerWheel.@Nullable Entry connectTimer;
  private TimerWheel.@Nullable Entry attachmentTimer;
  private long binaryPackets;
  // Sockets that have left while their handlers have more to do.
  private int leaving;
  private boolean failed;
  // The server stops: events and new namespaces are not taken.
  private boolean stopping;

  Client(SocketIoServer server, Session session) {
    this.server = server;
    this.session = session;
    this.decoder =
        server
            .parser()
            .newDecoder(server.options().decoderLimits(), session.version() == EngineVersion.V3);
    armConnectTimeout();
    if (session.version() == EngineVersion.V3) {
      // Clients of earlier revisions are in the main namespace from the start; they hear of it in
      // the packet after the session's first.
      session.execute(() -> join("/", Map.of()));
    }
  }

  // ---- any thread ----

  Session session() {
    return session;
  }

  /** Sends a packet. */
  void send(Packet packet, boolean compress, boolean isVolatile) {
    send(server.encode(packet, compress), isVolatile);
  }

  /** Sends the messages of a packet. */
  void send(List<Message> messages, boolean isVolatile) {
    if (isVolatile) {
      session.sendVolatile(messages);
    } else if (messages.size() == 1) {
      session.send(messages.get(0));
    } else {
      session.send(messages);
    }
  }

  void resumeReading() {
    session.resumeReading();
  }

  /** Takes the client out of every namespace and closes the connection. */
  void disconnectAll() {
    session.execute(
        () -> {
          for (Socket socket : allSockets()) {
            socket.disconnect(false);
          }
          session.close();
        });
  }

  /** The handlers of a socket that left have run. Any thread. */
  void gone() {
    session.execute(() -> leaving--);
  }

  /**
   * A socket leaves.
   *
   * @param later whether it has handlers to run: until {@link #gone} it counts as a namespace
   */
  void forget(Socket socket, DisconnectReason reason, boolean later) {
    session.execute(
        () -> {
          leaving += later ? 1 : 0;
          if (free(socket) && reason == DisconnectReason.SERVER_NAMESPACE_DISCONNECT) {
            if (takenOut == null) {
              takenOut = new HashSet<>(2);
            }
            takenOut.add(socket.namespace().name());
          }
        });
  }

  /** The client broke the protocol: it is disconnected. */
  void fail() {
    session.execute(
        () -> {
          if (!failed) {
            failed = true;
            decoder.reset();
            cancelTimers();
            for (Socket socket : allSockets()) {
              socket.end(DisconnectReason.PARSE_ERROR);
            }
            session.close(CloseReason.PARSE_ERROR);
          }
        });
  }

  // ---- session lane ----

  @Override
  public void onText(Utf8Text text) {
    if (failed) {
      return;
    }
    try {
      Packet packet = decoder.text(text.array(), text.offset(), text.length());
      if (packet != null) {
        onPacket(packet);
      } else {
        awaitAttachments();
      }
    } catch (PacketFormatException error) {
      log.debug("Closing a {}: {}", session, error.getMessage());
      fail();
    }
  }

  @Override
  public void onBinary(ByteBuffer data) {
    if (failed) {
      return;
    }
    try {
      Packet packet = decoder.binary(data);
      if (packet != null) {
        cancelAttachmentTimer();
        onPacket(packet);
      }
    } catch (PacketFormatException error) {
      log.debug("Closing a {}: {}", session, error.getMessage());
      fail();
    }
  }

  @Override
  public CompletionStage<Void> onStopping() {
    stopping = true;
    CompletableFuture<?>[] lanes =
        allSockets().stream().map(Socket::handled).toArray(CompletableFuture<?>[]::new);
    // Handlers have begun all their answers by then.
    return CompletableFuture.allOf(lanes).thenCompose(done -> server.asyncAnswers().none());
  }

  @Override
  public void onClose(CloseReason reason) {
    cancelTimers();
    decoder.reset();
    failed = true;
    for (Socket socket : allSockets()) {
      socket.end(DisconnectReason.of(reason));
    }
  }

  private void onPacket(Packet packet) {
    if (packet instanceof Packet.Event event) {
      Socket socket = find(event.namespace());
      if (socket == null) {
        notJoined(event.namespace());
      } else if (!stopping && socket.onEvent(event)) {
        session.pauseReading();
      }
    } else if (packet instanceof Packet.Ack ack) {
      Socket socket = find(ack.namespace());
      if (socket == null) {
        notJoined(ack.namespace());
      } else if (ack.id() != Packet.NO_ID) {
        socket.onAck(ack);
      }
    } else if (packet instanceof Packet.Connect connect) {
      if (!stopping) {
        join(connect.namespace(), connect.payload());
      }
    } else if (packet instanceof Packet.Disconnect disconnect) {
      Socket socket = find(disconnect.namespace());
      if (socket == null) {
        notJoined(disconnect.namespace());
      } else {
        free(socket); // at once: the client may come back in the same payload
        socket.end(DisconnectReason.CLIENT_NAMESPACE_DISCONNECT);
      }
    }
  }

  /** Frees a socket's place in its namespace; returns false if that has been done before. */
  private boolean free(Socket socket) {
    String name = socket.namespace().name();
    if (find(name) != socket) {
      return false;
    }
    remove(name);
    armConnectTimeout();
    return true;
  }

  /** A packet for a namespace that the client is not in, which only a race excuses. */
  private void notJoined(String namespace) {
    if (takenOut == null || !takenOut.contains(namespace)) {
      log.debug("Closing a {}: a packet for a namespace that was not joined", session);
      fail();
    }
  }

  private void awaitAttachments() {
    String namespace = decoder.pendingNamespace();
    if (namespace != null
        && find(namespace) == null
        && (takenOut == null || !takenOut.contains(namespace))) {
      decoder.reset();
      log.debug("Closing a {}: attachments for a namespace that was not joined", session);
      fail();
      return;
    }
    long number = ++binaryPackets;
    attachmentTimer =
        server
            .runtime()
            .timers()
            .schedule(
                server.options().attachmentTimeout(),
                () -> session.execute(() -> onAttachmentTimeout(number)));
  }

  /** The attachments of a packet are late, unless it has been completed meanwhile. */
  private void onAttachmentTimeout(long number) {
    if (number == binaryPackets && decoder.pendingNamespace() != null) {
      log.debug("Closing a {}: attachments did not come in time", session);
      fail();
    }
  }

  private void armConnectTimeout() {
    if (failed || connectTimer != null || hasConnectedSocket()) {
      return;
    }
    connectTimer =
        server
            .runtime()
            .timers()
            .schedule(
                server.options().connectTimeout(), () -> session.execute(this::onConnectTimeout));
  }

  private void onConnectTimeout() {
    connectTimer = null;
    if (!hasConnectedSocket() && !failed) {
      failed = true;
      log.debug("Closing a {}: no namespace joined in time", session);
      for (Socket socket : allSockets()) {
        socket.end(DisconnectReason.FORCED_CLOSE);
      }
      session.close();
    }
  }

  private void cancelTimers() {
    cancelConnectTimer();
    cancelAttachmentTimer();
  }

  private void cancelConnectTimer() {
    if (connectTimer != null) {
      server.runtime().timers().cancel(connectTimer);
      connectTimer = null;
    }
  }

  private void cancelAttachmentTimer() {
    if (attachmentTimer != null) {
      server.runtime().timers().cancel(attachmentTimer);
      attachmentTimer = null;
    }
  }

  private void join(String name, Map<String, @Nullable Object> auth) {
    if (find(name) != null) {
      log.debug("Closing a {}: a second CONNECT to a namespace", session);
      fail();
      return;
    }
    Namespace there = server.find(name);
    boolean invalid = there == null && server.dynamic().isEmpty();
    if (invalid || socketCount() + leaving >= server.options().maxNamespaces()) {
      refuse(name, invalid ? "Invalid namespace" : "Too many namespaces", null);
      return;
    }
    // As long as parents are asked the socket is in a namespace that nobody knows of.
    boolean exact = there != null && there.isStatic();
    Namespace namespace = there != null && exact ? there : new Namespace(server, name, null);
    namespace.enter();
    Recovery recovery = session.version() == EngineVersion.V4 ? server.recoveryIfOn() : null;
    Recovery.Request request = recovery == null ? null : recovery.requestIn(auth);
    Map<String, @Nullable Object> said = recovery == null ? auth : Recovery.withoutSecret(auth);
    Socket socket =
        new Socket(
            socketId(name),
            recovery == null ? null : SessionIds.next(),
            this,
            namespace,
            new Handshake(session.request(), said, issued));
    put(name, socket);
    if (takenOut != null) {
      takenOut.remove(name);
    }
    Runnable then =
        () -> {
          if (recovery != null && request != null) {
            recovery.begin(socket, request);
          } else {
            socket.namespace().admission().begin(socket);
          }
        };
    if (exact) {
      then.run();
    } else {
      server.dynamic().find(socket, then);
    }
  }

  /** In earlier revisions clients know their ids by their session's. */
  private String socketId(String namespace) {
    if (session.version() == EngineVersion.V4) {
      return SessionIds.next();
    }
    return namespace.equals("/") ? session.id() : namespace + "#" + session.id();
  }

  /** Middleware has let a socket in. Any thread. */
  void admitted(Socket socket) {
    session.execute(() -> admit(socket));
  }

  /** Lets a socket in. Session lane. */
  void admit(Socket socket) {
    String name = socket.namespace().name();
    if (failed || find(name) != socket || !socket.admit()) {
      return;
    }
    cancelConnectTimer();
    ClientManager manager = socket.namespace().manager();
    if (socket.recovered()) {
      resume(socket, manager);
      return;
    }
    confirm(socket);
    manager.add(socket);
    added(socket);
  }

  private void resume(Socket socket, ClientManager manager) {
    CompletionStage<Boolean> stage;
    try {
      stage =
          manager.resume(
              socket, socket.resumeOffset(), event -> socket.deliver(event, true, false));
    } catch (RuntimeException failure) {
      stage = CompletableFuture.failedFuture(failure);
    }
    stage.whenComplete(
        (complete, failure) -> {
          if (failure != null) {
            log.warn("The client manager could not resume a session; it is closed", failure);
          }
          session.execute(() -> resumed(socket, failure == null && complete));
        });
  }

  /** Tells a client that it has joined. */
  private void confirm(Socket socket) {
    Map<String, @Nullable Object> answer = new LinkedHashMap<>(4);
    if (session.version() == EngineVersion.V4) {
      answer.put("sid", socket.id());
      if (socket.hasPid()) {
        answer.put("pid", socket.pid());
      }
    }
    socket.deliver(new Packet.Connect(socket.namespace().name(), answer), false, false);
  }

  private void added(Socket socket) {
    if (socket.isDisconnected()) { // meanwhile, by another thread: removed before it was added
      socket.namespace().manager().remove(socket);
    }
    socket.announced();
  }

  /**
   * A socket that was lost is back.
   *
   * @param complete whether what it missed is on its way; else it is too late for that
   */
  private void resumed(Socket socket, boolean complete) {
    if (complete) {
      server.count(SocketIoCounter.SESSIONS_RECOVERED);
      confirm(socket);
      added(socket);
    } else {
      log.debug("Closing a {}: what a socket has missed is gone", session);
      session.close();
    }
  }

  /** Middleware or a connect handler has refused a socket. Any thread. */
  void refused(Socket socket, String message, @Nullable Object data) {
    session.execute(
        () -> {
          String name = socket.namespace().name();
          if (find(name) == socket) {
            remove(name);
            socket.end(DisconnectReason.SERVER_NAMESPACE_DISCONNECT);
            try {
              refuse(name, message, data);
            } catch (RuntimeException unsendable) {
              log.error("The data of a refusal cannot be sent; the client gets none", unsendable);
              refuse(name, message, null);
            }
            armConnectTimeout();
          }
        });
  }

  private void refuse(String namespace, String message, @Nullable Object data) {
    server.count(SocketIoCounter.CONNECTIONS_REFUSED);
    Object payload;
    if (session.version() == EngineVersion.V3) {
      payload = data == null ? message : data;
    } else {
      Map<String, @Nullable Object> error = new HashMap<>(4);
      error.put("message", message);
      if (data != null) {
        error.put("data", data);
      }
      payload = error;
    }
    send(new Packet.ConnectError(namespace, payload), false, false);
  }

  // ---- the sockets ----

  private @Nullable Socket find(String namespace) {
    Socket only = onlySocket;
    if (only != null) {
      return only.namespace().name().equals(namespace) ? only : null;
    }
    return sockets == null ? null : sockets.get(namespace);
  }

  private void put(String namespace, Socket socket) {
    if (onlySocket == null && sockets == null) {
      onlySocket = socket;
      return;
    }
    Map<String, Socket> map = sockets;
    if (map == null) {
      map = new HashMap<>(4);
      sockets = map;
    }
    Socket first = onlySocket;
    if (first != null) {
      map.put(first.namespace().name(), first);
      onlySocket = null;
    }
    map.put(namespace, socket);
  }

  private void remove(String namespace) {
    if (sockets == null) {
      onlySocket = null;
    } else {
      sockets.remove(namespace);
      if (sockets.isEmpty()) {
        sockets = null;
      }
    }
  }

  private int socketCount() {
    return onlySocket != null ? 1 : sockets == null ? 0 : sockets.size();
  }

  private List<Socket> allSockets() {
    if (onlySocket != null) {
      return List.of(onlySocket);
    }
    return sockets == null ? List.of() : new ArrayList<>(sockets.values());
  }

  private boolean hasConnectedSocket() {
    return allSockets().stream().anyMatch(Socket::isConnected);
  }
}

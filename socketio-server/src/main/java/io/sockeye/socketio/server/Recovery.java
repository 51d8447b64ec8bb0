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

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings sockets back whose connection was lost: from the client's CONNECT with a private session
 * id to the admission of the socket, and from the loss to the client manager that keeps the
 * session.
 *
 * <p><b>Concurrency.</b> Steps run on the session lane of the client that comes back, but for the
 * application's check, which is on the socket lane. One at a time deals with a private id: {@code
 * busy} holds it from the loss until the handlers of the lost socket have run and its session is
 * kept, and while a client tries to recover with it; others wait. So handlers hear of the loss
 * before they hear of the recovery, and an id is good for one recovery after each loss.
 */
final class Recovery {
  private static final Logger log = LoggerFactory.getLogger(Recovery.class);

  private static final Pattern PID = Pattern.compile("[A-Za-z0-9_-]{20}");
  private static final Pattern OFFSET = Pattern.compile("[A-Za-z0-9._~-]{1,64}");

  /**
   * What a client says to come back.
   *
   * @param pid the private id of its session: a secret
   * @param offset that of the last event that it has had, null if it had none
   */
  record Request(String pid, @Nullable String offset) {
    /** Tells nothing: the private id is a secret. */
    @Override
    public String toString() {
      return "a request to recover";
    }
  }

  private final SocketIoServer server;
  private final ConnectionStateRecovery options;
  private final Map<String, CompletableFuture<Boolean>> busy = new ConcurrentHashMap<>();

  Recovery(SocketIoServer server, ConnectionStateRecovery options) {
    this.server = server;
    this.options = options;
  }

  /** Whether a connection that ends so was lost, and its client may come back. */
  static boolean isLoss(DisconnectReason reason) {
    return switch (reason) {
      case TRANSPORT_CLOSE, TRANSPORT_ERROR, PING_TIMEOUT, FORCED_CLOSE, SERVER_SHUTTING_DOWN ->
          true;
      case CLIENT_NAMESPACE_DISCONNECT, SERVER_NAMESPACE_DISCONNECT, PARSE_ERROR, SLOW_CONSUMER ->
          false;
    };
  }

  /** Returns what a client says to come back, or null if it does not. */
  @Nullable Request requestIn(Map<String, @Nullable Object> auth) {
    Object pid = auth.get("pid");
    if (!(pid instanceof String text)) {
      return null;
    }
    Object offset = auth.get("offset");
    if (!PID.matcher(text).matches()
        || (offset != null
            && !(offset instanceof String known && OFFSET.matcher(known).matches()))) {
      server.count(SocketIoCounter.RECOVERIES_REJECTED);
      return null;
    }
    return new Request(text, (String) offset);
  }

  /** Returns what a client says besides: the private id is a secret that goes no further. */
  static Map<String, @Nullable Object> withoutSecret(Map<String, @Nullable Object> auth) {
    if (!(auth.get("pid") instanceof String pid) || !PID.matcher(pid).matches()) {
      return auth;
    }
    Map<String, @Nullable Object> rest = new LinkedHashMap<>(auth);
    rest.remove("pid");
    rest.remove("offset");
    return Collections.unmodifiableMap(rest);
  }

  // ---- coming back ----

  /** Finds out whether a socket that joins is one that was lost. Session lane. */
  @SuppressWarnings("FutureReturnValueIgnored") // a turn ends well in any case
  void begin(Socket socket, Request request) {
    if (socket.isDisconnected()) {
      return;
    }
    socket.identifiedLater();
    CompletableFuture<Boolean> turn = new CompletableFuture<>();
    CompletableFuture<Boolean> other = busy.putIfAbsent(request.pid(), turn);
    if (other != null) {
      other.thenAccept(done -> onSessionLane(socket, () -> begin(socket, request)));
      return;
    }
    CompletionStage<@Nullable RecoveredSession> stage;
    try {
      stage =
          Objects.requireNonNull(
              server.manager().restore(socket.namespace().name(), request.pid(), request.offset()),
              "stage");
    } catch (RuntimeException failure) {
      stage = CompletableFuture.failedFuture(failure);
    }
    stage.whenComplete(
        (session, failure) ->
            onSessionLane(
                socket,
                () ->
                    found(
                        socket,
                        request,
                        turn,
                        session == null ? null : session.orComingAs(socket.handshake()),
                        failure)));
  }

  private void found(
      Socket socket,
      Request request,
      CompletableFuture<Boolean> turn,
      @Nullable RecoveredSession session,
      @Nullable Throwable failure) {
    if (failure != null) {
      log.warn("The client manager could not restore a session; a new one begins", failure);
    }
    RecoveryCheck check = options.check();
    if (session == null) {
      reject(socket, request, turn);
    } else if (check == null) {
      accept(socket, request, turn, session);
    } else {
      socket
          .lane()
          .execute(
              () -> {
                boolean allowed = allows(check, socket, session);
                onSessionLane(
                    socket,
                    () -> {
                      if (allowed) {
                        accept(socket, request, turn, session);
                      } else {
                        reject(socket, request, turn);
                      }
                    });
              });
    }
  }

  private static boolean allows(RecoveryCheck check, Socket socket, RecoveredSession session) {
    try {
      return check.allows(socket.handshake(), session);
    } catch (Throwable failure) { // also Errors: the client must get an answer
      log.error("The check of a recovery failed, which means no; a new session begins", failure);
      return false;
    }
  }

  private void accept(
      Socket socket, Request request, CompletableFuture<Boolean> turn, RecoveredSession session) {
    if (socket.isDisconnected()) { // lost again: as if it had not been tried
      keep(request.pid(), session, turn);
      return;
    }
    socket.recover(request, session);
    release(request.pid(), turn);
    List<String> rooms = new ArrayList<>(session.rooms());
    rooms.remove(session.id());
    if (!rooms.isEmpty()) {
      server.manager().join(socket, rooms);
    }
    if (options.skipMiddlewares()) {
      socket.client().admit(socket);
    } else {
      socket.namespace().admission().begin(socket);
    }
  }

  private void reject(Socket socket, Request request, CompletableFuture<Boolean> turn) {
    release(request.pid(), turn);
    server.count(SocketIoCounter.RECOVERIES_REJECTED);
    log.debug("A client in {} cannot recover; a new session begins", socket.namespace());
    if (!socket.isDisconnected()) {
      socket.attendance().stale(LocalRecovery.isOffset(request.offset()) ? request.offset() : null);
      socket.namespace().admission().begin(socket);
    }
  }

  private static void onSessionLane(Socket socket, Runnable task) {
    socket.client().session().execute(task);
  }

  // ---- leaving ----

  /** A socket is lost; until its session is kept, whoever comes back waits. */
  void leaving(String pid, CompletableFuture<Boolean> turn) {
    busy.put(pid, turn);
  }

  /** The handlers of a lost socket have run. */
  void lost(Socket socket, Set<String> rooms, CompletableFuture<Boolean> turn) {
    keep(
        socket.pid(),
        new RecoveredSession(
            socket.id(),
            socket.namespace().name(),
            socket.handshake(),
            rooms,
            socket.knownAttributes(),
            socket.attendance()),
        turn);
  }

  private void keep(String pid, RecoveredSession session, CompletableFuture<Boolean> turn) {
    CompletionStage<Void> stage;
    try {
      stage = Objects.requireNonNull(server.manager().persist(pid, session), "stage");
    } catch (RuntimeException failure) {
      stage = CompletableFuture.failedFuture(failure);
    }
    stage.whenComplete(
        (done, failure) -> {
          if (failure != null) {
            log.warn("The client manager could not keep a session; it cannot recover", failure);
          }
          release(pid, turn);
        });
  }

  private void release(String pid, CompletableFuture<Boolean> turn) {
    busy.remove(pid, turn);
    turn.complete(true);
  }
}

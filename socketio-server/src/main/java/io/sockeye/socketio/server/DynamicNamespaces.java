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

import io.sockeye.engineio.server.internal.TimerWheel;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds or creates the namespaces of {@link ParentNamespace parents} for clients that say their
 * names, and lets them go when nobody is left.
 *
 * <p><b>Concurrency.</b> Safe for any thread. Parents are asked on the socket lane of the client,
 * which waits in a namespace that nobody else knows of; the rest is on its session lane. A
 * namespace is in the server's map from before its handlers hear of it until after the client
 * manager has let go of it, so that there is one of each name at a time.
 */
final class DynamicNamespaces {
  private static final Logger log = LoggerFactory.getLogger(DynamicNamespaces.class);

  private final SocketIoServer server;
  private final Map<String, Namespace> namespaces;
  private final List<ParentNamespace> parents = new CopyOnWriteArrayList<>();
  // Those that exist because a client has named them, or is about to.
  private final AtomicInteger count = new AtomicInteger();

  /**
   * Creates it without parents.
   *
   * @param namespaces those of the server, by their names
   */
  DynamicNamespaces(SocketIoServer server, Map<String, Namespace> namespaces) {
    this.server = server;
    this.namespaces = namespaces;
  }

  /**
   * Adds a parent, which is asked after those that are there.
   *
   * @throws IllegalStateException if one has the same pattern
   */
  synchronized ParentNamespace add(ParentNamespace added) {
    Pattern pattern = added.pattern();
    for (ParentNamespace parent : parents) {
      Pattern other = parent.pattern();
      if (pattern != null
          && other != null
          && other.pattern().equals(pattern.pattern())
          && other.flags() == pattern.flags()) {
        throw new IllegalStateException(
            "namespace pattern \""
                + pattern
                + "\": has a parent already (expected: one of(..) per pattern)");
      }
    }
    parents.add(added);
    return added;
  }

  boolean isEmpty() {
    return parents.isEmpty();
  }

  // ---- by the application ----

  /** Returns a namespace that exists from now on, as long as the server. */
  Namespace of(String name) {
    while (true) {
      Namespace there = namespaces.get(name);
      if (there == null) {
        Namespace created = create(name);
        there = namespaces.putIfAbsent(name, created);
        if (there == null) {
          announce(created);
          return created;
        }
      }
      ChildLife life = there.life();
      if (life == null || life.pin()) {
        return there;
      }
      life.removed().toCompletableFuture().join();
    }
  }

  /** A namespace of its own, or of the first parent whose pattern it matches. */
  private Namespace create(String name) {
    for (ParentNamespace parent : parents) {
      Pattern pattern = parent.pattern();
      if (pattern != null && pattern.matcher(name).matches()) {
        Namespace child = parent.newChild(name);
        child.requireLife().pin();
        count.incrementAndGet();
        return child;
      }
    }
    return new Namespace(server, name, null);
  }

  /** Tells a parent of a child that is new in the map; what its handlers throw ends the child. */
  private void announce(Namespace created) {
    server.manager().addNamespace(created.name());
    ChildLife life = created.life();
    if (life == null) {
      return;
    }
    try {
      life.parent().created(created);
      life.setReady(true);
    } catch (Throwable failure) { // also Errors: others may wait for it
      life.fail();
      remove(created, life);
      life.setReady(false);
      throw new IllegalStateException(
          "namespace " + created + ": a handler of its parent failed", failure);
    }
  }

  // ---- by a client ----

  /**
   * Finds the namespace of a socket that joins, or refuses it.
   *
   * @param then runs on the session lane when the socket is in it
   */
  void find(Socket socket, Runnable then) {
    socket.identifiedLater();
    Namespace there = namespaces.get(socket.namespace().name());
    ChildLife life = there == null ? null : there.life();
    // A namespace that exists is for those whom its parent lets in, and no other parent.
    Iterator<ParentNamespace> candidates =
        (life == null ? parents : List.of(life.parent())).iterator();
    socket.lane().execute(() -> ask(socket, candidates, then));
  }

  private void ask(Socket socket, Iterator<ParentNamespace> candidates, Runnable then) {
    if (socket.isDisconnected()) {
      return;
    }
    if (!candidates.hasNext()) {
      refuse(socket, "Invalid namespace");
      return;
    }
    ParentNamespace parent = candidates.next();
    CompletionStage<Boolean> stage;
    try {
      stage = parent.matches(socket.namespace().name(), socket.handshake());
    } catch (Throwable failure) { // also Errors: the client must get an answer
      failed(socket, parent, failure);
      return;
    }
    stage.whenComplete(
        (matches, failure) ->
            socket
                .lane()
                .execute(
                    () -> {
                      if (failure != null) {
                        failed(socket, parent, failure);
                      } else if (Boolean.TRUE.equals(matches)) {
                        claim(socket, parent, then);
                      } else {
                        ask(socket, candidates, then);
                      }
                    }));
  }

  private static void failed(Socket socket, ParentNamespace parent, Throwable thrown) {
    Throwable failure =
        thrown instanceof CompletionException && thrown.getCause() != null
            ? thrown.getCause()
            : thrown;
    log.error("The matcher of {} failed, which refuses the client", parent, failure);
    refuse(socket, "Internal server error");
  }

  private static void refuse(Socket socket, String message) {
    socket.client().refused(socket, message, null);
  }

  /** Enters the namespace, which is created unless it exists. */
  private void claim(Socket socket, ParentNamespace parent, Runnable then) {
    String name = socket.namespace().name();
    Namespace there = namespaces.get(name);
    if (there == null) {
      if (count.incrementAndGet() > server.options().maxDynamicNamespaces()) {
        count.decrementAndGet();
        server.count(SocketIoCounter.NAMESPACES_REFUSED);
        refuse(socket, "Too many namespaces");
        return;
      }
      Namespace created = parent.newChild(name);
      created.requireLife().enter();
      there = namespaces.putIfAbsent(name, created);
      if (there == null) {
        try {
          announce(created);
        } catch (IllegalStateException failure) {
          log.error("A client is refused", failure);
        }
        enterWhenReady(socket, created, then);
        return;
      }
      count.decrementAndGet();
    }
    ChildLife life = there.life();
    if (life != null && life.parent() != parent && !life.isPinned()) {
      refuse(socket, "Invalid namespace"); // another parent's, since a moment ago
    } else if (life == null || life.enter()) {
      enterWhenReady(socket, there, then);
    } else {
      life.removed().thenAccept(gone -> socket.lane().execute(() -> claim(socket, parent, then)));
    }
  }

  private void enterWhenReady(Socket socket, Namespace namespace, Runnable then) {
    ChildLife life = namespace.life();
    if (life == null) { // the application has made it just now
      onSessionLane(socket, () -> entered(socket, namespace, true, then));
    } else {
      life.ready()
          .thenAccept(lets -> onSessionLane(socket, () -> entered(socket, namespace, lets, then)));
    }
  }

  private void entered(Socket socket, Namespace namespace, boolean lets, Runnable then) {
    if (!lets || socket.isDisconnected()) {
      leave(namespace, false);
      refuse(socket, "Internal server error"); // nothing happens if it has gone
      return;
    }
    socket.enter(namespace);
    then.run();
  }

  private static void onSessionLane(Socket socket, Runnable task) {
    socket.client().session().execute(task);
  }

  // ---- leaving ----

  /**
   * A socket has left its namespace.
   *
   * @param lost whether its client may come back, for which the namespace must still be there
   */
  void leave(Namespace namespace, boolean lost) {
    ChildLife life = namespace.life();
    if (life == null || !server.options().cleanupEmptyChildNamespaces()) {
      return;
    }
    ConnectionStateRecovery recovery = server.options().connectionStateRecovery();
    TimerWheel timers = server.runtime().timers();
    if (lost && recovery != null) {
      life.keepUntil(timers.nanoTime() + recovery.maxDisconnectionDuration().toNanos());
    }
    after(life.leave(timers.nanoTime()), namespace, life);
  }

  private void after(long nanos, Namespace namespace, ChildLife life) {
    if (nanos == ChildLife.NOW) {
      remove(namespace, life);
    } else if (nanos != ChildLife.NEVER) {
      TimerWheel timers = server.runtime().timers();
      timers.schedule(
          Duration.ofNanos(nanos),
          () ->
              server
                  .runtime()
                  .handlers()
                  .execute(() -> after(life.lookAgain(timers.nanoTime()), namespace, life)));
    }
  }

  private void remove(Namespace namespace, ChildLife life) {
    server.manager().removeNamespace(namespace.name());
    life.parent().removed(namespace);
    namespaces.remove(namespace.name(), namespace);
    count.decrementAndGet();
    life.setRemoved();
  }
}

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
import io.sockeye.socketio.protocol.Arguments;
import io.sockeye.socketio.protocol.Packet;
import io.sockeye.socketio.server.ClusterWire.Expected;
import io.sockeye.socketio.server.spi.BroadcastOptions;
import io.sockeye.socketio.server.spi.DataBinder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * The requests of this node whose answers have not all come. Each has a deadline, does not wait for
 * nodes that are gone, and there is a bound on their number.
 *
 * <p><b>Concurrency.</b> Safe for any thread. Each request is guarded by its own monitor; futures
 * complete on the handler executor.
 */
final class ClusterRequests {
  /** How often a node of a dialect that only counts is looked for again. */
  private static final Duration RECOUNT = Duration.ofSeconds(1);

  private final ClusterWire wire;
  private final ClusterOptions options;
  private final TimerWheel timers;
  private final Executor executor;
  private final Map<String, Pending<?>> pending = new ConcurrentHashMap<>();

  ClusterRequests(ClusterWire wire, ClusterOptions options, TimerWheel timers, Executor executor) {
    this.wire = wire;
    this.options = options;
    this.timers = timers;
    this.executor = executor;
  }

  // ---- by the node ----

  /** Which sockets the other nodes have; fails if one of them does not say in time. */
  CompletionStage<List<RemoteSocket>> fetch(BroadcastOptions to) {
    Fetching request = new Fetching();
    return begin(request, new ClusterMessage.Fetch(request.id, to), options.requestTimeout());
  }

  /** What the other nodes answer to an event. */
  CompletionStage<ServerAnswers> ask(
      String namespace, String event, Arguments arguments, Duration timeout) {
    Asking request = new Asking();
    return begin(
        request,
        new ClusterMessage.ServerQuestion(request.id, namespace, event, arguments),
        timeout);
  }

  /** What the clients of the other nodes answer to an event. */
  CompletionStage<BroadcastAnswers> question(
      Packet.Event event, BroadcastOptions to, Duration timeout, DataBinder binder) {
    Questioning request = new Questioning(to.rooms().size() == 1, binder);
    return begin(request, new ClusterMessage.Question(request.id, event, to, timeout), timeout);
  }

  private <T> CompletionStage<T> begin(
      Pending<T> request, ClusterMessage.Request message, Duration timeout) {
    if (pending.size() >= options.maxPendingRequests()) {
      return CompletableFuture.failedFuture(
          new IllegalStateException(
              "more than " + options.maxPendingRequests() + " requests wait for other nodes"));
    }
    request.namespace = message.namespace();
    pending.put(request.id, request);
    timers.schedule(request, timeout);
    // Both at once: a question must not fall behind what its sender sends next.
    CompletionStage<Expected> expected = wire.expected(message.namespace());
    wire.send(message, false)
        .whenComplete(
            (sent, failure) -> {
              if (failure != null) {
                request.unsent(failure);
              }
            });
    expected.whenComplete(
        (nodes, failure) -> {
          if (nodes == null) {
            request.unsent(failure == null ? new IllegalStateException("nobody") : failure);
          } else {
            request.expect(nodes);
          }
        });
    return request.future;
  }

  // ---- by other nodes ----

  void onAnswer(String requestId, @Nullable String node, ClusterAnswer answer) {
    Pending<?> request = pending.get(requestId);
    if (request != null) {
      request.answered(node, answer);
    }
  }

  /** Returns whether a request waits for answers. */
  boolean awaits(String requestId) {
    return pending.containsKey(requestId);
  }

  void onGone(String node) {
    pending.values().forEach(request -> request.gone(node));
  }

  /** Fails what waits. */
  void close() {
    for (Pending<?> request : List.copyOf(pending.values())) {
      request.unsent(new IllegalStateException("the server has been stopped"));
    }
  }

  // ---- what waits ----

  /**
   * A request. What it needs to be complete is one answer of each node that is still there, unless
   * it says more.
   */
  private abstract class Pending<T> extends TimerWheel.Entry {
    final String id = wire.newRequestId();
    final CompletableFuture<T> future = new CompletableFuture<>();
    String namespace = "";
    // Guarded by this.
    @Nullable Expected expected;
    private @Nullable Expected asked; // what was expected first
    private final Set<String> answeredNodes = new HashSet<>();
    private int answeredTimes;
    private @Nullable Set<String> awaited;
    private boolean done;
    private TimerWheel.@Nullable Entry recount;

    /** Returns whether an answer is what each node gives once; it is the only one, or the first. */
    boolean isOfNode(ClusterAnswer answer) {
      return true;
    }

    /** Takes an answer, under the monitor; ignores what does not fit. */
    abstract boolean take(@Nullable String node, ClusterAnswer answer);

    /** Awaits nothing more of a node, under the monitor. */
    void giveUp(String node) {}

    /** Returns whether more than one answer per node is there; under the monitor. */
    boolean isFull() {
      return true;
    }

    /**
     * Completes the future with what there is.
     *
     * @param silentNodes how many nodes that are still there have not answered
     * @param unanswered how many nodes have not answered, those included that are gone
     */
    abstract void finish(int silentNodes, int unanswered, @Nullable Throwable failure);

    final void answered(@Nullable String node, ClusterAnswer answer) {
      boolean complete;
      synchronized (this) {
        if (done || (node != null && isOfNode(answer) && answeredNodes.contains(node))) {
          return; // too late, or a repetition
        }
        if (take(node, answer) && isOfNode(answer)) {
          answeredTimes++;
          if (node != null) {
            answeredNodes.add(node);
          }
        }
        complete = isComplete();
      }
      if (complete) {
        end(null);
      }
    }

    final void expect(Expected nodes) {
      boolean complete;
      synchronized (this) {
        if (done) {
          return;
        }
        expected = nodes;
        if (asked == null) {
          asked = nodes;
          awaited = nodes.nodes() == null ? null : new HashSet<>(nodes.nodes());
        }
        complete = isComplete();
        if (!complete && nodes.nodes() == null) {
          recount =
              timers.schedule(
                  RECOUNT,
                  () ->
                      wire.expected(namespace)
                          .thenAccept(now -> expect(now.count() < nodes.count() ? now : nodes)));
        }
      }
      if (complete) {
        end(null);
      }
    }

    final void gone(String node) {
      boolean complete;
      synchronized (this) {
        if (done || awaited == null || !awaited.remove(node)) {
          return;
        }
        giveUp(node);
        complete = isComplete();
      }
      if (complete) {
        end(null);
      }
    }

    private boolean isComplete() {
      return expected != null && silentNodes() == 0 && isFull();
    }

    private int silentNodes() {
      if (expected == null) {
        return 0;
      }
      return awaited == null ? Math.max(0, expected.count() - answeredTimes) : unanswered(awaited);
    }

    private int unanswered() {
      if (asked == null) {
        return 0;
      }
      return asked.nodes() == null
          ? Math.max(0, asked.count() - answeredTimes)
          : unanswered(asked.nodes());
    }

    private int unanswered(Set<String> nodes) {
      return (int) nodes.stream().filter(node -> !answeredNodes.contains(node)).count();
    }

    final void unsent(Throwable failure) {
      end(failure);
    }

    @Override
    protected void expired() {
      end(null);
    }

    private void end(@Nullable Throwable failure) {
      int silent;
      int unanswered;
      synchronized (this) {
        if (done) {
          return;
        }
        done = true;
        silent = silentNodes();
        unanswered = unanswered();
      }
      pending.remove(id, this);
      timers.cancel(this);
      TimerWheel.Entry counting = recount;
      if (counting != null) {
        timers.cancel(counting);
      }
      executor.execute(() -> finish(silent, unanswered, failure));
    }
  }

  private final class Fetching extends Pending<List<RemoteSocket>> {
    private final List<RemoteSocket> sockets = new ArrayList<>();

    @Override
    boolean take(@Nullable String node, ClusterAnswer answer) {
      if (answer instanceof ClusterAnswer.Sockets some) {
        sockets.addAll(some.sockets());
        return true;
      }
      return false;
    }

    @Override
    void finish(int silentNodes, int unanswered, @Nullable Throwable failure) {
      if (failure != null) {
        future.completeExceptionally(failure);
      } else if (silentNodes > 0) {
        future.completeExceptionally(
            new TimeoutException(
                "fetchSockets: "
                    + silentNodes
                    + " nodes have not answered within "
                    + options.requestTimeout()));
      } else {
        future.complete(sockets);
      }
    }
  }

  private final class Asking extends Pending<ServerAnswers> {
    private final List<@Nullable Object> values = new ArrayList<>();

    @Override
    boolean take(@Nullable String node, ClusterAnswer answer) {
      if (answer instanceof ClusterAnswer.ServerAnswered one) {
        values.add(one.value());
        return true;
      }
      return false;
    }

    @Override
    void finish(int silentNodes, int unanswered, @Nullable Throwable failure) {
      if (failure != null) {
        future.completeExceptionally(failure);
      } else {
        future.complete(new ServerAnswers(values, unanswered));
      }
    }
  }

  private final class Questioning extends Pending<BroadcastAnswers> {
    private final boolean mayBeOneSocket;
    private final DataBinder binder;
    private final List<BroadcastAnswers.Answer> answers = new ArrayList<>();
    private final Set<String> answeredSockets = new HashSet<>();
    // The sockets that are waited for, by the node that has reached them; null if it does not say.
    private final Map<String, @Nullable String> missing = new LinkedHashMap<>();
    private final Set<String> lost = new HashSet<>();
    private int unnamed;

    Questioning(boolean mayBeOneSocket, DataBinder binder) {
      this.mayBeOneSocket = mayBeOneSocket;
      this.binder = binder;
    }

    @Override
    boolean isOfNode(ClusterAnswer answer) {
      return answer instanceof ClusterAnswer.Reached;
    }

    @Override
    boolean take(@Nullable String node, ClusterAnswer answer) {
      if (answer instanceof ClusterAnswer.Reached reached) {
        if (reached.ids() == null) {
          unnamed += reached.count();
        } else {
          for (String socket : reached.ids()) {
            if (!answeredSockets.contains(socket) && !lost.contains(socket)) {
              missing.put(socket, node);
            }
          }
        }
        return true;
      }
      if (answer instanceof ClusterAnswer.ClientAnswered one) {
        String socket = one.socketId();
        if (socket == null) {
          unnamed--;
        } else if (answeredSockets.add(socket)) {
          missing.remove(socket);
          lost.remove(socket);
        } else {
          return false; // a repetition
        }
        answers.add(new BroadcastAnswers.Answer(socket, new Args(one.arguments(), binder)));
        return true;
      }
      if (answer instanceof ClusterAnswer.ClientLost gone) {
        missing.remove(gone.socketId());
        return !answeredSockets.contains(gone.socketId()) && lost.add(gone.socketId());
      }
      return false;
    }

    @Override
    void giveUp(String node) {
      for (Iterator<Map.Entry<String, @Nullable String>> all = missing.entrySet().iterator();
          all.hasNext(); ) {
        Map.Entry<String, @Nullable String> entry = all.next();
        if (node.equals(entry.getValue())) {
          lost.add(entry.getKey());
          all.remove();
        }
      }
    }

    @Override
    boolean isFull() {
      if (expected != null && expected.others()) {
        // Nodes that do not say whom they have reached: only of a single socket it is known when
        // all have answered.
        return mayBeOneSocket && missing.isEmpty() && !answers.isEmpty();
      }
      return missing.isEmpty() && unnamed <= 0;
    }

    @Override
    void finish(int silentNodes, int unanswered, @Nullable Throwable failure) {
      // What cannot be sent has reached nobody there: what came of this process is still good.
      // And nodes that do not say whom they have reached may have left somebody out.
      boolean isCertain = failure == null && (expected == null || !expected.others() || isFull());
      int silent = isCertain ? unanswered : Math.max(1, unanswered);
      lost.addAll(missing.keySet());
      future.complete(new BroadcastAnswers(answers, lost, Math.max(0, unnamed), silent));
    }
  }
}

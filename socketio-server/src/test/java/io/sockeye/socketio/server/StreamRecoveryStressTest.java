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

import io.sockeye.engineio.server.HandlerExecution;
import io.sockeye.engineio.server.internal.EngineRuntime;
import io.sockeye.socketio.server.spi.ClientManager;
import io.sockeye.socketio.server.spi.MemoryBroker;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Two nodes send, to all, to a room and to single sockets, while clients lose their connections and
 * come back all the time, on either node: each has every event of each sender once, and in order.
 */
class StreamRecoveryStressTest {
  private static final int SENDERS = 2;
  private static final int CLIENTS = 4;
  private static final int CUTS = 30;

  /** So many events of each sender follow each time that a client has connected. */
  private static final int EVENTS_PER_CUT = 30;

  private static final int EVENTS = CLIENTS * CUTS * EVENTS_PER_CUT;
  private static final Pattern EVENT = Pattern.compile("42\\[\"n\",(\\d+),(\\d+),\"([^\"]*)\"]");
  private static final Pattern ANSWER =
      Pattern.compile("40\\{\"sid\":\"([^\"]*)\",\"pid\":\"([^\"]*)\"}");

  private final MemoryBroker broker = new MemoryBroker();
  private final List<Peer> peers = new CopyOnWriteArrayList<>();
  private final List<SocketIoServer> servers = List.of(server(), server());
  private final AtomicInteger recoveries = new AtomicInteger();
  private final List<Semaphore> senders =
      Stream.generate(() -> new Semaphore(0)).limit(SENDERS).toList();

  /** A client that remembers what the official one does, and what it has had of each sender. */
  private final class Peer {
    private final Random random;
    private final int[] had = new int[SENDERS];
    private final List<String> faults = new ArrayList<>();
    private @Nullable ThreadedSocket connection;
    private @Nullable ThreadedSocket answered;
    private @Nullable String sid;
    private @Nullable String pid;
    private @Nullable String offset;
    private long received;
    private int cuts;
    private int losses;

    Peer(long seed) {
      random = new Random(seed);
    }

    /** Connects, or comes back; returns when the server has answered. */
    void connect() throws InterruptedException {
      ThreadedSocket opened = new ThreadedSocket(this::onFrame);
      opened.open(servers.get(random.nextInt(servers.size())));
      String auth = "";
      synchronized (this) {
        connection = opened;
        if (pid != null) {
          auth =
              "{\"pid\":\"" + pid + (offset == null ? "\"}" : "\",\"offset\":\"" + offset + "\"}");
        }
      }
      opened.send("40" + auth);
      synchronized (this) {
        while (answered != opened) {
          wait(10_000);
        }
      }
    }

    /** Reads nothing any more after some events, and loses the connection a little later. */
    void cut() throws InterruptedException {
      ThreadedSocket open;
      synchronized (this) {
        open = connection;
        long until = received + 1 + random.nextInt(40); // whoever has had none is unknown
        senders.forEach(sender -> sender.release(EVENTS_PER_CUT));
        while (received < until && faults.isEmpty()) {
          wait(10_000);
        }
        connection = null;
      }
      for (int i = random.nextInt(2000); i > 0; i--) {
        Thread.onSpinWait();
      }
      open.drop();
      synchronized (this) {
        cuts++;
        while (losses < cuts) {
          wait(10_000);
        }
      }
    }

    /** A node has noticed a loss, and the session is where the other finds it. */
    synchronized void lost() {
      losses++;
      notifyAll();
    }

    synchronized void onFrame(ThreadedSocket from, String frame) {
      if (from != connection) {
        return; // lost on the way
      }
      Matcher event = EVENT.matcher(frame);
      Matcher answer = ANSWER.matcher(frame);
      if (event.matches()) {
        int sender = Integer.parseInt(event.group(1));
        int number = Integer.parseInt(event.group(2));
        if (number != had[sender] + 1) {
          faults.add(number + " of " + sender + " after " + had[sender]);
        }
        had[sender] = number;
        offset = event.group(3);
        received++;
      } else if (answer.matches()) {
        if (sid != null && !sid.equals(answer.group(1))) {
          faults.add("a new session");
        } else if (sid != null) {
          recoveries.incrementAndGet();
        }
        sid = answer.group(1);
        pid = answer.group(2);
        answered = from;
      }
      notifyAll();
    }

    synchronized boolean isCalled(String id) {
      return id.equals(sid);
    }

    synchronized boolean isComplete() {
      for (int number : had) {
        if (number < EVENTS) {
          return false;
        }
      }
      return true;
    }

    synchronized void awaitEnd() throws InterruptedException {
      while (!isComplete() && faults.isEmpty()) {
        wait(10_000);
      }
    }
  }

  private SocketIoServer server() {
    return SocketIoServer.create(
        SocketIoOptions.builder()
            .connectionStateRecovery(ConnectionStateRecovery.defaults())
            .cluster(
                cluster ->
                    cluster
                        .bus(broker::connect)
                        .dialect(ClusterDialect.NODE_STREAMS)
                        .streamMaxLength(1_000_000))
            .clientManager(this::noting)
            .build(),
        EngineRuntime.start(HandlerExecution.POOL, 64));
  }

  /** Tells clients that their sessions are kept. */
  private ClientManager noting(ClientManager manager) {
    return (ClientManager)
        Proxy.newProxyInstance(
            ClientManager.class.getClassLoader(),
            new Class<?>[] {ClientManager.class},
            (proxy, method, arguments) -> {
              Object result;
              try {
                result = method.invoke(manager, arguments);
              } catch (InvocationTargetException failure) {
                throw failure.getCause();
              }
              if (method.getName().equals("persist")) {
                String id = ((RecoveredSession) arguments[1]).id();
                return ((CompletionStage<?>) result)
                    .thenApply(
                        done -> {
                          peers.stream().filter(peer -> peer.isCalled(id)).forEach(Peer::lost);
                          return done;
                        });
              }
              return result;
            });
  }

  @Test
  @Timeout(120)
  void nothingIsLostAndNothingComesTwice() throws Exception {
    for (SocketIoServer server : servers) {
      server.onConnect(
          socket -> {
            if (!socket.recovered()) {
              socket.join("r");
            }
          });
    }
    for (int i = 0; i < CLIENTS; i++) {
      Peer peer = new Peer(i);
      peers.add(peer);
      peer.connect();
    }
    awaitRoom();
    List<String> ids =
        servers.stream()
            .flatMap(server -> server.of("/").localSockets().stream())
            .map(Socket::id)
            .toList();
    ExecutorService threads = Executors.newCachedThreadPool();
    List<Future<?>> running = new ArrayList<>();
    for (int i = 0; i < SENDERS; i++) {
      int sender = i;
      running.add(threads.submit(() -> send(sender, ids)));
    }
    for (Peer peer : peers) {
      running.add(
          threads.submit(
              () -> {
                for (int i = 0; i < CUTS; i++) {
                  peer.cut();
                  peer.connect();
                }
                return null;
              }));
    }
    for (Future<?> each : running) {
      each.get(100, TimeUnit.SECONDS);
    }
    for (Peer peer : peers) {
      peer.awaitEnd();
      assertThat(peer.faults).isEmpty();
      assertThat(peer.isComplete()).isTrue();
    }
    assertThat(recoveries.get()).isEqualTo(CLIENTS * CUTS);
    threads.shutdown();
    for (SocketIoServer server : servers) {
      server.stop(Duration.ofSeconds(3));
    }
  }

  /** Until everybody's connect handler has run. */
  private void awaitRoom() {
    while (servers.get(0).to("r").fetchSockets().toCompletableFuture().join().size() < CLIENTS) {
      Thread.onSpinWait();
    }
  }

  private void send(int sender, List<String> ids) {
    SocketIoServer server = servers.get(sender % servers.size());
    for (int i = 1; i <= EVENTS; i++) {
      senders.get(sender).acquireUninterruptibly();
      switch (i % 3) {
        case 0 -> server.emit("n", sender, i);
        case 1 -> server.to("r").emit("n", sender, i);
        default -> {
          for (String id : ids) {
            server.to(id).emit("n", sender, i);
          }
        }
      }
    }
  }
}

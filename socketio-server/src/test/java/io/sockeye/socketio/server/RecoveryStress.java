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

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
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
 * Several threads send, to all, to a room and to single sockets, while clients lose their
 * connections and come back all the time, on any node: each has every event of each sender once,
 * and in order.
 */
abstract class RecoveryStress {
  private static final int CLIENTS = 4;

  /** So many events of each sender follow each time that a client has connected. */
  private static final int EVENTS_PER_CUT = 30;

  private static final Pattern EVENT = Pattern.compile("42\\[\"n\",(\\d+),(\\d+),\"([^\"]*)\"]");
  private static final Pattern ANSWER =
      Pattern.compile("40\\{\"sid\":\"([^\"]*)\",\"pid\":\"([^\"]*)\"}");

  private final int cutCount;
  private final int eventCount;
  private final int atLeast;
  private final List<Semaphore> senders;
  private final List<Peer> peers = new CopyOnWriteArrayList<>();
  private final AtomicInteger recoveries = new AtomicInteger();
  private List<SocketIoServer> servers = List.of();

  /**
   * Creates it.
   *
   * @param senders how many threads send
   * @param cuts how often each client loses its connection
   * @param atLeast how many events a client must have had before
   */
  RecoveryStress(int senders, int cuts, int atLeast) {
    this.cutCount = cuts;
    this.eventCount = CLIENTS * cuts * EVENTS_PER_CUT;
    this.atLeast = atLeast;
    this.senders = Stream.generate(() -> new Semaphore(0)).limit(senders).toList();
  }

  /** Starts the nodes, which call {@link #lost}; called once. */
  abstract List<SocketIoServer> start();

  /** A node has noticed that a client is lost, and keeps what it was. */
  final void lost(String id) {
    peers.stream().filter(peer -> peer.isCalled(id)).forEach(Peer::lost);
  }

  /** A client that remembers what the official one does, and what it has had of each sender. */
  private final class Peer {
    private final Random random;
    private final int[] had = new int[senders.size()];
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
        long until = received + atLeast + random.nextInt(40);
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
          wait(10_000); // a node may be busy with this session: the loss is noticed later
        }
      }
    }

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
        if (number < eventCount) {
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

  @Test
  @Timeout(120)
  void nothingIsLostAndNothingComesTwice() throws Exception {
    servers = start();
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
    for (int i = 0; i < senders.size(); i++) {
      int sender = i;
      running.add(threads.submit(() -> send(sender, ids)));
    }
    for (Peer peer : peers) {
      running.add(
          threads.submit(
              () -> {
                for (int i = 0; i < cutCount; i++) {
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
    assertThat(recoveries.get()).isEqualTo(CLIENTS * cutCount);
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
    for (int i = 1; i <= eventCount; i++) {
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

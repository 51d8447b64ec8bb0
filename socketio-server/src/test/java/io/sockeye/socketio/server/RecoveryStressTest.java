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
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
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
 * connections and come back all the time: each has every event of each sender once, and in order.
 */
class RecoveryStressTest {
  private static final int SENDERS = 3;
  private static final int CLIENTS = 4;
  private static final int CUTS = 60;

  /** So many events of each sender follow each time that a client has connected. */
  private static final int EVENTS_PER_CUT = 30;

  private static final int EVENTS = CLIENTS * CUTS * EVENTS_PER_CUT;
  private static final Pattern EVENT = Pattern.compile("42\\[\"n\",(\\d+),(\\d+),\"([^\"]*)\"]");
  private static final Pattern ANSWER =
      Pattern.compile("40\\{\"sid\":\"([^\"]*)\",\"pid\":\"([^\"]*)\"}");

  private final SocketIoServer server =
      SocketIoServer.create(
          SocketIoOptions.builder()
              .connectionStateRecovery(
                  ConnectionStateRecovery.builder().maxEvents(1_000_000).build())
              .build(),
          EngineRuntime.start(HandlerExecution.POOL, 64));
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
      opened.open(server);
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
        long until = received + random.nextInt(40);
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
          wait(10_000); // the server may be busy with this session: the loss is noticed later
        }
      }
    }

    /** The server has noticed a loss, and its handlers have just begun. */
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

  @Test
  @Timeout(60)
  void nothingIsLostAndNothingComesTwice() throws Exception {
    server.onConnect(
        socket -> {
          if (!socket.recovered()) {
            socket.join("r");
          }
        });
    List<Peer> peers = new ArrayList<>();
    server.onDisconnecting(
        (socket, reason) ->
            peers.stream().filter(peer -> peer.isCalled(socket.id())).forEach(Peer::lost));
    for (int i = 0; i < CLIENTS; i++) {
      Peer peer = new Peer(i);
      peer.connect();
      peers.add(peer);
    }
    awaitRoom();
    List<String> ids = server.of("/").localSockets().stream().map(Socket::id).toList();
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
      each.get(50, TimeUnit.SECONDS);
    }
    for (Peer peer : peers) {
      peer.awaitEnd();
      assertThat(peer.faults).isEmpty();
      assertThat(peer.isComplete()).isTrue();
    }
    assertThat(recoveries.get()).isEqualTo(CLIENTS * CUTS);
    threads.shutdown();
    server.stop(Duration.ofSeconds(3));
  }

  /** Until everybody's connect handler has run. */
  private void awaitRoom() {
    while (server.to("r").fetchSockets().toCompletableFuture().join().size() < CLIENTS) {
      Thread.onSpinWait();
    }
  }

  private void send(int sender, List<String> ids) {
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

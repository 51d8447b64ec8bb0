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
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sockeye.socketio.server.spi.BusUnavailableException;
import io.sockeye.socketio.server.spi.ClusterBus.State;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class ClusterOutboxTest {
  private final StateBus bus = new StateBus();
  private final Map<SocketIoCounter, Long> counted =
      Collections.synchronizedMap(new EnumMap<>(SocketIoCounter.class));
  private final List<String> published = new ArrayList<>();
  private boolean refuses;

  private ClusterOutbox outbox(Consumer<ClusterOptions.Builder> change) {
    ClusterOptions.Builder options = ClusterOptions.builder();
    change.accept(options);
    return new ClusterOutbox(
        bus, options.build(), (counter, count) -> counted.merge(counter, count, Long::sum));
  }

  private ClusterOutbox outbox() {
    return outbox(options -> {});
  }

  private static CompletionStage<Void> refused() {
    return CompletableFuture.failedFuture(new BusUnavailableException("down", null));
  }

  private CompletableFuture<Void> send(ClusterOutbox outbox, String message, boolean keep) {
    return outbox
        .send(
            () -> {
              if (refuses) {
                return refused();
              }
              published.add(message);
              return CompletableFuture.completedFuture(null);
            },
            message.length(),
            keep)
        .toCompletableFuture();
  }

  private long count(SocketIoCounter counter) {
    return counted.getOrDefault(counter, 0L);
  }

  @Test
  void whatTheBusTakesIsSentAtOnce() {
    ClusterOutbox outbox = outbox();

    assertThat(send(outbox, "a", true)).isCompleted();
    assertThat(send(outbox, "b", false)).isCompleted();

    assertThat(published).containsExactly("a", "b");
    assertThat(count(SocketIoCounter.CLUSTER_SENT)).isEqualTo(2);
    assertThat(count(SocketIoCounter.CLUSTER_LATE)).isZero();
  }

  @Test
  void nobodySendsForOthersForEver() throws Exception {
    ClusterOutbox outbox = outbox();
    Map<Thread, Integer> senders = new ConcurrentHashMap<>();
    List<Integer> numbers = Collections.synchronizedList(new ArrayList<>());
    CountDownLatch end = new CountDownLatch(5_000);
    Thread other =
        new Thread(
            () -> {
              for (int i = 0; i < 5_000; i++) {
                int number = i;
                outbox.send(
                    () -> {
                      numbers.add(number);
                      senders.merge(Thread.currentThread(), 1, Integer::sum);
                      end.countDown();
                      return CompletableFuture.completedFuture(null);
                    },
                    1,
                    true);
              }
            });

    outbox.send(
        () -> {
          other.start();
          join(other); // all of this is our work now
          return CompletableFuture.completedFuture(null);
        },
        1,
        true);

    assertThat(end.await(30, TimeUnit.SECONDS)).isTrue();
    assertThat(senders.get(Thread.currentThread())).isLessThan(1_000);
    assertThat(numbers).containsExactlyElementsOf(IntStream.range(0, 5_000).boxed().toList());
  }

  private static void join(Thread thread) {
    try {
      thread.join();
    } catch (InterruptedException interrupted) {
      throw new IllegalStateException(interrupted);
    }
  }

  @Test
  void whatTheBusRefusesWaitsUntilItIsUp() {
    ClusterOutbox outbox = outbox();
    refuses = true;

    CompletableFuture<Void> a = send(outbox, "a", true);
    CompletableFuture<Void> b = send(outbox, "b", true);
    assertThat(a).isNotDone();
    assertThat(outbox.size()).isEqualTo(2);
    refuses = false;
    bus.become(State.UP);

    assertThat(a).isCompleted();
    assertThat(b).isCompleted();
    assertThat(published).containsExactly("a", "b");
    assertThat(outbox.size()).isZero();
    assertThat(count(SocketIoCounter.CLUSTER_LATE)).isEqualTo(2);
  }

  @Test
  void whatMayNotWaitFailsAtOnce() {
    ClusterOutbox outbox = outbox();
    refuses = true;

    CompletableFuture<Void> dropped = send(outbox, "a", false);

    assertThatThrownBy(dropped::join).hasCauseInstanceOf(BusUnavailableException.class);
    assertThat(count(SocketIoCounter.CLUSTER_DROPPED)).isEqualTo(1);
  }

  @Test
  void whatMayNotWaitDoesNotOvertakeWhatWaits() {
    ClusterOutbox outbox = outbox();
    AtomicBoolean firstTry = new AtomicBoolean(true);
    AtomicBoolean secondTry = new AtomicBoolean(true);
    // Refused when it comes, and again when the request comes; the request alone would be taken.
    CompletableFuture<Void> join =
        outbox
            .send(
                () -> {
                  if (firstTry.getAndSet(false) || secondTry.getAndSet(false)) {
                    return refused();
                  }
                  published.add("join");
                  return CompletableFuture.completedFuture(null);
                },
                4,
                true)
            .toCompletableFuture();

    CompletableFuture<Void> request = send(outbox, "request", false);

    assertThatThrownBy(request::join).hasCauseInstanceOf(BusUnavailableException.class);
    bus.become(State.UP);
    assertThat(join).isCompleted();
    assertThat(published).containsExactly("join");
  }

  @Test
  void whereNothingIsHeldNothingWaits() {
    ClusterOutbox outbox = outbox(options -> options.outagePolicy(OutagePolicy.DROP));
    refuses = true;

    assertThat(send(outbox, "a", true)).isCompletedExceptionally();

    assertThat(outbox.size()).isZero();
    assertThat(count(SocketIoCounter.CLUSTER_DROPPED)).isEqualTo(1);
  }

  @Test
  void overTheBoundMessagesAreDropped() {
    ClusterOutbox outbox = outbox(options -> options.maxOutboxBytes(250));
    refuses = true;

    CompletableFuture<Void> first = send(outbox, "a", true);
    CompletableFuture<Void> second = send(outbox, "b", true);
    CompletableFuture<Void> third = send(outbox, "c", true);

    assertThat(first).isNotDone();
    assertThat(second).isNotDone();
    assertThatThrownBy(third::join).hasMessageContaining("maxOutboxBytes 250");
    refuses = false;
    bus.become(State.UP);
    assertThat(published).containsExactly("a", "b");
    refuses = true;
    assertThat(send(outbox, "d", true)).isNotDone(); // there is room again
  }

  @Test
  void whatMayHaveBeenTakenIsNotSentAgain() {
    ClusterOutbox outbox = outbox();
    AtomicInteger tries = new AtomicInteger();

    CompletableFuture<Void> lost =
        outbox
            .send(
                () -> {
                  tries.incrementAndGet();
                  return CompletableFuture.failedFuture(
                      new BusUnavailableException("no answer", null, true));
                },
                1,
                true)
            .toCompletableFuture();
    bus.become(State.UP);

    assertThat(lost).isCompletedExceptionally();
    assertThat(tries).hasValue(1);
    assertThat(count(SocketIoCounter.CLUSTER_DROPPED)).isEqualTo(1);
  }

  @Test
  void aBusThatThrowsHoldsNobodyUp() {
    ClusterOutbox outbox = outbox();

    CompletableFuture<Void> failed =
        outbox
            .send(
                () -> {
                  throw new IllegalStateException("meant to fail");
                },
                1,
                true)
            .toCompletableFuture();

    assertThat(failed).isCompletedExceptionally();
    assertThat(send(outbox, "a", true)).isCompleted();
    assertThat(published).containsExactly("a");
  }

  @Test
  void whatWaitsWhenItClosesIsDropped() {
    ClusterOutbox outbox = outbox();
    refuses = true;
    CompletableFuture<Void> waiting = send(outbox, "a", true);

    outbox.close();

    assertThatThrownBy(waiting::join).hasMessageContaining("has been stopped");
    assertThat(send(outbox, "b", true)).isCompletedExceptionally();
    assertThat(outbox.size()).isZero();
    assertThat(count(SocketIoCounter.CLUSTER_DROPPED)).isEqualTo(2);
  }

  /**
   * Several threads send while the bus takes, refuses, and takes later by chance. Forbidden: a
   * message that overtakes another of its thread, is lost, or comes twice.
   */
  @Test
  void nothingIsOvertakenLostOrDoubledUnderRefusals() throws Exception {
    int threads = 4;
    int each = 5_000;
    ClusterOutbox outbox = outbox(options -> options.maxOutboxBytes(Integer.MAX_VALUE));
    ConcurrentLinkedQueue<int[]> taken = new ConcurrentLinkedQueue<>();
    AtomicBoolean calm = new AtomicBoolean();
    AtomicInteger inside = new AtomicInteger();
    AtomicBoolean overlapped = new AtomicBoolean();
    Random chance = new Random(7); // its use is serial: one message at a time is published
    List<CompletableFuture<Void>> done = Collections.synchronizedList(new ArrayList<>());
    ExecutorService broker = Executors.newSingleThreadExecutor();
    List<Thread> senders = new ArrayList<>();
    for (int t = 0; t < threads; t++) {
      int sender = t;
      senders.add(
          new Thread(
              () -> {
                for (int i = 0; i < each; i++) {
                  int number = i;
                  done.add(
                      outbox
                          .send(
                              () -> {
                                if (inside.incrementAndGet() > 1) {
                                  overlapped.set(true);
                                }
                                try {
                                  int how = calm.get() ? 9 : chance.nextInt(10);
                                  if (how < 3) {
                                    return refused();
                                  }
                                  taken.add(new int[] {sender, number});
                                  return how < 6
                                      ? CompletableFuture.runAsync(() -> {}, broker)
                                      : CompletableFuture.completedFuture(null);
                                } finally {
                                  inside.decrementAndGet();
                                }
                              },
                              1,
                              true)
                          .toCompletableFuture());
                  if (i % 50 == 0) {
                    bus.become(State.UP);
                  }
                }
              }));
    }

    senders.forEach(Thread::start);
    for (Thread sender : senders) {
      sender.join();
    }
    calm.set(true);
    bus.become(State.UP);

    CompletableFuture.allOf(done.toArray(new CompletableFuture<?>[0])).get(30, TimeUnit.SECONDS);
    broker.shutdown();
    assertThat(overlapped).isFalse();
    int[] next = new int[threads];
    for (int[] message : taken) {
      assertThat(message[1]).isEqualTo(next[message[0]]++);
    }
    assertThat(next).containsOnly(each);
    assertThat(outbox.size()).isZero();
    assertThat(count(SocketIoCounter.CLUSTER_SENT)).isEqualTo((long) threads * each);
    assertThat(count(SocketIoCounter.CLUSTER_DROPPED)).isZero();
  }
}

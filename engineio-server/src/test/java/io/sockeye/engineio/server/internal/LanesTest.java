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
package io.sockeye.engineio.server.internal;

import static org.assertj.core.api.Assertions.assertThat;

import io.sockeye.engineio.server.HandlerExecution;
import io.sockeye.engineio.server.spi.IoExecutor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Lanes run their tasks one at a time and in order, whoever brings them. */
@Timeout(30)
class LanesTest {
  private static final int PRODUCERS = 4;
  private static final int TASKS = 50_000;

  private final ExecutorService threads = Executors.newCachedThreadPool();

  @AfterEach
  void stop() {
    threads.shutdownNow();
  }

  /** Lets several threads bring tasks, and checks order per thread and that no two overlap. */
  private void bringTasks(java.util.concurrent.Executor lane) throws InterruptedException {
    int[][] last = new int[PRODUCERS][1];
    AtomicInteger inside = new AtomicInteger();
    AtomicInteger faults = new AtomicInteger();
    CountDownLatch done = new CountDownLatch(PRODUCERS * TASKS);
    for (int producer = 0; producer < PRODUCERS; producer++) {
      int[] mine = last[producer];
      threads.execute(
          () -> {
            for (int i = 1; i <= TASKS; i++) {
              int number = i;
              lane.execute(
                  () -> {
                    if (inside.getAndIncrement() != 0 || mine[0] != number - 1) {
                      faults.incrementAndGet();
                    }
                    mine[0] = number; // plain: the lane orders its tasks
                    inside.decrementAndGet();
                    done.countDown();
                  });
            }
          });
    }
    assertThat(done.await(20, TimeUnit.SECONDS)).isTrue();
    assertThat(faults).hasValue(0);
  }

  @RepeatedTest(20) // who enters an idle lane could overtake a queued task, once in twenty runs
  void aLaneWithoutAnExecutorRunsOnWhoBringsWork() throws InterruptedException {
    bringTasks(new Lane());
  }

  @Test
  void aLaneThatMovesBetweenExecutorsKeepsItsOrder() throws Exception {
    try (SingleThread first = new SingleThread();
        SingleThread second = new SingleThread()) {
      Lane lane = new Lane();
      AtomicInteger moves = new AtomicInteger();
      bringTasks(
          task ->
              lane.execute(
                  () -> {
                    if (moves.incrementAndGet() % 100 == 0) {
                      lane.bind(moves.get() % 200 == 0 ? first : second);
                    }
                    task.run();
                  }));
    }
  }

  @Test
  void whatFollowsAMoveRunsOnTheNewThread() throws Exception {
    try (SingleThread io = new SingleThread()) {
      Lane lane = new Lane();
      List<Boolean> inThread = new ArrayList<>();
      CountDownLatch done = new CountDownLatch(1);
      lane.execute(
          () -> {
            lane.bind(io);
            lane.execute(() -> inThread.add(io.inThread()));
            lane.execute(done::countDown);
          });

      assertThat(done.await(5, TimeUnit.SECONDS)).isTrue();
      assertThat(inThread).containsExactly(true);
    }
  }

  @Test
  void aLaneIsEnteredByOne() {
    Lane lane = new Lane();
    List<String> order = new ArrayList<>();

    assertThat(lane.tryEnter()).isTrue();
    assertThat(lane.tryEnter()).isFalse();
    lane.execute(() -> order.add("queued"));
    order.add("inside");
    lane.exit();
    lane.execute(
        () -> {
          lane.execute(() -> order.add("brought by a task"));
          order.add("task");
        });

    assertThat(order).containsExactly("inside", "queued", "task", "brought by a task");
  }

  @Test
  void aTaskThatThrowsEndsNothing() {
    Lane lane = new Lane();
    AtomicInteger ran = new AtomicInteger();
    lane.execute(
        () -> {
          throw new StackOverflowError("a test");
        });
    lane.execute(ran::incrementAndGet);

    assertThat(ran).hasValue(1);
  }

  @Test
  void aHandlerLaneKeepsOrderOnAPool() throws InterruptedException {
    bringTasks(new HandlerLane(threads, Integer.MAX_VALUE, () -> {}));
  }

  @Test
  void aFullInboxIsHeardOfAndSoIsItsEmptying() throws InterruptedException {
    CountDownLatch gate = new CountDownLatch(1);
    CountDownLatch roomAgain = new CountDownLatch(1);
    HandlerLane lane = new HandlerLane(threads, 8, roomAgain::countDown);
    List<Boolean> full = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      full.add(lane.offer(() -> awaitQuietly(gate)));
    }
    assertThat(full.subList(0, 7)).containsOnly(false);
    assertThat(full.get(7)).isTrue();
    assertThat(full.subList(8, 10)).containsOnly(false);
    assertThat(roomAgain.getCount()).isEqualTo(1);
    gate.countDown();

    assertThat(roomAgain.await(5, TimeUnit.SECONDS)).isTrue();
  }

  /** However producer and consumer interleave, every pause is followed by one resumption. */
  @Test
  void pausesAndResumptionsMatch() throws InterruptedException {
    int pauses = 0;
    AtomicInteger resumptions = new AtomicInteger();
    HandlerLane lane = new HandlerLane(threads, 4, resumptions::incrementAndGet);
    CountDownLatch done = new CountDownLatch(TASKS);
    for (int i = 0; i < TASKS; i++) {
      if (lane.offer(done::countDown)) {
        pauses++;
      }
    }
    assertThat(done.await(20, TimeUnit.SECONDS)).isTrue();
    CountDownLatch last = new CountDownLatch(1);
    lane.execute(last::countDown);
    assertThat(last.await(5, TimeUnit.SECONDS)).isTrue();

    assertThat(pauses).isPositive();
    assertThat(resumptions).hasValue(pauses);
  }

  // ---- handler executors ----

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** As many blocked handlers as the pool may have threads, and one more task that still runs. */
  @Test
  void blockedHandlersDoNotStopOthers() throws InterruptedException {
    try (TimerWheel timers = TimerWheel.start()) {
      HandlerPool pool = new HandlerPool(timers, 400, () -> {});
      CountDownLatch gate = new CountDownLatch(1);
      CountDownLatch blocked = new CountDownLatch(300);
      for (int i = 0; i < 300; i++) {
        pool.execute(
            () -> {
              blocked.countDown();
              awaitQuietly(gate);
            });
      }
      assertThat(blocked.await(10, TimeUnit.SECONDS)).isTrue();
      CountDownLatch other = new CountDownLatch(1);
      pool.execute(other::countDown);

      assertThat(other.await(5, TimeUnit.SECONDS)).isTrue();
      assertThat(pool.workers()).isBetween(300, 400);
      gate.countDown();
      pool.threads().shutdown();
    }
  }

  @Test
  void thePoolHasABound() throws InterruptedException {
    try (TimerWheel timers = TimerWheel.start()) {
      HandlerPool pool = new HandlerPool(timers, 8, () -> {});
      CountDownLatch gate = new CountDownLatch(1);
      CountDownLatch blocked = new CountDownLatch(8);
      CountDownLatch all = new CountDownLatch(50);
      for (int i = 0; i < 50; i++) {
        pool.execute(
            () -> {
              blocked.countDown();
              awaitQuietly(gate);
              all.countDown();
            });
      }
      assertThat(blocked.await(10, TimeUnit.SECONDS)).isTrue();
      assertThat(pool.workers()).isEqualTo(8);
      gate.countDown();

      assertThat(all.await(5, TimeUnit.SECONDS)).isTrue();
      pool.threads().shutdown();
    }
  }

  @Test
  void whoStillRunsAtTheDeadlineIsInterrupted() throws InterruptedException {
    try (TimerWheel timers = TimerWheel.start()) {
      HandlerExecutor executor = HandlerExecutor.create(HandlerExecution.DEFAULT, timers, 10);
      CountDownLatch started = new CountDownLatch(1);
      CountDownLatch interrupted = new CountDownLatch(1);
      executor.execute(
          () -> {
            started.countDown();
            try {
              new CountDownLatch(1).await();
            } catch (InterruptedException expected) {
              interrupted.countDown();
            }
          });
      assertThat(started.await(5, TimeUnit.SECONDS)).isTrue();
      executor.close(Duration.ofMillis(10));

      assertThat(interrupted.await(5, TimeUnit.SECONDS)).isTrue();
    }
  }

  @Test
  void virtualThreadsAreUsedWhereTheJdkHasThem() {
    try (TimerWheel timers = TimerWheel.start()) {
      HandlerExecutor executor = HandlerExecutor.create(HandlerExecution.DEFAULT, timers, 10);
      assertThat(executor.execution())
          .isEqualTo(
              Runtime.version().feature() >= 21 ? HandlerExecution.VIRTUAL : HandlerExecution.POOL);
      executor.close(Duration.ofMillis(10));
    }
  }

  // ---- timers ----

  @Test
  void timersExpireOnceInTimeAndNotBefore() {
    ManualClock clock = new ManualClock();
    List<String> expired = new ArrayList<>();
    clock.timers().schedule(Duration.ofMillis(100), () -> expired.add("100"));
    clock.timers().schedule(Duration.ofSeconds(30), () -> expired.add("30 s"));
    TimerWheel.Entry cancelled =
        clock.timers().schedule(Duration.ofMillis(50), () -> expired.add("never"));
    clock.timers().cancel(cancelled);
    clock.advance(90);
    assertThat(expired).isEmpty();
    clock.advance(20);
    assertThat(expired).containsExactly("100");
    clock.advance(29_800);
    assertThat(expired).containsExactly("100");
    clock.advance(200);

    assertThat(expired).containsExactly("100", "30 s");
    assertThat(clock.timers().size()).isZero();
  }

  @Test
  void timersExpireOnTheirOwnThread() throws InterruptedException {
    try (TimerWheel timers = TimerWheel.start()) {
      CountDownLatch expired = new CountDownLatch(1000);
      for (int i = 0; i < 1000; i++) {
        timers.schedule(Duration.ofMillis(i % 100), expired::countDown);
      }
      assertThat(expired.await(10, TimeUnit.SECONDS)).isTrue();
      assertThat(timers.size()).isZero();
    }
  }

  /** An I/O executor of one thread. */
  private static final class SingleThread implements IoExecutor, AutoCloseable {
    private final ExecutorService executor;
    private volatile Thread thread;

    SingleThread() {
      executor =
          Executors.newSingleThreadExecutor(
              task -> {
                thread = new Thread(task, "io");
                return thread;
              });
      executor.execute(() -> {});
    }

    @Override
    public boolean inThread() {
      return Thread.currentThread() == thread;
    }

    @Override
    public void execute(Runnable task) {
      executor.execute(task);
    }

    @Override
    public void close() {
      executor.shutdown();
    }
  }
}

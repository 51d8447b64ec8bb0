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
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sockeye.engineio.server.HandlerExecution;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a test that waits for the handlers relies on. */
@Timeout(30)
class TaskCounterTest {
  private static final long SOON = TimeUnit.MILLISECONDS.toNanos(1);
  private static final long LATER = TimeUnit.SECONDS.toNanos(20);

  private final ManualClock clock = new ManualClock();

  private HandlerExecutor executor(HandlerExecution execution) {
    return HandlerExecutor.create(execution, clock.timers(), 8);
  }

  @Test
  void tasksAreCountedFromTheirQueueingToTheirEnd() throws InterruptedException {
    HandlerExecutor executor = executor(HandlerExecution.POOL);
    TaskCounter counter = executor.counter();
    assertThat(executor.counter()).isSameAs(counter);
    assertThat(counter.awaitIdle(SOON)).isTrue();
    CountDownLatch go = new CountDownLatch(1);

    executor.execute(() -> await(go));
    executor.execute(
        () -> {
          await(go);
          executor.execute(() -> {});
        });

    assertThat(counter.isIdle()).isFalse();
    assertThat(counter.awaitIdle(SOON)).isFalse();
    assertThat(counter.begun()).isEqualTo(2);
    go.countDown();
    assertThat(counter.awaitIdle(LATER)).isTrue();
    assertThat(counter.begun()).isEqualTo(3);
    executor.close(Duration.ofSeconds(1));
  }

  @Test
  void aTaskThatFailsHasEndedToo() {
    TaskCounter counter = new TaskCounter();
    Runnable task =
        counter.counted(
            () -> {
              throw new IllegalStateException("failed");
            });
    assertThat(counter.isIdle()).isFalse();

    assertThatThrownBy(task::run).hasMessage("failed");

    assertThat(counter.isIdle()).isTrue();
  }

  @Test
  void whatRunsAsLongAsTheServerIsNotCounted() throws InterruptedException {
    HandlerExecutor executor = executor(HandlerExecution.POOL);
    TaskCounter counter = executor.counter();
    CountDownLatch go = new CountDownLatch(1);

    executor.executeUncounted(() -> await(go));

    assertThat(counter.awaitIdle(SOON)).isTrue();
    go.countDown();
    executor.close(Duration.ofSeconds(1));
  }

  @Test
  void afterTheEndNobodyWaitsForTasksThatWillNotRun() throws InterruptedException {
    HandlerExecutor executor = executor(HandlerExecution.POOL);
    TaskCounter counter = executor.counter();
    executor.close(Duration.ofSeconds(1));

    executor.execute(() -> {});

    assertThat(counter.awaitIdle(SOON)).isTrue();
    HandlerExecutor another = executor(HandlerExecution.POOL);
    another.close(Duration.ofSeconds(1));
    TaskCounter late = another.counter();
    another.execute(() -> {});
    assertThat(late.isIdle()).isTrue();
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}

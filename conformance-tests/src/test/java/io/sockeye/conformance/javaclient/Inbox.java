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
package io.sockeye.conformance.javaclient;

import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** What came so far, in its order. */
final class Inbox {
  // Long enough for a machine that is busy with something else.
  private static final long PATIENCE_SECONDS = 20;

  private final String what;
  private final BlockingQueue<Object[]> arrived = new LinkedBlockingQueue<>();

  Inbox(String what) {
    this.what = what;
  }

  void add(Object... args) {
    arrived.add(args);
  }

  /** Takes the next; waits for it. */
  Object[] next() throws InterruptedException {
    Object[] args = arrived.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
    if (args == null) {
      throw new AssertionError("no " + what + " within " + PATIENCE_SECONDS + " s");
    }
    return args;
  }

  /** Takes the next, of which the first argument counts. */
  Object first() throws InterruptedException {
    return next()[0];
  }

  /** Takes as many, and fails unless their first arguments are 0, 1, 2 and so on. */
  void counts(int count) throws InterruptedException {
    for (int i = 0; i < count; i++) {
      Checks.same(first(), i);
    }
  }

  int size() {
    return arrived.size();
  }
}

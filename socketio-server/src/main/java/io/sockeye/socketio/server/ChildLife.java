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

import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * How long a namespace of a {@link ParentNamespace} lives: as long as somebody is in it, joins it
 * or may come back to it, or for ever if the application has asked for it by its name.
 *
 * <p><b>Concurrency.</b> The monitor guards the fields. Whoever makes the namespace go removes it
 * afterwards, from the client manager first and from the server last, so that no other of its name
 * can come to be before; whoever is refused entry waits for {@link #removed}.
 */
final class ChildLife {
  /** The namespace goes at once: the caller is to remove it. */
  static final long NOW = 0;

  /** The namespace stays, as far as the caller is concerned. */
  static final long NEVER = -1;

  private final ParentNamespace parent;
  private final Map<String, String> variables;
  private final CompletableFuture<Boolean> ready = new CompletableFuture<>();
  private final CompletableFuture<Boolean> removed = new CompletableFuture<>();
  private int users;
  // Somebody may come back until then, on the clock of the timers; means nothing before it is set.
  private long keepUntil;
  private boolean isKept;
  // Somebody will look again then.
  private boolean isWaiting;
  private boolean pinned;
  private boolean gone;

  ChildLife(ParentNamespace parent, Map<String, String> variables) {
    this.parent = parent;
    this.variables = variables;
  }

  ParentNamespace parent() {
    return parent;
  }

  /** What the named groups of the pattern match. */
  Map<String, String> variables() {
    return variables;
  }

  /** Completes when the parent's handlers have heard of the namespace: with whether it may be. */
  CompletionStage<Boolean> ready() {
    return ready;
  }

  /** The parent's handlers have heard of the namespace. */
  void setReady(boolean mayBe) {
    ready.complete(mayBe);
  }

  /** Completes when the namespace is gone, and its name is free. */
  CompletionStage<Boolean> removed() {
    return removed;
  }

  /** The namespace is gone, and its name is free. */
  void setRemoved() {
    removed.complete(true);
  }

  /** One more uses the namespace; returns false if it goes. */
  synchronized boolean enter() {
    if (!gone) {
      users++;
    }
    return !gone;
  }

  /** Somebody who leaves may come back. */
  synchronized void keepUntil(long until) {
    if (!isKept || until - keepUntil > 0) {
      keepUntil = until;
      isKept = true;
    }
  }

  /**
   * One less uses the namespace.
   *
   * @return {@link #NOW}, {@link #NEVER}, or after how many nanoseconds to {@link #lookAgain}
   */
  synchronized long leave(long now) {
    users--;
    return untilGone(now);
  }

  /** The time has come that {@link #leave} has said; returns the same. */
  synchronized long lookAgain(long now) {
    isWaiting = false;
    return untilGone(now);
  }

  private long untilGone(long now) {
    if (users > 0 || pinned || gone || isWaiting) {
      return NEVER;
    }
    if (isKept && keepUntil - now > 0) {
      isWaiting = true;
      return keepUntil - now;
    }
    gone = true;
    return NOW;
  }

  /** The namespace stays for ever; returns false if it goes. */
  synchronized boolean pin() {
    pinned |= !gone;
    return !gone;
  }

  synchronized boolean isPinned() {
    return pinned;
  }

  /** The namespace was not let be, and goes in any case; the caller is to remove it. */
  synchronized void fail() {
    gone = true;
  }
}

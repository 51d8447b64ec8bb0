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
package io.sockeye.transport.servlet;

import io.sockeye.engineio.server.HttpRequest;
import jakarta.servlet.http.HttpSession;
import java.util.Collections;
import java.util.Enumeration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The {@code HttpSession} of a visitor as the handlers of a connection have it: the container's own
 * or a copy, as {@link HttpSessionMode} says. Safe for use by any thread, for as long as the
 * connection lives:
 *
 * <pre>{@code
 * io.onConnect(socket -> {
 *   HttpSessionView session = HttpSessionView.of(socket.handshake().request());
 *   ...
 * });
 * }</pre>
 */
public final class HttpSessionView {
  private final String id;
  // Exactly one of the two.
  private final @Nullable HttpSession live;
  private final @Nullable Map<String, Object> copy;

  private HttpSessionView(
      String id, @Nullable HttpSession live, @Nullable Map<String, Object> copy) {
    this.id = id;
    this.live = live;
    this.copy = copy;
  }

  static HttpSessionView live(HttpSession session) {
    return new HttpSessionView(session.getId(), session, null);
  }

  /** A copy of the attributes as they are. */
  static HttpSessionView snapshot(HttpSession session) {
    Map<String, Object> copy = new ConcurrentHashMap<>();
    Enumeration<String> names = session.getAttributeNames();
    while (names.hasMoreElements()) {
      String name = names.nextElement();
      Object value = session.getAttribute(name);
      if (value != null) { // another request may have removed it
        copy.put(name, value);
      }
    }
    return new HttpSessionView(session.getId(), null, copy);
  }

  /**
   * Returns the session that a handshake came with, such as {@code socket.handshake().request()}.
   *
   * @return null if the visitor had none then, if the mode is {@link HttpSessionMode#NONE}, or if
   *     the request did not come through a servlet
   */
  public static @Nullable HttpSessionView of(HttpRequest handshake) {
    return handshake.attachment(HttpSessionView.class);
  }

  /** Returns whether it is the container's own session, and not a copy. */
  public boolean isLive() {
    return live != null;
  }

  /** Returns the id that the session had at the handshake; a login may have changed it since. */
  public String id() {
    return id;
  }

  /**
   * Returns an attribute, or null.
   *
   * @throws IllegalStateException if the session is live and has been invalidated
   */
  public @Nullable Object get(String name) {
    return live != null ? live.getAttribute(name) : map().get(name);
  }

  /**
   * Sets an attribute; null removes it.
   *
   * @throws IllegalStateException if the session is live and has been invalidated
   */
  public void set(String name, @Nullable Object value) {
    if (live != null) {
      live.setAttribute(name, value);
    } else if (value == null) {
      map().remove(name);
    } else {
      map().put(name, value);
    }
  }

  /**
   * Returns the names of the attributes: a snapshot.
   *
   * @throws IllegalStateException if the session is live and has been invalidated
   */
  public Set<String> names() {
    return live != null
        ? Collections.list(live.getAttributeNames()).stream()
            .collect(Collectors.toUnmodifiableSet())
        : Set.copyOf(map().keySet());
  }

  private Map<String, Object> map() {
    if (copy == null) {
      throw new IllegalStateException("neither live nor a copy");
    }
    return copy;
  }
}

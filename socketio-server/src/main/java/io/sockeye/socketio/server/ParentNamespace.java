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

import io.sockeye.socketio.server.spi.BroadcastOptions;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Namespaces that come to be when clients join them: all whose names match. Each child has the
 * handlers and middleware of this one, also those that are added later, and may have more of its
 * own, which come after; a handler of an event of its own takes the place of the parent's.
 *
 * <p>All methods are safe for use by any thread; handlers may be added at any time.
 */
public final class ParentNamespace extends Handlers<ParentNamespace> {
  private static final Pattern GROUP = Pattern.compile("\\(\\?<([a-zA-Z][a-zA-Z0-9]*)>");

  private final SocketIoServer server;
  private final @Nullable Pattern pattern;
  private final List<String> groups;
  private final AsyncNamespaceMatcher matcher;
  private final EventRegistry events;
  private final Admission admission = new Admission(null);
  private final List<NamespaceHandler> handlers = new CopyOnWriteArrayList<>();
  private final Map<String, Namespace> children = new ConcurrentHashMap<>();
  private final BroadcastOperator everybody;

  /** Namespaces whose whole name matches a pattern. */
  ParentNamespace(SocketIoServer server, Pattern pattern) {
    this(
        server,
        pattern,
        (name, handshake) -> CompletableFuture.completedStage(pattern.matcher(name).matches()));
  }

  /** Namespaces that a function chooses. */
  ParentNamespace(SocketIoServer server, AsyncNamespaceMatcher matcher) {
    this(server, null, matcher);
  }

  private ParentNamespace(
      SocketIoServer server, @Nullable Pattern pattern, AsyncNamespaceMatcher matcher) {
    this.server = server;
    this.pattern = pattern;
    this.groups = pattern == null ? List.of() : groups(pattern);
    this.matcher = matcher;
    this.events = new EventRegistry(server::errorDefault, null);
    this.everybody =
        new BroadcastOperator(
            () -> children().stream().map(Namespace::reach).toList(),
            BroadcastOptions.all("/"),
            server.options().ackTimeout());
  }

  /** Names that may be those of groups: in quotations and classes they are not. */
  private static List<String> groups(Pattern pattern) {
    Matcher found = GROUP.matcher(pattern.pattern());
    List<String> names = new ArrayList<>();
    while (found.find()) {
      names.add(found.group(1));
    }
    return names;
  }

  /** Returns the namespaces that exist: a snapshot. */
  public List<Namespace> children() {
    return List.copyOf(children.values());
  }

  /**
   * Calls a handler for each child that comes to be, before anybody joins it: on the socket lane of
   * the first client, or in the thread that has called {@link SocketIoServer#of(String)}.
   */
  public ParentNamespace onNamespace(NamespaceHandler handler) {
    handlers.add(Objects.requireNonNull(handler, "handler"));
    return this;
  }

  /**
   * Registers the handler methods of objects for all children; see {@link Handlers#register}.
   *
   * @throws IllegalArgumentException also if a class names a namespace
   */
  @Override
  public ParentNamespace register(Object... objects) {
    List<HandlerMethod> methods = new ArrayList<>();
    for (Object object : objects) {
      HandlerClass read = new HandlerClass(Objects.requireNonNull(object, "handler"));
      if (read.namespace() != null) {
        throw new IllegalArgumentException(
            read
                + ": for namespace "
                + read.namespace()
                + ", not for those of a pattern (expected: a class without @SocketIoNamespace)");
      }
      methods.addAll(read.methods());
    }
    server.register(events, methods);
    return this;
  }

  // ---- sending, to everybody in all children ----

  /** Sends an event to everybody in all children. */
  public void emit(String event, @Nullable Object... args) {
    everybody.emit(event, args);
  }

  /** Sends an event with arguments as they are to everybody in all children. */
  public void emit(String event, Args args) {
    everybody.emit(event, args);
  }

  /** Sends the event {@code message} to everybody in all children. */
  public void send(@Nullable Object... args) {
    everybody.send(args);
  }

  /** Sends the event {@code json} to everybody in all children. */
  public void sendJson(Object value) {
    everybody.sendJson(value);
  }

  /** Returns an operator that reaches everybody in all children. */
  public BroadcastOperator everybody() {
    return everybody;
  }

  /** Returns an operator that reaches the sockets of all children in any of the rooms. */
  public BroadcastOperator to(String... rooms) {
    return everybody.to(rooms);
  }

  /** Returns an operator that leaves out the sockets in any of the rooms. */
  public BroadcastOperator except(String... rooms) {
    return everybody.except(rooms);
  }

  /** Returns the sockets in all children, as they are now. */
  public CompletionStage<List<RemoteSocket>> fetchSockets() {
    return everybody.fetchSockets();
  }

  /** Returns the server. */
  public SocketIoServer server() {
    return server;
  }

  /** Returns the pattern, if there is one. */
  @Override
  public String toString() {
    return "namespaces " + (pattern == null ? "of a function" : pattern.pattern());
  }

  // ---- the body of the server ----

  @Override
  EventRegistry events() {
    return events;
  }

  @Override
  Admission admission() {
    return admission;
  }

  /** The pattern, or null if a function decides. */
  @Nullable Pattern pattern() {
    return pattern;
  }

  /** Whether a client finds a namespace here. Socket lane. */
  CompletionStage<Boolean> matches(String name, Handshake handshake) throws Exception {
    return Objects.requireNonNull(matcher.matches(name, handshake), "stage");
  }

  /** Returns a namespace that nobody else knows of yet. */
  Namespace newChild(String name) {
    return new Namespace(server, name, new ChildLife(this, variables(name)));
  }

  /** What the named groups of the pattern match. */
  private Map<String, String> variables(String name) {
    Matcher match = pattern == null ? null : pattern.matcher(name);
    if (match == null || groups.isEmpty() || !match.matches()) {
      return Map.of();
    }
    Map<String, String> variables = new LinkedHashMap<>();
    for (String group : groups) {
      try {
        String value = match.group(group);
        if (value != null) {
          variables.put(group, value);
        }
      } catch (IllegalArgumentException none) {
        // it only looks like a group
      }
    }
    return Collections.unmodifiableMap(variables);
  }

  /** A child exists from now on; its handlers are called. */
  void created(Namespace child) throws Exception {
    children.put(child.name(), child);
    for (NamespaceHandler handler : handlers) {
      handler.onNamespace(child);
    }
  }

  void removed(Namespace child) {
    children.remove(child.name(), child);
  }
}

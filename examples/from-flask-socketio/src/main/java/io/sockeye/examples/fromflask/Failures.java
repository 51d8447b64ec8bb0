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
package io.sockeye.examples.fromflask;

import io.sockeye.socketio.server.HandlerError;
import io.sockeye.socketio.server.SocketIoServer;
import java.util.Map;

/** Error handlers: of the main namespace, of another one, and for all the rest. */
public final class Failures {
  private Failures() {}

  /** Serves until the process is told to end. */
  public static void main(String[] args) {
    SocketIoServer io = SocketIoServer.create();
    addHandlers(io);
    io.run(Where.options());
  }

  static void addHandlers(SocketIoServer io) {
    io.onRequest("divide", Integer.class, Integer.class, (socket, a, b) -> a / b);
    io.of("/chat").onRequest("say", String.class, (socket, text) -> said(text));
    io.of("/other").onRequest("say", String.class, (socket, text) -> said(text));

    // What an error handler returns answers the event, if the client asked for an answer.
    io.onError((socket, error) -> describe("the main namespace", error));
    io.of("/chat").onError((socket, error) -> describe("/chat", error));
    // For namespaces without an error handler of their own.
    io.onErrorDefault(
        (socket, error) -> {
          socket.emit("problem", describe("the default of " + socket.namespace(), error));
          return null; // no answer
        });
  }

  private static String said(String text) {
    if (text.isBlank()) {
      throw new IllegalArgumentException("nothing to say");
    }
    return text;
  }

  /** What failed, and with which event and arguments: they come with the error. */
  private static Map<String, Object> describe(String where, HandlerError error) {
    return Map.of(
        "handled by", where,
        "error", error.message(),
        "event", error.event().name(),
        "args", error.event().args().list());
  }
}

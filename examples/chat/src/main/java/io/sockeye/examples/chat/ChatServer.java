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
package io.sockeye.examples.chat;

import io.sockeye.engineio.server.WebServerOptions;
import io.sockeye.socketio.server.SocketIoOptions;
import io.sockeye.socketio.server.SocketIoServer;

/** Serves the chat on http://127.0.0.1:5000, or where HOST and PORT say. */
public final class ChatServer {
  // A picture of 3 MB is a third larger in base64, which is how it travels over HTTP polling.
  private static final int MAX_PAYLOAD = 4 * 1024 * 1024;

  private ChatServer() {}

  /** Serves until the process is told to end. */
  public static void main(String[] args) {
    String host = System.getenv().getOrDefault("HOST", "127.0.0.1");
    int port = Integer.parseInt(System.getenv().getOrDefault("PORT", "5000"));
    SocketIoServer io =
        SocketIoServer.create(
            SocketIoOptions.builder()
                .engine(engine -> engine.maxPayload(MAX_PAYLOAD))
                .serveClient(true) // the page gets the official client from /socket.io/socket.io.js
                .build());
    new Chat(io).addHandlers();
    System.out.println("The chat is on http://" + host + ":" + port + "/");
    io.run(WebServerOptions.builder().host(host).port(port).build(), new ChatPage());
  }
}

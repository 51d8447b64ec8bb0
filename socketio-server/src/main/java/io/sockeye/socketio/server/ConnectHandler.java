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

/** Greets the sockets that join a namespace, or refuses them. */
@FunctionalInterface
public interface ConnectHandler {
  /**
   * Called on the socket lane, before any event of the socket; may block. The client hears that it
   * is connected when all connect handlers have run; what they send it, and what broadcasts reach
   * it meanwhile, follows in order. What a handler throws refuses the client, with message and data
   * if it is a {@link ConnectionRefusedException}; then no other handler hears of the socket. See
   * also {@link SocketIoOptions.Builder#alwaysConnect}.
   */
  void onConnect(Socket socket) throws Exception;
}

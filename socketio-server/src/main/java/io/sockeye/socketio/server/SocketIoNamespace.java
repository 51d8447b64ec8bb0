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

import static java.lang.annotation.ElementType.TYPE;
import static java.lang.annotation.RetentionPolicy.RUNTIME;

import java.lang.annotation.Documented;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.Target;

/**
 * Names the namespace that the handler methods of a class are for; without it they are for the main
 * one. {@link SocketIoServer#register} registers an object of such a class:
 *
 * <pre>{@code
 * @SocketIoNamespace("/chat")
 * final class Chat {
 *   @OnConnect
 *   void connected(Socket socket, @Auth Login login) {
 *     if (!login.isKnown()) {
 *       throw new ConnectionRefusedException("not authorized");
 *     }
 *   }
 *
 *   @OnEvent
 *   String join(Socket socket, String room) {
 *     socket.join(room);
 *     return "joined"; // the acknowledgement
 *   }
 * }
 * }</pre>
 *
 * <p>Handler methods are neither private nor static, nor need they be public. What overrides one is
 * one, unless it has annotations of these of its own. Methods get by type, in any order: {@link
 * Socket}, {@link Namespace}, {@link SocketIoServer}, {@link Handshake}, {@link
 * io.sockeye.engineio.server.HttpRequest}, {@link java.security.Principal} (null if there is none),
 * the client's credentials where a parameter has {@link Auth}, and what the annotation of the
 * method adds to these. An object is used by many threads at once, one for each socket.
 */
@Documented
@Inherited
@Retention(RUNTIME)
@Target(TYPE)
public @interface SocketIoNamespace {
  /** The name, which begins with a slash. */
  String value() default "/";
}

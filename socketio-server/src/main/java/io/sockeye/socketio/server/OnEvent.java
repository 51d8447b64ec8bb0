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

import static java.lang.annotation.ElementType.METHOD;
import static java.lang.annotation.RetentionPolicy.RUNTIME;

import java.lang.annotation.Documented;
import java.lang.annotation.Retention;
import java.lang.annotation.Target;

/**
 * Handles an event. Its name may be any that is not reserved by Socket.IO.
 *
 * <p>By type a method gets what {@link SocketIoNamespace} says, and {@link Args}, {@link Event} and
 * {@link Ack}. Its other parameters are the arguments of the event, in order, each bound to its
 * type with all type arguments. They must be there and not be null, but for an {@link
 * java.util.Optional} and for what has an annotation of the name {@code Nullable}; arguments beyond
 * those are ignored.
 *
 * <p>What it returns is the acknowledgement, as of {@link RequestHandler#onRequest}; nothing is one
 * without arguments. A method with an {@link Ack} answers by that alone, and returns nothing. What
 * it throws goes to the error handler.
 */
@Documented
@Retention(RUNTIME)
@Target(METHOD)
public @interface OnEvent {
  /** The name of the event; by default that of the method. */
  String value() default "";
}

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
package io.sockeye.socketio.server.spi;

import io.sockeye.socketio.protocol.Arguments;
import java.lang.reflect.Type;
import org.jspecify.annotations.Nullable;

/**
 * Turns arguments into an application's types and back. Implementations are safe for use by any
 * thread.
 */
public interface DataBinder {
  /**
   * Returns an argument as a type; null if there is no such argument or it is null.
   *
   * @throws IllegalArgumentException if it does not fit; the message says which argument and why
   */
  @Nullable Object bind(Arguments arguments, int index, Type type);

  /**
   * Returns an object as a tree of maps, lists, strings, numbers, booleans and bytes.
   *
   * @throws IllegalArgumentException if that is not possible
   */
  Object toTree(Object value);
}

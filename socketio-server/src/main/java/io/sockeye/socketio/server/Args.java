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

import io.sockeye.socketio.protocol.Arguments;
import io.sockeye.socketio.server.spi.DataBinder;
import java.lang.reflect.Type;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The arguments of an event or of an acknowledgement: read as plain values, or as types. As long as
 * they are only passed on, by {@code ack.send(args)} or {@code socket.emit(name, args)}, they are
 * not decoded.
 *
 * <p>Immutable, safe for use by any thread.
 */
public final class Args {
  private final Arguments arguments;
  private final @Nullable DataBinder binder;

  Args(Arguments arguments, @Nullable DataBinder binder) {
    this.arguments = arguments;
    this.binder = binder;
  }

  /** Returns the given values as arguments; a list within them is one argument. */
  public static Args of(@Nullable Object... values) {
    return new Args(Arguments.of(values), null);
  }

  /** Returns the number of arguments. */
  public int size() {
    return arguments.size();
  }

  /**
   * Returns an argument as it is: a map, list, string, number, boolean, read-only {@link
   * java.nio.ByteBuffer} or null.
   *
   * @throws IndexOutOfBoundsException if there is none of that index
   */
  public @Nullable Object get(int index) {
    Objects.checkIndex(index, size());
    return arguments.values().get(index);
  }

  /**
   * Returns an argument as a type with type arguments; null if it is null or there is none.
   *
   * @throws ArgumentException if it does not fit; the message says why
   */
  @SuppressWarnings("unchecked") // a binder returns what it was asked for
  public <T> @Nullable T get(int index, TypeRef<T> type) {
    return (T) get(index, type.type());
  }

  /**
   * Returns an argument as a type that is known at run time only.
   *
   * @throws ArgumentException if it does not fit; the message says why
   */
  @Nullable Object get(int index, Type type) {
    if (index >= size()) {
      return null;
    }
    if (type == Object.class) {
      return get(index);
    }
    if (binder == null) {
      throw new IllegalStateException(
          "argument " + index + ": not from a peer, so nothing converts it (expected: get(index))");
    }
    return bind(binder, index, type);
  }

  private @Nullable Object bind(DataBinder with, int index, Type type) {
    try {
      return with.bind(arguments, index, type);
    } catch (ArgumentException known) {
      throw known;
    } catch (IllegalArgumentException misfit) {
      String message = Objects.requireNonNullElse(misfit.getMessage(), "argument " + index);
      throw new ArgumentException(index, nameOf(type), message, misfit);
    }
  }

  private static String nameOf(Type type) {
    return type instanceof Class<?> known ? known.getSimpleName() : type.getTypeName();
  }

  /**
   * Returns an argument as a type, such as a record; null if it is null or there is none.
   *
   * @throws ArgumentException if it does not fit; the message says why
   */
  public <T> @Nullable T get(int index, Class<T> type) {
    if (index >= size()) {
      return null;
    }
    if (binder == null || type == Object.class) {
      Object value = get(index);
      if (value != null && !type.isInstance(value)) {
        throw new IllegalArgumentException(
            "argument " + index + ": not a " + type.getSimpleName() + " but a " + value.getClass());
      }
      return type.cast(value);
    }
    @SuppressWarnings("unchecked") // a binder returns what it was asked for, boxed if primitive
    T value = (T) bind(binder, index, type);
    return value;
  }

  /**
   * Returns an argument that must be there, as a type.
   *
   * @throws ArgumentException if it is absent, null or does not fit
   */
  public <T> T require(int index, Class<T> type) {
    return required(index, get(index, type), type.getSimpleName());
  }

  /**
   * Returns an argument that must be there, as a type with type arguments.
   *
   * @throws ArgumentException if it is absent, null or does not fit
   */
  public <T> T require(int index, TypeRef<T> type) {
    return required(index, get(index, type), type.toString());
  }

  /**
   * Returns an argument that must be there, as a type that is known at run time only.
   *
   * @throws ArgumentException if it is absent, null or does not fit
   */
  Object require(int index, Type type) {
    return required(index, get(index, type), nameOf(type));
  }

  private static <T> T required(int index, @Nullable T value, String type) {
    if (value == null) {
      throw new ArgumentException(
          index, type, "argument " + index + ": null or absent (expected: " + type + ")");
    }
    return value;
  }

  /** Returns all arguments as they are, unmodifiable. */
  public List<@Nullable Object> list() {
    return arguments.values();
  }

  Arguments arguments() {
    return arguments;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Args that && arguments.equals(that.arguments);
  }

  @Override
  public int hashCode() {
    return arguments.hashCode();
  }

  /** Returns the number of arguments; never what they are. */
  @Override
  public String toString() {
    return arguments.toString();
  }
}

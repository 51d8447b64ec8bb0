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

import io.sockeye.engineio.server.HttpRequest;
import io.sockeye.socketio.protocol.Arguments;
import io.sockeye.socketio.server.HandlerMethod.Call;
import io.sockeye.socketio.server.HandlerMethod.Kind;
import java.lang.annotation.Annotation;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Method;
import java.lang.reflect.Parameter;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.security.Principal;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Finds out where the parameters of a handler method come from. */
final class HandlerParameters {
  /** Where one parameter comes from. */
  @FunctionalInterface
  interface Source {
    /** Returns the value for one call. */
    @Nullable Object get(Call call);
  }

  private static final MethodHandle GET;

  static {
    try {
      GET =
          MethodHandles.lookup()
              .findVirtual(Source.class, "get", MethodType.methodType(Object.class, Call.class));
    } catch (ReflectiveOperationException impossible) {
      throw new ExceptionInInitializerError(impossible);
    }
  }

  /** What every kind of method can have. */
  private static final Map<Class<?>, Source> ALWAYS =
      Map.of(
          Socket.class, Call::socket,
          Namespace.class, call -> call.socket().namespace(),
          SocketIoServer.class, call -> call.socket().namespace().server(),
          Handshake.class, call -> call.socket().handshake(),
          HttpRequest.class, call -> call.socket().handshake().request());

  /** What methods can have that are for an event. */
  private static final Map<Class<?>, Source> OF_EVENT =
      Map.of(
          Event.class, Call::event,
          Args.class, call -> call.event().args(),
          Ack.class, call -> call.event().ack());

  private static final Set<Kind> WITH_EVENT =
      Set.of(Kind.EVENT, Kind.ANY, Kind.UNHANDLED, Kind.ERROR);
  private static final Set<Kind> WITH_REASON = Set.of(Kind.DISCONNECTING, Kind.DISCONNECT);

  private final Kind kind;
  private final Method method;
  private final TypeBindings types;
  private int arguments;
  private @Nullable Class<?> errorType;

  HandlerParameters(Kind kind, Method method, TypeBindings types) {
    this.kind = kind;
    this.method = method;
    this.types = types;
  }

  /** The type of {@link Throwable} that a method has a parameter for; by default any. */
  Class<?> errorType() {
    return errorType == null ? Throwable.class : errorType;
  }

  /**
   * Turns the handle of a method into one that takes a {@link Call} and returns an Object.
   *
   * @throws IllegalArgumentException if a parameter is for nothing; the message says which and why
   */
  MethodHandle adapt(MethodHandle handle) {
    Parameter[] parameters = method.getParameters();
    MethodHandle[] sources = new MethodHandle[parameters.length];
    for (int i = 0; i < parameters.length; i++) {
      Source source;
      try {
        source = source(i, parameters[i]);
      } catch (IllegalArgumentException wrong) {
        throw new IllegalArgumentException(
            "parameter " + (i + 1) + ": " + wrong.getMessage(), wrong);
      }
      sources[i] =
          GET.bindTo(source)
              .asType(MethodType.methodType(handle.type().parameterType(i), Call.class));
    }
    MethodHandle ofCalls = MethodHandles.filterArguments(handle, 0, sources);
    MethodHandle ofOneCall =
        MethodHandles.permuteArguments(
            ofCalls,
            MethodType.methodType(handle.type().returnType(), Call.class),
            new int[parameters.length]);
    return ofOneCall.asType(MethodType.methodType(Object.class, Call.class));
  }

  private Source source(int index, Parameter parameter) {
    Type type = types.resolve(parameter.getParameterizedType());
    boolean optional = TypeBindings.raw(type) == Optional.class;
    if (optional) {
      type = type instanceof ParameterizedType of ? of.getActualTypeArguments()[0] : Object.class;
    }
    boolean nullable = optional || isNullable(index, parameter);
    Source source = source(type, nullable, parameter.isAnnotationPresent(Auth.class));
    return optional ? call -> Optional.ofNullable(source.get(call)) : source;
  }

  private boolean isNullable(int index, Parameter parameter) {
    return Stream.of(
            parameter.getAnnotations(), method.getAnnotatedParameterTypes()[index].getAnnotations())
        .flatMap(Arrays::stream)
        .map(Annotation::annotationType)
        .anyMatch(type -> type.getSimpleName().equals("Nullable"));
  }

  private Source source(Type type, boolean nullable, boolean auth) {
    Class<?> raw = TypeBindings.raw(type);
    if (auth) {
      requireKnown(type);
      return call -> auth(call, box(type), nullable);
    }
    Source known = ALWAYS.get(raw);
    if (known != null) {
      return known;
    }
    if (Principal.class.isAssignableFrom(raw)) {
      return call -> principal(call.socket(), raw);
    }
    known = OF_EVENT.get(raw);
    if (known != null) {
      return require(
          known, WITH_EVENT.contains(kind), type, "@OnEvent, @OnAny, @OnUnhandled or @OnError");
    }
    if (raw == DisconnectReason.class) {
      return require(
          call -> subject(call, DisconnectReason.class),
          WITH_REASON.contains(kind),
          type,
          Kind.DISCONNECTING + " or " + Kind.DISCONNECT);
    }
    if (raw == HandlerError.class) {
      return require(
          call -> subject(call, HandlerError.class), kind == Kind.ERROR, type, "" + Kind.ERROR);
    }
    if (Throwable.class.isAssignableFrom(raw)) {
      if (errorType != null) {
        throw new IllegalArgumentException(
            type.getTypeName() + ", after " + errorType.getName() + " (expected: one type)");
      }
      errorType = raw;
      return require(
          call -> subject(call, HandlerError.class).cause(),
          kind == Kind.ERROR,
          type,
          "" + Kind.ERROR);
    }
    if (kind != Kind.EVENT) {
      throw new IllegalArgumentException(
          type.getTypeName()
              + ", which "
              + kind
              + " has no value for (expected: a type that its documentation names, or @Auth)");
    }
    requireKnown(type);
    return argument(arguments++, box(type), nullable);
  }

  private static Source require(Source source, boolean fits, Type type, String where) {
    if (!fits) {
      throw new IllegalArgumentException(
          TypeBindings.raw(type).getSimpleName() + " (expected: only in " + where + ")");
    }
    return source;
  }

  private static void requireKnown(Type type) {
    if (TypeBindings.isOpen(type)) {
      throw new IllegalArgumentException(
          type.getTypeName() + " (expected: a type that the class or a superclass states)");
    }
  }

  private static Source argument(int index, Type type, boolean nullable) {
    return nullable
        ? call -> call.event().args().get(index, type)
        : call -> call.event().args().require(index, type);
  }

  /** What is null must be told from zero, so primitives are bound as objects. */
  private static Type box(Type type) {
    return type instanceof Class<?> known ? MethodType.methodType(known).wrap().returnType() : type;
  }

  private @Nullable Object auth(Call call, Type type, boolean nullable) {
    Map<String, @Nullable Object> auth = call.socket().handshake().auth();
    if (nullable && auth.isEmpty()) {
      return null;
    }
    try {
      return call.socket()
          .namespace()
          .server()
          .binder()
          .bind(Arguments.of(new Object[] {auth}), 0, type);
    } catch (IllegalArgumentException misfit) {
      if (kind == Kind.CONNECT) {
        throw new ConnectionRefusedException("Invalid credentials");
      }
      throw new IllegalArgumentException("auth, as " + misfit.getMessage(), misfit);
    }
  }

  private static @Nullable Principal principal(Socket socket, Class<?> type) {
    Principal principal = socket.principal();
    if (principal != null && !type.isInstance(principal)) {
      throw new IllegalStateException(
          "principal: a " + principal.getClass().getName() + " (expected: " + type.getName() + ")");
    }
    return principal;
  }

  private static <T> T subject(Call call, Class<T> type) {
    return type.cast(Objects.requireNonNull(call.subject(), "subject")); // of these kinds
  }
}

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

import io.sockeye.socketio.protocol.ReservedEvents;
import io.sockeye.socketio.server.HandlerMethod.Kind;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Reads which methods of an object handle what. */
final class HandlerClass {
  /** A method as a subclass sees it, so that what overrides it is the same. */
  private record Signature(String name, List<Class<?>> parameters) {}

  private final Object object;
  private final Class<?> type;
  private final TypeBindings types;
  private final List<HandlerMethod> methods = new ArrayList<>();

  /**
   * Reads the class of an object.
   *
   * @throws IllegalArgumentException if it has no method that handles something, or one that cannot
   *     do so; the message names class, method and reason
   */
  HandlerClass(Object object) {
    this.object = object;
    this.type = object.getClass();
    if (object instanceof Class<?> itself) {
      throw new IllegalArgumentException(
          itself.getName() + ": the class itself (expected: an object of it)");
    }
    this.types = new TypeBindings(type);
    Map<Kind, Method> single = new EnumMap<>(Kind.class);
    for (List<Method> family : families()) {
      Method method = annotated(family);
      if (method != null) {
        HandlerMethod read = read(method, family);
        if (read.kind() != Kind.EVENT && read.kind() != Kind.ERROR) {
          Method other = single.putIfAbsent(read.kind(), method);
          if (other != null) {
            throw new IllegalArgumentException(
                name(other)
                    + " and "
                    + name(method)
                    + ": both "
                    + read.kind()
                    + " (expected: one of them)");
          }
        }
        methods.add(read);
      }
    }
    if (methods.isEmpty()) {
      throw new IllegalArgumentException(
          type.getName() + ": no handler method (expected: one with " + Kind.EVENT + " or such)");
    }
  }

  List<HandlerMethod> methods() {
    return methods;
  }

  /** Returns the namespace that the class names, or null if it names none. */
  @Nullable String namespace() {
    for (Class<?> ancestor : TypeBindings.lineage(type)) {
      SocketIoNamespace annotation = ancestor.getDeclaredAnnotation(SocketIoNamespace.class);
      if (annotation != null) {
        return annotation.value();
      }
    }
    return null;
  }

  /** Returns the name of the class. */
  @Override
  public String toString() {
    return type.getName();
  }

  /** Returns methods together with what they override, which comes after them. */
  private Iterable<List<Method>> families() {
    Map<Object, List<Method>> families = new LinkedHashMap<>();
    for (Class<?> ancestor : TypeBindings.lineage(type)) {
      Method[] declared = ancestor.getDeclaredMethods();
      Arrays.sort(declared, Comparator.comparing(Method::toString)); // the same in each run
      for (Method method : declared) {
        if (!method.isSynthetic()) {
          families.computeIfAbsent(signature(method), key -> new ArrayList<>(1)).add(method);
        }
      }
    }
    return families.values();
  }

  private Object signature(Method method) {
    if (!isInherited(method)) {
      return method;
    }
    List<Class<?>> parameters = new ArrayList<>();
    for (var parameter : method.getGenericParameterTypes()) {
      parameters.add(TypeBindings.raw(types.resolve(parameter)));
    }
    return new Signature(method.getName(), parameters);
  }

  private static boolean isInherited(Method method) {
    return (method.getModifiers() & (Modifier.STATIC | Modifier.PRIVATE)) == 0;
  }

  /** Returns the nearest method that has an annotation; the others are called through it. */
  private static @Nullable Method annotated(List<Method> family) {
    for (Method method : family) {
      if (!kinds(method).isEmpty()) {
        return method;
      }
    }
    return null;
  }

  private static List<Kind> kinds(Method method) {
    return Arrays.stream(Kind.values())
        .filter(kind -> method.isAnnotationPresent(kind.annotation()))
        .toList();
  }

  private HandlerMethod read(Method method, List<Method> family) {
    try {
      List<Kind> kinds = kinds(method);
      if (kinds.size() > 1) {
        throw new IllegalArgumentException(kinds + " (expected: one of them)");
      }
      Kind kind = kinds.get(0);
      OnEvent onEvent = method.getAnnotation(OnEvent.class);
      String event =
          onEvent == null || onEvent.value().isEmpty() ? method.getName() : onEvent.value();
      if (kind == Kind.EVENT && ReservedEvents.isReserved(event)) {
        throw new IllegalArgumentException(
            "event \"" + event + "\", which is reserved by Socket.IO (expected: another name)");
      }
      boolean hasAck = Arrays.asList(method.getParameterTypes()).contains(Ack.class);
      checkReturn(kind, method.getReturnType(), hasAck);
      HandlerParameters parameters = new HandlerParameters(kind, method, types);
      MethodHandle handle = parameters.adapt(handle(method));
      List<AnnotatedElement> annotated = new ArrayList<>(family);
      annotated.addAll(TypeBindings.lineage(type));
      return new HandlerMethod(
          name(method),
          kind,
          event,
          parameters.errorType(),
          hasAck,
          handle,
          List.copyOf(annotated));
    } catch (IllegalArgumentException wrong) {
      throw new IllegalArgumentException(name(method) + ": " + wrong.getMessage(), wrong);
    }
  }

  private static void checkReturn(Kind kind, Class<?> result, boolean hasAck) {
    if (result == void.class || result == Void.class) {
      return;
    }
    if (hasAck) {
      throw new IllegalArgumentException(
          "answers by an Ack and returns "
              + result.getSimpleName()
              + " (expected: one of them; void with an Ack)");
    }
    boolean fits =
        switch (kind) {
          case EVENT -> true;
          case ERROR -> !CompletionStage.class.isAssignableFrom(result);
          case CONNECT -> Set.of(boolean.class, Boolean.class).contains(result);
          case DISCONNECTING, DISCONNECT, ANY, UNHANDLED -> false;
        };
    if (!fits) {
      throw new IllegalArgumentException(
          "returns "
              + result.getSimpleName()
              + " (expected: "
              + switch (kind) {
                case CONNECT -> "void or boolean";
                case ERROR -> "a value that is there";
                default -> "void";
              }
              + ")");
    }
  }

  private MethodHandle handle(Method method) {
    if (!isInherited(method)) {
      throw new IllegalArgumentException(
          (Modifier.isStatic(method.getModifiers()) ? "static" : "private")
              + " (expected: neither private nor static)");
    }
    if (method.isVarArgs()) {
      throw new IllegalArgumentException(
          "a variable number of parameters (expected: Args, which has all arguments)");
    }
    Class<?> declaring = method.getDeclaringClass();
    try {
      if (!method.trySetAccessible()) {
        throw new IllegalAccessException();
      }
      return MethodHandles.lookup().unreflect(method).bindTo(object);
    } catch (IllegalAccessException closed) {
      throw new IllegalArgumentException(
          "not accessible (expected: \"opens "
              + declaring.getPackageName()
              + " to "
              + HandlerClass.class.getModule().getName()
              + ";\" in the descriptor of module "
              + declaring.getModule().getName()
              + ")",
          closed);
    }
  }

  private static String name(Method method) {
    return Arrays.stream(method.getParameterTypes())
        .map(Class::getSimpleName)
        .collect(
            Collectors.joining(
                ", ", method.getDeclaringClass().getName() + "." + method.getName() + "(", ")"));
  }
}

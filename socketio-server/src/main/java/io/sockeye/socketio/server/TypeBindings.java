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

import java.lang.reflect.Array;
import java.lang.reflect.GenericArrayType;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.lang.reflect.WildcardType;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What the type variables of a class's superclasses and interfaces stand for. */
final class TypeBindings {
  private record Parameterized(@Nullable Type owner, Class<?> raw, List<Type> arguments)
      implements ParameterizedType {
    @Override
    public Type[] getActualTypeArguments() {
      return arguments.toArray(new Type[0]);
    }

    @Override
    public Type getRawType() {
      return raw;
    }

    @Override
    public @Nullable Type getOwnerType() {
      return owner;
    }

    @Override
    public String toString() {
      return raw.getName()
          + arguments.stream().map(Type::getTypeName).collect(Collectors.joining(", ", "<", ">"));
    }
  }

  private final Map<TypeVariable<?>, Type> known = new HashMap<>();

  TypeBindings(Class<?> type) {
    for (Class<?> ancestor : lineage(type)) {
      learn(ancestor.getGenericSuperclass());
      for (Type implemented : ancestor.getGenericInterfaces()) {
        learn(implemented);
      }
    }
  }

  /** Returns a class, its superclasses without Object, then their interfaces; the nearest first. */
  static Set<Class<?>> lineage(Class<?> type) {
    Set<Class<?>> all = new LinkedHashSet<>();
    for (Class<?> c = type; c != null && c != Object.class; c = c.getSuperclass()) {
      all.add(c);
    }
    for (Class<?> c : List.copyOf(all)) {
      addInterfaces(c, all);
    }
    return all;
  }

  private static void addInterfaces(Class<?> type, Set<Class<?>> all) {
    for (Class<?> implemented : type.getInterfaces()) {
      all.add(implemented);
      addInterfaces(implemented, all);
    }
  }

  private void learn(@Nullable Type ancestor) {
    if (ancestor instanceof ParameterizedType parameterized) {
      Type[] arguments = parameterized.getActualTypeArguments();
      TypeVariable<?>[] variables = raw(parameterized).getTypeParameters();
      for (int i = 0; i < arguments.length; i++) {
        known.put(variables[i], resolve(arguments[i]));
      }
    }
  }

  /** Returns a type in which every variable that is known is replaced. */
  Type resolve(Type type) {
    if (type instanceof TypeVariable<?>) {
      return known.getOrDefault(type, type);
    }
    if (type instanceof ParameterizedType parameterized) {
      Type[] before = parameterized.getActualTypeArguments();
      Type[] after = Arrays.stream(before).map(this::resolve).toArray(Type[]::new);
      return Arrays.equals(before, after)
          ? type
          : new Parameterized(parameterized.getOwnerType(), raw(type), List.of(after));
    }
    if (type instanceof GenericArrayType array) {
      Type component = resolve(array.getGenericComponentType());
      return component instanceof Class<?> known
          ? Array.newInstance(known, 0).getClass()
          : isSame(component, array) ? type : (GenericArrayType) () -> component;
    }
    if (type instanceof WildcardType wildcard) {
      return resolve(wildcard.getUpperBounds()[0]); // all that binding needs of it
    }
    return type;
  }

  private static boolean isSame(Type component, GenericArrayType array) {
    return component.equals(array.getGenericComponentType());
  }

  /** Returns whether a type, as {@link #resolve} returns it, still has a variable. */
  static boolean isOpen(Type type) {
    if (type instanceof ParameterizedType parameterized) {
      return Arrays.stream(parameterized.getActualTypeArguments()).anyMatch(TypeBindings::isOpen);
    }
    if (type instanceof GenericArrayType array) {
      return isOpen(array.getGenericComponentType());
    }
    return type instanceof TypeVariable<?>;
  }

  /** Returns the class of a type without its arguments. */
  static Class<?> raw(Type type) {
    if (type instanceof Class<?> raw) {
      return raw;
    }
    if (type instanceof ParameterizedType parameterized) {
      return raw(parameterized.getRawType());
    }
    if (type instanceof GenericArrayType array) {
      return Array.newInstance(raw(array.getGenericComponentType()), 0).getClass();
    }
    if (type instanceof TypeVariable<?> variable) {
      return raw(variable.getBounds()[0]);
    }
    return raw(((WildcardType) type).getUpperBounds()[0]);
  }
}

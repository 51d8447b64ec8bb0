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
package io.sockeye.transport.servlet;

import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletRequestWrapper;
import jakarta.servlet.ServletResponse;
import java.io.IOException;
import java.lang.reflect.Field;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reaches what a container can do and the servlet API does not offer. By reflection: a container is
 * known by the objects it hands out, whatever its version and packaging.
 */
final class ContainerAccess {
  private static final Logger log = LoggerFactory.getLogger(ContainerAccess.class);

  private ContainerAccess() {}

  /**
   * Closes the connection of a request without an answer: in Tomcat, Undertow and Jetty. Elsewhere
   * the answer begins and does not end, which clients take for the same.
   */
  static void disconnect(ServletRequest request, ServletResponse response) {
    ServletRequest own = request;
    while (own instanceof ServletRequestWrapper wrapper) {
      own = wrapper.getRequest();
    }
    try {
      String type = own.getClass().getName();
      if (type.startsWith("org.apache.catalina.")) {
        Object coyote = path(field(own, "request"), "getCoyoteRequest");
        Class<?> actions =
            Class.forName("org.apache.coyote.ActionCode", true, coyote.getClass().getClassLoader());
        Method action = coyote.getClass().getMethod("action", actions, Object.class);
        action.invoke(coyote, actions.getField("CLOSE_NOW").get(null), null);
        return;
      } else if (type.startsWith("io.undertow.")) {
        path(own, "getExchange", "getConnection", "close");
        return;
      } else if (type.startsWith("org.eclipse.jetty.")) {
        path(own, "getRequest", "getConnectionMetaData", "getConnection", "getEndPoint", "close");
        return;
      }
    } catch (ReflectiveOperationException | RuntimeException unknown) {
      log.debug("Cannot close a connection by way of {}: {}", own, unknown.toString());
    }
    try {
      response.setContentLength(1);
      response.flushBuffer();
    } catch (IOException gone) {
      // as it should be
    }
  }

  /** Calls methods without arguments, each on the result of the one before. */
  static Object path(Object start, String... methods) throws ReflectiveOperationException {
    Object at = start;
    for (String method : methods) {
      Object next;
      try {
        next = accessible(at.getClass(), method).invoke(at);
      } catch (InvocationTargetException failed) {
        throw new ReflectiveOperationException(method + ": " + failed.getCause(), failed);
      }
      if (next == null) {
        return at;
      }
      at = next;
    }
    return at;
  }

  /** As {@link #path}; returns whether all methods were there and none failed. */
  static boolean tryPath(Object start, String... methods) {
    try {
      path(start, methods);
      return true;
    } catch (ReflectiveOperationException | RuntimeException failure) {
      log.debug("{} of {} failed: {}", String.join("().", methods), start, failure.toString());
      return false;
    }
  }

  /** Returns the text of what is in fields, each of the value of the one before; empty if none. */
  static String tryFields(Object start, String... fields) {
    try {
      Object at = start;
      for (String field : fields) {
        at = field(at, field);
      }
      return at.toString();
    } catch (ReflectiveOperationException | RuntimeException failure) {
      log.debug("{} of {} failed: {}", String.join(".", fields), start, failure.toString());
      return "";
    }
  }

  /** Finds a method on a public type, because the class itself is often of an internal package. */
  private static Method accessible(Class<?> type, String method) throws NoSuchMethodException {
    Method found = publicMethod(type, method);
    if (found == null) {
      found = declaredMethod(type, method);
      found.setAccessible(true);
    }
    return found;
  }

  private static @Nullable Method publicMethod(@Nullable Class<?> type, String method) {
    if (type == null) {
      return null;
    }
    if (Modifier.isPublic(type.getModifiers()) && isExported(type)) {
      try {
        return type.getMethod(method);
      } catch (NoSuchMethodException elsewhere) {
        // in a supertype, or not public
      }
    }
    for (Class<?> implemented : type.getInterfaces()) {
      Method found = publicMethod(implemented, method);
      if (found != null) {
        return found;
      }
    }
    return publicMethod(type.getSuperclass(), method);
  }

  private static boolean isExported(Class<?> type) {
    return type.getModule().isExported(type.getPackageName(), ContainerAccess.class.getModule());
  }

  private static Method declaredMethod(Class<?> type, String method) throws NoSuchMethodException {
    for (Class<?> at = type; at != null; at = at.getSuperclass()) {
      try {
        return at.getDeclaredMethod(method);
      } catch (NoSuchMethodException elsewhere) {
        // in a superclass
      }
    }
    throw new NoSuchMethodException(type.getName() + "." + method + "()");
  }

  private static Object field(Object of, String name) throws ReflectiveOperationException {
    for (Class<?> at = of.getClass(); at != null; at = at.getSuperclass()) {
      try {
        Field field = at.getDeclaredField(name);
        field.setAccessible(true);
        Object value = field.get(of);
        if (value != null) {
          return value;
        }
      } catch (NoSuchFieldException elsewhere) {
        // in a superclass
      }
    }
    throw new NoSuchFieldException(of.getClass().getName() + "." + name);
  }
}

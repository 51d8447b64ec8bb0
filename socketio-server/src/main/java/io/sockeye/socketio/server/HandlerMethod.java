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

import java.lang.annotation.Annotation;
import java.lang.invoke.MethodHandle;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.UndeclaredThrowableException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A method of an object that handles something. */
final class HandlerMethod {
  /** What a method handles, by its annotation. */
  enum Kind {
    EVENT(OnEvent.class),
    CONNECT(OnConnect.class),
    DISCONNECTING(OnDisconnecting.class),
    DISCONNECT(OnDisconnect.class),
    ERROR(OnError.class),
    ANY(OnAny.class),
    UNHANDLED(OnUnhandled.class);

    private final Class<? extends Annotation> annotation;

    Kind(Class<? extends Annotation> annotation) {
      this.annotation = annotation;
    }

    Class<? extends Annotation> annotation() {
      return annotation;
    }

    /** Returns the annotation as it is written. */
    @Override
    public String toString() {
      return "@" + annotation.getSimpleName();
    }
  }

  /**
   * What the parameters of one call are taken from.
   *
   * @param subject what the method's kind has besides: a {@link DisconnectReason}, a {@link
   *     HandlerError} or nothing
   */
  record Call(Socket socket, Event event, @Nullable Object subject) {}

  private final String name;
  private final Kind kind;
  private final String event;
  private final Class<?> errorType;
  private final boolean answersItself;
  private final MethodHandle handle;
  private final List<AnnotatedElement> annotated;

  /**
   * Creates it.
   *
   * @param name class and method, for messages
   * @param event the event's name, if the kind is that
   * @param errorType which failures the method handles, if the kind is that
   * @param answersItself whether the method has an {@link Ack}
   * @param handle takes a {@link Call} and returns an Object
   * @param annotated where annotations are looked for, the nearest first
   */
  HandlerMethod(
      String name,
      Kind kind,
      String event,
      Class<?> errorType,
      boolean answersItself,
      MethodHandle handle,
      List<AnnotatedElement> annotated) {
    this.name = name;
    this.kind = kind;
    this.event = event;
    this.errorType = errorType;
    this.answersItself = answersItself;
    this.handle = handle;
    this.annotated = annotated;
  }

  Kind kind() {
    return kind;
  }

  String event() {
    return event;
  }

  Class<?> errorType() {
    return errorType;
  }

  boolean answersItself() {
    return answersItself;
  }

  /** Calls the method and returns what it returns; null for nothing. */
  @Nullable Object call(Socket socket, Event what, @Nullable Object subject) throws Exception {
    try {
      return (Object) handle.invokeExact(new Call(socket, what, subject));
    } catch (Exception | Error thrown) {
      throw thrown;
    } catch (Throwable neither) {
      throw new UndeclaredThrowableException(neither);
    }
  }

  /** Returns an annotation of the method, or of its class; null if there is none. */
  <A extends Annotation> @Nullable A annotation(Class<A> type) {
    for (AnnotatedElement element : annotated) {
      A found = element.getDeclaredAnnotation(type);
      if (found != null) {
        return found;
      }
    }
    return null;
  }

  /** Returns class and method. */
  @Override
  public String toString() {
    return name;
  }
}

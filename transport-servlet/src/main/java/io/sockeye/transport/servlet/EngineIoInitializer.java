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

import jakarta.servlet.ServletContainerInitializer;
import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletContextEvent;
import jakarta.servlet.ServletContextListener;
import jakarta.servlet.ServletException;
import jakarta.servlet.annotation.HandlesTypes;
import java.lang.reflect.Modifier;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Finds each {@link EngineIoApplication} of a web application. Called by the container, which finds
 * it with {@link java.util.ServiceLoader}.
 */
@HandlesTypes(EngineIoApplication.class)
public final class EngineIoInitializer implements ServletContainerInitializer {
  /** Called by the container. */
  public EngineIoInitializer() {}

  @Override
  public void onStartup(@Nullable Set<Class<?>> types, ServletContext context)
      throws ServletException {
    if (types == null) {
      return;
    }
    for (Class<?> type : types) {
      if (!type.isInterface()
          && !Modifier.isAbstract(type.getModifiers())
          && EngineIoApplication.class.isAssignableFrom(type)) {
        EngineIoApplication application = create(type);
        ServletTransport.install(
            context,
            application.urlPatterns(),
            application.httpSessions(),
            application.handlers(context));
        context.addListener(new Stop(application));
      }
    }
  }

  private static EngineIoApplication create(Class<?> type) throws ServletException {
    try {
      return (EngineIoApplication) type.getConstructor().newInstance();
    } catch (ReflectiveOperationException failure) {
      throw new ServletException(
          type.getName()
              + ": cannot be created (expected: a public class with a public constructor without"
              + " arguments that does not fail)",
          failure);
    }
  }

  private record Stop(EngineIoApplication application) implements ServletContextListener {
    @Override
    public void contextDestroyed(ServletContextEvent event) {
      application.stopped(event.getServletContext());
    }
  }
}

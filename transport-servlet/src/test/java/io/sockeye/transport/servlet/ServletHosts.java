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

import io.undertow.security.idm.Account;
import io.undertow.security.idm.Credential;
import io.undertow.security.idm.IdentityManager;
import io.undertow.security.idm.PasswordCredential;
import io.undertow.server.DefaultByteBufferPool;
import io.undertow.servlet.Servlets;
import io.undertow.servlet.api.DeploymentInfo;
import io.undertow.servlet.api.DeploymentManager;
import io.undertow.servlet.api.ServletContainerInitializerInfo;
import io.undertow.websockets.jsr.WebSocketDeploymentInfo;
import jakarta.servlet.ServletContainerInitializer;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.Principal;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.catalina.Context;
import org.apache.catalina.authenticator.BasicAuthenticator;
import org.apache.catalina.startup.Tomcat;
import org.apache.tomcat.util.descriptor.web.LoginConfig;
import org.apache.tomcat.websocket.server.WsSci;
import org.eclipse.jetty.ee11.servlet.ServletContextHandler;
import org.eclipse.jetty.ee11.websocket.jakarta.server.config.JakartaWebSocketServletContainerInitializer;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.jspecify.annotations.Nullable;

/**
 * The three containers with a web application at {@code /app} that initializers set up. Tomcat and
 * Undertow know a member {@code ann} with the password {@code secret}.
 */
enum ServletHosts {
  TOMCAT {
    @Override
    Running start(boolean webSocket, ServletContainerInitializer initializer, Set<Class<?>> types)
        throws Exception {
      Path folder = Files.createTempDirectory("sockeye-test");
      Tomcat tomcat = new Tomcat();
      tomcat.setSilent(true);
      tomcat.setBaseDir(folder.toString());
      tomcat.setPort(0);
      tomcat.getConnector().setProperty("address", "127.0.0.1");
      Context context = tomcat.addContext("/app", null);
      tomcat.addUser("ann", "secret");
      tomcat.addRole("ann", "member");
      context.setLoginConfig(new LoginConfig("BASIC", "app", null, null));
      context.getPipeline().addValve(new BasicAuthenticator());
      if (webSocket) {
        context.addServletContainerInitializer(new WsSci(), null);
      }
      context.addServletContainerInitializer(initializer, types);
      tomcat.start();
      return new Running(
          tomcat.getConnector().getLocalPort(),
          () -> {
            tomcat.stop();
            tomcat.destroy();
            try (Stream<Path> files = Files.walk(folder)) {
              for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
              }
            }
          });
    }
  },
  JETTY {
    @Override
    Running start(boolean webSocket, ServletContainerInitializer initializer, Set<Class<?>> types)
        throws Exception {
      Server server = new Server();
      ServerConnector connector = new ServerConnector(server);
      connector.setHost("127.0.0.1");
      server.addConnector(connector);
      ServletContextHandler context = new ServletContextHandler("/app", true, false);
      if (webSocket) {
        JakartaWebSocketServletContainerInitializer.configure(context, null);
      }
      context.addServletContainerInitializer(initializer, types.toArray(new Class<?>[0]));
      server.setHandler(context);
      server.start();
      return new Running(connector.getLocalPort(), server::stop);
    }
  },
  UNDERTOW {
    @Override
    Running start(boolean webSocket, ServletContainerInitializer initializer, Set<Class<?>> types)
        throws Exception {
      DeploymentInfo deployment =
          Servlets.deployment()
              .setClassLoader(ServletHosts.class.getClassLoader())
              .setContextPath("/app")
              .setDeploymentName("app")
              .setLoginConfig(new io.undertow.servlet.api.LoginConfig("BASIC", "app"))
              .setIdentityManager(new Members())
              .addServletContainerInitializer(
                  new ServletContainerInitializerInfo(
                      initializer.getClass(),
                      () -> new io.undertow.servlet.util.ImmediateInstanceHandle<>(initializer),
                      types));
      if (webSocket) {
        deployment.addServletContextAttribute(
            WebSocketDeploymentInfo.ATTRIBUTE_NAME,
            new WebSocketDeploymentInfo().setBuffers(new DefaultByteBufferPool(true, 16 * 1024)));
      }
      DeploymentManager manager = Servlets.newContainer().addDeployment(deployment);
      manager.deploy();
      io.undertow.Undertow server =
          io.undertow.Undertow.builder()
              .addHttpListener(0, "127.0.0.1")
              .setHandler(io.undertow.Handlers.path().addPrefixPath("/app", manager.start()))
              .build();
      server.start();
      InetSocketAddress address = (InetSocketAddress) server.getListenerInfo().get(0).getAddress();
      return new Running(
          address.getPort(),
          () -> {
            manager.stop();
            manager.undeploy();
            server.stop();
          });
    }
  };

  /** Knows one member. */
  private static final class Members implements IdentityManager {
    @Override
    public Account verify(Account account) {
      return account;
    }

    @Override
    public @Nullable Account verify(String name, Credential credential) {
      boolean known =
          name.equals("ann")
              && credential instanceof PasswordCredential password
              && Arrays.equals(password.getPassword(), "secret".toCharArray());
      return known ? new Member(name) : null;
    }

    @Override
    public @Nullable Account verify(Credential credential) {
      return null;
    }

    private record Member(String name) implements Account {
      @Override
      public Principal getPrincipal() {
        return () -> name;
      }

      @Override
      public Set<String> getRoles() {
        return Set.of("member");
      }
    }
  }

  /** A container that runs. */
  record Running(int port, AutoCloseable stop) implements AutoCloseable {
    @Override
    public void close() throws Exception {
      stop.close();
    }
  }

  abstract Running start(
      boolean webSocket, ServletContainerInitializer initializer, Set<Class<?>> types)
      throws Exception;

  static List<ServletHosts> all() {
    return List.of(values());
  }
}

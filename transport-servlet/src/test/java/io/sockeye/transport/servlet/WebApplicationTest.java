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

import static org.assertj.core.api.Assertions.assertThat;

import io.sockeye.engineio.server.EngineIoOptions;
import io.sockeye.engineio.server.EngineIoServer;
import io.sockeye.engineio.server.HandlerExecution;
import io.sockeye.engineio.server.HandshakeCheck;
import io.sockeye.engineio.server.Session;
import io.sockeye.engineio.server.SessionListener;
import io.sockeye.engineio.server.spi.HttpHandler;
import io.sockeye.transport.contract.RawPeer;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.FilterRegistration;
import jakarta.servlet.ServletContext;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRegistration;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpSession;
import java.io.IOException;
import java.security.Principal;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Handlers in a web application of each container. */
class WebApplicationTest {
  private static final String POLLING = "/app/engine.io/?EIO=4&transport=polling";
  private static final String WEBSOCKET = "/app/engine.io/?EIO=4&transport=websocket";

  private static final BlockingQueue<String> events = new LinkedBlockingQueue<>();

  /** Says who is there, and echoes. */
  private static EngineIoServer echo() {
    return EngineIoServer.create(
        EngineIoOptions.builder().handlerExecution(HandlerExecution.INLINE).build(),
        session ->
            new SessionListener() {
              @Override
              public void onMessage(Session from, String text) {
                Principal user = from.request().principal();
                HttpSession http = from.request().attachment(HttpSession.class);
                from.send(
                    text
                        + " "
                        + (user == null ? "nobody" : user.getName())
                        + " "
                        + (http == null ? "no session" : http.getAttribute("cart")));
              }
            });
  }

  /** Found by the container. */
  public static final class Application implements EngineIoApplication {
    private EngineIoServer engine;

    /** Called by the initializer. */
    public Application() {}

    @Override
    public List<HttpHandler> handlers(ServletContext context) {
      FilterRegistration.Dynamic login = context.addFilter("login", new Login());
      login.setAsyncSupported(true);
      login.addMappingForUrlPatterns(EnumSet.of(DispatcherType.REQUEST), false, "/*");
      engine = echo();
      return List.of(engine);
    }

    @Override
    public void stopped(ServletContext context) {
      engine.stop(Duration.ofMillis(10));
      events.add("stopped");
    }
  }

  /** A user and a session, as a log-in leaves them. */
  private static final class Login implements Filter {
    @Override
    public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
        throws IOException, ServletException {
      HttpServletRequest http = (HttpServletRequest) request;
      if (http.getParameter("user") != null) {
        http.getSession(true).setAttribute("cart", "full");
      }
      String user = http.getParameter("user");
      chain.doFilter(
          new HttpServletRequestWrapper(http) {
            @Override
            public Principal getUserPrincipal() {
              return user == null ? null : () -> user;
            }
          },
          response);
    }
  }

  private static String sid(String open) {
    return open.replaceAll(".*\"sid\":\"([^\"]*)\".*", "$1");
  }

  @ParameterizedTest
  @EnumSource(ServletHosts.class)
  void anApplicationIsFoundAndToldOfItsEnd(ServletHosts host) throws Exception {
    try (ServletHosts.Running running =
            host.start(true, new EngineIoInitializer(), Set.of(Application.class));
        RawPeer peer = RawPeer.connect(running.port())) {
      String session = POLLING + "&sid=" + sid(peer.get(POLLING + "&user=ann").body());
      assertThat(peer.post(session, "4hello").body()).isEqualTo("ok");
      assertThat(peer.get(session).body()).isEqualTo("4hello ann full");
      try (RawPeer webSocket = RawPeer.connect(running.port()).upgrade(WEBSOCKET + "&user=bob")) {
        assertThat(webSocket.frame()).startsWith("0{");
        assertThat(webSocket.text("4hello").frame()).isEqualTo("4hello bob full");
      }
      try (RawPeer webSocket = RawPeer.connect(running.port()).upgrade(WEBSOCKET)) {
        assertThat(webSocket.frame()).startsWith("0{");
        assertThat(webSocket.text("4hello").frame()).isEqualTo("4hello nobody no session");
      }
    }
    assertThat(events.poll(10, TimeUnit.SECONDS)).isEqualTo("stopped");
  }

  @ParameterizedTest
  @EnumSource(ServletHosts.class)
  void withoutAWebSocketContainerThereIsPolling(ServletHosts host) throws Exception {
    EngineIoServer engine = echo();
    try (ServletHosts.Running running =
            host.start(
                false,
                (types, context) ->
                    ServletTransport.install(context, List.of("/engine.io/*"), engine),
                Set.of());
        RawPeer peer = RawPeer.connect(running.port())) {
      String open = peer.get(POLLING).body();
      assertThat(open).contains("\"upgrades\":[]");
      String session = POLLING + "&sid=" + sid(open);
      assertThat(peer.post(session, "4hello").body()).isEqualTo("ok");
      assertThat(peer.get(session).body()).isEqualTo("4hello nobody no session");
      try (RawPeer other = RawPeer.connect(running.port()).askForUpgrade(WEBSOCKET)) {
        assertThat(other.answer().status()).isEqualTo(400);
      }
    } finally {
      engine.stop(Duration.ofMillis(10));
    }
  }

  @ParameterizedTest
  @EnumSource(ServletHosts.class)
  void withoutAsynchronousRequestsNothingIsServed(ServletHosts host) throws Exception {
    EngineIoServer engine = echo();
    try (ServletHosts.Running running =
            host.start(
                true,
                (types, context) -> {
                  ServletRegistration.Dynamic registration =
                      context.addServlet("engine.io", new EngineIoServlet(engine));
                  registration.addMapping("/engine.io/*");
                },
                Set.of());
        RawPeer peer = RawPeer.connect(running.port())) {
      assertThat(peer.get(POLLING).status()).isEqualTo(500);
    } finally {
      engine.stop(Duration.ofMillis(10));
    }
  }

  @ParameterizedTest
  @EnumSource(ServletHosts.class)
  void anAcceptMayTakeItsTime(ServletHosts host) throws Exception {
    BlockingQueue<CompletableFuture<HandshakeCheck.Verdict>> undecided =
        new LinkedBlockingQueue<>();
    EngineIoServer engine =
        EngineIoServer.create(
            EngineIoOptions.builder()
                .handshakeCheck(
                    request -> {
                      CompletableFuture<HandshakeCheck.Verdict> verdict = new CompletableFuture<>();
                      undecided.add(verdict);
                      return verdict;
                    })
                .build(),
            session -> new SessionListener() {});
    try (ServletHosts.Running running =
            host.start(
                true,
                (types, context) ->
                    ServletTransport.install(context, List.of("/engine.io/*"), engine),
                Set.of());
        RawPeer peer = RawPeer.connect(running.port()).askForUpgrade(WEBSOCKET)) {
      undecided.poll(10, TimeUnit.SECONDS).complete(HandshakeCheck.Verdict.ACCEPTED);
      assertThat(peer.answer().status()).isEqualTo(101);
      assertThat(peer.frame()).startsWith("0{");
    } finally {
      engine.stop(Duration.ofMillis(10));
    }
  }
}

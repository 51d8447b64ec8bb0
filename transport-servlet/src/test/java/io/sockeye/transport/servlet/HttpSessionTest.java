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

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.sockeye.engineio.server.EngineIoOptions;
import io.sockeye.engineio.server.EngineIoServer;
import io.sockeye.engineio.server.HandlerExecution;
import io.sockeye.engineio.server.HttpRequest;
import io.sockeye.engineio.server.Session;
import io.sockeye.engineio.server.SessionListener;
import io.sockeye.transport.contract.RawPeer;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.Filter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.FilterRegistration;
import jakarta.servlet.HttpConstraintElement;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletRegistration;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.ServletSecurityElement;
import jakarta.servlet.annotation.ServletSecurity.TransportGuarantee;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.servlet.http.HttpSession;
import java.io.IOException;
import java.security.Principal;
import java.time.Duration;
import java.util.Base64;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What handlers see of a visitor's session and user, and what other requests see of theirs. */
class HttpSessionTest {
  private static final String POLLING = "/app/members/?EIO=4&transport=polling";
  private static final String WEBSOCKET = "/app/members/?EIO=4&transport=websocket";
  private static final String ANN =
      "Authorization: Basic " + Base64.getEncoder().encodeToString("ann:secret".getBytes(UTF_8));

  private final EngineIoServer engine =
      EngineIoServer.create(
          EngineIoOptions.builder()
              .path("/members/")
              .handlerExecution(HandlerExecution.INLINE)
              .build(),
          session ->
              new SessionListener() {
                @Override
                public void onMessage(Session from, String text) {
                  from.send(answer(from.request(), text));
                }
              });

  /** How the servlet asks for sessions. */
  private final Queue<String> asked = new ConcurrentLinkedQueue<>();

  private static String answer(HttpRequest handshake, String text) {
    if (text.equals("who")) {
      Principal user = handshake.principal();
      return user == null ? "nobody" : user.getName();
    }
    HttpSessionView session = HttpSessionView.of(handshake);
    if (session == null) {
      return "no session";
    }
    if (text.startsWith("set ")) {
      session.set("cart", text.substring(4));
    } else if (text.equals("empty")) {
      session.set("cart", null);
    }
    return (session.isLive() ? "live " : "copy ") + session.get("cart") + " " + session.names();
  }

  /** The rest of the web application. */
  private static final class Rest extends HttpServlet {
    private static final long serialVersionUID = 1L;

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response)
        throws ServletException, IOException {
      String value = request.getParameter("value");
      switch (Objects.requireNonNull(request.getParameter("do"))) {
        case "set" -> request.getSession(true).setAttribute("cart", value);
        case "login" -> {
          request.getSession(true);
          request.login("ann", "secret");
        }
        case "change-id" -> request.changeSessionId();
        case "invalidate" -> session(request).invalidate();
        default -> response.getOutputStream().print(session(request).getAttribute("cart") + "");
      }
    }

    private static HttpSession session(HttpServletRequest request) {
      return Objects.requireNonNull(request.getSession(false), "no session");
    }
  }

  /** Writes down how the session is asked for. */
  private final class Watch implements Filter {
    @Override
    public void doFilter(ServletRequest request, ServletResponse response, FilterChain chain)
        throws IOException, ServletException {
      chain.doFilter(
          new HttpServletRequestWrapper((HttpServletRequest) request) {
            @Override
            public @Nullable HttpSession getSession(boolean create) {
              asked.add(create ? "created" : "asked");
              return super.getSession(create);
            }

            @Override
            public HttpSession getSession() {
              asked.add("created");
              return super.getSession();
            }
          },
          response);
    }
  }

  private ServletHosts.Running start(ServletHosts host, HttpSessionMode mode) throws Exception {
    return start(host, mode, false);
  }

  private ServletHosts.Running start(ServletHosts host, HttpSessionMode mode, boolean membersOnly)
      throws Exception {
    return host.start(
        true,
        (types, context) -> {
          context.addServlet("rest", new Rest()).addMapping("/rest");
          FilterRegistration.Dynamic watch = context.addFilter("watch", new Watch());
          watch.setAsyncSupported(true);
          watch.addMappingForUrlPatterns(EnumSet.of(DispatcherType.REQUEST), false, "/members/*");
          ServletRegistration.Dynamic servlet =
              ServletTransport.install(context, List.of("/members/*"), mode, engine);
          if (membersOnly) {
            servlet.setServletSecurity(
                new ServletSecurityElement(
                    new HttpConstraintElement(TransportGuarantee.NONE, "member")));
          }
        },
        Set.of());
  }

  @AfterEach
  void stop() {
    engine.stop(Duration.ofMillis(100));
  }

  /** One visitor's other requests. */
  private static final class Visitor implements AutoCloseable {
    private final RawPeer peer;
    private String cookie = "Cookie: none=here";

    Visitor(ServletHosts.Running running) throws IOException {
      peer = RawPeer.connect(running.port());
    }

    String ask(String what) throws IOException {
      RawPeer.Answer answer = peer.get("/app/rest?do=" + what, cookie);
      assertThat(answer.status()).as(answer.body()).isEqualTo(200);
      String set = answer.headers().get("set-cookie");
      if (set != null) {
        cookie = "Cookie: " + set.substring(0, set.indexOf(';'));
      }
      return answer.body();
    }

    @Override
    public void close() throws IOException {
      peer.close();
    }
  }

  private static RawPeer webSocket(ServletHosts.Running running, String... headers)
      throws IOException {
    RawPeer socket = RawPeer.connect(running.port()).upgrade(WEBSOCKET, headers);
    assertThat(socket.frame()).startsWith("0{");
    return socket;
  }

  private static String ask(RawPeer webSocket, String text) throws IOException {
    return webSocket.text("4" + text).frame().substring(1);
  }

  // ---- the session ----

  @ParameterizedTest
  @EnumSource(ServletHosts.class)
  void aLiveSessionIsOneForBothSides(ServletHosts host) throws Exception {
    try (ServletHosts.Running running = start(host, HttpSessionMode.LIVE);
        Visitor visitor = new Visitor(running)) {
      visitor.ask("set&value=full");
      try (RawPeer socket = webSocket(running, visitor.cookie)) {
        assertThat(ask(socket, "get")).isEqualTo("live full [cart]");
        assertThat(ask(socket, "set half")).isEqualTo("live half [cart]");
        assertThat(visitor.ask("get")).isEqualTo("half");
        visitor.ask("set&value=other");
        assertThat(ask(socket, "get")).isEqualTo("live other [cart]");
        assertThat(ask(socket, "empty")).isEqualTo("live null []");
        assertThat(visitor.ask("get")).isEqualTo("null");
      }
    }
  }

  @ParameterizedTest
  @EnumSource(ServletHosts.class)
  void aSnapshotIsOfTheConnectionAlone(ServletHosts host) throws Exception {
    try (ServletHosts.Running running = start(host, HttpSessionMode.SNAPSHOT);
        Visitor visitor = new Visitor(running)) {
      visitor.ask("set&value=full");
      try (RawPeer socket = webSocket(running, visitor.cookie)) {
        assertThat(ask(socket, "get")).isEqualTo("copy full [cart]");
        assertThat(ask(socket, "set half")).isEqualTo("copy half [cart]");
        assertThat(visitor.ask("get")).isEqualTo("full");
        visitor.ask("set&value=other");
        assertThat(ask(socket, "get")).isEqualTo("copy half [cart]");
        visitor.ask("invalidate");
        assertThat(ask(socket, "get")).isEqualTo("copy half [cart]");
        assertThat(ask(socket, "empty")).isEqualTo("copy null []");
      }
    }
  }

  @ParameterizedTest
  @EnumSource(ServletHosts.class)
  void withoutSessionsThereIsNone(ServletHosts host) throws Exception {
    try (ServletHosts.Running running = start(host, HttpSessionMode.NONE);
        Visitor visitor = new Visitor(running)) {
      visitor.ask("set&value=full");
      try (RawPeer socket = webSocket(running, visitor.cookie)) {
        assertThat(ask(socket, "get")).isEqualTo("no session");
      }
    }
  }

  static Stream<Arguments> modes() {
    return ServletHosts.all().stream()
        .flatMap(host -> Stream.of(HttpSessionMode.values()).map(mode -> Arguments.of(host, mode)));
  }

  /** A request that asks for its session is what keeps it from expiring. */
  @ParameterizedTest
  @MethodSource("modes")
  void sessionsAreNeverCreatedAndKeptByPollsOnlyIfTheyAreLive(
      ServletHosts host, HttpSessionMode mode) throws Exception {
    try (ServletHosts.Running running = start(host, mode);
        RawPeer peer = RawPeer.connect(running.port())) {
      RawPeer.Answer open = peer.get(POLLING);
      assertThat(open.headers()).doesNotContainKey("set-cookie");
      assertThat(List.copyOf(asked))
          .isEqualTo(mode == HttpSessionMode.NONE ? List.of() : List.of("asked"));
      asked.clear();
      String sid = open.body().replaceAll(".*\"sid\":\"([^\"]*)\".*", "$1");
      assertThat(peer.post(POLLING + "&sid=" + sid, "4get").body()).isEqualTo("ok");
      assertThat(peer.get(POLLING + "&sid=" + sid).body()).isEqualTo("4no session");
      assertThat(List.copyOf(asked))
          .isEqualTo(mode == HttpSessionMode.LIVE ? List.of("asked", "asked") : List.of());
    }
  }

  @ParameterizedTest
  @EnumSource(ServletHosts.class)
  void theEndOfALiveSessionClosesItsConnections(ServletHosts host) throws Exception {
    try (ServletHosts.Running running = start(host, HttpSessionMode.LIVE);
        Visitor visitor = new Visitor(running);
        Visitor other = new Visitor(running)) {
      visitor.ask("set&value=full");
      other.ask("set&value=mine");
      try (RawPeer socket = webSocket(running, visitor.cookie);
          RawPeer polling = RawPeer.connect(running.port());
          RawPeer others = webSocket(running, other.cookie)) {
        String open = polling.get(POLLING, visitor.cookie).body();
        String sid = open.replaceAll(".*\"sid\":\"([^\"]*)\".*", "$1");
        polling.send("GET " + POLLING + "&sid=" + sid + " HTTP/1.1\r\nHost: h\r\n\r\n");
        visitor.ask("change-id"); // as a login does
        visitor.ask("invalidate");

        assertThat(socket.closeFrame()).startsWith("1000");
        assertThat(polling.answer().body()).isIn("1", "6\u001e1");
        assertThat(ask(others, "get")).isEqualTo("live mine [cart]");
      }
    }
  }

  @ParameterizedTest
  @EnumSource(ServletHosts.class)
  void noConnectionIsRememberedForLonger(ServletHosts host) throws Exception {
    LiveSessions live = new LiveSessions();
    try (ServletHosts.Running running =
            host.start(
                true,
                (types, context) -> {
                  context.addServlet("rest", new Rest()).addMapping("/rest");
                  ServletRegistration.Dynamic servlet =
                      context.addServlet(
                          "engine.io",
                          new EngineIoServlet(List.of(engine), HttpSessionMode.LIVE, live));
                  servlet.setAsyncSupported(true);
                  servlet.addMapping("/members/*");
                  context.addListener(live);
                },
                Set.of());
        Visitor visitor = new Visitor(running);
        Visitor other = new Visitor(running)) {
      visitor.ask("set&value=full");
      other.ask("set&value=full");
      try (RawPeer ended = webSocket(running, visitor.cookie);
          RawPeer left = webSocket(running, other.cookie);
          RawPeer stopped = webSocket(running, other.cookie)) {
        assertThat(live.size()).isEqualTo(3);
        visitor.ask("invalidate");
        assertThat(ended.closeFrame()).startsWith("1000");
        left.text("1"); // a close packet
        assertThat(left.closeFrame()).startsWith("1000");
        engine.stop(Duration.ofMillis(500)); // which waits for the end of all
        assertThat(stopped.closeFrame()).startsWith("1000");
        assertThat(live.size()).isZero();
      }
    }
  }

  // ---- the user ----

  @ParameterizedTest
  @EnumSource(
      value = ServletHosts.class,
      names = {"TOMCAT", "UNDERTOW"})
  void whoLoggedInBeforeIsThePrincipal(ServletHosts host) throws Exception {
    try (ServletHosts.Running running = start(host, HttpSessionMode.SNAPSHOT);
        Visitor visitor = new Visitor(running)) {
      visitor.ask("login");
      try (RawPeer socket = webSocket(running, visitor.cookie);
          RawPeer stranger = webSocket(running)) {
        assertThat(ask(socket, "who")).isEqualTo("ann");
        assertThat(ask(stranger, "who")).isEqualTo("nobody");
      }
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = ServletHosts.class,
      names = {"TOMCAT", "UNDERTOW"})
  void theContainerMayAskForALogin(ServletHosts host) throws Exception {
    try (ServletHosts.Running running = start(host, HttpSessionMode.NONE, true);
        RawPeer stranger = RawPeer.connect(running.port());
        RawPeer member = webSocket(running, ANN)) {
      assertThat(ask(member, "who")).isEqualTo("ann");
      assertThat(stranger.askForUpgrade(WEBSOCKET).answer().status()).isEqualTo(401);
    }
  }
}

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
package io.sockeye.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.sockeye.engineio.server.CookieOptions;
import io.sockeye.engineio.server.Counter;
import io.sockeye.engineio.server.EngineIoOptions;
import io.sockeye.engineio.server.SessionIds;
import io.sockeye.engineio.server.WebServerOptions;
import io.sockeye.engineio.server.spi.WebServer;
import io.sockeye.socketio.server.SocketIoOptions;
import io.sockeye.socketio.server.SocketIoServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Two servers behind nginx, HAProxy and Caddy, each with the files of docs/deploy. */
class BehindProxiesTest {
  private static final Pattern SID = Pattern.compile("\"sid\":\"([^\"]*)\"");

  @TestFactory
  Stream<DynamicTest> nginxBySessionId() throws IOException, InterruptedException {
    return staysOnItsNode("nginx-sid.conf", "any");
  }

  @TestFactory
  Stream<DynamicTest> nginxByCookie() throws IOException, InterruptedException {
    return staysOnItsNode("nginx-cookie.conf", "cookies");
  }

  @TestFactory
  Stream<DynamicTest> nginxByAddress() throws IOException, InterruptedException {
    return staysOnItsNode("nginx-ip-hash.conf", "addresses");
  }

  @TestFactory
  Stream<DynamicTest> haproxyBySessionId() throws IOException, InterruptedException {
    return staysOnItsNode("haproxy-sid.cfg", "any");
  }

  @TestFactory
  Stream<DynamicTest> haproxyByCookie() throws IOException, InterruptedException {
    return staysOnItsNode("haproxy-cookie.cfg", "cookies");
  }

  @TestFactory
  Stream<DynamicTest> caddyBySessionId() throws IOException, InterruptedException {
    return staysOnItsNode("Caddyfile-sid", "any");
  }

  @TestFactory
  Stream<DynamicTest> caddyByCookie() throws IOException, InterruptedException {
    return staysOnItsNode("Caddyfile-cookie", "cookies");
  }

  /**
   * Runs the official clients.
   *
   * @param clients which: any, those that keep cookies, or those with an address each
   */
  private static Stream<DynamicTest> staysOnItsNode(String file, String clients)
      throws IOException, InterruptedException {
    try (Node a = Node.start("a");
        Node b = Node.start("b");
        ProxyProcess proxy = ProxyProcess.start(file, config -> config, a.port(), b.port())) {
      Stream<DynamicTest> checks = NodeSuite.run("behind-proxy", proxy.url(), clients, file);
      long wrong = a.foreignSessions() + b.foreignSessions();
      return Stream.concat(
          checks,
          Stream.of(
              DynamicTest.dynamicTest(
                  file + ": no request came to the wrong node", () -> assertThat(wrong).isZero())));
    }
  }

  @Test
  void withoutStickySessionsTheOperatorIsTold() throws Exception {
    Map<String, String> steady = Map.of("FIXTURE_MODE", "steady");
    try (ServerProcess one = ServerProcess.start(FixtureServer.class, steady);
        ServerProcess other = ServerProcess.start(FixtureServer.class, steady);
        ProxyProcess proxy =
            ProxyProcess.start(
                "nginx-ip-hash.conf",
                config -> config.replaceFirst("ip_hash;", ""),
                one.port(),
                other.port())) {
      String polling = proxy.url() + "/socket.io/?EIO=4&transport=polling";
      Matcher sid = SID.matcher(get(polling).body());
      assertThat(sid.find()).isTrue();
      var answer = get(polling + "&sid=" + sid.group(1)); // the other one's turn

      assertThat(answer.statusCode()).isEqualTo(400);
      assertThat(answer.body()).isEqualTo("{\"code\":1,\"message\":\"Session ID unknown\"}");
      long counted = foreignSessions(one) + foreignSessions(other);
      assertThat(counted).isEqualTo(1);
      ServerProcess asked = foreignSessions(one) == 1 ? one : other;
      asked.linesUntil(
          Pattern.compile(
              "WARN .*Session ID unknown: refused 1 request.*sticky sessions.*"
                  + "Events do not reach the clients of other processes"));
    }
  }

  private static long foreignSessions(ServerProcess server) throws Exception {
    String metrics = get(server.url() + "/fixture/metrics").body();
    Matcher number = Pattern.compile("\"foreignSessions\":(\\d+)").matcher(metrics);
    assertThat(number.find()).as(metrics).isTrue();
    return Long.parseLong(number.group(1));
  }

  private static java.net.http.HttpResponse<String> get(String url) throws Exception {
    return HttpClient.newHttpClient()
        .send(
            HttpRequest.newBuilder(URI.create(url)).timeout(Duration.ofSeconds(20)).build(),
            BodyHandlers.ofString());
  }

  /** A server that tells its name, with what any of the files asks of a node. */
  private record Node(SocketIoServer io, WebServer web) implements AutoCloseable {
    static Node start(String name) throws IOException {
      SocketIoServer io =
          SocketIoServer.create(
              SocketIoOptions.builder().engine(engine -> configure(engine, name)).build());
      io.onRequest("node", socket -> name);
      io.onRequest("echo", (socket, args) -> args.get(0));
      io.on("stop", socket -> io.close());
      return new Node(io, io.start(WebServerOptions.builder().host("127.0.0.1").port(0).build()));
    }

    private static void configure(EngineIoOptions.Builder engine, String name) {
      engine
          .allowEio3(true)
          .pingInterval(Duration.ofMillis(500)) // the proxy is to pass many of them
          .idGenerator(() -> SessionIds.next(name + "."))
          .cookie(CookieOptions.named("io").build());
    }

    int port() {
      return ((InetSocketAddress) web.address()).getPort();
    }

    long foreignSessions() {
      return io.engine().counters().getOrDefault(Counter.FOREIGN_SESSIONS, 0L);
    }

    @Override
    public void close() {
      io.close();
    }
  }
}

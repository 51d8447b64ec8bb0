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

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sockeye.engineio.server.internal.MemorySocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Namespaces that come to be when clients join them (rules S15 and S16). */
class DynamicNamespacesTest {
  private static final Pattern DIGITS = Pattern.compile("/dyn-\\d+");

  private Io io = Io.start();

  private void assertJoined(MemorySocket socket, String name) {
    assertThat(socket.take())
        .singleElement()
        .asString()
        .matches("40" + name + ",\\{\"sid\":\"[A-Za-z0-9_-]{20}\"}");
  }

  private void assertRefused(MemorySocket socket, String name, String message) {
    assertThat(socket.take()).containsExactly("44" + name + ",{\"message\":\"" + message + "\"}");
    assertThat(socket.isOpen()).isTrue();
  }

  private List<String> names() {
    return io.server.namespaces().stream().map(Namespace::name).sorted().toList();
  }

  private int kept() {
    return ((LocalClientManager) io.server.manager()).namespaces();
  }

  // ---- which names ----

  @ParameterizedTest
  @ValueSource(strings = {"/dyn-1", "/dyn-000", "/dyn-101"})
  void s15ANameThatMatchesIsANamespace(String name) {
    io.server.of(DIGITS);

    assertJoined(io.open().send("40" + name + ","), name);
    assertJoined(io.open().send("40" + name), name);
    assertThat(names()).containsExactly("/", name);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/dyn-", "/dyn-1a", "/a/dyn-1", "//dyn-1", "/dyn-1/", "/dyn-1?a=1"})
  void s15TheWholeNameMustMatch(String name) {
    io.server.of(DIGITS);

    assertRefused(io.open().send("40" + name + ","), name, "Invalid namespace");
    assertThat(names()).containsExactly("/");
    assertThat(kept()).isZero();
  }

  @Test
  void s15AFunctionDecidesByNameAndHandshake() {
    List<String> asked = new ArrayList<>();
    io.server.of(
        (name, handshake) -> {
          asked.add(name + handshake.query().get("EIO"));
          return "sesame".equals(handshake.auth().get("token"));
        });

    assertJoined(io.open().send("40/a,{\"token\":\"sesame\"}"), "/a");
    assertRefused(io.open().send("40/b,{\"token\":\"x\"}"), "/b", "Invalid namespace");
    // Also of one that is there: it is not for everybody because somebody is in it.
    assertRefused(io.open().send("40/a,"), "/a", "Invalid namespace");
    assertThat(asked).containsExactly("/a4", "/b4", "/a4");
  }

  @Test
  void aFunctionMayDecideLaterAndEventsWait() {
    CompletableFuture<Boolean> yes = new CompletableFuture<>();
    io.server
        .ofAsync((name, handshake) -> yes)
        .onRequest("a", (socket, args) -> socket.namespace().name());
    MemorySocket socket = io.open().send("40/x,").send("42/x,1[\"a\"]");
    assertThat(socket.take()).isEmpty();
    yes.complete(true);

    List<String> frames = socket.take();
    assertThat(frames).hasSize(2).last().isEqualTo("43/x,1[\"/x\"]");
    assertThat(frames.get(0)).startsWith("40/x,{\"sid\"");
  }

  @Test
  void aSecondConnectWhileAFunctionDecidesCloses() {
    io.server.ofAsync((name, handshake) -> new CompletableFuture<>());

    assertThat(io.open().send("40/x,").send("40/x,").isOpen()).isFalse();
  }

  @Test
  void whoGoesWhileAFunctionDecidesLeavesNothing() {
    CompletableFuture<Boolean> yes = new CompletableFuture<>();
    io.server.ofAsync((name, handshake) -> yes).onConnect(socket -> io.heard.add("connect"));
    io.open().send("40/x,").drop();
    yes.complete(true);

    assertThat(names()).containsExactly("/");
    assertThat(io.takeHeard()).isEmpty();
    assertThat(kept()).isZero();
  }

  @Test
  void aFunctionThatFailsRefuses() {
    io.server.of(
        (name, handshake) -> {
          throw new IllegalStateException("a test");
        });
    Io async = Io.start();
    async.server.ofAsync(
        (name, handshake) -> CompletableFuture.failedFuture(new IllegalStateException("a test")));
    Io none = Io.start();
    none.server.ofAsync((name, handshake) -> nothing());

    for (Io each : List.of(io, async, none)) {
      assertRefused(each.open().send("40/x,"), "/x", "Internal server error");
    }
  }

  @SuppressWarnings({"NullAway", "TypeParameterUnusedInFormals"}) // that is the point
  private static <T> T nothing() {
    return null;
  }

  @Test
  void anExactNameComesFirstThenParentsInTheirOrder() {
    io.server.of("/dyn-1").onConnect(socket -> socket.emit("exact"));
    io.server.of(Pattern.compile("/dyn-2.*")).onConnect(socket -> socket.emit("first"));
    io.server.of((name, handshake) -> true).onConnect(socket -> socket.emit("second"));
    io.server.of(DIGITS).onConnect(socket -> socket.emit("third"));

    assertThat(io.open().send("40/dyn-1,").take()).last().isEqualTo("42/dyn-1,[\"exact\"]");
    assertThat(io.open().send("40/dyn-2,").take()).last().isEqualTo("42/dyn-2,[\"first\"]");
    assertThat(io.open().send("40/dyn-3,").take()).last().isEqualTo("42/dyn-3,[\"second\"]");
  }

  @Test
  void aNamespaceIsOfOneParent() {
    io.server.of((name, handshake) -> handshake.auth().containsKey("token"));
    io.server.of(DIGITS).onConnect(socket -> socket.emit("second"));

    assertJoined(io.open().send("40/dyn-1,{\"token\":1}"), "/dyn-1");
    assertRefused(io.open().send("40/dyn-1,"), "/dyn-1", "Invalid namespace");
    assertThat(io.open().send("40/dyn-2,").take()).last().isEqualTo("42/dyn-2,[\"second\"]");
  }

  @Test
  void s16AChildThatTheApplicationAsksForIsOneOfItsParentAndStays() {
    ParentNamespace parent = io.server.of(DIGITS).onConnect(socket -> socket.emit("parent"));
    Namespace child = io.server.of("/dyn-7");
    child.onConnect(socket -> socket.emit("child"));

    assertThat(child.parent()).isSameAs(parent);
    assertThat(parent.children()).containsExactly(child);
    MemorySocket socket = io.open().send("40/dyn-7,");
    assertThat(socket.take().subList(1, 3))
        .containsExactly("42/dyn-7,[\"parent\"]", "42/dyn-7,[\"child\"]");
    socket.drop();
    assertThat(io.server.of("/dyn-7")).isSameAs(child);
    assertThat(names()).containsExactly("/", "/dyn-7");
    assertThat(io.server.of("/other").parent()).isNull();
  }

  @Test
  void aChildThatTheApplicationAsksForLaterStaysToo() {
    io.server.of(DIGITS);
    MemorySocket socket = io.connect("/dyn-1");
    Namespace child = io.server.of("/dyn-1");
    socket.drop();

    assertThat(io.server.namespaces()).contains(child);
    assertJoined(io.open().send("40/dyn-1,"), "/dyn-1");
  }

  @Test
  void aPatternHasOneParent() {
    io.server.of(DIGITS);

    assertThatThrownBy(() -> io.server.of(Pattern.compile("/dyn-\\d+")))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(
            "namespace pattern \"/dyn-\\d+\": has a parent already"
                + " (expected: one of(..) per pattern)");
    io.server.of(Pattern.compile("/dyn-\\d+", Pattern.CASE_INSENSITIVE));
  }

  @Test
  void namedGroupsAreVariables() {
    List<Map<String, String>> seen = new ArrayList<>();
    io.server
        .of(Pattern.compile("/(?<game>[a-z]+)(?:-(?<room>\\d+))?[(?<no>]*"))
        .onConnect(socket -> seen.add(socket.namespace().variables()));
    io.connect("/chess-42");
    io.connect("/go");

    assertThat(seen).containsExactly(Map.of("game", "chess", "room", "42"), Map.of("game", "go"));
    assertThat(seen.get(0).keySet()).containsExactly("game", "room");
    assertThat(io.server.of("/").variables()).isEmpty();
  }

  @Test
  void clientsOfEarlierRevisionsFindThemToo() {
    io.server.of(DIGITS).onRequest("a", (socket, args) -> socket.handshake().auth().get("t"));
    MemorySocket socket = io.openLegacy("").send("40/dyn-1?t=x");

    assertThat(socket.take()).contains("40/dyn-1,");
    assertThat(socket.send("42/dyn-1?t=x,1[\"a\"]").take()).containsExactly("43/dyn-1,1[\"x\"]");
    assertThat(socket.send("40/other").take()).containsExactly("44/other,\"Invalid namespace\"");
  }

  // ---- what children have ----

  @Test
  void childrenHaveTheHandlersOfTheirParentAndTheirOwn() {
    ParentNamespace parent =
        io.server
            .of(DIGITS)
            .use(socket -> io.heard.add("parent middleware"))
            .useEvent(
                (socket, event, chain) -> {
                  io.heard.add("parent event middleware");
                  chain.proceed();
                })
            .onAny((socket, event) -> io.heard.add("parent any"))
            .on("a", (socket, args) -> io.heard.add("parent a"))
            .onDisconnecting((socket, reason) -> io.heard.add("parent disconnecting"))
            .onDisconnect((socket, reason) -> io.heard.add("parent disconnect"))
            .onNamespace(
                child ->
                    child
                        .use(socket -> io.heard.add("child middleware"))
                        .onAny((socket, event) -> io.heard.add("child any"))
                        .on("b", (socket, args) -> io.heard.add("child b of " + child.name()))
                        .onDisconnect((socket, reason) -> io.heard.add("child disconnect")));
    MemorySocket one = io.connect("/dyn-1");
    assertThat(io.takeHeard()).containsExactly("parent middleware", "child middleware");
    one.send("42/dyn-1,[\"a\"]");
    assertThat(io.takeHeard())
        .containsExactly("parent event middleware", "parent any", "child any", "parent a");
    one.send("42/dyn-1,[\"b\"]");
    assertThat(io.takeHeard()).last().isEqualTo("child b of /dyn-1");

    parent.on("late", (socket, args) -> io.heard.add("late"));
    io.server.of("/dyn-1").on("a", (socket, args) -> io.heard.add("child a"));
    assertThat(one.send("42/dyn-1,[\"late\"]").isOpen()).isTrue();
    assertThat(io.takeHeard()).last().isEqualTo("late");
    one.send("42/dyn-1,[\"a\"]");
    assertThat(io.takeHeard()).last().isEqualTo("child a");
    io.connect("/dyn-2").send("42/dyn-2,[\"a\"]");
    assertThat(io.takeHeard()).last().isEqualTo("parent a");
    one.drop();
    assertThat(io.takeHeard())
        .containsExactly("parent disconnecting", "parent disconnect", "child disconnect");
  }

  @Test
  void errorsGoToTheChildsHandlerThenToTheParents() {
    io.server
        .of(DIGITS)
        .onRequest(
            "fail",
            (socket, args) -> CompletableFuture.failedFuture(new IllegalStateException("a test")))
        .onUnhandled((socket, event) -> io.heard.add("unhandled " + event.name()))
        .onError(
            (socket, error) -> {
              io.heard.add("parent error");
              return null;
            });
    io.connect("/dyn-1").send("42/dyn-1,[\"fail\"]").send("42/dyn-1,[\"x\"]");
    assertThat(io.takeHeard()).containsExactly("parent error", "unhandled x");
    io.server
        .of("/dyn-2")
        .onError(
            (socket, error) -> {
              io.heard.add("child error");
              return null;
            });
    io.connect("/dyn-2").send("42/dyn-2,[\"fail\"]");
    assertThat(io.takeHeard()).containsExactly("child error");
  }

  @Test
  void aHandlerOfNamespacesThatFailsRefuses() {
    ParentNamespace parent =
        io.server
            .of(DIGITS)
            .onNamespace(
                child -> {
                  if (child.name().equals("/dyn-1")) {
                    throw new IllegalStateException("a test");
                  }
                });

    assertRefused(io.open().send("40/dyn-1,"), "/dyn-1", "Internal server error");
    assertThatThrownBy(() -> io.server.of("/dyn-1")).isInstanceOf(IllegalStateException.class);
    assertThat(parent.children()).isEmpty();
    assertThat(names()).containsExactly("/");
    assertJoined(io.open().send("40/dyn-2,"), "/dyn-2");
  }

  /** A class whose methods handle events. */
  static final class Greeter {
    @OnEvent("hi")
    String hi() {
      return "hello";
    }
  }

  /** One that is of a namespace. */
  @SocketIoNamespace("/chat")
  static final class ChatGreeter {
    @OnEvent("hi")
    void hi() {}
  }

  @Test
  void classesMayHandleTheEventsOfAllChildren() {
    ParentNamespace parent = io.server.of(DIGITS).register(new Greeter());

    assertThat(io.connect("/dyn-1").send("42/dyn-1,1[\"hi\"]").take())
        .containsExactly("43/dyn-1,1[\"hello\"]");
    assertThatThrownBy(() -> parent.register(new ChatGreeter()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("/chat");
  }

  @Test
  void aParentSendsToAllItsChildren() {
    ParentNamespace parent =
        io.server
            .of(DIGITS)
            .onConnect(socket -> socket.join(socket.handshake().auth().isEmpty() ? "r" : "s"));
    MemorySocket one = io.connect("/dyn-1");
    MemorySocket two = io.connect("/dyn-2");
    MemorySocket other = io.open().send("40/dyn-2,{\"s\":1}");
    other.take();
    MemorySocket main = io.connect();
    parent.emit("all", 1);
    parent.to("r").emit("r");
    parent.except("r").send("x");

    assertThat(one.take()).containsExactly("42/dyn-1,[\"all\",1]", "42/dyn-1,[\"r\"]");
    assertThat(two.take()).containsExactly("42/dyn-2,[\"all\",1]", "42/dyn-2,[\"r\"]");
    assertThat(other.take())
        .containsExactly("42/dyn-2,[\"all\",1]", "42/dyn-2,[\"message\",\"x\"]");
    assertThat(main.take()).isEmpty();
    assertThat(parent.fetchSockets().toCompletableFuture().join()).hasSize(3);
    CompletableFuture<BroadcastAnswers> answers =
        parent.to("r").emitWithAck("q").toCompletableFuture();
    one.send("43/dyn-1,0[1]");
    two.send("43/dyn-2,0[2]");
    assertThat(answers.join().answers())
        .extracting(answer -> answer.args().get(0))
        .containsExactlyInAnyOrder(1, 2);
    parent.to("s").disconnectSockets(false);
    assertThat(other.take()).containsExactly("41/dyn-2,");
  }

  @Test
  void aParentWithoutChildrenSendsToNobody() {
    ParentNamespace parent = io.server.of(DIGITS);
    parent.emit("all");

    assertThat(parent.children()).isEmpty();
    assertThat(parent.fetchSockets().toCompletableFuture().join()).isEmpty();
    assertThat(parent.everybody().emitWithAck("q").toCompletableFuture().join().isComplete())
        .isTrue();
    assertThatThrownBy(() -> parent.emit("connect")).isInstanceOf(IllegalArgumentException.class);
  }

  // ---- how long they live ----

  @Test
  void s15AChildGoesWithItsLastSocketAndMayComeAgain() {
    List<Namespace> born = new ArrayList<>();
    ParentNamespace parent = io.server.of(DIGITS).onNamespace(born::add);
    MemorySocket one = io.connect("/dyn-1");
    MemorySocket two = io.connect("/dyn-1");
    one.send("41/dyn-1,");
    assertThat(parent.children()).containsExactlyElementsOf(born);
    two.drop();

    assertThat(parent.children()).isEmpty();
    assertThat(names()).containsExactly("/");
    assertThat(kept()).isZero();
    born.get(0).emit("to nobody");
    assertThat(born.get(0).localSockets()).isEmpty();
    assertThat(kept()).isZero();
    assertJoined(io.open().send("40/dyn-1,"), "/dyn-1");
    assertThat(born).hasSize(2).doesNotHaveDuplicates();
  }

  @Test
  void s15AChildGoesAfterARefusal() {
    io.server
        .of(DIGITS)
        .use(
            socket -> {
              socket.join("r");
              throw new ConnectionRefusedException("no");
            });

    assertRefused(io.open().send("40/dyn-1,"), "/dyn-1", "no");
    assertThat(names()).containsExactly("/");
    assertThat(kept()).isZero();
  }

  @Test
  void aChildIsThereUntilTheHandlersOfItsLastSocketHaveRun() {
    List<Boolean> there = new ArrayList<>();
    ParentNamespace parent = io.server.of(DIGITS);
    parent.onDisconnect(
        (socket, reason) -> there.add(parent.children().contains(socket.namespace())));
    io.connect("/dyn-1").drop();

    assertThat(there).containsExactly(true);
    assertThat(parent.children()).isEmpty();
  }

  @Test
  void childrenStayIfTheyAreToldTo() {
    io = Io.start(options -> options.cleanupEmptyChildNamespaces(false));
    ParentNamespace parent = io.server.of(DIGITS);
    io.connect("/dyn-1").drop();

    assertThat(parent.children()).hasSize(1);
    assertJoined(io.open().send("40/dyn-1,"), "/dyn-1");
    assertThat(parent.children()).hasSize(1);
  }

  @Test
  void s15NamespacesOfTheApplicationAreNeverRemoved() {
    io.server.of((name, handshake) -> true);
    io.server.of("/static");
    io.connect("/static").drop();

    assertThat(names()).containsExactly("/", "/static");
  }

  @Test
  void theirNumberIsBounded() {
    io = Io.start(options -> options.maxDynamicNamespaces(2));
    io.server.of(DIGITS);
    MemorySocket one = io.connect("/dyn-1");
    io.connect("/dyn-2");
    assertRefused(io.open().send("40/dyn-3,"), "/dyn-3", "Too many namespaces");
    assertJoined(io.open().send("40/dyn-2,"), "/dyn-2");
    assertThat(io.server.counters()).containsEntry(SocketIoCounter.NAMESPACES_REFUSED, 1L);
    one.drop();

    assertJoined(io.open().send("40/dyn-3,"), "/dyn-3");
    assertRefused(io.open().send("40/dyn-4,"), "/dyn-4", "Too many namespaces");
  }

  @Test
  void namesOfOneConnectionAreBoundedToo() {
    io = Io.start(options -> options.maxNamespaces(2));
    io.server.of(DIGITS);
    MemorySocket socket = io.open().send("40/dyn-1,").send("40/dyn-2,");
    socket.take();

    assertRefused(socket.send("40/dyn-3,"), "/dyn-3", "Too many namespaces");
  }

  @Test
  void manyNamesLeaveNothing() {
    io.server.of(DIGITS).onConnect(socket -> socket.join("a", "b"));
    for (int i = 0; i < 1000; i++) {
      MemorySocket socket = io.open();
      socket.send("40/dyn-" + i + ",").send("40/other-" + i + ",");
      if (i % 2 == 0) {
        socket.send("41/dyn-" + i + ",");
      }
      socket.drop();
    }

    assertThat(names()).containsExactly("/");
    assertThat(kept()).isZero();
    assertThat(io.clock.timers().size()).isZero();
  }

  @Test
  void aChildWaitsForThoseWhoMayComeBack() {
    io =
        Io.start(
            options ->
                options
                    .engine(engine -> engine.pingInterval(Duration.ofSeconds(20)))
                    .connectionStateRecovery(
                        ConnectionStateRecovery.builder()
                            .maxDisconnectionDuration(Duration.ofSeconds(30))
                            .build()));
    ParentNamespace parent = io.server.of(DIGITS);
    MemorySocket socket = io.open().send("40/dyn-1,");
    String answer = socket.take().get(0);
    String pid = answer.replaceFirst(".*\"pid\":\"([^\"]*)\".*", "$1");
    socket.drop();
    parent.emit("missed");
    io.clock.advance(20_000);
    MemorySocket back = io.open().send("40/dyn-1,{\"pid\":\"" + pid + "\"}");
    List<String> frames = back.take();
    assertThat(frames).hasSize(2).last().isEqualTo(answer);
    assertThat(frames.get(0)).startsWith("42/dyn-1,[\"missed\",\"");
    io.clock.advance(15_000);
    assertThat(parent.children()).hasSize(1); // who has come back is there
    back.send("41/dyn-1,");
    assertThat(parent.children()).isEmpty();

    io.connect("/dyn-2").drop();
    assertThat(parent.children()).hasSize(1);
    io.clock.advance(30_100);
    assertThat(parent.children()).isEmpty();
    assertThat(kept()).isZero();
  }
}

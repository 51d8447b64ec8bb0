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

import io.sockeye.engineio.server.HttpRequest;
import io.sockeye.engineio.server.internal.MemorySocket;
import java.io.IOException;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.security.Principal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Methods of classes as handlers: what they get, what they answer, which of them is called. */
class HandlerClassesTest {
  record Point(int x, int y) {}

  private final Io io = Io.start();
  private final List<String> calls = new ArrayList<>();

  // ---- arguments ----

  final class Typed {
    @OnEvent
    void points(List<Point> points, Map<String, Point[]> more) {
      calls.add(points.get(0).x() + " " + more.get("a")[0].y());
    }

    @OnEvent
    void primitives(int a, boolean b, double c, long d, char e) {
      calls.add(a + " " + b + " " + c + " " + d + " " + e);
    }

    @OnEvent
    void bytes(byte[] a, ByteBuffer b) {
      calls.add(a[1] + " " + b.get(0));
    }

    @OnEvent
    void anything(Object value, Args all) {
      calls.add(value + " of " + all.list());
    }

    @OnEvent
    void mixed(String a, Socket socket, int b, Event event, Args args) {
      calls.add(a + b + " " + event.name() + args.size() + socket.isConnected());
    }
  }

  @Test
  void argumentsAreBoundToTheirFullTypesInOrder() {
    io.server.register(new Typed());
    MemorySocket socket =
        io.connect()
            .send("42[\"points\",[{\"x\":1,\"y\":2}],{\"a\":[{\"x\":3,\"y\":4}]},\"more\"]")
            .send("42[\"primitives\",1,true,0.5,5000000000,\"e\"]")
            .send("42[\"anything\",{\"a\":[1]},2]")
            .send("42[\"mixed\",\"a\",1]");
    socket
        .send("452-[\"bytes\",{\"_placeholder\":true,\"num\":0},{\"_placeholder\":true,\"num\":1}]")
        .sendHex("0102")
        .sendHex("03");

    assertThat(calls)
        .containsExactly(
            "1 4", "1 true 0.5 5000000000 e", "{a=[1]} of [{a=[1]}, 2]", "a1 mixed2true", "2 3");
  }

  static final class Absent {
    @OnEvent
    String optional(Optional<Point> point, Optional<List<Integer>> numbers) {
      return point.map(Point::x).orElse(-1) + " " + numbers.map(List::size).orElse(-1);
    }

    @OnEvent
    String nullable(@Nullable Point point, byte @Nullable [] bytes, @Nullable Integer number) {
      return point + " " + (bytes == null) + " " + number;
    }

    @OnEvent
    int required(int first, int second) {
      return first + second;
    }

    @OnEvent
    int requiredList(List<Point> points) {
      return points.size();
    }

    @OnError
    String failed(IllegalArgumentException misfit) {
      return String.valueOf(misfit.getMessage());
    }
  }

  @Test
  void onlyWhatIsOptionalOrNullableMayBeAbsentOrNull() {
    io.server.register(new Absent());

    assertThat(
            io.connect()
                .send("420[\"optional\",{\"x\":1,\"y\":2},[1,2]]")
                .send("421[\"optional\",null]")
                .send("422[\"nullable\"]")
                .send("423[\"nullable\",{\"x\":1,\"y\":2},null,3]")
                .send("424[\"required\",1]")
                .send("425[\"required\",null,1]")
                .send("426[\"requiredList\"]")
                .take())
        .containsExactly(
            "430[\"1 2\"]",
            "431[\"-1 -1\"]",
            "432[\"null true null\"]",
            "433[\"Point[x=1, y=2] true 3\"]",
            "434[\"argument 1: null or absent (expected: Integer)\"]",
            "435[\"argument 0: null or absent (expected: Integer)\"]",
            "436[\"argument 0: null or absent (expected: java.util.List<"
                + Point.class.getName()
                + ">)\"]");
  }

  @Test
  void whatDoesNotFitGoesToTheErrorHandler() {
    io.server.register(new Absent());

    assertThat(io.connect().send("421[\"required\",\"x\",1]").take())
        .singleElement()
        .asString()
        .startsWith("431[\"argument 0: not a Integer (");
  }

  final class Context {
    @OnEvent
    void all(
        Namespace namespace,
        SocketIoServer server,
        Handshake handshake,
        HttpRequest request,
        @Nullable Principal principal,
        Optional<Principal> user,
        Socket socket) {
      calls.add(namespace.name());
      calls.add("" + (server == io.server));
      calls.add("" + handshake.equals(socket.handshake()));
      calls.add("" + request.query().get("EIO"));
      calls.add(principal + " " + user.isPresent());
    }
  }

  @Test
  void contextIsInjectedByType() {
    io.server.of("/chat").register(new Context());
    io.connect("/chat").send("42/chat,[\"all\",\"not for them\"]");

    assertThat(calls).containsExactly("/chat", "true", "true", "4", "null false");
  }

  // ---- answers ----

  static final class Answers {
    @OnEvent
    String value() {
      return "a";
    }

    @OnEvent
    List<Integer> list() {
      return List.of(1, 2);
    }

    @OnEvent
    int number() {
      return 7;
    }

    @OnEvent
    Args several() {
      return Ack.of("a", List.of(1));
    }

    @OnEvent
    CompletionStage<String> later() {
      return CompletableFuture.completedFuture("later");
    }

    @OnEvent
    void nothing() {}

    @OnEvent
    @Nullable String none() {
      return null;
    }

    @OnEvent
    void itself(Ack ack, String value) {
      ack.send(value, ack.isRequested());
    }

    @OnEvent
    void silent(Ack ack) {}

    @OnEvent("any name, even this: 42[\"x\"]")
    String named() {
      return "named";
    }
  }

  @Test
  void whatIsReturnedIsTheAcknowledgement() {
    io.server.register(new Answers());

    assertThat(
            io.connect()
                .send("420[\"value\"]")
                .send("421[\"list\"]")
                .send("422[\"number\"]")
                .send("423[\"several\"]")
                .send("424[\"later\"]")
                .send("425[\"nothing\"]")
                .send("426[\"none\"]")
                .send("427[\"itself\",\"x\"]")
                .send("428[\"silent\"]")
                .send("42[\"nothing\"]")
                .send("42[\"value\"]")
                .take())
        .containsExactly(
            "430[\"a\"]",
            "431[[1,2]]",
            "432[7]",
            "433[\"a\",[1]]",
            "434[\"later\"]",
            "435[]",
            "436[]",
            "437[\"x\",true]");
  }

  @Test
  void aMethodHandlesAnEventOfAnyName() {
    io.server.register(new Answers());

    assertThat(
            io.connect()
                .send("421[\"any name, even this: 42[\\\"x\\\"]\"]")
                .send("422[\"named\"]")
                .take())
        .containsExactly("431[\"named\"]");
  }

  // ---- coming and going ----

  record Login(@Nullable String user, int level) {}

  @SocketIoNamespace("/chat")
  class Life {
    @OnConnect
    boolean come(Socket socket, @Auth Login login) {
      if ("nobody".equals(login.user())) {
        throw new ConnectionRefusedException("who are you?", List.of(login.level()));
      }
      socket.emit("hello", login.user());
      return login.level() > 0;
    }

    @OnDisconnecting
    void leaving(Socket socket, DisconnectReason reason) {
      calls.add("leaving " + socket.rooms().size() + ": " + reason.text());
    }

    @OnDisconnect
    void left(DisconnectReason reason, Socket socket) {
      calls.add("left " + socket.rooms().size() + ": " + reason.text());
    }
  }

  @Test
  void aMethodGreetsOrRefuses() {
    io.server.register(new Life());
    MemorySocket socket = io.open().send("40/chat,{\"user\":\"ann\",\"level\":1}");

    List<String> frames = socket.take();
    assertThat(frames).hasSize(2).last().isEqualTo("42/chat,[\"hello\",\"ann\"]");
    assertThat(io.open().send("40/chat,{\"user\":\"nobody\",\"level\":3}").take().get(0))
        .isIn(
            "44/chat,{\"message\":\"who are you?\",\"data\":[3]}",
            "44/chat,{\"data\":[3],\"message\":\"who are you?\"}");
    assertThat(io.open().send("40/chat,{\"user\":\"bob\",\"level\":0}").take())
        .containsExactly("44/chat,{\"message\":\"Connection rejected by server\"}");
    assertThat(calls).isEmpty();
    socket.send("41/chat,");
    assertThat(calls)
        .containsExactly(
            "leaving 1: client namespace disconnect", "left 0: client namespace disconnect");
  }

  @Test
  void credentialsThatDoNotFitRefuse() {
    io.server.register(new Life());

    assertThat(io.open().send("40/chat,{\"level\":\"high\"}").take())
        .containsExactly("44/chat,{\"message\":\"Invalid credentials\"}");
    assertThat(io.server.counters()).containsEntry(SocketIoCounter.EVENTS_FAILED, 0L);
  }

  static final class Credentials {
    @OnEvent
    String plain(@Auth Login login) {
      return login.user() + login.level();
    }

    @OnEvent
    String optional(
        String argument, @Auth Optional<Login> login, @Auth @Nullable Map<String, Object> raw) {
      return argument + " " + login.isPresent() + " " + raw;
    }

    @OnError
    String failed(IllegalArgumentException misfit) {
      return String.valueOf(misfit.getMessage());
    }
  }

  @Test
  void credentialsReachEveryKindOfMethod() {
    io.server.register(new Credentials());
    MemorySocket known = io.open().send("40{\"user\":\"ann\",\"level\":1}");
    MemorySocket unknown = io.connect();
    MemorySocket wrong = io.open().send("40{\"level\":[]}");
    known.take();
    wrong.take();

    assertThat(known.send("421[\"plain\"]").send("422[\"optional\",\"a\"]").take())
        .containsExactly("431[\"ann1\"]", "432[\"a true {user=ann, level=1}\"]");
    assertThat(unknown.send("422[\"optional\",\"a\"]").take())
        .containsExactly("432[\"a false null\"]");
    assertThat(wrong.send("421[\"plain\"]").take())
        .singleElement()
        .asString()
        .startsWith("431[\"auth, as argument 0: not a Login (");
  }

  record Greeter(List<String> calls, String name) {
    @OnConnect
    void come(Namespace namespace) {
      calls.add(name + " " + namespace);
    }
  }

  @Test
  void methodsOfSeveralClassesAndFunctionsHearOfASocket() {
    io.server
        .register(new Greeter(calls, "first"))
        .onConnect(socket -> calls.add("function"))
        .register(new Greeter(calls, "second"));
    io.connect();

    assertThat(calls).containsExactly("first /", "function", "second /");
  }

  // ---- errors ----

  static final class Missing extends IllegalStateException {
    private static final long serialVersionUID = 1;

    Missing(String message) {
      super(message);
    }
  }

  static class Failing {
    @OnEvent
    void fail(String how) throws Exception {
      switch (how) {
        case "missing" -> throw new Missing("m");
        case "state" -> throw new IllegalStateException("s");
        case "checked" -> throw new IOException("c");
        case "error" -> throw new AssertionError("e");
        default -> throw new UnsupportedOperationException("d");
      }
    }

    @OnEvent
    CompletionStage<String> later() {
      return CompletableFuture.failedFuture(new Missing("later"));
    }
  }

  static class Errors {
    @OnError
    Args missing(Missing failure, Event event, Args args) {
      return Ack.of("missing", failure.getMessage(), event.name(), args.size());
    }

    @OnError
    String state(IllegalStateException failure) {
      return "state " + failure.getMessage();
    }

    @OnError
    void checked(IOException failure, Ack ack) {
      ack.send("checked");
    }
  }

  static class AllErrors {
    @OnError
    @Nullable Object any(HandlerError error) {
      return error.event().args().list().contains("other") ? null : "any " + error.message();
    }
  }

  @Test
  void theMethodForTheClosestTypeHearsOfAFailure() {
    io.server.register(new Failing(), new Errors(), new AllErrors());

    assertThat(
            io.connect()
                .send("421[\"fail\",\"missing\"]")
                .send("422[\"fail\",\"state\"]")
                .send("423[\"fail\",\"checked\"]")
                .send("424[\"fail\",\"error\"]")
                .send("425[\"fail\",\"other\"]")
                .send("426[\"later\"]")
                .take())
        .containsExactly(
            "431[\"missing\",\"m\",\"fail\",1]",
            "432[\"state s\"]",
            "433[\"checked\"]",
            "434[\"any e\"]",
            "436[\"missing\",\"later\",\"later\",0]");
  }

  @Test
  void aFunctionComesBeforeAMethodForAllTypesOnly() {
    io.server
        .onError((socket, error) -> "function")
        .onErrorDefault((socket, error) -> "default")
        .register(new Failing(), new Errors(), new AllErrors());

    assertThat(
            io.connect().send("421[\"fail\",\"missing\"]").send("422[\"fail\",\"error\"]").take())
        .containsExactly("431[\"missing\",\"m\",\"fail\",1]", "432[\"function\"]");
  }

  @Test
  void methodsComeBeforeTheDefaultOfTheServer() {
    io.server.onErrorDefault((socket, error) -> "default").register(new Failing(), new Errors());

    assertThat(
            io.connect().send("421[\"fail\",\"missing\"]").send("422[\"fail\",\"error\"]").take())
        .containsExactly("431[\"missing\",\"m\",\"fail\",1]", "432[\"default\"]");
  }

  // ---- who is called ----

  class CatchAll {
    @OnAny
    void hear(Event event, Args args) {
      calls.add("any " + event.name() + args.size());
    }

    @OnUnhandled
    void rest(Event event, Ack ack, Socket socket) {
      calls.add("rest " + event.name());
      ack.send("what?");
    }

    @OnEvent
    String known() {
      calls.add("known");
      return "method";
    }
  }

  @Test
  void catchAllMethodsHearWhatTheFunctionsDo() {
    io.server.register(new CatchAll());

    assertThat(io.connect().send("421[\"known\",1]").send("422[\"other\",1,2]").take())
        .containsExactly("431[\"method\"]", "432[\"what?\"]");
    assertThat(calls).containsExactly("any known1", "known", "any other2", "rest other");
    assertThat(io.server.counters()).containsEntry(SocketIoCounter.EVENTS_UNHANDLED, 0L);
  }

  @Test
  void functionsComeBeforeMethodsWhicheverWasFirst() {
    io.server.onRequest("known", socket -> "function");
    io.server.register(new CatchAll());
    io.server.onUnhandled((socket, event) -> event.ack().send("function too"));
    Io other = Io.start();
    other.server.register(new CatchAll());
    other.server.onRequest("known", socket -> "function");

    assertThat(io.connect().send("421[\"known\"]").send("422[\"other\"]").take())
        .containsExactly("431[\"function\"]", "432[\"function too\"]");
    assertThat(other.connect().send("421[\"known\"]").take()).containsExactly("431[\"function\"]");
  }

  static final class Deep {
    @OnEvent
    int rooms() {
      SocketContext.joinRoom("a");
      return SocketContext.rooms().size();
    }
  }

  @Test
  void aHandlerWithinAMethodHasTheContext() {
    io.server.register(new Deep());

    assertThat(io.connect().send("421[\"rooms\"]").take()).containsExactly("431[2]");
  }

  // ---- namespaces ----

  @Test
  void aClassNamesItsNamespaceWhichExistsFromThenOn() {
    io.server.register(new Life());

    assertThat(io.server.namespaces()).extracting(Namespace::name).contains("/chat");
    io.server.of("/chat").register(new Answers());
    assertThat(io.connect("/chat").take()).isEmpty();
  }

  @Test
  void aClassWithoutANameIsForWhereItIsRegistered() {
    Answers one = new Answers();
    io.server.of("/a").register(one);
    io.server.of("/b").register(one);
    MemorySocket socket = io.connect("/a").send("40/b,");
    socket.take();

    assertThat(socket.send("42/a,1[\"value\"]").send("42/b,1[\"value\"]").take())
        .containsExactly("43/a,1[\"a\"]", "43/b,1[\"a\"]");
  }

  // ---- inheritance ----

  interface Greeting {
    @OnEvent
    default String greet(String name) {
      return "hello " + name;
    }
  }

  abstract static class Store<T, K extends List<T>> implements Greeting {
    final List<T> stored = new ArrayList<>();

    @OnEvent
    int save(T value, List<? extends T> more, K all, T[] array, Map<String, List<T>> map) {
      stored.add(value);
      stored.addAll(more);
      stored.addAll(all);
      stored.addAll(List.of(array));
      map.values().forEach(stored::addAll);
      return stored.size();
    }

    @OnEvent
    abstract String describe(T value);

    @OnEvent("renamed before")
    String renamed() {
      return "before";
    }

    @OnEvent
    String kept() {
      return "before";
    }
  }

  static class Points extends Store<Point, List<Point>> {
    @Override
    String describe(Point value) { // has a bridge
      return "at " + value.x();
    }

    @Override
    @OnEvent("renamed")
    String renamed() {
      return "after";
    }

    @Override
    String kept() {
      return "after";
    }
  }

  @Test
  void methodsAreInheritedWithTheTypesOfTheSubclass() {
    Points points = new Points();
    io.server.register(points);
    String point = "{\"x\":1,\"y\":2}";

    assertThat(
            io.connect()
                .send("420[\"save\",P,[P],[P],[P],{\"a\":[P]}]".replace("P", point))
                .send("421[\"describe\"," + point + "]")
                .send("422[\"greet\",\"ann\"]")
                .send("423[\"renamed\"]")
                .send("424[\"renamed before\"]")
                .send("425[\"kept\"]")
                .take())
        .containsExactly(
            "430[5]", "431[\"at 1\"]", "432[\"hello ann\"]", "433[\"after\"]", "435[\"after\"]");
    assertThat(points.stored).containsOnly(new Point(1, 2));
  }

  /** As Spring makes them: a subclass without annotations that calls the object it stands for. */
  static class PointsProxy extends Points {
    private final Points behind;
    private final List<String> calls;

    PointsProxy(Points behind, List<String> calls) {
      this.behind = behind;
      this.calls = calls;
    }

    @Override
    String describe(Point value) {
      calls.add("proxy");
      return behind.describe(value);
    }
  }

  @Test
  void aSubclassThatStandsForItsSuperclassIsCalled() {
    io.server.register(new PointsProxy(new Points(), calls));

    assertThat(io.connect().send("421[\"describe\",{\"x\":1,\"y\":2}]").take())
        .containsExactly("431[\"at 1\"]");
    assertThat(calls).containsExactly("proxy");
  }

  @SocketIoNamespace("/echo")
  interface Echo {
    @OnEvent
    String echo(List<Point> points);

    @OnError
    String failed(IllegalStateException failure);
  }

  static final class EchoImpl implements Echo {
    @Override
    public String echo(List<Point> points) {
      if (points.isEmpty()) {
        throw new IllegalStateException("none");
      }
      return "" + points.get(0);
    }

    @Override
    public String failed(IllegalStateException failure) {
      return "failed " + failure.getMessage();
    }
  }

  @Test
  void aProxyOfAnInterfaceHasItsAnnotations() {
    Echo echo = new EchoImpl();
    Echo proxy =
        (Echo)
            Proxy.newProxyInstance(
                Echo.class.getClassLoader(),
                new Class<?>[] {Echo.class},
                (self, method, args) -> {
                  calls.add(method.getName());
                  try {
                    return method.invoke(echo, args);
                  } catch (InvocationTargetException thrown) {
                    throw thrown.getCause();
                  }
                });
    io.server.register(proxy);

    assertThat(
            io.connect("/echo")
                .send("42/echo,1[\"echo\",[{\"x\":1,\"y\":2}]]")
                .send("42/echo,2[\"echo\",[]]")
                .take())
        .containsExactly("43/echo,1[\"Point[x=1, y=2]\"]", "43/echo,2[\"failed none\"]");
    assertThat(calls).containsExactly("echo", "echo", "failed");
  }

  // ---- annotations of the application ----

  @Retention(RetentionPolicy.RUNTIME)
  @interface Role {
    String value();
  }

  @Role("user")
  static class Guarded {
    @OnEvent
    @Role("admin")
    String reset() {
      return "reset";
    }

    @OnEvent
    String read() {
      return "read";
    }

    @OnUnhandled
    @Role("rest")
    void rest() {}
  }

  static final class GuardedToo extends Guarded {
    @Override
    String reset() {
      return "reset too";
    }
  }

  private @Nullable String role(String event) {
    Role role = io.server.handlerAnnotation(event, Role.class);
    return role == null ? null : role.value();
  }

  @Test
  void middlewareSeesTheAnnotationsOfTheMethodAndItsClass() {
    io.server.register(new GuardedToo());
    io.server.on("function", socket -> {});

    assertThat(role("reset")).isEqualTo("admin");
    assertThat(role("read")).isEqualTo("user");
    assertThat(role("something else")).isEqualTo("rest");
    assertThat(role("function")).isNull();
    io.server.on("reset", socket -> {});
    io.server.onUnhandled((socket, event) -> {});
    assertThat(role("reset")).isNull();
    assertThat(role("something else")).isNull();
  }
}

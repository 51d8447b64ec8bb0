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

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What is said of classes that cannot be registered, and that they leave nothing behind. */
class HandlerRegistrationTest {
  private final Io io = Io.start();

  /** The name that a nested class has in messages. */
  private static String name(Class<?> type) {
    return type.getName();
  }

  // ---- one mistake each ----

  static final class NoMethod {
    void anything() {}
  }

  @SuppressWarnings("UnusedMethod") // that is the point
  static final class PrivateMethod {
    @OnEvent
    private void hidden() {}
  }

  static final class StaticMethod {
    @OnEvent
    static void shared() {}
  }

  static final class TwoKinds {
    @OnEvent
    @OnConnect
    void both() {}
  }

  static final class Reserved {
    @OnEvent
    void disconnecting() {}
  }

  static final class TwoConnects {
    @OnConnect
    void a() {}

    @OnConnect
    void b(Socket socket) {}
  }

  static final class Overloaded {
    @OnEvent
    void say(String text) {}

    @OnEvent
    void say(int number) {}
  }

  static final class TwoErrors {
    @OnError
    void a(IllegalStateException failure) {}

    @OnError
    void b(IllegalStateException failure, Socket socket) {}
  }

  static final class TwoErrorTypes {
    @OnError
    void failed(IllegalStateException one, IllegalArgumentException other) {}
  }

  static final class AckAndResult {
    @OnEvent
    String say(Ack ack) {
      return "x";
    }
  }

  static final class ReasonInEvent {
    @OnEvent
    void say(String text, DisconnectReason reason) {}
  }

  static final class ErrorInConnect {
    @OnConnect
    void come(HandlerError error) {}
  }

  static final class ThrowableInEvent {
    @OnEvent
    void say(Exception failure) {}
  }

  static final class EventInDisconnect {
    @OnDisconnect
    void left(Event event) {}
  }

  static final class ArgumentInConnect {
    @OnConnect
    void come(Socket socket, String token) {}
  }

  static final class ArgumentInAny {
    @OnAny
    void hear(String name) {}
  }

  static final class ResultOfConnect {
    @OnConnect
    String come() {
      return "x";
    }
  }

  static final class ResultOfDisconnect {
    @OnDisconnect
    boolean left() {
      return true;
    }
  }

  static final class ResultOfUnhandled {
    @OnUnhandled
    String rest() {
      return "x";
    }
  }

  static final class StageOfError {
    @OnError
    CompletionStage<String> failed() {
      return CompletableFuture.completedFuture("x");
    }
  }

  static final class Varargs {
    @OnEvent
    void say(String... all) {}
  }

  static final class OwnVariable {
    @OnEvent
    <T> void say(List<T> all) {}
  }

  static final class OpenVariable<T> {
    @OnEvent
    void say(T value) {}
  }

  @SocketIoNamespace("chat")
  static final class BadNamespace {
    @OnEvent
    void say() {}
  }

  static Stream<Arguments> mistakes() {
    return Stream.of(
        Arguments.of(
            new NoMethod(), "CLASS: no handler method (expected: one with @OnEvent or such)"),
        Arguments.of(
            NoMethod.class,
            name(NoMethod.class) + ": the class itself (expected: an object of it)"),
        Arguments.of(
            new PrivateMethod(), "CLASS.hidden(): private (expected: neither private nor static)"),
        Arguments.of(
            new StaticMethod(), "CLASS.shared(): static (expected: neither private nor static)"),
        Arguments.of(
            new TwoKinds(), "CLASS.both(): [@OnEvent, @OnConnect] (expected: one of them)"),
        Arguments.of(
            new Reserved(),
            "CLASS.disconnecting(): event \"disconnecting\", which is reserved by Socket.IO"
                + " (expected: another name)"),
        Arguments.of(
            new TwoConnects(),
            "CLASS.a() and CLASS.b(Socket): both @OnConnect (expected: one of them)"),
        Arguments.of(
            new Overloaded(),
            "CLASS.say(String): event \"say\", which CLASS.say(int) handles already (expected: one of them)"),
        Arguments.of(
            new TwoErrors(),
            "CLASS.b(IllegalStateException, Socket): java.lang.IllegalStateException, which CLASS.a(IllegalStateException) handles already"
                + " (expected: one of them)"),
        Arguments.of(
            new TwoErrorTypes(),
            "CLASS.failed(IllegalStateException, IllegalArgumentException): parameter 2: java.lang.IllegalArgumentException, after"
                + " java.lang.IllegalStateException (expected: one type)"),
        Arguments.of(
            new AckAndResult(),
            "CLASS.say(Ack): answers by an Ack and returns String (expected: one of them; void with an"
                + " Ack)"),
        Arguments.of(
            new ReasonInEvent(),
            "CLASS.say(String, DisconnectReason): parameter 2: DisconnectReason (expected: only in @OnDisconnecting or"
                + " @OnDisconnect)"),
        Arguments.of(
            new ErrorInConnect(),
            "CLASS.come(HandlerError): parameter 1: HandlerError (expected: only in @OnError)"),
        Arguments.of(
            new ThrowableInEvent(),
            "CLASS.say(Exception): parameter 1: Exception (expected: only in @OnError)"),
        Arguments.of(
            new EventInDisconnect(),
            "CLASS.left(Event): parameter 1: Event (expected: only in @OnEvent, @OnAny, @OnUnhandled or"
                + " @OnError)"),
        Arguments.of(
            new ArgumentInConnect(),
            "CLASS.come(Socket, String): parameter 2: java.lang.String, which @OnConnect has no value for"
                + " (expected: a type that its documentation names, or @Auth)"),
        Arguments.of(
            new ArgumentInAny(),
            "CLASS.hear(String): parameter 1: java.lang.String, which @OnAny has no value for"
                + " (expected: a type that its documentation names, or @Auth)"),
        Arguments.of(
            new ResultOfConnect(), "CLASS.come(): returns String (expected: void or boolean)"),
        Arguments.of(new ResultOfDisconnect(), "CLASS.left(): returns boolean (expected: void)"),
        Arguments.of(new ResultOfUnhandled(), "CLASS.rest(): returns String (expected: void)"),
        Arguments.of(
            new StageOfError(),
            "CLASS.failed(): returns CompletionStage (expected: a value that is there)"),
        Arguments.of(
            new Varargs(),
            "CLASS.say(String[]): a variable number of parameters (expected: Args, which has all"
                + " arguments)"),
        Arguments.of(
            new OwnVariable(),
            "CLASS.say(List): parameter 1: java.util.List<T> (expected: a type that the class or a"
                + " superclass states)"),
        Arguments.of(
            new OpenVariable<String>(),
            "CLASS.say(Object): parameter 1: T (expected: a type that the class or a superclass states)"),
        Arguments.of(
            new BadNamespace(),
            "CLASS: namespace: \"chat\" (expected: a slash first, and no comma)"));
  }

  @ParameterizedTest
  @MethodSource("mistakes")
  void aMistakeIsNamedWithClassMethodAndReason(Object wrong, String message) {
    assertThatThrownBy(() -> io.server.register(new Fine(), wrong))
        .isInstanceOfAny(IllegalArgumentException.class, IllegalStateException.class)
        .hasMessage(message.replace("CLASS", name(wrong.getClass())));
    assertThat(io.connect().send("421[\"fine\"]").take()).isEmpty();
  }

  // ---- all or none ----

  static final class Fine {
    @OnEvent
    String fine() {
      return "fine";
    }
  }

  @SocketIoNamespace("/new")
  static final class FineElsewhere {
    @OnEvent
    String fine() {
      return "fine";
    }

    @OnConnect
    void come() {}
  }

  static final class FineAgain {
    @OnEvent("fine")
    String another() {
      return "another";
    }
  }

  @Test
  void nothingIsRegisteredIfOneIsWrong() {
    assertThatThrownBy(() -> io.server.register(new FineElsewhere(), new Fine(), new FineAgain()))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(
            name(FineAgain.class)
                + ".another(): event \"fine\", which "
                + name(Fine.class)
                + ".fine() handles already (expected: one of them)");

    assertThat(io.server.namespaces()).extracting(Namespace::name).containsExactly("/");
    assertThat(io.connect().send("421[\"fine\"]").take()).isEmpty();
  }

  @Test
  void aMethodOfAnEarlierClassIsNamedToo() {
    io.server.register(new Fine());

    assertThatThrownBy(() -> io.server.of("/").register(new FineAgain()))
        .hasMessageStartingWith(name(FineAgain.class) + ".another(): event \"fine\"");
    assertThat(io.connect().send("421[\"fine\"]").take()).containsExactly("431[\"fine\"]");
  }

  static final class Rest {
    @OnUnhandled
    void rest() {}
  }

  @Test
  void twoMethodsForTheRestAreOneTooMany() {
    assertThatThrownBy(() -> io.server.register(new Rest(), new Rest()))
        .hasMessage(
            "CLASS.rest(): events without a handler, which CLASS.rest() handles already (expected: one of them)"
                .replace("CLASS", name(Rest.class)));
  }

  @Test
  void aFunctionDoesNotHideThatTwoMethodsHandleTheSame() {
    io.server.onRequest("fine", socket -> "function");
    io.server.register(new Fine());

    assertThatThrownBy(() -> io.server.register(new FineAgain()))
        .isInstanceOf(IllegalStateException.class);
  }

  @Test
  void aClassThatNamesItsNamespaceIsForNoOther() {
    assertThatThrownBy(() -> io.server.of("/other").register(new FineElsewhere()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            name(FineElsewhere.class)
                + ": for namespace /new, not /other (expected: register(..) of the server, or a"
                + " class without @SocketIoNamespace)");
    io.server.of("/new").register(new FineElsewhere());
    assertThat(io.connect("/new").send("42/new,1[\"fine\"]").take())
        .containsExactly("43/new,1[\"fine\"]");
  }
}

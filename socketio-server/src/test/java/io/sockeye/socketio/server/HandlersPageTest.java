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

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import io.sockeye.engineio.server.internal.MemorySocket;
import java.io.IOException;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The page about handlers: its code is from here, where it runs. */
class HandlersPageTest {
  private static final Path PAGE = Path.of("../docs/handlers.md");
  private static final Path README = Path.of("../README.md");
  private static final Path HERE =
      Path.of("src/test/java/io/sockeye/socketio/server/HandlersPageTest.java");

  private static final Duration A_SECOND = Duration.ofSeconds(1);

  private final Io memory = Io.start();
  private final SocketIoServer io = memory.server;
  private final Store store = new Store();
  private final Tokens tokens = new Tokens();

  static final class Store {
    final List<String> saved = new ArrayList<>();

    CompletionStage<String> save(Note note) {
      saved.add(note.text());
      return CompletableFuture.completedFuture("id-" + saved.size());
    }
  }

  static final class Tokens {
    @Nullable String user(@Nullable String token) {
      return "sesame".equals(token) ? "ann" : null;
    }
  }

  record Note(String room, String text) {}

  @Test
  void thePagesCodeIsThisCode() throws Exception {
    String code = lines(Files.readString(HERE));

    assertThat(blocks(PAGE))
        .hasSizeGreaterThan(5)
        .allSatisfy(block -> assertThat(code).contains(block));
  }

  private static List<String> blocks(Path page) throws IOException {
    List<String> blocks = new ArrayList<>();
    String[] parts = Files.readString(page).split("```java\n", -1);
    for (int i = 1; i < parts.length; i++) {
      blocks.add(lines(parts[i].substring(0, parts[i].indexOf("```"))));
    }
    return blocks;
  }

  /** The lines without what is indentation, each with its end. */
  private static String lines(String text) {
    return text.lines().map(line -> line.strip() + "\n").collect(joining());
  }

  @Test
  void functions() {
    io.on("typing", socket -> socket.to("lobby").emit("typing", socket.id()));
    io.on("note", Note.class, (socket, note) -> socket.to(note.room()).emit("note", note.text()));
    io.on("raw", (socket, args) -> socket.emit("raw back", args)); // any number, of any type
    io.onRequest("add", Integer.class, Integer.class, (socket, a, b) -> a + b);
    io.onRequest("save", Note.class, (socket, note) -> store.save(note)); // a CompletionStage
    io.onRequest("two", socket -> Ack.of("first", List.of(2)));
    io.on("later", (socket, args, ack) -> io.schedule(A_SECOND, () -> ack.send("at last")));

    assertThat(
            memory
                .connect()
                .send("421[\"note\",{\"room\":\"a\",\"text\":\"b\"}]")
                .send("42[\"raw\",1,null]")
                .send("422[\"add\",1,2]")
                .send("423[\"save\",{\"room\":\"a\",\"text\":\"b\"}]")
                .send("424[\"two\"]")
                .take())
        .containsExactly(
            "431[]", "42[\"raw back\",1,null]", "432[3]", "433[\"id-1\"]", "434[\"first\",[2]]");
  }

  @Test
  void connecting() {
    io.onConnect(
        socket -> {
          String user = tokens.user((String) socket.handshake().auth().get("token"));
          if (user == null) {
            throw new ConnectionRefusedException("not authorized", Map.of("retry", false));
          }
          socket.attributes().put("user", user);
          socket.join("lobby");
          io.to("lobby").emit("joined", user); // the client hears it too, after it is connected
        });

    assertThat(memory.open().send("40").take())
        .singleElement()
        .asString()
        .startsWith("44{")
        .contains("not authorized");
    assertThat(memory.open().send("40{\"token\":\"sesame\"}").take())
        .hasSize(2)
        .last()
        .isEqualTo("42[\"joined\",\"ann\"]");
  }

  record Login(@Nullable String token) {}

  @SocketIoNamespace("/notes")
  static final class Notes {
    private final Store store;
    private final Tokens tokens;

    Notes(Store store, Tokens tokens) {
      this.store = store;
      this.tokens = tokens;
    }

    @OnConnect
    boolean connected(Socket socket, @Auth Login login) {
      return tokens.user(login.token()) != null; // false refuses
    }

    @OnEvent
    String join(Socket socket, String room) {
      socket.join(room);
      return "joined"; // the acknowledgement
    }

    @OnEvent("new notes")
    CompletionStage<String> add(Socket socket, List<Note> notes, Optional<Boolean> quietly) {
      if (!quietly.orElse(false)) {
        notes.forEach(note -> socket.to(note.room()).emit("note", note.text()));
      }
      return store.save(notes.get(0));
    }

    @OnEvent
    void typing(Socket socket, Args all) {
      socket.broadcast().emit("typing", all);
    }

    @OnError
    Args misfit(IllegalArgumentException failure, Event event) {
      return Ack.of("error", event.name());
    }

    @OnDisconnect
    void left(Namespace notes, DisconnectReason reason) {
      notes.emit("left", reason.text());
    }
  }

  @Test
  void classes() {
    io.register(new Notes(store, tokens));
    MemorySocket other = memory.open().send("40/notes,{\"token\":\"sesame\"}");
    other.send("42/notes,[\"join\",\"r\"]").take();
    MemorySocket socket = memory.open().send("40/notes,{\"token\":\"sesame\"}");
    socket.take();

    assertThat(memory.open().send("40/notes,").take())
        .containsExactly("44/notes,{\"message\":\"Connection rejected by server\"}");
    assertThat(
            socket
                .send("42/notes,1[\"join\",\"r\"]")
                .send("42/notes,2[\"new notes\",[{\"room\":\"r\",\"text\":\"t\"}]]")
                .send("42/notes,3[\"typing\",1]")
                .send("42/notes,4[\"join\"]")
                .take())
        .containsExactly(
            "43/notes,1[\"joined\"]",
            "43/notes,2[\"id-1\"]",
            "43/notes,3[]",
            "43/notes,4[\"error\",\"join\"]");
    socket.drop();
    assertThat(other.take())
        .containsExactly(
            "42/notes,[\"note\",\"t\"]",
            "42/notes,[\"typing\",1]",
            "42/notes,[\"left\",\"transport close\"]");
  }

  @SocketIoNamespace("/rooms")
  static final class Rooms {
    @OnConnect
    boolean connected(@Auth Login login) {
      return login.token() != null; // false refuses
    }

    @OnEvent
    String join(Socket socket, String room) {
      socket.join(room);
      return "welcome to " + room; // the acknowledgement
    }
  }

  @Test
  void theClassOfTheReadme() throws Exception {
    io.register(new Rooms());
    MemorySocket socket = memory.open().send("40/rooms,{\"token\":\"x\"}");
    socket.take();

    assertThat(socket.send("42/rooms,1[\"join\",\"a\"]").take())
        .containsExactly("43/rooms,1[\"welcome to a\"]");
    assertThat(blocks(README))
        .filteredOn(block -> block.contains("@OnEvent"))
        .singleElement()
        .satisfies(block -> assertThat(lines(Files.readString(HERE))).contains(block));
  }

  static final class Audit {
    static void record(String what) {
      SocketContext.session().merge("audit", what, (before, now) -> before + ", " + now);
      SocketContext.emit("recorded", what, SocketContext.event().name());
    }
  }

  @Test
  void context() {
    io.onRequest("delete", socket -> delete());

    assertThat(memory.connect().send("421[\"delete\"]").take())
        .containsExactly("42[\"recorded\",\"a note\",\"delete\"]", "431[\"done\"]");
  }

  private static String delete() {
    Audit.record("a note");
    return "done";
  }

  @Test
  void middleware() {
    List<String> log = new ArrayList<>();
    io.useEvent(
        (socket, event, next) -> {
          log.add("before " + event.name());
          try {
            next.proceed(); // the rest of the middleware, then the handlers
          } finally {
            log.add("after " + event.name());
          }
        });
    io.onAny((socket, event) -> log.add(event.name() + " with " + event.args().size()));
    io.onUnhandled((socket, event) -> event.ack().send("unknown event"));

    assertThat(memory.connect().send("421[\"x\",1]").take())
        .containsExactly("431[\"unknown event\"]");
    assertThat(log).containsExactly("before x", "x with 1", "after x");
  }

  @Retention(RetentionPolicy.RUNTIME)
  @Target({ElementType.METHOD, ElementType.TYPE})
  @interface Authenticated {}

  static final class Accounts {
    @OnEvent
    @Authenticated
    void close(Socket socket) {
      socket.emit("closed");
    }

    @OnEvent
    void login(Socket socket, String user) {
      socket.attributes().put("user", user);
    }
  }

  @Test
  void annotationsOfTheApplication() {
    io.register(new Accounts());
    io.useEvent(
        (socket, event, next) -> {
          boolean guarded =
              socket.namespace().handlerAnnotation(event.name(), Authenticated.class) != null;
          if (guarded && !socket.attributes().containsKey("user")) {
            throw new EventRefusedException("not authenticated");
          }
          next.proceed();
        });
    io.onError(
        (socket, error) ->
            error.cause() instanceof EventRefusedException
                ? Ack.of("error", error.message())
                : null);

    assertThat(
            memory
                .connect()
                .send("421[\"close\"]")
                .send("422[\"login\",\"ann\"]")
                .send("423[\"close\"]")
                .take())
        .containsExactly(
            "431[\"error\",\"not authenticated\"]", "432[]", "42[\"closed\"]", "433[]");
  }

  @Test
  void sending() {
    io.of("/chat");
    memory.connect();
    Socket socket = io.localSockets().iterator().next();
    socket.to("room").asVolatile().emit("typing", "ann"); // dropped where it would have to wait
    CompletionStage<List<RemoteSocket>> there = io.of("/chat").to("room").fetchSockets();
    io.of("/chat").to(socket.id()).disconnectSockets(false); // an id is a room, too
    Collection<Socket> here = io.of("/chat").localSockets(); // of this process, at once
    CompletionStage<Args> answer = socket.timeout(A_SECOND).emitWithAck("sure?");
    CompletionStage<BroadcastAnswers> all = io.to("room").timeout(A_SECOND).emitWithAck("sure?");

    assertThat(there.toCompletableFuture().join()).isEmpty();
    assertThat(here).isEmpty();
    assertThat(answer.toCompletableFuture()).isNotDone();
    assertThat(all.toCompletableFuture().join().isComplete()).isTrue();
  }

  @Test
  void errorsOfFunctions() {
    io.onRequest("note", Note.class, (socket, note) -> note.text());
    io.onRequest(
        "secret",
        socket -> {
          throw new EventRefusedException("not yours");
        });
    io.onRequest(
        "bug",
        socket -> {
          throw new IllegalStateException("password");
        });
    io.onError(
        (socket, error) -> {
          if (error.cause() instanceof EventRefusedException) {
            return Map.of("error", error.message()); // meant for the client
          }
          if (error.cause() instanceof ArgumentException mistake) {
            return Map.of("error", mistake.clientMessage()); // argument 0 (expected: Note)
          }
          return Map.of("error", "internal error"); // what else was thrown may tell of the inside
        });

    assertThat(
            memory
                .connect()
                .send("421[\"note\",7]")
                .send("422[\"secret\"]")
                .send("423[\"bug\"]")
                .take())
        .containsExactly(
            "431[{\"error\":\"argument 0 (expected: Note)\"}]",
            "432[{\"error\":\"not yours\"}]",
            "433[{\"error\":\"internal error\"}]");
  }
}

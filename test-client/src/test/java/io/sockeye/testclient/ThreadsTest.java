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
package io.sockeye.testclient;

import static io.sockeye.engineio.server.HandlerExecution.POOL;
import static io.sockeye.engineio.server.HandlerExecution.VIRTUAL;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sockeye.engineio.server.HandlerExecution;
import io.sockeye.engineio.server.TransportType;
import io.sockeye.socketio.server.SocketIoOptions;
import io.sockeye.socketio.server.SocketIoServer;
import io.sockeye.socketio.server.spi.ClientManager;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Servers whose handlers run on threads of their own, as the application's do. */
@SuppressWarnings("FutureReturnValueIgnored") // what comes of them is what the clients get
class ThreadsTest {
  /** Those that the JDK has: the build runs the tests on one with virtual threads too. */
  static Stream<HandlerExecution> executions() {
    return Arrays.stream(HandlerExecution.values())
        .filter(execution -> execution != VIRTUAL || hasVirtualThreads());
  }

  /** Those where a handler may block. */
  static Stream<HandlerExecution> threads() {
    return executions().filter(execution -> EnumSet.of(POOL, VIRTUAL).contains(execution));
  }

  private static boolean hasVirtualThreads() {
    return Runtime.version().feature() >= 21;
  }

  private static SocketIoOptions.Builder handlers(HandlerExecution execution) {
    return SocketIoOptions.builder().engine(engine -> engine.handlerExecution(execution));
  }

  @ParameterizedTest
  @MethodSource("executions")
  void anApplicationsOwnServerAnswers(HandlerExecution execution) {
    SocketIoServer io = SocketIoServer.create(handlers(execution).build());
    io.onRequest("echo", (socket, args) -> args);
    io.on("say", (socket, args) -> socket.broadcast().emit("said", args));
    try (SocketIoTestClient ann = SocketIoTestClient.connect(io);
        SocketIoTestClient ben =
            SocketIoTestClient.connect(
                io, TestClientOptions.builder().transport(TransportType.POLLING).build())) {
      assertThat(ann.call("echo", 1).get(0)).isEqualTo(1);
      assertThat(ben.call("echo", 2).get(0)).isEqualTo(2);
      ann.emit("say", "hi");
      assertThat(ben.await("said").get(0)).isEqualTo("hi");
    } finally {
      io.close();
    }
  }

  @ParameterizedTest
  @MethodSource("threads")
  void whatManyThreadsEmitArrivesWhole(HandlerExecution execution) throws InterruptedException {
    try (SocketIoTestServer test = SocketIoTestServer.create(handlers(execution).build())) {
      List<SocketIoTestClient> clients = List.of(test.connect(), test.connect());
      List<Thread> threads = new ArrayList<>();
      for (int t = 0; t < 4; t++) {
        byte thread = (byte) t;
        threads.add(
            new Thread(
                () -> {
                  for (byte i = 0; i < 100; i++) {
                    test.server().emit("bytes", thread, new byte[] {thread}, new byte[] {i});
                  }
                }));
      }
      threads.forEach(Thread::start);
      for (Thread thread : threads) {
        thread.join();
      }

      for (SocketIoTestClient client : clients) {
        client.sync();
        byte[] next = new byte[4];
        List<ReceivedEvent> received = client.received("bytes");
        assertThat(received).hasSize(400);
        for (ReceivedEvent event : received) {
          int thread = (int) event.get(0);
          assertThat(event.get(1)).isEqualTo(ByteBuffer.wrap(new byte[] {(byte) thread}));
          assertThat(event.get(2)).isEqualTo(ByteBuffer.wrap(new byte[] {next[thread]++}));
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("executions")
  void afterSyncEverythingHasCome(HandlerExecution execution) {
    try (SocketIoTestServer test = SocketIoTestServer.create(handlers(execution).build())) {
      test.server()
          .on(
              "start",
              (socket, args) -> {
                for (int i = 0; i < 10; i++) {
                  socket
                      .emitWithAck("step", i)
                      .thenAccept(answer -> test.server().emit("done", answer));
                }
              });
      List<SocketIoTestClient> clients = new ArrayList<>();
      for (TransportType transport : TransportType.values()) {
        for (int i = 0; i < 3; i++) {
          clients.add(
              test.connect(TestClientOptions.builder().transport(transport).build())
                  .onRequest("step", args -> args));
        }
      }

      for (int round = 1; round <= 20; round++) {
        clients.forEach(client -> client.emit("start").emit("nobody listens"));
        clients.get(0).sync();
        for (SocketIoTestClient client : clients) {
          assertThat(client.received("step")).hasSize(10);
          assertThat(client.received("done")).hasSize(10 * clients.size());
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("executions")
  void theApplicationsOwnTasksRunInVirtualTimeAndAreNotWaitedFor(HandlerExecution execution) {
    CountDownLatch end = new CountDownLatch(1);
    try (SocketIoTestServer test = SocketIoTestServer.create(handlers(execution).build())) {
      test.server()
          .runInBackground(
              () -> {
                try {
                  end.await();
                } catch (InterruptedException stopped) {
                  Thread.currentThread().interrupt();
                }
              });
      test.server().scheduleEvery(Duration.ofMinutes(1), () -> test.server().emit("tick"));
      SocketIoTestClient client = test.connect();

      for (int minute = 0; minute < 10; minute++) {
        test.clock().advance(Duration.ofMinutes(1));
        client.sync();
      }

      assertThat(client.received()).hasSize(10);
      end.countDown();
    }
  }

  @Test
  void syncDoesNotWaitForEver() throws InterruptedException {
    CountDownLatch blocked = new CountDownLatch(1);
    CountDownLatch begun = new CountDownLatch(1);
    try (SocketIoTestServer test = SocketIoTestServer.create(handlers(POOL).build())) {
      test.server()
          .on(
              "block",
              (socket, args) -> {
                begun.countDown();
                blocked.await();
              });
      SocketIoTestClient client = test.connect();
      client.emit("block");
      assertThat(begun.await(10, TimeUnit.SECONDS)).isTrue();

      assertThatThrownBy(() -> client.sync(Duration.ofMillis(1)))
          .isInstanceOf(AssertionError.class)
          .hasMessageStartingWith("server: busy after PT0.001S (expected: idle;");
      blocked.countDown();
      client.sync();
    }
  }

  @ParameterizedTest
  @MethodSource("threads")
  void handlersMayBlockWhileVirtualTimeStandsStill(HandlerExecution execution) {
    try (SocketIoTestServer test = SocketIoTestServer.create(handlers(execution).build())) {
      test.server().onRequest("ask me", (socket, args) -> socket.emitWithAck("ask").join().get(0));
      List<SocketIoTestClient> clients =
          IntStream.range(0, 20).mapToObj(i -> test.connect()).toList();
      var answers = clients.stream().map(client -> client.emitWithAck("ask me")).toList();

      List<ReceivedEvent> questions =
          clients.stream().map(client -> client.await("ask")).toList(); // all are blocked now
      for (int i = 0; i < 20; i++) {
        questions.get(i).ack(i);
      }

      for (int i = 0; i < 20; i++) {
        assertThat(answers.get(i).orTimeout(10, TimeUnit.SECONDS).join().get(0)).isEqualTo(i);
      }
    }
  }

  @Test
  void aBlockedHandlerTimesOutInVirtualTime() {
    List<String> failures = Collections.synchronizedList(new ArrayList<>());
    try (SocketIoTestServer test = SocketIoTestServer.create(handlers(POOL).build())) {
      test.server().on("ask me", (socket, args) -> socket.emitWithAck("ask").join());
      test.server()
          .onError((socket, error) -> failures.add(error.event().name() + " " + error.message()));
      SocketIoTestClient client = test.connect();
      client.emit("ask me");
      client.await("ask");

      test.clock().advance(Duration.ofSeconds(61));
      client.sync();

      assertThat(failures).containsExactly("ask me operation has timed out");
      assertThat(client.isConnected()).isTrue();
    }
  }

  @Test
  void aHandlerOfTheTestMayWaitForTheServer() {
    try (SocketIoTestServer test = SocketIoTestServer.create(handlers(POOL).build())) {
      test.server().onRequest("twice", (socket, args) -> (int) args.get(0) * 2);
      test.server().onRequest("ask me", (socket, args) -> socket.emitWithAck("ask").join().get(0));
      SocketIoTestClient client = test.connect();
      SocketIoTestClient other = test.connect();
      client.onRequest("ask", args -> other.call("twice", 21));

      assertThat(client.call("ask me").get(0)).isEqualTo(42);
    }
  }

  @ParameterizedTest
  @MethodSource("threads")
  void manyThreadsUseOneClient(HandlerExecution execution) throws InterruptedException {
    Set<Object> seen = ConcurrentHashMap.newKeySet();
    AtomicInteger failures = new AtomicInteger();
    try (SocketIoTestServer test = SocketIoTestServer.create(handlers(execution).build())) {
      test.server()
          .onRequest(
              "add",
              (socket, args) -> {
                seen.add(args.get(0));
                return args;
              });
      SocketIoTestClient client = test.connect();
      List<Thread> threads =
          IntStream.range(0, 8)
              .mapToObj(
                  thread ->
                      new Thread(
                          () -> {
                            for (int i = 0; i < 200; i++) {
                              int number = thread * 1000 + i;
                              if (!client.call("add", number).list().equals(List.of(number))) {
                                failures.incrementAndGet();
                              }
                            }
                          }))
              .toList();
      threads.forEach(Thread::start);
      for (Thread thread : threads) {
        thread.join();
      }

      assertThat(failures).hasValue(0);
      assertThat(seen).hasSize(1600);
    }
  }

  @Test
  void aServerThatDoesNotReadIsNotSentTo() throws InterruptedException {
    CountDownLatch go = new CountDownLatch(1);
    AtomicInteger handled = new AtomicInteger();
    SocketIoOptions options = handlers(POOL).engine(engine -> engine.maxInboxPackets(4)).build();
    for (TransportType transport : TransportType.values()) {
      handled.set(0);
      try (SocketIoTestServer test = SocketIoTestServer.create(options)) {
        test.server()
            .on(
                "a",
                (socket, args) -> {
                  go.await();
                  handled.incrementAndGet();
                });
        SocketIoTestClient client =
            test.connect(TestClientOptions.builder().transport(transport).build());
        for (int i = 0; i < 100; i++) {
          client.emit("a");
        }
        go.countDown();
        client.sync();

        assertThat(handled).hasValue(100);
      }
    }
  }

  @Test
  void theReasonsAreSeenOnBothSides() {
    List<String> heard = Collections.synchronizedList(new ArrayList<>());
    try (SocketIoTestServer test = SocketIoTestServer.create(handlers(POOL).build())) {
      test.server().onDisconnect((socket, reason) -> heard.add(reason.text()));
      SocketIoTestClient ann = test.connect();
      SocketIoTestClient ben = test.connect();
      ben.stopAnswering();

      ann.disconnect();
      ann.sync();
      assertThat(heard).containsExactly("client namespace disconnect");
      test.clock().advance(Duration.ofSeconds(46));
      assertThat(ben.awaitDisconnect()).isEqualTo("transport close");
      ben.sync();
      assertThat(heard).containsExactly("client namespace disconnect", "ping timeout");
    }
  }

  @Test
  void anyClientManagerWorks() {
    List<String> calls = Collections.synchronizedList(new ArrayList<>());
    SocketIoOptions options =
        SocketIoOptions.builder().clientManager(local -> recording(local, calls)).build();
    try (SocketIoTestServer test = SocketIoTestServer.create(options)) {
      test.server().on("join", (socket, args) -> socket.join("lobby"));
      SocketIoTestClient ann = test.connect();
      SocketIoTestClient ben = test.connect();
      ann.emit("join");

      test.server().to("lobby").emit("news", 1);
      ann.disconnect();

      assertThat(ann.received()).hasSize(1);
      assertThat(ben.received()).isEmpty();
      assertThat(calls)
          .containsExactly("addNamespace", "add", "add", "join", "broadcast", "remove");
    }
  }

  private static ClientManager recording(ClientManager local, List<String> calls) {
    return (ClientManager)
        Proxy.newProxyInstance(
            ClientManager.class.getClassLoader(),
            new Class<?>[] {ClientManager.class},
            (proxy, method, args) -> {
              calls.add(method.getName());
              try {
                return method.invoke(local, args);
              } catch (InvocationTargetException thrown) {
                throw thrown.getCause();
              }
            });
  }

  @Test
  void aServerInRealTimeHasNoClock() {
    try (SocketIoTestServer test = SocketIoTestServer.of(SocketIoServer.create())) {
      assertThat(test.connect().isConnected()).isTrue();
      assertThatThrownBy(test::clock)
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("clock: the server is in real time");
    }
  }
}

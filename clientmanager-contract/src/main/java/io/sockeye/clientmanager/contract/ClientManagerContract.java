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
package io.sockeye.clientmanager.contract;

import static io.sockeye.clientmanager.contract.Nodes.await;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.sockeye.socketio.server.BroadcastAnswers;
import io.sockeye.socketio.server.BroadcastOperator;
import io.sockeye.socketio.server.Namespace;
import io.sockeye.socketio.server.RemoteSocket;
import io.sockeye.socketio.server.ServerAnswers;
import io.sockeye.socketio.server.SocketIoOptions;
import io.sockeye.socketio.server.SocketIoServer;
import io.sockeye.testclient.ReceivedEvent;
import io.sockeye.testclient.SocketIoTestClient;
import io.sockeye.testclient.SocketIoTestServer;
import io.sockeye.testclient.TestClientOptions;
import io.sockeye.testclient.TestSocket;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What a server relies on in its client manager: the rules of {@link
 * io.sockeye.socketio.server.spi.ClientManager}. The test of a manager is a class that extends it:
 *
 * <pre>{@code
 * class MyManagerTest extends ClientManagerContract {
 *   @Override
 *   protected void configure(SocketIoOptions.Builder options) {
 *     options.clientManager(MyManager::new);
 *   }
 * }
 * }</pre>
 *
 * <p>A manager of several processes says how many nodes there are to be; the rules are the same.
 * Clients are spread over the nodes, and nothing in here knows on which they are. Nodes are made
 * anew for each test, with handlers that run inline and a clock that the test moves.
 */
public abstract class ClientManagerContract {
  private static final Duration LIMIT = Duration.ofSeconds(10);

  final Nodes nodes = new Nodes();

  /** For subclasses. */
  protected ClientManagerContract() {}

  /** Puts the manager into the options of a node; all that are configured in one test are peers. */
  protected abstract void configure(SocketIoOptions.Builder options);

  /** Returns how many nodes there are; by default one. */
  protected int nodeCount() {
    return 1;
  }

  /**
   * Returns whether it is known which socket has answered a broadcast, and which has not; by
   * default true. Else their number is enough.
   */
  protected boolean knowsWhoAnswers() {
    return true;
  }

  /**
   * Returns whether all arguments of an answer come through, and not the first only; by default
   * true.
   */
  protected boolean carriesAllArgumentsOfAnswers() {
    return true;
  }

  /**
   * Returns whether numbers of any length come through exactly; by default true. Else those that
   * fit in no 64 bits come as the nearest double.
   */
  protected boolean carriesLongNumbers() {
    return true;
  }

  @BeforeEach
  void startNodes() throws Exception {
    for (int i = 0; i < nodeCount(); i++) {
      nodes.start(options());
    }
    nodes.acquaint();
  }

  @AfterEach
  void closeNodes() {
    nodes.close();
  }

  /** The options of a node whose clients are not pinged while time is moved. */
  SocketIoOptions options() {
    SocketIoOptions.Builder options =
        SocketIoOptions.builder().engine(engine -> engine.pingInterval(Duration.ofHours(1)));
    configure(options);
    return options.build();
  }

  // ---- the players: a client on each of the first three nodes, as far as there are so many ----

  /** The node that does everything. */
  final SocketIoServer here() {
    return nodes.get(0).server();
  }

  final SocketIoTestClient client(int node) {
    return nodes.get(node).connect();
  }

  final List<SocketIoTestClient> three() {
    return List.of(client(0), client(1), client(2));
  }

  static SocketIoTestClient in(String room, SocketIoTestClient client) {
    client.call("join", room);
    return client;
  }

  /** Sends the last event, after which nothing that was sent before can come. */
  final void end() {
    here().emit("end");
  }

  /** Returns what a client has heard before the last event, and nothing of the last event. */
  static List<String> heard(SocketIoTestClient client) {
    return heard(client.socket());
  }

  static List<String> heard(TestSocket socket) {
    socket.await("end", Duration.ofSeconds(30));
    return socket.received().stream().map(ReceivedEvent::toString).toList();
  }

  private static ByteBuffer bytes(int... values) {
    byte[] bytes = new byte[values.length];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) values[i];
    }
    return ByteBuffer.wrap(bytes);
  }

  // ---- whom a broadcast reaches ----

  @Test
  void aBroadcastReachesEverybodyOnce() {
    List<SocketIoTestClient> all = new ArrayList<>(three());
    all.addAll(three());

    here().emit("ev", 1, "two");
    end();

    for (SocketIoTestClient each : all) {
      assertThat(heard(each)).containsExactly("ev[1, two]");
    }
  }

  @Test
  void aBroadcastFromAnyNodeReachesEverybodyOnce() {
    List<SocketIoTestClient> all = three();

    for (SocketIoTestServer node : nodes.all()) {
      node.server().emit("ev");
    }

    for (SocketIoTestClient each : all) {
      for (int i = 0; i < nodes.all().size(); i++) {
        each.socket().await("ev", Duration.ofSeconds(30));
      }
    }
    end();
    for (SocketIoTestClient each : all) {
      assertThat(heard(each)).isEmpty();
    }
  }

  @Test
  void aRoomReachesThoseWhoAreInIt() {
    List<SocketIoTestClient> members = three();
    members.forEach(each -> in("r", each));
    List<SocketIoTestClient> others = three();
    in("s", others.get(1));

    here().to("r").emit("ev");
    end();

    members.forEach(each -> assertThat(heard(each)).containsExactly("ev[]"));
    others.forEach(each -> assertThat(heard(each)).isEmpty());
  }

  @Test
  void severalRoomsReachTheirUnionOnce() {
    List<SocketIoTestClient> r = three();
    r.forEach(each -> in("r", each));
    List<SocketIoTestClient> s = three();
    s.forEach(each -> in("s", each));
    List<SocketIoTestClient> both = three();
    both.forEach(each -> in("r", in("s", each)));
    List<SocketIoTestClient> none = three();

    here().to("r").to("s", "nobody").emit("ev");
    end();

    r.forEach(each -> assertThat(heard(each)).containsExactly("ev[]"));
    s.forEach(each -> assertThat(heard(each)).containsExactly("ev[]"));
    both.forEach(each -> assertThat(heard(each)).containsExactly("ev[]"));
    none.forEach(each -> assertThat(heard(each)).isEmpty());
  }

  @Test
  void exceptedRoomsAreLeftOut() {
    List<SocketIoTestClient> r = three();
    r.forEach(each -> in("r", each));
    List<SocketIoTestClient> s = three();
    s.forEach(each -> in("s", each));
    List<SocketIoTestClient> both = three();
    both.forEach(each -> in("r", in("s", each)));
    List<SocketIoTestClient> none = three();

    here().except("s", "t").emit("all but s");
    here().to("r").except("s").emit("r but s");
    end();

    r.forEach(each -> assertThat(heard(each)).containsExactly("all but s[]", "r but s[]"));
    s.forEach(each -> assertThat(heard(each)).isEmpty());
    both.forEach(each -> assertThat(heard(each)).isEmpty());
    none.forEach(each -> assertThat(heard(each)).containsExactly("all but s[]"));
  }

  @Test
  void anIdIsARoom() {
    List<SocketIoTestClient> all = three();

    here().to(all.get(1).id()).emit("one");
    here().to(all.get(1).id(), all.get(2).id()).emit("two");
    here().except(all.get(1).id()).emit("but");
    here().except(all.get(0).id(), all.get(2).id()).emit("buts");
    end();

    assertThat(heard(all.get(0))).containsExactly("but[]");
    assertThat(heard(all.get(1))).containsExactly("one[]", "two[]", "buts[]");
    assertThat(heard(all.get(2))).containsExactly("two[]", "but[]");
  }

  @Test
  void aSocketCanJoinTheRoomOfAnother() {
    List<SocketIoTestClient> all = three();
    in(all.get(2).id(), all.get(1));

    here().to(all.get(2).id()).emit("ev");
    end();

    assertThat(heard(all.get(0))).isEmpty();
    assertThat(heard(all.get(1))).containsExactly("ev[]");
    assertThat(heard(all.get(2))).containsExactly("ev[]");
  }

  @Test
  void theSenderOfABroadcastIsLeftOut() {
    here().on("shout", (socket, args) -> socket.broadcast().emit("said", args));
    here().on("tell", (socket, args) -> socket.to("r").emit("told", args));
    List<SocketIoTestClient> all = three();
    all.forEach(each -> in("r", each));

    all.get(0).emit("shout", "hey").emit("tell", "ho").sync();
    end();

    assertThat(heard(all.get(0))).isEmpty();
    assertThat(heard(all.get(1))).containsExactly("said[hey]", "told[ho]");
    assertThat(heard(all.get(2))).containsExactly("said[hey]", "told[ho]");
  }

  @Test
  void localReachesThisNodeOnly() throws Exception {
    List<SocketIoTestClient> all = three();

    here().everybody().local().emit("ev");
    BroadcastOperator everybody = here().everybody().local();
    end();

    int here = 0;
    for (int i = 0; i < all.size(); i++) {
      boolean isHere = nodes.get(i) == nodes.get(0);
      here += isHere ? 1 : 0;
      assertThat(heard(all.get(i))).isEqualTo(isHere ? List.of("ev[]") : List.of());
    }
    assertThat(await(everybody.fetchSockets())).hasSize(here);
    await(everybody.socketsJoin("near"));
    assertThat(await(here().to("near").fetchSockets())).hasSize(here);
  }

  @Test
  void volatileAndUncompressedEventsReachThoseWhoCanBeWrittenTo() {
    List<SocketIoTestClient> all = three();

    here().everybody().asVolatile().emit("volatile", 1);
    here().everybody().compress(false).emit("plain", bytes(1));
    here().everybody().asVolatile().compress(false).emit("both");
    end();

    List<String> first = heard(all.get(0));
    assertThat(first).hasSize(3);
    assertThat(heard(all.get(1))).isEqualTo(first);
    assertThat(heard(all.get(2))).isEqualTo(first);
  }

  @Test
  void roomsOfAnyNameAreToldApart() {
    List<String> names =
        List.of("*", "a*", "r#", "#", "é…\u2028😀", " ", "\"\\", "1", "null", "x".repeat(20));
    List<SocketIoTestClient> all = new ArrayList<>();
    for (int i = 0; i < names.size(); i++) {
      all.add(in(names.get(i), client(i)));
    }

    names.forEach(name -> here().to(name).emit("to", name));
    end();

    for (int i = 0; i < names.size(); i++) {
      assertThat(heard(all.get(i))).containsExactly("to[" + names.get(i) + "]");
    }
  }

  @Test
  void namespacesAreApart() throws Exception {
    everywhere("/chat");
    List<SocketIoTestClient> all = three();
    List<TestSocket> chat = all.stream().map(each -> each.connect("/chat")).toList();

    here().of("/chat").emit("chat");
    here().emit("main");
    here().of("/chat").emit("end");
    end();

    for (int i = 0; i < all.size(); i++) {
      assertThat(heard(all.get(i))).containsExactly("main[]");
      assertThat(heard(chat.get(i))).containsExactly("chat[]");
    }
  }

  @Test
  void aNamespaceThatOnlySomeNodesHaveReachesThoseInIt() throws Exception {
    List<SocketIoTestServer> all = nodes.all();
    SocketIoTestServer last = all.get(all.size() - 1);
    last.server().of(Pattern.compile("/game-\\d+"));
    TestSocket player =
        last.connect(TestClientOptions.builder().namespace("/game-7").build()).socket();
    Namespace game = here().of("/game-7");
    awaitNodes(game, Math.min(2, all.size()));

    game.emit("ev", 7);
    game.emit("end");

    assertThat(heard(player)).containsExactly("ev[7]");
    assertThat(await(game.fetchSockets()))
        .extracting(RemoteSocket::id)
        .containsExactly(player.id());
    player.answer("ask", "yes");
    assertThat(await(game.emitWithAck("ask")).answers()).hasSize(1);
    await(game.everybody().disconnectSockets(false));
    player.awaitDisconnect();
    assertThat(await(game.fetchSockets())).isEmpty();
    assertThat(await(game.emitWithAck("ask")).reached()).isZero();
  }

  // ---- what a broadcast carries ----

  /** Checks that a broadcast carries the same to all nodes, and returns what the clients get. */
  private List<@Nullable Object> carried(@Nullable Object... args) {
    List<SocketIoTestClient> all = three();
    here().emit("ev", args);
    List<List<@Nullable Object>> got = new ArrayList<>();
    for (SocketIoTestClient each : all) {
      got.add(each.await("ev", Duration.ofSeconds(30)).args().list());
      each.disconnect();
    }
    assertThat(got.get(1)).isEqualTo(got.get(0));
    assertThat(got.get(2)).isEqualTo(got.get(0));
    return got.get(0);
  }

  @Test
  void argumentsAreCarriedAsTheyAre() {
    assertThat(carried()).isEmpty();
    assertThat(carried(new @Nullable Object[] {null})).containsExactly((Object) null);
    assertThat(carried(null, null)).containsExactly(null, null);
    assertThat(carried(List.of())).containsExactly(List.of());
    assertThat(carried(List.of(List.of(1, 2)))).containsExactly(List.of(List.of(1, 2)));
    assertThat(carried(Arrays.asList(1, null), Collections.singletonMap("k", null)))
        .containsExactly(Arrays.asList(1, null), Collections.singletonMap("k", null));
    assertThat(carried(true, false, "", "text", Map.of())) //
        .containsExactly(true, false, "", "text", Map.of());
  }

  @Test
  void textsOfAnyCharactersAreCarried() {
    String text = "é ß 日本 😀 \u0000\u001f\u2028\u2029\"\\/\r\n\t </script> ]}";

    assertThat(carried(text, Map.of(text, List.of(text))))
        .containsExactly(text, Map.of(text, List.of(text)));
  }

  @Test
  void bytesAreCarriedWhereverTheyAre() {
    assertThat(carried(bytes())).containsExactly(bytes());
    assertThat(carried(bytes(0, 255, 128, 10))).containsExactly(bytes(0, 255, 128, 10));
    assertThat(carried("x", Map.of("b", bytes(1), "c", List.of(bytes(2), 3)), List.of(bytes(4))))
        .containsExactly("x", Map.of("b", bytes(1), "c", List.of(bytes(2), 3)), List.of(bytes(4)));
    assertThat(carried(new byte[] {5, 6}, null)).containsExactly(bytes(5, 6), null);
  }

  @Test
  void whatLooksLikeAPlaceholderOrAWrapperIsCarriedAsItIs() {
    Map<String, Object> wrapper = Map.of("type", "Buffer", "data", List.of(1));

    assertThat(carried(wrapper, "AQ==")).containsExactly(wrapper, "AQ==");
  }

  @Test
  void aMegabyteIsCarried() {
    byte[] bytes = new byte[1 << 20];
    new Random(1).nextBytes(bytes);
    String text = "é".repeat(1 << 19);

    List<@Nullable Object> got = carried(ByteBuffer.wrap(bytes), text);

    assertThat(got).hasSize(2);
    assertThat(ByteBuffer.wrap(bytes).equals(got.get(0))).isTrue();
    assertThat(text.equals(got.get(1))).isTrue();
  }

  @Test
  void numbersAreCarriedExactly() {
    List<@Nullable Object> got =
        carried(
            0,
            -1,
            Integer.MAX_VALUE,
            Integer.MIN_VALUE,
            Long.MAX_VALUE,
            Long.MIN_VALUE,
            0.1,
            -2.5,
            1e21,
            1e-7,
            Double.MAX_VALUE,
            Double.MIN_VALUE,
            9007199254740993L);

    List<BigDecimal> exact =
        got.stream().map(each -> new BigDecimal(String.valueOf(each))).toList();
    assertThat(exact.subList(0, 6))
        .usingElementComparator(Comparator.naturalOrder())
        .containsExactly(
            BigDecimal.ZERO,
            BigDecimal.ONE.negate(),
            BigDecimal.valueOf(Integer.MAX_VALUE),
            BigDecimal.valueOf(Integer.MIN_VALUE),
            BigDecimal.valueOf(Long.MAX_VALUE),
            BigDecimal.valueOf(Long.MIN_VALUE));
    assertThat(exact.subList(6, 12).stream().map(BigDecimal::doubleValue))
        .containsExactly(0.1, -2.5, 1e21, 1e-7, Double.MAX_VALUE, Double.MIN_VALUE);
    assertThat(exact.get(12)).isEqualByComparingTo("9007199254740993");
  }

  @Test
  void numbersOfAnyLengthAreCarried() {
    BigInteger integer = BigInteger.TEN.pow(40).add(BigInteger.ONE);
    List<SocketIoTestClient> all = three();

    here().emit("ev", integer);

    for (SocketIoTestClient each : all) {
      BigDecimal got = new BigDecimal(String.valueOf(each.await("ev").get(0)));
      if (carriesLongNumbers()) {
        assertThat(got).isEqualByComparingTo(new BigDecimal(integer));
      } else {
        assertThat(got.doubleValue()).isEqualTo(1e40);
      }
    }
  }

  /** An application's type. */
  record Move(String piece, int from, List<Integer> to, @Nullable Move next) {}

  @Test
  void recordsAndTimesAreCarriedAsTheBinderWritesThem() {
    Move move = new Move("knight", 1, List.of(2, 3), new Move("é", -1, List.of(), null));

    List<SocketIoTestClient> all = three();
    here().emit("move", move, Instant.EPOCH, List.of(move));

    for (SocketIoTestClient each : all) {
      ReceivedEvent event = each.await("move");
      assertThat(event.get(0, Move.class)).isEqualTo(move);
      assertThat(event.get(1, Instant.class)).isEqualTo(Instant.EPOCH);
    }
  }

  @Test
  void whatAClientSendsIsPassedOnAsItIs() {
    here().on("relay", (socket, args) -> socket.broadcast().emit("relayed", args));
    List<SocketIoTestClient> all = three();

    all.get(0).emit("relay", 1, null, List.of("é", bytes(9)), 1.50);
    all.get(0).emit("relay", new @Nullable Object[] {null});
    all.get(0).emit("relay").sync();

    for (SocketIoTestClient each : all.subList(1, 3)) {
      assertThat(each.await("relayed").args().list().subList(0, 3))
          .containsExactly(1, null, List.of("é", bytes(9)));
      assertThat(each.await("relayed").args().list()).containsExactly((Object) null);
      assertThat(each.await("relayed").args().list()).isEmpty();
    }
  }

  // ---- order ----

  @Test
  void aThousandBroadcastsArriveInOrder() {
    List<SocketIoTestClient> all = three();
    List<String> expected = new ArrayList<>();
    for (int i = 0; i < 1_000; i++) {
      here().emit("n", i);
      expected.add("n[" + i + "]");
    }
    end();

    for (SocketIoTestClient each : all) {
      assertThat(heard(each)).isEqualTo(expected);
    }
  }

  @Test
  void joinsAndLeavesKeepTheirPlaceAmongBroadcasts() {
    List<SocketIoTestClient> all = three();
    List<List<String>> expected = List.of(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
    for (int i = 0; i < 300; i++) {
      int who = i % 3;
      String id = all.get(who).id();
      String room = "room-" + i;
      here().to(id).socketsJoin(room);
      here().to(room).emit("in", i);
      here().emit("all", i);
      here().to(room).socketsLeave(room);
      here().to(room).emit("out", i);
      for (int each = 0; each < 3; each++) {
        if (each == who) {
          expected.get(each).add("in[" + i + "]");
        }
        expected.get(each).add("all[" + i + "]");
      }
    }
    end();

    for (int each = 0; each < 3; each++) {
      assertThat(heard(all.get(each))).isEqualTo(expected.get(each));
    }
  }

  @Test
  void sendersAtOnceKeepTheOrderOfEach() throws Exception {
    List<SocketIoTestClient> all = three();
    List<Thread> senders = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      int sender = i;
      SocketIoServer server = nodes.get(sender).server();
      senders.add(
          new Thread(() -> IntStream.range(0, 300).forEach(n -> server.emit("from " + sender, n))));
    }

    senders.forEach(Thread::start);
    for (Thread sender : senders) {
      sender.join();
    }

    for (SocketIoTestClient each : all) {
      for (int sender = 0; sender < 3; sender++) {
        for (int n = 0; n < 300; n++) {
          assertThat(each.socket().await("from " + sender, Duration.ofSeconds(30)).get(0))
              .isEqualTo(n);
        }
      }
    }
  }

  // ---- acknowledged broadcasts ----

  private static List<@Nullable Object> firsts(BroadcastAnswers answers) {
    List<@Nullable Object> firsts = new ArrayList<>();
    answers.answers().forEach(each -> firsts.add(each.args().get(0)));
    return firsts;
  }

  /** Waits until all answers that have been sent before are here. */
  private void settle() throws Exception {
    await(here().fetchSockets());
  }

  private void assertMissing(BroadcastAnswers answers, SocketIoTestClient... missing) {
    assertThat(answers.isComplete()).isFalse();
    assertThat(answers.missing().size() + answers.unnamed()).isEqualTo(missing.length);
    if (knowsWhoAnswers()) {
      assertThat(answers.missing())
          .containsExactlyInAnyOrder(
              Arrays.stream(missing).map(SocketIoTestClient::id).toArray(String[]::new));
    }
  }

  @Test
  void everybodyAnswers() throws Exception {
    List<SocketIoTestClient> all = three();
    for (int i = 0; i < 3; i++) {
      all.get(i).onRequest("ask", args -> args.get(0));
      all.get(i).answer("who", i);
    }

    BroadcastAnswers answers = await(here().emitWithAck("ask", "é"));
    BroadcastAnswers who = await(here().emitWithAck("who"));

    assertThat(answers.isComplete()).isTrue();
    assertThat(answers.reached()).isEqualTo(3);
    assertThat(answers.missing()).isEmpty();
    assertThat(firsts(answers)).containsExactly("é", "é", "é");
    assertThat(firsts(who)).containsExactlyInAnyOrder(0, 1, 2);
    if (knowsWhoAnswers()) {
      for (BroadcastAnswers.Answer each : who.answers()) {
        int index = each.args().require(0, Integer.class);
        assertThat(each.socketId()).isEqualTo(all.get(index).id());
      }
    }
  }

  @Test
  void onlyThoseWhoAreMeantAreAsked() throws Exception {
    List<SocketIoTestClient> members = three();
    members.forEach(each -> in("r", each).answer("ask", "yes"));
    List<SocketIoTestClient> others = three();
    in("r", in("s", others.get(1)));

    BroadcastAnswers answers = await(here().to("r").except("s").emitWithAck("ask"));
    end();

    assertThat(answers.isComplete()).isTrue();
    assertThat(firsts(answers)).containsExactly("yes", "yes", "yes");
    others.forEach(each -> assertThat(heard(each)).isEmpty());
  }

  @Test
  void whoDoesNotAnswerInTimeIsMissing() throws Exception {
    List<SocketIoTestClient> all = three();

    CompletableFuture<BroadcastAnswers> asked =
        here().everybody().timeout(LIMIT).emitWithAck("ask").toCompletableFuture();
    all.get(0).await("ask").ack("first");
    all.get(1).await("ask").ack("second");
    ReceivedEvent unanswered = all.get(2).await("ask");
    settle();
    assertThat(asked).isNotDone();
    nodes.advance(LIMIT);

    BroadcastAnswers answers = await(asked);
    assertThat(firsts(answers)).containsExactlyInAnyOrder("first", "second");
    assertMissing(answers, all.get(2));
    assertThat(answers.reached()).isEqualTo(3);
    assertThat(answers.silentNodes()).isZero();
    unanswered.ack("late"); // nobody waits any more
    all.get(2).answer("again", "yes");
    all.get(0).answer("again", "yes");
    all.get(1).answer("again", "yes");
    assertThat(await(here().emitWithAck("again")).isComplete()).isTrue();
  }

  @Test
  void whoLeavesBeforeAnsweringIsMissing() throws Exception {
    List<SocketIoTestClient> all = three();

    CompletableFuture<BroadcastAnswers> asked =
        here().everybody().timeout(LIMIT).emitWithAck("ask").toCompletableFuture();
    all.get(0).await("ask").ack("first");
    all.get(1).await("ask");
    all.get(1).disconnect();
    all.get(2).await("ask").ack("third");
    if (!knowsWhoAnswers()) { // and so nobody can say that he will not
      settle();
      nodes.advance(LIMIT);
    }

    BroadcastAnswers answers = await(asked);
    assertThat(firsts(answers)).containsExactlyInAnyOrder("first", "third");
    assertMissing(answers, all.get(1));
  }

  @Test
  void aQuestionToNobodyIsAnsweredAtOnce() throws Exception {
    three();

    BroadcastAnswers answers = await(here().to("nobody", "none").emitWithAck("ask"));

    assertThat(answers.isComplete()).isTrue();
    assertThat(answers.reached()).isZero();
  }

  @Test
  void answersCarryBytesAndSeveralArguments() throws Exception {
    List<SocketIoTestClient> all = three();
    all.forEach(each -> each.answer("ask", Map.of("b", bytes(0, 255)), null, "é"));
    all.forEach(each -> each.answer("nothing"));
    all.forEach(each -> each.answer("null", new @Nullable Object[] {null}));

    BroadcastAnswers answers = await(here().emitWithAck("ask", bytes(7)));
    BroadcastAnswers nothing = await(here().emitWithAck("nothing"));
    BroadcastAnswers nulls = await(here().emitWithAck("null"));

    assertThat(answers.answers()).hasSize(3);
    for (BroadcastAnswers.Answer each : answers.answers()) {
      if (carriesAllArgumentsOfAnswers()) {
        assertThat(each.args().list()).containsExactly(Map.of("b", bytes(0, 255)), null, "é");
      } else {
        assertThat(each.args().get(0)).isEqualTo(Map.of("b", bytes(0, 255)));
      }
    }
    assertThat(nothing.answers()).hasSize(3);
    assertThat(nulls.answers()).hasSize(3);
    assertThat(firsts(nulls)).containsExactly(null, null, null);
    all.forEach(each -> assertThat(each.await("ask").get(0)).isEqualTo(bytes(7)));
  }

  @Test
  void oneSocketIsAskedByItsId() throws Exception {
    List<SocketIoTestClient> all = three();
    all.get(2).answer("ask", "third");

    BroadcastAnswers answers = await(here().to(all.get(2).id()).emitWithAck("ask"));

    assertThat(answers.isComplete()).isTrue();
    assertThat(firsts(answers)).containsExactly("third");
  }

  @Test
  void manyQuestionsAtOnceGetTheirOwnAnswers() throws Exception {
    List<SocketIoTestClient> all = three();
    all.forEach(each -> each.onRequest("echo", args -> args.get(0)));

    List<CompletableFuture<BroadcastAnswers>> asked = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      asked.add(here().emitWithAck("echo", i).toCompletableFuture());
    }

    for (int i = 0; i < 100; i++) {
      assertThat(firsts(await(asked.get(i)))).containsExactly(i, i, i);
    }
  }

  // ---- rooms ----

  private List<String> idsIn(String room) throws Exception {
    return await(here().to(room).fetchSockets()).stream().map(RemoteSocket::id).toList();
  }

  private static String[] ids(SocketIoTestClient... clients) {
    return Arrays.stream(clients).map(SocketIoTestClient::id).toArray(String[]::new);
  }

  @Test
  void socketsJoinByRoomByIdAndAll() throws Exception {
    List<SocketIoTestClient> all = three();
    in("r", all.get(0));
    in("r", all.get(2));

    await(here().to("r").socketsJoin("s", "t"));
    await(here().to(all.get(1).id()).socketsJoin("u"));
    await(here().everybody().socketsJoin("v"));
    await(here().except("r").socketsJoin("w"));
    await(here().to("r").except(all.get(0).id()).socketsJoin("x"));

    assertThat(idsIn("s")).containsExactlyInAnyOrder(ids(all.get(0), all.get(2)));
    assertThat(idsIn("t")).containsExactlyInAnyOrder(ids(all.get(0), all.get(2)));
    assertThat(idsIn("u")).containsExactly(ids(all.get(1)));
    assertThat(idsIn("v")).hasSize(3);
    assertThat(idsIn("w")).containsExactly(ids(all.get(1)));
    assertThat(idsIn("x")).containsExactly(ids(all.get(2)));
  }

  @Test
  void socketsLeaveByRoomByIdAndAll() throws Exception {
    List<SocketIoTestClient> all = three();
    for (String room : List.of("r", "s", "t", "u", "v", "w")) {
      all.forEach(each -> in(room, each));
    }
    all.get(1).call("leave", "r");

    await(here().to("r").socketsLeave("s", "t"));
    await(here().to(all.get(1).id()).socketsLeave("u"));
    await(here().everybody().socketsLeave("v"));
    await(here().except("r").socketsLeave("w", "no such room"));

    assertThat(idsIn("s")).containsExactly(ids(all.get(1)));
    assertThat(idsIn("t")).containsExactly(ids(all.get(1)));
    assertThat(idsIn("u")).containsExactlyInAnyOrder(ids(all.get(0), all.get(2)));
    assertThat(idsIn("v")).isEmpty();
    assertThat(idsIn("w")).containsExactlyInAnyOrder(ids(all.get(0), all.get(2)));
  }

  @Test
  void aRoomIsClosedForAllInIt() throws Exception {
    List<SocketIoTestClient> all = three();
    all.forEach(each -> in("s", in("r", each)));

    await(here().closeRoom("r"));
    here().to("r").emit("r");
    here().to("s").emit("s");
    end();

    assertThat(idsIn("r")).isEmpty();
    all.forEach(each -> assertThat(heard(each)).containsExactly("s[]"));
    in("r", all.get(2));
    assertThat(idsIn("r")).containsExactly(ids(all.get(2)));
  }

  @Test
  void roomsOfManySocketsAndNamesChangeAtOnce() throws Exception {
    List<SocketIoTestClient> all = three();
    String[] many = IntStream.range(0, 100).mapToObj(i -> "room " + i).toArray(String[]::new);

    await(here().to(ids(all.get(0), all.get(1))).socketsJoin(many));
    assertThat(idsIn("room 99")).containsExactlyInAnyOrder(ids(all.get(0), all.get(1)));
    await(here().to(many).socketsLeave(many));
    assertThat(idsIn("room 0")).isEmpty();
    assertThat(idsIn("room 99")).isEmpty();
  }

  // ---- disconnecting ----

  @Test
  void socketsAreDisconnectedByRoomAndById() throws Exception {
    List<SocketIoTestClient> members = three();
    members.forEach(each -> in("r", each));
    List<SocketIoTestClient> others = three();

    await(here().to("r").except(members.get(0).id()).disconnectSockets(false));
    await(here().to(others.get(2).id()).disconnectSockets(false));

    assertThat(members.get(1).awaitDisconnect()).isEqualTo("io server disconnect");
    assertThat(members.get(2).awaitDisconnect()).isEqualTo("io server disconnect");
    assertThat(others.get(2).awaitDisconnect()).isEqualTo("io server disconnect");
    assertThat(await(here().fetchSockets()))
        .extracting(RemoteSocket::id)
        .containsExactlyInAnyOrder(ids(members.get(0), others.get(0), others.get(1)));
    assertThat(others.get(2).isOpen()).isTrue();
  }

  /** Has all nodes have a namespace, and waits until they hear of it. */
  private void everywhere(String namespace) throws Exception {
    nodes.all().forEach(node -> node.server().of(namespace));
    awaitNodes(here().of(namespace), nodes.all().size());
  }

  /** Waits until so many nodes hear of a namespace: it takes effect at the broker later. */
  private static void awaitNodes(Namespace namespace, int nodes) throws Exception {
    Nodes.eventually(
        () -> {
          OptionalInt count = await(namespace.serverCount());
          return count.isEmpty() || count.getAsInt() >= nodes;
        });
  }

  @Test
  void aWholeNamespaceIsDisconnectedAndTheConnectionsStay() throws Exception {
    everywhere("/chat");
    List<SocketIoTestClient> all = three();
    List<TestSocket> chat = all.stream().map(each -> each.connect("/chat")).toList();

    await(here().of("/chat").everybody().disconnectSockets(false));

    chat.forEach(each -> assertThat(each.awaitDisconnect()).isEqualTo("io server disconnect"));
    end();
    all.forEach(each -> assertThat(heard(each)).isEmpty());
  }

  @Test
  void closingTakesTheConnectionWithAllNamespaces() throws Exception {
    everywhere("/chat");
    List<SocketIoTestClient> all = three();
    List<TestSocket> chat = all.stream().map(each -> each.connect("/chat")).toList();

    await(here().to(all.get(0).id(), all.get(2).id()).disconnectSockets(true));

    all.get(0).awaitDisconnect();
    all.get(2).awaitDisconnect();
    chat.get(0).awaitDisconnect();
    chat.get(2).awaitDisconnect();
    assertThat(chat.get(1).isConnected()).isTrue();
    assertThat(await(here().of("/chat").fetchSockets()))
        .extracting(RemoteSocket::id)
        .containsExactly(chat.get(1).id());
  }

  // ---- who is there ----

  @Test
  void socketsAreFetchedByRoomExceptAndAll() throws Exception {
    List<SocketIoTestClient> all = three();
    in("r", all.get(0));
    in("s", in("r", all.get(1)));

    assertThat(await(here().fetchSockets()))
        .extracting(RemoteSocket::id)
        .containsExactlyInAnyOrder(ids(all.get(0), all.get(1), all.get(2)));
    assertThat(idsIn("r")).containsExactlyInAnyOrder(ids(all.get(0), all.get(1)));
    assertThat(await(here().to("r").except("s").fetchSockets()))
        .extracting(RemoteSocket::id)
        .containsExactly(all.get(0).id());
    assertThat(await(here().except("r").fetchSockets()))
        .extracting(RemoteSocket::id)
        .containsExactly(all.get(2).id());
    assertThat(idsIn("nobody")).isEmpty();
    assertThat(idsIn(all.get(2).id())).containsExactly(all.get(2).id());
  }

  @Test
  void fetchedSocketsAreDescribed() throws Exception {
    Move move = new Move("king", 1, List.of(), null);
    for (SocketIoTestServer node : nodes.all()) {
      node.server()
          .onConnect(
              socket -> {
                socket.attributes().put("name", "é");
                socket.attributes().put("list", List.of(1, "two"));
                socket.attributes().put("move", move);
                socket.attributes().put("bytes", ByteBuffer.wrap(new byte[] {1, 2}));
              });
    }
    Instant before = Instant.ofEpochMilli(System.currentTimeMillis());
    for (int i = 0; i < 3; i++) {
      SocketIoTestClient client =
          nodes
              .get(i)
              .connect(
                  TestClientOptions.builder()
                      .auth(Map.of("token", "t", "nested", Map.of("n", 1)))
                      .query("q", "a b&é")
                      .header("X-Several", "one")
                      .header("X-Several", "two")
                      .cookie("c", "d")
                      .remoteAddress(new InetSocketAddress("192.0.2.7", 1234))
                      .secure(true)
                      .build());
      in("r", client);

      RemoteSocket found = await(here().to("r").fetchSockets()).get(0);

      assertThat(found.id()).isEqualTo(client.id());
      assertThat(found.rooms()).isEqualTo(Set.of(client.id(), "r"));
      assertThat(found.handshake().auth())
          .isEqualTo(Map.of("token", "t", "nested", Map.of("n", 1)));
      assertThat(found.handshake().query()).containsEntry("q", "a b&é");
      assertThat(found.handshake().headers().get("cookie")).isEqualTo("c=d");
      assertThat(found.handshake().headers().all("x-several")).isNotEmpty();
      assertThat(found.handshake().address()).isEqualTo("192.0.2.7");
      assertThat(found.handshake().secure()).isTrue();
      assertThat(found.handshake().issued())
          .isBetween(before, Instant.ofEpochMilli(System.currentTimeMillis() + 1));
      assertThat(found.handshake().url()).contains("q=");
      assertThat(found.attributes()).containsOnlyKeys("name", "list", "move", "bytes");
      assertThat(found.attributes())
          .containsEntry("name", "é")
          .containsEntry("list", List.of(1, "two"))
          .containsEntry("bytes", bytes(1, 2));
      client.disconnect();
    }
  }

  @Test
  void anAttributeThatCannotBeToldHidesNoSocket() throws Exception {
    for (SocketIoTestServer node : nodes.all()) {
      node.server()
          .onConnect(
              socket -> {
                socket.attributes().put("name", "x");
                socket.attributes().put("closed", new Closed());
                Map<String, Object> endless = new LinkedHashMap<>();
                endless.put("self", endless);
                socket.attributes().put("endless", new Holder(endless));
              });
    }
    List<SocketIoTestClient> all = three();

    List<RemoteSocket> found = await(here().fetchSockets());

    assertThat(found)
        .extracting(RemoteSocket::id)
        .containsExactlyInAnyOrder(ids(all.get(0), all.get(1), all.get(2)));
    assertThat(found).allSatisfy(each -> assertThat(each.attributes()).containsEntry("name", "x"));
  }

  /** Something that has no end. */
  record Holder(Map<String, Object> endless) {}

  /** Something that cannot be read any more. */
  static final class Closed {
    private final boolean isOpen = false;

    public String getName() {
      if (!isOpen) {
        throw new IllegalStateException("closed");
      }
      return "open";
    }
  }

  @Test
  void thoseWhoHaveLeftAreNotFetched() throws Exception {
    List<SocketIoTestClient> all = three();
    all.forEach(each -> in("r", each));

    all.get(1).disconnect();
    all.get(2).drop();

    Nodes.eventually(() -> idsIn("r").size() == 1);
    assertThat(await(here().fetchSockets()))
        .extracting(RemoteSocket::id)
        .containsExactly(all.get(0).id());
  }

  @Test
  void nodesAreCounted() throws Exception {
    for (SocketIoTestServer node : nodes.all()) {
      OptionalInt count = await(node.server().serverCount());

      assertThat(count).hasValue(nodeCount());
    }
  }

  // ---- events between the nodes themselves ----

  @Test
  void aServerSideEventReachesAllOtherNodesOnce() throws Exception {
    BlockingQueue<String> heard = new LinkedBlockingQueue<>();
    for (int i = 0; i < nodes.all().size(); i++) {
      int node = i;
      nodes.get(i).server().onServerSide("tell", args -> heard.add(node + " " + args.list()));
    }

    here().serverSideEmit("tell", "é", List.of(1, bytes(2).get(0)), null);
    here().serverSideEmit("tell");

    List<String> got = new ArrayList<>();
    for (int i = 0; i < 2 * (nodeCount() - 1); i++) {
      got.add(Objects.requireNonNull(heard.poll(30, TimeUnit.SECONDS), "not heard in time"));
    }
    settle();
    assertThat(heard).isEmpty();
    List<String> expected = new ArrayList<>();
    for (int node = 1; node < nodeCount(); node++) {
      expected.add(node + " [é, [1, 2], null]");
      expected.add(node + " []");
    }
    assertThat(got).containsExactlyInAnyOrderElementsOf(expected);
  }

  @Test
  void otherNodesAnswer() throws Exception {
    for (int i = 0; i < nodes.all().size(); i++) {
      int node = i;
      nodes.get(i).server().onServerSideRequest("ask", args -> List.of(node, args.list()));
    }

    ServerAnswers answers = await(here().serverSideEmitWithAck("ask", "é", bytes(1, 2)));

    assertThat(answers.isComplete()).isTrue();
    List<Object> expected = new ArrayList<>();
    for (int node = 1; node < nodeCount(); node++) {
      expected.add(List.of(node, List.of("é", bytes(1, 2))));
    }
    assertThat(answers.values()).containsExactlyInAnyOrderElementsOf(expected);
  }

  @Test
  void otherNodesAnswerLaterAndWithAnything() throws Exception {
    List<CompletableFuture<Object>> later = Collections.synchronizedList(new ArrayList<>());
    for (SocketIoTestServer node : nodes.all()) {
      node.server()
          .onServerSideRequest(
              "later",
              args -> {
                CompletableFuture<Object> answer = new CompletableFuture<>();
                later.add(answer);
                return answer.minimalCompletionStage();
              })
          .onServerSideRequest("bytes", args -> bytes(0, 255))
          .onServerSideRequest("null", args -> null)
          .onServerSide("told", args -> {});
    }
    int others = nodeCount() - 1;

    CompletableFuture<ServerAnswers> asked =
        here().serverSideEmitWithAck("later").toCompletableFuture();
    Nodes.eventually(() -> later.size() == others);
    if (others > 0) {
      assertThat(asked).isNotDone();
    }
    List.copyOf(later).forEach(answer -> answer.complete("at last"));

    assertThat(await(asked).values()).isEqualTo(Collections.nCopies(others, "at last"));
    assertThat(await(here().serverSideEmitWithAck("bytes")).values())
        .isEqualTo(Collections.nCopies(others, bytes(0, 255)));
    assertThat(await(here().serverSideEmitWithAck("null")).values())
        .isEqualTo(Collections.nCopies(others, null));
    assertThat(await(here().serverSideEmitWithAck("told")).values())
        .isEqualTo(Collections.nCopies(others, null));
  }

  @Test
  void nodesThatDoNotAnswerAreMissing() throws Exception {
    BlockingQueue<String> called = new LinkedBlockingQueue<>();
    List<SocketIoTestServer> all = nodes.all();
    for (int i = 0; i < all.size(); i++) {
      if (i % 2 == 1) { // the others have no handler
        all.get(i)
            .server()
            .onServerSideRequest(
                "ask",
                args -> {
                  called.add("ask");
                  return "yes";
                })
            .onServerSideRequest(
                "fail",
                args -> {
                  called.add("fail");
                  throw new IllegalArgumentException("meant to fail");
                });
      }
    }
    int answering = nodeCount() / 2;

    CompletableFuture<ServerAnswers> asked =
        here().serverSideEmitWithAck(LIMIT, "ask").toCompletableFuture();
    CompletableFuture<ServerAnswers> failing =
        here().serverSideEmitWithAck(LIMIT, "fail").toCompletableFuture();
    for (int i = 0; i < 2 * answering; i++) {
      assertThat(called.poll(30, TimeUnit.SECONDS)).isNotNull();
    }
    settle();
    nodes.advance(LIMIT);

    assertThat(await(asked).values()).isEqualTo(Collections.nCopies(answering, "yes"));
    assertThat(await(asked).missing()).isEqualTo(nodeCount() - 1 - answering);
    assertThat(await(failing).values()).isEmpty();
    assertThat(await(failing).missing()).isEqualTo(nodeCount() - 1);
  }

  @Test
  void serverSideEventsHaveNamespaces() throws Exception {
    for (SocketIoTestServer node : nodes.all()) {
      node.server().of("/a").onServerSideRequest("ask", args -> "a");
      node.server().of("/b").onServerSideRequest("ask", args -> "b");
    }
    everywhere("/a");
    everywhere("/b");

    assertThat(await(here().of("/a").serverSideEmitWithAck("ask")).values())
        .isEqualTo(Collections.nCopies(nodeCount() - 1, "a"));
    assertThat(await(here().of("/b").serverSideEmitWithAck("ask")).values())
        .isEqualTo(Collections.nCopies(nodeCount() - 1, "b"));
  }

  static byte[] utf8(String text) {
    return text.getBytes(UTF_8);
  }
}

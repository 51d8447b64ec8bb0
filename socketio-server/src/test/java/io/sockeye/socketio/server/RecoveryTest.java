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

import io.sockeye.engineio.server.internal.MemoryExchange;
import io.sockeye.engineio.server.internal.MemorySocket;
import io.sockeye.socketio.server.spi.ClientManager;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Coming back after a lost connection (rules S53 to S62). */
class RecoveryTest {
  private static final Pattern PID = Pattern.compile("\"pid\":\"([^\"]*)\"");
  private static final Pattern OFFSET = Pattern.compile(",\"([A-Za-z0-9_-]{6}\\.[0-9a-z]+)\"]$");

  private final List<Socket> sockets = new ArrayList<>();
  private Io io = start(recovery -> {});

  private Io start(Consumer<ConnectionStateRecovery.Builder> change) {
    return start(change, options -> {});
  }

  private Io start(
      Consumer<ConnectionStateRecovery.Builder> change, Consumer<SocketIoOptions.Builder> more) {
    ConnectionStateRecovery.Builder recovery = ConnectionStateRecovery.builder();
    change.accept(recovery);
    io =
        Io.start(
            options -> {
              options
                  .engine(
                      engine ->
                          engine
                              .pingInterval(Duration.ofSeconds(10))
                              .pingTimeout(Duration.ofSeconds(5)))
                  .connectionStateRecovery(recovery.build());
              more.accept(options);
            });
    io.listen("/").onConnect(sockets::add);
    return io;
  }

  private Socket socket() {
    return sockets.get(sockets.size() - 1);
  }

  /** A client, as far as it must remember something to come back. */
  private final class Peer {
    final MemorySocket socket = io.open();
    final String sid;
    final String pid;

    Peer(String connect) {
      List<String> frames = socket.send(connect).take();
      String answer = frames.get(frames.size() - 1);
      sid = Io.sid(answer);
      pid = pid(answer);
    }

    Peer() {
      this("40");
    }
  }

  private static String pid(String frame) {
    Matcher matcher = PID.matcher(frame);
    assertThat(matcher.find()).as("a pid in %s", frame).isTrue();
    return matcher.group(1);
  }

  /** The offset of an event. */
  private static String offset(String frame) {
    Matcher matcher = OFFSET.matcher(frame);
    assertThat(matcher.find()).as("an offset in %s", frame).isTrue();
    return matcher.group(1);
  }

  /** Frames without their offsets, which the events among them must have. */
  private static List<String> plain(List<String> frames) {
    return frames.stream()
        .map(frame -> frame.startsWith("42") ? OFFSET.matcher(frame).replaceFirst("]") : frame)
        .toList();
  }

  private static String connect(String pid, @Nullable String offset) {
    return offset == null
        ? "40{\"pid\":\"" + pid + "\"}"
        : "40{\"pid\":\"" + pid + "\",\"offset\":\"" + offset + "\"}";
  }

  /** What a client is sent that comes back. */
  private List<String> comeBack(String pid, @Nullable String offset) {
    return io.open().send(connect(pid, offset)).take();
  }

  private static String confirmed(Peer peer) {
    return "40{\"sid\":\"" + peer.sid + "\",\"pid\":\"" + peer.pid + "\"}";
  }

  private void assertNewSession(Peer peer, List<String> frames) {
    assertThat(frames).hasSize(1);
    assertThat(Io.sid(frames.get(0))).isNotEqualTo(peer.sid);
    assertThat(pid(frames.get(0))).isNotEqualTo(peer.pid);
    assertThat(socket().recovered()).isFalse();
  }

  private long count(SocketIoCounter counter) {
    return io.server.counters().get(counter);
  }

  private LocalRecovery kept() {
    return ((LocalClientManager) io.server.manager()).recovery();
  }

  // ---- what is on the wire ----

  @Test
  void s57WithoutTheOptionNothingIsDifferent() {
    Io off = Io.start();
    List<Socket> there = new ArrayList<>();
    off.server.onConnect(there::add);
    MemorySocket socket = off.open().send("40{\"pid\":\"AAAAAAAAAAAAAAAAAAAA\",\"offset\":\"1\"}");

    assertThat(socket.take()).singleElement().asString().matches("40\\{\"sid\":\"[^\"]{20}\"}");
    assertThat(there.get(0).handshake().auth()).containsOnlyKeys("pid", "offset");
    there.get(0).emit("a", 1);
    off.server.emit("b");
    assertThat(socket.take()).containsExactly("42[\"a\",1]", "42[\"b\"]");
    assertThat(off.server.counters()).containsValue(0L).hasSize(SocketIoCounter.values().length);
  }

  @Test
  void theAnswerHasAPrivateIdToo() {
    assertThat(io.open().send("40").take())
        .singleElement()
        .asString()
        .matches("40\\{\"sid\":\"[A-Za-z0-9_-]{20}\",\"pid\":\"[A-Za-z0-9_-]{20}\"}");
  }

  @Test
  void eventsCarryAnOffset() {
    Peer peer = new Peer();
    Peer other = new Peer();
    socket().join("r");
    socket().emit("direct", 1);
    String direct = other.socket.take().get(0);
    io.server.emit("all", Map.of("k", "v"));
    io.server.to("r").emit("room");

    assertThat(direct).isEqualTo("42[\"direct\",1,\"" + offset(direct) + "\"]");
    List<String> frames = other.socket.take();
    assertThat(plain(frames)).containsExactly("42[\"all\",{\"k\":\"v\"}]", "42[\"room\"]");
    assertThat(frames).doesNotHaveDuplicates();
    assertThat(peer.socket.take()).containsExactly(frames.get(0)); // one text for all
  }

  @Test
  void volatileEventsAndQuestionsCarryNone() {
    Peer peer = new Peer();
    socket().asVolatile().emit("v", 1);
    io.server.of("/").everybody().asVolatile().emit("w");
    CompletableFuture<Args> answer = socket().emitWithAck("q", 2);

    assertThat(peer.socket.take()).containsExactly("42[\"v\",1]", "42[\"w\"]", "420[\"q\",2]");
    assertThat(answer).isNotDone();
  }

  @Test
  void whatIsPassedOnKeepsItsText() {
    io.server.on("echo", (socket, args) -> socket.emit("back", args));
    Peer peer = new Peer();
    peer.socket.send("42[\"echo\",1.50,{\"b\":1e3,\"a\":2}]").send("42[\"echo\"]");

    assertThat(plain(peer.socket.take()))
        .containsExactly("42[\"back\",1.50,{\"b\":1e3,\"a\":2}]", "42[\"back\"]");
  }

  @Test
  void s53WhatWasMissedComesInOrderThenTheAnswer() {
    Peer peer = new Peer();
    socket().join("r");
    socket().emit("first");
    String offset = offset(peer.socket.take().get(0));
    peer.socket.drop();
    io.server.emit("a", 1);
    io.server.to("r").emit("b", 2);
    io.server.to(peer.sid).emit("c", 3);

    List<String> frames = comeBack(peer.pid, offset);
    assertThat(plain(frames))
        .containsExactly("42[\"a\",1]", "42[\"b\",2]", "42[\"c\",3]", confirmed(peer));
    assertThat(offset(frames.get(0))).isNotEqualTo(offset);
    assertThat(count(SocketIoCounter.SESSIONS_RECOVERED)).isEqualTo(1);
    assertThat(count(SocketIoCounter.RECOVERIES_REJECTED)).isZero();
  }

  @Test
  void binaryIsMissedAndCaughtUpWith() {
    Peer peer = new Peer();
    io.server.emit("first");
    String offset = offset(peer.socket.take().get(0));
    peer.socket.drop();
    io.server.emit("b", new byte[] {1, 2}, "t", new byte[] {3});

    List<String> frames = comeBack(peer.pid, offset);
    assertThat(frames.get(0))
        .startsWith(
            "452-[\"b\",{\"_placeholder\":true,\"num\":0},\"t\","
                + "{\"_placeholder\":true,\"num\":1},\"");
    assertThat(offset(frames.get(0))).isNotEqualTo(offset);
    assertThat(frames.subList(1, 4)).containsExactly("<0102>", "<03>", confirmed(peer));
  }

  @Test
  void aSessionOnPollingComesBack() {
    String uri = "/socket.io/?EIO=4&transport=polling";
    MemoryExchange handshake = io.web.get(uri);
    String session = uri + "&sid=" + Io.sid(handshake.text());
    io.web.post(session, "40");
    String pid = pid(io.web.get(session).text());
    io.web.post(session, "1");
    io.server.emit("a");
    String again = uri + "&sid=" + Io.sid(io.web.get(uri).text());
    io.web.post(again, connect(pid, null));

    assertThat(io.web.get(again).text())
        .matches("42\\[\"a\",\"[^\"]*\"]\u001e40\\{\"sid\":\"[^\"]*\",\"pid\":\"" + pid + "\"}");
  }

  @Test
  void clientsOfEarlierRevisionsKnowNothingOfIt() {
    Peer peer = new Peer();
    MemorySocket legacy = io.openLegacy("");
    io.server.emit("a", 1);
    socket().emit("b");
    legacy.drop();

    assertThat(legacy.take()).containsExactly("42[\"a\",1]", "42[\"b\"]");
    assertThat(plain(peer.socket.take())).containsExactly("42[\"a\",1]");
    assertThat(kept().lostSessions()).isZero();
  }

  // ---- who comes back ----

  @Test
  void s54IdRoomsAndAttributesAreBack() {
    Peer peer = new Peer();
    socket().join("r", "s");
    socket().attributes().put("name", "x");
    peer.socket.drop();
    io.takeHeard();
    List<String> frames = comeBack(peer.pid, null);

    assertThat(frames).containsExactly(confirmed(peer));
    assertThat(socket().recovered()).isTrue();
    assertThat(socket().id()).isEqualTo(peer.sid);
    assertThat(socket().rooms()).containsExactlyInAnyOrder(peer.sid, "r", "s");
    assertThat(socket().attributes()).isEqualTo(Map.of("name", "x"));
    assertThat(io.takeHeard()).containsExactly("/ connect");
    assertThat(io.server.of("/").localSockets()).containsExactly(socket());
    assertThat(io.server.to("r").fetchSockets().toCompletableFuture().join()).hasSize(1);
  }

  @Test
  void theLossIsHeardOfAsAlways() {
    Peer peer = new Peer();
    socket().join("r");
    peer.socket.drop();

    assertThat(socket().isConnected()).isFalse();
    assertThat(io.server.of("/").localSockets()).isEmpty();
    assertThat(io.takeHeard())
        .containsExactly(
            "/ connect", "/ disconnecting in 2 rooms", "/ disconnect: transport close");
  }

  @Test
  void b4WhoHadNoEventYetGetsAllSinceTheBeginning() {
    Peer before = new Peer();
    io.server.emit("before");
    Peer peer = new Peer();
    socket().emit("lost on the way");
    peer.socket.drop();
    io.server.emit("while away");

    assertThat(plain(comeBack(peer.pid, null)))
        .containsExactly("42[\"lost on the way\"]", "42[\"while away\"]", confirmed(peer));
    assertThat(before.socket.isOpen()).isTrue();
  }

  @Test
  void whatWasOnTheWayWhenTheConnectionBrokeIsNotLost() {
    Peer peer = new Peer();
    io.server.emit("a");
    io.server.emit("b");
    io.server.emit("c");
    String had = offset(peer.socket.take().get(1));
    peer.socket.drop();

    assertThat(plain(comeBack(peer.pid, had))).containsExactly("42[\"c\"]", confirmed(peer));
  }

  @Test
  void b4ReplayedEventsCarryTheirOffsetsForTheNextTime() {
    Peer peer = new Peer();
    peer.socket.drop();
    io.server.emit("a");
    io.server.emit("b");
    MemorySocket second = io.open().send(connect(peer.pid, null));
    String had = offset(second.take().get(0));
    second.drop();
    io.server.emit("c");
    MemorySocket third = io.open().send(connect(peer.pid, had));

    assertThat(plain(third.take())).containsExactly("42[\"b\"]", "42[\"c\"]", confirmed(peer));
    io.server.emit("d");
    assertThat(plain(third.take())).containsExactly("42[\"d\"]");
    assertThat(count(SocketIoCounter.SESSIONS_RECOVERED)).isEqualTo(2);
  }

  @Test
  void cutTwiceBeforeTheFirstEvent() {
    Peer peer = new Peer();
    peer.socket.drop();
    io.open().send(connect(peer.pid, null)).drop();
    io.server.emit("a");

    assertThat(plain(comeBack(peer.pid, null))).containsExactly("42[\"a\"]", confirmed(peer));
  }

  @Test
  void whatIsSentToALostSocketWaitsForIt() {
    Peer peer = new Peer();
    Socket lost = socket();
    peer.socket.drop();
    lost.emit("late answer", 1);
    MemorySocket back = io.open().send(connect(peer.pid, null));
    assertThat(plain(back.take())).containsExactly("42[\"late answer\",1]", confirmed(peer));
    lost.emit("later answer", 2);

    assertThat(plain(back.take())).containsExactly("42[\"later answer\",2]");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void s55MiddlewareIsSkippedOrNot(boolean skip) {
    start(recovery -> recovery.skipMiddlewares(skip));
    List<String> asked = new ArrayList<>();
    io.server.use(
        socket -> {
          asked.add(socket.recovered() + " " + socket.rooms().contains("r"));
          socket.emit("from middleware");
        });
    Peer peer = new Peer();
    socket().join("r");
    peer.socket.take();
    peer.socket.drop();
    io.server.emit("a");

    List<String> frames = plain(comeBack(peer.pid, null));
    if (skip) {
      assertThat(asked).containsExactly("false false");
      assertThat(frames).containsExactly("42[\"from middleware\"]", "42[\"a\"]", confirmed(peer));
    } else {
      assertThat(asked).containsExactly("false false", "true true");
      assertThat(frames)
          .containsExactly(
              "42[\"from middleware\"]", "42[\"a\"]", "42[\"from middleware\"]", confirmed(peer));
    }
  }

  @Test
  void middlewareMayRefuseWhoComesBack() {
    start(recovery -> recovery.skipMiddlewares(false));
    Peer peer = new Peer();
    socket().join("r");
    peer.socket.drop();
    io.server.use(
        socket -> {
          throw new ConnectionRefusedException("no");
        });

    assertThat(comeBack(peer.pid, null)).containsExactly("44{\"message\":\"no\"}");
    assertThat(io.server.to("r").fetchSockets().toCompletableFuture().join()).isEmpty();
    assertThat(kept().lostSessions()).isZero();
  }

  @Test
  void theApplicationMayRefuseARecovery() {
    List<String> asked = new ArrayList<>();
    start(
        recovery ->
            recovery.allowRecovery(
                (handshake, session) -> {
                  asked.add(session.id() + session.rooms() + session.namespace());
                  if (handshake.auth().containsKey("broken")) {
                    throw new IllegalStateException("a test");
                  }
                  return handshake.auth().equals(session.handshake().auth());
                }));
    Peer peer = new Peer("40{\"user\":\"a\"}");
    peer.socket.drop();
    assertThat(io.open().send(connect(peer.pid, null).replace("}", ",\"user\":\"a\"}")).take())
        .containsExactly(confirmed(peer));
    assertThat(asked).containsExactly(peer.sid + "[" + peer.sid + "]/");

    for (String auth : List.of("\"user\":\"b\"", "\"user\":\"a\",\"broken\":1")) {
      Peer again = new Peer("40{\"user\":\"a\"}");
      again.socket.drop();
      assertNewSession(
          again, io.open().send(connect(again.pid, null).replace("}", "," + auth + "}")).take());
    }
    assertThat(count(SocketIoCounter.RECOVERIES_REJECTED)).isEqualTo(2);
  }

  @Test
  void thePrivateIdGoesNoFurther() {
    Peer peer = new Peer();
    peer.socket.drop();
    io.open().send(connect(peer.pid, null).replace("}", ",\"user\":\"a\"}"));

    assertThat(socket().handshake().auth()).isEqualTo(Map.of("user", "a"));
    assertThat(socket().toString()).doesNotContain(peer.pid);
    io.open().send("40{\"pid\":\"of the application\",\"offset\":3}");
    assertThat(socket().handshake().auth())
        .isEqualTo(Map.of("pid", "of the application", "offset", 3));
  }

  // ---- who does not ----

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"pid\":\"AAAAAAAAAAAAAAAAAAAA\"}",
        "{\"pid\":\"short\"}",
        "{\"pid\":\"PID\",\"offset\":1}",
        "{\"pid\":\"PID\",\"offset\":\"\"}",
        "{\"pid\":\"PID\",\"offset\":\"forged\"}",
        "{\"pid\":\"PID\",\"offset\":\"AAAAAA.1\"}",
        "{\"pid\":\"PID\",\"offset\":\"a\\nb\"}",
        "{\"pid\":\"PID\",\"offset\":[\"x\"]}"
      })
  void s56WrongIdsAndOffsetsMeanANewSession(String auth) {
    Peer peer = new Peer();
    io.server.emit("a");
    peer.socket.drop();

    assertNewSession(peer, io.open().send("40" + auth.replace("PID", peer.pid)).take());
    assertThat(count(SocketIoCounter.RECOVERIES_REJECTED)).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"{\"pid\":1}", "{\"pid\":null}", "{\"pid\":[\"x\"],\"offset\":\"y\"}"})
  void s62WhatIsNoTextIsIgnored(String auth) {
    assertThat(io.open().send("40" + auth).take()).hasSize(1);
    assertThat(count(SocketIoCounter.RECOVERIES_REJECTED)).isZero();
  }

  @Test
  void aSessionIsOfItsNamespace() {
    io.listen("/other");
    Peer peer = new Peer();
    peer.socket.drop();

    List<String> other = io.open().send(connect(peer.pid, null).replace("40", "40/other,")).take();
    assertThat(other).hasSize(1);
    assertThat(Io.sid(other.get(0))).isNotEqualTo(peer.sid);
    assertThat(comeBack(peer.pid, null)).containsExactly(confirmed(peer));
  }

  @Test
  void anOffsetOfAnotherNamespaceIsNone() {
    io.listen("/other");
    MemorySocket other = io.connect("/other");
    io.server.of("/other").emit("o");
    String foreign = offset(other.take().get(0));
    Peer peer = new Peer();
    peer.socket.drop();

    assertNewSession(peer, comeBack(peer.pid, foreign));
  }

  @Test
  void s59APrivateIdIsGoodForOneRecovery() {
    Peer peer = new Peer();
    peer.socket.drop();
    MemorySocket back = io.open().send(connect(peer.pid, null));

    assertNewSession(peer, comeBack(peer.pid, null));
    assertThat(back.take()).containsExactly(confirmed(peer));
    assertThat(back.isOpen()).isTrue();
  }

  @Test
  void whoIsThereIsNotReplaced() {
    Peer peer = new Peer();

    assertNewSession(peer, comeBack(peer.pid, null));
    assertThat(peer.socket.isOpen()).isTrue();
  }

  @Test
  void s60ASessionExpires() {
    Peer late = new Peer();
    Peer inTime = new Peer();
    late.socket.drop();
    io.clock.advance(1000);
    inTime.socket.send("3").drop();
    io.clock.advance(119_000);

    assertNewSession(late, comeBack(late.pid, null));
    assertThat(comeBack(inTime.pid, null)).containsExactly(confirmed(inTime));
  }

  @Test
  void s60OverTheBoundTheOldestEventsGo() {
    start(recovery -> recovery.maxEvents(2));
    Peer late = new Peer();
    Peer inTime = new Peer();
    io.server.emit("had");
    String had = offset(late.socket.take().get(0));
    late.socket.drop();
    io.server.emit("a");
    String latest = offset(inTime.socket.take().get(1));
    inTime.socket.drop();
    io.server.emit("b");
    io.server.emit("c");

    assertNewSession(late, comeBack(late.pid, had));
    assertThat(plain(comeBack(inTime.pid, latest)))
        .containsExactly("42[\"b\"]", "42[\"c\"]", confirmed(inTime));
  }

  @Test
  void whoHadEverythingBeforeTheLossNeedsNoOlderEvents() {
    start(recovery -> recovery.maxEvents(2));
    Peer peer = new Peer();
    socket().emit("had");
    String had = offset(peer.socket.take().get(0));
    for (int i = 0; i < 5; i++) {
      io.server.to("others").emit("o");
    }
    peer.socket.drop();
    io.server.emit("a");
    io.server.to("others").emit("o");

    assertThat(plain(comeBack(peer.pid, had))).containsExactly("42[\"a\"]", confirmed(peer));
  }

  @Test
  void aQuietSessionComesBackWithAnOldOffset() {
    Peer peer = new Peer();
    io.server.emit("had");
    String had = offset(peer.socket.take().get(0));
    for (int i = 0; i < 60; i++) {
      io.clock.advance(10_000);
      peer.socket.send("3");
    }
    assertThat(kept().retainedBytes()).isZero();
    peer.socket.take();
    peer.socket.drop();
    io.server.emit("a");

    assertThat(plain(comeBack(peer.pid, had))).containsExactly("42[\"a\"]", confirmed(peer));
  }

  @Test
  void theBytesOfANamespaceAreBounded() {
    start(recovery -> recovery.maxBytes(1000));
    Peer peer = new Peer();
    peer.socket.drop();
    for (int i = 0; i < 20; i++) {
      io.server.emit("a", "x".repeat(100));
      assertThat(kept().retainedBytes()).isBetween(100L, 1000L);
    }
    io.server.emit("a", "x".repeat(1000));

    assertThat(kept().retainedBytes()).isZero();
    assertNewSession(peer, comeBack(peer.pid, null));
  }

  @Test
  void theBytesOfAllNamespacesAreBounded() {
    start(recovery -> recovery.maxTotalBytes(1000));
    for (int i = 0; i < 3; i++) {
      io.server.of("/" + i);
      io.connect("/" + i);
    }
    for (int i = 0; i < 20; i++) {
      io.server.of("/" + i % 3).emit("a", "x".repeat(100));
      assertThat(kept().retainedBytes()).isBetween(100L, 1000L);
    }
  }

  @Test
  void theLostSessionsAreBounded() {
    start(recovery -> recovery.maxSessions(2));
    List<Peer> peers = List.of(new Peer(), new Peer(), new Peer());
    peers.forEach(peer -> peer.socket.drop());

    assertThat(kept().lostSessions()).isEqualTo(2);
    assertNewSession(peers.get(0), comeBack(peers.get(0).pid, null));
    assertThat(comeBack(peers.get(2).pid, null)).containsExactly(confirmed(peers.get(2)));
  }

  @Test
  void nothingIsKeptForEver() {
    Peer peer = new Peer();
    io.server.emit("a");
    peer.socket.drop();
    assertThat(kept().lostSessions()).isEqualTo(1);
    assertThat(kept().retainedBytes()).isPositive();
    io.clock.advance(180_000);

    assertThat(kept().lostSessions()).isZero();
    assertThat(kept().retainedBytes()).isZero();
    assertThat(io.clock.timers().size()).isZero();
  }

  @Test
  void whoHasMissedMoreThanCanBeSentBeginsAnew() {
    start(recovery -> {}, options -> options.engine(engine -> engine.maxOutboundPackets(3)));
    Peer peer = new Peer();
    peer.socket.drop();
    for (int i = 0; i < 4; i++) {
      io.server.emit("a", i);
    }

    assertNewSession(peer, comeBack(peer.pid, null));
  }

  @Test
  void s58WhoLeavesDoesNotComeBack() {
    Peer left = new Peer();
    left.socket.send("41").drop();
    Peer kicked = new Peer();
    socket().disconnect();
    kicked.socket.drop();
    Peer closed = new Peer();
    socket().disconnect(true);
    Peer wrong = new Peer();
    wrong.socket.send("42[]");

    assertThat(kept().lostSessions()).isZero();
    for (Peer peer : List.of(left, kicked, closed, wrong)) {
      assertNewSession(peer, comeBack(peer.pid, null));
    }
  }

  @Test
  void everyLossThatNobodyWantedCounts() {
    Peer silent = new Peer();
    io.clock.advance(15_100);
    Peer closing = new Peer();
    closing.socket.send("1");
    Peer forced = new Peer();
    socket().client().session().close();
    Peer broken = new Peer();
    broken.socket.send("2");

    assertThat(io.takeHeard())
        .filteredOn(line -> line.contains("disconnect:"))
        .containsExactly(
            "/ disconnect: ping timeout",
            "/ disconnect: transport close",
            "/ disconnect: forced close",
            "/ disconnect: transport error");
    for (Peer peer : List.of(silent, closing, forced, broken)) {
      assertThat(comeBack(peer.pid, null)).containsExactly(confirmed(peer));
    }
  }

  @Test
  void aSlowReaderDoesNotComeBack() {
    start(recovery -> {}, options -> options.engine(engine -> engine.maxOutboundPackets(3)));
    Peer peer = new Peer();
    peer.socket.writable(false);
    for (int i = 0; i < 10; i++) {
      io.server.emit("a", i);
    }

    assertThat(io.takeHeard()).last().isEqualTo("/ disconnect: slow consumer");
    assertNewSession(peer, comeBack(peer.pid, null));
  }

  // ---- what is missed ----

  @Test
  void s61OnlyWhatWasForTheSocketIsMissed() {
    io.listen("/other");
    Peer other = new Peer();
    Peer peer = new Peer();
    Socket mine = socket();
    mine.join("r");
    peer.socket.drop();
    io.server.of("/other").emit("other namespace");
    io.server.to("s").emit("other room");
    io.server.to(other.sid).emit("other socket");
    io.server.of("/").except("r").emit("not my room");
    io.server.to("r").except(peer.sid).emit("not me");
    mine.broadcast().emit("my own");
    io.server.to("r", "s").emit("mine");

    assertThat(plain(comeBack(peer.pid, null))).containsExactly("42[\"mine\"]", confirmed(peer));
  }

  @Test
  void aRoomCountsFromWhenItWasJoinedToWhenItWasLeft() {
    Peer peer = new Peer();
    io.server.to("r").emit("before");
    socket().join("r");
    io.server.to("r").emit("in");
    io.server.of("/").except("r").emit("except in");
    socket().leave("r");
    io.server.to("r").emit("after");
    io.server.of("/").except("r").emit("except after");
    assertThat(plain(peer.socket.take())).containsExactly("42[\"in\"]", "42[\"except after\"]");
    peer.socket.drop();

    assertThat(plain(comeBack(peer.pid, null)))
        .containsExactly("42[\"in\"]", "42[\"except after\"]", confirmed(peer));
  }

  @Test
  void soManyRoomsThatWereLeftAreRemembered() {
    Peer peer = new Peer();
    for (int i = 0; i < 300; i++) {
      socket().join("r" + i);
      io.server.to("r" + i).emit("a", i);
      socket().leave("r" + i);
    }
    List<String> frames = peer.socket.take();
    peer.socket.drop();
    String recent = offset(frames.get(297));
    assertThat(plain(comeBack(peer.pid, recent)))
        .containsExactly("42[\"a\",298]", "42[\"a\",299]", confirmed(peer));

    Peer late = new Peer();
    for (int i = 0; i < 300; i++) {
      socket().join("r" + i);
      io.server.to("r" + i).emit("a", i);
      socket().leave("r" + i);
    }
    late.socket.drop();
    assertNewSession(late, comeBack(late.pid, null));
  }

  @Test
  void eventsOfAnEarlierSessionAreNotReplayed() {
    Peer first = new Peer();
    io.server.emit("had");
    String stale = offset(first.socket.take().get(0));
    first.socket.send("41").drop();
    io.server.emit("between");
    MemorySocket fresh = io.open().send(connect(first.pid, stale));
    String pid = pid(fresh.take().get(0));
    fresh.drop();
    io.server.emit("missed");

    // The client has had no event of this session, and says the offset of the one before.
    List<String> frames = comeBack(pid, stale);
    assertThat(plain(frames).subList(0, 1)).containsExactly("42[\"missed\"]");
    assertThat(frames).hasSize(2);
  }

  @Test
  void aStaleOffsetIsKnownThoughItsEventIsGone() {
    start(recovery -> recovery.maxEvents(1));
    Peer peer = new Peer("40{\"pid\":\"AAAAAAAAAAAAAAAAAAAA\",\"offset\":\"BBBBBB.1\"}");
    peer.socket.drop();
    io.server.emit("missed");

    assertThat(plain(comeBack(peer.pid, "BBBBBB.1")))
        .containsExactly("42[\"missed\"]", confirmed(peer));
  }

  // ---- client managers of other kinds ----

  /** A server whose client manager answers differently to one question. */
  private void startChanging(
      String question, UnaryOperator<CompletionStage<@Nullable Object>> change) {
    start(
        recovery -> {},
        options ->
            options.clientManager(
                local ->
                    (ClientManager)
                        Proxy.newProxyInstance(
                            ClientManager.class.getClassLoader(),
                            new Class<?>[] {ClientManager.class},
                            (proxy, method, args) -> {
                              try {
                                Object result = method.invoke(local, args);
                                return method.getName().equals(question)
                                    ? change.apply(stage(result))
                                    : result;
                              } catch (InvocationTargetException thrown) {
                                throw thrown.getCause();
                              }
                            })));
  }

  @SuppressWarnings("unchecked")
  private static CompletionStage<@Nullable Object> stage(Object result) {
    return (CompletionStage<@Nullable Object>) result;
  }

  @Test
  void aManagerThatFailsMeansANewSession() {
    startChanging(
        "restore", result -> CompletableFuture.failedFuture(new IllegalStateException("a test")));
    Peer peer = new Peer();
    peer.socket.drop();

    assertNewSession(peer, comeBack(peer.pid, null));
  }

  @Test
  void aManagerThatThrowsMeansANewSession() {
    startChanging(
        "restore",
        result -> {
          throw new IllegalStateException("a test");
        });
    Peer peer = new Peer();
    peer.socket.drop();

    assertNewSession(peer, comeBack(peer.pid, null));
  }

  @Test
  void aManagerThatCannotKeepLosesTheSessionAndNothingElse() {
    startChanging(
        "persist",
        result -> {
          throw new IllegalStateException("a test");
        });
    Peer peer = new Peer();
    peer.socket.drop();

    assertThat(io.takeHeard()).last().isEqualTo("/ disconnect: transport close");
  }

  @Test
  void aManagerMayTakeItsTimeAndEventsWait() {
    List<Runnable> answers = new ArrayList<>();
    startChanging(
        "restore",
        result -> {
          CompletableFuture<@Nullable Object> later = new CompletableFuture<>();
          answers.add(() -> result.thenAccept(later::complete));
          return later;
        });
    io.server.on("a", (socket, args, ack) -> ack.send(socket.recovered()));
    Peer peer = new Peer();
    peer.socket.drop();
    MemorySocket back = io.open().send(connect(peer.pid, null)).send("421[\"a\"]");
    assertThat(back.take()).isEmpty();
    MemorySocket second = io.open().send(connect(peer.pid, null)); // must wait for its turn
    answers.get(0).run();

    assertThat(back.take()).containsExactly(confirmed(peer), "431[true]");
    assertThat(second.take()).isEmpty();
    answers.get(1).run();
    assertNewSession(peer, second.take());
  }

  @Test
  void whoIsLostAgainWhileComingBackMayTryAgain() {
    List<Runnable> answers = new ArrayList<>();
    startChanging(
        "restore",
        result -> {
          CompletableFuture<@Nullable Object> later = new CompletableFuture<>();
          answers.add(() -> result.thenAccept(later::complete));
          return later;
        });
    Peer peer = new Peer();
    peer.socket.drop();
    MemorySocket gone = io.open().send(connect(peer.pid, null));
    gone.drop();
    MemorySocket back = io.open().send(connect(peer.pid, null));
    answers.get(0).run();
    answers.get(1).run();

    assertThat(back.take()).containsExactly(confirmed(peer));
  }

  @Test
  void whoComesTooLateInTheEndStartsOver() {
    startChanging("resume", result -> CompletableFuture.completedStage(false));
    Peer peer = new Peer();
    peer.socket.drop();
    MemorySocket back = io.open().send(connect(peer.pid, null));

    assertThat(back.isOpen()).isFalse();
    assertThat(back.take()).isEmpty();
  }

  @Test
  void aManagerThatThrowsInTheEndStartsOver() {
    startChanging(
        "resume",
        result -> {
          throw new IllegalStateException("a test");
        });
    Peer peer = new Peer();
    peer.socket.drop();

    assertThat(io.open().send(connect(peer.pid, null)).isOpen()).isFalse();
  }

  @Test
  void optionsAreChecked() {
    ConnectionStateRecovery defaults = ConnectionStateRecovery.defaults();
    assertThat(defaults.maxDisconnectionDuration()).isEqualTo(Duration.ofMinutes(2));
    assertThat(defaults.skipMiddlewares()).isTrue();
    assertThat(SocketIoOptions.defaults().connectionStateRecovery()).isNull();
    assertThatThrownBy(() -> ConnectionStateRecovery.builder().maxBytes(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("maxBytes: 0 (expected: >= 1)");
    assertThatThrownBy(
            () -> ConnectionStateRecovery.builder().maxDisconnectionDuration(Duration.ZERO))
        .isInstanceOf(IllegalArgumentException.class);
  }
}

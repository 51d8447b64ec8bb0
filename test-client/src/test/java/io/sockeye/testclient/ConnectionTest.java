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

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sockeye.engineio.server.TransportType;
import io.sockeye.parser.msgpack.MsgpackParser;
import io.sockeye.socketio.protocol.DecoderLimits;
import io.sockeye.socketio.protocol.EncodedPacket;
import io.sockeye.socketio.protocol.Packet;
import io.sockeye.socketio.protocol.PacketDecoder;
import io.sockeye.socketio.protocol.PacketParser;
import io.sockeye.socketio.server.Args;
import io.sockeye.socketio.server.SocketIoOptions;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Transports, heartbeats, and the reasons that each side sees. */
class ConnectionTest {
  private static final Duration INTERVAL = Duration.ofSeconds(25);
  private static final Duration TIMEOUT = Duration.ofSeconds(20);

  private final List<String> heard = new ArrayList<>();

  private SocketIoTestServer start() {
    return start(SocketIoOptions.defaults());
  }

  private SocketIoTestServer start(SocketIoOptions options) {
    SocketIoTestServer test = SocketIoTestServer.create(options);
    for (String name : List.of("/", "/chat")) {
      test.server()
          .of(name)
          .onDisconnect((socket, reason) -> heard.add(name + " " + reason.text()))
          .onRequest("echo", (socket, args) -> args)
          .onRequest("transport", (socket, args) -> socket.transport().wireName())
          .on("bye", (socket, args) -> socket.disconnect((boolean) args.get(0)));
    }
    return test;
  }

  private static TestClientOptions on(TransportType transport) {
    return TestClientOptions.builder().transport(transport).build();
  }

  // ---- transports ----

  @ParameterizedTest
  @EnumSource(TransportType.class)
  void everythingTravelsOnEitherTransport(TransportType transport) {
    try (SocketIoTestServer test = start()) {
      SocketIoTestClient client = test.connect(on(transport));

      assertThat(client.transport()).isEqualTo(transport);
      assertThat(client.call("transport").get(0)).isEqualTo(transport.wireName());
      assertThat(client.call("echo", "é\u001e", new byte[] {0, -1}).get(0)).isEqualTo("é\u001e");
      for (int i = 0; i < 100; i++) {
        test.server().emit("n", i);
      }
      assertThat(client.received("n").stream().map(event -> event.get(0, Integer.class)))
          .hasSize(100)
          .isSorted();
    }
  }

  @Test
  void aClientUpgradesFromPollingToWebSocket() {
    try (SocketIoTestServer test = start()) {
      SocketIoTestClient client = test.connect(on(TransportType.POLLING));
      String id = client.id();
      test.server().emit("before");

      client.upgrade();
      test.server().emit("after");

      assertThat(client.transport()).isEqualTo(TransportType.WEBSOCKET);
      assertThat(client.call("transport").get(0)).isEqualTo("websocket");
      assertThat(client.id()).isEqualTo(id);
      assertThat(client.received().stream().map(ReceivedEvent::name))
          .containsExactly("before", "after");
      assertThatThrownBy(client::upgrade)
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("upgrade: the connection is on WebSocket already (expected: on polling)");
      test.clock().advance(INTERVAL.plus(TIMEOUT).multipliedBy(3));
      assertThat(client.isConnected()).isTrue();
    }
  }

  @Test
  void aServerThatDoesNotUpgradeSaysSo() {
    SocketIoOptions options =
        SocketIoOptions.builder().engine(engine -> engine.allowUpgrades(false)).build();
    try (SocketIoTestServer test = start(options)) {
      SocketIoTestClient client = test.connect(on(TransportType.POLLING));

      assertThatThrownBy(client::upgrade).isInstanceOf(HandshakeRefusedException.class);
      assertThat(client.call("echo", 1).get(0)).isEqualTo(1);
    }
  }

  @ParameterizedTest
  @EnumSource(TransportType.class)
  void aMessageOverTheLimitEndsTheConnection(TransportType transport) {
    SocketIoOptions options =
        SocketIoOptions.builder().engine(engine -> engine.maxPayload(1000)).build();
    try (SocketIoTestServer test = start(options)) {
      SocketIoTestClient client = test.connect(on(transport));
      assertThat(client.call("echo", "x".repeat(900)).size()).isEqualTo(1);

      client.emit("echo", "x".repeat(1000));

      assertThat(client.awaitDisconnect())
          .isEqualTo(transport == TransportType.POLLING ? "transport error" : "transport close");
      assertThat(heard).containsExactly("/ transport error");
    }
  }

  // ---- reasons ----

  @ParameterizedTest
  @EnumSource(TransportType.class)
  void theClientLeavesOneNamespace(TransportType transport) {
    try (SocketIoTestServer test = start()) {
      SocketIoTestClient client = test.connect(on(transport));
      TestSocket chat = client.connect("/chat");
      String first = chat.id();

      chat.disconnect();

      assertThat(heard).containsExactly("/chat client namespace disconnect");
      assertThat(chat.awaitDisconnect()).isEqualTo("io client disconnect");
      assertThat(client.isConnected()).isTrue();
      assertThat(chat.connect().id()).isNotEqualTo(first);
    }
  }

  @ParameterizedTest
  @EnumSource(TransportType.class)
  void theClientDisconnects(TransportType transport) {
    try (SocketIoTestServer test = start()) {
      SocketIoTestClient client = test.connect(on(transport));
      client.connect("/chat");

      client.disconnect();

      assertThat(heard)
          .containsExactlyInAnyOrder(
              "/ client namespace disconnect", "/chat client namespace disconnect");
      assertThat(client.disconnectReason()).isEqualTo("io client disconnect");
      assertThat(client.isOpen()).isFalse();
      assertThat(test.server().engine().sessionCount()).isZero();
      client.disconnect();
      client.close();
    }
  }

  @ParameterizedTest
  @EnumSource(TransportType.class)
  void theServerTakesTheClientOut(TransportType transport) {
    try (SocketIoTestServer test = start()) {
      SocketIoTestClient client = test.connect(on(transport));
      TestSocket chat = client.connect("/chat");

      chat.emit("bye", false);
      assertThat(chat.awaitDisconnect()).isEqualTo("io server disconnect");
      assertThat(client.isConnected()).isTrue();
      client.emit("bye", true);
      assertThat(client.awaitDisconnect()).isEqualTo("io server disconnect");

      assertThat(client.isOpen()).isFalse();
      assertThat(heard)
          .containsExactly("/chat server namespace disconnect", "/ server namespace disconnect");
    }
  }

  @ParameterizedTest
  @EnumSource(TransportType.class)
  void theConnectionIsLost(TransportType transport) {
    try (SocketIoTestServer test = start()) {
      SocketIoTestClient client = test.connect(on(transport));

      client.drop();

      assertThat(client.awaitDisconnect()).isEqualTo("transport close");
      assertThat(heard)
          .containsExactly(
              transport == TransportType.POLLING ? "/ transport error" : "/ transport close");
      client.drop();
    }
  }

  @ParameterizedTest
  @EnumSource(TransportType.class)
  void theServerStops(TransportType transport) {
    try (SocketIoTestServer test = start()) {
      SocketIoTestClient client = test.connect(on(transport));

      test.server().stop(Duration.ofSeconds(1));

      assertThat(client.awaitDisconnect()).isEqualTo("transport close");
      assertThat(heard).containsExactly("/ server shutting down");
      assertThatThrownBy(client::reconnect)
          .isInstanceOf(HandshakeRefusedException.class)
          .hasMessageContaining("503");
    }
  }

  @Test
  void aConnectedClientIsNotAwaitedForEver() {
    try (SocketIoTestServer test = start()) {
      SocketIoTestClient client = test.connect();

      assertThatThrownBy(() -> client.awaitDisconnect(Duration.ofMillis(1)))
          .isInstanceOf(AssertionError.class)
          .hasMessage(
              "test client in /: connected as "
                  + client.id()
                  + " after PT0.001S (expected: disconnected)");
      assertThat(client.disconnectReason()).isNull();
    }
  }

  // ---- heartbeats ----

  @ParameterizedTest
  @EnumSource(TransportType.class)
  void heartbeatsKeepAClientConnected(TransportType transport) {
    try (SocketIoTestServer test = start()) {
      SocketIoTestClient client = test.connect(on(transport));

      test.clock().advance(Duration.ofHours(1));

      assertThat(test.clock().elapsed()).isEqualTo(Duration.ofHours(1));
      assertThat(client.isConnected()).isTrue();
    }
  }

  @ParameterizedTest
  @EnumSource(TransportType.class)
  void aClientThatDoesNotAnswerIsGivenUpAfterIntervalAndTimeout(TransportType transport) {
    try (SocketIoTestServer test = start()) {
      SocketIoTestClient client = test.connect(on(transport));
      client.stopAnswering();

      test.clock().advance(INTERVAL);
      test.clock().advance(TIMEOUT.minusMillis(10));
      assertThat(client.isConnected()).isTrue();
      assertThat(heard).isEmpty();
      test.clock().advance(Duration.ofMillis(20));

      assertThat(heard).containsExactly("/ ping timeout");
      assertThat(client.awaitDisconnect()).isEqualTo("transport close");
    }
  }

  @Test
  void aClientThatAnswersAgainStays() {
    try (SocketIoTestServer test = start()) {
      SocketIoTestClient client = test.connect();
      client.stopAnswering();
      test.clock().advance(INTERVAL);
      client.resumeAnswering();
      client.emit("echo"); // a sign of life gives the client time
      test.clock().advance(Duration.ofSeconds(19));

      assertThat(client.isConnected()).isTrue();
    }
  }

  @ParameterizedTest
  @EnumSource(TransportType.class)
  void inASilentNetworkBothSidesFindOutByTheirHeartbeats(TransportType transport) {
    try (SocketIoTestServer test = start()) {
      SocketIoTestClient client = test.connect(on(transport));
      test.clock().advance(INTERVAL);
      client.stall();
      client.emit("echo");
      test.server().emit("news");

      test.clock().advance(INTERVAL.plus(TIMEOUT).minusMillis(20));
      assertThat(client.isConnected()).isTrue();
      assertThat(heard).isEmpty();
      test.clock().advance(Duration.ofMillis(40));

      assertThat(heard).containsExactly("/ ping timeout");
      assertThat(client.awaitDisconnect()).isEqualTo("ping timeout");
      assertThat(client.received()).isEmpty();
      client.close();
    }
  }

  @ParameterizedTest
  @EnumSource(TransportType.class)
  void closingAClientInASilentNetworkSparesTheServerTheWait(TransportType transport) {
    try (SocketIoTestServer test = start()) {
      SocketIoTestClient client = test.connect(on(transport));
      client.stall();

      client.close();

      assertThat(test.server().engine().sessionCount()).isZero();
    }
  }

  @Test
  void timeIsNotTurnedBack() {
    try (SocketIoTestServer test = start()) {
      assertThatThrownBy(() -> test.clock().advance(Duration.ofSeconds(-1)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("duration: PT-1S (expected: >= 0)");
    }
  }

  @Test
  void aConnectionThatJoinsNothingIsClosedInTime() {
    try (SocketIoTestServer test = start()) {
      SocketIoTestClient client = test.open();
      assertThat(client.isOpen()).isTrue();

      test.clock().advance(Duration.ofSeconds(46));

      assertThat(client.isOpen()).isFalse();
      assertThatThrownBy(() -> client.connect("/"))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("connect: the connection is closed (expected: open)");
    }
  }

  // ---- parsers, and connecting again ----

  /** The standard parser, but for what a test changes. */
  private static PacketParser changed(UnaryOperator<Packet> packets, UnaryOperator<byte[]> texts) {
    PacketParser json = PacketParser.json();
    return new PacketParser() {
      @Override
      public EncodedPacket encode(Packet packet, int headroom) {
        EncodedPacket encoded = json.encode(packets.apply(packet), headroom);
        return new EncodedPacket(texts.apply(encoded.text()), encoded.attachments());
      }

      @Override
      public PacketDecoder newDecoder(DecoderLimits limits, boolean legacy) {
        return json.newDecoder(limits, legacy);
      }

      @Override
      public PacketDecoder newClientDecoder(DecoderLimits limits) {
        return json.newClientDecoder(limits);
      }
    };
  }

  @Test
  void whatIsNoPacketEndsTheConnection() {
    PacketParser parser =
        changed(
            packet -> packet,
            text -> {
              String packet = new String(text, UTF_8);
              return packet.endsWith("[\"broken\"]") ? new byte[] {'4', '9'} : text;
            });
    SocketIoOptions options = SocketIoOptions.builder().packetParser(parser).build();
    try (SocketIoTestServer test = start(options)) {
      SocketIoTestClient client = test.connect();

      test.server().emit("broken");

      assertThat(client.awaitDisconnect()).isEqualTo("parse error");
      assertThat(heard).containsExactly("/ transport close");
    }
  }

  @ParameterizedTest
  @EnumSource(TransportType.class)
  void theClientSpeaksTheServersForm(TransportType transport) {
    SocketIoOptions options =
        SocketIoOptions.builder().packetParser(MsgpackParser.create()).build();
    try (SocketIoTestServer test = start(options)) {
      SocketIoTestClient client = test.connect(on(transport));

      Args echo = client.call("echo", Instant.EPOCH, new byte[] {1}, Double.NaN);

      assertThat(echo.list())
          .containsExactly(Instant.EPOCH, ByteBuffer.wrap(new byte[] {1}), Double.NaN);
      assertThat(client.socket("/nope").expectRefusal().message()).isEqualTo("Invalid namespace");
      client.disconnect();
      assertThat(heard).containsExactly("/ client namespace disconnect");
    }
  }

  @Test
  void aClientComesBackWhereItWas() {
    try (SocketIoTestServer test = start()) {
      List<@Nullable Object> auths = new ArrayList<>();
      test.server().of("/chat").use(socket -> auths.add(socket.handshake().auth()));
      SocketIoTestClient client = test.connect();
      TestSocket chat = client.connect("/chat", Map.of("token", "t"));
      TestSocket left = client.socket();
      left.disconnect();
      String id = chat.id();
      assertThatThrownBy(client::reconnect)
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("reconnect: the connection is open (expected: lost)");

      client.drop();
      client.reconnect();

      assertThat(chat.isConnected()).isTrue();
      assertThat(chat.id()).isNotEqualTo(id);
      assertThat(chat.isRecovered()).isFalse();
      assertThat(left.isConnected()).isFalse();
      assertThat(auths).containsExactly(Map.of("token", "t"), Map.of("token", "t"));
      assertThat(chat.call("echo", 1).get(0)).isEqualTo(1);
    }
  }

  @Test
  void aServerThatRecoversConnectionsIsOfferedWhatItNeeds() {
    PacketParser parser =
        changed(
            packet -> {
              if (packet instanceof Packet.Connect connect
                  && connect.payload().containsKey("sid")) {
                Map<String, @Nullable Object> payload = new LinkedHashMap<>(connect.payload());
                payload.put("pid", "private");
                return new Packet.Connect(connect.namespace(), payload);
              }
              return packet;
            },
            text -> text);
    SocketIoOptions options = SocketIoOptions.builder().packetParser(parser).build();
    try (SocketIoTestServer test = start(options)) {
      List<@Nullable Object> auths = new ArrayList<>();
      test.server().use(socket -> auths.add(socket.handshake().auth()));
      SocketIoTestClient client =
          test.connect(TestClientOptions.builder().auth(Map.of("token", "t")).build());
      test.server().emit("news", 1, "offset1");
      test.server().emit("news", "offset2");
      test.server().emit("news", 3);

      client.drop();
      client.reconnect();

      assertThat(client.socket().isRecovered()).isTrue();
      assertThat(auths)
          .containsExactly(
              Map.of("token", "t"), Map.of("pid", "private", "offset", "offset2", "token", "t"));
    }
  }
}

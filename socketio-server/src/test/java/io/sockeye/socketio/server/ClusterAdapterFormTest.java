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

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sockeye.engineio.server.Headers;
import io.sockeye.engineio.server.HttpRequest;
import io.sockeye.parser.msgpack.Msgpack;
import io.sockeye.socketio.protocol.Arguments;
import io.sockeye.socketio.protocol.DecoderLimits;
import io.sockeye.socketio.protocol.Packet;
import io.sockeye.socketio.protocol.PacketFormatException;
import io.sockeye.socketio.server.spi.BroadcastOptions;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What goes over the wire between nodes of Node.js' cluster adapters, byte by byte. */
class ClusterAdapterFormTest {
  private static final String UID = "47ea14d8f45a2498";
  private static final String REQUEST = "00112233445566ff";

  private final ClusterAdapterForm form =
      new ClusterAdapterForm(
          value -> {
            throw new IllegalArgumentException(value.getClass().getName());
          },
          DecoderLimits.DEFAULTS,
          new RemoteSocketForm(Set.of("token")),
          Msgpack.Dates.TIMESTAMP);

  private static Packet.Event event(@Nullable Object... args) {
    return new Packet.Event("/", Packet.NO_ID, "ev", Arguments.of(args));
  }

  private static BroadcastOptions all() {
    return BroadcastOptions.all("/");
  }

  private String json(ClusterMessage message) {
    return new String(form.write(message, UID), UTF_8);
  }

  private String json(ClusterAnswer answer) {
    return new String(form.write(answer, REQUEST, UID, "/"), UTF_8);
  }

  private static String envelope(int type, String data) {
    return "{\"type\":" + type + ",\"data\":" + data + ",\"uid\":\"" + UID + "\",\"nsp\":\"/\"}";
  }

  private static ByteBuffer data(int... bytes) {
    ByteBuffer data = ByteBuffer.allocate(bytes.length);
    for (int each : bytes) {
      data.put((byte) each);
    }
    return data.flip();
  }

  private ClusterAdapterForm.@Nullable Received read(String text) throws PacketFormatException {
    return form.read(text.getBytes(UTF_8));
  }

  private ClusterMessage message(String text) throws PacketFormatException {
    ClusterAdapterForm.Received received = read(text);
    assertThat(received).isNotNull();
    assertThat(received.message()).isNotNull();
    return received.message();
  }

  private ClusterAnswer answer(String text) throws PacketFormatException {
    ClusterAdapterForm.Received received = read(text);
    assertThat(received).isNotNull();
    assertThat(received.requestId()).isEqualTo(REQUEST);
    assertThat(received.answer()).isNotNull();
    return received.answer();
  }

  // ---- messages as JSON ----

  @Test
  void broadcast() throws PacketFormatException {
    ClusterMessage message = new ClusterMessage.Broadcast(event(1, "é"), all());
    String text =
        envelope(
            3,
            "{\"packet\":{\"type\":2,\"data\":[\"ev\",1,\"é\"]},"
                + "\"opts\":{\"rooms\":[],\"except\":[],\"flags\":{}}}");

    assertThat(json(message)).isEqualTo(text);
    assertThat(message(text)).isEqualTo(message);
  }

  @Test
  void broadcastWithOptions() throws PacketFormatException {
    ClusterMessage message =
        new ClusterMessage.Broadcast(
            event(),
            all()
                .withRooms(Set.of("r1"))
                .withExcept(Set.of("x"))
                .withVolatile(true)
                .withCompress(false));
    String text =
        envelope(
            3,
            "{\"packet\":{\"type\":2,\"data\":[\"ev\"]},\"opts\":{\"rooms\":[\"r1\"],"
                + "\"except\":[\"x\"],\"flags\":{\"volatile\":true,\"compress\":false}}}");

    assertThat(json(message)).isEqualTo(text);
    assertThat(message(text)).isEqualTo(message);
  }

  @Test
  void question() throws PacketFormatException {
    ClusterMessage message =
        new ClusterMessage.Question(REQUEST, event(7), all(), Duration.ofMillis(1500));
    String text =
        envelope(
            3,
            "{\"packet\":{\"type\":2,\"data\":[\"ev\",7]},\"requestId\":\""
                + REQUEST
                + "\",\"opts\":{\"rooms\":[],\"except\":[],\"flags\":{\"timeout\":1500}}}");

    assertThat(json(message)).isEqualTo(text);
    assertThat(message(text)).isEqualTo(message);
  }

  @Test
  void changesOfRooms() throws PacketFormatException {
    BroadcastOptions to = all().withRooms(Set.of("a"));
    String opts = "\"opts\":{\"rooms\":[\"a\"],\"except\":[],\"flags\":{}}";
    ClusterMessage join = new ClusterMessage.Join(to, List.of("b", "c"), false);
    ClusterMessage leave = new ClusterMessage.Leave(to, List.of("b"), false);
    ClusterMessage disconnect = new ClusterMessage.Disconnect(to, true, false);

    assertThat(json(join)).isEqualTo(envelope(4, "{" + opts + ",\"rooms\":[\"b\",\"c\"]}"));
    assertThat(json(leave)).isEqualTo(envelope(5, "{" + opts + ",\"rooms\":[\"b\"]}"));
    assertThat(json(disconnect)).isEqualTo(envelope(6, "{" + opts + ",\"close\":true}"));
    assertThat(message(json(join))).isEqualTo(join);
    assertThat(message(json(leave))).isEqualTo(leave);
    assertThat(message(json(disconnect))).isEqualTo(disconnect);
  }

  @Test
  void disconnectWithoutClose() throws PacketFormatException {
    assertThat(message(envelope(6, "{\"opts\":{\"rooms\":[],\"except\":[]}}")))
        .isEqualTo(new ClusterMessage.Disconnect(all(), false, false));
  }

  @Test
  void fetch() throws PacketFormatException {
    ClusterMessage message = new ClusterMessage.Fetch(REQUEST, all());
    String text =
        envelope(
            7,
            "{\"opts\":{\"rooms\":[],\"except\":[],\"flags\":{}},\"requestId\":\""
                + REQUEST
                + "\"}");

    assertThat(json(message)).isEqualTo(text);
    assertThat(message(text)).isEqualTo(message);
  }

  @Test
  void serverSideEvents() throws PacketFormatException {
    ClusterMessage said = new ClusterMessage.ServerEvent("/", "hi", Arguments.of(1, null));
    ClusterMessage asked = new ClusterMessage.ServerQuestion(REQUEST, "/", "hi", Arguments.EMPTY);

    assertThat(json(said)).isEqualTo(envelope(9, "{\"packet\":[\"hi\",1,null]}"));
    assertThat(json(asked))
        .isEqualTo(envelope(9, "{\"requestId\":\"" + REQUEST + "\",\"packet\":[\"hi\"]}"));
    assertThat(message(json(said))).isEqualTo(said);
    assertThat(message(json(asked))).isEqualTo(asked);
  }

  // ---- answers as JSON ----

  @Test
  void counts() throws PacketFormatException {
    ClusterAnswer answer = new ClusterAnswer.Reached(3, null);
    String text = envelope(11, "{\"requestId\":\"" + REQUEST + "\",\"clientCount\":3}");

    assertThat(json(answer)).isEqualTo(text);
    assertThat(answer(text)).isEqualTo(answer);
  }

  @Test
  void onlyTheFirstArgumentOfAClientTravels() throws PacketFormatException {
    String text = envelope(12, "{\"requestId\":\"" + REQUEST + "\",\"packet\":\"ok\"}");

    assertThat(json(new ClusterAnswer.ClientAnswered("id", Arguments.of("ok", 2)))).isEqualTo(text);
    assertThat(answer(text)).isEqualTo(new ClusterAnswer.ClientAnswered(null, Arguments.of("ok")));
  }

  @Test
  void aClientMayAnswerNothing() throws PacketFormatException {
    String text = envelope(12, "{\"requestId\":\"" + REQUEST + "\"}");

    assertThat(json(new ClusterAnswer.ClientAnswered(null, Arguments.EMPTY))).isEqualTo(text);
    assertThat(answer(text)).isEqualTo(new ClusterAnswer.ClientAnswered(null, Arguments.EMPTY));
  }

  @Test
  void serverAnswers() throws PacketFormatException {
    String text = envelope(10, "{\"requestId\":\"" + REQUEST + "\",\"packet\":{\"a\":null}}");
    Map<String, @Nullable Object> value = new HashMap<>();
    value.put("a", null);

    assertThat(json(new ClusterAnswer.ServerAnswered(value))).isEqualTo(text);
    assertThat(answer(text)).isEqualTo(new ClusterAnswer.ServerAnswered(value));
  }

  @Test
  void socketsWithMaskedHandshake() throws PacketFormatException {
    Handshake handshake =
        new Handshake(
            new HttpRequest(
                "GET",
                "/socket.io/?EIO=4",
                Headers.builder().add("Host", "h").build(),
                null,
                false),
            Map.of("token", "secret"),
            Instant.ofEpochMilli(1_700_000_000_000L));
    RemoteSocket socket = new RemoteSocket("s1", handshake, Set.of("s1"), Map.of("name", "Ann"));
    String text =
        envelope(
            8,
            "{\"requestId\":\""
                + REQUEST
                + "\",\"sockets\":[{\"id\":\"s1\",\"handshake\":{\"headers\":{\"host\":\"h\"},"
                + "\"time\":\"Tue Nov 14 2023 22:13:20 GMT+0000 (Coordinated Universal Time)\","
                + "\"address\":\"\",\"xdomain\":false,\"secure\":false,"
                + "\"issued\":1700000000000,\"url\":\"/socket.io/?EIO=4\","
                + "\"query\":{\"EIO\":\"4\"},\"auth\":{\"token\":\"***\"}},"
                + "\"rooms\":[\"s1\"],\"data\":{\"name\":\"Ann\"}}]}");

    String written = json(new ClusterAnswer.Sockets(List.of(socket)));
    assertThat(written.replaceFirst("\"address\":[^,]*,", "\"address\":\"\",")).isEqualTo(text);
    assertThat(answer(written)).isInstanceOf(ClusterAnswer.Sockets.class);
    RemoteSocket read = ((ClusterAnswer.Sockets) answer(written)).sockets().get(0);
    assertThat(read.id()).isEqualTo("s1");
    assertThat(read.attributes()).isEqualTo(Map.of("name", "Ann"));
    assertThat(read.handshake().auth()).isEqualTo(Map.of("token", "***"));
  }

  // ---- MessagePack ----

  @Test
  void bytesMakeItMessagePack() throws PacketFormatException {
    ClusterMessage message =
        new ClusterMessage.Broadcast(event(data(1, 2)), all().withRooms(Set.of("r1")));
    String hex =
        "84a47479706503a46461746182a67061636b657482a47479706502a46461746192a26576c4020102"
            + "a46f70747383a5726f6f6d7391a27231a665786365707490a5666c61677380"
            + "a3756964b034376561313464386634356132343938a36e7370a12f";

    byte[] written = form.write(message, UID);
    assertThat(HexFormat.of().formatHex(written)).isEqualTo(hex);
    ClusterAdapterForm.Received received = form.read(written);
    assertThat(received).isNotNull();
    assertThat(received.message()).isEqualTo(message);
    assertThat(received.uid()).isEqualTo(UID);
  }

  @Test
  void packedWhenAskedFor() throws PacketFormatException {
    ClusterMessage message = new ClusterMessage.ServerEvent("/", "hi", Arguments.of(1));

    byte[] written = form.pack(message, UID);
    assertThat(HexFormat.of().formatHex(written))
        .isEqualTo(
            "84a47479706509a46461746181a67061636b657492a2686901"
                + "a3756964b034376561313464386634356132343938a36e7370a12f");
    ClusterAdapterForm.Received received = form.read(written);
    assertThat(received).isNotNull();
    assertThat(received.message()).isEqualTo(message);
  }

  // ---- entries of streams ----

  @Test
  void entry() throws PacketFormatException {
    ClusterMessage message = new ClusterMessage.Broadcast(event(1), all());

    Map<String, String> fields = form.entry(message, UID);

    assertThat(List.copyOf(fields.entrySet()))
        .containsExactly(
            Map.entry("uid", UID),
            Map.entry("nsp", "/"),
            Map.entry("type", "3"),
            Map.entry(
                "data",
                "{\"packet\":{\"type\":2,\"data\":[\"ev\",1]},"
                    + "\"opts\":{\"rooms\":[],\"except\":[],\"flags\":{}}}"));
    ClusterAdapterForm.Received received = form.readEntry(fields);
    assertThat(received).isNotNull();
    assertThat(received.message()).isEqualTo(message);
  }

  @Test
  void entryWithBytes() throws PacketFormatException {
    ClusterMessage message =
        new ClusterMessage.Broadcast(event(data(1, 2)), all().withRooms(Set.of("r1")));

    Map<String, String> fields = form.entry(message, UID);

    // As captured of a node of Node.js.
    assertThat(fields.get("data"))
        .isEqualTo(
            "gqZwYWNrZXSCpHR5cGUCpGRhdGGSomV2xAIBAqRvcHRzg6Vyb29tc5GicjGmZXhjZXB0kKVmbGFnc4A=");
    ClusterAdapterForm.Received received = form.readEntry(fields);
    assertThat(received).isNotNull();
    assertThat(received.message()).isEqualTo(message);
  }

  @Test
  void entriesOfOtherKindsAreNothing() throws PacketFormatException {
    assertThat(form.readEntry(Map.of("x", "1"))).isNull();
    assertThat(form.readEntry(Map.of("uid", UID, "nsp", "/", "type", "1"))).isNull();
    assertThat(form.readEntry(Map.of("uid", UID, "nsp", "/", "type", "2"))).isNull();
    assertThat(form.readEntry(Map.of("uid", UID, "nsp", "/", "type", "13"))).isNull();
    assertThat(form.readEntry(Map.of("uid", UID, "nsp", "/", "type", "99"))).isNull();
  }

  @Test
  void entriesThatAreMalformed() {
    assertThatThrownBy(() -> form.readEntry(Map.of("uid", UID, "nsp", "/", "type", "x")))
        .isInstanceOf(PacketFormatException.class);
    assertThatThrownBy(
            () -> form.readEntry(Map.of("uid", UID, "nsp", "/", "type", "3", "data", "%%%")))
        .isInstanceOf(PacketFormatException.class);
    assertThatThrownBy(
            () ->
                form.readEntry(
                    Map.of(
                        "uid",
                        UID,
                        "nsp",
                        "/",
                        "type",
                        "3",
                        "data",
                        Base64.getEncoder().encodeToString(new byte[] {(byte) 0xC1}))))
        .isInstanceOf(PacketFormatException.class);
  }

  // ---- what others may send ----

  @Test
  void unknownTypesAndHeartbeatsAreNothing() throws PacketFormatException {
    assertThat(read("{\"type\":1,\"uid\":\"a\",\"nsp\":\"/\"}")).isNull();
    assertThat(read("{\"type\":13,\"uid\":\"a\",\"nsp\":\"/\"}")).isNull();
    assertThat(read("{\"type\":77,\"uid\":\"a\",\"nsp\":\"/\",\"data\":{}}")).isNull();
  }

  @Test
  void numbersAreNamesOfRooms() throws PacketFormatException {
    assertThat(
            message(
                envelope(
                    3,
                    "{\"packet\":{\"type\":2,\"data\":[\"ev\"],\"nsp\":\"/\"},"
                        + "\"opts\":{\"rooms\":[7],\"except\":[8]}}")))
        .isEqualTo(
            new ClusterMessage.Broadcast(
                event(), all().withRooms(Set.of("7")).withExcept(Set.of("8"))));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{",
        "{}",
        "[]",
        "{\"type\":3}",
        "{\"type\":3,\"nsp\":\"/\"}",
        "{\"type\":3,\"nsp\":\"/\",\"data\":{\"packet\":{\"type\":2,\"data\":[\"ev\"]}}}",
        "{\"type\":3,\"nsp\":\"/\",\"data\":{\"opts\":{}}}",
        "{\"type\":3,\"nsp\":\"/\",\"data\":{\"opts\":{},\"packet\":{\"type\":2,\"data\":[]}}}",
        "{\"type\":3,\"nsp\":\"/\",\"data\":{\"opts\":{},\"packet\":{\"type\":2,\"data\":[1]}}}",
        "{\"type\":3,\"nsp\":\"/\",\"data\":{\"opts\":{},\"packet\":{\"type\":4,\"data\":[\"e\"]}}}",
        "{\"type\":7,\"nsp\":\"/\",\"data\":{\"opts\":{}}}",
        "{\"type\":9,\"nsp\":\"/\",\"data\":{\"packet\":{}}}",
        "{\"type\":11,\"nsp\":\"/\",\"data\":{}}",
        "{\"type\":11,\"nsp\":\"/\",\"data\":{\"requestId\":\"a\",\"clientCount\":-2}}",
        "\u0000",
      })
  void malformed(String text) {
    assertThatThrownBy(() -> read(text)).isInstanceOf(PacketFormatException.class);
  }

  @Test
  void nestedTooDeep() {
    String deep = "[".repeat(1100) + "]".repeat(1100);
    assertThatThrownBy(
            () ->
                read(
                    envelope(
                        3,
                        "{\"packet\":{\"type\":2,\"data\":[\"ev\","
                            + deep
                            + "]},\"opts\":{\"rooms\":[],\"except\":[]}}")))
        .isInstanceOf(PacketFormatException.class);
  }
}

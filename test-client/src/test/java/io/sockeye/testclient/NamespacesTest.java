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

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sockeye.engineio.server.CorsOptions;
import io.sockeye.engineio.server.HandshakeCheck;
import io.sockeye.engineio.server.TransportType;
import io.sockeye.socketio.protocol.Arguments;
import io.sockeye.socketio.server.ConnectionRefusedException;
import io.sockeye.socketio.server.Handshake;
import io.sockeye.socketio.server.SocketIoOptions;
import java.net.InetSocketAddress;
import java.security.Principal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** How a client comes in, and how it does not. */
@SuppressWarnings("FutureReturnValueIgnored") // what comes of them is what the clients get
class NamespacesTest {
  @Test
  void oneClientInSeveralNamespaces() {
    try (SocketIoTestServer test = SocketIoTestServer.create()) {
      test.server().onRequest("where", (socket, args) -> socket.namespace().name());
      test.server().of("/chat").onRequest("where", (socket, args) -> socket.namespace().name());
      SocketIoTestClient client = test.connect();
      TestSocket chat = client.connect("/chat");

      assertThat(client.call("where").get(0)).isEqualTo("/");
      assertThat(chat.call("where").get(0)).isEqualTo("/chat");
      assertThat(chat.id()).isNotEqualTo(client.id());
      assertThat(client.socket("/chat")).isSameAs(chat);
      assertThat(test.server().engine().sessionCount()).isEqualTo(1);
      test.server().of("/chat").emit("news");
      assertThat(client.received()).isEmpty();
      assertThat(chat.received()).hasSize(1);
      assertThatThrownBy(chat::connect)
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("/chat: connected as");
    }
  }

  @ParameterizedTest
  @EnumSource(TransportType.class)
  void theHandlerSeesHowTheClientCame(TransportType transport) {
    try (SocketIoTestServer test = SocketIoTestServer.create()) {
      List<Handshake> seen = new ArrayList<>();
      test.server().of("/chat").use(socket -> seen.add(socket.handshake()));
      Principal user = () -> "ann";
      Map<String, Object> auth = new HashMap<>(Map.of("token", "t", "roles", List.of("a", 1)));
      auth.put("nothing", null);

      SocketIoTestClient client =
          test.connect(
              TestClientOptions.builder()
                  .namespace("/chat")
                  .transport(transport)
                  .auth(auth)
                  .query("room", "a&b c")
                  .query("é", "")
                  .header("X-Trace", "1")
                  .header("X-Trace", "2")
                  .cookie("session", "s")
                  .cookie("theme", "dark")
                  .remoteAddress(InetSocketAddress.createUnresolved("client", 1))
                  .secure(true)
                  .attachment(user)
                  .build());

      assertThat(client.transport()).isEqualTo(transport);
      assertThat(client.socket().namespace()).isEqualTo("/chat");
      Handshake handshake = seen.get(0);
      assertThat(handshake.auth()).isEqualTo(auth);
      assertThat(handshake.query()).containsEntry("room", "a&b c").containsEntry("é", "");
      assertThat(handshake.query()).containsEntry("EIO", "4");
      assertThat(handshake.headers().all("x-trace")).containsExactly("1", "2");
      assertThat(handshake.headers().get("Cookie")).isEqualTo("session=s; theme=dark");
      assertThat(handshake.headers().get("Host")).isEqualTo("localhost");
      assertThat(handshake.request().principal()).isSameAs(user);
      assertThat(handshake.secure()).isTrue();
      assertThat(handshake.url()).startsWith("/socket.io/?EIO=4&transport=" + transport.wireName());
    }
  }

  @Test
  void eachNamespaceMayHaveCredentialsOfItsOwn() {
    try (SocketIoTestServer test = SocketIoTestServer.create()) {
      List<Object> seen = new ArrayList<>();
      test.server().use(socket -> seen.add(socket.handshake().auth()));
      test.server().of("/a").use(socket -> seen.add(socket.handshake().auth()));
      SocketIoTestClient client =
          test.connect(TestClientOptions.builder().auth(Map.of("t", 1)).build());

      client.connect("/a").disconnect();
      client.connect("/a", Map.of("t", 2));

      assertThat(seen).containsExactly(Map.of("t", 1), Map.of("t", 1), Map.of("t", 2));
    }
  }

  @Test
  void aRefusalHasMessageAndData() {
    try (SocketIoTestServer test = SocketIoTestServer.create()) {
      test.server()
          .of("/admin")
          .use(
              socket -> {
                if (!"sesame".equals(socket.handshake().auth().get("token"))) {
                  throw new ConnectionRefusedException("not authorized", Map.of("retry", false));
                }
              });

      assertThatThrownBy(
              () -> test.connect(TestClientOptions.builder().namespace("/admin").build()))
          .isInstanceOf(ConnectErrorException.class)
          .hasMessage("namespace \"/admin\": refused with \"not authorized\" and {retry=false}")
          .extracting("error")
          .isEqualTo(new ConnectError("not authorized", Map.of("retry", false)));
      assertThat(test.server().engine().sessionCount()).isZero();

      SocketIoTestClient client = test.connect();
      TestSocket admin = client.socket("/admin");
      assertThat(admin.expectRefusal().message()).isEqualTo("not authorized");
      assertThat(admin.isConnected()).isFalse();
      assertThat(admin.connect(Map.of("token", "sesame")).isConnected()).isTrue();
      admin.disconnect();
      assertThatThrownBy(() -> admin.expectRefusal(Map.of("token", "sesame")))
          .isInstanceOf(AssertionError.class)
          .hasMessageEndingWith("in (expected: a refusal)");
      assertThat(client.socket("/nope").expectRefusal())
          .isEqualTo(new ConnectError("Invalid namespace", null));
      assertThat(client.isConnected()).isTrue();
    }
  }

  @ParameterizedTest
  @EnumSource(TransportType.class)
  void aRefusedHandshakeIsAnHttpAnswer(TransportType transport) {
    SocketIoOptions options =
        SocketIoOptions.builder()
            .engine(
                engine ->
                    engine.handshakeCheck(
                        HandshakeCheck.admitting(
                            request -> request.query("deny") == null, "denied")))
            .build();
    try (SocketIoTestServer test = SocketIoTestServer.create(options)) {
      TestClientOptions denied =
          TestClientOptions.builder().transport(transport).query("deny", "").build();

      assertThatThrownBy(() -> test.open(denied))
          .isInstanceOf(HandshakeRefusedException.class)
          .hasMessage("handshake: refused with 403 {\"code\":4,\"message\":\"denied\"}")
          .extracting("status")
          .isEqualTo(403);
      assertThat(test.connect().isConnected()).isTrue();
    }
  }

  @Test
  void theOriginIsChecked() {
    SocketIoOptions options =
        SocketIoOptions.builder()
            .engine(engine -> engine.cors(CorsOptions.origins("https://app.example").build()))
            .build();
    try (SocketIoTestServer test = SocketIoTestServer.create(options)) {
      TestClientOptions.Builder from = TestClientOptions.builder();
      assertThatThrownBy(() -> test.connect(from.header("Origin", "https://evil.example").build()))
          .isInstanceOf(HandshakeRefusedException.class);
      assertThat(
              test.connect(
                      TestClientOptions.builder().header("Origin", "https://app.example").build())
                  .isConnected())
          .isTrue();
    }
  }

  @Test
  void anAnswerThatDoesNotComeIsNotWaitedForForEver() {
    CompletableFuture<HandshakeCheck.Verdict> never = new CompletableFuture<>();
    SocketIoOptions options =
        SocketIoOptions.builder().engine(engine -> engine.handshakeCheck(request -> never)).build();
    TestClientOptions impatient =
        TestClientOptions.builder().deadline(Duration.ofMillis(1)).build();
    try (SocketIoTestServer test = SocketIoTestServer.create(options)) {
      assertThatThrownBy(() -> test.open(impatient))
          .isInstanceOf(AssertionError.class)
          .hasMessage("handshake: no answer within PT0.001S");
      never.complete(HandshakeCheck.Verdict.ACCEPTED); // too late: the connection is given up
      assertThat(test.server().engine().sessionCount()).isZero();
    }
    try (SocketIoTestServer test = SocketIoTestServer.create()) {
      test.server().of("/slow").useAsync(socket -> new CompletableFuture<>());
      SocketIoTestClient client = test.open(impatient);
      assertThatThrownBy(() -> client.connect("/slow"))
          .isInstanceOf(AssertionError.class)
          .hasMessage("namespace \"/slow\": no answer to CONNECT within PT0.001S");
    }
  }

  @Test
  void handlersAreThereForTheFirstEvent() {
    try (SocketIoTestServer test = SocketIoTestServer.create()) {
      List<Object> answers = Collections.synchronizedList(new ArrayList<>());
      test.server().use(socket -> socket.emit("early", "before the answer"));
      test.server()
          .onConnect(
              socket -> socket.emitWithAck("who").thenAccept(args -> answers.add(args.get(0))));
      SocketIoTestClient client = test.open();

      assertThat(client.isConnected()).isFalse();
      client.socket().answer("who", "me").connect();

      assertThat(answers).containsExactly("me");
      assertThat(client.received().stream().map(ReceivedEvent::name))
          .containsExactly("early", "who");
    }
  }

  @Test
  void argumentsThatWereReceivedCanBeSentOn() {
    try (SocketIoTestServer test = SocketIoTestServer.create()) {
      test.server().onRequest("echo", (socket, args) -> args);
      SocketIoTestClient client = test.connect();
      var received = client.call("echo", 1, "b");

      assertThat(client.emit("echo", received).isConnected()).isTrue();
      assertThat(Arguments.of(1, "b").values()).isEqualTo(received.list());
    }
  }
}

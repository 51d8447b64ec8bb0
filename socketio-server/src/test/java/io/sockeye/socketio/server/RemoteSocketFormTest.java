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

import io.sockeye.engineio.server.Headers;
import io.sockeye.engineio.server.HttpRequest;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RemoteSocketFormTest {
  private static final Instant ISSUED = Instant.parse("2024-02-29T12:34:56.789Z");

  private static RemoteSocket socket(Map<String, @Nullable Object> auth, String uri)
      throws Exception {
    HttpRequest request =
        new HttpRequest(
            "GET",
            uri,
            Headers.builder()
                .add("Host", "example.org")
                .add("Cookie", "a=secret")
                .add("Origin", "https://example.org")
                .build(),
            new InetSocketAddress(InetAddress.getByName("192.0.2.7"), 1234),
            true);
    return new RemoteSocket(
        "id", new Handshake(request, auth, ISSUED), Set.of("id"), Map.of("k", List.of(1)));
  }

  private static Map<?, ?> handshake(Map<String, @Nullable Object> form) {
    return (Map<?, ?>) Objects.requireNonNull(form.get("handshake"));
  }

  @Test
  void aSocketIsDescribedAsNodeDoes() throws Exception {
    Map<String, @Nullable Object> form =
        new RemoteSocketForm(Set.of())
            .write(socket(Map.of("token", "t"), "/socket.io/?EIO=4&q=a%20b"));

    assertThat(form).containsOnlyKeys("id", "handshake", "rooms", "data");
    assertThat(form)
        .containsEntry("id", "id")
        .containsEntry("rooms", List.of("id"))
        .containsEntry("data", Map.of("k", List.of(1)));
    Map<String, Object> expected = new LinkedHashMap<>();
    expected.put(
        "headers",
        Map.of("host", "example.org", "cookie", "a=secret", "origin", "https://example.org"));
    expected.put("time", "Thu Feb 29 2024 12:34:56 GMT+0000 (Coordinated Universal Time)");
    expected.put("address", "192.0.2.7");
    expected.put("xdomain", true);
    expected.put("secure", true);
    expected.put("issued", ISSUED.toEpochMilli());
    expected.put("url", "/socket.io/?EIO=4&q=a%20b");
    expected.put("query", Map.of("EIO", "4", "q", "a b"));
    expected.put("auth", Map.of("token", "t"));
    assertThat(handshake(form)).isEqualTo(expected);
  }

  @Test
  void aDescriptionIsReadAsItWasWritten() throws Exception {
    RemoteSocket socket = socket(Map.of("token", "t"), "/socket.io/?q=1");

    RemoteSocket read =
        Objects.requireNonNull(RemoteSocketForm.read(new RemoteSocketForm(Set.of()).write(socket)));

    assertThat(read.id()).isEqualTo("id");
    assertThat(read.rooms()).isEqualTo(socket.rooms());
    assertThat(read.attributes()).isEqualTo(socket.attributes());
    assertThat(read.handshake().auth()).isEqualTo(socket.handshake().auth());
    assertThat(read.handshake().query()).isEqualTo(Map.of("q", "1"));
    assertThat(read.handshake().headers().get("COOKIE")).isEqualTo("a=secret");
    assertThat(read.handshake().address()).isEqualTo("192.0.2.7");
    assertThat(read.handshake().secure()).isTrue();
    assertThat(read.handshake().issued()).isEqualTo(ISSUED);
  }

  @Test
  void whatIsMaskedIsNotTold() throws Exception {
    Map<String, @Nullable Object> form =
        new RemoteSocketForm(Set.of("cookie", "token", "key"))
            .write(socket(Map.of("Token", "secret", "user", "u"), "/socket.io/?KEY=secret&q=1"));

    assertThat(form.toString()).doesNotContain("secret");
    assertThat(handshake(form).get("url")).isEqualTo("/socket.io/");
    assertThat(handshake(form).get("query")).isEqualTo(Map.of("KEY", "***", "q", "1"));
    assertThat(handshake(form).get("auth")).isEqualTo(Map.of("Token", "***", "user", "u"));
  }

  @Test
  void whatIsNoSocketIsNotRead() {
    assertThat(RemoteSocketForm.read(null)).isNull();
    assertThat(RemoteSocketForm.read("id")).isNull();
    assertThat(RemoteSocketForm.read(List.of("id"))).isNull();
    assertThat(RemoteSocketForm.read(Map.of())).isNull();
    assertThat(RemoteSocketForm.read(Map.of("id", 7))).isNull();
  }

  @Test
  void whatIsMissingOrStrangeIsEmpty() {
    RemoteSocket bare = Objects.requireNonNull(RemoteSocketForm.read(Map.of("id", "x")));
    assertThat(bare.rooms()).isEmpty();
    assertThat(bare.attributes()).isEmpty();
    assertThat(bare.handshake().query()).isEmpty();
    assertThat(bare.handshake().address()).isEmpty();
    assertThat(bare.handshake().issued()).isEqualTo(Instant.EPOCH);

    Map<String, @Nullable Object> data = new HashMap<>();
    data.put("null", null);
    data.put("there", 1);
    RemoteSocket strange =
        Objects.requireNonNull(
            RemoteSocketForm.read(
                Map.of(
                    "id",
                    "x",
                    "rooms",
                    "r",
                    "data",
                    data,
                    "handshake",
                    Map.of(
                        "headers",
                        Map.of("a", List.of("1", 2), "b", 3),
                        "auth",
                        "none",
                        "url",
                        7,
                        "issued",
                        "today",
                        "secure",
                        "yes",
                        "address",
                        Map.of()))));
    assertThat(strange.rooms()).isEmpty();
    assertThat(strange.attributes()).isEqualTo(Map.of("there", 1));
    assertThat(strange.handshake().headers().all("a")).containsExactly("1", "2");
    assertThat(strange.handshake().headers().get("b")).isEqualTo("3");
    assertThat(strange.handshake().secure()).isFalse();
  }

  /** Names would be looked up at a name server, which whoever can write to the broker chooses. */
  @ParameterizedTest
  @ValueSource(strings = {"localhost", "example.org", "1.2.3.4.5", "999.1.1.1", "a:b:c", "", ":"})
  void anAddressThatIsNoneIsNotLookedUp(String address) {
    assertThat(RemoteSocketForm.readHandshake(Map.of("address", address)).address())
        .doesNotContain("127.0.0.1");
  }

  @ParameterizedTest
  @ValueSource(strings = {"192.0.2.7", "2001:db8:0:0:0:0:0:1", "0:0:0:0:0:0:0:1"})
  void anAddressIsRead(String address) {
    assertThat(RemoteSocketForm.readHandshake(Map.of("address", address)).address())
        .isEqualTo(address);
  }
}

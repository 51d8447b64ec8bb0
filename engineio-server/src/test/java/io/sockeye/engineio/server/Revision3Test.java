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
package io.sockeye.engineio.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.sockeye.engineio.server.internal.MemoryExchange;
import io.sockeye.engineio.server.internal.MemorySocket;
import java.util.HexFormat;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients of revision 3, and JSONP (rules E47 to E63). */
class Revision3Test {
  private static final String POLLING = "/engine.io/?EIO=3&transport=polling";

  private final Engine engine = Engine.start();
  private final Engine.Polling peer = engine.polling(POLLING);
  private final Engine.Polling base64 = engine.polling(POLLING + "&b64=1");

  @ParameterizedTest(name = "E47 E48 E53 {0}")
  @ValueSource(strings = {"6:4hello", "6:4test16:4test26:4test3", "2:4€", "3:4𐍈", "4:4€𐍈"})
  void textIsLengthPrefixedInUtf16Units(String payload) {
    assertThat(peer.post(payload).text()).isEqualTo("ok");
    assertThat(peer.poll().text()).isEqualTo(payload);
  }

  @Test
  void e49BinaryIsBase64WhereThePeerWantsIt() {
    base64.post("6:4hello10:b4AQIDBA==");

    assertThat(engine.takeHeard()).containsExactly("text hello", "binary 01020304");
    assertThat(base64.poll().text()).isEqualTo("6:4hello10:b4AQIDBA==");
  }

  @Test
  void e50BinaryMakesTheWholePayloadBinary() {
    peer.post("6:4hello10:b4AQIDBA==");

    MemoryExchange answer = peer.poll();
    assertThat(answer.hex()).isEqualTo("0006ff3468656c6c6f0105ff0401020304");
    assertThat(answer.header("Content-Type")).isEqualTo("application/octet-stream");
  }

  /** Clients 1.x: each byte of the UTF-8 form is a character, and counts as one. */
  @Test
  void textIsEncodedTwiceForClientsOfVersion1() {
    Engine server = Engine.start(options -> options.allowEio3(true).legacyUtf8Payload(true));
    Engine.Polling old = server.polling(POLLING);
    old.post("4:4â\u0082¬"); // the three bytes of a euro sign
    assertThat(server.takeHeard()).containsExactly("text €");
    assertThat(old.poll().text()).isEqualTo("4:4â\u0082¬");

    old.post("2:4€"); // encoded once: what a client 2.x sends
    assertThat(server.takeHeard()).containsExactly("text €");
    assertThat(old.poll().text()).isEqualTo("4:4â\u0082¬");
  }

  @Test
  void whichClientsAreOfVersion1IsDecidedByTheHandshake() {
    Engine server =
        Engine.start(
            options ->
                options
                    .allowEio3(true)
                    .legacyUtf8Payload(request -> "1".equals(request.query("client"))));
    Engine.Polling old = server.polling(POLLING + "&client=1");
    Engine.Polling other = server.polling(POLLING);
    old.post("3:4Ã©");
    other.post("3:4Ã©");
    assertThat(server.takeHeard()).containsExactly("text é", "text Ã©");
    assertThat(old.poll().text()).isEqualTo("3:4Ã©");
    assertThat(other.poll().text()).isEqualTo("3:4Ã©");
  }

  @Test
  void e51APingIsAnsweredWithItsData() {
    peer.post("1:2");
    assertThat(peer.poll().text()).isEqualTo("1:3");
    peer.post("6:2probe");
    assertThat(peer.poll().text()).isEqualTo("6:3probe");
  }

  @Test
  void e52ALeavingPeersPollIsReleased() {
    MemoryExchange poll = peer.poll();
    peer.post("1:1");

    assertThat(poll.text()).isEqualTo("1:6");
  }

  @ParameterizedTest(name = "E53 E54 \"{0}\"")
  @ValueSource(
      strings = {
        "2:4𐍈",
        "3:4abc",
        "5:4abc",
        "abc",
        "-1:4",
        "1:7",
        "",
        ":4a",
        "1e1:4",
        " 2:4a",
        "2:4a3",
        "99999999999:4"
      })
  void malformedTextEndsTheSession(String payload) {
    assertThat(peer.post(payload).status()).isEqualTo(400);
    assertThat(engine.takeHeard()).endsWith("closed: parse error");
    assertThat(peer.poll().text()).contains("\"code\":1");
  }

  @Test
  void e55AnEmptyPacketIsNothing() {
    assertThat(peer.post("0:").text()).isEqualTo("ok");
    assertThat(peer.isAlive()).isTrue();
  }

  @Test
  void e56ABinaryPayloadIsUnderstood() {
    peer.post(
        HexFormat.of().parseHex("0004ff34e282ac0105ff0401020304"),
        "Content-Type",
        "application/octet-stream");

    assertThat(engine.takeHeard()).containsExactly("text €", "binary 01020304");
  }

  @ParameterizedTest(name = "{0}")
  @ValueSource(strings = {"0004", "0009ff34", "0204ff34616263", "000aff3461", "ff"})
  void aMalformedBinaryPayloadEndsTheSession(String hex) {
    MemoryExchange answer =
        peer.post(HexFormat.of().parseHex(hex), "Content-Type", "application/octet-stream");

    assertThat(answer.status()).isEqualTo(400);
    assertThat(engine.takeHeard()).containsExactly("closed: parse error");
  }

  @Test
  void e57APongOfThePeerIsOfRevision4() {
    peer.post("1:3");

    assertThat(engine.takeHeard()).containsExactly("closed: transport error");
  }

  @Test
  void e58BinaryFramesBeginWithTheirType() {
    MemorySocket socket = engine.webSocket(3).sendHex("040102");
    assertThat(engine.takeHeard()).containsExactly("binary 0102");
    assertThat(socket.take()).containsExactly("<040102>");

    MemorySocket text = engine.web.webSocket("/engine.io/?EIO=3&transport=websocket&b64=1");
    text.take();
    assertThat(text.send("b4AQI=").take()).containsExactly("b4AQI=");
  }

  @ParameterizedTest(name = "E59 {0}")
  @CsvSource({"0", "7", "123456789"})
  void jsonpAnswersAreJavaScript(String index) {
    MemoryExchange handshake = engine.web.get(POLLING + "&j=" + index);

    assertThat(handshake.text()).startsWith("___eio[" + index + "](\"").endsWith("\");");
    assertThat(handshake.header("Content-Type")).isEqualTo("text/javascript; charset=UTF-8");
    assertThat(handshake.header("X-Content-Type-Options")).isEqualTo("nosniff");
  }

  @ParameterizedTest(name = "E59 {0}")
  @ValueSource(strings = {"alert(1)", "", "1)%3Balert(1)//", "-1", "1234567890", "%0d%0aX-Y:1"})
  void aJsonpIndexIsOfDigitsOnly(String index) {
    assertThat(engine.web.get(POLLING + "&j=" + index).status()).isEqualTo(400);
  }

  @Test
  void e59SeparatorsAndTagsAreEscaped() {
    Engine.Polling script = engine.polling(POLLING + "&j=1");
    engine.session().send("\u2028\u2029</script><!--\"\\");

    assertThat(script.poll().text())
        .isEqualTo(
            "___eio[1](\"15:4\\u2028\\u2029\\u003c/script>\\u003c!--\\\"\\\\\");"
                .replace("15:", "18:"));
  }

  static Stream<Arguments> forms() {
    return Stream.of(
        Arguments.of("d=4%3A4a%5Cnb", "text a\nb"),
        Arguments.of("d=5%3A4a%5C%5Cnb", "text a\\nb"),
        Arguments.of("d=4%3A4a+b", "text a b"),
        Arguments.of("d=4%3A4a%2Bb", "text a+b"));
  }

  @ParameterizedTest(name = "E60 E61 {0}")
  @MethodSource("forms")
  void formsAreDecoded(String form, String heard) {
    Engine.Polling script = engine.polling(POLLING + "&j=1");
    script.post(form, "Content-Type", "application/x-www-form-urlencoded");

    assertThat(engine.takeHeard()).containsExactly(heard);
  }

  @ParameterizedTest(name = "{0}")
  @ValueSource(strings = {"x=1", "", "d=1%3A6&d=1%3A6", "d=%zz"})
  void aFormWithoutExactlyOneFieldIsAParseError(String form) {
    Engine.Polling script = engine.polling(POLLING + "&j=1");
    assertThat(script.post(form).status()).isEqualTo(400);
    assertThat(engine.takeHeard()).containsExactly("closed: parse error");
  }

  @Test
  void e62JsonpCarriesBinaryAsBase64() {
    Engine.Polling script = engine.polling(POLLING + "&j=1");
    engine.session().send(java.nio.ByteBuffer.wrap(new byte[] {1, 2}));

    assertThat(script.poll().text()).isEqualTo("___eio[1](\"6:b4AQI=\");");
  }

  @Test
  void e63TheServerDoesNotPing() {
    MemorySocket socket = engine.webSocket(3);
    engine.clock.advance(400);

    assertThat(socket.take()).isEmpty();
    assertThat(socket.isOpen()).isTrue();
  }

  @Test
  void jsonpIsServedOnlyWhenAllowed() {
    Engine without = Engine.start(options -> options.jsonp(false));

    assertThat(without.web.get(POLLING + "&j=1").status()).isEqualTo(400);
  }
}

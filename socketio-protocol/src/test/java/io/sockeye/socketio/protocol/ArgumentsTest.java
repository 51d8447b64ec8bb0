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
package io.sockeye.socketio.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ArgumentsTest {
  @Test
  void none() {
    assertThat(Arguments.of()).isSameAs(Arguments.EMPTY);
    assertThat(Arguments.EMPTY.size()).isZero();
    assertThat(Arguments.EMPTY.values()).isEmpty();
    assertThat(Arguments.EMPTY.json()).isNull();
  }

  @Test
  void keepsNulls() {
    assertThat(Arguments.of(1, null).values()).containsExactly(1, null);
  }

  @Test
  void anArrayIsOneArgument() {
    Object[] array = {1, 2};

    assertThat(Arguments.of((Object) array).values()).containsExactly((Object) array);
  }

  @Test
  void copiesTheList() {
    List<Object> list = new ArrayList<>(List.of(1));
    Arguments arguments = Arguments.ofList(list);
    Object[] array = {1};
    Arguments ofArray = Arguments.of(array);

    list.add(2);
    array[0] = 2;

    assertThat(arguments.values()).containsExactly(1);
    assertThat(ofArray.values()).containsExactly(1);
    assertThatThrownBy(() -> arguments.values().add(2))
        .isInstanceOf(UnsupportedOperationException.class);
  }

  @Test
  void isEqualByValueHoweverItCame() throws PacketFormatException {
    Arguments text = Wire.event("2[\"a\", 1, [\"\\u0061\"]]").arguments();
    Arguments values = Arguments.of(1, List.of("a"));

    assertThat(text).isEqualTo(values).hasSameHashCodeAs(values);
    assertThat(values).isEqualTo(text);
    assertThat(text).isNotEqualTo(Arguments.of(1)).isNotEqualTo(Arguments.of(1, 2));
    assertThat(text.equals((Object) List.of(1))).isFalse();
  }

  @Test
  void decodesOnce() throws PacketFormatException {
    Arguments arguments = Wire.event("2[\"a\",[1]]").arguments();

    assertThat(arguments.values()).isSameAs(arguments.values());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "2[\"a\"]                   | 2[\"a\",\"\\\"o\"]",
        "2[\"a\", 1.50 , {\"k\":[]} ] | 2[\"a\",1.50 , {\"k\":[]},\"\\\"o\"]",
        "31[]                       | 31[\"\\\"o\"]"
      })
  void oneMoreLeavesTheTextAsItIs(String text, String expected) throws PacketFormatException {
    Packet packet = Wire.packet(text);
    Packet more =
        packet instanceof Packet.Event event
            ? new Packet.Event(
                event.namespace(), event.id(), event.name(), event.arguments().plus("\"o"))
            : new Packet.Ack("/", 1, ((Packet.Ack) packet).arguments().plus("\"o"));

    assertThat(Wire.text(Wire.encode(more))).isEqualTo(expected);
    assertThat(Wire.packet(expected)).isEqualTo(more);
  }

  @Test
  void oneMoreValue() {
    Arguments some = Arguments.of(1, null);

    assertThat(some.plus("x").values()).containsExactly(1, null, "x");
    assertThat(some.size()).isEqualTo(2);
    assertThat(Arguments.EMPTY.plus("x").values()).containsExactly("x");
  }

  @Test
  void toStringKeepsSecrets() {
    assertThat(Arguments.of("secret", 1)).hasToString("2 arguments");
  }

  @Test
  void aPacketCopiesItsPayload() {
    Map<String, Object> payload = new LinkedHashMap<>();
    payload.put("z", 1);
    payload.put("a", null);
    Packet.Connect connect = new Packet.Connect("/", payload);

    payload.clear();

    assertThat(connect.payload().keySet()).containsExactly("z", "a");
    assertThatThrownBy(() -> connect.payload().clear())
        .isInstanceOf(UnsupportedOperationException.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "connect",
        "connect_error",
        "disconnect",
        "disconnecting",
        "newListener",
        "removeListener"
      })
  void reservedNames(String name) {
    assertThat(ReservedEvents.isReserved(name)).isTrue();
    assertThat(ReservedEvents.isReserved(name + " ")).isFalse();
  }

  @Test
  void namesThatAreNotReserved() {
    assertThat(Arrays.asList("", "connection", "error", "message", "ping", "CONNECT", "__proto__"))
        .noneMatch(ReservedEvents::isReserved);
  }
}

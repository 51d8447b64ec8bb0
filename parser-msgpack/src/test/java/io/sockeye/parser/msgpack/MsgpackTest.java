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
package io.sockeye.parser.msgpack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sockeye.parser.msgpack.Msgpack.Dates;
import io.sockeye.socketio.protocol.DecoderLimits;
import io.sockeye.socketio.protocol.PacketFormatException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Single values, as servers exchange them. */
class MsgpackTest {
  private static String written(Object value, Dates dates) {
    ByteBuffer bytes = Msgpack.write(value, dates, null);
    byte[] copy = new byte[bytes.remaining()];
    bytes.get(copy);
    return HexFormat.of().formatHex(copy);
  }

  private static String written(Object value) {
    return written(value, Dates.NOTEPACK);
  }

  private static Object read(String wire) throws PacketFormatException {
    return Msgpack.read(Wire.buffer(wire), DecoderLimits.DEFAULTS);
  }

  /** Captured between two official adapters, without the bytes. */
  @Test
  void aMessageOfTheOfficialAdapter() throws PacketFormatException {
    String wire =
        "93 a6'iP7ENf' 83 a4'type' 02 a4'data' 95 a2'ev' 01 a2'é' 81 a1'a' c0 c4 02 01 02"
            + " a3'nsp' a1'/' 83 a5'rooms' 90 a6'except' 90 a5'flags' 80";
    Map<String, Object> packet = new LinkedHashMap<>();
    Map<String, Object> empty = new LinkedHashMap<>();
    empty.put("a", null);
    packet.put("type", 2);
    packet.put("data", List.of("ev", 1, "é", empty, Wire.buffer("0102")));
    packet.put("nsp", "/");
    Map<String, Object> options = new LinkedHashMap<>();
    options.put("rooms", List.of());
    options.put("except", List.of());
    options.put("flags", Map.of());

    assertThat(written(List.of("iP7ENf", packet, options))).isEqualTo(Wire.hex(wire));
    assertThat(read(wire)).isEqualTo(List.of("iP7ENf", packet, options));
  }

  @Test
  void anyValueIsAMessage() throws PacketFormatException {
    assertThat(written(null)).isEqualTo("c0");
    assertThat(written(true)).isEqualTo("c3");
    assertThat(written(-1)).isEqualTo("ff");
    assertThat(written("é")).isEqualTo("a2c3a9");
    assertThat(written(List.of())).isEqualTo("90");
    assertThat(read("c0")).isNull();
    assertThat(read("c2")).isEqualTo(false);
    assertThat(read("ff")).isEqualTo(-1);
    assertThat(read("d9 01 'a'")).isEqualTo("a");
    assertThat(read("ca 3f000000")).isEqualTo(0.5);
    assertThat(read("92 c0 cf 0000000000000001")).isEqualTo(Arrays.asList(null, 1));
  }

  @ParameterizedTest
  @CsvSource({
    "1970-01-01T00:00:00Z,              d6 ff 00000000",
    "2023-11-14T22:13:20Z,              d6 ff 6553f100",
    "2106-02-07T06:28:15Z,              d6 ff ffffffff",
    "2106-02-07T06:28:16Z,              d7 ff 0000000100000000",
    "2023-11-14T22:13:20.123Z,          d7 ff 1d5353006553f100",
    "1970-01-01T00:00:00.999999999Z,    d7 ff ee6b27fc00000000",
    "2514-05-30T01:53:03.999999999Z,    d7 ff ee6b27ffffffffff",
    "2514-05-30T01:53:04Z,              c7 0c ff 00000000 0000000400000000",
    "1969-12-31T23:59:59Z,              c7 0c ff 00000000 ffffffffffffffff",
    "1969-12-31T23:59:59.500Z,          c7 0c ff 1dcd6500 ffffffffffffffff"
  })
  void timestampsOfTheSpecification(Instant instant, String wire) throws PacketFormatException {
    assertThat(written(instant, Dates.TIMESTAMP)).isEqualTo(Wire.hex(wire));
    assertThat(read(wire)).isEqualTo(instant);
  }

  @Test
  void datesOfNotepack() throws PacketFormatException {
    Instant instant = Instant.ofEpochMilli(1_700_000_000_123L);

    assertThat(written(instant)).isEqualTo(Wire.hex("d7 00 0000018bcfe5687b"));
    assertThat(read("d7 00 0000018bcfe5687b")).isEqualTo(instant);
  }

  @Test
  void theConverterIsAskedForOtherTypes() {
    Object unknown = new Object();

    assertThat(Msgpack.write(List.of(unknown), Dates.TIMESTAMP, value -> Map.of("x", 1)))
        .isEqualTo(Wire.buffer("91 81 a1'x' 01"));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> written(unknown))
        .withMessageStartingWith("java.lang.Object (expected: ");
  }

  @Test
  void aCycleIsRefused() {
    Object[] cycle = new Object[1];
    cycle[0] = cycle;

    assertThatIllegalArgumentException().isThrownBy(() -> written(cycle));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "", // nothing
        "c1", // what begins nothing
        "00 00", // two
        "91", // ends too soon
        "92 01",
        "a2 'a'",
        "c4 05 01",
        "dd ffffffff", // announces more than there is
        "df 7fffffff",
        "c6 ffffffff",
        "81 c0 00", // a key that is nil
        "a1 80" // no UTF-8
      })
  void whatIsNoValueIsRefused(String wire) {
    assertThatThrownBy(() -> read(wire))
        .isInstanceOf(PacketFormatException.class)
        .hasMessageStartingWith("MessagePack at byte ");
  }

  @Test
  void limitsAreKept() throws PacketFormatException {
    DecoderLimits limits = new DecoderLimits(1, 2, 3, 100, 100, 100);

    assertThat(Msgpack.read(Wire.buffer("91 91 91 c0"), limits)).isNotNull();
    assertThatThrownBy(() -> Msgpack.read(Wire.buffer("91 91 91 91 c0"), limits))
        .isInstanceOf(PacketFormatException.class);
    assertThatThrownBy(() -> Msgpack.read(Wire.buffer("c4 03 000000"), limits))
        .isInstanceOf(PacketFormatException.class);
    assertThatThrownBy(() -> Msgpack.read(Wire.buffer("92 c400 c400"), limits))
        .isInstanceOf(PacketFormatException.class);
    assertThatThrownBy(() -> read("91".repeat(100_000) + "c0"))
        .isInstanceOf(PacketFormatException.class);
  }

  @Test
  void theBytesOfAReadOnlyMessageAreCopied() throws PacketFormatException {
    ByteBuffer message = Wire.buffer("c4 02 0102").asReadOnlyBuffer();

    assertThat(Msgpack.read(message, DecoderLimits.DEFAULTS)).isEqualTo(Wire.buffer("0102"));
  }
}

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

import static io.sockeye.parser.msgpack.Wire.argument;
import static io.sockeye.parser.msgpack.Wire.buffer;
import static io.sockeye.parser.msgpack.Wire.packet;
import static org.assertj.core.api.Assertions.assertThat;

import io.sockeye.socketio.protocol.Arguments;
import io.sockeye.socketio.protocol.Packet;
import io.sockeye.socketio.protocol.PacketFormatException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What clients write; the packets of the first tests are captured from the official one. */
class MsgpackDecodingTest {
  @Test
  void s73PacketsOfTheOfficialClient() throws PacketFormatException {
    assertThat(packet("83a47479706500a464617461d40000a36e7370a12f"))
        .isEqualTo(new Packet.Connect("/", Map.of()));
    assertThat(packet("83a47479706500a46461746181a5746f6b656ea3313233a36e7370a52f63686174"))
        .isEqualTo(new Packet.Connect("/chat", Map.of("token", "123")));
    assertThat(packet("82a47479706501a36e7370a52f63686174"))
        .isEqualTo(new Packet.Disconnect("/chat"));
    assertThat(
            packet(
                "84a47479706502a46461746192a568656c6c6f01a76f7074696f6e7381a8636f6d7072657373c3"
                    + "a36e7370a12f"))
        .isEqualTo(new Packet.Event("/", -1, "hello", Arguments.of(1)));
    Packet withAck =
        packet(
            "85a47479706502a46461746192a16582a161c0a16294c3f9cb3fe0000000000000a2c3a9"
                + "a76f7074696f6e7381a8636f6d7072657373c3a26964cd012ca36e7370a52f63686174");
    Map<?, ?> map = (Map<?, ?>) ((Packet.Event) withAck).arguments().values().get(0);
    assertThat(((Packet.Event) withAck).id()).isEqualTo(300);
    assertThat(map.containsKey("a")).isTrue();
    assertThat(map.get("b")).isEqualTo(List.of(true, -7, 0.5, "é"));
    assertThat(packet("84a2696405a47479706503a4646174619101a36e7370a12f"))
        .isEqualTo(new Packet.Ack("/", 5, Arguments.of(1)));
  }

  @Test
  void s74BytesStandWhereTheyAre() throws PacketFormatException {
    Packet packet =
        packet(
            "84a47479706502a46461746193a162c402010281a17891c400a76f7074696f6e7381a8636f6d707265"
                + "7373c3a36e7370a12f");

    assertThat(packet)
        .isEqualTo(
            new Packet.Event(
                "/",
                -1,
                "b",
                Arguments.of(buffer("0102"), Map.of("x", List.of(ByteBuffer.allocate(0))))));
    assertThat(((ByteBuffer) ((Packet.Event) packet).arguments().values().get(0)).isReadOnly())
        .isTrue();
  }

  @Test
  void s77DatesAndArrayBuffersOfTheOfficialClient() throws PacketFormatException {
    // new Date(0), new Date(-1), new Date(1700000000123), undefined
    Packet.Event dates =
        (Packet.Event)
            packet(
                "83a47479706502a46461746195a164d7000000000000000000d700ffffffffffffffffd7000000018b"
                    + "cfe5687bd40000a36e7370a12f");
    assertThat(dates.arguments().values())
        .isEqualTo(
            Arrays.asList(
                Instant.EPOCH,
                Instant.ofEpochMilli(-1),
                Instant.ofEpochMilli(1_700_000_000_123L),
                null));

    // ArrayBuffers of one byte and of eight: as long as undefined and a date, but not the same
    Packet.Event buffers =
        (Packet.Event)
            packet("83a47479706502a46461746193a162c7010001c708000000000000000000a36e7370a12f");
    assertThat(buffers.arguments().values())
        .isEqualTo(List.of(buffer("01"), ByteBuffer.allocate(8)));
  }

  @Test
  void s76UndefinedIsNullAlsoInLists() throws PacketFormatException {
    assertThat(argument("d4 00 00")).isNull();
    assertThat(argument("92 d4 00 00 d4 00 01")).isEqualTo(Arrays.asList(null, null));
  }

  @Test
  void theOrderOfKeysIsFreeAndTheLastOfTwoCounts() throws PacketFormatException {
    assertThat(packet("85 a2'id' 01 a4'data' 91 a1'a' a3'nsp' a1'/' a2'id' 02 a4'type' 02"))
        .isEqualTo(new Packet.Event("/", 2, "a", Arguments.EMPTY));
  }

  @Test
  void s75NilIsAsGoodAsAbsent() throws PacketFormatException {
    assertThat(packet("84 a4'type' 00 a3'nsp' a1'/' a2'id' c0 a4'data' c0"))
        .isEqualTo(new Packet.Connect("/", Map.of()));
    assertThat(packet("84 a4'type' 01 a3'nsp' a1'/' a2'id' c0 a4'data' c0"))
        .isEqualTo(new Packet.Disconnect("/"));
    assertThat(packet("84 a4'type' 02 a3'nsp' a1'/' a2'id' c0 a4'data' 91 a1'a'"))
        .isEqualTo(new Packet.Event("/", -1, "a", Arguments.EMPTY));
  }

  @Test
  void unknownKeysAreIgnored() throws PacketFormatException {
    assertThat(
            packet(
                "86 a4'type' 01 a3'nsp' a1'/' a1'x' 92 80 90 a7'options' 81 a1'a' c2 01 c0 a0 a0"))
        .isEqualTo(new Packet.Disconnect("/"));
  }

  @Test
  void anEventMayBeNamedByANumber() throws PacketFormatException {
    assertThat(packet("83 a4'type' 02 a3'nsp' a1'/' a4'data' 91 2a"))
        .isEqualTo(new Packet.Event("/", -1, "42", Arguments.EMPTY));
    assertThat(packet("83 a4'type' 02 a3'nsp' a1'/' a4'data' 91 cf ff ff ff ff ff ff ff ff"))
        .isEqualTo(new Packet.Event("/", -1, "18446744073709551615", Arguments.EMPTY));
  }

  @Test
  void everyFormOfAnInteger() throws PacketFormatException {
    assertThat(argument("7f")).isEqualTo(127);
    assertThat(argument("e0")).isEqualTo(-32);
    assertThat(argument("ff")).isEqualTo(-1);
    assertThat(argument("cc ff")).isEqualTo(255);
    assertThat(argument("cd ff ff")).isEqualTo(65_535);
    assertThat(argument("ce 7f ff ff ff")).isEqualTo(Integer.MAX_VALUE);
    assertThat(argument("ce ff ff ff ff")).isEqualTo(4_294_967_295L);
    assertThat(argument("cf 00 00 00 00 00 00 00 07")).isEqualTo(7);
    assertThat(argument("cf 7f ff ff ff ff ff ff ff")).isEqualTo(Long.MAX_VALUE);
    assertThat(argument("cf 80 00 00 00 00 00 00 00")).isEqualTo(BigInteger.ONE.shiftLeft(63));
    assertThat(argument("d0 80")).isEqualTo(-128);
    assertThat(argument("d1 80 00")).isEqualTo(-32_768);
    assertThat(argument("d2 80 00 00 00")).isEqualTo(Integer.MIN_VALUE);
    assertThat(argument("d3 80 00 00 00 00 00 00 00")).isEqualTo(Long.MIN_VALUE);
    assertThat(argument("d3 ff ff ff ff ff ff ff ff")).isEqualTo(-1);
  }

  @Test
  void everyOtherFormOfAValue() throws PacketFormatException {
    assertThat(argument("c0")).isNull();
    assertThat(argument("c2")).isEqualTo(false);
    assertThat(argument("c3")).isEqualTo(true);
    assertThat(argument("ca 3f 00 00 00")).isEqualTo(0.5);
    assertThat(argument("cb 7f f0 00 00 00 00 00 00")).isEqualTo(Double.POSITIVE_INFINITY);
    assertThat(argument("cb 7f f8 00 00 00 00 00 00")).isEqualTo(Double.NaN);
    for (String text : List.of("a2'é'", "d9 02 'é'", "da 00 02 'é'", "db 00 00 00 02 'é'")) {
      assertThat(argument(text)).isEqualTo("é");
    }
    for (String bytes : List.of("c4 02 0102", "c5 0002 0102", "c6 00000002 0102")) {
      assertThat(argument(bytes)).isEqualTo(buffer("0102"));
    }
    for (String list : List.of("91 07", "dc 0001 07", "dd 00000001 07")) {
      assertThat(argument(list)).isEqualTo(List.of(7));
    }
    for (String map : List.of("81 a1'a' 07", "de 0001 a1'a' 07", "df 00000001 a1'a' 07")) {
      assertThat(argument(map)).isEqualTo(Map.of("a", 7));
    }
    assertThat(argument("82 07 01 cf ff ff ff ff ff ff ff ff 02"))
        .isEqualTo(Map.of("7", 1, "18446744073709551615", 2));
    assertThat(argument("81 a9'__proto__' 81 a1'x' 01"))
        .isEqualTo(Map.of("__proto__", Map.of("x", 1)));
  }

  @Test
  void timestampsOfOtherClients() throws PacketFormatException {
    assertThat(argument("d6 ff 00000001")).isEqualTo(Instant.ofEpochSecond(1));
    assertThat(argument("d6 ff ffffffff")).isEqualTo(Instant.ofEpochSecond(4_294_967_295L));
    // 1 nanosecond, 2^32 seconds
    assertThat(argument("d7 ff 0000000500000000")).isEqualTo(Instant.ofEpochSecond(1L << 32, 1));
    assertThat(argument("c7 0c ff 3b9ac9ff ffffffffffffffff"))
        .isEqualTo(Instant.ofEpochSecond(-1, 999_999_999));
  }

  @Test
  void otherExtensionsPassAsTheyAre() throws PacketFormatException {
    for (String wire :
        List.of("d5 2a 0102", "c7 02 2a 0102", "c8 0002 2a 0102", "c9 00000002 2a 0102")) {
      assertThat(argument(wire)).isEqualTo(new MsgpackExtension(42, buffer("0102")));
    }
    assertThat(argument("d4 05 07")).isEqualTo(new MsgpackExtension(5, buffer("07")));
    assertThat(argument("d7 80 0000000000000007"))
        .isEqualTo(new MsgpackExtension(-128, buffer("0000000000000007")));
    // bytes in the shorter forms of other libraries
    assertThat(argument("d5 00 0102")).isEqualTo(buffer("0102"));
    assertThat(argument("d8 00 00000000000000000000000000000007").getClass().getSimpleName())
        .contains("Buffer");
  }

  @Test
  void aMessageMayBeInAnyBuffer() throws PacketFormatException {
    byte[] event = Wire.bytes(Wire.event(2, "a1'x' c4 01 07"));
    ByteBuffer within = ByteBuffer.allocate(event.length + 5).position(3).put(event).flip();
    within.position(3);
    ByteBuffer direct = ByteBuffer.allocateDirect(event.length).put(event).flip();

    for (ByteBuffer message :
        List.of(within.duplicate(), within.slice(), within.asReadOnlyBuffer(), direct)) {
      assertThat(Wire.decoder().binary(message))
          .isEqualTo(new Packet.Event("/", -1, "e", Arguments.of("x", buffer("07"))));
    }
  }
}

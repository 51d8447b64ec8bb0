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

import static io.sockeye.socketio.protocol.Wire.text;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Whatever comes in, in whatever order, gives packets or refusals, and leaves the decoder usable.
 */
class DecoderFuzzTest {
  private static final long SEED = 20260103;
  private static final int CONNECTIONS = 5_000;
  private static final int MESSAGES = 20;

  private static final String[] PACKETS = {
    "0",
    "0/admin,{\"token\":{\"a\":[1,true]}}",
    "0/chat?token=1&a=b%20c,",
    "1",
    "1/admin,",
    "2[\"foo\"]",
    "2/admin,456[\"project:delete\",123]",
    "2[\"a\\u0062\",1.5e+3,-0,null,{\"a\":[\"\\ud83d\\ude00\",\"é€😀\",\"\\ud800\"]}]",
    "2[1,{\"_placeholder\":true,\"num\":0}]",
    "3/admin,13[\"bar\"]",
    "3456[[],{}]",
    "51-[\"baz\",{\"_placeholder\":true,\"num\":0}]",
    "52-/admin,789[\"baz\",{\"_placeholder\":true,\"num\":0},[{\"num\":1,\"_placeholder\":true}]]",
    "61-15[\"bar\",{\"_placeholder\":true,\"num\":0}]",
    "62-/a-b,15[{\"x\":{\"_placeholder\":true,\"num\":1}},1e400]"
  };
  private static final String[] HEADS = {
    "0", "1", "2", "3", "4", "5", "6", "7", "51-", "52-", "61-", "510-", "50-", "2/a,", "2/a,7",
    "31", "0/a,", "51-/a,7"
  };

  private static String message(RandomJson random) {
    return switch (random.below(6)) {
      case 0 -> random.any(PACKETS);
      case 1 -> random.any(HEADS) + random.text();
      case 2 -> random.any(HEADS) + random.pieces();
      case 3 -> random.pieces();
      default -> random.mutated(random.any(PACKETS));
    };
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void onlyPacketsAndRefusalsComeOut(boolean legacy) {
    int packets = 0;
    for (long seed = SEED; seed < SEED + CONNECTIONS; seed++) {
      RandomJson random = new RandomJson(seed);
      PacketDecoder decoder = Wire.PARSER.newDecoder(DecoderLimits.DEFAULTS, legacy);
      try {
        for (int i = 0; i < MESSAGES; i++) {
          packets += feed(decoder, random) ? 1 : 0;
        }
        decoder.reset();
        Wire.assertAsNew(decoder);
      } catch (RuntimeException | Error failure) {
        throw new AssertionError("seed " + seed, failure);
      }
    }

    // Packets are not rare.
    assertThat(packets).isGreaterThan(CONNECTIONS * MESSAGES / 20);
  }

  /** Feeds one message of any kind; true if that gave a packet. */
  private static boolean feed(PacketDecoder decoder, RandomJson random) {
    // Most often what is due, now and then the other.
    boolean isBinary = (decoder.pendingNamespace() != null) == (random.below(8) > 0);
    String wire = isBinary ? "" : message(random);
    Packet packet;
    try {
      packet =
          isBinary ? decoder.binary(ByteBuffer.allocate(random.below(5))) : text(decoder, wire);
    } catch (PacketFormatException refused) {
      Wire.assertAsNew(decoder);
      return false;
    }
    assertThat(packet == null).isEqualTo(decoder.pendingNamespace() != null);
    if (packet == null) {
      return false;
    }
    use(packet);
    EncodedPacket encoded = Wire.encode(packet);
    assertThat(encoded.text()).isNotEmpty();
    if (!isBinary) {
      assertComesBack(packet, encoded);
    }
    return true;
  }

  /** Asks for everything that is decoded only then. */
  private static void use(Packet packet) {
    assertThat(packet.namespace()).startsWith("/");
    Arguments arguments = Arguments.EMPTY;
    if (packet instanceof Packet.Event event) {
      assertThat(ReservedEvents.isReserved(event.name())).isFalse();
      arguments = event.arguments();
    } else if (packet instanceof Packet.Ack ack) {
      arguments = ack.arguments();
    }
    assertThat(arguments.values()).hasSize(arguments.size());
  }

  private static void assertComesBack(Packet packet, EncodedPacket encoded) {
    if (packet instanceof Packet.Connect connect
        && connect.payload().toString().contains("Infinity")) {
      return; // is written as null
    }
    String wire = Wire.text(encoded);
    try {
      assertThat(Wire.packet(wire)).as(wire).isEqualTo(packet);
    } catch (PacketFormatException refused) {
      throw new AssertionError(wire, refused);
    }
  }

  @Test
  void bytesByChance() throws PacketFormatException {
    // Not even UTF-8, which the layer beneath sees to.
    for (long seed = SEED; seed < SEED + 100_000; seed++) {
      java.util.Random random = new java.util.Random(seed);
      byte[] bytes = new byte[random.nextInt(20)];
      random.nextBytes(bytes);
      if (bytes.length > 1) {
        bytes[0] = (byte) ('0' + random.nextInt(7));
        bytes[1] = random.nextBoolean() ? (byte) '[' : bytes[1];
      }
      PacketDecoder decoder = Wire.decoder();
      try {
        Packet packet = decoder.text(bytes, 0, bytes.length);
        if (packet != null) {
          use(packet);
        }
      } catch (PacketFormatException refused) {
        Wire.assertAsNew(decoder);
      } catch (RuntimeException | Error failure) {
        throw new AssertionError("seed " + seed, failure);
      }
    }
  }
}

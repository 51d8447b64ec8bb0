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

import io.sockeye.socketio.protocol.Arguments;
import io.sockeye.socketio.protocol.DecoderLimits;
import io.sockeye.socketio.protocol.Packet;
import io.sockeye.socketio.protocol.PacketFormatException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.msgpack.core.MessageBufferPacker;
import org.msgpack.core.MessagePack;
import org.msgpack.core.MessageUnpacker;
import org.msgpack.value.Value;

/** Another implementation of MessagePack reads and writes the same. */
class MsgpackParityTest {
  private static final long SEED = 20260719;
  private static final int PACKETS = 20_000;
  private static final DecoderLimits LIMITS = new DecoderLimits(1000, 1_000_000, 64, 100, 100, 100);

  @Test
  @SuppressWarnings("ByteBufferBackingArray") // a wrapped array
  void whatIsWrittenAnotherReads() throws IOException {
    for (long seed = SEED; seed < SEED + PACKETS; seed++) {
      Object value = value(new Random(seed), 5);
      MsgpackWriter writer = new MsgpackWriter(null);
      writer.value(value);
      ByteBuffer bytes = writer.bytes();
      MessageUnpacker reader = MessagePack.newDefaultUnpacker(bytes.array(), 0, bytes.remaining());
      assertThat(plain(reader.unpackValue())).as("seed %d", seed).isEqualTo(value);
      assertThat(reader.hasNext()).isFalse();
    }
  }

  @Test
  void whatAnotherWritesIsRead() throws IOException, PacketFormatException {
    for (long seed = SEED; seed < SEED + PACKETS; seed++) {
      Object value = value(new Random(seed), 5);
      MessageBufferPacker packer = MessagePack.newDefaultBufferPacker();
      packer.packMapHeader(3).packString("nsp").packString("/").packString("data");
      packer.packArrayHeader(2).packString("e");
      pack(packer, value);
      packer.packString("type").packInt(2);
      Packet packet =
          MsgpackParser.create()
              .newDecoder(LIMITS, false)
              .binary(ByteBuffer.wrap(packer.toByteArray()));
      assertThat(packet)
          .as("seed %d", seed)
          .isEqualTo(new Packet.Event("/", -1, "e", Arguments.of(value)));
    }
  }

  @Test
  void whatIsReadAnotherReadsToo() {
    int packets = 0;
    for (long seed = SEED; seed < SEED + 20 * PACKETS; seed++) {
      Random random = new Random(seed);
      byte[] bytes = new byte[1 + random.nextInt(12)];
      random.nextBytes(bytes);
      bytes[0] = (byte) (random.nextBoolean() ? 0x91 : 0x81);
      Object own;
      try {
        own = read(bytes);
      } catch (PacketFormatException refused) {
        continue;
      }
      packets++;
      MessageUnpacker reader = MessagePack.newDefaultUnpacker(bytes);
      try {
        reader.unpackValue();
        assertThat(reader.hasNext()).as("seed %d", seed).isFalse();
      } catch (IOException | RuntimeException refused) {
        throw new AssertionError("seed " + seed + ": " + own, refused);
      }
    }
    assertThat(packets).isGreaterThan(PACKETS / 2);
  }

  /** Reads a value of one element as the value of a key that nobody knows. */
  private static Object read(byte[] bytes) throws PacketFormatException {
    byte[] message = new byte[bytes.length + 2];
    message[0] = (byte) 0x81;
    message[1] = (byte) 0xa0;
    System.arraycopy(bytes, 0, message, 2, bytes.length);
    MsgpackReader reader = new MsgpackReader(ByteBuffer.wrap(message), LIMITS);
    reader.begin();
    reader.key();
    Object value = reader.entry();
    reader.end();
    return value;
  }

  private static Object value(Random random, int depth) {
    return switch (random.nextInt(depth == 0 ? 7 : 9)) {
      case 0 -> null;
      case 1 -> random.nextBoolean();
      case 2 -> random.nextInt() >> random.nextInt(32);
      case 3 -> narrowed(random.nextLong() >> random.nextInt(64));
      case 4 -> random.nextGaussian() * 1e10;
      case 5 -> text(random);
      case 6 -> {
        byte[] bytes = new byte[random.nextInt(random.nextInt(8) == 0 ? 1000 : 10)];
        random.nextBytes(bytes);
        yield ByteBuffer.wrap(bytes);
      }
      case 7 -> {
        List<Object> list = new ArrayList<>();
        for (int i = random.nextInt(random.nextInt(8) == 0 ? 40 : 5); i > 0; i--) {
          list.add(value(random, depth - 1));
        }
        yield list;
      }
      default -> {
        Map<String, Object> map = new LinkedHashMap<>();
        for (int i = random.nextInt(random.nextInt(8) == 0 ? 40 : 5); i > 0; i--) {
          map.put(text(random), value(random, depth - 1));
        }
        yield map;
      }
    };
  }

  private static Object narrowed(long value) {
    return value == (int) value ? (Object) (int) value : (Object) value;
  }

  private static String text(Random random) {
    return random
        .ints(random.nextInt(random.nextInt(8) == 0 ? 300 : 8), 0, 0x1_1000)
        .filter(point -> point < 0xD800 || point > 0xDFFF)
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
        .toString();
  }

  @SuppressWarnings("ByteBufferBackingArray") // wrapped arrays
  private static void pack(MessageBufferPacker packer, Object value) throws IOException {
    if (value == null) {
      packer.packNil();
    } else if (value instanceof Boolean bool) {
      packer.packBoolean(bool);
    } else if (value instanceof Double number) {
      packer.packDouble(number);
    } else if (value instanceof Number number) {
      packer.packLong(number.longValue());
    } else if (value instanceof String text) {
      packer.packString(text);
    } else if (value instanceof ByteBuffer bytes) {
      packer.packBinaryHeader(bytes.remaining()).writePayload(bytes.array());
    } else if (value instanceof List<?> list) {
      packer.packArrayHeader(list.size());
      for (Object item : list) {
        pack(packer, item);
      }
    } else {
      Map<?, ?> map = (Map<?, ?>) value;
      packer.packMapHeader(map.size());
      for (Map.Entry<?, ?> entry : map.entrySet()) {
        pack(packer, entry.getKey());
        pack(packer, entry.getValue());
      }
    }
  }

  private static Object plain(Value value) {
    return switch (value.getValueType()) {
      case NIL -> null;
      case BOOLEAN -> value.asBooleanValue().getBoolean();
      case INTEGER ->
          value.asIntegerValue().isInLongRange()
              ? narrowed(value.asIntegerValue().asLong())
              : value.asIntegerValue().asBigInteger();
      case FLOAT -> value.asFloatValue().toDouble();
      case STRING -> value.asStringValue().asString();
      case BINARY -> value.asBinaryValue().asByteBuffer();
      case ARRAY -> {
        List<Object> list = new ArrayList<>();
        value.asArrayValue().forEach(item -> list.add(plain(item)));
        yield list;
      }
      case MAP -> {
        Map<Object, Object> map = new LinkedHashMap<>();
        value.asMapValue().entrySet().forEach(e -> map.put(plain(e.getKey()), plain(e.getValue())));
        yield map;
      }
      default -> throw new AssertionError("none was written");
    };
  }
}

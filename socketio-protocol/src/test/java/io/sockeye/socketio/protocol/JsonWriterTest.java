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

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.DoubleAdder;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class JsonWriterTest {
  private static String json(Object value) {
    return json(value, null);
  }

  private static String json(Object value, UnaryOperator<Object> converter) {
    JsonWriter writer = new JsonWriter(0, 1, converter);
    writer.value(value);
    return new String(writer.toArray(), UTF_8);
  }

  /** A number of its own kind. */
  private static final class Third extends Number {
    private static final long serialVersionUID = 1L;

    @Override
    public int intValue() {
      return 0;
    }

    @Override
    public long longValue() {
      return 0;
    }

    @Override
    public float floatValue() {
      return 1 / 3f;
    }

    @Override
    public double doubleValue() {
      return 1 / 4.0;
    }

    @Override
    public String toString() {
      return "1/3";
    }
  }

  private static LongAdder longAdder(long value) {
    LongAdder adder = new LongAdder();
    adder.add(value);
    return adder;
  }

  private static DoubleAdder doubleAdder(double value) {
    DoubleAdder adder = new DoubleAdder();
    adder.add(value);
    return adder;
  }

  static Stream<org.junit.jupiter.params.provider.Arguments> values() {
    return Stream.of(
        arguments(null, "null"),
        arguments(true, "true"),
        arguments(false, "false"),
        // Integers
        arguments(0, "0"),
        arguments(9, "9"),
        arguments(10, "10"),
        arguments(-1, "-1"),
        arguments(Integer.MIN_VALUE, "-2147483648"),
        arguments(Long.MAX_VALUE, "9223372036854775807"),
        arguments(Long.MIN_VALUE, "-9223372036854775808"),
        arguments(9007199254740993L, "9007199254740993"),
        arguments((short) -7, "-7"),
        arguments((byte) -128, "-128"),
        arguments(
            new BigInteger("123456789012345678901234567890"), "123456789012345678901234567890"),
        arguments(new AtomicInteger(5), "5"),
        arguments(new AtomicLong(9007199254740993L), "9007199254740993"),
        arguments(longAdder(9007199254740993L), "9007199254740993"),
        // Fractions
        arguments(0.1, "0.1"),
        arguments(1.0, "1.0"),
        arguments(-0.0, "-0.0"),
        arguments(1e21, "1.0E21"),
        arguments(Double.MAX_VALUE, "1.7976931348623157E308"),
        arguments(0.1f, "0.1"),
        arguments(new BigDecimal("0.10"), "0.10"),
        arguments(new BigDecimal("1E+999999999"), "1E+999999999"),
        arguments(new BigDecimal("-1.5E-400"), "-1.5E-400"),
        arguments(doubleAdder(0.5), "0.5"),
        arguments(new Third(), "0.25"),
        // JSON has none of these: null, as JSON.stringify writes
        arguments(Double.NaN, "null"),
        arguments(Double.POSITIVE_INFINITY, "null"),
        arguments(Double.NEGATIVE_INFINITY, "null"),
        arguments(Float.NaN, "null"),
        arguments(Float.POSITIVE_INFINITY, "null"),
        arguments(Float.NEGATIVE_INFINITY, "null"),
        arguments(doubleAdder(Double.NaN), "null"),
        arguments(doubleAdder(Double.POSITIVE_INFINITY), "null"),
        // Strings
        arguments("", "\"\""),
        arguments("abc", "\"abc\""),
        arguments("\"\\/", "\"\\\"\\\\/\""),
        arguments("\b\f\n\r\t", "\"\\b\\f\\n\\r\\t\""),
        arguments("\0\u0001\u000b\u001f ", "\"\\u0000\\u0001\\u000b\\u001f \""),
        arguments("\u007f\u0080é\u07ff\u0800€\uffff", "\"\u007f\u0080é\u07ff\u0800€\uffff\""),
        arguments("\u2028\u2029", "\"\u2028\u2029\""),
        arguments("😀\ud800\udc00\udbff\udfff", "\"😀\ud800\udc00\udbff\udfff\""),
        arguments("\ud800", "\"\\ud800\""),
        arguments("\udfff", "\"\\udfff\""),
        arguments("\udc00\ud800", "\"\\udc00\\ud800\""),
        arguments("a\ud83d\ud83d\ude00b", "\"a\\ud83d😀b\""),
        arguments("\ud83dx", "\"\\ud83dx\""),
        arguments(CharBuffer.wrap("a\"b"), "\"a\\\"b\""),
        arguments('x', "\"x\""),
        arguments('"', "\"\\\"\""),
        arguments('\ud800', "\"\\ud800\""),
        arguments(TimeUnit.SECONDS, "\"SECONDS\""),
        // Containers
        arguments(Map.of(), "{}"),
        arguments(Map.of("a\n", Map.of("", 1)), "{\"a\\n\":{\"\":1}}"),
        arguments(Map.of(1, 2), "{\"1\":2}"),
        arguments(Map.of(TimeUnit.DAYS, 2), "{\"DAYS\":2}"),
        arguments(Map.of("\ud800", 1), "{\"\\ud800\":1}"),
        arguments(Collections.singletonMap(null, null), "{\"null\":null}"),
        arguments(List.of(), "[]"),
        arguments(Arrays.asList(1, null, "a", List.of(true)), "[1,null,\"a\",[true]]"),
        arguments(new TreeSet<>(List.of(2, 1)), "[1,2]"),
        arguments(new Object[0], "[]"),
        arguments(new String[] {"a", null}, "[\"a\",null]"),
        arguments(new Object[] {new Integer[] {1}, new int[0][]}, "[[1],[]]"));
  }

  @ParameterizedTest
  @MethodSource("values")
  void writes(Object value, String json) {
    assertThat(json(value)).isEqualTo(json);
  }

  @Test
  void keepsTheOrderOfKeys() {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("z", 1);
    map.put("10", 2);
    map.put("a", 3);

    assertThat(json(map)).isEqualTo("{\"z\":1,\"10\":2,\"a\":3}");
  }

  @Test
  void collectsBytes() {
    JsonWriter writer = new JsonWriter(0, 1, null);
    ByteBuffer direct = ByteBuffer.allocateDirect(1).put((byte) 2).flip();

    writer.value(List.of(new byte[] {1}, Map.of("a", direct), ByteBuffer.allocate(0)));

    assertThat(new String(writer.toArray(), UTF_8))
        .isEqualTo(
            "[{\"_placeholder\":true,\"num\":0},{\"a\":{\"_placeholder\":true,\"num\":1}},"
                + "{\"_placeholder\":true,\"num\":2}]");
    assertThat(writer.attachments())
        .containsExactly(Wire.bytes(1), Wire.bytes(2), Wire.bytes())
        .allMatch(ByteBuffer::isReadOnly);
  }

  @Test
  void growsFromNothing() {
    JsonWriter writer = new JsonWriter(2, 0, null);

    writer.raw('[');
    writer.ascii("1,");
    writer.utf8("é");
    writer.number(0);
    writer.number(-5);
    writer.string("\u0001".repeat(100));
    writer.raw(new byte[] {'x', ',', ']'}, 1, 2);

    assertThat(new String(writer.toArray(), UTF_8))
        .isEqualTo("\0\0[1,é0-5\"" + "\\u0001".repeat(100) + "\",]");
  }

  static Stream<Object> unknown() {
    return Stream.of(
        LocalDate.EPOCH,
        Optional.empty(),
        new int[0],
        new char[] {'a'},
        new Object(),
        String.class);
  }

  @ParameterizedTest
  @MethodSource("unknown")
  void refusesWhatItDoesNotKnow(Object value) {
    assertThatThrownBy(() -> json(value))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            value.getClass().getName()
                + " (expected: a string, number, boolean, null, map, iterable, array of objects"
                + " or bytes)");
  }

  @ParameterizedTest
  @MethodSource("unknown")
  void asksTheConverterForWhatItDoesNotKnow(Object value) {
    UnaryOperator<Object> converter = unknown -> List.of(unknown.getClass().getSimpleName(), 1);

    assertThat(json(Map.of("a", value), converter))
        .isEqualTo("{\"a\":[\"" + value.getClass().getSimpleName() + "\",1]}");
  }

  @Test
  void asksTheConverterAgainForWhatItGave() {
    UnaryOperator<Object> converter =
        value -> value instanceof Optional<?> optional ? optional.orElse(null) : value.toString();

    assertThat(json(Optional.of(Optional.of(LocalDate.EPOCH)), converter))
        .isEqualTo("\"1970-01-01\"");
    assertThat(json(Optional.empty(), converter)).isEqualTo("null");
  }

  @Test
  void aConverterMayGiveBytes() {
    EncodedPacket encoded =
        PacketParser.json(value -> new byte[] {1})
            .encode(new Packet.Event("/", -1, "a", Arguments.of(LocalDate.EPOCH)), 0);

    assertThat(Wire.text(encoded)).isEqualTo("51-[\"a\",{\"_placeholder\":true,\"num\":0}]");
    assertThat(encoded.attachments()).containsExactly(Wire.bytes(1));
  }

  @Test
  void asksNoConverterForWhatItKnows() {
    UnaryOperator<Object> converter =
        value -> {
          throw new AssertionError(value.getClass());
        };

    values().forEach(row -> assertThat(json(row.get()[0], converter)).isEqualTo(row.get()[1]));
  }

  @Test
  void refusesAConverterThatGoesRoundInCircles() {
    assertThatThrownBy(() -> json(LocalDate.EPOCH, value -> value))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("nested deeper than 512");
  }

  @Test
  void refusesCycles() {
    List<Object> list = new ArrayList<>();
    list.add(Map.of("a", list));

    assertThatThrownBy(() -> json(list))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("nested deeper than 512");
    // A path's elements are paths.
    assertThatThrownBy(() -> json(Path.of("a")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("nested deeper than 512");
  }

  @Test
  void writesUpToTheDeepestLevel() {
    Object value = List.of();
    for (int depth = 1; depth < 512; depth++) {
      value = List.of(value);
    }
    Object deepest = value;

    assertThat(json(deepest)).isEqualTo("[".repeat(512) + "]".repeat(512));
    assertThatThrownBy(() -> json(List.of(deepest))).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void depthIsNotALengthOfSiblings() {
    assertThat(json(Collections.nCopies(10_000, Map.of())))
        .isEqualTo("[" + "{},".repeat(9_999) + "{}]");
  }
}

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
package io.sockeye.parser.contract;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.sockeye.socketio.protocol.Arguments;
import io.sockeye.socketio.protocol.DecoderLimits;
import io.sockeye.socketio.protocol.EncodedPacket;
import io.sockeye.socketio.protocol.Packet;
import io.sockeye.socketio.protocol.PacketDecoder;
import io.sockeye.socketio.protocol.PacketFormatException;
import io.sockeye.socketio.protocol.PacketParser;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What Socket.IO relies on in a {@link PacketParser}, whatever the form in which it writes: what it
 * writes it reads, within the limits; it keeps nothing and changes nothing; and whatever a peer
 * sends gives packets or a {@link PacketFormatException}, never anything else.
 *
 * <p>That another implementation of the form understands it is for tests of one's own, which spell
 * the bytes.
 */
public abstract class PacketParserContract {
  private static final int HEADROOM = 1;
  private static final long SEED = 20260718;
  private static final long MAX_ID = (1L << 53) - 1;

  /** Creates the tests. */
  protected PacketParserContract() {}

  /** Returns the parser under test, without a converter. */
  protected abstract PacketParser parser();

  /**
   * Returns whether the form has a place for bytes. A parser without one refuses to write them.
   * Default true.
   */
  protected boolean carriesBytes() {
    return true;
  }

  /**
   * Returns whether clients of revision 4 and 3 can use the parser; their namespaces may carry a
   * query. Default true.
   */
  protected boolean servesEarlierRevisions() {
    return true;
  }

  // ---- what is written is read ----

  @Test
  void everyPacketOfAClientComesBack() throws PacketFormatException {
    for (Packet packet : samples()) {
      assertThat(back(packet)).isEqualTo(packet);
    }
  }

  @Test
  void everyPacketOfAnEarlierClientComesBack() throws PacketFormatException {
    assumeTrue(servesEarlierRevisions(), "the parser is for revision 5");
    PacketDecoder decoder = parser().newDecoder(DecoderLimits.DEFAULTS, true);
    for (Packet packet :
        List.of(
            new Packet.Connect("/chat", Map.of()),
            new Packet.Event("/chat", 7, "a", Arguments.of(1, "x")),
            new Packet.Ack("/chat", 7, Arguments.of(1, "x")),
            new Packet.Disconnect("/chat"))) {
      assertThat(feed(decoder, encode(packet))).isEqualTo(packet);
    }
  }

  @Test
  void theQueryOfAnEarlierClientsNamespaceIsItsCredentials() throws PacketFormatException {
    assumeTrue(servesEarlierRevisions(), "the parser is for revision 5");
    PacketDecoder decoder = parser().newDecoder(DecoderLimits.DEFAULTS, true);

    assertThat(feed(decoder, encode(new Packet.Connect("/chat?a=b%20c&d=", Map.of()))))
        .isEqualTo(new Packet.Connect("/chat", Map.of("a", "b c", "d", "")));
  }

  @TestFactory
  Stream<DynamicTest> everyValueComesBack() {
    return values().entrySet().stream()
        .map(
            value ->
                DynamicTest.dynamicTest(
                    value.getKey(),
                    () -> {
                      Packet event =
                          new Packet.Event("/", 1, "a", Arguments.of(value.getValue(), "next"));
                      assertThat(back(event)).isEqualTo(event);
                      Packet ack = new Packet.Ack("/", 1, Arguments.of(value.getValue()));
                      assertThat(back(ack)).isEqualTo(ack);
                    }));
  }

  @Test
  @SuppressWarnings({
    "UnnecessaryMethodReference",
    "UnnecessaryStringBuilder"
  }) // they are what is tested
  void whatIsLikeAStringOrAListIsOne() throws PacketFormatException {
    Iterable<String> iterable = List.of("i", "j")::iterator;

    assertThat(
            argumentsOf(
                new StringBuilder("b"),
                'c',
                TimeUnit.DAYS,
                new Object[] {1, "d"},
                Set.of("e"),
                iterable))
        .isEqualTo(
            Arrays.asList("b", "c", "DAYS", List.of(1, "d"), List.of("e"), List.of("i", "j")));
  }

  @Test
  void theOrderOfKeysIsKept() throws PacketFormatException {
    Map<String, Object> map = new LinkedHashMap<>();
    for (String key : List.of("z", "10", "a", "2", "é", "")) {
      map.put(key, key);
    }

    Map<?, ?> back = (Map<?, ?>) argumentsOf(map).get(0);
    assertThat(back).isNotNull();
    assertThat(List.copyOf(back.keySet())).isEqualTo(List.copyOf(map.keySet()));
  }

  @Test
  void bytesComeBackAtAnyDepthInOrderAndReadOnly() throws PacketFormatException {
    assumeBytes();
    Map<String, @Nullable Object> map = new LinkedHashMap<>();
    map.put("b", bytes(3));
    map.put("c", Arrays.asList(bytes(), null, Map.of("d", bytes(4, 5))));
    Packet.Event back =
        (Packet.Event)
            back(new Packet.Event("/", 1, "a", Arguments.of(bytes(1, 2), map, new byte[] {-1})));

    assertThat(back.arguments()).isEqualTo(Arguments.of(bytes(1, 2), map, bytes(255)));
    assertThat(((ByteBuffer) back.arguments().values().get(0)).isReadOnly()).isTrue();
  }

  @Test
  void ofABufferWhatRemainsIsWritten() throws PacketFormatException {
    assumeBytes();
    ByteBuffer buffer = bytes(1, 2, 3, 4).position(1).limit(3);

    assertThat(argumentsOf(buffer)).isEqualTo(List.of(bytes(2, 3)));
    assertThat(buffer).isEqualTo(bytes(2, 3));
    assertThat(buffer.position()).isOne();
  }

  @Test
  void bytesThatHaveNoPlaceAreRefused() {
    assumeTrue(!carriesBytes(), "the form has a place for bytes");

    assertThatIllegalArgumentException()
        .isThrownBy(() -> encode(new Packet.Event("/", 1, "a", Arguments.of(bytes(1)))));
  }

  @Test
  void receivedArgumentsDoNotChange() throws PacketFormatException {
    List<@Nullable Object> values = argumentsOf(1, 2);

    assertThatThrownBy(() -> values.add(3)).isInstanceOf(UnsupportedOperationException.class);
  }

  @Test
  void packetsOfTheServerAloneAreWrittenButNotRead() {
    for (Packet packet :
        List.of(
            new Packet.ConnectError("/", Map.of("message", "no", "data", List.of(1))),
            new Packet.ConnectError("/chat", "no"))) {
      refused(decoder(), encode(packet));
    }
  }

  @Test
  void theClientsEndReadsWhatAServerSends() throws PacketFormatException {
    PacketDecoder decoder = parser().newClientDecoder(DecoderLimits.DEFAULTS);
    List<Packet> packets = new ArrayList<>(samples());
    packets.add(new Packet.ConnectError("/", Map.of("message", "no", "data", List.of(1))));
    packets.add(new Packet.ConnectError("/chat", Map.of("message", "no")));

    for (Packet packet : packets) {
      assertThat(feed(decoder, encode(packet))).isEqualTo(packet);
    }
  }

  // ---- it changes nothing, and nothing changes it ----

  @Test
  void aPacketAlwaysGivesTheSameBytes() {
    for (Packet packet : samples()) {
      assertSame(encode(packet), encode(packet));
    }
  }

  @Test
  void headroomIsFreeAndNothingElse() {
    for (Packet packet : samples()) {
      EncodedPacket without = parser().encode(packet, 0);
      EncodedPacket with = parser().encode(packet, 7);
      byte[] text = with.text();
      assertSame(
          without,
          text == null
              ? with
              : new EncodedPacket(Arrays.copyOfRange(text, 7, text.length), with.attachments()));
    }
  }

  @Test
  void manyThreadsMayWriteAndReadAtOnce() {
    List<EncodedPacket> expected = samples().stream().map(this::encode).toList();
    PacketParser parser = parser();

    IntStream.range(0, 2000)
        .parallel()
        .forEach(
            i -> {
              Packet packet = samples().get(i % expected.size());
              EncodedPacket encoded = parser.encode(packet, HEADROOM);
              assertSame(expected.get(i % expected.size()), encoded);
              PacketDecoder decoder = parser.newDecoder(DecoderLimits.DEFAULTS, false);
              try {
                assertThat(feed(decoder, encoded)).isEqualTo(packet);
              } catch (PacketFormatException refused) {
                throw new AssertionError(refused);
              }
            });
  }

  // ---- values of other types ----

  private record Point(int x, int y) {}

  private static Object ofPoint(Object value) {
    if (value instanceof Point point) {
      Map<String, Object> map = new LinkedHashMap<>();
      map.put("x", point.x());
      map.put("y", List.of(point.y()));
      return map;
    }
    throw new IllegalArgumentException("not a point");
  }

  @Test
  void anUnknownTypeIsRefusedByItsPlace() {
    Packet packet = new Packet.Event("/", 1, "draw", Arguments.of("a", List.of(new Point(1, 2))));

    assertThatIllegalArgumentException()
        .isThrownBy(() -> encode(packet))
        .withMessageContaining("argument 1")
        .withMessageContaining("draw")
        .withMessageContaining(Point.class.getName());
  }

  @Test
  void aConverterMakesValuesOfOtherTypes() throws PacketFormatException {
    PacketParser converting = parser().withConverter(PacketParserContract::ofPoint);
    Packet packet =
        new Packet.Event("/", 1, "draw", Arguments.of(new Point(1, 2), List.of(new Point(3, 4))));
    Map<String, Object> first = Map.of("x", 1, "y", List.of(2));
    Map<String, Object> second = Map.of("x", 3, "y", List.of(4));

    assertThat(feed(decoder(), converting.encode(packet, HEADROOM)))
        .isEqualTo(new Packet.Event("/", 1, "draw", Arguments.of(first, List.of(second))));
    assertThat(converting.withConverter(value -> "another")).isSameAs(converting);
  }

  @Test
  void aConverterThatGivesUpIsHeard() {
    PacketParser converting = parser().withConverter(PacketParserContract::ofPoint);
    Packet packet = new Packet.Ack("/", 1, Arguments.of(new Object()));

    assertThatIllegalArgumentException()
        .isThrownBy(() -> converting.encode(packet, HEADROOM))
        .withMessageContaining("argument 0")
        .withMessageContaining("not a point");
  }

  @Test
  void aCycleIsRefused() {
    List<Object> cycle = new ArrayList<>();
    cycle.add(cycle);
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("a", map);

    for (Object endless : List.of(cycle, map)) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> encode(new Packet.Event("/", 1, "a", Arguments.of(endless))));
    }
    PacketParser converting = parser().withConverter(value -> value);
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                converting.encode(new Packet.Ack("/", 1, Arguments.of(new Point(1, 2))), HEADROOM));
  }

  // ---- limits ----

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
  void reservedNamesAreRefused(String name) {
    refused(decoder(), encode(new Packet.Event("/", 1, name, Arguments.EMPTY)));
  }

  @Test
  void eventNamesHaveALimitInBytes() throws PacketFormatException {
    for (String character : List.of("n", "é", "😀")) {
      int longest = DecoderLimits.DEFAULTS.maxEventNameLength() / character.getBytes(UTF_8).length;
      Packet packet = new Packet.Event("/", 1, character.repeat(longest), Arguments.EMPTY);
      assertThat(back(packet)).isEqualTo(packet);
      refused(
          decoder(),
          encode(new Packet.Event("/", 1, character.repeat(longest + 1), Arguments.EMPTY)));
    }
  }

  @Test
  void namespacesHaveALimitInBytes() throws PacketFormatException {
    int most = DecoderLimits.DEFAULTS.maxNamespaceLength();
    Packet packet = new Packet.Disconnect("/" + "n".repeat(most - 1));

    assertThat(back(packet)).isEqualTo(packet);
    refused(decoder(), encode(new Packet.Disconnect("/" + "n".repeat(most))));
    refused(decoder(), encode(new Packet.Disconnect("/" + "é".repeat(most / 2))));
  }

  @Test
  void namespacesHaveNoComma() {
    refused(decoder(), encode(new Packet.Connect("/a,b", Map.of())));
    refused(decoder(), encode(new Packet.Event("/a,b", 1, "a", Arguments.EMPTY)));
  }

  @Test
  void idsHaveALimit() throws PacketFormatException {
    for (long id : new long[] {0, 1, 1L << 31, 1L << 32, MAX_ID}) {
      Packet packet = new Packet.Event("/", id, "a", Arguments.EMPTY);
      assertThat(back(packet)).isEqualTo(packet);
    }
    for (long id : new long[] {MAX_ID + 1, Long.MAX_VALUE}) {
      refused(decoder(), encode(new Packet.Event("/", id, "a", Arguments.EMPTY)));
      refused(decoder(), encode(new Packet.Ack("/", id, Arguments.EMPTY)));
    }
  }

  @Test
  void nestingHasALimit() throws PacketFormatException {
    DecoderLimits limits = new DecoderLimits(10, 100, 20, 100, 100, 100);
    for (boolean inMaps : new boolean[] {false, true}) {
      // The arguments are in a list already.
      Packet deepest = new Packet.Event("/", 1, "a", Arguments.of(nested(19, inMaps)));
      assertThat(feed(decoder(limits), encode(deepest))).isEqualTo(deepest);
      refused(
          decoder(limits), encode(new Packet.Event("/", 1, "a", Arguments.of(nested(20, inMaps)))));
      refused(decoder(limits), encode(new Packet.Ack("/", 1, Arguments.of(nested(20, inMaps)))));
      refused(decoder(limits), encode(new Packet.Connect("/", Map.of("a", nested(20, inMaps)))));
    }
  }

  private static Object nested(int depth, boolean inMaps) {
    Object value = inMaps ? Map.of() : List.of();
    for (int i = 1; i < depth; i++) {
      value = inMaps ? Map.of("a", value) : List.of(value);
    }
    return value;
  }

  @Test
  void theNumberOfBytesInOnePacketHasALimit() throws PacketFormatException {
    assumeBytes();
    DecoderLimits limits = new DecoderLimits(3, 100, 64, 100, 100, 100);
    Packet most =
        new Packet.Event("/", 1, "a", Arguments.of(bytes(1), List.of(bytes(2), bytes(3))));

    assertThat(feed(decoder(limits), encode(most))).isEqualTo(most);
    refused(
        decoder(limits),
        encode(
            new Packet.Event(
                "/", 1, "a", Arguments.of(bytes(1), List.of(bytes(2), bytes(), bytes(3))))));
  }

  @Test
  void theLengthOfAllBytesInOnePacketHasALimit() throws PacketFormatException {
    assumeBytes();
    DecoderLimits limits = new DecoderLimits(10, 100, 64, 100, 100, 100);
    Packet most =
        new Packet.Ack("/", 1, Arguments.of(ByteBuffer.allocate(60), ByteBuffer.allocate(40)));

    assertThat(feed(decoder(limits), encode(most))).isEqualTo(most);
    refused(
        decoder(limits),
        encode(
            new Packet.Ack(
                "/", 1, Arguments.of(ByteBuffer.allocate(60), ByteBuffer.allocate(41)))));
  }

  // ---- a peer that makes mistakes ----

  @Test
  void aPacketBehindAPacketIsRefused() {
    for (Packet packet : samples()) {
      if (packet instanceof Packet.Event || packet instanceof Packet.Ack) {
        refused(
            decoder(),
            changed(
                encode(packet),
                first -> {
                  byte[] twice = Arrays.copyOf(first, first.length * 2);
                  System.arraycopy(first, 0, twice, first.length, first.length);
                  return twice;
                }));
      }
    }
  }

  @Test
  void anEventWithoutItsEndIsRefused() {
    EncodedPacket whole =
        encode(new Packet.Event("/chat", 12, "name", Arguments.of("text", Map.of("a", 1.5))));
    int length = content(whole).length;
    for (int i = 0; i < length; i++) {
      int end = i;
      refused(decoder(), changed(whole, first -> Arrays.copyOf(first, end)));
    }
  }

  @Test
  void theOtherKindOfMessageIsRefused() {
    EncodedPacket encoded = encode(new Packet.Event("/", 1, "a", Arguments.of(1)));
    byte[] content = content(encoded);

    if (encoded.text() == null) {
      assertThatThrownBy(() -> decoder().text("hello".getBytes(UTF_8), 0, 5))
          .isInstanceOf(PacketFormatException.class);
    } else {
      assertThatThrownBy(() -> decoder().binary(ByteBuffer.wrap(content)))
          .isInstanceOf(PacketFormatException.class);
    }
  }

  @Test
  void whileAttachmentsAreDueTheNamespaceIsKnown() throws PacketFormatException {
    assumeBytes();
    EncodedPacket encoded =
        encode(new Packet.Event("/chat", 1, "a", Arguments.of(bytes(1), bytes(2))));
    byte[] text = encoded.text();
    if (text == null || encoded.attachments().isEmpty()) {
      return; // of one piece
    }
    PacketDecoder decoder = decoder();
    assertThat(decoder.pendingNamespace()).isNull();
    assertThat(decoder.text(text.clone(), HEADROOM, text.length - HEADROOM)).isNull();
    assertThat(decoder.pendingNamespace()).isEqualTo("/chat");
    decoder.reset();
    assertAsNew(decoder);

    decoder.text(text.clone(), HEADROOM, text.length - HEADROOM);
    assertThatThrownBy(() -> decoder.text(text.clone(), HEADROOM, text.length - HEADROOM))
        .isInstanceOf(PacketFormatException.class);
    assertAsNew(decoder);
  }

  @Test
  void bytesByChanceGivePacketsOrRefusals() {
    for (long seed = SEED; seed < SEED + 50_000; seed++) {
      Random random = new Random(seed);
      byte[] bytes = new byte[random.nextInt(24)];
      random.nextBytes(bytes);
      PacketDecoder decoder = parser().newDecoder(DecoderLimits.DEFAULTS, random.nextBoolean());
      try {
        feedAnything(decoder, bytes, random.nextBoolean());
      } catch (RuntimeException | Error failure) {
        throw new AssertionError("seed " + seed, failure);
      }
    }
  }

  @Test
  void packetsWithMistakesGivePacketsOrRefusals() {
    List<EncodedPacket> whole = samples().stream().map(this::encode).toList();
    for (long seed = SEED; seed < SEED + 50_000; seed++) {
      Random random = new Random(seed);
      EncodedPacket sample = whole.get(random.nextInt(whole.size()));
      PacketDecoder decoder = parser().newDecoder(DecoderLimits.DEFAULTS, random.nextBoolean());
      try {
        feedAnything(decoder, mutated(content(sample), random), sample.text() != null);
        for (int i = 0; decoder.pendingNamespace() != null && i < 10; i++) {
          feedAnything(decoder, new byte[random.nextInt(3)], random.nextInt(8) == 0);
        }
        decoder.reset();
        assertAsNew(decoder);
      } catch (RuntimeException | Error failure) {
        throw new AssertionError("seed " + seed, failure);
      }
    }
  }

  private static byte[] mutated(byte[] bytes, Random random) {
    byte[] changed = bytes.clone();
    for (int i = random.nextInt(3); i >= 0 && changed.length > 0; i--) {
      int at = random.nextInt(changed.length);
      switch (random.nextInt(4)) {
        case 0 -> changed[at] = (byte) random.nextInt();
        case 1 -> changed[at] ^= (byte) (1 << random.nextInt(8));
        case 2 -> changed = Arrays.copyOf(changed, at);
        default -> { // once more from an earlier place
          int from = random.nextInt(at + 1);
          byte[] longer = Arrays.copyOf(changed, at + changed.length - from);
          System.arraycopy(changed, from, longer, at, changed.length - from);
          changed = longer;
        }
      }
    }
    return changed;
  }

  /** Feeds one message; after a refusal the decoder must be as new. */
  private void feedAnything(PacketDecoder decoder, byte[] bytes, boolean isText) {
    // That texts are UTF-8 is seen to beneath.
    byte[] message = isText ? new String(bytes, UTF_8).getBytes(UTF_8) : bytes;
    Packet packet;
    try {
      packet =
          isText
              ? decoder.text(message, 0, message.length)
              : decoder.binary(ByteBuffer.wrap(message));
    } catch (PacketFormatException refusal) {
      assertAsNew(decoder);
      return;
    }
    assertThat(packet == null).isEqualTo(decoder.pendingNamespace() != null);
    if (packet != null) {
      assertThat(packet.namespace()).startsWith("/");
      Arguments arguments = Arguments.EMPTY;
      if (packet instanceof Packet.Event event) {
        assertThat(event.id()).isBetween(-1L, MAX_ID);
        arguments = event.arguments();
      } else if (packet instanceof Packet.Ack ack) {
        assertThat(ack.id()).isBetween(-1L, MAX_ID);
        arguments = ack.arguments();
      }
      assertThat(arguments.values()).hasSize(arguments.size());
      assertSame(encode(packet), encode(packet));
    }
  }

  // ---- words ----

  /** Packets of all types that a client sends. */
  private List<Packet> samples() {
    Map<String, @Nullable Object> map = new LinkedHashMap<>();
    map.put("z", 1.5);
    map.put("a", Arrays.asList(null, true, "é😀", List.of(), Map.of()));
    List<Packet> samples =
        new ArrayList<>(
            List.of(
                new Packet.Connect("/", Map.of()),
                new Packet.Connect("/chat", Map.of("token", "123")),
                new Packet.Disconnect("/"),
                new Packet.Disconnect("/ü/漢"),
                new Packet.Event("/", Packet.NO_ID, "a", Arguments.EMPTY),
                new Packet.Event("/chat", 0, "ü \"x\"", Arguments.of(map, -7, null)),
                new Packet.Ack("/", 3, Arguments.EMPTY),
                new Packet.Ack("/chat", MAX_ID, Arguments.of("x", map))));
    if (carriesBytes()) {
      samples.add(new Packet.Event("/chat", 1, "b", Arguments.of(bytes(1, 2), map)));
      samples.add(new Packet.Ack("/", 2, Arguments.of(map, List.of(bytes(), bytes(255)))));
    }
    return samples;
  }

  private static Map<String, @Nullable Object> values() {
    Map<String, @Nullable Object> values = new LinkedHashMap<>();
    values.put("null", null);
    for (Object plain :
        List.of(
            true,
            false,
            0,
            1,
            -1,
            23,
            31,
            32,
            -32,
            -33,
            127,
            128,
            -128,
            -129,
            255,
            256,
            32_767,
            32_768,
            -32_768,
            -32_769,
            65_535,
            65_536,
            Integer.MAX_VALUE,
            Integer.MIN_VALUE,
            1L << 31,
            -(1L << 31) - 1,
            (1L << 32) - 1,
            1L << 32,
            MAX_ID,
            -MAX_ID,
            0.5,
            -1.5e-7,
            1.0e-300,
            Double.MAX_VALUE,
            Double.MIN_VALUE)) {
      values.put(plain.getClass().getSimpleName() + " " + plain, plain);
    }
    values.put("empty text", "");
    values.put("text of every plane", "é 漢 😀 \u2028 \u2029 \u0000 \u001e \\ \" \uFFFD");
    values.put("text like packets", "2\u001e4x 42[\"a\"] b4AQID {\"_placeholder\":true,\"num\":0}");
    for (int length : new int[] {15, 16, 31, 32, 255, 256, 65_535, 65_536}) {
      values.put("text of " + length, "t".repeat(length));
      values.put("list of " + length, Collections.nCopies(length, 7));
      Map<String, Object> map = new LinkedHashMap<>();
      IntStream.range(0, length).forEach(i -> map.put("k" + i, i));
      values.put("map of " + length, map);
    }
    values.put("lists in lists", List.of(1, List.of(2, List.of(3, List.of()))));
    Map<String, @Nullable Object> keys = new LinkedHashMap<>();
    for (String key : List.of("", " ", "a.b", "é", "10", "__proto__", "constructor", "num")) {
      keys.put(key, null);
    }
    values.put("keys of any text", keys);
    Map<String, Object> placeholder = new LinkedHashMap<>();
    placeholder.put("_placeholder", true);
    placeholder.put("num", 0);
    values.put("a map like a placeholder", placeholder);
    return values;
  }

  private void assumeBytes() {
    assumeTrue(carriesBytes(), "the form has no place for bytes");
  }

  private EncodedPacket encode(Packet packet) {
    return parser().encode(packet, HEADROOM);
  }

  private PacketDecoder decoder() {
    return decoder(DecoderLimits.DEFAULTS);
  }

  private PacketDecoder decoder(DecoderLimits limits) {
    return parser().newDecoder(limits, false);
  }

  private Packet back(Packet packet) throws PacketFormatException {
    return feed(decoder(), encode(packet));
  }

  private List<@Nullable Object> argumentsOf(@Nullable Object... values)
      throws PacketFormatException {
    return ((Packet.Event) back(new Packet.Event("/", 1, "a", Arguments.of(values))))
        .arguments()
        .values();
  }

  /** Feeds copies of all messages of a packet; the last one gives it. */
  private static Packet feed(PacketDecoder decoder, EncodedPacket encoded)
      throws PacketFormatException {
    Packet packet = null;
    byte[] text = encoded.text();
    if (text != null) {
      packet = decoder.text(text.clone(), HEADROOM, text.length - HEADROOM);
    }
    for (ByteBuffer attachment : encoded.attachments()) {
      assertThat(packet).as("the packet before its last message").isNull();
      packet = decoder.binary(copy(attachment));
    }
    assertThat(packet).as("the packet").isNotNull();
    assertThat(decoder.pendingNamespace()).isNull();
    return java.util.Objects.requireNonNull(packet);
  }

  private void refused(PacketDecoder decoder, EncodedPacket encoded) {
    assertThatThrownBy(() -> feed(decoder, encoded)).isInstanceOf(PacketFormatException.class);
    assertAsNew(decoder);
  }

  /** Asserts that nothing is due and the next packet is read. */
  private void assertAsNew(PacketDecoder decoder) {
    assertThat(decoder.pendingNamespace()).isNull();
    Packet packet =
        new Packet.Event("/", 1, "a", carriesBytes() ? Arguments.of(bytes(1)) : Arguments.of(1));
    try {
      assertThat(feed(decoder, encode(packet))).isEqualTo(packet);
    } catch (PacketFormatException refused) {
      throw new AssertionError("a valid packet was refused", refused);
    }
  }

  /** The bytes of a packet's first message, without headroom. */
  private static byte[] content(EncodedPacket encoded) {
    byte[] text = encoded.text();
    return text == null
        ? copy(encoded.attachments().get(0)).array()
        : Arrays.copyOfRange(text, HEADROOM, text.length);
  }

  /** The packet with its first message changed. */
  private static EncodedPacket changed(EncodedPacket encoded, UnaryOperator<byte[]> change) {
    byte[] content = change.apply(content(encoded));
    if (encoded.text() == null) {
      return EncodedPacket.binary(ByteBuffer.wrap(content));
    }
    byte[] text = new byte[HEADROOM + content.length];
    System.arraycopy(content, 0, text, HEADROOM, content.length);
    return new EncodedPacket(text, encoded.attachments());
  }

  private static void assertSame(EncodedPacket expected, EncodedPacket actual) {
    assertThat(actual.text()).isEqualTo(expected.text());
    assertThat(actual.attachments()).isEqualTo(expected.attachments());
  }

  private static ByteBuffer copy(ByteBuffer buffer) {
    byte[] bytes = new byte[buffer.remaining()];
    buffer.duplicate().get(bytes);
    return ByteBuffer.wrap(bytes);
  }

  private static ByteBuffer bytes(int... values) {
    ByteBuffer buffer = ByteBuffer.allocate(values.length);
    for (int value : values) {
      buffer.put((byte) value);
    }
    return buffer.flip();
  }
}

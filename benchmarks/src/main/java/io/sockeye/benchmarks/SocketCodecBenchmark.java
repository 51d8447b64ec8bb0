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
package io.sockeye.benchmarks;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.sockeye.socketio.protocol.Arguments;
import io.sockeye.socketio.protocol.DecoderLimits;
import io.sockeye.socketio.protocol.EncodedPacket;
import io.sockeye.socketio.protocol.Packet;
import io.sockeye.socketio.protocol.PacketDecoder;
import io.sockeye.socketio.protocol.PacketFormatException;
import io.sockeye.socketio.protocol.PacketParser;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.ObjectWriter;
import tools.jackson.databind.json.JsonMapper;

/** The Socket.IO codec, and Jackson's databind on the same JSON to compare it with. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class SocketCodecBenchmark {
  /** Room for the type digit of Engine.IO. */
  private static final int HEADROOM = 1;

  /** One packet in all its forms. */
  @State(Scope.Thread)
  public static class Sample {
    /** Which packet. */
    @Param({"short", "ack-namespace", "object-1k", "object-64k"})
    String packet = "short";

    final PacketParser parser = PacketParser.json();
    final PacketDecoder decoder = parser.newDecoder(DecoderLimits.DEFAULTS, false);
    final ObjectReader reader = JsonMapper.shared().readerFor(Object.class);
    final ObjectWriter writer = JsonMapper.shared().writer();

    byte[] text = {};
    byte[] json = {};
    @Nullable Object tree;
    Packet passing = new Packet.Disconnect("/");
    Packet values = passing;

    /** Makes the forms. */
    @Setup
    public void prepare() throws PacketFormatException {
      String head =
          switch (packet) {
            case "short" -> "2";
            case "ack-namespace" -> "2/chat,42";
            default -> "21";
          };
      String array =
          switch (packet) {
            case "object-1k" -> "[\"echo\"," + Samples.json(1024) + "]";
            case "object-64k" -> "[\"echo\"," + Samples.json(65_536) + "]";
            default -> "[\"echo\",\"hello\"]";
          };
      text = (head + array).getBytes(UTF_8);
      json = array.getBytes(UTF_8);
      tree = reader.readValue(json);
      Packet.Event event =
          (Packet.Event) Objects.requireNonNull(decoder.text(text, 0, text.length));
      passing = event;
      values =
          new Packet.Event(
              event.namespace(),
              event.id(),
              event.name(),
              Arguments.ofList(event.arguments().values()));
    }
  }

  /** An event with 1 KB of bytes. */
  @State(Scope.Thread)
  public static class BinarySample {
    final PacketParser parser = PacketParser.json();
    final PacketDecoder decoder = parser.newDecoder(DecoderLimits.DEFAULTS, false);
    final ByteBuffer attachment = ByteBuffer.wrap(Samples.bytes(1024));
    final Packet event = new Packet.Event("/", 1, "echo", Arguments.of(attachment));
    final byte[] text = "51-1[\"echo\",{\"_placeholder\":true,\"num\":0}]".getBytes(UTF_8);
  }

  /** What a server does with an event whose arguments are only passed on. */
  @Benchmark
  public @Nullable Packet decode(Sample sample) throws PacketFormatException {
    return sample.decoder.text(sample.text, 0, sample.text.length);
  }

  /** And with one whose arguments are looked at. */
  @Benchmark
  public List<@Nullable Object> decodeValues(Sample sample) throws PacketFormatException {
    Packet.Event event =
        (Packet.Event)
            Objects.requireNonNull(sample.decoder.text(sample.text, 0, sample.text.length));
    return event.arguments().values();
  }

  /** Arguments that came from the wire. */
  @Benchmark
  public EncodedPacket encodePassing(Sample sample) {
    return sample.parser.encode(sample.passing, HEADROOM);
  }

  /** Arguments that are values. */
  @Benchmark
  public EncodedPacket encodeValues(Sample sample) {
    return sample.parser.encode(sample.values, HEADROOM);
  }

  /** The baseline of {@link #decodeValues}: the array alone, into maps and lists. */
  @Benchmark
  public Object jacksonRead(Sample sample) {
    return sample.reader.readValue(sample.json);
  }

  /** The baseline of {@link #encodeValues}. */
  @Benchmark
  public byte[] jacksonWrite(Sample sample) {
    return sample.writer.writeValueAsBytes(sample.tree);
  }

  @Benchmark
  public @Nullable Packet binaryDecode(BinarySample sample) throws PacketFormatException {
    Packet incomplete = sample.decoder.text(sample.text, 0, sample.text.length);
    return incomplete != null ? incomplete : sample.decoder.binary(sample.attachment.duplicate());
  }

  @Benchmark
  public EncodedPacket binaryEncode(BinarySample sample) {
    return sample.parser.encode(sample.event, HEADROOM);
  }
}

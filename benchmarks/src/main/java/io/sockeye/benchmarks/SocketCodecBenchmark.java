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
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import tools.jackson.databind.json.JsonMapper;

/** Packets of Socket.IO; Jackson's tree of the same JSON beside them. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class SocketCodecBenchmark {
  private final PacketParser parser = PacketParser.json();
  private final PacketDecoder decoder = parser.newDecoder(DecoderLimits.DEFAULTS, false);
  private final JsonMapper jackson = JsonMapper.shared();

  private final List<Object> objects = people(8);
  private final byte[] small = "2/chat,12[\"echo\",\"hello, world\"]".getBytes(UTF_8);
  private final byte[] kilobyte = event(objects);
  private final byte[] large = event(people(500));
  private final byte[] json =
      new String(kilobyte, UTF_8).substring(1).getBytes(UTF_8); // without the type
  private final byte[] binaryHeader =
      "51-[\"echo\",{\"_placeholder\":true,\"num\":0}]".getBytes(UTF_8);
  private final ByteBuffer attachment = ByteBuffer.wrap(new byte[1024]);
  private final Packet smallPacket =
      new Packet.Event("/chat", Packet.NO_ID, "echo", Arguments.of("hello, world"));
  private final Packet kilobytePacket =
      new Packet.Event("/", Packet.NO_ID, "echo", Arguments.of(objects));
  private final Packet binaryPacket =
      new Packet.Event("/", Packet.NO_ID, "echo", Arguments.of(attachment));

  private static List<Object> people(int count) {
    List<Object> people = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Map<String, Object> person = new LinkedHashMap<>();
      person.put("id", 1_000_000 + i);
      person.put("name", "Person number " + i);
      person.put("mail", "person" + i + "@mail.example");
      person.put("active", i % 2 == 0);
      person.put("scores", List.of(1.5, 22, -3.25e-4));
      people.add(person);
    }
    return people;
  }

  private byte[] event(List<Object> argument) {
    return parser
        .encode(new Packet.Event("/", Packet.NO_ID, "echo", Arguments.of(argument)), 0)
        .text();
  }

  private Packet decode(byte[] text) throws PacketFormatException {
    Packet packet = decoder.text(text, 0, text.length);
    if (packet == null) {
      throw new IllegalStateException("attachments are due");
    }
    return packet;
  }

  /** A small event with an id and a namespace, in. */
  @Benchmark
  public Packet smallIn() throws PacketFormatException {
    return decode(small);
  }

  /** 1 KB of objects, checked but not read, in. */
  @Benchmark
  public Packet kilobyteIn() throws PacketFormatException {
    return decode(kilobyte);
  }

  /** 1 KB of objects, in and read into maps and lists. */
  @Benchmark
  public List<?> kilobyteInRead() throws PacketFormatException {
    return ((Packet.Event) decode(kilobyte)).arguments().values();
  }

  /** 1 KB of objects, read by Jackson alone. */
  @Benchmark
  public Object kilobyteInJackson() {
    return jackson.readValue(json, Object.class);
  }

  /** 64 KB of objects, checked but not read, in. */
  @Benchmark
  public Packet largeIn() throws PacketFormatException {
    return decode(large);
  }

  /** An event with 1 KB of binary, in. */
  @Benchmark
  public @Nullable Packet binaryIn() throws PacketFormatException {
    decoder.text(binaryHeader.clone(), 0, binaryHeader.length);
    return decoder.binary(attachment.duplicate());
  }

  /** A small event, out. */
  @Benchmark
  public EncodedPacket smallOut() {
    return parser.encode(smallPacket, 1);
  }

  /** 1 KB of objects, out. */
  @Benchmark
  public EncodedPacket kilobyteOut() {
    return parser.encode(kilobytePacket, 1);
  }

  /** 1 KB of objects, written by Jackson alone. */
  @Benchmark
  public byte[] kilobyteOutJackson() {
    return jackson.writeValueAsBytes(objects);
  }

  /** An event with 1 KB of binary, out. */
  @Benchmark
  public EncodedPacket binaryOut() {
    return parser.encode(binaryPacket, 1);
  }
}

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

import io.sockeye.engineio.protocol.EncodedPayload;
import io.sockeye.engineio.protocol.EnginePacket;
import io.sockeye.engineio.protocol.EngineProtocolException;
import io.sockeye.engineio.protocol.EngineVersion;
import io.sockeye.engineio.protocol.FrameCodec;
import io.sockeye.engineio.protocol.Jsonp;
import io.sockeye.engineio.protocol.Payload;
import io.sockeye.engineio.protocol.PayloadCodec;
import io.sockeye.engineio.protocol.Utf8Text;
import java.net.URLEncoder;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
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

/** The Engine.IO codec: WebSocket messages and polling bodies. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class EngineCodecBenchmark {
  private static final int MAX_PACKETS = 1_000;

  /** Frames: one packet each. */
  @State(Scope.Thread)
  public static class Frames {
    final EnginePacket.Message message = new EnginePacket.Message(Samples.echo());
    final EnginePacket.BinaryMessage binary =
        new EnginePacket.BinaryMessage(ByteBuffer.wrap(Samples.bytes(1024)));
    final Utf8Text textFrame = FrameCodec.encodeText(message);
    final Utf8Text base64Frame = FrameCodec.encodeBase64(EngineVersion.V4, binary);
    final ByteBuffer binaryFrame = ByteBuffer.wrap(Samples.bytes(1024));
  }

  /** Polling bodies. */
  @State(Scope.Thread)
  public static class Bodies {
    /** The revision of the protocol. */
    @Param({"V3", "V4"})
    EngineVersion version = EngineVersion.V4;

    /** Packets in a body. */
    @Param({"1", "16"})
    int packets;

    List<EnginePacket> texts = List.of();
    List<EnginePacket> binaries = List.of();
    byte[] text = {};
    byte[] base64 = {};
    byte[] octets = {};
    byte[] form = {};

    /** Makes the bodies. */
    @Setup
    public void prepare() {
      texts = new ArrayList<>();
      binaries = new ArrayList<>();
      for (int i = 0; i < packets; i++) {
        texts.add(new EnginePacket.Message(Samples.echo()));
        binaries.add(new EnginePacket.BinaryMessage(ByteBuffer.wrap(Samples.bytes(1024))));
      }
      text = PayloadCodec.encode(version, texts, true).body();
      base64 = PayloadCodec.encode(version, binaries, true).body();
      octets = PayloadCodec.encode(EngineVersion.V3, binaries, false).body();
      form = ("d=" + URLEncoder.encode(new String(text, UTF_8), UTF_8)).getBytes(UTF_8);
    }
  }

  @Benchmark
  public EnginePacket frameDecodeText(Frames frames) throws EngineProtocolException {
    return FrameCodec.decodeText(EngineVersion.V4, frames.textFrame);
  }

  @Benchmark
  public Utf8Text frameEncodeText(Frames frames) {
    return FrameCodec.encodeText(frames.message);
  }

  @Benchmark
  public EnginePacket frameDecodeBinary(Frames frames) throws EngineProtocolException {
    return FrameCodec.decodeBinary(EngineVersion.V4, frames.binaryFrame);
  }

  @Benchmark
  public EnginePacket base64Decode(Frames frames) throws EngineProtocolException {
    return FrameCodec.decodeText(EngineVersion.V4, frames.base64Frame);
  }

  @Benchmark
  public Utf8Text base64Encode(Frames frames) {
    return FrameCodec.encodeBase64(EngineVersion.V4, frames.binary);
  }

  @Benchmark
  public Payload payloadDecode(Bodies bodies) {
    return PayloadCodec.decodeText(bodies.version, bodies.text, MAX_PACKETS);
  }

  @Benchmark
  public EncodedPayload payloadEncode(Bodies bodies) {
    return PayloadCodec.encode(bodies.version, bodies.texts, true);
  }

  @Benchmark
  public Payload payloadDecodeBase64(Bodies bodies) {
    return PayloadCodec.decodeText(bodies.version, bodies.base64, MAX_PACKETS);
  }

  @Benchmark
  public EncodedPayload payloadEncodeBase64(Bodies bodies) {
    return PayloadCodec.encode(bodies.version, bodies.binaries, true);
  }

  /** The octets of revision 3, whatever the parameter says. */
  @Benchmark
  public Payload payloadDecodeOctets(Bodies bodies) {
    return PayloadCodec.decodeBinary(bodies.octets, MAX_PACKETS);
  }

  @Benchmark
  public EncodedPayload payloadEncodeOctets(Bodies bodies) {
    return PayloadCodec.encode(EngineVersion.V3, bodies.binaries, false);
  }

  @Benchmark
  public byte[] jsonpWrap(Bodies bodies) {
    return Jsonp.wrap("0", bodies.text);
  }

  @Benchmark
  public byte[] jsonpUnwrap(Bodies bodies) throws EngineProtocolException {
    return Jsonp.unwrapForm(bodies.form);
  }
}

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
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** Frames and payloads of Engine.IO. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class EngineCodecBenchmark {
  private static final String EVENT = "2[\"echo\",\"hello, world\"]";

  private final byte[] frame = ("4" + EVENT).getBytes(UTF_8);
  private final EnginePacket.Message message = new EnginePacket.Message(Utf8Text.of(EVENT));
  private final EnginePacket.BinaryMessage binary =
      new EnginePacket.BinaryMessage(ByteBuffer.wrap(new byte[1024]));
  private final List<EnginePacket> one = List.of(message);
  private final List<EnginePacket> sixteen = new ArrayList<>(Collections.nCopies(16, message));
  private final byte[] payload4 = encode(EngineVersion.V4, sixteen, false);
  private final byte[] payload3 = encode(EngineVersion.V3, sixteen, false);
  private final byte[] binary4 = encode(EngineVersion.V4, List.of(binary), true);
  private final byte[] binary3 = encode(EngineVersion.V3, List.of(binary), false);

  private static byte[] encode(EngineVersion version, List<EnginePacket> packets, boolean base64) {
    return PayloadCodec.encode(version, packets, base64).body();
  }

  /** A text frame in. */
  @Benchmark
  public EnginePacket frameIn() throws EngineProtocolException {
    return FrameCodec.decodeText(EngineVersion.V4, Utf8Text.wrap(frame, 0, frame.length));
  }

  /** A text frame out. */
  @Benchmark
  public Utf8Text frameOut() {
    return FrameCodec.encodeText(message);
  }

  /** 16 packets in one payload of revision 4, in. */
  @Benchmark
  public Payload sixteenIn4() {
    return PayloadCodec.decodeText(EngineVersion.V4, payload4, 256);
  }

  /** 16 packets in one payload of revision 3, in. */
  @Benchmark
  public Payload sixteenIn3() {
    return PayloadCodec.decodeText(EngineVersion.V3, payload3, 256);
  }

  /** One packet in a payload of revision 4, out. */
  @Benchmark
  public EncodedPayload oneOut4() {
    return PayloadCodec.encode(EngineVersion.V4, one, false);
  }

  /** 16 packets in one payload of revision 4, out. */
  @Benchmark
  public EncodedPayload sixteenOut4() {
    return PayloadCodec.encode(EngineVersion.V4, sixteen, false);
  }

  /** 16 packets in one payload of revision 3, out. */
  @Benchmark
  public EncodedPayload sixteenOut3() {
    return PayloadCodec.encode(EngineVersion.V3, sixteen, false);
  }

  /** 1 KB of binary as Base64, in. */
  @Benchmark
  public Payload base64In() {
    return PayloadCodec.decodeText(EngineVersion.V4, binary4, 256);
  }

  /** 1 KB of binary as a binary payload of revision 3, in. */
  @Benchmark
  public Payload octetsIn() {
    return PayloadCodec.decodeBinary(binary3, 256);
  }

  /** 16 packets as a script, out. */
  @Benchmark
  public byte[] jsonpOut() {
    return Jsonp.wrap("0", payload3);
  }
}

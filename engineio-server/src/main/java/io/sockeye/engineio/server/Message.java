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
package io.sockeye.engineio.server;

import io.sockeye.engineio.protocol.EnginePacket;
import io.sockeye.engineio.protocol.EngineVersion;
import io.sockeye.engineio.protocol.FrameCodec;
import io.sockeye.engineio.protocol.Utf8Text;
import io.sockeye.engineio.server.spi.OutboundFrame;
import java.nio.ByteBuffer;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * An outgoing message, made once and sent to any number of sessions: its bytes are shared by all of
 * them, whatever their revision and transport. Immutable, safe for use by any thread.
 */
public final class Message {
  private final EnginePacket packet;
  private final boolean compressible;
  private final int size;
  // One frame per form; racy on purpose, each form is the same whoever makes it.
  private @Nullable OutboundFrame plain;
  private @Nullable OutboundFrame plainV3;
  private @Nullable OutboundFrame base64;
  private @Nullable OutboundFrame base64V3;

  private Message(EnginePacket packet, boolean compressible, int size) {
    this.packet = packet;
    this.compressible = compressible;
    this.size = size;
  }

  /** Returns a text message. */
  public static Message text(String text) {
    return ofPacket(new EnginePacket.Message(Utf8Text.of(text)), true);
  }

  /**
   * Returns a text message whose first byte is left free for the Engine.IO packet type, so that
   * nothing is copied.
   *
   * @param array one free byte, then valid UTF-8 to the end; given up by the caller
   * @param compressible whether it may be compressed on the way
   */
  public static Message textWithHeadroom(byte[] array, boolean compressible) {
    array[0] = '4';
    Message message =
        new Message(
            new EnginePacket.Message(Utf8Text.wrap(array, 1, array.length - 1)),
            compressible,
            array.length);
    message.plain = OutboundFrame.text(array, 0, array.length, compressible);
    return message;
  }

  /** Returns a binary message; the bytes are not copied and must not change any more. */
  public static Message binary(ByteBuffer data) {
    return ofPacket(new EnginePacket.BinaryMessage(data), true);
  }

  /** Returns this message, to be sent as it is even where compression is on. */
  public Message withoutCompression() {
    return compressible ? new Message(packet, false, size) : this;
  }

  static Message ofPacket(EnginePacket packet, boolean compressible) {
    return new Message(Objects.requireNonNull(packet, "packet"), compressible, sizeOf(packet));
  }

  /** The packet. */
  EnginePacket packet() {
    return packet;
  }

  boolean isCompressible() {
    return compressible;
  }

  /** Returns the bytes that it takes in a queue: its payload and its type. */
  public int size() {
    return size;
  }

  /** The WebSocket frame for a peer of the given revision that can, or cannot, take binary. */
  OutboundFrame frame(EngineVersion version, boolean asBase64) {
    if (!(packet instanceof EnginePacket.BinaryMessage binary)) {
      OutboundFrame frame = plain;
      if (frame == null) {
        frame = text(FrameCodec.encodeText(packet));
        plain = frame;
      }
      return frame;
    }
    boolean v3 = version == EngineVersion.V3;
    OutboundFrame frame = asBase64 ? (v3 ? base64V3 : base64) : (v3 ? plainV3 : plain);
    if (frame == null) {
      frame =
          asBase64
              ? text(FrameCodec.encodeBase64(version, binary))
              : OutboundFrame.binary(FrameCodec.encodeBinary(version, binary), compressible);
      keep(frame, v3, asBase64);
    }
    return frame;
  }

  private void keep(OutboundFrame frame, boolean v3, boolean asBase64) {
    if (asBase64) {
      if (v3) {
        base64V3 = frame;
      } else {
        base64 = frame;
      }
    } else if (v3) {
      plainV3 = frame;
    } else {
      plain = frame;
    }
  }

  private OutboundFrame text(Utf8Text text) {
    return OutboundFrame.text(text.array(), text.offset(), text.length(), compressible);
  }

  private static int sizeOf(EnginePacket packet) {
    if (packet instanceof EnginePacket.Message message) {
      return message.data().length() + 1;
    }
    if (packet instanceof EnginePacket.BinaryMessage message) {
      return message.data().remaining() + 1;
    }
    return 1;
  }
}

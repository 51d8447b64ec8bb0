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
package io.sockeye.engineio.server.spi;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A WebSocket message on its way out: made once and sent to any number of connections.
 *
 * <p>Immutable but for {@link #wireForm()}, in which a binding may keep the bytes that it made of
 * the message, so that a broadcast makes them once and not once per recipient. Safe for use by any
 * thread.
 */
public final class OutboundFrame {
  private final boolean text;
  private final byte[] array;
  private final int offset;
  private final int length;
  private final boolean compressible;
  // Racy on purpose: two threads may both make the wire form; they make the same bytes.
  private volatile @Nullable Object wireForm;

  private OutboundFrame(boolean text, byte[] array, int offset, int length, boolean compressible) {
    this.text = text;
    this.array = array;
    this.offset = offset;
    this.length = length;
    this.compressible = compressible;
  }

  /**
   * Returns a text message over valid UTF-8 that nobody writes to any more.
   *
   * @param compressible whether it may be compressed on the way
   */
  public static OutboundFrame text(byte[] array, int offset, int length, boolean compressible) {
    return new OutboundFrame(true, array, offset, length, compressible);
  }

  /**
   * Returns a binary message. The bytes are copied unless the buffer has an accessible array.
   *
   * @param compressible whether it may be compressed on the way
   */
  public static OutboundFrame binary(ByteBuffer data, boolean compressible) {
    if (data.hasArray()) {
      return new OutboundFrame(
          false,
          data.array(),
          data.arrayOffset() + data.position(),
          data.remaining(),
          compressible);
    }
    byte[] copy = new byte[data.remaining()];
    data.duplicate().get(copy);
    return new OutboundFrame(false, copy, 0, copy.length, compressible);
  }

  /** Returns whether this is a text message. */
  public boolean isText() {
    return text;
  }

  /** Returns the array that holds the payload from {@link #offset()} on; read-only by contract. */
  public byte[] array() {
    return array;
  }

  /** Returns where in {@link #array()} the payload begins. */
  public int offset() {
    return offset;
  }

  /** Returns the length of the payload in bytes. */
  public int length() {
    return length;
  }

  /** Returns whether the payload may be compressed. */
  public boolean isCompressible() {
    return compressible;
  }

  /** Returns what a binding kept with {@link #wireForm(Object)}, or null. */
  public @Nullable Object wireForm() {
    return wireForm;
  }

  /**
   * Keeps a binding's own form of this message. A binding must expect to find the form of another
   * binding here, and then make its own.
   */
  public void wireForm(Object form) {
    wireForm = form;
  }
}

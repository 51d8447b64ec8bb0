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
package io.sockeye.clientmanager.amqp;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Tells messages that come again because their acknowledgement was lost in an outage from those
 * that come again but were never read. The broker has at most {@link #PREFETCH} messages out, so no
 * more than the last of these can come twice.
 *
 * <p>A message is known by its id, or by what is in it if it has none: of equal ones as many are
 * left out as were handed on. Used by one thread at a time.
 */
final class Redeliveries {
  /** How many messages the broker may send before the first of them is acknowledged. */
  static final int PREFETCH = 256;

  private final Deque<Object> last = new ArrayDeque<>();

  /** Returns whether a message was handed on before; else it is from now on. */
  boolean isRepeated(boolean redelivered, String channel, @Nullable String id, byte[] body) {
    Object key = id == null ? digest(channel, body) : channel + " " + id;
    if (redelivered && last.remove(key)) {
      return true;
    }
    last.add(key);
    if (last.size() > PREFETCH) {
      last.remove();
    }
    return false;
  }

  private static Long digest(String channel, byte[] body) {
    CRC32C sum = new CRC32C();
    sum.update(body);
    return sum.getValue() << 32 ^ Arrays.hashCode(body) ^ channel.hashCode();
  }
}

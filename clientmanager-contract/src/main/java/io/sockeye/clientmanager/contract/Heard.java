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
package io.sockeye.clientmanager.contract;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.sockeye.socketio.server.spi.ClusterBus;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** A listener that keeps what it hears, as text of one character a byte. */
final class Heard implements ClusterBus.Listener {
  /** Something that came. */
  record Message(String channel, String text) {}

  /** Set when two threads were in here at a time. */
  volatile boolean overlapped;

  private final AtomicInteger inside = new AtomicInteger();
  private final BlockingQueue<Message> messages = new LinkedBlockingQueue<>();

  @Override
  public void onMessage(String channel, ByteBuffer message) {
    if (inside.incrementAndGet() > 1) {
      overlapped = true;
    }
    byte[] bytes = new byte[message.remaining()];
    message.get(bytes);
    messages.add(new Message(channel, new String(bytes, ISO_8859_1)));
    inside.decrementAndGet();
  }

  Message next() throws InterruptedException {
    Message message = messages.poll(30, TimeUnit.SECONDS);
    if (message == null) {
      throw new AssertionError("no message came within thirty seconds");
    }
    return message;
  }

  String text() throws InterruptedException {
    return next().text();
  }

  /** Returns all texts until one, which is left out. */
  List<String> until(String end) throws InterruptedException {
    List<String> texts = new ArrayList<>();
    String text = text();
    while (!text.equals(end)) {
      texts.add(text);
      text = text();
    }
    return texts;
  }

  boolean isEmpty() {
    return messages.isEmpty();
  }
}

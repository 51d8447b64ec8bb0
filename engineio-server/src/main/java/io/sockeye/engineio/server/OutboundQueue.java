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

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What waits to be sent to one peer: bounded in bytes and messages.
 *
 * <p><b>Concurrency.</b> Any thread offers, the session lane takes; the monitor is held for a few
 * field writes. {@code ready} is true while the transport could write at once and nothing waits:
 * the offer that finds it so has to see to a flush, and only then is a volatile message let in.
 */
final class OutboundQueue {
  /** What became of an offer. */
  enum Offer {
    /** It waits; somebody else flushes. */
    QUEUED,
    /** It waits behind so much that the sender had better slow down; somebody else flushes. */
    BEHIND,
    /** It waits, and the caller is to flush. */
    FLUSH,
    /** It was volatile, and the transport could not take it at once. */
    DROPPED,
    /** It would have crossed the bound; the queue is closed now. Said once. */
    OVERFLOW,
    /** The queue was closed before. */
    CLOSED
  }

  /** One message in the chain. */
  static final class Node {
    final Message message;
    @Nullable Node next;

    Node(Message message) {
      this.message = message;
    }
  }

  /** From this part of the bound on, senders are asked to slow down. */
  private static final int BEHIND_PART = 4;

  private final long maxBytes;
  private final int maxMessages;
  private @Nullable Node first;
  private @Nullable Node last;
  private int count;
  private long bytes;
  private long bytesInFlight;
  private long takes;
  // The peer was waited for in vain: nobody waits for it again until it has caught up.
  private boolean givenUp;
  private boolean ready;
  private boolean closed;

  OutboundQueue(long maxBytes, int maxMessages) {
    this.maxBytes = maxBytes;
    this.maxMessages = maxMessages;
  }

  synchronized Offer offer(Message message, boolean isVolatile) {
    if (closed) {
      return Offer.CLOSED;
    }
    if (isVolatile && !ready) {
      return Offer.DROPPED;
    }
    if (isOverBound(1, message.size())) {
      return overflow();
    }
    append(message);
    return flushIfReady();
  }

  /** Offers messages that stay together: all of them or none. */
  synchronized Offer offer(List<Message> messages, boolean isVolatile) {
    if (closed) {
      return Offer.CLOSED;
    }
    if (isVolatile && !ready) {
      return Offer.DROPPED;
    }
    long size = 0;
    for (Message message : messages) {
      size += message.size();
    }
    if (isOverBound(messages.size(), size)) {
      return overflow();
    }
    for (Message message : messages) {
      append(message);
    }
    return flushIfReady();
  }

  /**
   * Takes messages, at least one if there is one, up to a number of bytes. When there is none the
   * queue becomes ready: the next offer is told to flush.
   *
   * @return the first of a chain that belongs to the caller, or null
   */
  synchronized @Nullable Node take(long upToBytes) {
    bytesInFlight = 0;
    takes++;
    givenUp &= isMuchWaiting();
    Node chain = first;
    if (chain == null) {
      ready = !closed;
      return null;
    }
    ready = false;
    if (bytes <= upToBytes) {
      bytesInFlight = bytes;
      first = null;
      last = null;
      count = 0;
      bytes = 0;
      return chain;
    }
    Node end = chain;
    long taken = 0;
    while (true) {
      taken += end.message.size();
      count--;
      Node next = end.next;
      if (next == null || taken + next.message.size() > upToBytes) {
        first = next;
        break;
      }
      end = next;
    }
    end.next = null;
    if (first == null) {
      last = null;
    }
    bytes -= taken;
    bytesInFlight = taken;
    return chain;
  }

  /** The transport cannot write now. */
  synchronized void notReady() {
    ready = false;
  }

  /** The bytes that wait, those in flight included. */
  synchronized long bytes() {
    return bytes + bytesInFlight;
  }

  /** Whether so much waits that senders had better slow down. */
  synchronized boolean isBehind() {
    return !closed && !givenUp && isMuchWaiting();
  }

  private boolean isMuchWaiting() {
    return bytes + bytesInFlight > maxBytes / BEHIND_PART || count > maxMessages / BEHIND_PART;
  }

  /** How often the transport has taken messages: it grows for as long as the peer reads. */
  synchronized long takes() {
    return takes;
  }

  /** Nobody is to wait for this peer until it has caught up. */
  synchronized void giveUp() {
    givenUp = true;
  }

  /** Drops what waits and takes no more. */
  synchronized void close() {
    closed = true;
    drop();
  }

  /** Takes no more; what waits can still be taken. */
  synchronized void refuseMore() {
    closed = true;
    ready = false;
  }

  private boolean isOverBound(int messages, long size) {
    long waiting = bytes + bytesInFlight;
    return (count + messages > maxMessages && count > 0)
        || (waiting > 0 && waiting + size > maxBytes);
  }

  private Offer overflow() {
    closed = true;
    drop();
    return Offer.OVERFLOW;
  }

  private void drop() {
    ready = false;
    first = null;
    last = null;
    count = 0;
    bytes = 0;
  }

  private void append(Message message) {
    Node node = new Node(message);
    if (last == null) {
      first = node;
    } else {
      last.next = node;
    }
    last = node;
    count++;
    bytes += message.size();
  }

  private Offer flushIfReady() {
    if (ready) {
      ready = false;
      return Offer.FLUSH;
    }
    return isBehind() ? Offer.BEHIND : Offer.QUEUED;
  }
}

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
package io.sockeye.socketio.protocol;

/**
 * What a decoder accepts at the most.
 *
 * @param maxAttachments attachments of one packet
 * @param maxAttachmentBytes bytes of all attachments of one packet
 * @param maxDepth JSON nesting, the packet's own array included
 * @param maxNumberLength characters of a JSON number
 * @param maxEventNameLength bytes of an event's name as it was sent, escapes included
 * @param maxNamespaceLength bytes of a namespace, without its query
 */
public record DecoderLimits(
    int maxAttachments,
    long maxAttachmentBytes,
    int maxDepth,
    int maxNumberLength,
    int maxEventNameLength,
    int maxNamespaceLength) {
  /** 10 attachments of 4,000,000 bytes together, depth 64, numbers of 100, names of 256. */
  public static final DecoderLimits DEFAULTS = new DecoderLimits(10, 4_000_000, 64, 100, 256, 256);

  /**
   * Creates limits.
   *
   * @throws IllegalArgumentException if one is below 1
   */
  public DecoderLimits {
    check(maxAttachments, "maxAttachments");
    check(maxAttachmentBytes, "maxAttachmentBytes");
    check(maxDepth, "maxDepth");
    check(maxNumberLength, "maxNumberLength");
    check(maxEventNameLength, "maxEventNameLength");
    check(maxNamespaceLength, "maxNamespaceLength");
  }

  /** Returns these limits with another {@link #maxAttachments}. */
  public DecoderLimits withMaxAttachments(int maxAttachments) {
    return new DecoderLimits(
        maxAttachments,
        maxAttachmentBytes,
        maxDepth,
        maxNumberLength,
        maxEventNameLength,
        maxNamespaceLength);
  }

  /** Returns these limits with another {@link #maxAttachmentBytes}. */
  public DecoderLimits withMaxAttachmentBytes(long maxAttachmentBytes) {
    return new DecoderLimits(
        maxAttachments,
        maxAttachmentBytes,
        maxDepth,
        maxNumberLength,
        maxEventNameLength,
        maxNamespaceLength);
  }

  /** Returns these limits with another {@link #maxDepth}. */
  public DecoderLimits withMaxDepth(int maxDepth) {
    return new DecoderLimits(
        maxAttachments,
        maxAttachmentBytes,
        maxDepth,
        maxNumberLength,
        maxEventNameLength,
        maxNamespaceLength);
  }

  /** Returns these limits with another {@link #maxNumberLength}. */
  public DecoderLimits withMaxNumberLength(int maxNumberLength) {
    return new DecoderLimits(
        maxAttachments,
        maxAttachmentBytes,
        maxDepth,
        maxNumberLength,
        maxEventNameLength,
        maxNamespaceLength);
  }

  /** Returns these limits with another {@link #maxEventNameLength}. */
  public DecoderLimits withMaxEventNameLength(int maxEventNameLength) {
    return new DecoderLimits(
        maxAttachments,
        maxAttachmentBytes,
        maxDepth,
        maxNumberLength,
        maxEventNameLength,
        maxNamespaceLength);
  }

  /** Returns these limits with another {@link #maxNamespaceLength}. */
  public DecoderLimits withMaxNamespaceLength(int maxNamespaceLength) {
    return new DecoderLimits(
        maxAttachments,
        maxAttachmentBytes,
        maxDepth,
        maxNumberLength,
        maxEventNameLength,
        maxNamespaceLength);
  }

  private static void check(long value, String name) {
    if (value < 1) {
      throw new IllegalArgumentException(name + ": " + value + " (expected: >= 1)");
    }
  }
}

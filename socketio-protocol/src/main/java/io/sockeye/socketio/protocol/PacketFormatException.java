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
 * The peer sent something that is not a packet. The message says what was wrong and where, never
 * what the peer sent.
 *
 * <p>Has no stack trace: it is an answer, and a peer can cause as many as it likes.
 */
public final class PacketFormatException extends Exception {
  private static final long serialVersionUID = 1L;

  /** What was wrong. */
  public enum Reason {
    /** A type that does not exist, or that a client does not send. */
    TYPE,
    /** A number of attachments that is malformed, zero or over the limit. */
    ATTACHMENT_COUNT,
    /** An attachment that is missing, not expected, or over the limit. */
    ATTACHMENT,
    /** A placeholder that refers to no attachment. */
    PLACEHOLDER,
    /** A namespace over the limit. */
    NAMESPACE,
    /** An acknowledgement id that is not an integer up to 2^53-1. */
    ID,
    /** A payload that is not well-formed, be it JSON or another form, or over a limit of it. */
    SYNTAX,
    /** A payload of the wrong kind for its packet. */
    PAYLOAD,
    /** An event name that is missing, of the wrong kind, over the limit or reserved. */
    EVENT_NAME
  }

  private final Reason reason;

  /**
   * Creates the exception.
   *
   * @param reason what was wrong
   * @param message subject and expectation, without anything that the peer sent
   */
  public PacketFormatException(Reason reason, String message) {
    super(message, null, false, false);
    this.reason = reason;
  }

  /** Returns what was wrong. */
  public Reason reason() {
    return reason;
  }
}

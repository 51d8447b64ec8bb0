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
package io.sockeye.engineio.protocol;

/**
 * The peer sent something that the protocol does not allow. The message names what was wrong and
 * where, never the payload.
 *
 * <p>Has no stack trace: it is an answer, and a peer can cause as many as it likes.
 */
public final class EngineProtocolException extends Exception {
  private static final long serialVersionUID = 1L;

  /** What was wrong. */
  public enum Reason {
    /** A packet without a type. */
    EMPTY_PACKET,
    /** A type that does not exist, or not in this place. */
    UNKNOWN_TYPE,
    /** Text that is not base64 where base64 is due. */
    INVALID_BASE64,
    /** Bytes that are not UTF-8 where text is due. */
    INVALID_UTF8,
    /** A length of revision 3 that is malformed or does not fit the body. */
    INVALID_LENGTH,
    /** More packets in one payload than allowed. */
    TOO_MANY_PACKETS,
    /** A form body of JSONP without exactly one field {@code d}. */
    INVALID_FORM
  }

  private final Reason reason;

  EngineProtocolException(Reason reason, String message) {
    super(message, null, false, false);
    this.reason = reason;
  }

  /** Returns what was wrong. */
  public Reason reason() {
    return reason;
  }
}

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

/** The errors with which a server refuses a request. */
public enum EngineError {
  /** The transport is unknown or not enabled. */
  UNKNOWN_TRANSPORT(0, "Transport unknown", 400),
  /** There is no such session, or no longer. */
  UNKNOWN_SID(1, "Session ID unknown", 400),
  /** A handshake is a GET. */
  BAD_HANDSHAKE_METHOD(2, "Bad handshake method", 400),
  /** The request does not fit its session, or is malformed. */
  BAD_REQUEST(3, "Bad request", 400),
  /** The server does not let this client in. */
  FORBIDDEN(4, "Forbidden", 403),
  /** The revision is not served. */
  UNSUPPORTED_PROTOCOL_VERSION(5, "Unsupported protocol version", 400);

  private final int code;
  private final String message;
  private final int httpStatus;

  EngineError(int code, String message, int httpStatus) {
    this.code = code;
    this.message = message;
    this.httpStatus = httpStatus;
  }

  /** Returns the code on the wire. */
  public int code() {
    return code;
  }

  /** Returns the standard message. */
  public String message() {
    return message;
  }

  /** Returns the HTTP status that goes with it. */
  public int httpStatus() {
    return httpStatus;
  }

  /** Returns the body of the answer, with the standard message. */
  public String toJson() {
    return toJson(message);
  }

  /** Returns the body of the answer, with a message of its own. */
  public String toJson(String ownMessage) {
    StringBuilder json = new StringBuilder(40 + ownMessage.length());
    json.append("{\"code\":").append(code).append(",\"message\":");
    JsonText.appendQuoted(json, ownMessage);
    return json.append('}').toString();
  }
}

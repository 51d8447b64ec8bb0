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
package io.sockeye.testclient;

/** The server answered the first HTTP request of a client with an error: there is no connection. */
public final class HandshakeRefusedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int status;
  private final String body;

  HandshakeRefusedException(int status, String body) {
    super("handshake: refused with " + status + " " + body);
    this.status = status;
    this.body = body;
  }

  /** Returns the HTTP status. */
  public int status() {
    return status;
  }

  /** Returns the body of the answer, such as {@code {"code":4,"message":"Forbidden"}}. */
  public String body() {
    return body;
  }
}

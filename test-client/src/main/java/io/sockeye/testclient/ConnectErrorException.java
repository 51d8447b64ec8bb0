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

/** The server refused to let the client into a namespace. */
public final class ConnectErrorException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient ConnectError error;

  ConnectErrorException(String namespace, ConnectError error) {
    super(
        "namespace \""
            + namespace
            + "\": refused with \""
            + error.message()
            + "\""
            + (error.data() == null ? "" : " and " + error.data()));
    this.error = error;
  }

  /** Returns what the server said. */
  public ConnectError error() {
    return error;
  }
}

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

import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.Locale;

/** Says why a web server cannot listen, in the same words for each of them. */
public final class BindFailures {
  private static final int FIRST_UNPRIVILEGED_PORT = 1024;

  private BindFailures() {}

  /**
   * Returns the exception of {@link WebServerProvider#start}: address, reason, and what to do.
   *
   * @param address where to listen
   * @param failure what the web server has thrown
   */
  public static BindException of(SocketAddress address, Throwable failure) {
    String reason = reason(address, failure);
    BindException named =
        new BindException(
            "Cannot listen on "
                + address
                + ": "
                + reason
                + " (expected: "
                + expectation(address, reason.toLowerCase(Locale.ROOT))
                + ")");
    named.initCause(failure);
    return named;
  }

  /** The innermost message that an operating system may have given. */
  private static String reason(SocketAddress address, Throwable failure) {
    if (address instanceof InetSocketAddress named && named.isUnresolved()) {
      return "unknown host";
    }
    Throwable cause = failure;
    while (cause.getCause() != null && !(cause instanceof BindException)) {
      cause = cause.getCause();
    }
    String message = cause.getMessage();
    return cause instanceof IOException && message != null ? message : cause.toString();
  }

  private static String expectation(SocketAddress address, String reason) {
    if (!(address instanceof InetSocketAddress port)) {
      return "a path that does not exist, in a directory that this user may write to";
    }
    if (reason.contains("in use")) {
      return "a free port: another process listens there, or 0 for any";
    }
    if (reason.contains("denied") && port.getPort() < FIRST_UNPRIVILEGED_PORT) {
      return "a port from " + FIRST_UNPRIVILEGED_PORT + " on: those below are root's";
    }
    if (reason.contains("assign") || reason.contains("unknown host")) {
      return "a name or address of this machine; 0.0.0.0 for all";
    }
    return "a free port that this user may use";
  }
}

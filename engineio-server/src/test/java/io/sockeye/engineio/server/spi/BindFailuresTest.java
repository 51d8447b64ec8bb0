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

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is said where a web server cannot listen. */
class BindFailuresTest {
  private static InetSocketAddress port(int number) {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), number);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "80 | Permission denied | a port from 1024 on: those below are root's",
        "1023 | Permission denied | a port from 1024 on: those below are root's",
        "1024 | Permission denied | a free port that this user may use",
        "80 | Address already in use | a free port: another process listens there, or 0 for any",
        "5000 | Cannot assign requested address | a name or address of this machine; 0.0.0.0 for all"
      })
  void addressReasonAndWhatToDo(int port, String reason, String expected) {
    SocketAddress address = port(port);

    // Web servers wrap what the system said, each in its own way.
    assertThat(BindFailures.of(address, new IOException("a wrapper", new BindException(reason))))
        .hasMessage("Cannot listen on %s: %s (expected: %s)".formatted(address, reason, expected));
  }

  @Test
  void aHostThatNobodyKnows() {
    SocketAddress address = InetSocketAddress.createUnresolved("no.such.host", 5000);

    assertThat(BindFailures.of(address, new IllegalArgumentException("x")))
        .hasMessageEndingWith(
            ": unknown host (expected: a name or address of this machine; 0.0.0.0 for all)");
  }

  @Test
  void aSocketFile() {
    SocketAddress address = UnixDomainSocketAddress.of("/tmp/taken");

    assertThat(BindFailures.of(address, new BindException("Address already in use")))
        .hasMessage(
            "Cannot listen on /tmp/taken: Address already in use (expected: a path that does not"
                + " exist, in a directory that this user may write to)");
  }
}

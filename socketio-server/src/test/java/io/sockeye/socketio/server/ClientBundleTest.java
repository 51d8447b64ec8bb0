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
package io.sockeye.socketio.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.sockeye.engineio.server.internal.MemoryExchange;
import io.sockeye.engineio.server.internal.MemoryWeb;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The JavaScript client, served by exact names only. */
class ClientBundleTest {
  private final ClientBundle bundle = new ClientBundle("/socket.io/");
  private final MemoryWeb web = new MemoryWeb(bundle);

  @ParameterizedTest
  @ValueSource(
      strings = {
        "socket.io.js",
        "socket.io.js.map",
        "socket.io.min.js",
        "socket.io.min.js.map",
        "socket.io.esm.min.js",
        "socket.io.esm.min.js.map",
        "socket.io.msgpack.min.js",
        "socket.io.msgpack.min.js.map"
      })
  void theFilesAreThere(String file) {
    assertThat(bundle.matches("/socket.io/" + file)).isTrue();
    MemoryExchange answer = web.get("/socket.io/" + file);

    assertThat(answer.status()).isEqualTo(200);
    assertThat(answer.bytes().length).isGreaterThan(10_000);
    assertThat(answer.header("ETag")).isEqualTo("\"4.8.4\"");
    assertThat(answer.header("Content-Type"))
        .startsWith(file.endsWith(".map") ? "application/json" : "application/javascript");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/socket.io/",
        "/socket.io/LICENSE",
        "/socket.io/../socket.io.js",
        "/socket.io.js",
        "/socket.io/socket.io.js/",
        "/socket.io//socket.io.js",
        "/socket.io/SOCKET.IO.JS"
      })
  void nothingElseIs(String path) {
    assertThat(bundle.matches(path)).isFalse();
  }

  @Test
  void whoHasTheFileIsToldSo() {
    MemoryExchange answer = web.get("/socket.io/socket.io.js", "If-None-Match", "\"4.8.4\"");

    assertThat(answer.status()).isEqualTo(304);
    assertThat(answer.bytes()).isEmpty();
    assertThat(web.get("/socket.io/socket.io.js", "If-None-Match", "\"4.0.0\"").status())
        .isEqualTo(200);
  }

  @Test
  void theFilesAreOnlyRead() {
    assertThat(web.post("/socket.io/socket.io.js", "").status()).isEqualTo(405);
  }

  @Test
  void theFilesAreServedWhenAskedFor() {
    SocketIoServer quiet = SocketIoServer.create();
    assertThat(quiet.httpHandlers()).hasSize(1);
    quiet.close();
  }
}

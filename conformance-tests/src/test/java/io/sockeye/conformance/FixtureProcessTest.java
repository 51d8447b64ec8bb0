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
package io.sockeye.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The fixture server as a process: its pages, its modes, its end. */
class FixtureProcessTest {
  private final HttpClient http = HttpClient.newHttpClient();

  private HttpResponse<String> get(ServerProcess server, String path)
      throws IOException, InterruptedException {
    return http.send(
        HttpRequest.newBuilder(URI.create(server.url() + path)).build(),
        HttpResponse.BodyHandlers.ofString());
  }

  @ParameterizedTest
  @ValueSource(strings = {"main", "steady", "restricted", "engine-client", "socketio-client"})
  void everyModeServes(String mode) throws IOException, InterruptedException {
    try (ServerProcess server =
        ServerProcess.start(FixtureServer.class, Map.of("FIXTURE_MODE", mode))) {
      assertThat(get(server, "/fixture/health").body()).isEqualTo("ok");
      assertThat(get(server, "/fixture/metrics").body()).contains("\"mode\":\"" + mode + "\"");
      assertThat(get(server, "/nobody").statusCode()).isEqualTo(404);
      assertThat(get(server, "/engine.io/?EIO=4&transport=polling").body()).startsWith("0{");
      assertThat(get(server, "/socket.io/?EIO=4&transport=polling").body()).startsWith("0{");
    }
  }

  @Test
  void onSigtermEveryClientIsToldAndTheProcessEnds() throws Exception {
    try (ServerProcess server =
        ServerProcess.start(FixtureServer.class, Map.of("FIXTURE_MODE", "steady"))) {
      CompletableFuture<Integer> closed = new CompletableFuture<>();
      CompletableFuture<Void> open = new CompletableFuture<>();
      WebSocket socket =
          http.newWebSocketBuilder()
              .buildAsync(
                  URI.create(
                      "ws://127.0.0.1:" + server.port() + "/socket.io/?EIO=4&transport=websocket"),
                  new WebSocket.Listener() {
                    @Override
                    public CompletionStage<?> onText(
                        WebSocket from, CharSequence text, boolean end) {
                      open.complete(null);
                      from.request(1);
                      return null;
                    }

                    @Override
                    public CompletionStage<?> onClose(WebSocket from, int status, String reason) {
                      closed.complete(status);
                      return null;
                    }
                  })
              .get(5, TimeUnit.SECONDS);
      String handshake = get(server, "/engine.io/?EIO=4&transport=polling").body();
      String sid = handshake.substring(handshake.indexOf(":\"") + 2, handshake.indexOf("\","));
      CompletableFuture<HttpResponse<String>> poll =
          http.sendAsync(
              HttpRequest.newBuilder(
                      URI.create(server.url() + "/engine.io/?EIO=4&transport=polling&sid=" + sid))
                  .build(),
              HttpResponse.BodyHandlers.ofString());
      open.get(5, TimeUnit.SECONDS);
      // The poll is there once the server has answered something that was sent after it.
      while (!get(server, "/fixture/metrics").body().contains("\"engineSessions\":2")) {
        Thread.onSpinWait();
      }
      assertThat(server.terminate()).isLessThan(5000);

      assertThat(closed.get(5, TimeUnit.SECONDS)).isEqualTo(1000);
      assertThat(poll.get(5, TimeUnit.SECONDS).body()).isIn("1", "6\u001e1");
      socket.abort();
    }
  }
}

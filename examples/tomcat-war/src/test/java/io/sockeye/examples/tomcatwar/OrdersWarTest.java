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
package io.sockeye.examples.tomcatwar;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.catalina.startup.Tomcat;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The war in a Tomcat: REST and Socket.IO on one port. */
class OrdersWarTest {
  private final HttpClient http = HttpClient.newHttpClient();
  private final Tomcat tomcat = new Tomcat();

  @BeforeEach
  void start(@TempDir Path folder) throws Exception {
    tomcat.setBaseDir(folder.toString());
    Files.createDirectories(folder.resolve("webapps"));
    tomcat.setPort(0);
    tomcat.setHostname("127.0.0.1");
    tomcat.addWebapp("/orders", System.getProperty("war"));
    tomcat.getConnector();
    tomcat.start();
  }

  @AfterEach
  void stop() throws Exception {
    tomcat.stop();
    tomcat.destroy();
  }

  @Test
  void anOrderOverRestReachesTheSocketsAtOnce() throws Exception {
    BlockingQueue<String> received = new LinkedBlockingQueue<>();
    WebSocket socket =
        http.newWebSocketBuilder()
            .buildAsync(
                URI.create(
                    "ws://127.0.0.1:" + port() + "/orders/socket.io/?EIO=4&transport=websocket"),
                new Messages(received))
            .join();
    assertThat(next(received)).startsWith("0{");
    socket.sendText("40", true).join();
    assertThat(next(received)).startsWith("40{\"sid\":");

    assertThat(send(request().POST(BodyPublishers.ofString("two coffees"))).statusCode())
        .isEqualTo(201);

    assertThat(next(received)).isEqualTo("42[\"order\",\"two coffees\"]");
    socket.sendText("421[\"orders\"]", true).join();
    assertThat(next(received)).isEqualTo("431[[\"two coffees\"]]");
    assertThat(send(request().GET()).body()).isEqualTo("two coffees");
    socket.abort();
  }

  @Test
  void whatIsNeitherIsNotFound() throws Exception {
    assertThat(send(HttpRequest.newBuilder(uri("/orders/nothing")).GET()).statusCode())
        .isEqualTo(404);
  }

  private int port() {
    return tomcat.getConnector().getLocalPort();
  }

  private URI uri(String path) {
    return URI.create("http://127.0.0.1:" + port() + path);
  }

  private HttpRequest.Builder request() {
    return HttpRequest.newBuilder(uri("/orders/api/orders"));
  }

  private HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
    return http.send(request.build(), BodyHandlers.ofString());
  }

  private static String next(BlockingQueue<String> received) throws InterruptedException {
    String message = received.poll(10, TimeUnit.SECONDS);
    assertThat(message).isNotNull();
    return message;
  }

  private record Messages(BlockingQueue<String> received) implements WebSocket.Listener {
    @Override
    public CompletionStage<?> onText(WebSocket webSocket, CharSequence data, boolean last) {
      received.add(data.toString());
      webSocket.request(1);
      return null;
    }
  }
}

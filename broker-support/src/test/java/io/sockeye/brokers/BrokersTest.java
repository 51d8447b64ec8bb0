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
package io.sockeye.brokers;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import org.junit.jupiter.api.Test;

class BrokersTest {
  private static byte[] ask(Broker broker, String words, int length) throws IOException {
    try (Socket socket = new Socket(broker.host(), broker.port())) {
      socket.setSoTimeout(20_000);
      socket.getOutputStream().write(words.getBytes(US_ASCII));
      return socket.getInputStream().readNBytes(length);
    }
  }

  @Test
  void theEmbeddedRedisAnswers() throws Exception {
    assertThat(ask(Brokers.embeddedRedis(), "PING\r\n", 7)).asString().isEqualTo("+PONG\r\n");
  }

  @Test
  void theEmbeddedQpidAnswers() throws Exception {
    byte[] start = ask(EmbeddedQpid.start(), "AMQP\0\0\u0009\u0001", 1);
    assertThat(start).containsExactly(1); // a method frame: connection.start
  }

  @Test
  void aUrlCanBeMovedToAProxy() {
    Broker broker = new Broker(URI.create("amqps://u:p@example/v"), "an example");
    assertThat(broker.port()).isEqualTo(5672);
    assertThat(broker.urlOn(7)).isEqualTo("amqps://u:p@127.0.0.1:7/v");
  }
}

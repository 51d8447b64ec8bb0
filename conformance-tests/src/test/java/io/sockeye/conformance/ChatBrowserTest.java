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
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.TestFactory;

/** The chat example in Chromium, on each web server: nothing differs but the class path. */
class ChatBrowserTest {
  @TestFactory
  Stream<DynamicContainer> chat() throws IOException, InterruptedException {
    List<DynamicContainer> servers = new ArrayList<>();
    for (Host host : Host.all()) {
      try (ServerProcess server =
          ServerProcess.start(
              ClassPaths.with(List.of(host.asyncMode())),
              "io.sockeye.examples.chat.ChatServer",
              Map.of())) {
        assertThat(server.listening()).contains("async mode " + host.asyncMode() + " ");
        String transports = host.words().contains("websocket") ? "all" : "polling";
        servers.add(
            DynamicContainer.dynamicContainer(
                host.name(), NodeSuite.run("chat-browser", server.url(), transports)));
      }
    }
    return servers.stream();
  }
}

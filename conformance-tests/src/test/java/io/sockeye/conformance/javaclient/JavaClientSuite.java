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
package io.sockeye.conformance.javaclient;

import io.socket.client.IO;
import java.net.URI;
import java.util.List;
import java.util.concurrent.TimeUnit;
import okhttp3.Dispatcher;
import okhttp3.OkHttpClient;

/**
 * The program: a URL, and {@code polling}, {@code websocket} or {@code upgrade}; or, for a server
 * with short heartbeats, {@code heartbeats} and which of these.
 */
public final class JavaClientSuite {
  private static final List<String> TRANSPORTS = List.of("polling", "websocket", "upgrade");

  private JavaClientSuite() {}

  /** Prints a line for each check; the exit code is 1 if one failed. */
  public static void main(String[] args) throws InterruptedException {
    List<String> arguments = List.of(args);
    Checks checks = new Checks();
    if (arguments.size() == 2 && TRANSPORTS.contains(arguments.get(1))) {
      ConnectingChecks.addTo(checks);
      ValueChecks.addTo(checks);
      AckChecks.addTo(checks);
      RoomChecks.addTo(checks);
      EndingChecks.addTo(checks);
    } else if (arguments.size() > 2 && arguments.get(1).equals("heartbeats")) {
      HeartbeatChecks.addTo(checks, arguments.subList(2, arguments.size()));
    } else {
      System.err.println(
          "usage: JavaClientSuite <url> <polling | websocket | upgrade>\n"
              + "       JavaClientSuite <url> heartbeats <polling | websocket | upgrade>…");
      System.exit(2);
    }
    URI url = URI.create(arguments.get(0));
    String suite = arguments.get(1);
    IO.setDefaultOkHttpCallFactory(manyPolls());
    int failed =
        checks.run(
            "Java, revision " + Dial.revision() + ", " + suite,
            () -> new Scope(url, suite),
            System.out);
    System.exit(failed == 0 ? 0 : 1);
  }

  // The default lets five requests to one server wait for their answers, and no sixth one begin.
  private static OkHttpClient manyPolls() {
    Dispatcher dispatcher = new Dispatcher();
    dispatcher.setMaxRequests(1000);
    dispatcher.setMaxRequestsPerHost(1000);
    return new OkHttpClient.Builder()
        .dispatcher(dispatcher)
        .readTimeout(1, TimeUnit.MINUTES)
        .build();
  }
}

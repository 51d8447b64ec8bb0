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
package io.sockeye.examples.fromflask;

import io.sockeye.engineio.server.WebServerOptions;

/** Where the examples listen: on http://127.0.0.1:5000, or where HOST and PORT say. */
final class Where {
  private Where() {}

  static String host() {
    return System.getenv().getOrDefault("HOST", "127.0.0.1");
  }

  static int port() {
    return Integer.parseInt(System.getenv().getOrDefault("PORT", "5000"));
  }

  /** Returns where that is, and tells whoever looks at the console. */
  static WebServerOptions options() {
    System.out.println("Serving on http://" + host() + ":" + port() + "/");
    return WebServerOptions.builder().host(host()).port(port()).build();
  }
}

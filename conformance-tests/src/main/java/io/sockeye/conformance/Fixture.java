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

import java.util.HashMap;
import java.util.Map;

/**
 * The fixture servers that the cells of the compatibility tables need. None gives up a client that
 * is late because the machine is busy.
 */
enum Fixture {
  STEADY("steady", 20_000, false),
  /** One whose clients of revision 3 on polling are taken for 1.x. */
  LEGACY_UTF8("steady", 20_000, true),
  /** Short heartbeats. */
  MAIN("main", 3000, false);

  private static final Map<String, String> PATIENCE =
      Map.of("UPGRADE_TIMEOUT", "20000", "CONNECT_TIMEOUT", "20000");

  private final String mode;
  private final int pingTimeout;
  private final boolean legacyUtf8;

  Fixture(String mode, int pingTimeout, boolean legacyUtf8) {
    this.mode = mode;
    this.pingTimeout = pingTimeout;
    this.legacyUtf8 = legacyUtf8;
  }

  /** What tells {@link FixtureServer} to be this one. */
  Map<String, String> environment(Map<String, String> more) {
    Map<String, String> environment = new HashMap<>(PATIENCE);
    environment.put("FIXTURE_MODE", mode);
    environment.put("PING_TIMEOUT", String.valueOf(pingTimeout));
    environment.put("LEGACY_UTF8", String.valueOf(legacyUtf8));
    environment.putAll(more);
    return environment;
  }
}

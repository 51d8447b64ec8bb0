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

/** The generations of the official JavaScript client; versions as in the suites' package.json. */
enum Generation {
  ONE("1", "1.7.4", 3),
  TWO("2", "2.5.0", 3),
  THREE("3", "3.1.3", 4),
  FOUR("4", "4.8.4", 4);

  private final String number;
  private final String version;
  private final int revision;

  Generation(String number, String version, int revision) {
    this.number = number;
    this.version = version;
    this.revision = revision;
  }

  /** The name on the command line of a suite. */
  String number() {
    return number;
  }

  String version() {
    return version;
  }

  /** The revision of Engine.IO that it speaks. */
  int revision() {
    return revision;
  }
}

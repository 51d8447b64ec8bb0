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
package io.sockeye.engineio.protocol;

/**
 * A revision of the Engine.IO protocol, as a client names it in the query parameter {@code EIO}.
 */
public enum EngineVersion {
  /** Revision 3: clients 1.x and 2.x. The client pings. */
  V3(3),
  /** Revision 4: clients 3.x and 4.x. The server pings. */
  V4(4);

  private final int number;

  EngineVersion(int number) {
    this.number = number;
  }

  /** Returns the number on the wire, 3 or 4. */
  public int number() {
    return number;
  }
}

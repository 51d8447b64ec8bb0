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

/** How {@link ClusterDialect#PYTHON} writes the arguments of events. All forms are read. */
public enum PythonVersion {
  /** Versions before 5.14.2: a single argument is not in a list, and bytes cannot be sent. */
  V5_14_0,
  /** Versions 5.14.2 to 5.15.0: a single argument is not in a list. */
  V5_14_2,
  /** Version 5.15.1 and later: arguments are in a list. */
  V5_15_1
}

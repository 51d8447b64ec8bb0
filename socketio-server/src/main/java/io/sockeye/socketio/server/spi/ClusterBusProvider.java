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
package io.sockeye.socketio.server.spi;

import java.util.Set;

/**
 * A kind of broker, found with {@link java.util.ServiceLoader}.
 *
 * <p>Implementations are stateless and safe for use by any thread.
 */
public interface ClusterBusProvider {
  /** Returns its name, such as {@code redis}. */
  String name();

  /** Returns its place in the order of preference; of two for one scheme, the lower is taken. */
  int preference();

  /** Returns the schemes of the URLs that it connects to, in lower case. */
  Set<String> schemes();

  /**
   * Connects; waits for the broker, as long as {@link BusOptions#connectTimeout} says.
   *
   * @throws IllegalArgumentException if something in the URL is not understood
   * @throws BusUnavailableException if the broker is not there and the options ask for it; the
   *     message says why
   */
  ClusterBus connect(BusUrl url, BusOptions options);
}

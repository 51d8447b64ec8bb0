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
package io.sockeye.transport.servlet;

import io.sockeye.engineio.server.spi.WebServerProvider;
import io.sockeye.transport.contract.Leeway;
import io.sockeye.transport.contract.WebServerContract;
import java.util.Set;

/** The rules of every binding, kept in this container. */
class UndertowContractTest extends WebServerContract {
  @Override
  protected WebServerProvider provider() {
    return new UndertowWebServerProvider();
  }

  @Override
  protected Set<Leeway> leeway() {
    return Set.of(
        Leeway.ABORTS_GO_UNNOTICED,
        Leeway.NO_TLS,
        Leeway.JUDGES_PAYLOAD,
        Leeway.OTHER_CLOSE_STATUS,
        Leeway.EMPTY_CLOSE_IS_NORMAL);
  }
}

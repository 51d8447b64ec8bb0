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

/** Hears of namespaces that a {@link ParentNamespace} gets. */
@FunctionalInterface
public interface NamespaceHandler {
  /**
   * A namespace was created; nobody has joined it yet. What this throws refuses the client that
   * wants to, and the namespace is gone again.
   */
  void onNamespace(Namespace child) throws Exception;
}

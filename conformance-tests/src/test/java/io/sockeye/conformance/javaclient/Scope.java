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

import io.socket.client.Manager;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** What one check opens; all of it is closed after the check. */
final class Scope implements AutoCloseable {
  private static final AtomicInteger NAMES = new AtomicInteger();

  private final URI url;
  private final String transport;
  private final List<Client> opened = new ArrayList<>();

  Scope(URI url, String transport) {
    this.url = url;
    this.transport = transport;
  }

  Dial dial() {
    return new Dial(transport);
  }

  /** A connection that is not open yet. */
  Client client(String namespace, Dial dial) {
    Client client = Client.on(new Manager(url, dial.ofConnection()), namespace, dial);
    opened.add(client);
    return client;
  }

  Client client(String namespace) {
    return client(namespace, dial());
  }

  /** Connects to a namespace, and waits for the transport that is chosen. */
  Client connected(String namespace, Dial dial) throws InterruptedException {
    return client(namespace, dial).connected().settled();
  }

  Client connected(String namespace) throws InterruptedException {
    return connected(namespace, dial());
  }

  Client connected() throws InterruptedException {
    return connected("/");
  }

  /** A name that no other check uses, here or in another process: of a room, or of an event. */
  String unique(String name) {
    return name + "-" + ProcessHandle.current().pid() + "-" + NAMES.incrementAndGet();
  }

  @Override
  public void close() {
    opened.forEach(Client::disconnect);
  }
}

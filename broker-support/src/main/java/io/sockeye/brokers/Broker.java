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
package io.sockeye.brokers;

import java.net.URI;

/**
 * A broker that tests may use, alone or with others.
 *
 * @param url where it is, with user and password if it wants them
 * @param how where it comes from, in words
 */
public record Broker(URI url, String how) {
  /** Returns its host. */
  public String host() {
    return url.getHost();
  }

  /** Returns its port. */
  public int port() {
    if (url.getPort() >= 0) {
      return url.getPort();
    }
    return url.getScheme().startsWith("amqp") ? 5672 : 6379;
  }

  /** Returns its URL, but with a port of this machine: that of a proxy in front of it. */
  public String urlOn(int port) {
    String user = url.getRawUserInfo() == null ? "" : url.getRawUserInfo() + "@";
    return url.getScheme() + "://" + user + "127.0.0.1:" + port + url.getRawPath();
  }
}

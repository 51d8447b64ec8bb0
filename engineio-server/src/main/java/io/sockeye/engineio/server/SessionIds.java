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
package io.sockeye.engineio.server;

import java.security.SecureRandom;
import java.util.Base64;
import java.util.regex.Pattern;

/** Makes ids that nobody can guess: 120 random bits as 20 URL-safe characters. */
public final class SessionIds {
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final Base64.Encoder ENCODER = Base64.getUrlEncoder().withoutPadding();

  private static final Pattern PREFIX = Pattern.compile("[\\w.~-]{1,20}");
  private static final Pattern FORM = Pattern.compile("[\\w.~-]{0,20}[\\w-]{20}");

  private SessionIds() {}

  /**
   * Returns a new id with something in front of it that a proxy can tell its node by, for {@link
   * EngineIoOptions.Builder#idGenerator}.
   *
   * @param prefix 1 to 20 characters, each a letter, a digit or one of {@code - _ . ~}, which
   *     neither a URL nor a cookie changes
   * @throws IllegalArgumentException if the prefix is something else
   */
  public static String next(String prefix) {
    if (!PREFIX.matcher(prefix).matches()) {
      throw new IllegalArgumentException(
          "prefix: \"" + prefix + "\" (expected: 1 to 20 of a-z, A-Z, 0-9, -, _, . and ~)");
    }
    return prefix + next();
  }

  /** Whether a server, this one or another, may have made it: with or without a prefix. */
  static boolean looksLikeOne(String id) {
    return FORM.matcher(id).matches();
  }

  /** Returns a new id. */
  public static String next() {
    byte[] bytes = new byte[15];
    RANDOM.nextBytes(bytes);
    return ENCODER.encodeToString(bytes);
  }
}

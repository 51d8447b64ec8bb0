package io.sockeye.engineio.server;

import java.security.SecureRandom;
import java.util.Base64;

/** Makes ids that nobody can guess: 120 random bits as 20 URL-safe characters. */
public final class SessionIds {
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final Base64.Encoder ENCODER = Base64.getUrlEncoder().withoutPadding();

  private SessionIds() {}

  /** Returns a new id. */
  public static String next() {
    byte[] bytes = new byte[15];
    RANDOM.nextBytes(bytes);
    return ENCODER.encodeToString(bytes);
  }
}

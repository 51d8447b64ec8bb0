package io.sockeye.engineio.server;

import org.jspecify.annotations.Nullable;

/** How a session's packets travel. */
public enum TransportType {
  /** HTTP long-polling. */
  POLLING("polling"),
  /** WebSocket. */
  WEBSOCKET("websocket");

  private final String wireName;

  TransportType(String wireName) {
    this.wireName = wireName;
  }

  /** Returns the name on the wire. */
  public String wireName() {
    return wireName;
  }

  static @Nullable TransportType named(@Nullable String wireName) {
    for (TransportType type : values()) {
      if (type.wireName.equals(wireName)) {
        return type;
      }
    }
    return null;
  }
}
